"""A session that lets others work while it waits, for reading many devices in one process. asyncssh carries it.

The words and the judging are those of every other session (`dialogue`), and so are host keys, algorithms, deadlines and
errors. It costs a fourth of the processor's time of a session over paramiko, and no thread. It cannot change a device.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

import asyncssh
from asyncssh.connection import SSHConnection

from fellesdrift.session import key_exchange_reading, packets_reading
from fellesdrift.session.algorithms import offered_algorithms
from fellesdrift.session.dialogue import Dialogue, Transcript
from fellesdrift.session.errors import (
    AuthenticationRefusedError,
    HostKeyChangedError,
    HostKeyUnknownError,
    NoCommonAlgorithmError,
    SessionError,
    SessionLostError,
    TimedOutError,
    UnreachableError,
)
from fellesdrift.session.known_hosts import KnownKey, known_blobs
from fellesdrift.session.reading_connection import open_connection
from fellesdrift.session.sockets import connected
from fellesdrift.session.target import Target, refuse_platform

key_exchange_reading.register()
packets_reading.register()

# what it logs is raised here in a typed form
_LOGGER = logging.getLogger("asyncssh")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.propagate = False
_LOGGER.setLevel(logging.CRITICAL)

_TERMINAL, _SIZE = "vt100", (511, 1000)
_TRIES = 4
_GOING = 2.0  # seconds for what was typed last to leave before the connection is cut
# asyncssh asks its own files when it is given none at all
_NOBODY: tuple[list[asyncssh.SSHKey], ...] = ([], [], [])
_KEY_TYPES = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")}


class _Shell(asyncssh.SSHClientSession[bytes]):
    """The channel, as a `Line`."""

    def __init__(self) -> None:
        self._come: list[bytes] = []
        self._over = False
        self._waiter: asyncio.Future[None] | None = None
        self._channel: asyncssh.SSHClientChannel[bytes] | None = None
        self._connection: SSHConnection | None = None

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        # a channel that has ended knows its connection no more
        self._channel, self._connection = chan, chan.get_connection()

    def data_received(self, data: bytes, _datatype: asyncssh.DataType) -> None:
        self._come.append(data)
        self._wake()

    def eof_received(self) -> bool:
        self._over = True
        self._wake()
        return False

    def connection_lost(self, _exc: Exception | None) -> None:
        self._over = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def receive(self, seconds: float) -> bytes:
        """Of `Line`."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self._come and not self._over:
            self._waiter = loop.create_future()
            async with asyncio.timeout_at(end):
                await self._waiter
        data = b"".join(self._come)
        self._come.clear()
        return data

    def waiting(self) -> bool:
        """Of `Line`."""
        return bool(self._come)

    def send(self, text: str) -> None:
        """Of `Line`."""
        if self._channel is None or self._channel.is_closing() or self._over:
            raise ConnectionResetError
        self._channel.write(text.encode())

    def close(self) -> None:
        """Of `Line`."""
        if self._connection is not None:
            self._connection.close()
            # one that reads no more would hold it open
            asyncio.get_running_loop().call_later(_GOING, self._connection.abort)


class _Client(asyncssh.SSHClient):
    """Judges the host key. refused: why, after which the connection ends before a password is sent."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.known: list[KnownKey] = known_blobs(target.known_hosts_file, target.where)
        self.refused: SessionError | None = None
        self.judged = False
        self._connection: asyncssh.SSHClientConnection | None = None

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self._connection = conn

    @property
    def broke_off(self) -> bool:
        """Whether the connection ended between the other side's first word and its host key."""
        said = self._connection is not None and self._connection.get_extra_info("server_version")
        return bool(said) and not self.judged

    def validate_host_public_key(self, _host: str, _addr: str, _port: int, key: asyncssh.SSHKey) -> bool:
        offered, self.judged = key.public_data, True
        if any(each.blob == offered for each in self.known):
            return True
        target, shown = self._target, f"{key.get_algorithm()} {key.get_fingerprint()}"
        where, file = target.where, str(target.known_hosts_file)
        same = [each for each in self.known if each.algorithm == key.get_algorithm()]
        if not self.known:
            self.refused = HostKeyUnknownError(target.host, where, shown, file)
        else:
            expected = (same or self.known)[0]
            known = f"{expected.algorithm} {expected.fingerprint}"
            self.refused = HostKeyChangedError(target.host, where, shown, known, file)
        return False

    def host_key_algorithms(self) -> tuple[str, ...]:
        """Those of known keys first: a device that has several shows the one that is known."""
        offered = offered_algorithms(self._target.legacy).keys
        names = {name for key in self.known for name in _KEY_TYPES.get(key.algorithm, (key.algorithm,))}
        return tuple(sorted(offered, key=lambda name: name not in names))


