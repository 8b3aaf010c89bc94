"""SPNEGO around NTLM (RFC 4178, [MS-SPNG]), as far as a client without Kerberos needs it: NTLM is its first choice.

Just enough of DER for that. A client that begins with another mechanism is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from fellesdrift.twin.windows.ntlm import NtlmError

_SPNEGO = bytes.fromhex("06062b0601050502")
_NTLM = bytes.fromhex("060a2b06010401823702020a")
_INIT, _RESPONSE, _APPLICATION, _SEQUENCE = 0xA0, 0xA1, 0x60, 0x30
_OCTETS, _ENUMERATED = 0x04, 0x0A
_COMPLETED, _INCOMPLETE = 0, 1


@dataclass(frozen=True)
class Token:
    """inner: NTLM's token. mechanisms: the list that the client offers (DER), in its first one. signature: of that
    list."""

    inner: bytes
    mechanisms: bytes = b""
    signature: bytes = b""
    wrapped: bool = True


def unwrapped(token: bytes) -> Token:
    """What is in a client's token. Raises NtlmError."""
    mechanisms = b""
    if token[:1] == bytes([_APPLICATION]):
        inside = _take(token, _APPLICATION)
        if not inside.startswith(_SPNEGO):
            raise NtlmError("another mechanism")
        fields = _fields(_take(inside[len(_SPNEGO) :], _INIT))
        mechanisms = fields.get(0, b"")
        if not _take(mechanisms, _SEQUENCE).startswith(_NTLM):
            raise NtlmError("NTLM is not the first choice")
    elif token[:1] == bytes([_RESPONSE]):
        fields = _fields(_take(token, _RESPONSE))
    else:
        return Token(token, wrapped=False)
    signature = _take(fields[3], _OCTETS) if 3 in fields else b""
    return Token(_take(fields.get(2, b""), _OCTETS), mechanisms, signature)


def challenge(token: bytes) -> bytes:
    """The answer that goes on: NTLM was chosen, and this is its token."""
    state = _put(0xA0, _put(_ENUMERATED, bytes([_INCOMPLETE])))
    return _response(state + _put(0xA1, _NTLM) + _put(0xA2, _put(_OCTETS, token)))


def completed(signature: bytes) -> bytes:
    """The answer to a login that is right, with the host's own signature of the list of mechanisms if it made one."""
    state = _put(0xA0, _put(_ENUMERATED, bytes([_COMPLETED])))
    return _response(state + (_put(0xA3, _put(_OCTETS, signature)) if signature else b""))


def _response(fields: bytes) -> bytes:
    return _put(_RESPONSE, _put(_SEQUENCE, fields))


def _fields(data: bytes) -> dict[int, bytes]:
    """The context-tagged fields of a sequence, by their number."""
    rest = _take(data, _SEQUENCE)
    found: dict[int, bytes] = {}
    while rest:
        tag = rest[0]
        value, rest = _next(rest)
        found[tag & 0x1F] = value
    return found


def _take(data: bytes, tag: int) -> bytes:
    """The content of an element that must have this tag. Raises NtlmError."""
    if data[:1] != bytes([tag]):
        raise NtlmError("no SPNEGO")
    return _next(data)[0]


def _next(data: bytes) -> tuple[bytes, bytes]:
    """The content of the first element, and what is behind it. Raises NtlmError."""
    if len(data) < 2:
        raise NtlmError("no SPNEGO")
    length, start = data[1], 2
    if length & 0x80:
        start = 2 + (length & 0x7F)
        length = int.from_bytes(data[2:start])
    if not 2 <= start <= 6 or start + length > len(data):
        raise NtlmError("no SPNEGO")
    return data[start : start + length], data[start + length :]


def _put(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = (
        bytes([size])
        if size < 0x80
        else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8)
    )
    return bytes([tag]) + length + content
