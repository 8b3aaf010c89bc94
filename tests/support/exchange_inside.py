"""The twin's exchange within the test's own process and thread, and a line to it: no socket, no loop, no waiting.

What is typed is worked off before `type_line` returns, so that a thousand sessions take seconds. The faults of lines
(drop, sysload, alarm, garbage, hang) strike as they do at a real line.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress

from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.session.overlay.session import OverlaySession
from fellesdrift.twin.access import Credentials
from fellesdrift.twin.faults import Fault
from fellesdrift.twin.ios.terminal import ClosedError
from fellesdrift.twin.pbx import shell
from fellesdrift.twin.pbx.exchange import Exchange
from fellesdrift.twin.pbx.spec import PbxSpec
from fellesdrift.twin.pbx.tables import Tables
from fellesdrift.twin.pbx.tty import Tty
from support.overlay import Clock

TARGET = OverlayTarget("san-meridian1", "192.0.2.71", 23, "LOGINID", "secret-1", telnet=True)
# a broken connection keeps its overlay for ten seconds of device time: no time at all
_SPEED = 1e12
_SHELL = Credentials(TARGET.username, TARGET.password, "")


def inside(spec: PbxSpec, contents: Callable[[PbxSpec], Tables]) -> Exchange:
    """An exchange with these contents."""
    return Exchange(spec, _SHELL, _SPEED, contents)


@types.coroutine
def _next_line() -> Generator[None, str, str]:
    return (yield)


class _Typed(Tty):
    """A terminal that takes whole lines, when they come."""

    async def typed(self, echo: bool = True) -> str:
        if self._closed:
            raise ClosedError
        line = await _next_line()
        self.write(f"{line if echo else ''}\n")
        self.exchange.tick()
        strike = self.exchange.faults.strike(line) if echo else None
        if strike is not None:
            await self._strike(strike)
        return line

    async def wait(self, seconds: float) -> None:
        """No time at all."""

    async def _break(self, fault: Fault) -> None:
        if fault.kind == "hang":
            self.close()
            while True:
                await _next_line()
        await super()._break(fault)


class Inside:
    """The client's end of a line (`session.overlay.line.Wire`).

    typed   every line, with `<secret>` for the password
    spoil   makes something else of what the exchange says to a line
    """

    def __init__(self, exchange: Exchange, clock: Clock, spoil: Callable[[str], str] | None = None) -> None:
        self._spoil = spoil
        self.typed: list[str] = []
        self._clock = clock
        self._heard: list[str] = []
        self._over = self._ended = False
        self._tty = _Typed(self._heard.append, exchange, len(exchange.sessions), self._cut)
        exchange.sessions.append(self._tty)
        self._running = shell.run(self._tty)
        self._go_on(None)

    def _cut(self) -> None:
        self._over = True

    def _go_on(self, line: str | None) -> None:
        try:
            self._running.send(line)
        except StopIteration:
            self._end()

    def _end(self) -> None:
        self._over = self._ended = True
        if self._tty in self._tty.exchange.sessions:
            self._tty.exchange.sessions.remove(self._tty)

    def type_line(self, text: str, seconds: float) -> None:
        self.typed.append(text.replace(TARGET.password, "<secret>"))
        if self._over:
            raise ConnectionError
        self._go_on(text)

    def receive(self, seconds: float) -> bytes:
        if self._heard:
            text = "".join(self._heard)
            text = self._spoil(text) if self._spoil is not None else text
            self._heard.clear()
            self._clock.now += 0.001
            return text.encode("latin-1", "replace")
        if self._over:
            raise EOFError
        self._clock.now += seconds
        raise TimeoutError

    def waiting(self) -> bool:
        return bool(self._heard) or self._over

    def hang_up(self) -> None:
        """The client goes away, or the controller dies."""
        if not self._ended:
            with suppress(StopIteration, ClosedError):
                self._running.throw(ClosedError())
            self._end()


@contextmanager
def session_inside(
    exchange: Exchange, clock: Clock, spoil: Callable[[str], str] | None = None
) -> Iterator[tuple[OverlaySession, Inside]]:
    """A session that is logged in, and its line; on leaving as `open_overlay` does it."""
    line = Inside(exchange, clock, spoil)
    session = OverlaySession(TARGET, line)
    try:
        session.login()
        yield session, line
    finally:
        session.goodbye()
        line.hang_up()
