"""Access list entries in the form in which IOS prints them."""

from __future__ import annotations

import pytest

from fellesdrift.state.network.entries import EntryError, as_printed, canonical


@pytest.mark.parametrize(
    ("list_type", "typed", "printed"),
    [
        ("standard", "permit 10.10.0.0 0.0.255.255", "permit 10.10.0.0 0.0.255.255"),
        ("standard", "permit 10.10.3.4 0.0.255.255", "permit 10.10.0.0 0.0.255.255"),
        ("standard", "permit host 10.1.1.1", "permit 10.1.1.1"),
        ("standard", "permit 10.1.1.1", "permit 10.1.1.1"),
        ("standard", "permit 10.1.1.1 0.0.0.0 log", "permit 10.1.1.1 log"),
        ("standard", "deny   0.0.0.0 255.255.255.255", "deny any"),
        ("standard", "deny any log", "deny any log"),
        ("standard", "remark  Sande rådhus ", "remark Sande rådhus"),
        ("extended", "deny   ip any any log", "deny ip any any log"),
        ("extended", "permit 6 10.61.9.9 0.0.255.255 any eq 80", "permit tcp 10.61.0.0 0.0.255.255 any eq www"),
        ("extended", "permit tcp any eq 22 any established", "permit tcp any eq 22 any established"),
        ("extended", "permit udp any any range 161 162", "permit udp any any range snmp snmptrap"),
        ("extended", "permit udp any gt 1023 any eq domain", "permit udp any gt 1023 any eq domain"),
        ("extended", "permit icmp any 10.0.0.1 0.0.0.0 8", "permit icmp any host 10.0.0.1 echo"),
        ("extended", "permit icmp any any packet-too-big log-input", "permit icmp any any packet-too-big log-input"),
        ("extended", "permit icmp any any", "permit icmp any any"),
        ("extended", "permit 200 any any", "permit 200 any any"),
        ("extended", "permit gre any any dscp ef time-range NIGHT", "permit gre any any dscp ef time-range NIGHT"),
    ],
)  # fmt: skip
def test_an_entry_as_ios_prints_it(list_type: str, typed: str, printed: str) -> None:
    assert canonical(list_type, typed) == printed
    assert canonical(list_type, printed) == printed


@pytest.mark.parametrize(
    ("list_type", "entry", "expected"),
    [
        ("standard", "allow any", "permit, deny or remark"),
        ("standard", "permit", "any, host or an address after the last word"),
        ("standard", "permit 10.1.1", "an IPv4 address instead of `10.1.1`"),
        ("standard", "permit host", "an address after the last word"),
        ("standard", "permit any any", "log or the end"),
        ("standard", "permit any log log", "log or the end"),
        ("extended", "permit any any", "a protocol instead of `any`"),
        ("extended", "permit 300 any any", "a protocol"),
        ("extended", "permit ip any", "any, host or an address after the last word"),
        ("extended", "permit ip 10.0.0.0 any", "an IPv4 address instead of `any`"),
        ("extended", "permit tcp any any eq 70000", "a port"),
        ("extended", "permit tcp any any eq", "a port after the last word"),
        ("extended", "permit tcp any any eq nonsense", "a port instead of `nonsense`"),
        ("extended", "permit udp any any established", "a known option"),
        ("extended", "permit ip any any eq 80", "a known option instead of `eq`"),
        ("extended", "permit ip any any dscp", "a value of dscp"),
        ("extended", "permit icmp any any nonsense", "a known option"),
        ("extended", "remark", "a remark"),
        ("extended", "remark why?", "a remark"),
        ("extended", "remark " + "x" * 101, "a remark"),
    ],
)
def test_an_unknown_form_is_refused(list_type: str, entry: str, expected: str) -> None:
    with pytest.raises(EntryError, match=expected.replace("(", r"\(")):
        canonical(list_type, entry)


def test_what_a_device_printed_stays_when_it_is_not_known() -> None:
    assert as_printed("extended", "permit   tcp object-group A any") == "permit tcp object-group A any"
    assert as_printed("extended", "deny   ip any any") == "deny ip any any"
