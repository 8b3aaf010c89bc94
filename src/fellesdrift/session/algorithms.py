"""Which SSH algorithms are offered. Those of 2005 only where the inventory says that the device has no others.

Two libraries are clients here: paramiko, which takes what it must not offer, and asyncssh, which takes what it is to
offer. What both offer is the same; a test holds that.
"""

from __future__ import annotations

from dataclasses import dataclass

# what paramiko would offer and a modern device must not be talked into
LEGACY_ONLY: dict[str, list[str]] = {
    "kex": ["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1"],
    "keys": ["ssh-rsa", "ssh-dss"],
    "pubkeys": ["ssh-rsa", "ssh-dss"],
    "ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"],
    "macs": ["hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"],
}


@dataclass(frozen=True)
class Offer:
    """Names in the order in which they are preferred."""

    kex: tuple[str, ...]
    keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]


TODAY = Offer(
    kex=(
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group-exchange-sha256",
        "diffie-hellman-group14-sha256",
    ),
    keys=(
        "ssh-ed25519",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "rsa-sha2-512",
        "rsa-sha2-256",
    ),
    ciphers=("aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com"),
    macs=("hmac-sha2-256", "hmac-sha2-512", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"),
)
_OF_2005 = Offer(
    kex=("diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"),
    keys=("ssh-rsa",),
    ciphers=("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
    macs=("hmac-sha1", "hmac-md5", "hmac-sha1-96", "hmac-md5-96"),
)
WITH_2005 = Offer(
    TODAY.kex + _OF_2005.kex,
    TODAY.keys + _OF_2005.keys,
    TODAY.ciphers + _OF_2005.ciphers,
    TODAY.macs + _OF_2005.macs,
)


def disabled_algorithms(legacy: bool) -> dict[str, list[str]]:
    """Algorithms that must not be offered, in paramiko's form."""
    return {} if legacy else {kind: list(names) for kind, names in LEGACY_ONLY.items()}


def offered_algorithms(legacy: bool) -> Offer:
    """Algorithms that are offered."""
    return WITH_2005 if legacy else TODAY
