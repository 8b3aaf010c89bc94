"""netmiko's part: a class for exchanges, over telnet or SSH, that never types anything by itself.

Most of what netmiko does with a command line begins with a carriage return to see the prompt. At an exchange that
answers whatever is being asked. So what would do that is shut here; reading waits for what comes instead of polling.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from typing import Any, cast

import paramiko
from netmiko.channel import Channel
from netmiko.no_config import NoConfig
from netmiko.no_enable import NoEnable
from netmiko.terminal_server import TerminalServerTelnet

from fellesdrift.session.errors import SessionLostError, UnreachableError
from fellesdrift.session.overlay.errors import ExchangeUnreachableError, NoPortError
from fellesdrift.session.overlay.target import OverlayTarget
from fellesdrift.session.overlay.telnet import Telnet
from fellesdrift.session.transport import StrictSsh, connect_as, tcp

ENCODING = "latin-1"
_CHUNK = 65_536


class _TelnetChannel(Channel):
    """What netmiko reads and writes through, on a socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._telnet = Telnet()

    def receive(self, seconds: float) -> bytes:
        """As `OverlayDriver.receive`; b"" when only telnet's own commands came."""
        self._sock.settimeout(seconds)
        data = self._sock.recv(_CHUNK)
        if not data:
            raise EOFError
        try:
            said, reply = self._telnet.receive(data)
        except ValueError as error:
            raise ConnectionError(str(error)) from error
        if reply:
            self._sock.sendall(reply)
        return said

    def waiting(self) -> bool:
        return bool(select.select([self._sock], [], [], 0)[0])

    def read_buffer(self) -> str:
        return self.receive(0.001).decode(ENCODING) if self.waiting() else ""

    def read_channel(self) -> str:
        found = ""
        while piece := self.read_buffer():
            found += piece
        return found

    def write_channel(self, out_data: str) -> None:
        self._sock.sendall(Telnet.escaped(out_data.encode(ENCODING)))


class OverlayDriver(NoEnable, NoConfig, StrictSsh, TerminalServerTelnet):
    """An exchange, for netmiko. The login and the dialogue are the session's.

    goodbye   called before the connection is closed, on every way out
    """

    goodbye: Callable[[], None] | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default_enter": "\r", "encoding": ENCODING, **options})

    def establish_connection(self, width: int = 511, height: int = 1000) -> None:
        """Over the socket that was given: telnet, or SSH and a shell."""
        if self.protocol != "telnet":
            super().establish_connection(width, height)
        elif self.sock is not None:
            self.channel = _TelnetChannel(self.sock)

    def receive(self, seconds: float) -> bytes:
        """What came; b"" when that was nothing to read. TimeoutError when nothing comes in time; EOFError or OSError at
        the end of the line."""
        if isinstance(self.channel, _TelnetChannel):
            return self.channel.receive(seconds)
        if self.remote_conn is None:
            raise EOFError
        # typed for telnet and serial too; ours is SSH
        shell = cast(paramiko.Channel, self.remote_conn)
        shell.settimeout(seconds)
        data = shell.recv(_CHUNK)
        if not data:
            raise EOFError
        return data

    def waiting(self) -> bool:
        """Whether more has come already."""
        if isinstance(self.channel, _TelnetChannel):
            return self.channel.waiting()
        return isinstance(self.remote_conn, paramiko.Channel) and self.remote_conn.recv_ready()

    def type_line(self, text: str, seconds: float) -> None:
        """A line and the carriage return that ends it. OSError when the line is gone, or takes nothing in time."""
        if self.sock is not None and self.protocol == "telnet":
            self.sock.settimeout(seconds)
        try:
            self.write_channel(f"{text}\r")
        except paramiko.SSHException as error:
            raise ConnectionError from error

    def cleanup(self, command: str = "") -> None:
        """`****` and LOGO, by whoever knows where the dialogue is."""
        del command
        goodbye, self.goodbye = self.goodbye, None
        if goodbye is not None:
            goodbye()

    def disconnect(self) -> None:
        """Say goodbye and hang up; never raises."""
        super().disconnect()
        if self.sock is not None:
            self.sock.close()

    def find_prompt(self, delay_factor: float = 1.0, pattern: str | None = None) -> str:
        """Refused: it would type carriage returns, and each answers a prompt."""
        raise NotImplementedError("a carriage return answers an exchange's prompt")

    def is_alive(self) -> bool:
        """Whether the connection was closed here; netmiko would type a letter to find out more."""
        return self.sock is not None and self.sock.fileno() >= 0


def connect(target: OverlayTarget) -> OverlayDriver:
    """A connection on which nothing was read or typed yet. Raises SessionError; leaves nothing open then."""
    if target.telnet:
        driver = OverlayDriver(
            host=target.address,
            port=target.port,
            device_type="terminal_server_telnet",
            sock=tcp(target, ExchangeUnreachableError),
            auto_connect=False,
        )
        driver.establish_connection()
        return driver
    try:
        return connect_as(OverlayDriver, target.ssh())[0]
    except (UnreachableError, SessionLostError) as error:
        # there was a connection, so it is not the way to the exchange that is missing
        if not isinstance(error.__cause__, OSError):
            raise NoPortError(target.host, target.where) from error
        raise