@lru_cache(maxsize=32)
def options_of(legacy: bool, keys: tuple[str, ...], username: str) -> asyncssh.SSHClientConnectionOptions:
    """What all connections of a kind share: no file of the user's is read, no key or agent is used."""
    offer = offered_algorithms(legacy)
    return asyncssh.SSHClientConnectionOptions(
        config=None,
        known_hosts=_NOBODY,
        kex_algs=offer.kex,
        encryption_algs=offer.ciphers,
        mac_algs=offer.macs,
        server_host_key_algs=keys,
        compression_algs=None,
        client_keys=None,
        agent_path=None,
        x509_trusted_certs=None,
        x509_trusted_cert_paths=[],
        gss_host=None,
        gss_kex=False,
        gss_auth=False,
        public_key_auth=False,
        host_based_auth=False,
        preferred_auth=("password", "keyboard-interactive"),
        login_timeout=0,
        keepalive_interval=0,
        username=username,
    )


@asynccontextmanager
async def open_reading(target: Target, transcript: Transcript | None = None) -> AsyncIterator[Dialogue]:
    """Log in, go to enable mode, switch paging off; the connection is closed on leaving.

    transcript   called with ("sent" | "received", text without secrets)

    Raises a SessionError.
    """
    refuse_platform(target)
    session = Dialogue(target, await _connect(target), transcript)
    try:
        await session.prepare()
        yield session
    finally:
        session.close()


async def _connect(target: Target) -> _Shell:
    """A logged-in shell, nothing read from it yet. Raises SessionError; leaves nothing open then.

    A device with which there is no algorithm in common hangs up too; which of both is seen first is chance. So what
    broke off there is tried again, until it is known which it was.
    """
    for _ in range(_TRIES - 1):
        client = _Client(target)
        try:
            return await _logged_in(target, client)
        except SessionLostError:
            if not client.broke_off:
                raise
    return await _logged_in(target, _Client(target))


async def _logged_in(target: Target, client: _Client) -> _Shell:
    sock = await connected(target)
    loop = asyncio.get_running_loop()
    begin = loop.time()
    connection: asyncssh.SSHClientConnection | None = None
    try:
        async with asyncio.timeout(target.connect_timeout + target.read_timeout):
            options = options_of(target.legacy, client.host_key_algorithms(), target.username)
            address = target.address, target.port
            connection = await open_connection(sock, address, options, target.password, lambda: client)
            shell = _Shell()
            await connection.create_session(
                lambda: shell, encoding=None, request_pty="force", term_type=_TERMINAL, term_size=_SIZE
            )
            return shell
    except (OSError, EOFError, ValueError, asyncssh.Error) as error:
        if connection is not None:
            connection.abort()
        sock.close()
        raise _translate(error, client, target, loop.time() - begin) from error
    except BaseException:
        if connection is not None:
            connection.abort()
        sock.close()
        raise


def _translate(error: Exception, client: _Client, target: Target, seconds: float) -> SessionError:
    """The typed error for what asyncssh raised after so many seconds."""
    if client.refused is not None:
        return client.refused
    said = str(error)
    if isinstance(error, TimeoutError):
        return TimedOutError(target.host, "the login", round(seconds, 1))
    if isinstance(error, asyncssh.PermissionDenied):
        return AuthenticationRefusedError(target.host, target.username)
    if isinstance(error, asyncssh.KeyExchangeFailed) and "No matching" in said:
        return NoCommonAlgorithmError(target.host, said, target.legacy)
    if isinstance(error, asyncssh.ProtocolNotSupported) or "banner" in said.lower():
        where = f"{target.address} port {target.port}"
        return UnreachableError(target.host, where, "connected, but no SSH server answered")
    return SessionLostError(target.host, "the login")
