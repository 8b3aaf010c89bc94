"""Who uses an access list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fellesdrift.state.network.text import Section, is_access_list, is_interface

_ACCESS_GROUP = re.compile(r"ip access-group (\S+) (in|out)")
# a number is a common word in a configuration: only where a list can stand does it mean one
_USES_A_LIST = re.compile(
    r"access-group|access-class|\blist\b|match ip address|distribute-list|community|policy|filter|tftp-server"
)
_PROSE = ("description ", "banner ", "remark ")


@dataclass(frozen=True)
class Reference:
    """A line that uses a list; `direction` (in, out) when it is an interface's filter, else None."""

    section: str
    line: str
    direction: str | None


def references(sections: tuple[Section, ...], name: str) -> list[Reference]:
    """All uses of the access list `name`. A named list counts wherever its name stands as a word of its own."""
    found = []
    for section in sections:
        if is_access_list(section) or section.head.startswith(_PROSE):
            continue
        for line in (section.head, *section.lines):
            group = _ACCESS_GROUP.fullmatch(line) if is_interface(section) else None
            if group is not None and group[1] == name:
                found.append(Reference(section.head, line, group[2]))
            elif group is None and _mentions(line, name):
                found.append(Reference(section.head, line, None))
    return found


def _mentions(line: str, name: str) -> bool:
    if line.strip().startswith(_PROSE) or name not in line.split():
        return False
    return not name.isdigit() or _USES_A_LIST.search(line) is not None
