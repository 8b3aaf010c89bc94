"""Connecting: what the sockets and libraries below say, in our types."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import paramiko
import pytest

from fellesdrift.session import errors, transport
from fellesdrift.session.algorithms import LEGACY_ONLY, disabled_algorithms
from fellesdrift.session.target import Target

TARGET = Target("san-rtr1", "192.0.2.1", 22, "fellesdrift", "not shown", connect_timeout=1.0, read_timeout=1.0)


def refuse_with(error: Exception) -> Callable[..., Any]:
    def connect(*_args: object, **_options: object) -> None:
        raise error

    return connect


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (TimeoutError(), "no answer within 1 s"),
        (socket.gaierror(-2, "Name or service not known"), "the name has no address"),
        (OSError(113, "No route to host"), "no route to host"),
        (OSError(), "no connection"),
    ],
)
def test_no_connection(monkeypatch: pytest.MonkeyPatch, error: Exception, found: str) -> None:
    monkeypatch.setattr(transport.socket, "create_connection", refuse_with(error))
    with pytest.raises(errors.UnreachableError) as caught:
        transport.connect(TARGET)
    assert caught.value.found == f"192.0.2.1 port 22: {found}"


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (paramiko.AuthenticationException("Authentication failed."), errors.AuthenticationRefusedError),
        (paramiko.AuthenticationException("Authentication timeout."), errors.TimedOutError),
        (paramiko.AuthenticationException("transport shut down or saw EOF"), errors.SessionLostError),
        (paramiko.SSHException("Error reading SSH protocol banner"), errors.UnreachableError),
        (paramiko.SSHException("Key-exchange timed out waiting for key negotiation"), errors.TimedOutError),
        (EOFError(), errors.SessionLostError),
        (TimeoutError(), errors.TimedOutError),
    ],
)  # fmt: skip
def test_what_the_libraries_say(
    monkeypatch: pytest.MonkeyPatch, cause: Exception, expected: type[errors.SessionError]
) -> None:
    near, far = socket.socketpair()
    monkeypatch.setattr(transport, "tcp", lambda target: near)
    monkeypatch.setattr(transport._Driver, "establish_connection", refuse_with(cause))
    with pytest.raises(expected):
        transport.connect(TARGET)
    # nothing is left open
    assert near.fileno() == -1
    far.close()


def test_a_watchdog_ends_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = socket.socketpair()
    monkeypatch.setattr(transport, "tcp", lambda target: near)
    monkeypatch.setattr(transport._Driver, "establish_connection", lambda driver: _read_to_the_end(near))
    with pytest.raises(errors.TimedOutError, match=r"0\.2 s"):
        transport.connect(Target("r1", "192.0.2.1", 22, "x", "y", connect_timeout=0.1, read_timeout=0.1))
    far.close()


def _read_to_the_end(sock: socket.socket) -> None:
    assert sock.recv(1) == b""
    raise EOFError


def test_a_watchdog_whose_socket_is_gone() -> None:
    sock = socket.socket()
    sock.close()
    watchdog = transport._Watchdog(sock)
    watchdog._bite()
    assert watchdog.fired


def test_nothing_of_2005_is_offered_unless_the_inventory_says_so() -> None:
    assert disabled_algorithms(legacy=True) == {}
    off = disabled_algorithms(legacy=False)
    assert off == LEGACY_ONLY
    assert off is not LEGACY_ONLY
    offered = {
        "kex": paramiko.Transport._preferred_kex,
        "ciphers": paramiko.Transport._preferred_ciphers,
        "macs": paramiko.Transport._preferred_macs,
        "keys": paramiko.Transport._preferred_keys,
    }
    left = [name for kind, names in offered.items() for name in names if name not in off[kind]]
    assert not [name for name in left if "sha1" in name or "md5" in name or "cbc" in name or name == "ssh-rsa"]
