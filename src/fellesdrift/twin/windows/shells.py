"""WinRS on one host: shells and the commands in them, with the quotas of WinRM 2.0.

A command that nobody signalled counts against its user even when it has ended: that is what a client notices who
forgets to, and on a real host too.
"""

from __future__ import annotations

import asyncio
import base64
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from fellesdrift.twin.windows import cmd, net_command, netsh, programs, schtasks, soap, terminal, tools, w32tm
from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.soap import Message, SoapFaultError

RESOURCE = f"{soap.RSP}/cmd"
MOST_SHELLS, MOST_COMMANDS = 5, 15
_IDLE = 900.0
_STATE = f"{soap.RSP}/CommandState"
_UTF8 = "65001"
_PAGES = ("437", "850", "865", "1252", _UTF8)
# that importing registers the programs is the point
PROGRAMS = (net_command, netsh, programs, schtasks, terminal, tools, w32tm)


@dataclass
class Running:
    """A command: what it has printed and nobody has fetched, what it was sent, its end."""

    task: asyncio.Task[None]
    out: dict[str, bytes] = field(default_factory=lambda: {"stdout": b"", "stderr": b""})
    sent: bytes = b""
    sent_all: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    code: int | None = None


@dataclass
class Open:
    """A shell."""

    user: str
    page: str
    folder: str | None
    touched: float
    commands: dict[str, Running] = field(default_factory=dict)


