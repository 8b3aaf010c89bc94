"""LD 22 (licences and issue) and LD 81 (sets by feature)."""

from __future__ import annotations

from fellesdrift.twin.pbx import classes, types
from fellesdrift.twin.pbx.codes import NOTHING_FOUND
from fellesdrift.twin.pbx.overlays.requests import customer, nothing, number, one_of, serve
from fellesdrift.twin.pbx.prints import day
from fellesdrift.twin.pbx.records import Set
from fellesdrift.twin.pbx.tn import printed
from fellesdrift.twin.pbx.tty import Dialogue


async def _licences(dialogue: Dialogue, _rest: str) -> None:
    exchange = dialogue.exchange
    used = exchange.used_licences()
    lines = []
    for name in dict.fromkeys([types.ANALOGUE, types.DIGITAL, types.IP, *exchange.spec.licences]):
        total = exchange.spec.licences.get(name, 0)
        lines.append(f"{name:<23}{total:>5}    LEFT{total - used[name]:>6}    USED{used[name]:>6} ")
    dialogue.print(lines)


async def _issue(dialogue: Dialogue, _rest: str) -> None:
    spec = dialogue.exchange.spec
    dialogue.print(
        [
            "CALL SERVER/MAIN CAB ",
            f"VERSION {spec.version} ",
            f"RELEASE {spec.release} ",
            f"ISSUE {spec.issue}  + ",
            "IDLE_SET_DISPLAY NORTEL ",
        ]
    )


async def licences(dialogue: Dialogue) -> None:
    """LD 22."""
    await serve(dialogue, "REQ ", {"SLT": _licences, "ISS": _issue})


def _line(feature: str, value: str, each: Set) -> str:
    kind = types.TYPES[each.type.upper()]
    dn = each.keys[0].dn if kind.analogue and each.keys else ""
    group = 1 if kind.analogue else 0
    start = f"{feature:<9}{value} {dn:<7} {group:03}     TN  {printed(each.tn)}  "
    return f"{start}{kind.family:<10}{each.des:<10}{day(each.date)} "


async def _list(dialogue: Dialogue, _rest: str) -> None:
    found = await _found(dialogue)
    if found:
        dialogue.print(found)
    else:
        dialogue.refuse(NOTHING_FOUND)


async def _count(dialogue: Dialogue, _rest: str) -> None:
    dialogue.print([f"{len(await _found(dialogue)):>5} "])


async def _found(dialogue: Dialogue) -> list[str]:
    at = await dialogue.value("CUST  ", customer(dialogue))
    await dialogue.value("DATE  ", nothing)
    await dialogue.value("PAGE  ", nothing)
    des = (await dialogue.ask("DES   ")).strip().upper()
    feature = await dialogue.value("FEAT  ", one_of("NCOS", "RNP", *classes.WORDS))
    wanted = -1
    if feature == "NCOS":
        wanted = await dialogue.value("NCOS  ", number(0, 99, -1))
    elif feature == "RNP":
        wanted = await dialogue.value("RNPG  ", number(0, 4095, -1))
    await dialogue.value("FEAT  ", nothing)
    lines = []
    for _, each in sorted(dialogue.tables.sets.items()):
        if each.customer == at and des in ("", each.des.upper()):
            values = dict(each.fields)
            if feature in ("NCOS", "RNP"):
                value = int(values.get("NCOS" if feature == "NCOS" else "RNPG", "0"))
                if wanted in (-1, value) and (feature == "NCOS" or value):
                    lines.append(_line(feature, f"{value:02}", each))
            elif classes.has(types.TYPES[each.type.upper()], each.cls, feature):
                lines.append(_line(feature, "  ", each))
    return lines


async def features(dialogue: Dialogue) -> None:
    """LD 81."""
    await serve(dialogue, "REQ   ", {"LST": _list, "CNT": _count})
