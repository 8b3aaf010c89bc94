"""Words about names: which are known, and which one was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_SHOWN = 12


def one_of(known: Iterable[str]) -> str:
    """ "one of: a, b, c"; long lists are cut, an empty one says so."""
    names = sorted(known)
    if not names:
        return "none is defined yet"
    shown = ", ".join(names[:_SHOWN])
    return f"one of: {shown}" + (f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when none is near."""
    found = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """ "did you mean 'x'?", or None when nothing is near."""
    found = nearest(name, known)
    return f"did you mean {found!r}?" if found else None


def listed(known: Iterable[str]) -> str:
    """ "a, b, c", in the given order; long lists are cut."""
    names = list(known)
    return ", ".join(names[:_SHOWN]) + (f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
