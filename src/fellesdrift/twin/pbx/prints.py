"""What is printed of sets, directory numbers and hunt groups, space by space as published prints have it."""

from __future__ import annotations

from datetime import date

from fellesdrift.twin.pbx import classes, types
from fellesdrift.twin.pbx.records import ANALOGUE_KEY, DN_KEYS, Group, Key, Name, Set
from fellesdrift.twin.pbx.tables import Memory
from fellesdrift.twin.pbx.tn import printed

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
NO_ACTIVITY = "NO ACT SINCE NO DATE     "


def day(ordinal: int) -> str:
    """` 6 OCT 2009`."""
    when = date.fromordinal(ordinal)
    return f"{when.day:>2} {_MONTHS[when.month - 1]} {when.year}"


def terminal(memory: Memory, each: Set) -> list[str]:
    """A set's whole block (TNB)."""
    kind = types.TYPES[each.type.upper()]
    values = dict(each.fields)
    lines = [
        f"DES  {each.des}{types.DES.trailing}",
        f"TN   {printed(each.tn)} ",
        f"TYPE {kind.name}",
        f"CDEN {kind.density}",
        f"CUST {each.customer} ",
    ]
    for name in types.printed(kind):
        if name == "CLS":
            lines += classes.lines(kind, each.cls)
        elif name == "DN":
            for key in each.keys:
                lines.append(f"DN   {key.dn} {key.clid}{'     MARP' if key.marp else ''}".rstrip() + " ")
                lines += _name(memory.tables.names.get((each.customer, key.dn)))
                lines.append(f"        ANIE {key.anie or '0'} ")
        else:
            field = types.field(name)
            value = values.get(name, field.default)
            lines.append(f"{name:<4} {value}{field.trailing if value else ''}")
    if not kind.analogue:
        lines += _keys(memory, each, kind)
    return [*lines, f"DATE {day(each.date)} "]


def _keys(memory: Memory, each: Set, kind: types.Kind) -> list[str]:
    held = {key.number: key for key in each.keys}
    lines = []
    for number in range(max([kind.last_key, *held]) + 1):
        start = "KEY  " if number == 0 else "     "
        key = held.get(number)
        if key is None:
            lines.append(f"{start}{number:02}     ")
        elif key.function in DN_KEYS:
            marp = "     MARP" if key.marp else " "
            lines.append(f"{start}{number:02} {key.function} {key.dn} {key.clid}{marp}")
            lines += _name(memory.tables.names.get((each.customer, key.dn)))
            lines.append(f"        ANIE {key.anie or '0'} ")
        else:
            lines.append(f"{start}{number:02} {_feature(key)}")
    return lines


def _feature(key: Key) -> str:
    size, _, stored = key.value.partition(" ")
    return f"{key.function} {size}  {stored}" if key.value else f"{key.function} "


def _name(name: Name | None) -> list[str]:
    if name is None:
        return []
    return [
        "        CPND",
        f"          CPND_LANG {name.language}",
        f"            NAME {name.name}",
        "            XPLN 27",
        f"            DISPLAY_FMT {name.display}",
    ]


def directory(memory: Memory, customer: int, dn: str) -> list[str]:
    """A directory number's block (DNB): of sets, or of whatever else has it."""
    places = memory.appearances.get((customer, dn))
    if not places:
        return [f"DN   {dn}", f"TYPE {memory.codes[customer, dn]} "]
    first = memory.tables.sets[places[0][0]]
    analogue = types.TYPES[first.type.upper()].analogue
    lines = [f"DN   {dn}", "TYPE L500" if analogue else "TYPE SL1 "]
    for place in places:
        each, key = memory.tables.sets[place[0]], memory.key_at(place)
        marp = "MARP" if key.marp else "    "
        where = f"{marp}       " if key.function == ANALOGUE_KEY else f"KEY {key.number:02}   {marp}"
        gap = "  " if key.function == ANALOGUE_KEY else " "
        space = "   " if key.function == ANALOGUE_KEY else "  "
        lines.append(f"TN   {printed(each.tn)}{gap}{where}{space}DES {each.des:<10}{day(each.date)} ")
        if key.function != ANALOGUE_KEY:
            lines.append(f"     ({types.TYPES[each.type.upper()].name})")
    return lines


def group(each: Group) -> list[str]:
    """A hunt group (GHT)."""
    members = dict(each.members)
    entries = [f"STOR {number} {members.get(number, '')}" for number in range(each.size)]
    return [f"GHLN {each.number:04} ", "GHT  ", "     ", f"PLDN {each.pilot}", f"DNSZ {each.digits} ", *entries]


def unused(memory: Memory, customer: int) -> list[str]:
    """The list of unused directory numbers (LUDN), ten in a line."""
    found = memory.unused(customer)
    rows = [found[at : at + 10] for at in range(0, len(found), 10)]
    return [f"CUSTOMER {customer:02}  - UNUSED DNS:", *("".join(f"{dn:<8}" for dn in row) for row in rows)]
