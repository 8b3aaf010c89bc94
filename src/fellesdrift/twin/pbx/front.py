"""The doors of one exchange: telnet and SSH on ports of the loopback, and the few ports that both share.

The doors are opened with the twin; the exchange behind them is made when somebody knocks first.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import asyncssh

from fellesdrift.twin.access import LOOPBACK, Credentials
from fellesdrift.twin.doors import gone, server_options
from fellesdrift.twin.pbx.exchange import SYSLOAD_SECONDS, Exchange
from fellesdrift.twin.pbx.line import Line
from fellesdrift.twin.pbx.made import contents
from fellesdrift.twin.pbx.spec import PbxSpec
from fellesdrift.twin.pbx.ssh import Server
from fellesdrift.twin.pbx.telnet import Telnet

_LOOK = 0.1
TELNET, SSH = "telnet", "ssh"


class PbxFront:
    """`reachable`: whether the controller's packets reach the exchange through the simulated network; `on_sysload`: its
    calls are gone.
    """

    def __init__(
        self,
        spec: PbxSpec,
        credentials: Credentials,
        speed: float,
        reachable: Callable[[], bool],
        on_sysload: Callable[[], None],
    ) -> None:
        self.spec = spec
        self.reachable = reachable
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.ports: dict[str, int] = {}
        self.lines: dict[int, Line] = {}
        self._cuts: dict[int, Callable[[], None]] = {}
        self._credentials = credentials
        self._speed = speed
        self._on_sysload = on_sysload
        self._exchange: Exchange | None = None
        self._sockets: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._options: asyncssh.SSHServerConnectionOptions | None = None

    @property
    def made(self) -> bool:
        """True once somebody has asked for the exchange."""
        return self._exchange is not None

    @property
    def exchange(self) -> Exchange:
        """The exchange, made now if it was not yet. Raises FellesdriftError FD920."""
        if self._exchange is None:
            self._exchange = Exchange(self.spec, self._credentials, self._speed, contents)
            self._exchange.on_sysload += [self._boot_soon, self._on_sysload]
        return self._exchange

    def heard(self) -> bool:
        """Whether packets go through now, there and back."""
        return self.reachable()

    def forget(self) -> None:
        """As if nobody had asked yet: the next one finds an exchange as it was at start."""
        self._exchange = None

    def open(self) -> None:
        """Listen on ports of the system's choice."""
        for door, wanted, serve in ((TELNET, self.spec.telnet, self._telnet), (SSH, self.spec.ssh, self._ssh)):
            if wanted:
                self._listen(door, serve)

    def _listen(self, door: str, serve: Callable[[socket.socket], Coroutine[Any, Any, None]]) -> None:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setblocking(False)
        listening.bind((LOOPBACK, 0))
        listening.listen(64)
        self.ports[door] = listening.getsockname()[1]
        self._sockets.append(listening)
        asyncio.get_running_loop().add_reader(listening.fileno(), self._accept, listening, serve)

    def close(self) -> None:
        """Stop listening and cut every connection."""
        for each in self._sockets:
            asyncio.get_running_loop().remove_reader(each.fileno())
            each.close()
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        for cut in list(self._cuts.values()):
            cut()

    def network_changed(self) -> None:
        """Look again at every connection that waits for a path, or may have lost it."""
        for line in list(self.lines.values()):
            line.look()

    def _boot_soon(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(SYSLOAD_SECONDS / self._speed, self.exchange.boot)

    def _accept(self, listening: socket.socket, serve: Callable[[socket.socket], Coroutine[Any, Any, None]]) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            incoming, _ = listening.accept()
            incoming.setblocking(False)
            incoming.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = asyncio.get_running_loop().create_task(self._serve(incoming, serve))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(
        self, incoming: socket.socket, serve: Callable[[socket.socket], Coroutine[Any, Any, None]]
    ) -> None:
        """Nothing is heard of an exchange that is down or out of reach; the client's patience decides how long."""
        try:
            while not (self.reachable() and self.exchange.alive):
                if gone(incoming):
                    return
                await asyncio.sleep(_LOOK)
            if self.free_port() is not None:
                await serve(incoming)
        except (OSError, asyncssh.Error):
            # the client went away in the middle: nobody is left to be told
            return
        finally:
            incoming.close()

    def free_port(self) -> int | None:
        """The lowest port that nobody is on; None when a further connection is refused."""
        if self.exchange.faults.has("no_ports"):
            return None
        known = range(self.spec.first_tty, self.spec.first_tty + self.spec.ports)
        return next((number for number in known if number not in self.lines), None)

    @contextlib.contextmanager
    def line(self, write: Callable[[bytes], None], cut: Callable[[], None]) -> Iterator[Line | None]:
        """A connection on a port of its own; None when there is none left."""
        number = self.free_port()
        if number is None:
            yield None
            return
        line = Line(self.exchange, number, write, cut, self.heard)
        self.lines[number], self._cuts[number] = line, cut
        try:
            yield line
        finally:
            del self.lines[number], self._cuts[number]

    async def _telnet(self, incoming: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=incoming)
        telnet = Telnet()
        writer.write(telnet.greeting())
        with self.line(lambda data: writer.write(telnet.escaped(data)), writer.transport.abort) as line:
            if line is None:
                writer.transport.abort()
                return
            talking = asyncio.get_running_loop().create_task(line.run())
            try:
                while data := await reader.read(4096):
                    typed, answer = telnet.receive(data)
                    if answer:
                        writer.write(answer)
                    line.tty.echo = telnet.echo
                    if typed:
                        line.received(typed)
            finally:
                line.lost()
                await talking

    async def _ssh(self, incoming: socket.socket) -> None:
        if self._options is None:
            self._options = server_options(lambda: Server(self), self.key)
        connection = await asyncssh.run_server(incoming, options=self._options)
        await connection.wait_closed()

    def check_password(self, user: str, password: str) -> bool:
        """The login of SSH itself; the exchange asks for its own behind it."""
        return (user, password) == (self._credentials.user, self._credentials.password)
