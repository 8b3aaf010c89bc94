"""One line of an exchange: echo, answers to prompts, lines that nobody asked for, and what can go wrong on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from fellesdrift.twin.faults import Fault
from fellesdrift.twin.ios.terminal import ClosedError, Terminal
from fellesdrift.twin.pbx.codes import RefusedError
from fellesdrift.twin.pbx.exchange import Exchange
from fellesdrift.twin.pbx.tables import Memory, Tables

_LOOK = 0.05
_NOISE = "\x1a~{\x00\xf8}\x7f"


class AbandonError(Exception):
    """`**` was typed: the entry is cancelled."""


class LeaveError(Exception):
    """`****` was typed: the overlay is left."""


class Tty(Terminal):
    """`hang_up` cuts the connection. `number`: of the port."""

    def __init__(self, send: Callable[[str], None], exchange: Exchange, number: int, cut: Callable[[], None]) -> None:
        super().__init__(send)
        self.exchange = exchange
        self.number = number
        self.user: str | None = None
        self.echo = True
        self._cut = cut
        self._alarm: str | None = None
        self._noise = False
        self._after: Fault | None = None

    def hang_up(self) -> None:
        self.close()
        self._cut()

    def interrupt(self, text: str) -> None:
        """A line in the middle of whatever is there; the prompt is not repeated."""
        if self.user is not None:
            self.write(f"\n{text} \n")

    def say(self, text: str) -> None:
        """Print a piece of output."""
        if self._alarm is not None and text.count("\n") > 1:
            lines = text.split("\n")
            middle = len(lines) // 2
            text, self._alarm = "\n".join([*lines[:middle], f"{self._alarm} ", "", *lines[middle:]]), None
        self.write(_noise(text) if self._noise else text)

    async def ask(self, prompt: str) -> str:
        """Print a prompt and read its answer. Raises AbandonError, LeaveError, ClosedError."""
        await self._strike_after()
        if self._alarm is not None:
            text, self._alarm = self._alarm, None
            self.write(f"\n{text} \n\n")
        self.say(prompt)
        self._noise = False
        line = await self.typed()
        if line.strip() == "****":
            raise LeaveError
        if line.strip() == "**":
            raise AbandonError
        return line

    async def typed(self, echo: bool = True) -> str:
        """A line, ended by a carriage return and by nothing else. Raises ClosedError, also when nobody types."""
        try:
            line = await asyncio.wait_for(self._line(echo and self.echo), self.exchange.spec.idle / self.exchange.speed)
        except TimeoutError:
            self.hang_up()
            raise ClosedError from None
        if self.exchange.faults.delay:
            await asyncio.sleep(self.exchange.faults.delay)
        self.exchange.tick()
        if echo:
            strike = self.exchange.faults.strike(line)
            if strike is not None:
                await self._strike(strike)
        return line

    async def wait(self, seconds: float) -> None:
        """So many device seconds pass."""
        await asyncio.sleep(seconds / self.exchange.speed)

    async def _line(self, echo: bool) -> str:
        letters: list[str] = []
        while True:
            letter = await self.key()
            if letter == "\r":
                self.write("\n")
                return "".join(letters)
            if letter in "\b\x7f":
                self._rub_out(letters, 1, echo)
            elif letter.isprintable() or letter == "\xa0":
                letters.append(letter)
                if echo:
                    self.write(letter)

    async def _strike(self, fault: Fault) -> None:
        if fault.kind == "alarm":
            self._alarm = fault.text
        elif fault.kind == "garbage":
            self._noise = True
        elif fault.when == "after":
            self._after = fault
        else:
            await self._break(fault)

    async def _strike_after(self) -> None:
        fault, self._after = self._after, None
        if fault is not None:
            await self._break(fault)

    async def _break(self, fault: Fault) -> None:
        if fault.kind == "hang":
            while fault in self.exchange.faults.held:
                await asyncio.sleep(_LOOK)
            return
        if fault.kind == "sysload":
            self.exchange.sysload()
        self.hang_up()
        raise ClosedError


def _noise(text: str) -> str:
    return "".join(_NOISE[at % len(_NOISE)] if letter.isalnum() else letter for at, letter in enumerate(text))


class Dialogue:
    """What an overlay works with: its terminal, the exchange, and answers that are asked for until they are right."""

    def __init__(self, tty: Tty, exchange: Exchange, number: int) -> None:
        self.tty = tty
        self.exchange = exchange
        self.number = number
        self._pending: list[Callable[[], None]] = []

    def later(self, change: Callable[[], None]) -> None:
        """A change that is made with the end of the entry, or with `**` never."""
        self._pending.append(change)

    def begin(self) -> None:
        """A new request: what an abandoned one left is forgotten."""
        self._pending.clear()

    def commit(self) -> None:
        """Make the changes that wait."""
        for change in self._pending:
            change()
        self._pending.clear()

    @property
    def memory(self) -> Memory:
        return self.exchange.memory

    @property
    def tables(self) -> Tables:
        return self.exchange.memory.tables

    async def ask(self, prompt: str) -> str:
        return await self.tty.ask(prompt)

    async def value[T](self, prompt: str, check: Callable[[str], T]) -> T:
        """An answer that `check` takes; what it refuses is printed as a code, and asked again."""
        while True:
            text = await self.ask(prompt)
            try:
                return check(text)
            except RefusedError as refused:
                self.refuse(refused.code)

    def refuse(self, code: str) -> None:
        self.tty.say(f"\n{code} \n\n")

    def say(self, text: str) -> None:
        self.tty.say(text)

    def print(self, lines: Sequence[str]) -> None:
        """A block of lines between empty ones."""
        self.tty.say("".join(f"{line}\n" for line in ["", *lines, ""]))

    def saved(self, *before: str) -> None:
        """The end of a change."""
        self.print([*before, *([""] if before else []), *self.exchange.memory_lines()])
