"""One session with one host, for all kinds: the client, one command shell that is opened when somebody needs it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from fellesdrift.session.errors import SessionError, SessionLostError
from fellesdrift.session.wsman import Client, CommandResult, Shell, WindowsTarget, literal, open_client, open_shell
from fellesdrift.session.wsman.errors import ShellGoneError

# a condition of WQL with more names than this is no shorter than the whole class
_MOST_NAMES = 40
_SYSTEM = ("CSName", "WindowsDirectory", "Caption", "Version", "CSDVersion", "OSLanguage")


class Host:
    """One host. Of one thread, as its client."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._shell: Shell | None = None
        self._opened: AbstractContextManager[Shell] | None = None
        self._facts: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """As the inventory has it."""
        return self.client.target.host

    @property
    def page(self) -> str:
        """The code page of its shell, as Python names it."""
        return f"cp{self.client.target.code_page}"

    @property
    def login(self) -> str:
        """The account that this session is logged in as, without its domain, in lower case."""
        return self.client.target.username.lower().rpartition("\\")[2].partition("@")[0]

    def run(
        self, command: str, *, stdin: str | None = None, seconds: float = 60.0, secret: str | None = None
    ) -> CommandResult:
        """Run a line of cmd in the session's one shell; the exit code is the caller's to judge. Raises SessionError.

        secret   goes in as one line on stdin, and into no transcript
        """
        if secret is not None:
            stdin = f"{secret}\r\n"
            # a shell's input travels in base64
            self.client.connection.hide(secret, base64.b64encode(stdin.encode(self.page)).decode())
        try:
            return self._open_shell().run(command, stdin=stdin, seconds=seconds)
        except ShellGoneError:
            # the host ends a shell that was idle for long; the command was not begun
            self.renew()
            return self._open_shell().run(command, stdin=stdin, seconds=seconds)

    def look(self, command: str, *, seconds: float = 60.0) -> CommandResult:
        """As run, for a line that changes nothing: it is asked again once, in a new shell, when its answer was lost."""
        try:
            return self.run(command, seconds=seconds)
        except SessionLostError:
            self.renew()
            return self.run(command, seconds=seconds)

    def _open_shell(self) -> Shell:
        if self._shell is None:
            self._opened = open_shell(self.client)
            self._shell = self._opened.__enter__()
        return self._shell

    def query_named(
        self, cls: str, properties: list[str], by: str, names: Iterable[str] | None, also: str = ""
    ) -> list[dict[str, Any]]:
        """The instances of a class with one of these names, or all (names None). also: a further condition."""
        conditions = [also] if also else []
        wanted = None if names is None else list(names)
        if wanted is not None and len(wanted) <= _MOST_NAMES:
            if not wanted:
                return []
            conditions.append("(" + " OR ".join(f"{by}={literal(name)}" for name in wanted) + ")")
        return [dict(row) for row in self.client.query(cls, properties, " AND ".join(conditions) or None)]

    def once[Fact](self, name: str, read: Callable[[], Fact]) -> Fact:
        """A fact that no step changes, read once in a session."""
        if name not in self._facts:
            self._facts[name] = read()
        found: Fact = self._facts[name]
        return found

    def system(self) -> Mapping[str, Any]:
        """What the host says of itself, by property of Win32_OperatingSystem; {} when it says nothing."""

        def read() -> Mapping[str, Any]:
            rows = self.client.query("Win32_OperatingSystem", _SYSTEM)
            return rows[0] if rows else {}

        return self.once("system", read)

    def renew(self) -> None:
        """After a lost answer: nothing of the shell is relied on any more."""
        self._shell = self._opened = None

    def close(self) -> None:
        """Give the shell back; a user has about five of them."""
        if self._opened is not None:
            opened, self._opened, self._shell = self._opened, None, None
            with suppress(SessionError):
                opened.__exit__(None, None, None)


@contextmanager
def open_host(
    target: WindowsTarget, opener: Callable[[WindowsTarget], AbstractContextManager[Client]] = open_client
) -> Iterator[Host]:
    """A session with one host. Raises SessionError."""
    with opener(target) as client:
        host = Host(client)
        try:
            yield host
        finally:
            host.close()