class Shells:
    """All shells of one host."""

    def __init__(self, host: WindowsHost, on_reboot: Callable[[], None]) -> None:
        self._host = host
        self._on_reboot = on_reboot
        self.open: dict[str, Open] = {}

    def close(self) -> None:
        """End everything."""
        for shell in self.open.values():
            for each in shell.commands.values():
                each.task.cancel()
        self.open.clear()

    async def handle(self, message: Message, user: str) -> str:
        """The body of the answer. Raises SoapFaultError."""
        verb = message.action.rpartition("/")[2]
        if message.action == f"{soap.X}/Create":
            return self._create(message, user)
        shell = self._shell(message)
        if message.action == f"{soap.X}/Delete":
            self._end(message.selectors["ShellId"])
            return ""
        if not message.action.startswith(f"{soap.RSP}/") or verb not in ("Command", "Send", "Receive", "Signal"):
            raise SoapFaultError("a:ActionNotSupported", 0x80338013, "Handlingen støttes ikke.")
        if message.body is None:
            raise SoapFaultError("w:SchemaValidationError", 0x80338041, "Innholdet mangler.")
        if verb == "Command":
            return self._command(shell, message)
        if verb == "Receive":
            return await self._receive(shell, message)
        return self._send(shell, message) if verb == "Send" else self._signal(shell, message)

    def _shell(self, message: Message) -> Open:
        for name, each in list(self.open.items()):
            if (time.monotonic() - each.touched) * self._host.speed > _IDLE:
                self._end(name)
        found = self.open.get(message.selectors.get("ShellId", "").upper())
        if found is None:
            raise SoapFaultError("w:InvalidSelectors", 0x8033805B, "Fant ikke det angitte skallet.")
        found.touched = time.monotonic()
        return found

    def _end(self, name: str) -> None:
        shell = self.open.pop(name.upper(), None)
        for each in shell.commands.values() if shell is not None else ():
            each.task.cancel()

    def _create(self, message: Message, user: str) -> str:
        if sum(1 for each in self.open.values() if each.user == user) >= MOST_SHELLS:
            raise SoapFaultError("w:QuotaLimit", 0x803381A5, "Brukeren har for mange åpne skall.")
        name = str(uuid.uuid4()).upper()
        page = message.options.get("WINRS_CODEPAGE", "850")
        if page not in _PAGES:
            raise SoapFaultError("w:InvalidOptions", 0x80338039, "Ugyldig tegntabell.")
        folder = message.body.findtext(f"{{{soap.RSP}}}WorkingDirectory") if message.body is not None else None
        self.open[name] = Open(user, page, folder, time.monotonic())
        return (
            f"<x:ResourceCreated><a:Address>{soap.A}/role/anonymous</a:Address><a:ReferenceParameters>"
            f'<w:ResourceURI>{RESOURCE}</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">{name}</w:Selector>'
            "</w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
        )

    def _command(self, shell: Open, message: Message) -> str:
        body = message.body
        texts = [each.text or "" for each in body.iter(f"{{{soap.RSP}}}Command")] if body is not None else []
        arguments = [each.text or "" for each in body.iter(f"{{{soap.RSP}}}Arguments")] if body is not None else []
        used = sum(len(each.commands) for each in self.open.values() if each.user == shell.user)
        if used >= MOST_COMMANDS:
            raise SoapFaultError("w:QuotaLimit", 0x803381A6, "Brukeren har for mange samtidige operasjoner.")
        line = " ".join([*texts, *arguments])
        name = str(uuid.uuid4()).upper()
        started = asyncio.Event()
        running = Running(asyncio.get_running_loop().create_task(self._run(shell, name, line, started)))
        shell.commands[name] = running
        started.set()
        return f"<rsp:CommandResponse><rsp:CommandId>{name}</rsp:CommandId></rsp:CommandResponse>"

    async def _run(self, shell: Open, name: str, line: str, started: asyncio.Event) -> None:
        await started.wait()
        running = shell.commands[name]
        page = f"cp{shell.page}"

        def tell(text: str, stream: str = "stdout") -> None:
            running.out[stream] += text.encode(page, errors="replace")
            running.news.set()

        async def stdin() -> str:
            await running.sent_all.wait()
            return running.sent.decode(page, errors="replace")

        async def wait(seconds: float) -> None:
            await asyncio.sleep(self._host.real(seconds))

        context = cmd.Context(self._host, shell.user, stdin, wait, self._on_reboot, tell)
        if shell.folder:
            context.folder = shell.folder
        context.batch = shell.page != _UTF8
        done = await cmd.run(context, line)
        tell(done.stdout)
        tell(done.stderr, "stderr")
        running.code = done.code
        running.news.set()

    def _running(self, shell: Open, name: str | None) -> Running:
        found = shell.commands.get((name or "").upper())
        if found is None:
            raise SoapFaultError("w:InvalidSelectors", 0x8033805B, "Fant ikke den angitte kommandoen.")
        return found

    def _send(self, shell: Open, message: Message) -> str:
        for each in message.body.iter(f"{{{soap.RSP}}}Stream") if message.body is not None else ():
            running = self._running(shell, each.get("CommandId"))
            running.sent += base64.b64decode(each.text or "")
            if each.get("End", "").lower() in ("true", "1"):
                running.sent_all.set()
        return "<rsp:SendResponse/>"

    async def _receive(self, shell: Open, message: Message) -> str:
        wanted = message.body.find(f"{{{soap.RSP}}}DesiredStream") if message.body is not None else None
        name = (wanted.get("CommandId") if wanted is not None else None) or ""
        running = self._running(shell, name)
        slow = sum(fault.seconds for fault in self._host.faults.held if fault.kind == "slow_receive")
        try:
            async with asyncio.timeout(message.seconds):
                if slow:
                    await asyncio.sleep(slow)
                while running.code is None and not any(running.out.values()):
                    running.news.clear()
                    await running.news.wait()
        except TimeoutError as error:
            raise SoapFaultError("w:TimedOut", 0x80338029, "Tidsavbrudd for operasjonen.", sender=False) from error
        return self._output(name, running)

    def _output(self, name: str, running: Running) -> str:
        parts = []
        for stream, data in running.out.items():
            if data:
                text = base64.b64encode(data).decode()
                parts.append(f'<rsp:Stream Name="{stream}" CommandId="{escape(name)}">{text}</rsp:Stream>')
            running.out[stream] = b""
        state = "Running" if running.code is None else "Done"
        code = "" if running.code is None else f"<rsp:ExitCode>{running.code}</rsp:ExitCode>"
        if running.code is not None:
            parts += [f'<rsp:Stream Name="{stream}" CommandId="{escape(name)}" End="true"/>' for stream in running.out]
        parts.append(f'<rsp:CommandState CommandId="{escape(name)}" State="{_STATE}/{state}">{code}</rsp:CommandState>')
        return f"<rsp:ReceiveResponse>{''.join(parts)}</rsp:ReceiveResponse>"

    def _signal(self, shell: Open, message: Message) -> str:
        name = message.body.get("CommandId", "") if message.body is not None else ""
        running = self._running(shell, name)
        running.task.cancel()
        del shell.commands[name.upper()]
        return "<rsp:SignalResponse/>"
