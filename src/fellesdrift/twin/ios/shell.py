"""The command line: prompts, modes, help, and what happens to a line that was typed."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fellesdrift.twin.device import Router
from fellesdrift.twin.faults import Fault
from fellesdrift.twin.ios import commands, pipes
from fellesdrift.twin.ios.configure import Editor, refusal_text
from fellesdrift.twin.ios.grammar import matcher
from fellesdrift.twin.ios.syntax import Refusal, tokens_of
from fellesdrift.twin.ios.terminal import ClosedError, Terminal, Typed

_PROMPT_ROOM = 30


@dataclass
class Shell:
    """One person at one terminal of one device.

    line   which of the device's vtys it is
    """

    device: Router
    terminal: Terminal
    user: str
    line: int = 0
    privilege: int = 1
    editor: Editor | None = None
    monitor: bool = False
    length: int = 24
    width: int = 80
    history: list[str] = field(default_factory=list)
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    over: bool = False

    # what a device does to its sessions

    def announce(self, text: str) -> None:
        self.terminal.write(text)

    def drop(self) -> None:
        self.over = True
        self.terminal.close()

    def replaced(self) -> None:
        if self.editor is not None:
            self.editor = Editor(self.device.config)

    @property
    def prompt(self) -> str:
        """`san-rtr1>`, `san-rtr1#`, `san-rtr1(config-if)#`; it has room for 30 characters, and the mode is cut."""
        host = self.device.config.hostname
        if self.editor is not None:
            if self.editor.banner is not None:
                return ""
            room = max(_PROMPT_ROOM - len(host) - 3, 0)
            return f"{host}({self.editor.prompt[:room]})#"
        return f"{host}{'#' if self.privilege == 15 else '>'}"

    async def run(self) -> None:
        """Talk until the session ends."""
        try:
            self.terminal.write(f"\n{self.prompt}" if self.terminal.interactive else "")
            while not self.over:
                asking = self.editor is None or self.editor.banner is None
                typed = await self.terminal.line(helpful=asking, history=self.history)
                await self._typed(typed)
                if not self.over:
                    self.terminal.write(self.prompt)
        except ClosedError:
            self.over = True
        finally:
            self.finish()

    def finish(self) -> None:
        """The session is over, however it ended."""
        self.leave_config()

    async def _typed(self, typed: Typed) -> None:
        if typed.how == "help":
            self._help(typed.text)
            self.terminal.write(self.prompt)
            # the unfinished line stays on the screen and is edited on
            self.terminal.retype(typed.text)
            await self._typed(await self.terminal.line(helpful=True, history=self.history))
        elif typed.how == "interrupt":
            if self.editor is not None:
                self.leave_config()
        else:
            if typed.text.strip() or (self.editor is not None and self.editor.banner is not None):
                await self.command(typed.text)
            if typed.how == "end":
                self.leave_config()

    def _help(self, text: str) -> None:
        if self.editor is not None:
            body = text.lstrip()
            negated = body.lower().startswith("no ")
            found = matcher(self.editor.mode, negated).completions(body[3:] if negated else body)
        else:
            found = commands.matcher(self.privilege).completions(text.lstrip())
        if not found:
            self.terminal.write("% Unrecognized command\n")
        else:
            self.terminal.write("".join(f"  {word}\n" for word in found))

    async def command(self, text: str) -> None:
        """Execute one line, with whatever fault the device has in store for it."""
        fault = self.device.faults.strike(text.strip()) if text.strip() else None
        if self.device.faults.delay:
            await asyncio.sleep(self.device.faults.delay)
        if fault is not None and fault.kind in ("drop", "hang") and fault.when == "before":
            await self._break_off(fault)
            return
        self.history = [*self.history[-19:], text.strip()]
        self.device.touch_revert()
        shown = await self._execute(text)
        if fault is not None and fault.kind in ("drop", "hang"):
            await self._break_off(fault)
            return
        if fault is not None and fault.kind == "syslog":
            shown = _interrupted(shown, fault.text)
        elif fault is not None and fault.kind == "garbage":
            shown = _noise(shown)
        await self.terminal.page(shown, self.length)

    async def _break_off(self, fault: Fault) -> None:
        if fault.kind == "drop":
            self.drop()
            return
        while fault in self.device.faults.held and not self.over:
            await asyncio.sleep(0.05)

    async def _execute(self, text: str) -> str:
        """Run a line and return what it prints."""
        editor = self.editor
        offset = len(self.prompt)
        if editor is None:
            return await self.exec(text, offset)
        if editor.banner is None:
            words = text.split()
            first = words[0].lower() if words else ""
            if first == "do" and len(words) > 1:
                start = text.lower().index("do") + 2
                return await self.exec(" " * start + text[start:], offset)
            if first in ("end", "exit") and len(words) == 1:
                if first == "end" or not editor.leave():
                    self.leave_config()
                return ""
        said = editor.enter(text, offset)
        self.device.edited(self.user)
        return said

    async def exec(self, text: str, offset: int) -> str:
        """Run an exec command; `offset` is how far right it began on the screen."""
        command, tail = pipes.split(text) if text.split(maxsplit=1)[0].lower().startswith("sh") else (text, None)
        privilege = 15 if self.editor is not None else self.privilege
        result = commands.matcher(privilege).match(command)
        if isinstance(result, Refusal):
            if len(tokens_of(command)) == 1 and result.kind == "invalid" and self.editor is None:
                return self._unknown(command)
            return refusal_text(result, text, offset)
        answer = result.rule.function(self, result.values)
        shown = await answer if inspect.isawaitable(answer) else answer
        if tail is None:
            return shown
        filtered = pipes.apply(tail, shown, len(text) - len(tail))
        return refusal_text(filtered, text, offset) if isinstance(filtered, Refusal) else filtered

    def _unknown(self, command: str) -> str:
        """A single unknown word: IOS takes it for a host to connect to."""
        asked = "" if "ip domain lookup" in self.device.config.root.lines else "...domain server (255.255.255.255)"
        unknown = "% Unknown command or computer name, or unable to find computer address"
        return f'Translating "{command.strip()}"{asked}\n{unknown}\n'

    async def ask(self, question: str, echo: bool = True) -> Typed:
        """One question and its answer. Raises ClosedError when the other side is gone."""
        self.terminal.write(question)
        return await self.terminal.line(echo=echo)

    async def confirm(self, question: str) -> bool:
        """`... [confirm]`: Enter or y goes on, any other key does not."""
        self.terminal.write(question)
        letter = await self.terminal.key()
        self.terminal.write("\n" if letter in "\r\n" else f"{letter}\n")
        return letter in "\r\nyY"

    def enter_config(self) -> None:
        """`configure terminal`."""
        self.editor = Editor(self.device.config)

    def leave_config(self) -> None:
        """Back to exec; the change is logged."""
        if self.editor is not None:
            self.editor = None
            self.device.syslog(f"%SYS-5-CONFIG_I: Configured from console by {self.user} on vty{self.line}")


def _interrupted(shown: str, message: str) -> str:
    """A log message where a busy device puts it: between two lines, wherever it happens to be."""
    moment = datetime.now(UTC)
    line = f"*{moment:%b} {moment.day:>2} {moment:%H:%M:%S}.{moment.microsecond // 1000:03d}: {message}\n"
    lines = shown.splitlines(keepends=True)
    middle = len(lines) // 2
    return "".join([*lines[:middle], line, *lines[middle:]])


def _noise(shown: str) -> str:
    """The same length of something else, as a line with the wrong speed gives."""
    return "".join(
        letter if letter == "\n" else chr(0xA1 + (ord(letter) * 7 + at) % 90) for at, letter in enumerate(shown)
    )
