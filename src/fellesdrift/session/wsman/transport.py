"""pywinrm's transport with a deadline that holds, a limit, and no answer but from the host that was asked.

requests' own timeout starts anew with every byte that comes. Here a timer closes the sockets when the time is over, so
a host that sends a byte a second cannot hold a run.

What pywinrm takes and this does not: an answer without encryption to an encrypted message (whoever stands between
could have written it), a redirection to another server, an answer without end.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from winrm.encryption import Encryption
from winrm.transport import Transport

from fellesdrift.session.wsman.target import WindowsTarget

_LEAST = 0.05
# sixteen times what an envelope may hold that Windows allows as delivered, also after a compression is undone
_MOST_BYTES = 16 * 150 * 1024


class UnfitAnswerError(Exception):
    """An answer that is not taken, and why not."""


class _Adapter(HTTPAdapter):
    """Knows its sockets, and how long the exchange that is going on may still take."""

    def __init__(self, connect_timeout: float) -> None:
        self.open: list[socket.socket] = []
        self.deadline = float("inf")
        self._connect_timeout = connect_timeout
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        known = self.open

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                known[:] = [self.sock]

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                known[:] = [self.sock]

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        left = max(self.deadline - time.monotonic(), _LEAST)
        options["timeout"] = (min(self._connect_timeout, left), left)
        response = super().send(request, *args, **{**options, "stream": True})
        if response.is_redirect:
            response.close()
            raise UnfitAnswerError("a redirection to another place")
        _limit(response)
        return response

    def cut(self) -> None:
        """End whatever is being waited for."""
        for each in list(self.open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def _limit(response: requests.Response) -> None:
    """Let no more of the answer be read than fits."""
    stream = response.raw.stream

    def limited(*args: Any, **options: Any) -> Iterator[bytes]:
        read = 0
        for piece in stream(*args, **options):
            read += len(piece)
            if read > _MOST_BYTES:
                response.raw.close()
                raise UnfitAnswerError(f"more than {_MOST_BYTES} bytes")
            yield piece

    response.raw.stream = limited


class _Sealed(Encryption):
    """Takes no answer that is not encrypted. Statuses other than these two are judged by their number alone."""

    def parse_encrypted_response(self, response: requests.Response) -> bytes:
        encrypted = self.protocol_string.decode() in response.headers.get("Content-Type", "")
        if not encrypted and response.status_code in (200, 500):
            raise UnfitAnswerError("an answer that is not encrypted")
        return super().parse_encrypted_response(response)


class DeadlineTransport(Transport):
    """The transport of one client. `overdue`: the last exchange was cut off because its time was over."""

    def __init__(self, target: WindowsTarget) -> None:
        self.overdue = False
        self._adapter = _Adapter(target.connect_timeout)
        super().__init__(
            endpoint=target.endpoint,
            username=target.username,
            password=target.password,
            auth_method=target.auth,
            message_encryption="auto",
            server_cert_validation="validate" if target.verify else "ignore",
            ca_trust_path=target.verify if isinstance(target.verify, str) else DEFAULT_CA_BUNDLE_PATH,
            # a proxy of the environment has no business between the controller and a server
            proxy=None,
        )

    def build_session(self) -> requests.Session:
        fresh = self.session is None
        session = super().build_session()
        if fresh:
            self._mount(session)
        return session

    def setup_encryption(self, session: requests.Session) -> None:
        self._mount(session)
        super().setup_encryption(session)
        self.encryption = _Sealed(session, self.auth_method)

    def _mount(self, session: requests.Session) -> None:
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, self._adapter)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut off whatever is sent in here after so many seconds."""
        self.overdue = False
        self._adapter.deadline = time.monotonic() + seconds
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self.overdue = True
        self._adapter.cut()
