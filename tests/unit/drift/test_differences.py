"""Every difference of two configurations in exactly one place, with what puts it right; and nothing invented."""

from __future__ import annotations

import pytest
from support.drift import CONFIG

from fellesdrift.drift.differences import Place, arranged, differences, same
from fellesdrift.state.network import intend, normalise

ENTRIES = ["permit icmp any any", "permit tcp 10.61.1.0 0.0.0.255 any eq 80", "deny ip any any"]


def changed(*edits: tuple[str, str]) -> str:
    text = CONFIG
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def places(*edits: tuple[str, str]) -> list[Place]:
    return differences(normalise(CONFIG), normalise(changed(*edits)))


def where(*edits: tuple[str, str]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.key, one.attribute) for one in places(*edits)]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ((" description Users in Sande raadhus\n", ""), ("interface", "GigabitEthernet0/0", "description")),
        ((" bandwidth 1024", " bandwidth 512"), ("interface", "Serial0/0/0", "bandwidth")),
        ((" no ip address\n shutdown", " no ip address"), ("interface", "GigabitEthernet0/1", "enabled")),
        (("10.10.0.0 255.255.0.0 10.251.61.1", "10.10.0.0 255.255.0.0 10.251.61.9"), ("route", "10.10.0.0/16", "")),
        (("ip route 0.0.0.0 0.0.0.0 10.61.0.2\n", ""), ("route", "0.0.0.0/0", "")),
        ((" permit icmp any any\n", ""), ("access_list", "USERS", "")),
        (("ip cef\n", "ip cef\nip access-list standard NEW\n permit any\n"), ("access_list", "NEW", "")),
        ((" duplex auto", " duplex full"), ("configuration", "interface GigabitEthernet0/0: duplex", "")),
        ((" exec-timeout 15 0\n", ""), ("configuration", "line vty 0 4: exec-timeout 15 0", "")),
        (("ip domain name sande.example", "ip domain name andre.example"), ("configuration", "ip domain name", "")),
        (("no aaa new-model", "aaa new-model"), ("configuration", "aaa new-model", "")),
        (("ntp server 10.10.254.1\n", ""), ("configuration", "ntp server 10.10.254.1", "")),
        (
            ("ip cef\n", "ip cef\ninterface Loopback7\n ip address 10.61.9.9 255.255.255.255\n"),
            ("interface", "Loopback7", ""),
        ),
        (("interface GigabitEthernet0/1\n no ip address\n shutdown\n", ""), ("interface", "GigabitEthernet0/1", "")),
        (
            (
                "ip name-server 10.10.0.2\nip name-server 10.10.0.3",
                "ip name-server 10.10.0.3\nip name-server 10.10.0.2",
            ),
            ("configuration", "ip name-server (order)", ""),
        ),
        (
            (" exec-timeout 15 0\n transport input ssh", " transport input ssh\n exec-timeout 15 0"),
            ("configuration", "line vty 0 4: (order)", ""),
        ),
        (
            ("10.61.0.2\nip", "10.61.0.2 track 1\nip"),
            ("configuration", "ip route 0.0.0.0 0.0.0.0 10.61.0.2 track 1", ""),
        ),
    ],
)
def test_one_edit_is_one_place(edit: tuple[str, str], expected: tuple[str, str, str]) -> None:
    found = where(edit)
    assert expected in found
    assert len(found) == (2 if "track" in edit[1] else 1)  # a route of another form is gone, and a line has come


def test_several_edits_are_as_many_places() -> None:
    edits = [
        (" bandwidth 1024", " bandwidth 512"),
        ("ip cef\n", ""),
        (" permit icmp any any\n", " permit udp any any\n"),
        ("ntp server 10.10.254.1", "ntp server 10.10.254.2"),
    ]
    assert len(places(*edits)) == len(edits)


@pytest.mark.parametrize(
    "edit",
    [
        ("ntp clock-period 17179869", "ntp clock-period 17180001"),
        ("Current configuration : 900 bytes", "Current configuration : 901 bytes"),
        ("by fellesdrift", "by somebody"),
        (
            " description Users in Sande raadhus\n ip address 10.61.1.1 255.255.255.0",
            " ip address 10.61.1.1 255.255.255.0\n description Users in Sande raadhus",
        ),
        ("no aaa new-model\nip cef\n", "ip cef\nno aaa new-model\n"),
        ("enable secret 5 <secret>", "enable secret 5 $1$abcd$zzzzzzzzzzzzzzzzzzzzzz"),
    ],
)
def test_what_says_nothing_is_no_difference(edit: tuple[str, str]) -> None:
    assert places(edit) == []


def test_interfaces_in_another_order_are_the_same() -> None:
    block = "interface GigabitEthernet0/1\n no ip address\n shutdown\n"
    moved = CONFIG.replace(block, "").replace("ip route 0", f"{block}ip route 0", 1)
    assert normalise(moved) != normalise(CONFIG)
    assert same(normalise(moved), normalise(CONFIG))
    assert differences(normalise(CONFIG), normalise(moved)) == []
    assert arranged(normalise(moved), normalise(CONFIG)) == normalise(CONFIG)


def test_a_resource_is_put_right_by_what_is_desired() -> None:
    edits = [
        (" description Users in Sande raadhus\n", ""),
        ("ip route 0.0.0.0 0.0.0.0 10.61.0.2\n", "ip route 192.0.2.0 255.255.255.0 10.61.0.2\n"),
        (" permit icmp any any\n", ""),
    ]
    present = changed(*edits)
    for place in places(*edits):
        assert place.desired is not None
        present = intend(present, place.desired)
    assert present == normalise(CONFIG)


def test_a_replaced_line_is_taken_away_before_the_recorded_one_is_typed() -> None:
    (place,) = places(("ip domain name sande.example", "ip domain name andre.example"))
    assert place.lines == ("no ip domain name andre.example", "ip domain name sande.example")
    assert (place.want, place.have) == (["ip domain name sande.example"], ["ip domain name andre.example"])
    (place,) = places(("no aaa new-model", "aaa new-model"))
    assert place.lines == ("no aaa new-model",)
    (place,) = places((" exec-timeout 15 0", " exec-timeout 0 0"))
    assert place.lines == ("line vty 0 4", " no exec-timeout 0 0", " exec-timeout 15 0")
    (place,) = places(("ip cef\n", "ip cef\nip access-list standard NEW\n permit any\n"))
    assert place.lines == ()


def test_a_banner_is_left_to_a_person() -> None:
    banner = "banner motd ^C\nNo way in\n^C\n"
    recorded = CONFIG.replace("line vty", f"{banner}line vty")
    (place,) = differences(normalise(recorded), normalise(recorded.replace("No way in", "Come in")))
    assert (place.kind, place.lines) == ("configuration", ())
