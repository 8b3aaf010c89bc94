"""The two ways in which IOS of 2005 writes a password down: type 5 (salted MD5) and type 7 (obfuscation).

Type 5 is the md5-crypt scheme ("$1$"); the tests hold it against `openssl passwd -1`. Type 7 is the well-known
key-stream; both are weak by today's measure and are here because the simulated devices have nothing better.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache

PLACEHOLDER = "<secret>"
_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_STREAM = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


@lru_cache(maxsize=512)
def type5(plain: str, salt: str) -> str:
    """The md5-crypt hash of a password, as `enable secret 5` shows it."""
    password, grain = plain.encode(), salt.encode()
    inner = _md5(password + grain + password)
    start = password + b"$1$" + grain
    start += (inner * (len(password) // 16 + 1))[: len(password)]
    length = len(password)
    while length:
        start += b"\0" if length & 1 else password[:1]
        length >>= 1
    digest = _md5(start)
    for turn in range(1000):
        block = password if turn & 1 else digest
        if turn % 3:
            block += grain
        if turn % 7:
            block += password
        block += digest if turn & 1 else password
        digest = _md5(block)
    text = ""
    for first, second, third in ((0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)):
        text += _base64(digest[first] << 16 | digest[second] << 8 | digest[third], 4)
    return f"$1${salt}${text}{_base64(digest[11], 2)}"


def _base64(value: int, length: int) -> str:
    text = ""
    for _ in range(length):
        text += _ALPHABET[value & 63]
        value >>= 6
    return text


def salt() -> str:
    """Four random characters, as many as IOS uses."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


def is_type5(text: str) -> bool:
    """True for something that `secret 5` accepts."""
    parts = text.split("$")
    return len(parts) == 4 and parts[0] == "" and parts[1] == "1" and bool(parts[2]) and len(parts[3]) == 22


def type7(plain: str, seed: int = 2) -> str:
    """A password as `service password-encryption` shows it."""
    shown = "".join(f"{ord(letter) ^ ord(_STREAM[(seed + at) % 53]):02X}" for at, letter in enumerate(plain))
    return f"{seed:02d}{shown}"


def plain_of_type7(text: str) -> str:
    """The password behind a type 7 string; an empty text when it is none."""
    try:
        seed, shown = int(text[:2]), bytes.fromhex(text[2:])
    except ValueError:
        return ""
    return "".join(chr(value ^ ord(_STREAM[(seed + at) % 53])) for at, value in enumerate(shown))


def verify(plain: str, level: str, stored: str) -> bool:
    """True when `plain` is the password of a line `... secret|password LEVEL STORED`."""
    if level == "5":
        expected, given = stored, type5(plain, stored.split("$")[2]) if is_type5(stored) else ""
    elif level == "7":
        expected, given = plain_of_type7(stored), plain
    else:
        expected, given = stored, plain
    return bool(given) and hmac.compare_digest(expected.encode(), given.encode())
