"""Diffie-Hellman over finite fields for asyncssh, where OpenSSL would look at the group first.

asyncssh hands a group to OpenSSL by way of `cryptography`. OpenSSL knows the primes of 2048 bits and more of RFC 3526,
and is then quicker than Python's pow(). Of every other group it first proves that the prime is one: 75 ms for the 1024
bits of RFC 2409, for each session with a router of 2005, and far more for a group that a device chose itself. OpenSSH
does not ask either, nor does paramiko.

The secret of the group of RFC 2409 is as long as it has to be (see `key_exchange`); in a group that the device chose
nobody knows what the prime is, and the secret is as long as it.
"""

from __future__ import annotations

import secrets
from hashlib import sha1, sha256

from asyncssh.crypto import DH
from asyncssh.kex import register_kex_alg
from asyncssh.kex_dh import _group1_g, _group1_p, _group14_p, _group16_p, _KexDH, _KexDHGex
from asyncssh.misc import KeyExchangeFailed

_KNOWN_TO_OPENSSL = (_group14_p, _group16_p)
_BITS = range(1024, 8193)


class PowDH(DH):
    """asyncssh's, without OpenSSL. bits: of the secret, the highest of which is set."""

    def __init__(self, g: int, p: int, bits: int) -> None:
        self._p = p
        self._secret = secrets.randbits(bits - 1) | 1 << (bits - 1)
        self._public = pow(g, self._secret, p)

    def get_public(self) -> int:
        """What the other side is told."""
        return self._public

    def get_shared(self, peer_public: int) -> int:
        """What both know. KeyExchangeFailed for a value that gives the secret away (RFC 4253, section 8)."""
        if not 1 < peer_public < self._p - 1:
            raise KeyExchangeFailed("the other side's value is out of range")
        return pow(peer_public, self._secret, self._p)


class _Group1(_KexDH):
    def _perform_init(self) -> None:
        self._dh = PowDH(self._g, self._p, 2 * 8 * self._hash_alg().digest_size)
        self._e = self._dh.get_public()
        self._send_init()


class _ChosenGroup(_KexDHGex):
    def _perform_init(self) -> None:
        if self._p in _KNOWN_TO_OPENSSL:
            super()._perform_init()
            return
        if self._p.bit_length() not in _BITS or not 1 < self._g < self._p - 1:
            raise KeyExchangeFailed("the other side's group is none to be used")
        self._dh = PowDH(self._g, self._p, self._p.bit_length() - 1)
        self._e = self._dh.get_public()
        self._send_init()


def register() -> None:
    """Let asyncssh take these, in this process. They are not among those that it offers unasked."""
    register_kex_alg(b"diffie-hellman-group1-sha1", _Group1, sha1, (_group1_g, _group1_p), False)
    register_kex_alg(b"diffie-hellman-group-exchange-sha1", _ChosenGroup, sha1, (), False)
    register_kex_alg(b"diffie-hellman-group-exchange-sha256", _ChosenGroup, sha256, (), False)
