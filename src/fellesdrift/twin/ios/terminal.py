"""A terminal line: characters in, echo out, line editing, one question at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_BACKSPACE = ("\b", "\x7f")


class ClosedError(Exception):
    """The other side is gone."""


@dataclass(frozen=True)
class Typed:
    """One line as typed. `how` is enter, end (Ctrl-Z), interrupt (Ctrl-C) or help (?)."""

    text: str
    how: str = "enter"


class Terminal:
    """The device's side of a line.

    send         gets what goes out, with \\r\\n at line ends
    interactive  False for a single command: no prompt, no paging
    open         while it is not set nothing that was typed is looked at: the management path is cut
    """

    def __init__(self, send: Callable[[str], None], interactive: bool = True) -> None:
        self._send = send
        self._waiting: deque[str] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self._ended = False
        self._carriage = False
        self.interactive = interactive
        self.open = asyncio.Event()
        self.open.set()

    def feed(self, data: str) -> None:
        """Characters arrived."""
        self._waiting.extend(data)
        self._arrived.set()

    def end(self) -> None:
        """Nothing more will be typed; what was typed already still counts."""
        self._ended = True
        self._arrived.set()

    def close(self) -> None:
        """The line is cut: nothing more goes in or out."""
        self._closed = True
        self._arrived.set()
        self.open.set()

    def write(self, text: str) -> None:
        """Print; `\\n` becomes what a terminal needs."""
        if text and not self._closed:
            self._send(text.replace("\r\n", "\n").replace("\n", "\r\n"))

    async def key(self) -> str:
        """The next character. Raises ClosedError when there will be none."""
        while True:
            await self.open.wait()
            if self._closed:
                raise ClosedError
            if self._waiting:
                letter = self._waiting.popleft()
                # \r\n and \r\0 are one key
                if self._carriage and letter in "\n\0":
                    self._carriage = False
                    continue
                self._carriage = letter == "\r"
                return letter
            if self._ended:
                raise ClosedError
            self._arrived.clear()
            await self._arrived.wait()

    def interrupted(self) -> bool:
        """True when Ctrl-C or Ctrl-^ waits among the typed keys: it breaks off what runs, and what was typed before it
        is lost.
        """
        if any(letter in "\x03\x1e" for letter in self._waiting):
            self._waiting.clear()
            return True
        return False

    async def line(self, echo: bool = True, helpful: bool = False, history: list[str] | None = None) -> Typed:
        """One line, edited as it is typed."""
        letters: list[str] = []
        recalled = len(history or [])
        while True:
            letter = await self.key()
            if letter in "\r\n":
                self.write("\n")
                return Typed("".join(letters))
            if letter in "\x03\x1a":
                self.write("^C\n" if letter == "\x03" else "^Z\n")
                return Typed("".join(letters), "interrupt" if letter == "\x03" else "end")
            if letter == "?" and helpful:
                self.write("?\n")
                return Typed("".join(letters), "help")
            if letter == "\x1b":
                recalled = await self._escape(letters, echo, history or [], recalled)
            elif letter in _BACKSPACE:
                self._rub_out(letters, 1, echo)
            elif letter == "\x15":
                self._rub_out(letters, len(letters), echo)
            elif letter == "\x17":
                kept = "".join(letters).rstrip()
                self._rub_out(letters, len(letters) - (kept.rfind(" ") + 1), echo)
            else:
                quoted = await self.key() if letter == "\x16" else letter
                if quoted.isprintable():
                    letters.append(quoted)
                    if echo:
                        self.write(quoted)

    def _rub_out(self, letters: list[str], count: int, echo: bool) -> None:
        for _ in range(min(count, len(letters))):
            letters.pop()
            if echo:
                self._send("\b \b")

    async def _escape(self, letters: list[str], echo: bool, history: list[str], at: int) -> int:
        """Arrow keys: up and down walk through the history, the others do nothing."""
        await self.key()
        which = await self.key()
        step = {"A": -1, "B": 1}.get(which)
        if step is None or not history or not 0 <= at + step <= len(history):
            return at
        self._rub_out(letters, len(letters), echo)
        recalled = history[at + step] if at + step < len(history) else ""
        letters.extend(recalled)
        self.write(recalled)
        return at + step

    def retype(self, text: str) -> None:
        """Put characters back as if they had just been typed."""
        self._waiting.extendleft(reversed(text))
        self._arrived.set()

    async def page(self, text: str, length: int) -> None:
        """Print with a stop at every screenful (0: none)."""
        lines = text.split("\n")
        room = length - 1
        shown = 0
        for at, line in enumerate(lines):
            last = at == len(lines) - 1
            if length and self.interactive and shown >= room and not (last and not line):
                shown, room = 0, await self._more(length)
                if not room:
                    return
            self.write(line if last else f"{line}\n")
            shown += 1

    async def _more(self, length: int) -> int:
        """How many lines to show before asking again; 0 to stop."""
        self._send(" --More-- ")
        letter = await self.key()
        self._send("\b" * 9 + " " * 8 + "\b" * 9)
        if letter == " ":
            return length - 1
        if letter in "\r\n":
            return 1
        return 0
