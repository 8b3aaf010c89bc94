"""Abbreviations, carets and help."""

from __future__ import annotations

import pytest

from fellesdrift.twin.ios import names
from fellesdrift.twin.ios.syntax import Match, Matcher, Refusal

PATTERNS = [
    ("show ip route [<address:addr>]", "route"),
    ("show ip interface brief", "brief"),
    ("show interfaces [<name:iface>]", "interfaces"),
    ("shutdown", "shutdown"),
    ("speed <mbit:10|100|auto>", "speed"),
    ("number <n:1-20>", "number"),
    ("port (eq <port:port> | range <low:port> <high:port>) [log]", "port"),
    ("description / <text:line>", "description"),
    ("name <word:word> last", "name"),
]
MATCHER = Matcher(PATTERNS)
NEGATED = Matcher(PATTERNS, negated=True)


@pytest.mark.parametrize(
    ("typed", "rule", "values", "text"),
    [
        ("sho ip rou", "route", {}, "show ip route"),
        ("SHOW IP ROUTE 10.0.0.1", "route", {"address": "10.0.0.1"}, "show ip route 10.0.0.1"),
        ("sho int gi 0/1", "interfaces", {"name": "GigabitEthernet0/1"}, "show interfaces GigabitEthernet0/1"),
        ("sho int f0/1.7", "interfaces", {"name": "FastEthernet0/1.7"}, "show interfaces FastEthernet0/1.7"),
        ("sp a", "speed", {"mbit": "auto"}, "speed auto"),
        ("num 007", "number", {"n": "7"}, "number 7"),
        ("port eq 80", "port", {"port": "www"}, "port eq www"),
        ("port range 20 telnet log", "port", {"low": "ftp-data", "high": "telnet"}, "port range ftp-data telnet log"),
        ("desc  two  spaces ", "description", {"text": "two  spaces"}, "description two  spaces"),
    ],
)
def test_what_is_understood(typed: str, rule: str, values: dict[str, str], text: str):
    result = MATCHER.match(typed)
    assert isinstance(result, Match)
    assert (result.rule, result.values, result.text) == (rule, values, text)


@pytest.mark.parametrize(
    ("typed", "kind", "column"),
    [
        ("sh", "ambiguous", 0),
        ("show i", "ambiguous", 5),
        ("show", "incomplete", 4),
        ("show ip", "incomplete", 7),
        ("shox", "invalid", 3),
        ("show ip route 10.0.0.256", "invalid", 14),
        ("show ip route 10.0.0.1 more", "invalid", 23),
        ("number 21", "invalid", 7),
        ("number x", "invalid", 7),
        ("port eq 65536", "invalid", 8),
        ("speed 1000", "invalid", 9),
        ("name x", "incomplete", 6),
        ("name x first", "invalid", 7),
        ("", "incomplete", 0),
    ],
)
def test_what_is_refused(typed: str, kind: str, column: int):
    assert MATCHER.match(typed) == Refusal(kind, column)


def test_a_negation_needs_no_more_than_what_it_is_about():
    assert isinstance(NEGATED.match("description"), Match)
    assert isinstance(NEGATED.match("description something"), Match)
    assert isinstance(MATCHER.match("description"), Refusal)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("show ", ["interfaces", "ip"]),
        ("sh", ["show", "shutdown"]),
        ("show ip route ", ["A.B.C.D", "<cr>"]),
        ("show interfaces gi0/0 ", ["<cr>"]),
        ("number ", ["<1-20>"]),
        ("nonsense ", []),
        ("name x ", ["last"]),
    ],
)
def test_help(typed: str, words: list[str]):
    assert MATCHER.completions(typed) == words


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("gi0/1", "GigabitEthernet0/1"),
        ("FastEthernet 0/0", "FastEthernet0/0"),
        ("Lo0", "Loopback0"),
        ("ethernet1", "Ethernet1"),
        ("x0", None),
        ("gi", None),
        ("b0", None),
    ],
)
def test_interface_names(typed: str, name: str | None):
    assert names.canonical(typed) == name


def test_interfaces_are_listed_slot_by_slot():
    wanted = [
        "Loopback0",
        "FastEthernet0/0",
        "GigabitEthernet0/0",
        "GigabitEthernet0/0.20",
        "GigabitEthernet0/1",
        "Serial0/0",
        "Serial0/0/0",
        "GigabitEthernet0/2/0",
        "Serial1/0",
    ]
    assert sorted(sorted(wanted), key=names.order) == wanted
    assert names.short("Multilink3") == "Mu3"
    assert names.short("ATM1/0") == "AT1/0"
