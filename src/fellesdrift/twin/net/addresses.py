"""IPv4 addresses as plain integers: a trace compares thousands of them."""

from __future__ import annotations

import socket
import struct
from functools import lru_cache

FULL = 0xFFFFFFFF


@lru_cache(maxsize=65536)
def number(text: str) -> int:
    """`10.0.0.1` -> 167772161."""
    return int(struct.unpack("!I", socket.inet_aton(text))[0])


@lru_cache(maxsize=65536)
def text_of(value: int) -> str:
    """167772161 -> `10.0.0.1`."""
    return socket.inet_ntoa(struct.pack("!I", value))


def mask_of(length: int) -> int:
    """24 -> 255.255.255.0 as a number."""
    return FULL << (32 - length) & FULL


def length_of(mask: int) -> int | None:
    """255.255.255.0 as a number -> 24; None when its ones are not contiguous."""
    length = mask.bit_count()
    return length if mask_of(length) == mask else None


def network(cidr: str) -> tuple[int, int]:
    """`10.0.0.0/8` -> (network, mask)."""
    address, _, length = cidr.partition("/")
    mask = mask_of(int(length or 32))
    return number(address) & mask, mask


_PRIVATE = tuple(network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"))


def is_private(value: int) -> bool:
    """True for what no Internet router carries (RFC 1918, link-local). The documentation nets count as public here."""
    return any(value & mask == base for base, mask in _PRIVATE)
