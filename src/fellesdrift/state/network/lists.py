"""Changing an access list that is in use: after every single line each packet is treated as before or as after the
change, never in a third way.

Why that holds, for a merge of old and new entries that keeps both orders: new entries are put in from top to bottom
while all old ones stand; then old ones are taken out from bottom to top while all new ones stand. A packet that meets
a new entry first has passed all new ones above it; one that meets an old entry first has passed all old ones above.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from fellesdrift.state.network.entries import is_deny, is_remark
from fellesdrift.state.network.errors import UnsafeListChangeError
from fellesdrift.state.network.references import Reference
from fellesdrift.state.network.text import AccessList


@dataclass(frozen=True)
class ListUse:
    """What decides how a list can be changed.

    numbered     the device numbers entries (IOS 12.4 and later; `version 12.3` has them in its T train only)
    references   who uses the list now
    """

    numbered: bool
    references: tuple[Reference, ...]


def change(have: AccessList | None, want: AccessList, use: ListUse) -> list[str]:
    """The lines that make `have` into `want`, which has rules. Raises UnsafeListChangeError."""
    if not use.references:
        return [*_removal(have), *define(want)]
    if have is None or not _rules(have.entries):
        # in use and without rules it lets everything through; its first rule alone would stop almost all of it
        return list(_by_stand_in(have, want, use))
    if have.type == want.type:
        for way in (_append, _only_take_out, _before_the_denies):
            if (lines := way(have, want)) is not None:
                return [want.section.head, *lines]
        if use.numbered and (lines := _by_number(have, want)) is not None:
            return lines
    return list(_by_stand_in(have, want, use))


def only_loses_permits(have: AccessList | None, want: AccessList) -> bool:
    """Whether nothing is added and nothing but permits (and remarks) is taken out."""
    if have is None or have.type != want.type:
        return False
    out = _only_take_out(have, want)
    return out is not None and not any(is_deny(line.removeprefix("no ")) for line in out)


def define(wanted: AccessList) -> list[str]:
    """The lines that make a list where none is."""
    return [wanted.section.head, *wanted.entries]


def remove(there: AccessList) -> str:
    """The line that takes a list away."""
    return f"no {there.section.head}"


def _removal(have: AccessList | None) -> list[str]:
    return [remove(have)] if have is not None else []


def _rules(entries: Sequence[str]) -> list[str]:
    """Entries that decide something."""
    return [entry for entry in entries if not is_remark(entry)]


def _append(have: AccessList, want: AccessList) -> list[str] | None:
    if want.entries[: len(have.entries)] != have.entries:
        return None
    return list(want.entries[len(have.entries) :])


def _only_take_out(have: AccessList, want: AccessList) -> list[str] | None:
    """Take out by text, from the bottom. A remark that stands twice cannot be told apart."""
    kept = iter(have.entries)
    if not all(entry in kept for entry in want.entries):
        return None
    out = _taken_out(have, want)
    if any(have.entries.count(entry) > 1 for entry in out):
        return None
    return [f"no {entry}" for entry in out]


def _taken_out(have: AccessList, want: AccessList) -> list[str]:
    remaining, out = list(want.entries), []
    for entry in have.entries:
        if remaining and remaining[0] == entry:
            remaining.pop(0)
        else:
            out.append(entry)
    return out[::-1]


def _before_the_denies(have: AccessList, want: AccessList) -> list[str] | None:
    """When only denials (and remarks) follow the first change: take them out and enter the rest anew. Whatever passes
    what stands before is denied at the end of every list anyway, so nothing opens; and it needs no numbers, which
    remarks do not have everywhere."""
    common = 0
    while common < min(len(have.entries), len(want.entries)) and have.entries[common] == want.entries[common]:
        common += 1
    tail = have.entries[common:]
    before = have.entries[:common]
    if not _rules(before) or not all(is_deny(entry) or is_remark(entry) for entry in tail):
        return None
    if any(have.entries.count(entry) > 1 for entry in tail):
        return None
    return [*(f"no {entry}" for entry in reversed(tail)), *want.entries[common:]]


def _by_number(have: AccessList, want: AccessList) -> list[str] | None:
    """Put in and take out by sequence number. An entry that moves would be refused as a duplicate, and remarks have
    numbers in some versions and none in others: not here then."""
    if any(is_remark(entry) for entry in (*have.entries, *want.entries)):
        return None
    blocks = SequenceMatcher(None, have.entries, want.entries, autojunk=False).get_opcodes()
    new = [(before, want.entries[start:end]) for op, before, _, start, end in blocks if op in ("insert", "replace")]
    old = [index for op, start, end, _, _ in blocks if op in ("delete", "replace") for index in range(start, end)]
    if {entry for _, entries in new for entry in entries} & {have.entries[index] for index in old}:
        return None
    step = 10
    while step <= max((len(entries) for _, entries in new), default=0):
        step *= 10
    lines = [f"ip access-list resequence {have.name} {step} {step}", want.section.head]
    for before, entries in new:
        # `before` old entries stand above: the last of them has the number before * step
        middle = step - len(entries) if before == 0 else before * step + (step - len(entries)) // 2
        lines.extend(f"{middle + offset} {entry}" for offset, entry in enumerate(entries))
    lines.extend(f"no {(index + 1) * step}" for index in reversed(old))
    return lines


def _by_stand_in(have: AccessList | None, want: AccessList, use: ListUse) -> Iterator[str]:
    """A second list takes the interfaces over while the first is written anew; changing over is one line, and IOS
    does it at once."""
    for reference in use.references:
        if reference.direction is None:
            raise UnsafeListChangeError(
                f"access_list/{want.name}", f"used by `{reference.line}`", "use as an interface's filter only"
            )
    stand_in = AccessList(f"STAND-IN-{want.name}", want.type, want.entries)
    yield from define(stand_in)
    for reference in use.references:
        yield from (reference.section, f"ip access-group {stand_in.name} {reference.direction}")
    yield from _removal(have)
    yield from define(want)
    for reference in use.references:
        yield from (reference.section, reference.line)
    yield remove(stand_in)
