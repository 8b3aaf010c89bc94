"""Secrets are taken out, and only they."""

from __future__ import annotations

import pytest

from fellesdrift.session.redaction import redact, scrub


@pytest.mark.parametrize(
    ("line", "redacted"),
    [
        ("enable secret 5 $1$abc$def", "enable secret 5 <secret>"),
        ("enable password 7 070C285F4D06", "enable password 7 <secret>"),
        ("enable secret plain", "enable secret <secret>"),
        ("enable password two words", "enable password <secret>"),
        ("username ola password 0 three more words", "username ola password 0 <secret>"),
        (" password with blanks inside", " password <secret>"),
        ("enable secret level 7 5 $1$abc", "enable secret level 7 5 <secret>"),
        ("username ola secret 5 $1$abc", "username ola secret 5 <secret>"),
        ("username ola privilege 15 secret 5 $1$abc", "username ola privilege 15 secret 5 <secret>"),
        ("username ola privilege 15 view x password 7 0123", "username ola privilege 15 view x password 7 <secret>"),
        (" password 7 0123", " password 7 <secret>"),
        (" ppp chap password 7 0123", " ppp chap password 7 <secret>"),
        ("snmp-server community public RO 10", "snmp-server community <secret> RO 10"),
        ("snmp-server host 10.10.0.10 version 2c public", "snmp-server host 10.10.0.10 version 2c <secret>"),
        ("snmp-server host 10.10.0.10 public", "snmp-server host 10.10.0.10 <secret>"),
        ("tacacs-server key 7 0123", "tacacs-server key 7 <secret>"),
        ("radius-server host 10.0.0.1 timeout 3 key 7 01", "radius-server host 10.0.0.1 timeout 3 key 7 <secret>"),
        ("crypto isakmp key s3cret address 192.0.2.1", "crypto isakmp key <secret> address 192.0.2.1"),
        ("  key-string 7 0123", "  key-string 7 <secret>"),
        (" standby 1 authentication md5 key-string 7 0123", " standby 1 authentication md5 key-string 7 <secret>"),
        (" standby 1 authentication s3cret", " standby 1 authentication <secret>"),
        ("ntp authentication-key 1 md5 0123 7", "ntp authentication-key 1 md5 <secret> 7"),
        (" neighbor 10.0.0.1 password 7 0123", " neighbor 10.0.0.1 password 7 <secret>"),
        (" ip ospf message-digest-key 1 md5 7 0123", " ip ospf message-digest-key 1 md5 7 <secret>"),
        (" wpa-psk ascii 7 0123", " wpa-psk ascii 7 <secret>"),
        (" vrrp 1 authentication s3cret", " vrrp 1 authentication <secret>"),
        (" glbp 1 authentication md5 key-string 7 0123", " glbp 1 authentication md5 key-string 7 <secret>"),
        (" area 1 virtual-link 10.0.0.1 authentication-key 7 01",
         " area 1 virtual-link 10.0.0.1 authentication-key 7 <secret>"),
        (" l2tp tunnel password 7 0123", " l2tp tunnel password 7 <secret>"),
        (" encryption key 1 size 128bit 7 0123 transmit-key", " encryption key 1 size 128bit 7 <secret> transmit-key"),
        (" ip nhrp authentication s3cret", " ip nhrp authentication <secret>"),
        # what only looks like one
        ("service password-encryption", "service password-encryption"),
        ("security passwords min-length 6", "security passwords min-length 6"),
        ("ip ssh authentication-retries 3", "ip ssh authentication-retries 3"),
        ("key chain EIGRP", "key chain EIGRP"),
        (" description secret room", " description secret room"),
    ],
)  # fmt: skip
def test_a_line(line: str, redacted: str) -> None:
    assert redact(line) == redacted
    assert redact(redacted) == redacted
    assert redact(f"before\n{line}\nafter\n") == f"before\n{redacted}\nafter\n"


def test_known_secrets_go_wherever_they_stand() -> None:
    assert scrub("sent hemmelig2 and hemmelig", ["hemmelig", "hemmelig2"]) == "sent <secret> and <secret>"
