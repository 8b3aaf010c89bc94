"""One simulated exchange in a thread, and a telnet client that shares nothing with it but the RFC."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fellesdrift.twin.access import Credentials
from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.topology import Topology
from fellesdrift.twin.pbx.exchange import Exchange
from fellesdrift.twin.pbx.fronts import PbxService
from fellesdrift.twin.pbx.spec import PbxSpec
from support.loop import Do, in_a_thread

CREDENTIALS = Credentials("LOGINID", "secret-1", "")


class Caller:
    """Somebody at a telnet session; refuses every option but the server's echo."""

    def __init__(self, port: int, timeout: float = 5.0) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._timeout = timeout
        self.options: list[bytes] = []
        self._raw = b""
        self.seen = b""

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def read(self, wait: float) -> bytes:
        """What arrives within `wait` seconds. Raises EOFError when the exchange hangs up."""
        self._socket.settimeout(wait)
        try:
            data = self._socket.recv(65536)
        except TimeoutError:
            return b""
        except ConnectionError as error:
            raise EOFError from error
        if not data:
            raise EOFError
        self._raw += data
        text = b""
        while self._raw:
            if self._raw[0] != 255:
                plain = self._raw.partition(b"\xff")[0]
                text += plain
                self._raw = self._raw[len(plain) :]
            elif len(self._raw) < 2 or (self._raw[1] in (251, 252, 253, 254) and len(self._raw) < 3):
                break
            elif self._raw[1] == 255:
                text += b"\xff"
                self._raw = self._raw[2:]
            else:
                self.options.append(self._raw[1:3])
                self._raw = self._raw[3:]
        self.seen += text
        return text

    def until(self, end: str) -> str:
        """What is printed up to and with `end`."""
        deadline = time.monotonic() + self._timeout
        found = bytearray()
        while not found.endswith(end.encode("latin-1")):
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"no {end!r} in {found!r}")
            found.extend(self.read(left))
        return found.decode("latin-1")

    def type(self, line: str, end: str = ">") -> str:
        """A line and a carriage return; what follows up to and with `end`, the echo first."""
        self.send(line.encode("latin-1") + b"\r")
        return self.until(end)

    def talk(self, *lines: tuple[str, str]) -> str:
        """(line, what it leads to), one after the other; all that was printed."""
        return "".join(self.type(line, end) for line, end in lines)

    def login(self, password: str = CREDENTIALS.password, user: str = CREDENTIALS.user) -> None:
        self.until(">")
        self.type(f"LOGI {user}", "PASS?")
        self.type(password)


@dataclass
class Running:
    """Exchanges that are up. `do` runs something in their thread, and waits for it."""

    service: PbxService
    do: Do

    def exchange(self, name: str = "x1") -> Exchange:
        return self.service.fronts[name].exchange

    def port(self, name: str = "x1", door: str = "telnet") -> int:
        return self.service.fronts[name].ports[door]

    def fault(self, kind: str, name: str = "x1", **options: Any) -> None:
        self.do(lambda: self.service.fault(name, {"kind": kind, **options}))

    def heal(self, name: str = "x1") -> None:
        self.do(lambda: self.service.heal(name))

    @contextmanager
    def visit(self, name: str = "x1") -> Iterator[Caller]:
        """A telnet session that is logged in, and logs out."""
        with Caller(self.port(name)) as caller:
            caller.login()
            yield caller


@contextmanager
def exchanges(*specs: PbxSpec, speed: float = 1000.0) -> Iterator[Running]:
    """Exchanges on ports of the loopback, with no network between them and the controller."""
    service = PbxService(Lab(Topology((), (), (), (), None, ()), speed, CREDENTIALS), specs)
    with in_a_thread() as do:
        do(service.open)
        try:
            yield Running(service, do)
        finally:
            do(service.close)
