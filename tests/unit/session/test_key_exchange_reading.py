"""The finite-field exchanges of the reading session: both sides know the same, and nothing weak is taken."""

from __future__ import annotations

import pytest
from asyncssh.kex_dh import _group1_g, _group1_p
from asyncssh.misc import KeyExchangeFailed

from fellesdrift.session.key_exchange_reading import PowDH


def test_both_sides_know_the_same() -> None:
    one, other = (PowDH(_group1_g, _group1_p, 320) for _ in range(2))
    assert one.get_shared(other.get_public()) == other.get_shared(one.get_public())
    assert one.get_public() != other.get_public()


def test_the_secret_is_as_long_as_it_has_to_be() -> None:
    for _ in range(20):
        assert PowDH(_group1_g, _group1_p, 320)._secret.bit_length() == 320


@pytest.mark.parametrize("value", [0, 1, _group1_p - 1, _group1_p, -1])
def test_a_value_that_gives_the_secret_away_is_refused(value: int) -> None:
    with pytest.raises(KeyExchangeFailed):
        PowDH(_group1_g, _group1_p, 320).get_shared(value)
