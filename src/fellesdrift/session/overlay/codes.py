"""The codes of an exchange: which lines are codes, which are an answer's, and what is known of their meaning.

A code stands at the beginning of a line: letters that name a family of messages, then three digits or more. Nortel's
"X11 System Messages Guide" (553-3001-411) lists the families; the meanings here are only those that a published
dialogue shows. Every other code is shown and given no meaning.
"""

from __future__ import annotations

import re
from typing import NamedTuple

CODE = re.compile(r"^(?P<code>(?P<family>[A-Z]{2,6})\d{3,5})(?![A-Za-z0-9_])")
_LOGIN = "published dialogue of a login"
_SETS = "published dialogue of a change of sets"
_MEMORY = "from memory; not in a published dialogue"
_UNASKED = "published print with such lines in the middle"


class Known(NamedTuple):
    """What is known of a code or of a family, and from where."""

    meaning: str
    source: str


IDLE, NOT_LOGGED_IN, LOCKED_OUT, CONFLICT = "OVL000", "OVL111", "OVL400", "OVL429"
HUNTED, NO_SUCH_DN = "SCH0101", "SCH0881"
DOCUMENTED = {
    IDLE: Known("logged in, and no overlay is loaded", _LOGIN),
    NOT_LOGGED_IN: Known("not logged in", _LOGIN),
    LOCKED_OUT: Known("locked out", _LOGIN),
    CONFLICT: Known("another overlay that is loaded is in the way", "the exchange prints the words with it"),
    HUNTED: Known("the number is in a hunt list", _SETS),
    NO_SUCH_DN: Known("there is no such directory number", "published print of a directory number"),
}

UNASKED_FAMILIES = {
    "COM": Known("data communication", _UNASKED),
    "MGMT": Known("somebody has changed data", _UNASKED),
    "PT": Known("unknown; LD 20 prints PT0000 before its first prompt", "published dialogue of a change of sets"),
    "AUD": Known("software audit", _MEMORY),
    "BUG": Known("software error", _MEMORY),
    "DTA": Known("digital trunk", _MEMORY),
    "ERR": Known("hardware error", _MEMORY),
    "INI": Known("initialization", _MEMORY),
    "SRPT": Known("system report", _MEMORY),
}
"""Families of lines that come without having been asked for. A code of any other family answers what was typed."""


def code_of(line: str) -> str | None:
    """The code that a line begins with, whatever its family."""
    match = CODE.match(line)
    return match["code"] if match else None


def is_unasked(line: str) -> bool:
    """Whether a line comes from elsewhere: somebody's change, the exchange's own troubles."""
    match = CODE.match(line)
    return match is not None and match["family"] in UNASKED_FAMILIES


def explained(code: str) -> str:
    """The code with its meaning, if that is known."""
    known = DOCUMENTED.get(code)
    return f"{code} ({known.meaning})" if known else f"{code} (no documented meaning)"
