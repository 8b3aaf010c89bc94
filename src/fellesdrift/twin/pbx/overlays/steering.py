"""LD 87: steering codes of the coordinated dialling plan. LD 90: special numbers behind an access code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fellesdrift.twin.pbx.codes import ESN_BLOCK_THERE, ESN_CONFLICT, ESN_INPUT, ESN_LENGTH, ESN_NO_BLOCK, RefusedError
from fellesdrift.twin.pbx.overlays.esn import existing, printed, start, whole
from fellesdrift.twin.pbx.overlays.requests import digits, one_of, overlay_of
from fellesdrift.twin.pbx.records import Block, Special, Steering
from fellesdrift.twin.pbx.tty import Dialogue


async def _steering(dialogue: Dialogue, verb: str) -> None:
    at, _ = await start(dialogue, "CDP")
    kind = await dialogue.value("TYPE ", one_of("DSC", "TSC", "LSC", refusal=ESN_INPUT))
    table = dialogue.tables.steering
    if verb == "PRT":
        begins = await dialogue.value(f"{kind}  ", digits(7, "", ESN_INPUT))
        found = [each for (owner, code), each in sorted(table.items()) if owner == at and each.kind == kind]
        printed(dialogue, [_steering_lines(each) for each in found if each.code.startswith(begins)])
        return

    def check(text: str) -> str:
        code = digits(7, None, ESN_INPUT)(text)
        known = table.get((at, code))
        if verb == "NEW":
            if known is not None:
                raise RefusedError(ESN_BLOCK_THERE)
            dialogue.memory.check_free(at, code, "CDP", ESN_CONFLICT)
            if kind == "DSC" and len(code) > int(dialogue.tables.esn.get(at, Block()).get("NCDP") or 0):
                raise RefusedError(ESN_LENGTH)
        elif known is None or known.kind != kind:
            raise RefusedError(ESN_NO_BLOCK)
        return code

    code = await dialogue.value(f"{kind}  ", check)
    if verb == "OUT":
        dialogue.memory.drop_steering(at, code)
        dialogue.saved()
        return
    held = table.get((at, code))
    length = 0
    if kind != "LSC":
        length = await dialogue.value("FLEN ", _length(code, held.length if held is not None else 0))
        target = await dialogue.value("RLI  ", _target(dialogue.tables.lists, at, held))
    else:
        target = await dialogue.value("DMI  ", _target(dialogue.tables.digits, at, held))
    dialogue.memory.put_steering(at, Steering(kind, code, length, target))
    dialogue.saved()


def _length(code: str, held: int) -> Callable[[str], int]:
    def check(text: str) -> int:
        found = whole(0, 24, held)(text)
        if 0 < found < len(code):
            raise RefusedError(ESN_LENGTH)
        return found

    return check


def _target(table: dict[Any, Any], at: int, held: Steering | None) -> Callable[[str], int]:
    def check(text: str) -> int:
        if not text.strip() and held is not None:
            return held.target
        return existing(table, at, True)(text)

    return check


def _steering_lines(each: Steering) -> list[str]:
    if each.kind == "LSC":
        return [f"LSC  {each.code} ", f"DMI  {each.target} "]
    return [f"{each.kind}  {each.code} ", f"FLEN {each.length} ", f"RLI  {each.target} "]


async def _specials(dialogue: Dialogue, verb: str) -> None:
    at, _ = await start(dialogue, "NET")
    access = await dialogue.value("TRAN ", one_of("AC1", "AC2", refusal=ESN_INPUT))
    await dialogue.value("TYPE ", one_of("SPN", refusal=ESN_INPUT))
    table = dialogue.tables.specials
    if verb == "PRT":
        begins = await dialogue.value("SPN  ", digits(19, "", ESN_INPUT))
        found = [each for (owner, by, code), each in sorted(table.items()) if (owner, by) == (at, access)]
        printed(dialogue, [_special_lines(each) for each in found if each.code.startswith(begins)])
        return

    def check(text: str) -> str:
        code = "".join(digits(19, None, ESN_INPUT)(part) for part in text.split() or [""])
        if ((at, access, code) in table) == (verb == "NEW"):
            raise RefusedError(ESN_BLOCK_THERE if verb == "NEW" else ESN_NO_BLOCK)
        return code

    code = await dialogue.value("SPN  ", check)
    if verb == "OUT":
        del table[at, access, code]
        dialogue.saved()
        return
    held = table.get((at, access, code), Special(access, code, 0, -1))
    length = await dialogue.value("FLEN ", _length(code, held.length))

    def target(text: str) -> int:
        return (
            held.route_list
            if not text.strip() and held.route_list >= 0
            else existing(dialogue.tables.lists, at, True)(text)
        )

    route_list = await dialogue.value("RLI  ", target)
    kind = await dialogue.value("CLTP ", one_of("", "NONE", "LOCL", "NATL", "INTL", "SSER", refusal=ESN_INPUT))
    table[at, access, code] = Special(access, code, length, route_list, kind or held.call_type)
    dialogue.saved()


def _special_lines(each: Special) -> list[str]:
    return [f"SPN  {each.code} ", f"FLEN {each.length} ", f"RLI  {each.route_list} ", f"CLTP {each.call_type} "]


steering = overlay_of(_steering, ESN_INPUT)
specials = overlay_of(_specials, ESN_INPUT)
