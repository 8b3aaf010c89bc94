"""LD 86: the dialling plan's data (ESN), digit manipulation (DGT) and route lists (RLB)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fellesdrift.twin.pbx.codes import (
    ESN_BLOCK_THERE,
    ESN_CONFLICT,
    ESN_IN_USE,
    ESN_INPUT,
    ESN_NO_BLOCK,
    RefusedError,
)
from fellesdrift.twin.pbx.overlays.requests import customer, digits, number, one_of, overlay_of
from fellesdrift.twin.pbx.records import Block, Digits, Entry, RouteList
from fellesdrift.twin.pbx.tty import Dialogue

_MOST = 1999
# of the plan's data: (name, largest value, value by default)
_LIMITS = (("MXLC", 1000, 0), ("MXSD", 1999, 0), ("MXIX", 255, 0), ("MXDM", 1999, 100), ("MXRL", 1999, 100))
_NCDP = range(3, 11)


def whole(least: int, most: int, default: int | None = None) -> Callable[[str], int]:
    """A whole number, refused with a code of this family."""
    return number(least, most, default, ESN_INPUT)


def existing(table: dict[Any, Any], at: int, there: bool, most: int = _MOST) -> Callable[[str], int]:
    """A number that the table has (`there`), or has not. Raises RefusedError."""

    def check(text: str) -> int:
        found = whole(0, most)(text)
        if ((at, found) in table) != there:
            raise RefusedError(ESN_NO_BLOCK if there else ESN_BLOCK_THERE)
        return found

    return check


async def start(dialogue: Dialogue, *features: str) -> tuple[int, str]:
    """CUST and FEAT, with which every request here begins."""
    at = await dialogue.value("CUST ", customer(dialogue))
    return at, await dialogue.value("FEAT ", one_of(*features, refusal=ESN_INPUT))


async def _plan(dialogue: Dialogue, verb: str) -> None:
    at, feature = await start(dialogue, "ESN", "DGT", "RLB")
    await {"ESN": _esn, "DGT": _digits, "RLB": _lists}[feature](dialogue, verb, at)


def _access(dialogue: Dialogue, at: int, held: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        code = digits(2, held, ESN_INPUT)(text)
        if code != held:
            dialogue.memory.check_free(at, code, "AC1", ESN_CONFLICT)
        return code

    return check


async def _esn(dialogue: Dialogue, verb: str, at: int) -> None:
    known = dialogue.tables.esn.get(at)
    if (known is None) == (verb != "NEW"):
        dialogue.refuse(ESN_BLOCK_THERE if verb == "NEW" else ESN_NO_BLOCK)
    elif verb == "OUT":
        if dialogue.tables.steering or dialogue.tables.lists or dialogue.tables.specials:
            dialogue.refuse(ESN_IN_USE)
            return
        dialogue.memory.put_block(dialogue.tables.esn, at, Block())
        del dialogue.tables.esn[at]
        dialogue.saved()
    elif verb == "PRT":
        dialogue.print([f"{name:<4} {value} " for name, value in (known or Block()).values])
    else:
        block = known or Block()
        for name, most, default in _LIMITS:
            held = int(block.get(name) or default)
            block = block.put(**{name: str(await dialogue.value(f"{name} ", whole(0, most, held)))})
        cdp = await dialogue.value("CDP  ", one_of("", "YES", "NO", refusal=ESN_INPUT))
        block = block.put(CDP=cdp or block.get("CDP") or "YES")
        block = block.put(MXSC=str(await dialogue.value("MXSC ", whole(0, 10000, int(block.get("MXSC") or 2000)))))
        length = await dialogue.value("NCDP ", whole(_NCDP[0], _NCDP[-1], int(block.get("NCDP") or 4)))
        block = block.put(NCDP=str(length))
        for name in ("AC1", "AC2"):
            block = block.put(**{name: await dialogue.value(f"{name}  ", _access(dialogue, at, block.get(name)))})
        dialogue.memory.put_block(dialogue.tables.esn, at, block)
        dialogue.saved()


async def _digits(dialogue: Dialogue, verb: str, at: int) -> None:
    table = dialogue.tables.digits
    if verb == "PRT":
        wanted = await dialogue.value("DMI  ", whole(0, _MOST, -1))
        found = [each for (owner, key), each in sorted(table.items()) if owner == at and wanted in (-1, key)]
        printed(dialogue, [[f"DMI  {each.number} ", f"DEL  {each.delete} ", f"INST {each.insert}"] for each in found])
        return
    wanted = await dialogue.value("DMI  ", existing(table, at, verb != "NEW"))
    if wanted == 0:
        dialogue.refuse(ESN_INPUT)
    elif verb == "OUT":
        entries = [entry for (owner, _), each in dialogue.tables.lists.items() if owner == at for entry in each.entries]
        if any(entry.digits == wanted for entry in entries):
            dialogue.refuse(ESN_IN_USE)
            return
        del table[at, wanted]
        dialogue.saved()
    else:
        held = table.get((at, wanted), Digits(wanted, 0))
        delete = await dialogue.value("DEL  ", whole(0, 19, held.delete))
        insert = await dialogue.value("INST ", _insert(held.insert))
        table[at, wanted] = Digits(wanted, delete, insert)
        dialogue.saved()


def _insert(held: str) -> Callable[[str], str]:
    """Digits; X takes away those that were there."""

    def check(text: str) -> str:
        return "" if text.strip().upper() == "X" else digits(31, held, ESN_INPUT)(text)

    return check


async def _lists(dialogue: Dialogue, verb: str, at: int) -> None:
    table = dialogue.tables.lists
    if verb == "PRT":
        wanted = await dialogue.value("RLI  ", whole(0, _MOST, -1))
        found = [each for (owner, key), each in sorted(table.items()) if owner == at and wanted in (-1, key)]
        printed(dialogue, [_list_lines(each) for each in found])
        return
    wanted = await dialogue.value("RLI  ", existing(table, at, verb != "NEW"))
    if verb == "OUT":
        used = [
            each.target for (owner, _), each in dialogue.tables.steering.items() if owner == at and each.kind != "LSC"
        ]
        used += [each.route_list for (owner, _, _), each in dialogue.tables.specials.items() if owner == at]
        used += [int(dialogue.tables.customers[at].get("RLI") or -1)]
        if wanted in used:
            dialogue.refuse(ESN_IN_USE)
            return
        del table[at, wanted]
        dialogue.saved()
        return
    entries = {entry.number: entry for entry in table.get((at, wanted), RouteList(wanted, ())).entries}
    while True:
        text = await dialogue.value("ENTR ", _entry)
        if text is None:
            break
        entry, remove = text
        if remove:
            entries.pop(entry, None)
        else:
            entries[entry] = await _ask_entry(dialogue, at, entry, entries.get(entry))
    if not entries:
        dialogue.refuse(ESN_INPUT)
        return
    table[at, wanted] = RouteList(wanted, tuple(entries[key] for key in sorted(entries)))
    dialogue.saved()


def _entry(text: str) -> tuple[int, bool] | None:
    """(number, whether to remove it: typed as X3); None ends the list."""
    typed = text.strip().upper()
    if not typed:
        return None
    return whole(0, 63)(typed.removeprefix("X")), typed.startswith("X")


async def _ask_entry(dialogue: Dialogue, at: int, entry: int, held: Entry | None) -> Entry:
    local = await dialogue.value("LTER ", one_of("", "YES", "NO", refusal=ESN_INPUT))
    ends = local == "YES" or (not local and held is not None and held.local)
    route = 0
    if not ends:
        before = held.route if held is not None else None

        def check(text: str) -> int:
            found = whole(0, 511, before)(text)
            if (at, found) not in dialogue.tables.routes:
                raise RefusedError(ESN_NO_BLOCK)
            return found

        route = await dialogue.value("ROUT ", check)
    level = await dialogue.value("FRL  ", whole(0, 7, held.level if held is not None else 0))

    def index(text: str) -> int:
        found = whole(0, _MOST, held.digits if held is not None else 0)(text)
        if found and (at, found) not in dialogue.tables.digits:
            raise RefusedError(ESN_NO_BLOCK)
        return found

    return Entry(entry, ends, route, level, await dialogue.value("DMI  ", index))


def _list_lines(each: RouteList) -> list[str]:
    lines = [f"RLI  {each.number} "]
    for entry in each.entries:
        lines += [f"ENTR {entry.number} ", f"LTER {'YES' if entry.local else 'NO'} "]
        lines += [] if entry.local else [f"ROUT {entry.route} "]
        lines += [f"FRL  {entry.level} ", f"DMI  {entry.digits} "]
    return lines


def printed(dialogue: Dialogue, blocks: list[list[str]]) -> None:
    """Blocks with empty lines between them; none at all is refused."""
    if not blocks:
        dialogue.refuse(ESN_NO_BLOCK)
        return
    lines: list[str] = []
    for block in blocks:
        lines += [*([""] if lines else []), *block]
    dialogue.print(lines)


plan = overlay_of(_plan, ESN_INPUT)
