"""SSH in front of every device: loopback only, one port and one host key a device.

A connection is accepted by the machine at once, but the device answers it only while the controller reaches it through
the simulated network; the same goes for what a session prints and reads. TCP keeps what is on its way, so a session
whose path comes back goes on where it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import asyncssh

from fellesdrift.twin.access import LOOPBACK
from fellesdrift.twin.device import VTYS, Router
from fellesdrift.twin.doors import gone, server_options
from fellesdrift.twin.ios.shell import Shell
from fellesdrift.twin.ios.terminal import Terminal
from fellesdrift.twin.lab import Lab

# what a router of 2005 speaks, and nothing newer
_LEGACY = {
    "kex_algs": ["diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"],
    "encryption_algs": ["aes128-cbc", "3des-cbc"],
    "mac_algs": ["hmac-sha1"],
    "signature_algs": ["ssh-rsa"],
}
_RSA_BITS = 1024


def make_key(legacy: bool) -> asyncssh.SSHKey:
    """A host key. 1024-bit RSA is what `crypto key generate rsa` was told in 2005; it lives as long as the twin."""
    if legacy:
        return asyncssh.generate_private_key("ssh-rsa", key_size=_RSA_BITS)
    return asyncssh.generate_private_key("ssh-ed25519")


class _Authentication(asyncssh.SSHServer):
    """Password and keyboard-interactive, checked against the device's configuration."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.user = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.front.connections.add(conn)
        self.connection = conn

    def connection_lost(self, _exc: Exception | None) -> None:
        self.front.connections.discard(self.connection)

    def begin_auth(self, username: str) -> bool:
        self.user = username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self.front.device.check_password(username, password)

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(
        self, _username: str, _lang: str, _submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return ("", "", "", [("Password: ", False)])

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        return len(responses) == 1 and self.front.device.check_password(username, responses[0])

    def session_requested(self) -> Session:
        return Session(self.front, self.user)


class Session(asyncssh.SSHServerSession[bytes]):
    """One channel: a shell, or a single command."""

    def __init__(self, front: Front, user: str) -> None:
        self.front = front
        self.user = user
        self.held: list[str] = []
        self.outgoing: list[str] = []
        self.channel: asyncssh.SSHServerChannel[bytes] | None = None
        self.size: tuple[int, int] = (80, 24)
        self.command: str | None = None
        self.task: asyncio.Task[None] | None = None
        self.terminal = Terminal(self.send)

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self.channel = chan

    def pty_requested(self, _type: str, term_size: tuple[int, int, int, int], _modes: Mapping[int, int]) -> bool:
        self.size = (term_size[0] or 80, term_size[1] or 24)
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self.command = command
        return True

    def session_started(self) -> None:
        self.front.sessions.add(self)
        self.look()
        self.task = asyncio.get_running_loop().create_task(self._talk())

    async def _talk(self) -> None:
        device = self.front.device
        used = {shell.line for shell in device.sessions}
        line = next(number for number in range(VTYS + 1) if number not in used)
        self.terminal.interactive = self.command is None
        shell = Shell(device, self.terminal, self.user, line, privilege=device.user_privilege(self.user))
        shell.width, shell.length = self.size
        device.sessions.append(shell)
        try:
            if self.command is None:
                banner = device.config.root.value("banner motd", "text")
                self.terminal.write(f"\n{banner.strip(chr(10))}\n" if banner else "")
                await shell.run()
            else:
                shell.length = 0
                self.terminal.write("\n")
                await shell.command(self.command)
        except Exception as error:
            # a fault of the twin itself: say so where the user looks, and end this session only
            self.terminal.write(f"\n%TWIN-0-FAULT: {type(error).__name__}: {error}\n")
            raise
        finally:
            if shell in device.sessions:
                device.sessions.remove(shell)
            await self._end(shell)

    async def _end(self, shell: Shell) -> None:
        while self.held and not shell.over:
            await asyncio.sleep(0.05)
        self._flush()
        if self.channel is not None:
            if self.terminal.interactive:
                self.channel.get_connection().close()
            else:
                self.channel.exit(0)

    def send(self, text: str) -> None:
        """Put text on the line, or keep it while the path is cut."""
        if self.held or not self.front.reachable():
            self.held.append(text)
            self.look()
        else:
            # one packet for all that is printed before anybody else's turn comes: a client pays for each
            if not self.outgoing:
                asyncio.get_running_loop().call_soon(self._flush)
            self.outgoing.append(text)

    def _flush(self) -> None:
        text = "".join(self.outgoing)
        self.outgoing.clear()
        if text and self.channel is not None:
            with contextlib.suppress(OSError, BrokenPipeError):
                self.channel.write(text.encode())

    def look(self) -> None:
        """The network changed: freeze, or go on."""
        if self.front.reachable():
            self.terminal.open.set()
            held, self.held = self.held, []
            for text in held:
                self.send(text)
        else:
            self.terminal.open.clear()

    def data_received(self, data: bytes, _datatype: asyncssh.DataType) -> None:
        self.look()
        self.terminal.feed(data.decode(errors="replace"))

    def break_received(self, _msec: int) -> bool:
        return True

    def eof_received(self) -> bool:
        self.terminal.end()
        return True

    def terminal_size_changed(self, width: int, height: int, _pixwidth: int, _pixheight: int) -> None:
        self.size = (width, height)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.front.sessions.discard(self)
        self.held.clear()
        self.outgoing.clear()
        self.terminal.close()


@dataclass
class Front:
    """The door of one device."""

    lab: Lab
    device: Router
    key: asyncssh.SSHKey
    sessions: set[Session] = field(default_factory=set)
    connections: set[asyncssh.SSHServerConnection] = field(default_factory=set)
    waiting: set[asyncio.Task[None]] = field(default_factory=set)
    pending: int = 0
    port: int = 0
    _known: tuple[int, bool] = (-1, False)
    _options: asyncssh.SSHServerConnectionOptions | None = None

    def open(self) -> None:
        """Listen on a port of the system's choice."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.bind((LOOPBACK, 0))
        self.socket.listen(64)
        self.port = self.socket.getsockname()[1]
        self.change = asyncio.Event()
        asyncio.get_running_loop().add_reader(self.socket.fileno(), self._accept)
        self.device.on_power_off.append(self._hang_up)
        self.device.on_wake.append(self.change.set)

    def close(self) -> None:
        """Stop listening and cut every connection."""
        asyncio.get_running_loop().remove_reader(self.socket.fileno())
        self.socket.close()
        for task in self.waiting:
            task.cancel()
        self._hang_up()

    def reachable(self) -> bool:
        """True while the device hears the controller; worked out once per state of the network."""
        generation = self.lab.network.generation
        if self._known[0] != generation:
            self._known = (generation, self.lab.manageable(self.device.name))
        return self._known[1]

    def network_changed(self) -> None:
        """Look again at everything that waits for a path. A session that is not frozen notices by itself."""
        if self.waiting:
            self.change.set()
        for session in list(self.sessions):
            if session.held or not session.terminal.open.is_set():
                session.look()

    def _hang_up(self) -> None:
        for connection in list(self.connections):
            connection.abort()

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            incoming, _ = self.socket.accept()
            incoming.setblocking(False)
            incoming.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = asyncio.get_running_loop().create_task(self._serve(incoming))
            self.waiting.add(task)
            task.add_done_callback(self.waiting.discard)

    async def _serve(self, incoming: socket.socket) -> None:
        try:
            while not self.reachable():
                if gone(incoming):
                    incoming.close()
                    return
                self.change.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.change.wait(), 0.5)
        except asyncio.CancelledError:
            incoming.close()
            raise
        if len(self.connections) + self.pending >= VTYS or not self.lab.admitted(self.device.name):
            incoming.close()
            return
        self.pending += 1
        try:
            await asyncssh.run_server(incoming, options=self._prepared())
        except (OSError, asyncssh.Error):
            incoming.close()
        finally:
            self.pending -= 1

    def _prepared(self) -> asyncssh.SSHServerConnectionOptions:
        if self._options is None:
            algorithms = _LEGACY if self.device.spec.legacy else {}
            self._options = server_options(
                lambda: _Authentication(self), self.key, server_version="Cisco-1.25", **algorithms
            )
        return self._options


class Service:
    """The doors of all devices."""

    def __init__(self, lab: Lab, keys: dict[str, asyncssh.SSHKey]) -> None:
        self.lab = lab
        self.fronts = {name: Front(lab, device, keys[name]) for name, device in lab.devices.items()}

    def open(self) -> None:
        for front in self.fronts.values():
            front.open()
        self.lab.network.watchers.append(self._changed)

    def close(self) -> None:
        self.lab.network.watchers.remove(self._changed)
        for front in self.fronts.values():
            front.close()

    def _changed(self) -> None:
        for front in self.fronts.values():
            if front.waiting or front.sessions:
                front.network_changed()

    def known_hosts(self) -> str:
        """The doors' host keys, as OpenSSH wants them."""
        lines = []
        for front in self.fronts.values():
            public = front.key.export_public_key("openssh").decode().split()
            lines.append(f"[{LOOPBACK}]:{front.port} {public[0]} {public[1]}\n")
        return "".join(lines)


class KeyMaker:
    """Makes legacy host keys beside what the process does meanwhile, which is waiting: for so many devices at most."""

    def __init__(self, most: int) -> None:
        self._made: list[asyncssh.SSHKey] = []
        self._most = most
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._make, daemon=True)
        self._thread.start()

    def _make(self) -> None:
        while len(self._made) < self._most and not self._enough.is_set():
            self._made.append(make_key(legacy=True))

    def taken(self) -> list[asyncssh.SSHKey]:
        """What was made until now; nothing more is."""
        self._enough.set()
        self._thread.join()
        return self._made


def make_keys(lab: Lab, made: Sequence[asyncssh.SSHKey] = ()) -> dict[str, asyncssh.SSHKey]:
    """A host key for every device; `made`: legacy ones that are there already."""
    spare = list(made)
    return {
        name: spare.pop() if device.spec.legacy and spare else make_key(device.spec.legacy)
        for name, device in lab.devices.items()
    }
