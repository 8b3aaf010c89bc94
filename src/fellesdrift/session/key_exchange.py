"""Diffie-Hellman over the fixed groups with a secret as long as it has to be.

paramiko draws a secret as long as the group's prime, and Python then takes 10 ms for each of two powers of 2048 bits:
four fifths of a session with a device of 2005. The primes of these groups are safe primes (RFC 2409, RFC 3526), for
which twice the wanted strength is enough (NIST SP 800-56A revision 3, table 26: 225 bits for 2048). OpenSSH does the
same. Here it is twice the hash's length: 320 bits with SHA-1. In a group that a device chooses itself
(diffie-hellman-group-exchange-*) nobody knows what the prime is: the secret is as long as it, as before.
"""

from __future__ import annotations

import secrets
from typing import ClassVar

import paramiko
from paramiko.kex_group1 import KexGroup1
from paramiko.kex_group14 import KexGroup14, KexGroup14SHA256
from paramiko.kex_group16 import KexGroup16SHA512


class _ShortSecret(KexGroup1):
    def _generate_x(self) -> None:
        bits = 2 * 8 * self.hash_algo(b"").digest_size
        # the highest bit is set: a secret that is short by chance would be a weak one
        self.x = secrets.randbits(bits - 1) | 1 << (bits - 1)


class _Group1(_ShortSecret):
    pass


class _Group14(_ShortSecret, KexGroup14):
    pass


class _Group14SHA256(_ShortSecret, KexGroup14SHA256):
    pass


class _Group16SHA512(_ShortSecret, KexGroup16SHA512):
    pass


class Transport(paramiko.Transport):
    """paramiko's, with these in the place of its own."""

    _kex_info: ClassVar[dict[str, type]] = {
        **vars(paramiko.Transport)["_kex_info"],
        **{kind.name: kind for kind in (_Group1, _Group14, _Group14SHA256, _Group16SHA512)},
    }
