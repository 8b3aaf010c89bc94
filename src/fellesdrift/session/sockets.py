"""TCP to one device without a thread."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any

from fellesdrift.session.errors import UnreachableError
from fellesdrift.session.target import Target


async def connected(target: Target) -> socket.socket:
    """A connected socket. Raises UnreachableError."""
    where = f"{target.address} port {target.port}"
    loop = asyncio.get_running_loop()
    tried: OSError = OSError()
    try:
        async with asyncio.timeout(target.connect_timeout):
            for family, address in await _addresses(target):
                sock = socket.socket(family, socket.SOCK_STREAM)
                try:
                    sock.setblocking(False)
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                    await loop.sock_connect(sock, address)
                except OSError as error:
                    sock.close()
                    tried = error
                except BaseException:
                    sock.close()
                    raise
                else:
                    return sock
    except TimeoutError as error:
        raise UnreachableError(target.host, where, f"no answer within {target.connect_timeout:g} s") from error
    except socket.gaierror as error:
        raise UnreachableError(target.host, where, "the name has no address") from error
    if isinstance(tried, TimeoutError):  # the system's own, shorter than ours
        raise UnreachableError(target.host, where, f"no answer within {target.connect_timeout:g} s") from tried
    raise UnreachableError(target.host, where, _words(tried)) from tried


async def _addresses(target: Target) -> list[tuple[int, tuple[Any, ...]]]:
    """An address needs no asking, and so no thread."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, target.address)
        except OSError:
            continue
        return [(family, (target.address, target.port))]
    found = await asyncio.get_running_loop().getaddrinfo(target.address, target.port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


def _words(error: OSError) -> str:
    """The system's own words; asyncio puts the address among them."""
    return os.strerror(error.errno).lower() if error.errno else "no connection"
