"""What is written down of an exchange: the baseline, the changes by name, the resources that roles claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.of_people import with_erased_as
from fellesdrift.drift.typed_recorded import Form, TypedRecorded, recorded_by
from fellesdrift.estate import exchange_snapshots
from fellesdrift.estate.exchange_snapshots import PERSON
from fellesdrift.state.pbx import KINDS, Resources, check
from fellesdrift.state.pbx.compare import joined

if TYPE_CHECKING:
    from fellesdrift.drift.recorded import Writings
    from fellesdrift.estate.typed_snapshots import Kinds


def recorded_of(writings: Writings, host: str) -> TypedRecorded:
    """FD704 without a baseline, FD713 for one that cannot be used; FD2xx, FD450."""
    return recorded_by(_FORM, writings, host)


def _read(text: str) -> tuple[str, Kinds, Mapping[str, str]]:
    found = exchange_snapshots.read(text)
    return found.exchange, found.kinds, found.unread


def _checked(desired: Mapping[str, Any]) -> Resources:
    """A name that was given by name, and that retention has erased since, is somebody's: which, nobody knows."""
    return check(with_erased_as(PERSON, desired))


_FORM = Form(
    read=_read,
    schema=exchange_snapshots.SCHEMA,
    check=_checked,
    key=lambda kind, key: KINDS[kind].key(key),
    joined=lambda kind, there, claims: joined(KINDS[kind], there, claims),
)
