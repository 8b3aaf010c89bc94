"""The accepting side of NTLMv2, and the sealing of messages: [MS-NLMP], written from the specification.

Only what a Windows of 2003 with today's clients comes down to: Unicode, NTLMv2, extended session security, 128 bits,
key exchange. Anything weaker is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from collections.abc import Callable

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher

from fellesdrift.twin.windows.md4 import md4

_SIGNATURE = b"NTLMSSP\0"
_UNICODE, _REQUEST_TARGET, _SIGN, _SEAL, _NTLM = 0x1, 0x4, 0x10, 0x20, 0x200
_ALWAYS_SIGN, _SERVER, _EXTENDED, _TARGET_INFO = 0x8000, 0x20000, 0x80000, 0x800000
_VERSION, _BITS_128, _KEY_EXCHANGE = 0x02000000, 0x20000000, 0x40000000
_NEEDED = _UNICODE | _SEAL | _EXTENDED | _BITS_128 | _KEY_EXCHANGE
_OFFERED = _NEEDED | _SIGN | _NTLM | _ALWAYS_SIGN | _VERSION
# 5.2.3790, NTLM revision 15
_WINDOWS_2003 = struct.pack("<BBHxxxB", 5, 2, 3790, 15)
_MAGIC = {
    "sign_in": b"session key to client-to-server signing key magic constant\0",
    "seal_in": b"session key to client-to-server sealing key magic constant\0",
    "sign_out": b"session key to server-to-client signing key magic constant\0",
    "seal_out": b"session key to server-to-client sealing key magic constant\0",
}


class NtlmError(Exception):
    """A token or message that is not accepted."""


def _md5(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, "md5").digest()


def _rc4(key: bytes) -> Callable[[bytes], bytes]:
    return Cipher(ARC4(key), None).encryptor().update


class Seal:
    """Both directions of one connection. Each message moves the key streams on: a lost one breaks all after it."""

    def __init__(self, session_key: bytes) -> None:
        keys = {
            name: hashlib.md5(session_key + magic, usedforsecurity=False).digest() for name, magic in _MAGIC.items()
        }
        self._sign = (keys["sign_in"], keys["sign_out"])
        self._keys = (keys["seal_in"], keys["seal_out"])
        self._cipher = self._streams()
        self._count = [0, 0]

    def _signature(self, way: int, plain: bytes) -> bytes:
        number = struct.pack("<I", self._count[way])
        self._count[way] += 1
        checksum = self._cipher[way](_md5(self._sign[way], number + plain)[:8])
        return struct.pack("<I", 1) + checksum + number

    def _streams(self) -> tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]:
        return _rc4(self._keys[0]), _rc4(self._keys[1])

    def agree(self, mechanisms: bytes, signature: bytes) -> bytes:
        """SPNEGO's signatures of its list of mechanisms: checks the client's, gives the host's. The key streams begin
        anew behind them ([MS-SPNG], processing rules). Raises NtlmError."""
        if not hmac.compare_digest(self._signature(0, mechanisms), signature):
            raise NtlmError("the signature is another")
        mine = self._signature(1, mechanisms)
        self._cipher = self._streams()
        return mine

    def open(self, signature: bytes, sealed: bytes) -> bytes:
        """What the client sealed. Raises NtlmError."""
        plain = self._cipher[0](sealed)
        if not hmac.compare_digest(self._signature(0, plain), signature):
            raise NtlmError("the signature is another")
        return plain

    def close(self, plain: bytes) -> tuple[bytes, bytes]:
        """(signature, sealed text) of an answer."""
        sealed = self._cipher[1](plain)
        return self._signature(1, plain), sealed


def _field(token: bytes, position: int) -> bytes:
    length, _, start = struct.unpack_from("<HHI", token, position)
    if start + length > len(token):
        raise NtlmError("a field beyond the end")
    return token[start : start + length]


def kind_of(token: bytes) -> int:
    """1 negotiate, 2 challenge, 3 authenticate. Raises NtlmError."""
    if len(token) < 12 or not token.startswith(_SIGNATURE):
        raise NtlmError("no token of NTLM")
    return int(struct.unpack_from("<I", token, 8)[0])


class Acceptor:
    """One login, on one connection. `passwords`: by user name in upper case."""

    def __init__(self, computer: str, passwords: dict[str, str]) -> None:
        self._computer = computer
        self._passwords = passwords
        self._challenge = secrets.token_bytes(8)
        self._asked = False
        self.user: str | None = None
        self.seal: Seal | None = None

    def challenge(self, token: bytes) -> bytes:
        """The answer to a negotiate message. Raises NtlmError."""
        if len(token) < 16:
            raise NtlmError("too short")
        flags = struct.unpack_from("<I", token, 12)[0]
        if flags & _NEEDED != _NEEDED:
            raise NtlmError("weaker than what is accepted")
        self._asked = True
        name = self._computer.encode("utf-16-le")
        # no timestamp: Windows sends one from 2008 on, and a client that sees none signs no MIC
        pairs = ((2, name), (1, name), (4, name), (3, name), (0, b""))
        info = b"".join(struct.pack("<HH", each, len(value)) + value for each, value in pairs)
        answer = flags & _OFFERED | _REQUEST_TARGET | _SERVER | _TARGET_INFO
        start = 56
        head = _SIGNATURE + struct.pack("<IHHII", 2, len(name), len(name), start, answer) + self._challenge + bytes(8)
        return head + struct.pack("<HHI", len(info), len(info), start + len(name)) + _WINDOWS_2003 + name + info

    def authenticate(self, token: bytes) -> None:
        """Take the third message: `user` and `seal` are set when it is right. Raises NtlmError."""
        if not self._asked or len(token) < 64:
            raise NtlmError("not now")
        response, domain, user = _field(token, 20), _field(token, 28), _field(token, 36)
        flags = struct.unpack_from("<I", token, 60)[0]
        name = user.decode("utf-16-le", errors="replace")
        password = self._passwords.get(name.upper())
        if password is None or len(response) < 48 or flags & _NEEDED != _NEEDED:
            raise NtlmError("refused")
        hashed = _md5(md4(password.encode("utf-16-le")), name.upper().encode("utf-16-le") + domain)
        proof = _md5(hashed, self._challenge + response[16:])
        if not hmac.compare_digest(proof, response[:16]):
            raise NtlmError("refused")
        session_key = _rc4(_md5(hashed, proof))(_field(token, 52))
        self._asked = False
        self.user = name
        self.seal = Seal(session_key)
