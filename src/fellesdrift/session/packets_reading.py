"""What asyncssh does for every packet, at the least cost: codes that prove a packet, and a log that nobody reads.

Sessions that only read are thousands of short ones. `hmac.new` makes an object for each packet of which only the digest
is wanted; the same function of OpenSSL gives it in one call. asyncssh puts its lines of a log together before it asks
whether somebody reads them.
"""

from __future__ import annotations

import hmac

from asyncssh.logging import SSHLogger
from asyncssh.mac import MAC, get_mac_params, register_mac_alg
from asyncssh.packet import SSHPacketLogger, UInt32

from fellesdrift.session.algorithms import WITH_2005

# RFC 6668, RFC 4253 section 6.4; what comes after these names says how much of it is sent, and over what it is made
_HASHES = {"hmac-sha2-256": "sha256", "hmac-sha2-512": "sha512", "hmac-sha1": "sha1", "hmac-md5": "md5"}


class OneCall(MAC):
    """asyncssh's `_HMAC`, in one call. size: bytes that are sent; name: of the hash."""

    def __init__(self, key: bytes, size: int, name: str) -> None:
        super().__init__(key, size)
        self._name = name

    def sign(self, seq: int, packet: bytes) -> bytes:
        """Of `MAC`."""
        return hmac.digest(self._key, UInt32(seq) + packet, self._name)[: self._hash_size]

    def verify(self, seq: int, packet: bytes, sig: bytes) -> bool:
        """Of `MAC`; takes as long whatever is wrong."""
        return hmac.compare_digest(self.sign(seq, packet), sig)


class Silent(SSHLogger):
    """Says nothing, and puts no line together for it."""

    def get_child(self, *_args: object, **_kwargs: object) -> SSHLogger:
        """Of `SSHLogger`."""
        return self

    def log(self, *_args: object, **_kwargs: object) -> None:
        """Of `SSHLogger`."""

    def debug1(self, *_args: object, **_kwargs: object) -> None:
        """Of `SSHLogger`."""


SILENT = Silent()


def _unsaid(*_args: object, **_kwargs: object) -> None:
    """Nothing, of a packet that went or came."""


def register() -> None:
    """Let asyncssh take these, in this process, and log no packet. Which algorithms are offered stays `algorithms`' to
    say."""
    for told in ("log_sent_packet", "log_received_packet"):
        setattr(SSHPacketLogger, told, _unsaid)
    for name in WITH_2005.macs:
        algorithm = name.encode()
        begin = next(known for known in sorted(_HASHES, key=len, reverse=True) if name.startswith(known))
        key, size, etm = get_mac_params(algorithm)
        register_mac_alg(algorithm, key, size, etm, OneCall, (_HASHES[begin],), False)
