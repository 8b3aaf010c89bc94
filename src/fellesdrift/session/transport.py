"""Opening an SSH connection with netmiko: strict host keys, chosen algorithms, hard deadlines, typed errors.

netmiko sleeps 275 ms while it connects: 100 ms after a forced newline, the rest polling for prompts in its session
preparation. Its parts are public, so they are called one by one here, and the preparation (`CliSession`) waits on
the channel instead. netmiko sets no deadline on opening the channel and the shell (paramiko: an hour, and for ever),
hence the watchdog: it closes the socket, and every wait inside ends with an error.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, cast

import paramiko
from netmiko import BaseConnection
from netmiko.cisco import CiscoIosSSH
from paramiko.ssh_exception import IncompatiblePeer

from fellesdrift.session.algorithms import disabled_algorithms
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
from fellesdrift.session.key_exchange import Transport
from fellesdrift.session.known_hosts import known_keys
from fellesdrift.session.target import Target

# What they log is raised here in a typed form. It goes to nobody's handlers: Ansible's own (log_path) is a file whose
# lock another thread of the parent may hold at the moment of a fork, and the transport's thread would then wait on it
# for ever. Without a handler of their own Python would print it to stderr.
for _library in ("paramiko", "netmiko"):
    logging.getLogger(_library).addHandler(logging.NullHandler())
    logging.getLogger(_library).propagate = False


class _UnknownHostKeyError(Exception):
    """Carries the offered key out of paramiko's policy; no SSHException, so netmiko lets it through."""

    def __init__(self, key: paramiko.PKey) -> None:
        self.key = key
        super().__init__("unknown host key")


class _RefuseUnknown(paramiko.MissingHostKeyPolicy):
    def missing_host_key(self, _client: paramiko.SSHClient, _hostname: str, key: paramiko.PKey) -> None:
        raise _UnknownHostKeyError(key)


class StrictSsh(BaseConnection):
    """What every driver here has before netmiko's own: the host keys that are known, and key exchanges that are quick.

    known   set before the connection is opened
    """

    known: tuple[paramiko.PKey, ...] = ()

    def _connect_params_dict(self) -> dict[str, Any]:
        return {**super()._connect_params_dict(), "transport_factory": Transport}

    def _build_ssh_client(self) -> paramiko.SSHClient:
        client: paramiko.SSHClient = super()._build_ssh_client()
        where = self.host if self.port == 22 else f"[{self.host}]:{self.port}"
        for key in self.known:
            client.get_host_keys().add(where, key.get_name(), key)
        return client


class _Driver(StrictSsh, CiscoIosSSH):
    """netmiko's driver, without the dialogue that it begins before it hangs up: on a device that no longer answers
    that takes ten seconds, and the session knows by itself which mode it is in."""

    def cleanup(self, command: str = "") -> None:
        """Nothing to say before the connection is closed."""


class _Watchdog:
    """Closes a socket when its time is over."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.fired = False

    def _bite(self) -> None:
        self.fired = True
        # shutdown wakes the thread that reads; close alone would leave it blocked
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            self._sock.close()

    @contextmanager
    def watch(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._bite)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _describe(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {key.fingerprint}"


class Place(Protocol):
    """Where to connect to; `session.target` explains the fields."""

    @property
    def host(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def connect_timeout(self) -> float: ...


def tcp(target: Place, refusal: type[UnreachableError] = UnreachableError) -> socket.socket:
    """A connected socket. Raises `refusal`."""
    where = f"{target.address} port {target.port}"
    try:
        sock = socket.create_connection((target.address, target.port), timeout=target.connect_timeout)
    except TimeoutError as error:
        raise refusal(target.host, where, f"no answer within {target.connect_timeout:g} s") from error
    except socket.gaierror as error:
        raise refusal(target.host, where, "the name has no address") from error
    except OSError as error:
        raise refusal(target.host, where, (error.strerror or "no connection").lower()) from error
    # paramiko never sets it: without, connecting and logging in takes four times as long
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return sock


def _driver[D: StrictSsh](target: Target, sock: socket.socket, kind: type[D]) -> D:
    driver = kind(
        host=target.address,
        port=target.port,
        username=target.username,
        password=target.password,
        secret=target.enable_secret or "",
        device_type=target.platform,
        sock=sock,
        auto_connect=False,
        ssh_strict=True,
        use_keys=False,
        allow_agent=False,
        disabled_algorithms=disabled_algorithms(target.legacy),
        conn_timeout=target.connect_timeout,
        banner_timeout=target.connect_timeout,
        auth_timeout=target.read_timeout,
        blocking_timeout=target.read_timeout,
    )
    driver.key_policy = _RefuseUnknown()
    driver.known = tuple(known_keys(target.known_hosts_file, target.where))
    return driver


def _chain(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def _host_key_error(cause: BaseException, target: Target) -> SessionError | None:
    if isinstance(cause, _UnknownHostKeyError):
        return HostKeyUnknownError(target.host, target.where, _describe(cause.key), str(target.known_hosts_file))
    if isinstance(cause, paramiko.BadHostKeyException):
        offered, known = _describe(cause.key), _describe(cause.expected_key)
        return HostKeyChangedError(target.host, target.where, offered, known, str(target.known_hosts_file))
    if isinstance(cause, IncompatiblePeer):
        return NoCommonAlgorithmError(target.host, str(cause), target.legacy)
    return None


def _says_timeout(cause: BaseException) -> bool:
    """netmiko and paramiko have no type of their own for it everywhere."""
    text = str(cause).lower()
    return isinstance(cause, TimeoutError) or "timeout" in text or "timed out" in text


def _login_error(cause: BaseException, target: Target) -> SessionError | None:
    if not isinstance(cause, paramiko.AuthenticationException):
        return None
    if "transport shut down" in str(cause):
        return SessionLostError(target.host, "the login")
    return AuthenticationRefusedError(target.host, target.username)


def _translate(error: BaseException, target: Target, timed_out: bool, seconds: float) -> SessionError:
    """The typed error for what netmiko raised after so many seconds; paramiko's own is further down its chain."""
    causes = list(_chain(error))
    if known := next((found for cause in causes if (found := _host_key_error(cause, target))), None):
        return known
    if timed_out or any(_says_timeout(cause) for cause in causes):
        return TimedOutError(target.host, "the login", round(seconds, 1))
    if refused := next((found for cause in causes if (found := _login_error(cause, target))), None):
        return refused
    if any("banner" in str(cause) for cause in causes):
        where = f"{target.address} port {target.port}"
        return UnreachableError(target.host, where, "connected, but no SSH server answered")
    return SessionLostError(target.host, "the login")


def connect(target: Target) -> tuple[CiscoIosSSH, paramiko.Channel]:
    """A logged-in shell, nothing read from it yet. Raises SessionError; leaves nothing open then."""
    return connect_as(_Driver, target)


def connect_as[D: StrictSsh](kind: type[D], target: Target) -> tuple[D, paramiko.Channel]:
    """The same with a driver of another kind."""
    sock = tcp(target)
    driver = _driver(target, sock, kind)
    watchdog = _Watchdog(sock)
    begin = time.monotonic()
    try:
        with watchdog.watch(target.connect_timeout + target.read_timeout):
            driver.establish_connection()
    except Exception as error:
        driver.disconnect()
        sock.close()
        raise _translate(error, target, watchdog.fired, time.monotonic() - begin) from error
    # typed for telnet and serial too; ours is SSH
    return driver, cast(paramiko.Channel, driver.remote_conn)
