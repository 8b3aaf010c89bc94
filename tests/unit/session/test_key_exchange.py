"""The secret of a Diffie-Hellman exchange over a fixed group: long enough, never the same, and no longer."""

from __future__ import annotations

import paramiko
import pytest

from fellesdrift.session.key_exchange import Transport

# what a secret has to have: twice the length of the hash
BITS = {
    "diffie-hellman-group1-sha1": 320,
    "diffie-hellman-group14-sha1": 320,
    "diffie-hellman-group14-sha256": 512,
    "diffie-hellman-group16-sha512": 1024,
}
# NIST SP 800-56A revision 3, table 26, and RFC 3526 for the group of 1024 bits, which it no longer names
LEAST = {1024: 160, 2048: 225, 4096: 325}


@pytest.mark.parametrize("name", BITS)
def test_the_secret_of_a_fixed_group(name: str) -> None:
    exchange = Transport._kex_info[name](None)
    drawn = set()
    for _ in range(20):
        exchange._generate_x()
        assert exchange.x.bit_length() == BITS[name] >= LEAST[exchange.P.bit_length()]
        drawn.add(exchange.x)
    assert len(drawn) == 20


def test_the_groups_and_all_other_exchanges_are_paramikos() -> None:
    own = vars(paramiko.Transport)["_kex_info"]
    assert Transport._kex_info.keys() == own.keys()
    for name, kind in own.items():
        ours = Transport._kex_info[name]
        assert issubclass(ours, kind)
        if name in BITS:
            # a prime of a known group, of which the half is a prime too
            assert (ours.P, ours.G, ours.hash_algo) == (kind.P, kind.G, kind.hash_algo)
        else:
            assert ours is kind
