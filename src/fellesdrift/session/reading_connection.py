"""A client connection of asyncssh at the least cost: for thousands of short sessions in one event loop.

asyncssh as it comes works the options out anew in a thread for each connection, sends every packet by itself, and a
packet that says nothing before each. Here what all connections share is worked out once, what is written in one turn of
the loop leaves together, and the empty packets go only where they protect something.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

import asyncssh

from fellesdrift.session.packets_reading import SILENT

if TYPE_CHECKING:
    import socket

    from asyncssh.logging import SSHLogger
    from asyncssh.packet import SSHPacketLogger

# RFC 4253, 6: number of the message that a receiver ignores
_IGNORE = 2


class _Together(asyncio.Transport):
    """What is written in one turn of the loop, in one packet: a device and its network wake once for it."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._written: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        if not self._written:
            self._loop.call_soon(self._flush)
        self._written.append(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview[Any]]) -> None:
        for data in list_of_data:
            self.write(data)

    def _flush(self) -> None:
        if self._written:
            data = b"".join(self._written)
            self._written.clear()
            self._transport.write(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        # the last word of a connection that is cut says why
        self._flush()
        self._transport.abort()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()


class _Connection(asyncssh.SSHClientConnection):
    """As asyncssh's, but for what it sends."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(_Together(cast("asyncio.Transport", transport), asyncio.get_running_loop()))

    def send_packet(self, pkttype: int, *args: bytes, handler: SSHPacketLogger | None = None) -> None:
        """Without the empty packet that goes before each. It protects chained block ciphers only, whose next starting
        value an onlooker knows beforehand (RFC 4251, 9.3.1)."""
        if pkttype != _IGNORE or str(self.get_extra_info("send_cipher")).endswith("-cbc"):
            super().send_packet(pkttype, *args, handler=handler)

    @property
    def logger(self) -> SSHLogger:
        """One that says nothing, for all that there is in a connection."""
        return SILENT


async def open_connection(
    sock: socket.socket,
    address: tuple[str, int],
    options: asyncssh.SSHClientConnectionOptions,
    password: str,
    client: Callable[[], asyncssh.SSHClient],
) -> asyncssh.SSHClientConnection:
    """Log in over a connected socket. options: with the user's name, shared by many and left as they are.

    Raises OSError, EOFError, ValueError and asyncssh.Error; the socket is closed then.
    """
    loop = asyncio.get_running_loop()
    own = copy.copy(options)
    own.host, own.port = address
    own.password, own.protocol_factory = password, client
    own.waiter = loop.create_future()
    _, connection = await loop.create_connection(lambda: _Connection(loop, own, wait="auth"), sock=sock)
    try:
        await own.waiter
    except BaseException:
        connection.abort()
        raise
    return connection
