"""Commands of a shell, run in Wine's cmd by wmi.c."""

from __future__ import annotations

import asyncio
import struct
import uuid
from collections.abc import Callable
from contextlib import suppress

from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.shells import Open, Running, Shells
from fellesdrift.twin.windows.soap import Message, SoapFaultError
from support.wine.machine import WINE, Machine

# of wsmerror.h: what a failure of the service itself carries
_FAILED = 0x80338000
_CODE = struct.Struct("<I")
_LEFT = 0.5  # seconds for what it had written before
_STREAMS = {1: "stdout", 2: "stderr"}


class _Helper(asyncio.SubprocessProtocol):
    """The helper's process, and what the command prints through it."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._open = set(_STREAMS)
        self.ended, self.quiet = asyncio.Event(), asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._running.out[_STREAMS[fd]] += data
        self._running.news.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._open.discard(fd)
        if not self._open:
            self.quiet.set()

    def process_exited(self) -> None:
        self.ended.set()


class WineShells(Shells):
    """The twin's shells, whose commands run in Wine's cmd."""

    machine: Machine

    def __init__(self, host: WindowsHost, on_reboot: Callable[[], None]) -> None:
        super().__init__(host, on_reboot)
        # why a command came to nothing, by its id
        self._failed: dict[str, str] = {}

    def _create(self, message: Message, user: str) -> str:
        if message.options.get("WINRS_CODEPAGE", "850") != "850":
            raise SoapFaultError("w:InvalidOptions", 0x80338039, "Ugyldig tegntabell.")
        return super()._create(message, user)

    async def _run(self, shell: Open, name: str, line: str, started: asyncio.Event) -> None:
        await started.wait()
        running = shell.commands[name]
        told = self.machine.c / f"{uuid.uuid4()}.code"
        transport, helper = await asyncio.get_running_loop().subprocess_exec(
            lambda: _Helper(running),
            str(WINE),
            str(self.machine.helper),
            "run",
            in_hex(f'cmd.exe /c "{line}"'),
            in_hex(shell.folder or "C:\\"),
            f"C:\\{told.name}",
            env=self.machine.environment,
        )

        async def feed() -> None:
            await running.sent_all.wait()
            pipe = transport.get_pipe_transport(0)
            if isinstance(pipe, asyncio.WriteTransport):
                pipe.write(running.sent)
                pipe.close()

        feeding = asyncio.ensure_future(feed())
        try:
            await helper.ended.wait()
            # not until the pipes end: a command that has woken a sleeping Wine leaves them to its services
            with suppress(TimeoutError):
                await asyncio.wait_for(helper.quiet.wait(), _LEFT)
            code = told.read_bytes() if told.exists() else b""
            if transport.get_returncode() or len(code) != _CODE.size:
                # no exit code is made up: what it printed, or did not, would pass for the command's own
                self._failed[name] = f"Wine's helper ended with {transport.get_returncode()}, and told {code!r}."
            running.code = _CODE.unpack(code)[0] if name not in self._failed else 0
            running.news.set()
        finally:
            feeding.cancel()
            told.unlink(missing_ok=True)
            # what it started ends with it, and what is left of the pipes is nobody's
            transport.close()
            await helper.ended.wait()

    def _output(self, name: str, running: Running) -> str:
        if running.code is not None and (why := self._failed.pop(name.upper(), None)):
            raise SoapFaultError("w:InternalError", _FAILED, why, sender=False)
        return super()._output(name, running)


def in_hex(text: str) -> str:
    """As the helper takes a text."""
    return text.encode("utf-16-le").hex()
