"""The exchange of the published transcripts (docs/telephony.md): a small system with their sets and hunt group."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from fellesdrift.twin.pbx import types
from fellesdrift.twin.pbx.records import Block, Group, Key, Set
from fellesdrift.twin.pbx.spec import PbxSpec, write
from fellesdrift.twin.pbx.tables import Tables

LICENCES = {types.ANALOGUE: 128, "CLASS TELEPHONES": 0, types.DIGITAL: 168, types.IP: 4, "TNS": 2500}
CARDS = {(6, 0, 0): types.DIGITAL, (14, 0, 0): types.DIGITAL, (24, 0, 0): types.ANALOGUE, (61, 0, 0): types.IP}


def digital(card: int, unit: int, dn: str, built: date, **fields: str) -> Set:
    """A 3902 with the keys of the published print."""
    keys = (
        Key(0, "SCR", dn, "0", True, "0"),
        Key(1, "RNP"),
        Key(2, "ADL", value="16"),
        Key(3, "CFW", value="16"),
        Key(4, "TRN"),
    )
    return Set((card, 0, 0, unit), "3902", "3902", 0, built.toordinal(), tuple(fields.items()), (), keys)


def analogue(card: int, unit: int, dn: str, built: date) -> Set:
    return Set((card, 0, 0, unit), "500", "500", 0, built.toordinal(), (), (), (Key(0, "DN", dn, "0", True, "0"),))


def tables() -> Tables:
    """Fresh ones."""
    sets = [
        digital(14, 3, "2057", date(2009, 4, 11), NCOS="1", RNPG="718", MLNG="RUS"),
        digital(6, 12, "2186", date(2009, 10, 6)),
        analogue(24, 1, "2183", date(2014, 10, 7)),
        analogue(24, 2, "2179", date(2014, 10, 7)),
        analogue(24, 3, "2198", date(2014, 10, 7)),
    ]
    group = Group(11, 0, "0705", 4, ((0, "2183"), (1, "2179"), (2, "2186"), (3, "2198")))
    return Tables(
        cards=dict(CARDS),
        sets={each.tn: each for each in sets},
        groups={(0, 11): group},
        customers={0: Block((("ATDN", "99"), ("VNR", "NO")))},
        zones={0: "BQ"},
    )


def small(folder: Path, name: str = "x1", **options: Any) -> PbxSpec:
    """Its spec, with the contents in a file of the folder."""
    file = folder / f"{name}.exchange.json"
    file.write_text(write(tables()), encoding="utf-8")
    known: dict[str, Any] = {"form": "small", "first_tty": 14, "ports": 2, "licences": LICENCES, "idle": 1e6}
    return PbxSpec(name, "10.61.2.71", **{**known, "file": str(file), **options})
