"""The lines of a print, taken in order: every one is understood by somebody, or the print is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fellesdrift.session.overlay import Said
from fellesdrift.session.overlay.codes import code_of
from fellesdrift.state.pbx.errors import UnreadablePrintError

_FIELD = re.compile(r"^(?P<name>[A-Z][A-Z0-9_]{0,15})(?: +(?P<value>.*?))? *$")
# what a print of sets or numbers says behind the code where there is nothing
_NO_ACTIVITY = "NO ACT SINCE NO DATE"

type Lines = list[tuple[int, str]]


class Print:
    """One print.

    host, during   for messages: `LD 20 TNB`
    heading        the first line, which says what is printed
    shown          False where lines hold names of people: an error has no line then, but its number

    Raises UnreadablePrintError for a print that is empty without a code that says so.
    """

    def __init__(self, host: str, during: str, said: Said, *, heading: str | None = None, shown: bool = True) -> None:
        self._host = host
        self._during = during
        self._shown = shown
        self.lines: Lines = [(number, line) for number, line in enumerate(said.lines, 1)]
        filled = [(number, line) for number, line in self.lines if line.strip()]
        if heading is not None:
            if not filled or filled[0][1].strip() != heading:
                raise self.refused(*(filled or [(0, "")])[0], heading)
            self.lines = self.lines[filled.pop(0)[0] :]
        self.nothing = bool(said.codes)
        """The exchange said by a code that there is nothing to print, and said nothing else."""
        if self.nothing:
            for number, line in filled:
                if code_of(line) is None and line.strip() != _NO_ACTIVITY:
                    raise self.refused(number, line, "nothing beside the code that says that there is nothing")
        elif not filled:
            raise UnreadablePrintError(host, during, 0, "an empty print, and no code", "a print, or a code")

    def refused(self, number: int, line: str, expected: str) -> UnreadablePrintError:
        """The error about one line."""
        found = repr(line) if self._shown else "a line that may hold a name"
        return UnreadablePrintError(self._host, self._during, number, found, expected)

    def blocks(self) -> Iterator[Lines]:
        """The lines between empty ones."""
        if self.nothing:
            return
        block: Lines = []
        for number, line in self.lines:
            if line and not line.isspace():
                block.append((number, line))
            elif block:
                yield block
                block = []
        if block:
            yield block

    def field(self, number: int, line: str, *names: str) -> tuple[str, str]:
        """`NAME  value ` as (name, value), the value without blanks at its ends. names: which of them it may be."""
        match = _FIELD.match(line)
        if match is None or (names and match["name"] not in names):
            raise self.refused(number, line, " or ".join(names) if names else "a name and its value")
        return match["name"], match["value"] or ""

    def values(self, block: Lines, *names: str) -> dict[str, str]:
        """A block of fields, each name at most once, none but these, all of them but those that end in `?`."""
        known = [name.removesuffix("?") for name in names]
        found: dict[str, str] = {}
        for number, line in block:
            name, value = self.field(number, line.lstrip(" "), *known)
            if name in found:
                raise self.refused(number, line, f"{name} once")
            found[name] = value
        missing = [name for name in names if not name.endswith("?") and name not in found]
        if missing:
            number, line = block[-1]
            raise self.refused(number, line, f"{', '.join(missing)} before the end of the block")
        return found
