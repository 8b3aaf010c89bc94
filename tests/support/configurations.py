"""The configurations of the production estate, and damage to them."""

from __future__ import annotations

import random
from pathlib import Path

_BASELINE = Path(__file__).parents[2] / "inventories/production/snapshots/baseline"
CONFIGS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(_BASELINE.glob("*.cfg"))}


def mutated(text: str, chance: random.Random) -> str:
    """The text with a few lines lost, doubled, moved, cut or damaged."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[at : at + chance.randint(1, 4)]
            case 1:
                lines.insert(at, lines[chance.randrange(len(lines))])
            case 2:
                lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
            case 3:
                lines[at] = "".join(chance.choice("0123456789. /°ø") if c.isdigit() else c for c in lines[at])
            case 4:
                lines[at] = lines[at].replace("255.255.255", chance.choice(["255.0.255", "0.0.0", "255.255.254"]))
            case 5:
                lines[at] = lines[at].replace("10.", chance.choice(["192.", "0.", "224.", "10.10."]), 1)
        lines = lines or [""]
    return "\n".join(lines)
