"""LD 20: printing sets, directory numbers and hunt groups; linked to LD 10, LD 11 and the unit commands of LD 32."""

from __future__ import annotations

from fellesdrift.twin.pbx import codes, prints, tn, types
from fellesdrift.twin.pbx.codes import RefusedError
from fellesdrift.twin.pbx.overlays import sets
from fellesdrift.twin.pbx.overlays.requests import customer, digits, nothing, number, one_of, serve
from fellesdrift.twin.pbx.overlays.units import status_of, switch
from fellesdrift.twin.pbx.records import Set
from fellesdrift.twin.pbx.tty import Dialogue

_FULL = {"TN": "TNB", "TNB": "TNB", "DN": "DNB", "DNB": "DNB"}


async def _filters(dialogue: Dialogue) -> str:
    """DATE, PAGE and DES; of the first two only the empty answer is simulated."""
    await dialogue.value("DATE ", nothing)
    await dialogue.value("PAGE ", nothing)
    return (await dialogue.ask("DES  ")).strip().upper()


async def _print(dialogue: Dialogue, _rest: str) -> None:
    kind = await dialogue.value("TYPE: ", one_of(*_FULL, *types.TYPES, "GHT", "LUDN"))
    if kind in _FULL:
        dialogue.say(f"TYPE {_FULL[kind]}\n")
    if kind == "GHT":
        await _groups(dialogue)
    elif kind == "LUDN":
        await _unused(dialogue)
    elif _FULL.get(kind) == "DNB":
        await _directory(dialogue)
    else:
        await _terminals(dialogue, None if kind in _FULL else kind)


async def _terminals(dialogue: Dialogue, kind: str | None) -> None:
    form = dialogue.exchange.spec.form
    start = await dialogue.value("TN   ", lambda text: tn.prefix(text, form))
    des = await _filters(dialogue)
    found = [
        each
        for at, each in sorted(dialogue.tables.sets.items())
        if at[: len(start)] == start and kind in (None, each.type.upper()) and des in ("", each.des.upper())
    ]
    if not found:
        dialogue.print([f"{codes.NOTHING_FOUND} ", "", prints.NO_ACTIVITY])
        return
    _blocks(dialogue, [prints.terminal(dialogue.memory, each) for each in found])


def _blocks(dialogue: Dialogue, blocks: list[list[str]]) -> None:
    lines: list[str] = []
    for block in blocks:
        lines += [*([""] if lines else []), *block]
    dialogue.print(lines)


async def _directory(dialogue: Dialogue) -> None:
    at = await dialogue.value("CUST ", customer(dialogue))
    start = await dialogue.value("DN   ", digits(7, ""))
    des = await _filters(dialogue)
    known = sorted(dn for number, dn in dialogue.memory.codes if number == at and dn.startswith(start))
    exact = [start] if start in known else known
    wanted = [dn for dn in exact if not des or _has_des(dialogue, at, dn, des)]
    if not wanted:
        dialogue.print([f"{codes.NO_SUCH_DN} ", "", prints.NO_ACTIVITY])
        return
    _blocks(dialogue, [prints.directory(dialogue.memory, at, dn) for dn in wanted])


def _has_des(dialogue: Dialogue, at: int, dn: str, des: str) -> bool:
    places = dialogue.memory.appearances.get((at, dn), [])
    return any(_set(dialogue, place).des.upper() == des for place in places)


def _set(dialogue: Dialogue, place: tuple[tuple[int, int, int, int], int]) -> Set:
    return dialogue.tables.sets[place[0]]


async def _groups(dialogue: Dialogue) -> None:
    wanted = await dialogue.value("LSNO ", number(0, 8191, -1))
    found = [group for (_, at), group in sorted(dialogue.tables.groups.items()) if wanted in (-1, at)]
    if not found:
        dialogue.refuse(codes.NOTHING_FOUND)
        return
    _blocks(dialogue, [prints.group(group) for group in found])


async def _unused(dialogue: Dialogue) -> None:
    at = await dialogue.value("CUST ", customer(dialogue))
    await dialogue.value("DN   ", nothing)
    dialogue.print(prints.unused(dialogue.memory, at))


async def _status(dialogue: Dialogue, rest: str) -> None:
    try:
        dialogue.print([f"{line} " for line in status_of(dialogue.exchange, rest)])
    except RefusedError as refused:
        dialogue.refuse(refused.code)


async def _disable(dialogue: Dialogue, rest: str) -> None:
    _switch(dialogue, rest, False)


async def _enable(dialogue: Dialogue, rest: str) -> None:
    _switch(dialogue, rest, True)


def _switch(dialogue: Dialogue, rest: str, enabled: bool) -> None:
    try:
        switch(dialogue.exchange, rest, enabled)
    except RefusedError as refused:
        dialogue.refuse(refused.code)


async def overlay(dialogue: Dialogue) -> None:
    """LD 10, 11 and 20."""
    verbs = {"NEW": sets.new, "CHG": sets.change, "OUT": sets.out, "PRT": _print}
    await serve(dialogue, "REQ: ", verbs | {"STAT": _status, "DISU": _disable, "ENLU": _enable})
