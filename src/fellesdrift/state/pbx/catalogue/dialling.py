"""Where numbers lead: routes, digit manipulation, the dialling plan, steering codes, special numbers, the attendant.

Prompts and limits are those of Nortel's guides for LD 15, 16, 86, 87 and 90, from memory (docs/telephony/kinds.md).
"""

from __future__ import annotations

from fellesdrift.state.pbx.catalogue.section import Section, TableKind, customer_data, networking, routes
from fellesdrift.state.pbx.fields import Field, code, count, switch, words
from fellesdrift.state.pbx.kinds import Resource

HIGHEST_ROUTE, HIGHEST_LIST, HIGHEST_DIGITS = 511, 1999, 1999
_LONGEST = 24
ROUTE_LIST = count("RLI", "route_list", HIGHEST_LIST, refers="route_list")


class _Codes(TableKind):
    """Codes that numbers begin with: a number is at least as long."""

    def check(self, key: str, resource: Resource) -> Resource:
        _, found = self.place(key)
        if 0 < resource.get("length", 0) < len(found):
            raise ValueError(f"a length of 0, or of at least {len(found)}: the code is a part of the number")
        return super().check(key, resource)


def _length() -> Field:
    return count("FLEN", "length", _LONGEST, default=0)


def _steering(kind: str, *fields: Field) -> Section:
    dialled = code(kind, "code", 7, dials=True)
    return networking(87, "cdp", *fields, code=dialled, word=kind, TYPE=kind.lower())


def _special(access: str) -> Section:
    number = code("SPN", "code", 19)
    call = words("CLTP", "call_type", "NONE", "LOCL", "NATL", "INTL", "SSER", default="NONE")
    head = {"TRAN": access.lower(), "TYPE": "spn"}
    return networking(90, "net", _length(), ROUTE_LIST, call, code=number, word=access, **head)


DIALLING_PLAN = TableKind(
    "dialling_plan",
    10,
    networking(
        86,
        "esn",
        count("MXLC", "mxlc", 1000, default=0),
        count("MXSD", "mxsd", 1999, default=0),
        count("MXIX", "mxix", 255, default=0),
        count("MXDM", "mxdm", 1999, default=100),
        count("MXRL", "mxrl", 1999, default=100),
        switch("CDP", "coordinated", default=True),
        count("MXSC", "mxsc", 10000, default=2000),
        count("NCDP", "digits", 10, least=3),
        code("AC1", "access_code_1", 2, default="", dials=True, empty=True),
        code("AC2", "access_code_2", 2, default="", dials=True, empty=True),
        code=None,
    ),
)
ATTENDANT = TableKind(
    "attendant", 10, customer_data("ATT", code("ATDN", "dn", 4, dials=True, empty=True)), removable=False
)
ROUTE = TableKind(
    "route",
    20,
    routes(
        words("TKTP", "trunk_type", "COT", "DID", "TIE", "FEX"),
        words("ICOG", "direction", "IAO", "ICT", "OGT"),
        code("ACOD", "access_code", 7, dials=True),
        switch("CNTL", "controlled", default=False),
        code=count("ROUT", "number", HIGHEST_ROUTE),
    ),
)
DIGIT_MANIPULATION = TableKind(
    "digit_manipulation",
    20,
    networking(
        86,
        "dgt",
        count("DEL", "delete", 19, default=0),
        code("INST", "insert", 31, default="", erase="X", empty=True),
        code=count("DMI", "number", HIGHEST_DIGITS, least=1),
    ),
)
STEERING_CODE = _Codes(
    "steering_code",
    60,
    _steering("DSC", _length(), ROUTE_LIST),
    _steering("TSC", _length(), ROUTE_LIST),
    _steering("LSC", count("DMI", "digit_manipulation", HIGHEST_DIGITS, refers="digit_manipulation")),
)
SPECIAL_NUMBER = _Codes("special_number", 60, _special("AC1"), _special("AC2"))
