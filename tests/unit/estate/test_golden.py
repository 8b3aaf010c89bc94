"""Every way to be wrong has its text on disk, and says the same today."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import load_estate

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parents[1] / "golden" / "estate"
_SPEC = importlib.util.spec_from_file_location("estate_ways", HERE / "ways.py")
assert _SPEC is not None
assert _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)
WAYS = _MODULE.WAYS


def _line_is_the_right_one(project: Path, error: FellesdriftError) -> None:
    """What stands at file:line is what the key names: the key itself, its value, or the record that lacks it."""
    file, _, number = (error.file or "").rpartition(":")
    if not number.isdigit():
        return
    line = (project / file).read_text(encoding="utf-8").splitlines()[int(number) - 1]
    names = re.findall(r"[^.\[\]]+", error.key or "")
    words = [name for name in names if not name.isdigit()]
    wanted = words[-2:-1] if error.code == "FD104" else words[-1:]
    assert not wanted or wanted[0] in line or line.lstrip().startswith("- "), f"{error}\n{line}"


@pytest.mark.parametrize("way", sorted(WAYS))
def test_says_what_is_wrong(way, estate_copy, capfd, golden):
    WAYS[way](estate_copy)
    (estate_copy.project / "roles" / "wan_link").mkdir(parents=True)

    with pytest.raises(FellesdriftErrors) as caught:
        load_estate([estate_copy.inventory], roles_dirs=[estate_copy.project / "roles"])

    for error in caught.value.errors:
        _line_is_the_right_one(estate_copy.project, error)
    # Line numbers are held above, against what stands there: the inventory may grow without a new golden text.
    text = re.sub(r"(\.(?:yml|cfg)):\d+", r"\1:NN", str(caught.value))
    golden(f"estate/{way}", text)
    assert str(estate_copy.project) not in text, "a machine's path is in a text that must be the same everywhere"
    assert capfd.readouterr() == ("", "")


def test_every_golden_text_has_its_way():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(WAYS)


def test_every_way_says_where_to_look():
    """Each error names a file or a key; those that say a line say one that exists."""
    for path in GOLDEN.glob("*.txt"):
        for error in re.split(r"\n(?=FD)", path.read_text(encoding="utf-8")):
            assert re.search(r"^  (file|key): ", error, re.MULTILINE), f"{path.name}:\n{error}"
