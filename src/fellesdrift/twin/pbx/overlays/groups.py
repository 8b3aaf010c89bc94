"""LD 18: group hunt lists."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fellesdrift.twin.pbx.codes import BLOCK_THERE, DN_CONFLICT, INPUT, NO_BLOCK, RefusedError
from fellesdrift.twin.pbx.overlays.requests import customer, digits, number, one_of, serve
from fellesdrift.twin.pbx.records import Group
from fellesdrift.twin.pbx.tty import Dialogue

_MOST = 8191
_LONGEST = 96
_WRITE = "WRT  (ADDS: MEM: 0 DISK: 0.0) "


async def _type(dialogue: Dialogue) -> None:
    await dialogue.value("TYPE ", one_of("GHT"))


async def _known(dialogue: Dialogue) -> Group:
    def check(text: str) -> Group:
        wanted = number(0, _MOST)(text)
        found = [group for (_, at), group in dialogue.tables.groups.items() if at == wanted]
        if not found:
            raise RefusedError(NO_BLOCK)
        return found[0]

    return await dialogue.value("LSNO ", check)


def _store(group: Group, text: str) -> Group | None:
    """The group with an entry put (`0 2183`) or emptied (`0`); None for a bare carriage return."""
    words = text.split()
    if not words:
        return None
    entry = number(0, group.size - 1)(words[0])
    if len(words) > 2:
        raise RefusedError(INPUT)
    members = {at: dn for at, dn in group.members if at != entry}
    if len(words) == 2:
        dn = digits(group.digits)(words[1])
        if dn in members.values():
            raise RefusedError(INPUT)
        members[entry] = dn
    return replace(group, members=tuple(sorted(members.items())))


async def _entries(dialogue: Dialogue, group: Group) -> None:
    """Every entry is written by itself, when WRT is answered."""
    while (changed := await dialogue.value("STOR ", partial(_store, group))) is not None:
        if await dialogue.value(_WRITE, one_of("", "YES", "NO")) != "NO":
            group = changed
            dialogue.memory.put_group(group)
    dialogue.saved()


async def _new(dialogue: Dialogue, _rest: str) -> None:
    await _type(dialogue)

    def free(text: str) -> int:
        wanted = number(0, _MOST)(text)
        if any(at == wanted for _, at in dialogue.tables.groups):
            raise RefusedError(BLOCK_THERE)
        return wanted

    wanted = await dialogue.value("LSNO ", free)
    at = await dialogue.value("CUST ", customer(dialogue))

    def pilot(text: str) -> str:
        dn = digits(7)(text)
        dialogue.memory.check_free(at, dn, "GHT", DN_CONFLICT)
        return dn

    dn = await dialogue.value("PLDN ", pilot)
    size = await dialogue.value("DNSZ ", number(1, 31, 4))
    room = await dialogue.value("SIZE ", number(1, _LONGEST))
    if await dialogue.value(_WRITE, one_of("", "YES", "NO")) == "NO":
        return
    group = Group(wanted, at, dn, room, digits=size)
    dialogue.memory.put_group(group)
    await _entries(dialogue, group)


async def _change(dialogue: Dialogue, _rest: str) -> None:
    await _type(dialogue)
    group = await _known(dialogue)
    least = max((at + 1 for at, _ in group.members), default=1)
    size = await dialogue.value("SIZE ", number(least, _LONGEST, group.size))
    if await dialogue.value(_WRITE, one_of("", "YES", "NO")) != "NO":
        group = replace(group, size=size)
        dialogue.memory.put_group(group)
    await _entries(dialogue, group)


async def _out(dialogue: Dialogue, _rest: str) -> None:
    await _type(dialogue)
    group = await _known(dialogue)
    dialogue.memory.drop_group(group.customer, group.number)
    dialogue.saved()


async def overlay(dialogue: Dialogue) -> None:
    """LD 18."""
    await serve(dialogue, "REQ  ", {"NEW": _new, "CHG": _change, "OUT": _out})
