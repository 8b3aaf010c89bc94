"""Everything that is otherwise is found, and what is the same is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fellesdrift.snapshots.findings import Change, compare, unmanaged
from fellesdrift.state.network.errors import ConfigurationUnreadableError

BASELINE = (
    "interface GigabitEthernet0/0",
    " ip address 10.1.1.1 255.255.255.0",
    " duplex auto",
    "interface GigabitEthernet0/1",
    " no ip address",
    " shutdown",
    "ip route 10.2.0.0 255.255.0.0 10.1.1.2",
    "ip route 10.9.0.0 255.255.0.0 10.1.1.9 track 1",
    "ip access-list standard A",
    " permit 10.0.0.0 0.255.255.255",
    "line vty 0 4",
    " transport input ssh",
)
PORT, LINE = "interface GigabitEthernet0/0", "line vty 0 4: transport input ssh"
SECOND = " ip address 10.7.1.1 255.255.255.0 secondary"


def changed(whole: Callable[..., str], old: str, *new: str) -> str:
    at = BASELINE.index(old)
    return whole("a", *BASELINE[:at], *new, *BASELINE[at + 1 :])


def test_the_same_is_the_same(whole: Callable[..., str]) -> None:
    text = whole("a", *BASELINE)
    assert not compare(text, text).any
    assert not compare(text, f"Building configuration...\n\nCurrent configuration : 99 bytes\n!\n{text}").any


def test_new_and_gone(whole: Callable[..., str]) -> None:
    found = compare(whole("a", *BASELINE), changed(whole, BASELINE[6], "ip route 10.3.0.0 255.255.0.0 10.1.1.2"))
    assert (found.new, found.gone, found.different) == (["route/10.3.0.0/16"], ["route/10.2.0.0/16"], [])


def test_different(whole: Callable[..., str]) -> None:
    found = compare(whole("a", *BASELINE), changed(whole, BASELINE[9], " permit 10.0.0.0 0.0.255.255"))
    entries = (["permit 10.0.0.0 0.255.255.255"], ["permit 10.0.0.0 0.0.255.255"])
    assert found.different == [Change("access_list", "A", "entries", *entries)]
    assert (found.new, found.gone, found.added, found.removed) == ([], [], [], [])


@pytest.mark.parametrize(
    ("old", "new", "added", "removed"),
    [
        (" duplex auto", " duplex full", f"{PORT}: duplex full", f"{PORT}: duplex auto"),
        (" transport input ssh", " transport input none", "line vty 0 4: transport input none", LINE),
        (BASELINE[7], BASELINE[7][:-1] + "2", BASELINE[7][:-1] + "2", BASELINE[7]),
        (BASELINE[1], f"{BASELINE[1]}\n{SECOND}", f"{PORT}:{SECOND}", None),
    ],
)  # fmt: skip
def test_what_is_no_resource_is_not_left_out(
    whole: Callable[..., str], old: str, new: str, added: str, removed: str | None
) -> None:
    found = compare(whole("a", *BASELINE), changed(whole, old, new))
    assert found.any
    assert (found.added, found.removed) == ([added], [removed] if removed else [])


def test_unmanaged_is_what_nobody_claims_and_carries_something(whole: Callable[..., str]) -> None:
    text = whole("a", *BASELINE)
    assert unmanaged(text, {}) == ["interface/GigabitEthernet0/0", "route/10.2.0.0/16", "access_list/A"]
    claimed = {"route": {"10.2.0.0/16": {"next_hops": []}}, "access_list": {"A": {}}}
    assert unmanaged(text, claimed) == ["interface/GigabitEthernet0/0"]


def test_half_a_configuration_is_compared_with_nothing(whole: Callable[..., str]) -> None:
    text = whole("a", *BASELINE)
    with pytest.raises(ConfigurationUnreadableError):
        compare(text, text[:80])
