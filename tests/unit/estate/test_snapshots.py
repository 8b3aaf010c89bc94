"""Reading a snapshot: addresses, and above all secrets."""

from __future__ import annotations

import pytest

from fellesdrift.estate import snapshots

SECRET_LINES = [
    "enable secret 5 $1$abcd$0123456789",
    "enable password cisco",
    "enable password level 10 7 0822455D0A16",
    "username drift secret 5 $1$abcd$0123456789",
    "username drift privilege 15 password 7 0822455D0A16",
    " password 7 0822455D0A16",
    "snmp-server community hemmelig RO",
    "tacacs-server host 10.0.0.1 key hemmelig",
    "radius-server key 7 0822455D0A16",
    " standby 10 authentication hemmelig",
    " standby 10 authentication md5 key-string 7 0822455D0A16",
    " ip ospf authentication-key 7 0822455D0A16",
    " ip ospf message-digest-key 1 md5 7 0822455D0A16",
    " neighbor 10.0.0.1 password 7 0822455D0A16",
    "  key-string 7 0822455D0A16",
    "crypto isakmp key hemmelig address 10.0.0.1",
    "ntp authentication-key 1 md5 0822455D0A16 7",
    " ppp chap password 7 0822455D0A16",
    " ppp pap sent-username drift password 7 0822455D0A16",
]


@pytest.mark.parametrize("line", SECRET_LINES)
def test_a_secret_is_found(line):
    assert snapshots.read(f"hostname a\n{line}\nend\n").secret_lines == [2]


@pytest.mark.parametrize(
    "line",
    [
        "enable secret 5 <secret>",
        "username fellesdrift secret 5 <secret>",
        "username fellesdrift privilege 15 secret 5 <secret>",
        "snmp-server community <secret> RO",
        "service password-encryption",
        "ip ssh version 2",
        " login local",
        " description password of the day",
        " remark enable secret meetings",
        "no enable password",
    ],
)
def test_no_secret_is_found_where_there_is_none(line):
    assert snapshots.read(f"hostname a\n{line}\nend\n").secret_lines == []


def test_addresses_of_interfaces():
    read = snapshots.read(
        "hostname a\ninterface Gi0\n ip address 10.0.0.1 255.255.255.0\n ip address 10.0.1.1 255.255.255.0 secondary\n"
        " standby 1 ip 10.0.0.254\n standby ip 10.0.0.253\n!\ninterface Gi1\n ip address 10.0.0.1 255.0.255.0\n"
        " shutdown\ninterface Gi2\n ip address dhcp\narchive\n path flash:a-\nend\n"
    )
    assert read.interfaces["Gi0"] == snapshots.Interface("10.0.0.1/24", True, ["10.0.0.254", "10.0.0.253"])
    assert read.interfaces["Gi1"] == snapshots.Interface(None, False)
    assert read.interfaces["Gi2"].address is None
    assert read.archive_path
    assert read.complete
    assert read.hostname == "a"


@pytest.mark.parametrize("text", ["", "\n", " shutdown\n", "% Invalid input detected at '^' marker.\n"])
def test_what_is_no_configuration_is_nothing(text):
    assert snapshots.read(text) == snapshots.Snapshot()
