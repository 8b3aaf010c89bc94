"""What is kept and compared of an exchange: every kind that it can print, without names of people. The snapshot and the
drift check read an exchange by this one function.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fnmatch import fnmatch
from typing import Any

from fellesdrift.estate.exchange_snapshots import PERSON
from fellesdrift.estate.typed_snapshots import Kinds
from fellesdrift.session.overlay.errors import AnswerUnaskedError, ExchangePromptError, RefusedByExchangeError
from fellesdrift.state.pbx import KINDS, Exchange
from fellesdrift.state.pbx.errors import UnreadablePrintError
from fellesdrift.state.typed.people import personal

PLACES = "telephony__places"
"""A variable of the inventory: patterns (fnmatch, without regard to case) of names that are of places and of nobody."""
_OWN_ANSWERS = (UnreadablePrintError, RefusedByExchangeError, ExchangePromptError, AnswerUnaskedError)


def read_state(exchange: Exchange, kinds: Collection[str] | None = None) -> tuple[Kinds, dict[str, str]]:
    """(what the exchange has, kind -> the code of why it could not answer). kinds: only these; None: all.

    Another operator in the way, a lost line, noise are raised, as SessionError: what the exchange has is not known.
    """
    found: Kinds = {}
    unread: dict[str, str] = {}
    for name, kind in KINDS.items():
        if kinds is None or name in kinds:
            try:
                found[name] = dict(exchange.whole(kind))
            except _OWN_ANSWERS as error:
                unread[name] = error.code
    return found, unread


def without_people(kinds: Kinds, places: Collection[str]) -> Kinds:
    """With `<person>` in place of what is of a person and is no name of a place. What it is given stays as it is."""
    patterns = [pattern.lower() for pattern in places]
    return {
        kind: {key: _hidden(resource, personal(KINDS[kind]), patterns) for key, resource in keys.items()}
        for kind, keys in kinds.items()
    }


def _hidden(resource: Mapping[str, Any], names: Collection[str], patterns: Collection[str]) -> dict[str, Any]:
    found = dict(resource)
    for name in names:
        value = found.get(name)
        if isinstance(value, str) and value and not any(fnmatch(value.lower(), pattern) for pattern in patterns):
            found[name] = PERSON
    return found
