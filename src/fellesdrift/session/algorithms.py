"""Which SSH algorithms are offered. Those of 2005 only where the inventory says that the device has no others."""

from __future__ import annotations

# what paramiko would offer and a modern device must not be talked into
LEGACY_ONLY: dict[str, list[str]] = {
    "kex": ["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1"],
    "keys": ["ssh-rsa", "ssh-dss"],
    "pubkeys": ["ssh-rsa", "ssh-dss"],
    "ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"],
    "macs": ["hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"],
}


def disabled_algorithms(legacy: bool) -> dict[str, list[str]]:
    """Algorithms that must not be offered, in paramiko's form."""
    return {} if legacy else {kind: list(names) for kind, names in LEGACY_ONLY.items()}
