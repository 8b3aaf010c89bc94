"""Terminal numbers: `c u` of a small system, `l s c u` of a large one, and the one form in which both are printed."""

from __future__ import annotations

from fellesdrift.twin.pbx.codes import NO_TN, RefusedError
from fellesdrift.twin.pbx.records import Tn

SMALL = "small"
LARGE = "large"
# units of IP telephones hang on loops that are no hardware
VIRTUAL = range(61, 100)
_CARDS_SMALL = range(1, 51)
_LOOPS = range(256)
_UNITS = range(32)


def printed(tn: Tn) -> str:
    """As every print has it: `014 0 00 03`."""
    loop, shelf, card, unit = tn
    return f"{loop:03} {shelf} {card:02} {unit:02}"


def bare(tn: Tn) -> str:
    """As a management line has it: `14 0 0 3`."""
    return " ".join(str(part) for part in tn)


def parse(text: str, form: str) -> Tn:
    """One terminal number as typed. Raises RefusedError."""
    found = _numbers(text)
    if form == SMALL and len(found) == 2:
        found = [found[0], 0, 0, found[1]]
    if len(found) != 4:
        raise RefusedError(NO_TN)
    loop, shelf, card, unit = found
    known = (
        (loop in _CARDS_SMALL or loop in VIRTUAL) and (shelf, card) == (0, 0)
        if form == SMALL
        else loop in _LOOPS and shelf in range(2) and card in range(16)
    )
    if not known or unit not in _UNITS:
        raise RefusedError(NO_TN)
    return loop, shelf, card, unit


def prefix(text: str, form: str) -> tuple[int, ...]:
    """The beginning of a terminal number: a loop, shelf or card whose units are all meant; () for everything."""
    found = _numbers(text) if text.strip() else []
    whole = 2 if form == SMALL else 4
    if len(found) >= whole:
        return parse(text, form)
    if form == SMALL and len(found) == 1:
        return found[0], 0, 0
    return tuple(found)


def _numbers(text: str) -> list[int]:
    parts = text.split()
    if not parts or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        raise RefusedError(NO_TN)
    return [int(part) for part in parts]
