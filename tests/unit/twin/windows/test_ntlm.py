"""MD4 and NTLM against published vectors; what is refused. Independent clients log in in tests/integration/windows."""

from __future__ import annotations

import struct

import pytest

from fellesdrift.twin.windows.md4 import md4
from fellesdrift.twin.windows.ntlm import Acceptor, NtlmError, Seal, kind_of

NEGOTIATE = b"NTLMSSP\0" + struct.pack("<II", 1, 0xE2088297 | 0x20) + bytes(24)


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (b"", "31d6cfe0d16ae931b73c59d7e0c089c0"),
        (b"abc", "a448017aaf21d8525fc10ae87aa6729d"),
        (b"1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536"),
        # NTOWFv1 of "Password", [MS-NLMP] 4.2.2.1.2
        ("Password".encode("utf-16-le"), "a4f49c406510bdcab6824ee7c30fd852"),
    ],
)
def test_md4_is_that_of_rfc_1320(text: bytes, digest: str) -> None:
    assert md4(text).hex() == digest


@pytest.mark.parametrize(
    "token", [b"", b"NTLMSSP\0", NEGOTIATE[:12], b"x" * 40, NEGOTIATE[:12] + struct.pack("<I", 0x201) + bytes(24)]
)
def test_what_is_no_beginning(token: bytes) -> None:
    acceptor = Acceptor("SAN-FILE1", {})
    with pytest.raises(NtlmError):
        assert kind_of(token) == 1
        acceptor.challenge(token)


def test_no_third_message_without_the_second() -> None:
    acceptor = Acceptor("SAN-FILE1", {"A": "b"})
    with pytest.raises(NtlmError):
        acceptor.authenticate(bytes(100))
    assert kind_of(acceptor.challenge(NEGOTIATE)) == 2
    for token in (bytes(100), b"NTLMSSP\0" + struct.pack("<I", 3) + b"\xff" * 80):
        with pytest.raises(NtlmError):
            acceptor.authenticate(token)
    assert acceptor.user is None


def test_a_message_that_was_changed_or_lost_is_noticed() -> None:
    for change in (b"\1" + bytes(15), None):
        seal = Seal(b"k" * 16)
        with pytest.raises(NtlmError):
            seal.open(change or bytes(16), b"anything")
