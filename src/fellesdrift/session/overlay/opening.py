"""Opening a session with an exchange, one a host, and closing it by every way out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fellesdrift.session.overlay.driver import connect
from fellesdrift.session.overlay.errors import SessionOpenError
from fellesdrift.session.overlay.line import Transcript
from fellesdrift.session.overlay.session import OverlaySession
from fellesdrift.session.overlay.target import OverlayTarget

_open: set[tuple[str, int]] = set()
_opening = threading.Lock()


@contextmanager
def open_overlay(target: OverlayTarget, transcript: Transcript | None = None) -> Iterator[OverlaySession]:
    """Log in; on leaving, by whatever way, the overlay is left, the session logged out and the connection closed.

    transcript   called with ("sent" | "received", text without the password); default: the target's

    Raises SessionError: ExchangeUnreachableError FD301 and SSH's own (FD301-FD305, FD308), ExchangeLoginError FD330,
    LockedOutError FD331, NoPortError FD332, SessionOpenError FD342.
    """
    place = target.address, target.port
    with _opening:
        if place in _open:
            raise SessionOpenError(target.host)
        _open.add(place)
    try:
        driver = connect(target)
        session = OverlaySession(target, driver, transcript)
        driver.goodbye = session.goodbye
        try:
            session.login()
            yield session
        finally:
            driver.disconnect()
    finally:
        _open.discard(place)
