"""One exchange read in one session: its snapshot, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import exchange_snapshots as form
from fellesdrift.estate.typed_snapshots import SnapshotFormError
from fellesdrift.session.errors import SessionLostError, TimedOutError, UnreachableError
from fellesdrift.session.overlay.errors import OverlayBusyError
from fellesdrift.session.redaction import scrub
from fellesdrift.snapshots.exchange_reading import read_state, without_people
from fellesdrift.snapshots.taking import Taken, failed, now
from fellesdrift.state.pbx import Exchange, open_exchange

if TYPE_CHECKING:
    from collections.abc import Collection

    from fellesdrift.session.overlay import OverlayTarget


def take_exchange(target: OverlayTarget, places: Collection[str]) -> Taken:
    """Read an exchange. Raises nothing that an exchange can cause. places: patterns of names that are of places."""
    in_session = False
    try:
        with open_exchange(target) as exchange:
            in_session = True
            return Taken("read", config=_text(exchange, target, places), taken=now())
    except OverlayBusyError as error:
        return failed("refused", error)
    except FellesdriftError as error:
        if in_session:
            return failed("unreadable", error)
        silent = isinstance(error, UnreachableError | TimedOutError | SessionLostError)
        return failed("unreachable" if silent else "refused", error)


def _text(exchange: Exchange, target: OverlayTarget, places: Collection[str]) -> str:
    found, unread = read_state(exchange)
    snapshot = form.ExchangeSnapshot(exchange.name, {}, without_people(found, places), unread)
    text = scrub(form.text_of(snapshot), target.secrets())
    try:
        same = form.read(text) == snapshot
    except SnapshotFormError:
        same = False
    if not same:
        raise FellesdriftError(
            "FD902",
            "a password of this session is also a name or a word in the device's configuration",
            host=exchange.name,
            found="without it, the text would say something else than the device does",
            expected="a password that stands nowhere else",
            next_step="change the password on the device",
        )
    return text
