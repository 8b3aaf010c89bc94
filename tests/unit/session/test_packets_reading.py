"""The codes of packets against asyncssh's own, and against RFC 4231."""

from __future__ import annotations

import asyncssh.mac as theirs
import pytest

from fellesdrift.session import packets_reading
from fellesdrift.session.algorithms import WITH_2005

KEY, PACKET = bytes(range(64)), b"Building configuration...\n"
OWN = {name: theirs._mac_handler[name.encode()] for name in WITH_2005.macs}


@pytest.mark.parametrize("name", WITH_2005.macs)
def test_a_code_is_that_of_asyncssh(name: str) -> None:
    before = OWN[name]
    if before[0] is packets_reading.OneCall:  # another test has registered it
        size, _, etm = theirs.get_mac_params(name.encode())
        hashes = {"sha256": theirs.sha256, "sha512": theirs.sha512, "sha1": theirs.sha1, "md5": theirs.md5}
        before = theirs._HMAC, before[1], (hashes[before[2][0]],)
        assert size >= 16 and etm == ("-etm@" in name)
    handler, size, arguments = before
    packets_reading.register()
    ours = theirs.get_mac(name.encode(), KEY[:32])
    assert isinstance(ours, packets_reading.OneCall)
    for sequence in (0, 1, 0xFFFFFFFF):
        code = handler(KEY[:32], size, *arguments).sign(sequence, PACKET)
        assert ours.sign(sequence, PACKET) == code
        assert ours.verify(sequence, PACKET, code)
        assert not ours.verify(sequence, PACKET, code[:-1] + bytes([code[-1] ^ 1]))
        assert not ours.verify(sequence, PACKET, code[:-1])
        assert not ours.verify(sequence ^ 1, PACKET, code)


def test_a_published_code() -> None:
    # RFC 4231, test case 1: a key of twenty times 0b, the text "Hi There", of which the number is the first four bytes
    ours = packets_reading.OneCall(b"\x0b" * 20, 32, "sha256")
    code = ours.sign(int.from_bytes(b"Hi T", "big"), b"here")
    assert code.hex() == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
