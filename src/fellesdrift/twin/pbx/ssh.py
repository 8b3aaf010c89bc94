"""SSH in front of an exchange: a login of its own, then the same prompt as on any other port."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    from fellesdrift.twin.pbx.front import PbxFront
    from fellesdrift.twin.pbx.line import Line


class Server(asyncssh.SSHServer):
    """Passwords only."""

    def __init__(self, front: PbxFront) -> None:
        self._front = front

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        del username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self._front.check_password(username, password)

    def session_requested(self) -> Session:
        return Session(self._front, self._connection)


class Session(asyncssh.SSHServerSession[bytes]):
    """A terminal session; single commands are refused."""

    def __init__(self, front: PbxFront, connection: asyncssh.SSHServerConnection) -> None:
        self._front = front
        self._connection = connection
        self._line: Line | None = None
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def pty_requested(self, _type: str, _size: tuple[int, int, int, int], _modes: Mapping[int, int]) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._talk())

    async def _talk(self) -> None:
        with self._front.line(self._write, self._connection.abort) as line:
            self._line = line
            if line is None:
                self._connection.abort()
            else:
                await line.run()

    def _write(self, data: bytes) -> None:
        if self._channel is not None and not self._channel.is_closing():
            self._channel.write(data)

    def data_received(self, data: bytes, _datatype: asyncssh.DataType) -> None:
        if self._line is not None:
            self._line.received(data)

    def eof_received(self) -> bool:
        if self._line is not None:
            self._line.tty.end()
        return True

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._line is not None:
            self._line.lost()
