"""The planted secrets in every form in which they could come to light, and the search for them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

# Cisco's well-known key stream of type 7, written down here once more: the test takes nothing from what it looks at
_STREAM = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"


def forms(value: str) -> set[bytes]:
    """A secret as it is, encoded in the usual ways, backwards, and obfuscated as IOS does it with each of its seeds."""
    raw = value.encode()
    found = {raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode(), quote(value, safe="").encode()}
    for shift in range(3):
        # the middle, which is the same whatever stands before and behind
        coded = base64.b64encode(b"x" * shift + raw + b"x" * (-(shift + len(raw)) % 3))
        whole = coded[4 if shift else 0 : -4]
        found |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    for seed in range(53):
        shown = bytes(letter ^ _STREAM[(seed + at) % 53] for at, letter in enumerate(raw))
        found |= {shown.hex().upper().encode(), shown.hex().encode()}
    return found


class Needles:
    """What is searched for: name -> secret."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        short = [name for name, value in secrets.items() if len(value) < 8]
        assert not short, f"too short to be told from chance: {short}"
        self._names = {form: name for name, value in secrets.items() for form in forms(value)}
        self._pattern = re.compile(b"|".join(re.escape(form) for form in sorted(self._names, key=len, reverse=True)))

    def names_in(self, hay: bytes) -> set[str]:
        """The names of the secrets that can be read out of `hay`."""
        return {self._names[found] for found in self._pattern.findall(hay)}

    def found(self, hays: Mapping[str, bytes]) -> list[str]:
        """`place: name` of everything found."""
        return [f"{place}: {name}" for place, hay in hays.items() for name in sorted(self.names_in(hay))]


def files_below(folder: Path, without: Iterable[Path] = ()) -> dict[str, bytes]:
    """Every file in a folder, the hidden ones too, with its bytes; links are followed no further than the file."""
    left_out = tuple(without)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not any(path.is_relative_to(each) for each in left_out)
    }
