"""What a set can be: types, their fields with defaults, classes of service, keys.

The digital set's fields, their order and spacing, and its classes of service are those of a published print of a 3902
(docs/telephony.md); the analogue set's are from memory of such prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fellesdrift.twin.pbx.codes import INPUT, RefusedError

ANALOGUE = "ANALOGUE TELEPHONES"
DIGITAL = "DIGITAL TELEPHONES"
IP = "IP USERS"


@dataclass(frozen=True)
class Kind:
    """A type of set. `family` is its name in LD 81; `last_key` the last one that a print shows."""

    name: str
    licence: str
    family: str
    last_key: int
    density: str

    @property
    def analogue(self) -> bool:
        return self.licence == ANALOGUE


TYPES = {
    kind.name.upper(): kind
    for kind in (
        Kind("500", ANALOGUE, "2500", 0, "4D"),
        Kind("2006", DIGITAL, "2000", 5, "8D"),
        Kind("2008", DIGITAL, "2000", 7, "8D"),
        Kind("2616", DIGITAL, "2000", 15, "8D"),
        Kind("3902", DIGITAL, "3900", 5, "8D"),
        Kind("3903", DIGITAL, "3900", 11, "8D"),
        Kind("3904", DIGITAL, "3900", 31, "8D"),
        Kind("i2001", IP, "I2001", 11, "8D"),
        Kind("i2002", IP, "I2002", 31, "8D"),
        Kind("i2004", IP, "I2004", 31, "8D"),
    )
}

_YES_NO = ("NO", "YES")
_LANGUAGES = ("ENG", "FRE", "GER", "NOR", "SWE", "DAN", "FIN", "RUS")


@dataclass(frozen=True)
class Field:
    """`trailing`: what a print puts after the value. `most`: the largest number, the longest text or number of digits;
    `kind`: number, digits, text, word (one of `words`).
    """

    name: str
    default: str
    kind: str
    most: int = 0
    trailing: str = " "
    words: tuple[str, ...] = ()

    def check(self, typed: str) -> str:
        """The value as it is kept. Raises RefusedError."""
        text = typed.strip().upper()
        if self.kind == "word":
            right = text in self.words
        elif self.kind == "number":
            right = text.isascii() and text.isdigit() and int(text) <= self.most
            text = text.zfill(len(self.default)) if right else text
            text = str(int(text)) if right and len(self.default) < 2 else text
        elif self.kind == "digits":
            right = text.isascii() and text.isdigit() and len(text) <= self.most
        else:
            text = typed.strip()
            right = 0 < len(text) <= self.most and text.isprintable()
        if not right:
            raise RefusedError(INPUT)
        return text


def _number(name: str, default: str, most: int, trailing: str = " ") -> Field:
    return Field(name, default, "number", most, trailing)


def _word(name: str, default: str, words: tuple[str, ...] = _YES_NO, trailing: str = "") -> Field:
    return Field(name, default, "word", 0, trailing, words)


DES = Field("DES", "", "text", 6, "  ")
# computed or set by the system, printed and never asked for
CPND_LANG = _word("CPND_LANG", "ENG")
_AACS = _word("AACS", "NO")
_ITNA = _word("ITNA", "NO", trailing="  ")
_DGRP = Field("DGRP", "", "digits", 3)
_FIELDS = {
    field.name: field
    for field in (
        _number("ERL", "0", 65535),
        Field("FDN", "", "digits", 7),
        _number("TGAR", "0", 31),
        _word("LDN", "NO", ("NO", "0", "1", "2", "3", "4", "5")),
        _number("NCOS", "0", 99),
        _number("SGRP", "0", 999),
        _number("RNPG", "0", 4095),
        _number("SCI", "0", 15),
        Field("SSU", "", "digits", 4),
        Field("XLST", "", "digits", 3),
        Field("SCPW", "", "digits", 8),
        _word("SFLT", "NO"),
        _number("CAC_CIS", "3", 10),
        _number("CAC_MFC", "0", 10, ""),
        Field("HUNT", "", "digits", 7),
        _number("PLEV", "02", 7),
        _word("DANI", "NO"),
        Field("AST", "", "digits", 2),
        _number("IAPG", "0", 15),
        _number("MLWU_LANG", "0", 5),
        _word("MLNG", "ENG", _LANGUAGES),
        _number("DNDR", "0", 120),
        _number("ZONE", "000", 255),
        CPND_LANG,
        _AACS,
        _ITNA,
        _DGRP,
    )
}

# the order in which NEW asks, which is not the order in which it is printed
_ASKED = {
    DIGITAL: "ERL FDN TGAR LDN NCOS RNPG SSU XLST SCPW SGRP SFLT CAC_CIS CAC_MFC CLS HUNT SCI PLEV DANI AST IAPG "
    "MLWU_LANG MLNG DNDR",
    ANALOGUE: "ERL DN AST IAPG HUNT TGAR LDN NCOS SGRP RNPG XLST SCI SCPW SFLT CAC_MFC CLS PLEV DANI MLWU_LANG",
}
_PRINTED = {
    DIGITAL: "ERL FDN TGAR LDN NCOS SGRP RNPG SCI SSU XLST SCPW SFLT CAC_CIS CAC_MFC CLS CPND_LANG HUNT PLEV DANI AST "
    "IAPG AACS ITNA DGRP MLWU_LANG MLNG DNDR",
    ANALOGUE: "ERL DN AST IAPG HUNT TGAR LDN NCOS SGRP RNPG XLST SCI SCPW SFLT CAC_MFC CLS PLEV DANI AACS MLWU_LANG",
}


@cache
def _order(licence: str, table: str) -> tuple[str, ...]:
    tables = _ASKED if table == "asked" else _PRINTED
    if licence == IP:
        return ("ZONE", *tables[DIGITAL].split())
    return tuple(tables[licence].split())


def asked(kind: Kind) -> tuple[str, ...]:
    """What NEW asks after CUST, by name; `CLS` and `DN` are special."""
    return _order(kind.licence, "asked")


def printed(kind: Kind) -> tuple[str, ...]:
    """What a print shows after CUST, by name; `CLS` and `DN` are special."""
    return _order(kind.licence, "printed")


def field(name: str) -> Field:
    """A field of a set by its name."""
    return _FIELDS[name]
