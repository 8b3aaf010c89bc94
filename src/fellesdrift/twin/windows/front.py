"""The door of one Windows host: a port on the loopback, and every connection that comes to it.

The port is opened with the twin; the host itself is made when somebody knocks first, so a hundred of them cost nothing
while nobody does.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from fellesdrift.twin.access import LOOPBACK, Credentials
from fellesdrift.twin.faults import Fault
from fellesdrift.twin.windows import soap, wire
from fellesdrift.twin.windows.adapters import Stack
from fellesdrift.twin.windows.host import BOOT_SECONDS, WindowsHost
from fellesdrift.twin.windows.login import Login
from fellesdrift.twin.windows.ntlm import NtlmError
from fellesdrift.twin.windows.service import Winrm
from fellesdrift.twin.windows.soap import SoapFaultError
from fellesdrift.twin.windows.spec import WindowsSpec

_LOOK = 0.1
# the host goes down a moment after it has said that it will
_GOING_DOWN = 0.05


class WindowsFront:
    """`reachable`: whether the controller's packets reach the host through the simulated network."""

    def __init__(
        self, spec: WindowsSpec, credentials: Credentials, speed: float, reachable: Callable[[], bool]
    ) -> None:
        self.spec = spec
        self._reachable = reachable
        self.on_network: Callable[[Stack], None] = lambda _stack: None
        self.port = 0
        self.connections: set[asyncio.StreamWriter] = set()
        self._credentials = credentials
        self._speed = speed
        self._winrm: Winrm | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: list[asyncio.TimerHandle] = []

    @property
    def made(self) -> bool:
        """True once somebody has asked for the host."""
        return self._winrm is not None

    @property
    def winrm(self) -> Winrm:
        """The host's service, made now if it was not yet."""
        if self._winrm is None:
            host = WindowsHost(self.spec, self._credentials, self._speed)
            host.on_power_off.append(self._hang_up)
            host.on_network.append(lambda: self.on_network(host.stack()))
            self._winrm = Winrm(host, self._reboot_soon)
        return self._winrm

    @property
    def host(self) -> WindowsHost:
        return self.winrm.host

    def reachable(self) -> bool:
        """Whether the host answers under the address that it is known by, and packets reach it there."""
        known = not self.made or any(address == self.spec.address for address, _ in self.host.adapter.live.addresses)
        return known and self._reachable()

    def open(self) -> None:
        """Listen on a port of the system's choice; with stack `none` the port is taken but refuses."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.bind((LOOPBACK, 0))
        self.port = self.socket.getsockname()[1]
        if self.spec.stack != "none":
            self.socket.listen(64)
            asyncio.get_running_loop().add_reader(self.socket.fileno(), self._accept)

    def close(self) -> None:
        """Stop listening and cut every connection."""
        asyncio.get_running_loop().remove_reader(self.socket.fileno())
        self.socket.close()
        for timer in self._timers:
            timer.cancel()
        for task in self._tasks:
            task.cancel()
        self._hang_up()

    def _hang_up(self) -> None:
        for writer in list(self.connections):
            writer.transport.abort()
        if self._winrm is not None:
            self._winrm.close()

    def _reboot_soon(self) -> None:
        loop = asyncio.get_running_loop()
        self._timers = [
            loop.call_later(_GOING_DOWN, self.host.power_off),
            loop.call_later(_GOING_DOWN + self.host.real(BOOT_SECONDS), self.host.boot),
        ]

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            incoming, _ = self.socket.accept()
            incoming.setblocking(False)
            incoming.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = asyncio.get_running_loop().create_task(self._serve(incoming))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, incoming: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=incoming, limit=wire.LIMIT)
        self.connections.add(writer)
        try:
            await Connection(self, reader, writer).talk()
        except (ConnectionError, OSError):
            # the client went away in the middle: nobody is left to be told
            writer.transport.abort()
        finally:
            self.connections.discard(writer)
            writer.close()

    async def ready(self) -> None:
        """Wait until the host is up and its path there; the client's patience decides how long."""
        while not self.host.alive or not self.reachable():
            await asyncio.sleep(_LOOK)

    def cut_off(self) -> bool:
        """Whether what was done last took the way to the host away."""
        return self.host.alive and not self.reachable()


class Connection:
    """One connection, with a login of its own: NTLM is of the connection, not of the request."""

    def __init__(self, front: WindowsFront, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._front = front
        self._reader = reader
        self._writer = writer
        self._login = Login(front.spec)

    async def talk(self) -> None:
        """Answer until the client goes."""
        while True:
            try:
                request = await wire.read_request(self._reader)
            except wire.BadRequestError as error:
                await self._say(wire.response(error.status))
                return
            if request is None:
                return
            await self._front.ready()
            if not await self._handle(request):
                self._writer.transport.abort()
                return

    async def _say(self, data: bytes) -> bool:
        self._writer.write(data)
        await self._writer.drain()
        return True

    async def _handle(self, request: wire.HttpRequest) -> bool:
        """Answer one request; False when the line is to be cut."""
        if request.path.rstrip("/").lower() != "/wsman" or request.method != "POST":
            return await self._say(wire.response(404 if request.method == "POST" else 405))
        refusal = self._login.refusal(self._front.host, request.headers.get("authorization", ""))
        if refusal is not None:
            return await self._say(refusal)
        if not request.body:
            return await self._say(wire.response(200, b"", wire.PLAIN, *self._login.last_words()))
        if not request.encrypted:
            # AllowUnencrypted is false as delivered
            return await self._work(request.body) if self._front.spec.basic else await self._say(wire.response(403))
        try:
            plain = wire.unseal(self._login.seal, request.body)
        except NtlmError:
            return await self._say(wire.response(400))
        return await self._work(plain)

    async def _work(self, plain: bytes) -> bool:
        winrm = self._front.winrm
        relates = ""
        try:
            message = winrm.read(plain)
            relates = message.message_id
            strike = winrm.host.faults.strike_of("drop", message.label)
            noise = winrm.host.faults.strike_of("garbage", message.label)
            if winrm.host.faults.delay:
                await asyncio.sleep(winrm.host.faults.delay)
            if strike is not None and strike.when == "before":
                return False
            answer, status = await winrm.answer(message, self._login.user), 200
        except SoapFaultError as error:
            strike = noise = None
            answer, status = soap.fault(error, relates, winrm.host.spec.computer), 500
        if self._front.cut_off():
            # the answer has no way back; the connection is none any more when there is one again
            await self._front.ready()
            return False
        return False if strike is not None else await self._reply(answer, status, noise)

    async def _reply(self, answer: bytes, status: int, noise: Fault | None) -> bool:
        if noise is not None:
            answer = answer[: len(answer) // 2] + b"\xff<\x00&"
        seal, words = self._login.seal, self._login.last_words()
        if seal is None:
            return await self._say(wire.response(status, answer, wire.PLAIN, *words))
        return await self._say(wire.response(status, wire.sealed(seal, answer), wire.ENCRYPTED, *words))
