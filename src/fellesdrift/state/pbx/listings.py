"""What an exchange says of itself: licences and issue (LD 22), and its sets by a feature (LD 81), as typed data.

The forms of these prints are published ones. They are read only; a gate rests on them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fellesdrift.session.overlay import Answers
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.pbx.prints import Lines, Print

_LICENCE = re.compile(r"(?P<name>[A-Z][A-Z0-9 ()/.&-]*?) +(?P<total>\d+) +LEFT *(?P<left>-?\d+) +USED *(?P<used>\d+) *")
_TN = r"\d{3} \d \d{2} \d{2}"
_DAY = r"\d{1,2} [A-Z]{3} \d{4}"
_LISTED = re.compile(
    rf"(?P<feature>[A-Z][A-Z0-9]{{1,7}}) +(?P<value>\d{{2,4}}|  ) (?P<dn>[\d ]{{7}}) (?P<group>\d{{3}}) +"
    rf"TN +(?P<tn>{_TN}) +(?P<family>\S+) +(?P<des>\S*) +(?P<date>{_DAY}) *"
)
# what is listed with a number, and the prompt that asks for it
NUMBERED = {"NCOS": "NCOS", "RNP": "RNPG"}
_LIST = {"REQ": "lst", "DATE": "", "PAGE": "", "DES": ""}
_ISSUE = {"VERSION": r"\S+", "RELEASE": r"\S+", "ISSUE": r"\S.*?"}


@dataclass(frozen=True)
class Licence:
    """How many of a kind may be built, are not yet, and are."""

    name: str
    total: int
    left: int
    used: int


@dataclass(frozen=True)
class Issue:
    """What software it is."""

    version: str
    release: str
    issue: str


@dataclass(frozen=True)
class Listed:
    """A set in a list by feature. value, dn: None where the list has none; date as printed."""

    feature: str
    value: int | None
    dn: str | None
    group: int
    tn: str
    family: str
    des: str
    date: str


def licences_of(printed: Print) -> dict[str, Licence]:
    """By name. Raises UnreadablePrintError (FD451), also for numbers that do not fit together, and for no line."""
    found: dict[str, Licence] = {}
    for number, line in _filled(printed):
        match = _LICENCE.fullmatch(line)
        if match is None or match["name"] in found:
            raise printed.refused(number, line, "a licence, once: its name, its number, LEFT and USED")
        each = Licence(match["name"], int(match["total"]), int(match["left"]), int(match["used"]))
        if each.left != each.total - each.used:
            raise printed.refused(number, line, "LEFT and USED that make the total")
        found[each.name] = each
    if not found:
        raise printed.refused(0, "", "at least one licence")
    return found


def issue_of(printed: Print) -> Issue:
    """Raises UnreadablePrintError (FD451) when one of the three is missing, or stands there twice."""
    values = {}
    for name, form in _ISSUE.items():
        found = [
            match
            for match in (re.fullmatch(rf"{name} +({form})(?:  \+)? *", line) for _, line in printed.lines)
            if match
        ]
        if len(found) != 1:
            raise printed.refused(0, "", f"one line {name}, not {len(found)}")
        values[name.lower()] = found[0][1]
    return Issue(**values)


def listed_of(printed: Print, feature: str) -> list[Listed]:
    """Raises UnreadablePrintError (FD451) for a line that is none of that feature's, and for a set that stands there
    twice."""
    if printed.nothing:
        return []
    found: dict[str, Listed] = {}
    for number, line in _filled(printed):
        match = _LISTED.fullmatch(line)
        if match is None or match["feature"] != feature or match["tn"] in found:
            raise printed.refused(number, line, f"a set with {feature}, once")
        value, dn = match["value"].strip(), match["dn"].strip()
        found[match["tn"]] = Listed(
            feature,
            int(value) if value else None,
            dn or None,
            int(match["group"]),
            match["tn"],
            match["family"],
            match["des"],
            match["date"],
        )
    if not found:
        raise printed.refused(0, "", "at least one set, or a code")
    return list(found.values())


# the same, asked


def read_licences(exchange: Exchange) -> dict[str, Licence]:
    """LD 22 SLT. Raises SessionError, UnreadablePrintError."""
    return licences_of(_asked(exchange, 22, {"REQ": "slt"}, "SLT"))


def read_issue(exchange: Exchange) -> Issue:
    """LD 22 ISS. Raises SessionError, UnreadablePrintError."""
    return issue_of(_asked(exchange, 22, {"REQ": "iss"}, "ISS"))


def read_by_feature(exchange: Exchange, feature: str) -> list[Listed]:
    """The sets with NCOS (of any), RNP (of any group), or a class of service such as CFXA (LD 81 LST). Raises
    SessionError, UnreadablePrintError."""
    wanted = feature.upper()
    number = {prompt: "" for name, prompt in NUMBERED.items() if name == wanted}
    answers = {**_LIST, "CUST": exchange.customer, "FEAT": [wanted.lower(), ""], **number}
    return listed_of(_asked(exchange, 81, answers, f"LST {wanted}", nothing=True), wanted)


def _filled(printed: Print) -> Lines:
    return [(number, line) for number, line in printed.lines if line.strip()]


def _asked(exchange: Exchange, overlay: int, answers: Answers, what: str, nothing: bool = False) -> Print:
    said = exchange.print(overlay, answers, nothing=nothing)
    return Print(exchange.name, f"LD {overlay} {what}", said)
