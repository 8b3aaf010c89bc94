"""What the doors of simulated devices and hosts have in common."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import asyncssh

_LOGIN_SECONDS = 120


def gone(incoming: socket.socket) -> bool:
    """True when the client gave up waiting."""
    try:
        return incoming.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def server_options(
    factory: Callable[[], asyncssh.SSHServer], key: asyncssh.SSHKey, **more: Any
) -> asyncssh.SSHServerConnectionOptions:
    """A server for passwords and terminals, and for nothing else that SSH could do. `more`: algorithms, a version."""
    return asyncssh.SSHServerConnectionOptions(
        server_factory=factory,
        server_host_keys=[key],
        encoding=None,
        line_editor=False,
        allow_scp=False,
        gss_host=None,
        host_based_auth=False,
        public_key_auth=False,
        agent_forwarding=False,
        x11_forwarding=False,
        login_timeout=_LOGIN_SECONDS,
        compression_algs=None,
        **more,
    )
