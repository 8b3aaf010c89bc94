"""The connection of sessions that read many hosts: NTLM with encrypted messages, on a socket of its own.

It does what `connection.py` does over pywinrm, for a fifth of its CPU time: requests and urllib3 are made for any web
server, and this speaks to one kind. The deadline needs no timer here, for every receive has what is left of it. What
changes a host goes over pywinrm's transport. NTLM itself is pyspnego's on both ways; tests hold both to the same
answers and the same errors. Sources: MS-WSMV (the multipart body), RFC 9112.
"""

from __future__ import annotations

import base64
import binascii
import socket
import struct
import time
from dataclasses import dataclass, field

import spnego
from spnego.exceptions import SpnegoError

from fellesdrift.session.errors import SessionError, SessionLostError
from fellesdrift.session.wsman import errors
from fellesdrift.session.wsman.client import Client
from fellesdrift.session.wsman.connection import Connection
from fellesdrift.session.wsman.target import WindowsTarget

_MOST = 16 * 150 * 1024
_MOST_HEAD = 64 * 1024
_PIECE = 64 * 1024
_SEALED = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY = b"--Encrypted Boundary"
_PART = b"Content-Type: application/octet-stream\r\n"


class _NoiseError(Exception):
    """What came is no answer of a host that speaks this; it says what is wrong."""


