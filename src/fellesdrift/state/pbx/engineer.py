"""Prints for an engineer: what an exchange says of one thing, as it says it and as typed data. Nothing is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from fellesdrift.session.overlay import Answers, Said
from fellesdrift.state.pbx.catalogue import KINDS
from fellesdrift.state.pbx.catalogue.set_print import sets_of
from fellesdrift.state.pbx.compare import shown
from fellesdrift.state.pbx.errors import PbxStateError
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.pbx.listings import read_by_feature, read_issue, read_licences
from fellesdrift.state.pbx.prints import Print
from fellesdrift.state.typed.people import HIDDEN

FEATURE = "feature"
# the prompts that take the beginning of a key, or a whole one; a kind without one is one block
_NARROWED = {
    "set": ("TN",),
    "name": ("DN",),
    "hunt_group": ("LSNO",),
    "route": ("ROUT",),
    "digit_manipulation": ("DMI",),
    "route_list": ("RLI",),
    "steering_code": ("DSC", "TSC", "LSC"),
    "special_number": ("SPN",),
}
_OTHERS: dict[str, Callable[[Exchange], Any]] = {
    "licences": lambda exchange: {name: asdict(each) for name, each in read_licences(exchange).items()},
    "issue": lambda exchange: asdict(read_issue(exchange)),
}
PRINTS = (*KINDS, *_OTHERS, FEATURE)
"""What can be printed."""
_NAMED = re.compile(r"^( *NAME +)\S.*$")
_WORD = re.compile(r"[A-Za-z0-9]{2,8}")
_DIGITS = re.compile(r"[0-9]{1,19}|[0-9]{1,3}( [0-9]{1,2}){1,3}")


@dataclass(frozen=True)
class Shown:
    """lines: as the exchange printed them; parsed: what they say. Without names where names were not asked for."""

    lines: tuple[str, ...] = field(repr=False)
    parsed: Any = field(repr=False)


class FilterError(PbxStateError):
    """A print that cannot be narrowed so. Nothing was typed."""

    def __init__(self, host: str, what: str, text: str, expected: str) -> None:
        super().__init__(
            code="FD460",
            problem="a print of the exchange cannot be narrowed so",
            host=host,
            key=what,
            found=repr(text) if text else "no filter",
            expected=expected,
            next_step="ansible-doc fellesdrift.core.pbx_print says what each print takes",
        )


class _Narrowed(Exchange):
    """An exchange of which a part is printed; what it says is kept."""

    def __init__(self, whole: Exchange, prompts: tuple[str, ...], text: str) -> None:
        self.form = whole.form
        self.lines: list[str] = []
        self._asked = whole
        self._prompts = prompts
        self._text = text

    @property
    def name(self) -> str:
        return self._asked.name

    def print(self, overlay: int, answers: Answers, *, nothing: bool = False) -> Said:
        asked = {name: self._text if name in self._prompts else value for name, value in answers.items()}
        said = self._asked.print(overlay, asked, nothing=nothing)
        self.lines += [*([""] if self.lines else []), *said.lines]
        return said


def show(exchange: Exchange, what: str, text: str = "", *, names: bool = False) -> Shown:
    """One of PRINTS. text: the number, or its beginning, that is asked for; of FEATURE the feature. names: whether
    those of telephones are shown, which are of people.

    Raises FilterError (FD460), UnreadablePrintError (FD451), SessionError.
    """
    _check(exchange.name, what, text)
    part = _Narrowed(exchange, _NARROWED.get(what, ()) if text else (), text)
    if what == FEATURE:
        parsed: Any = [asdict(each) for each in read_by_feature(part, text)]
    elif what in _OTHERS:
        parsed = _OTHERS[what](part)
    else:
        found = {what: _sets(part) if what == "set" and text else KINDS[what].read(part)}
        parsed = (found if names else shown(found))[what]
    lines = part.lines if names else [_NAMED.sub(rf"\g<1>{HIDDEN}", line) for line in part.lines]
    return Shown(tuple(lines), parsed)


def _sets(exchange: Exchange) -> Any:
    """Some of the sets. That there is none of them says nothing of the others."""
    answers = {"REQ": "PRT", "TYPE": "TNB", "TN": "", "DATE": "", "PAGE": "", "DES": ""}
    return sets_of(Print(exchange.name, "LD 20 TNB", exchange.print(20, answers, nothing=True), heading="TYPE TNB"))


def _check(host: str, what: str, text: str) -> None:
    if what == FEATURE:
        if not _WORD.fullmatch(text):
            raise FilterError(host, what, text, "NCOS, RNP or a class of service, as CFXA")
    elif text and what not in _NARROWED:
        raise FilterError(host, what, text, f"no filter: {what} is one print")
    elif text and not _DIGITS.fullmatch(text):
        raise FilterError(host, what, text, "a number or its beginning, or a terminal number as it is typed")
