"""LD 16 (trunk routes), LD 15 (customer data), and LD 21, which prints both."""

from __future__ import annotations

from collections.abc import Callable

from fellesdrift.twin.pbx.codes import BLOCK_THERE, DN_CONFLICT, IN_USE, NO_BLOCK, NOTHING_FOUND, RefusedError
from fellesdrift.twin.pbx.overlays.requests import customer, digits, number, one_of, overlay_of, serve
from fellesdrift.twin.pbx.records import Block, Route
from fellesdrift.twin.pbx.tty import Dialogue

_KINDS = ("COT", "DID", "TIE", "FEX")
_DIRECTIONS = ("IAO", "ICT", "OGT")
_HIGHEST = 511
_GATES = ("ATT", "NET")


def _lines(route: Route) -> list[str]:
    return [
        "TYPE RDB ",
        f"CUST {route.customer:02} ",
        f"ROUT {route.number} ",
        f"TKTP {route.kind} ",
        f"ICOG {route.direction} ",
        f"ACOD {route.access} ",
        f"CNTL {route.control} ",
    ]


async def _route(dialogue: Dialogue, verb: str) -> None:
    await dialogue.value("TYPE ", one_of("RDB"))
    at = await dialogue.value("CUST ", customer(dialogue))
    table = dialogue.tables.routes
    if verb == "PRT":
        await _print_routes(dialogue, at)
        return

    def check(text: str) -> int:
        found = number(0, _HIGHEST)(text)
        if ((at, found) in table) == (verb == "NEW"):
            raise RefusedError(BLOCK_THERE if verb == "NEW" else NO_BLOCK)
        if verb == "OUT" and _used(dialogue, at, found):
            raise RefusedError(IN_USE)
        return found

    wanted = await dialogue.value("ROUT ", check)
    if verb == "OUT":
        dialogue.memory.drop_route(at, wanted)
        dialogue.saved()
        return
    held = table.get((at, wanted))
    words = ("",) if held is not None else ()
    kind = await dialogue.value("TKTP ", one_of(*_KINDS, *words)) or (held.kind if held is not None else "")
    direction = await dialogue.value("ICOG ", one_of(*_DIRECTIONS, *words)) or (
        held.direction if held is not None else ""
    )
    access = await dialogue.value("ACOD ", _access(dialogue, at, held))
    control = await dialogue.value("CNTL ", one_of("", "YES", "NO")) or (held.control if held is not None else "NO")
    dialogue.memory.put_route(Route(wanted, at, kind, direction, access, control))
    dialogue.saved()


def _used(dialogue: Dialogue, at: int, wanted: int) -> bool:
    lists = [each for (owner, _), each in dialogue.tables.lists.items() if owner == at]
    return any(entry.route == wanted and not entry.local for each in lists for entry in each.entries)


def _access(dialogue: Dialogue, at: int, held: Route | None) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not text.strip() and held is not None:
            return held.access
        code = digits(7)(text)
        if held is None or code != held.access:
            dialogue.memory.check_free(at, code, "RDB", DN_CONFLICT)
        return code

    return check


async def _print_routes(dialogue: Dialogue, at: int) -> None:
    wanted = await dialogue.value("ROUT ", number(0, _HIGHEST, -1))
    found = [
        each for (owner, key), each in sorted(dialogue.tables.routes.items()) if owner == at and wanted in (-1, key)
    ]
    if not found:
        dialogue.refuse(NOTHING_FOUND)
        return
    lines: list[str] = []
    for each in found:
        lines += [*([""] if lines else []), *_lines(each)]
    dialogue.print(lines)


async def _change_customer(dialogue: Dialogue, _rest: str) -> None:
    """Only what the dialling plan needs: the attendant's number, and where vacant numbers go."""
    gate = await dialogue.value("TYPE: ", one_of(*_GATES))
    at = await dialogue.value("CUST ", customer(dialogue))
    block = dialogue.tables.customers[at]
    if gate == "ATT":
        block = block.put(ATDN=await dialogue.value("ATDN ", _attendant(dialogue, at, block)))
    else:
        routed = await dialogue.value("VNR  ", one_of("", "YES", "NO")) or block.get("VNR") or "NO"
        block = block.put(VNR=routed)
        if routed == "YES":
            block = block.put(RLI=str(await dialogue.value("RLI  ", _list(dialogue, at, block))))
            length = int(block.get("FLEN") or 16)
            block = block.put(FLEN=str(await dialogue.value("FLEN ", number(1, 16, length))))
        else:
            block = block.put(RLI="", FLEN="")
    dialogue.memory.put_block(dialogue.tables.customers, at, block)
    dialogue.saved()


def _attendant(dialogue: Dialogue, at: int, block: Block) -> Callable[[str], str]:
    def check(text: str) -> str:
        code = digits(4, block.get("ATDN"))(text)
        if code != block.get("ATDN"):
            dialogue.memory.check_free(at, code, "ATDN", DN_CONFLICT)
        return code

    return check


def _list(dialogue: Dialogue, at: int, block: Block) -> Callable[[str], int]:
    def check(text: str) -> int:
        if not text.strip() and block.get("RLI"):
            return int(block.get("RLI"))
        found = number(0, 1999)(text)
        if (at, found) not in dialogue.tables.lists:
            raise RefusedError(NO_BLOCK)
        return found

    return check


async def _print(dialogue: Dialogue, _rest: str) -> None:
    kind = await dialogue.value("TYPE: ", one_of("CDB", "RDB", "ATT", "NET"))
    at = await dialogue.value("CUST ", customer(dialogue))
    if kind == "RDB":
        await _print_routes(dialogue, at)
        return
    block = dialogue.tables.customers[at]
    lines = [f"TYPE {kind} ", f"CUST {at:02} "]
    if kind in ("CDB", "ATT"):
        lines.append(f"ATDN {block.get('ATDN')} ")
    if kind in ("CDB", "NET"):
        lines.append(f"VNR  {block.get('VNR') or 'NO'} ")
        if block.get("VNR") == "YES":
            lines += [f"RLI  {block.get('RLI')} ", f"FLEN {block.get('FLEN')} "]
    dialogue.print(lines)


routes = overlay_of(_route)


async def customers(dialogue: Dialogue) -> None:
    """LD 15."""
    await serve(dialogue, "REQ: ", {"CHG": _change_customer})


async def prints(dialogue: Dialogue) -> None:
    """LD 21."""
    await serve(dialogue, "REQ: ", {"PRT": _print})
