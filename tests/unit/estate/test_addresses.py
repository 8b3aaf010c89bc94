"""Addresses, prefixes, masks: against the standard library, and the ways to write them wrong."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.estate import addresses

NETWORKS = st.builds(
    lambda address, length: ipaddress.ip_network((address, length), strict=False),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)


@given(NETWORKS)
def test_mask_and_back(network):
    prefix = str(network)
    assert addresses.prefix_of(addresses.ios_network(prefix), addresses.ios_mask(prefix)) == prefix
    mask = int(ipaddress.ip_address(addresses.ios_mask(prefix)))
    assert mask ^ int(ipaddress.ip_address(addresses.ios_wildcard(prefix))) == 2**32 - 1


@given(NETWORKS, st.integers(0, 2**32 - 1))
def test_contains(network, number):
    address = str(ipaddress.ip_address(number))
    assert addresses.contains(str(network), address) == (ipaddress.ip_address(number) in network)


def test_examples():
    assert addresses.ios_mask("10.61.0.0/16") == "255.255.0.0"
    assert addresses.ios_wildcard("10.61.0.0/16") == "0.0.255.255"
    assert addresses.ios_network("10.61.3.4/16") == "10.61.0.0"
    assert addresses.ios_address("10.250.61.2/30") == "10.250.61.2"
    assert addresses.address_with_length("10.250.61.2", "10.250.61.0/30") == "10.250.61.2/30"


@pytest.mark.parametrize(
    "text", ["", "10.61.0.0", "10.61.0.0/33", "10.61.0/16", "::/0", "x/8", 10, None, "10.0.0.0/8/8"]
)
def test_what_is_no_prefix_is_refused(text):
    for function in (addresses.network, addresses.ios_mask, addresses.ios_address, addresses.canonical_prefix):
        with pytest.raises(ValueError, match=r".+"):
            function(text)


@pytest.mark.parametrize("text", ["", "10.61.0.0/16", "10.61.0", "010.1.1.1", "::1", 167772161, None])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="is not an IPv4 address"):
        addresses.canonical_address(text)


def test_host_bits_are_a_typing_error_in_a_prefix():
    with pytest.raises(ValueError, match=r"host bits set: the network is 10\.61\.1\.0/24"):
        addresses.canonical_prefix("10.61.1.1/24")


def test_an_address_outside_its_link_has_no_length():
    with pytest.raises(ValueError, match="is not in"):
        addresses.address_with_length("10.61.1.1", "10.250.61.0/30")