@dataclass
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class _Line:
    """One TCP connection with its login. Everything on it ends by `deadline`, a moment of time.monotonic()."""

    socket: socket.socket
    host: str
    deadline: float
    login: spnego.ContextProxy
    _rest: bytes = field(default=b"", repr=False)

    def post(self, headers: str, body: bytes = b"") -> _Answer:
        """Raises OSError, TimeoutError, _NoiseError."""
        head = f"POST {headers}\r\nHost: {self.host}\r\nContent-Length: {len(body)}\r\n\r\n".encode("ascii")
        self._patience()
        self.socket.sendall(head + body)
        return self._answer()

    def _patience(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.socket.settimeout(left)

    def _more(self) -> None:
        self._patience()
        piece = self.socket.recv(_PIECE)
        if not piece:
            raise ConnectionResetError("the host closed the connection")
        self._rest += piece

    def _take(self, size: int) -> bytes:
        if not 0 <= size <= _MOST:
            raise _NoiseError(f"more than {_MOST} bytes")
        while len(self._rest) < size:
            self._more()
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _until(self, mark: bytes, most: int) -> bytes:
        while (end := self._rest.find(mark)) < 0:
            if len(self._rest) > most:
                raise _NoiseError("a head without end")
            self._more()
        found, self._rest = self._rest[:end], self._rest[end + len(mark) :]
        return found

    def _answer(self) -> _Answer:
        first, *lines = self._until(b"\r\n\r\n", _MOST_HEAD).decode("latin-1").split("\r\n")
        version, _, rest = first.partition(" ")
        if not version.startswith("HTTP/1.") or not rest[:3].isdecimal():
            raise _NoiseError("no status line of HTTP")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        else:
            length = headers.get("content-length", "0")
            if not length.isdecimal():
                raise _NoiseError("a length that is no number")
            body = self._take(int(length[:9]))
        return _Answer(int(rest[:3]), headers, body)

    def _chunks(self) -> bytes:
        found = b""
        while True:
            try:
                size = int(self._until(b"\r\n", _MOST_HEAD).partition(b";")[0], 16)
            except ValueError as error:
                raise _NoiseError("a chunk without a size") from error
            piece = self._take(size)
            self._until(b"\r\n", _MOST_HEAD)
            if not size:
                return found
            found += piece
            if len(found) > _MOST:
                raise _NoiseError(f"more than {_MOST} bytes")


class ReadingConnection(Connection):
    """As Connection, over a socket of its own. For NTLM over http only: `reading_client` knows."""

    def __init__(self, target: WindowsTarget) -> None:
        super().__init__(target)
        self._line: _Line | None = None

    def close(self) -> None:
        if self._line is not None:
            self._line.socket.close()
            self._line = None

    def exchange(self, message: bytes, during: str) -> tuple[bytes, bool]:
        settled = self._line is not None
        self._tell("sent", message)
        self.requests += 1
        patience = self.target.left()
        deadline = time.monotonic() + patience
        try:
            line = self._line or self._login(deadline)
            line.deadline = deadline
            answer = line.post(f"{self._path}\r\n{_TYPE}", _sealed(line.login, message))
            if answer.status not in (200, 500):
                raise self._refused(answer.status, during, settled)
            plain = _opened(line.login, answer)
        except SessionError:
            self.close()
            raise
        except TimeoutError as error:
            self.close()
            raise errors.NoAnswerError(self.target.host, during, round(patience, 1)) from error
        except OSError as error:
            self.close()
            raise SessionLostError(self.target.host, during) from error
        except (_NoiseError, SpnegoError, struct.error, ValueError) as error:
            self.close()
            said = str(error) if isinstance(error, _NoiseError) else f"noise ({type(error).__name__})"
            raise errors.AnswerUnreadableError(self.target.host, during, said) from error
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        self._tell("received", plain)
        return plain, answer.status == 500

    @property
    def _path(self) -> str:
        return f"{self.target.path} HTTP/1.1"

    def _login(self, deadline: float) -> _Line:
        target = self.target
        patience = min(target.connect_timeout, max(deadline - time.monotonic(), 0.05))
        try:
            found = socket.create_connection((target.address, target.port), timeout=patience)
        except TimeoutError as error:
            why = f"no answer within {patience:g} s"
            raise errors.HostUnreachableError(target.host, self._where, why) from error
        except ConnectionRefusedError as error:
            raise errors.NoListenerError(target.host, self._where, "connection refused") from error
        except OSError as error:
            why = (error.strerror or "no connection").lower()
            raise errors.HostUnreachableError(target.host, self._where, why) from error
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        login = spnego.client(target.username, target.password, target.address, "HTTP", protocol="ntlm")
        line = self._line = _Line(found, f"{target.address}:{target.port}", deadline, login)
        token = login.step()
        answer = line.post(f"{self._path}\r\n{_token(token)}")
        if answer.status == 401:
            answer = line.post(f"{self._path}\r\n{_token(login.step(self._challenge(answer)))}")
        if answer.status == 401:
            raise errors.LoginRefusedError(target.host, target.username, target.auth)
        if answer.status != 200 or not login.complete:
            raise self._refused(answer.status, "the login", settled=False)
        return line

    def _challenge(self, answer: _Answer) -> bytes:
        scheme, _, value = answer.headers.get("www-authenticate", "").partition(" ")
        try:
            token = base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise _NoiseError("a challenge that is no base64") from error
        if scheme.lower() not in ("negotiate", "ntlm") or not token:
            raise errors.LoginRefusedError(self.target.host, self.target.username, self.target.auth)
        return token

    def _refused(self, status: int, during: str, settled: bool) -> SessionError:
        if status == 401 and settled:
            # asked again in the middle: the connection under the login is another one
            return SessionLostError(self.target.host, during)
        if status == 401:
            return errors.LoginRefusedError(self.target.host, self.target.username, self.target.auth)
        return self._status(status, during, settled)


_TYPE = f'Content-Type: multipart/encrypted;protocol="{_SEALED}";boundary="{_BOUNDARY[2:].decode()}"'


def _token(token: bytes | None) -> str:
    return f"Authorization: Negotiate {base64.b64encode(token or b'').decode()}"


def _sealed(login: spnego.ContextProxy, message: bytes) -> bytes:
    sealed = login.wrap_winrm(message)
    length = len(message) + sealed.padding_length
    original = f"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={length}"
    head = f"\r\n\tContent-Type: {_SEALED}\r\n{original}\r\n"
    parts = (_BOUNDARY, head.encode(), _BOUNDARY, b"\r\n\t", _PART, struct.pack("<I", len(sealed.header)))
    return b"".join((*parts, sealed.header, sealed.data, _BOUNDARY, b"--\r\n"))


def _opened(login: spnego.ContextProxy, answer: _Answer) -> bytes:
    """Raises _NoiseError; an answer that is not encrypted is none, whoever stands between could have written it."""
    if _SEALED not in answer.headers.get("content-type", ""):
        raise _NoiseError("an answer that is not encrypted")
    start, end = answer.body.find(_PART), answer.body.rfind(_BOUNDARY)
    if start < 0 or end < start:
        raise _NoiseError("no encrypted part")
    data = answer.body[start + len(_PART) : end]
    (size,) = struct.unpack_from("<I", data)
    if not 0 < size <= 64:
        raise _NoiseError("a signature of an unknown size")
    return bytes(login.unwrap_winrm(data[4 : 4 + size], data[4 + size :]))


def reading_client(target: WindowsTarget) -> Client:
    """A client whose connection is the cheap one where the login allows it."""
    client = Client(target)
    if target.auth == "ntlm" and not target.secure:
        client.connection = ReadingConnection(target)
    return client
