"""HTTP/1.1 as WinRM speaks it: reading a request, writing an answer, and the envelope around encrypted messages."""

from __future__ import annotations

import asyncio
import re
import struct
from dataclasses import dataclass

from fellesdrift.twin.windows.ntlm import NtlmError, Seal

_HEAD = 64 * 1024
_BODY = 4 * 1024 * 1024
_PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY = b"--Encrypted Boundary"
_PART = b"\tContent-Type: application/octet-stream\r\n"
ENCRYPTED = f'multipart/encrypted;protocol="{_PROTOCOL}";boundary="Encrypted Boundary"'
PLAIN = "application/soap+xml;charset=UTF-8"
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
_REASONS |= {405: "Method Not Allowed", 411: "Length Required", 500: "Internal Server Error"}


class BadRequestError(Exception):
    """No request of HTTP that is understood. `status` to answer with."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class HttpRequest:
    """`headers` by lower-case name."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def encrypted(self) -> bool:
        return _PROTOCOL.lower() in self.headers.get("content-type", "").lower()


async def read_request(reader: asyncio.StreamReader) -> HttpRequest | None:
    """The next request; None when the client is gone. Raises BadRequestError."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= _BODY or "transfer-encoding" in headers:
            raise BadRequestError(411)
        return HttpRequest(method, path, headers, await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except (ValueError, asyncio.LimitOverrunError) as error:
        raise BadRequestError(400) from error


def response(status: int, body: bytes = b"", content_type: str = PLAIN, *extra: str) -> bytes:
    """An answer."""
    lines = [f"HTTP/1.1 {status} {_REASONS[status]}", *extra, "Server: Microsoft-HTTPAPI/1.0"]
    if body:
        lines.append(f"Content-Type: {content_type}")
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def unseal(seal: Seal | None, body: bytes) -> bytes:
    """What an encrypted request holds. Raises NtlmError, also when there was no login that could open it."""
    if seal is None:
        raise NtlmError("encrypted, without a login")
    length = re.search(rb"Length=(\d+)", body)
    start = body.find(_PART)
    end = body.rfind(_BOUNDARY + b"--")
    if length is None or start < 0 or end < start + len(_PART) + 20:
        raise NtlmError("no encrypted message")
    data = body[start + len(_PART) : end]
    size = struct.unpack_from("<I", data)[0]
    if size != 16:
        raise NtlmError("no signature of NTLM")
    plain = seal.open(data[4:20], data[20:])
    if len(plain) != int(length[1]):
        raise NtlmError("another length")
    return plain


def sealed(seal: Seal, plain: bytes) -> bytes:
    """The body of an encrypted answer."""
    signature, data = seal.close(plain)
    head = f"\r\n\tContent-Type: {_PROTOCOL}\r\n\tOriginalContent: type={PLAIN};Length={len(plain)}\r\n".encode()
    part = struct.pack("<I", len(signature)) + signature + data
    return _BOUNDARY + head + _BOUNDARY + b"\r\n" + _PART + part + _BOUNDARY + b"--\r\n"


LIMIT = _HEAD
