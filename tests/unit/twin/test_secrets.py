"""Type 5 and type 7 secrets, held against another program and against published values."""

from __future__ import annotations

import subprocess

import pytest

from fellesdrift.twin.access import Credentials
from fellesdrift.twin.ios import secrets
from fellesdrift.twin.lab import Lab


@pytest.mark.parametrize("plain", ["x", "hemmelig", "exactly16letters", "a longer one than sixteen letters", "blåbær"])
def test_type_5_is_what_openssl_makes(plain: str):
    command = ["openssl", "passwd", "-1", "-salt", "aB3.", "-stdin"]
    done = subprocess.run(command, input=plain, capture_output=True, text=True, check=True)
    assert secrets.type5(plain, "aB3.") == done.stdout.strip()
    assert secrets.is_type5(done.stdout.strip())


def test_type_7_is_the_well_known_key_stream():
    assert secrets.type7("cisco") == "02050D480809"
    assert secrets.plain_of_type7("070C285F4D06") == "cisco"
    assert secrets.plain_of_type7("nonsense") == ""


@pytest.mark.parametrize(
    ("level", "stored", "right"),
    [("5", secrets.type5("hei", "abcd"), True), ("5", "broken", False), ("7", "020E0F11", False), ("", "hei", True)],
)
def test_verifying(level: str, stored: str, right: bool):
    assert secrets.verify("hei", level, stored) is right
    assert secrets.verify("nei", level, stored) is False
    assert secrets.verify("", level, stored) is False


def test_every_placeholder_becomes_a_secret_of_its_kind(lab: Lab, make):
    north = lab.topology.devices[0].config.replace(
        "line con 0", "snmp-server community <secret> RO\nenable password 7 <secret>\nline con 0\n password <secret>"
    )
    device = make(north=north).devices["north"]
    text = device.running_text()
    assert secrets.PLACEHOLDER not in text
    assert "a-pass" not in text
    assert "a-secret" not in text
    assert device.check_enable("a-secret")
    assert not device.check_enable("a-pass")
    assert device.check_password("fellesdrift", "a-pass")
    assert not device.check_password("fellesdrift", "a-secret")
    device.console(["no enable secret"])
    assert device.check_enable("a-secret")


def test_a_device_without_users_lets_the_twins_own_in(lab: Lab):
    third = lab.devices["third"]
    assert third.check_password("fellesdrift", "a-pass")
    assert not third.check_password("somebody", "a-pass")
    lab.devices["north"].console(["no username fellesdrift"])
    assert not lab.devices["north"].check_password("fellesdrift", "a-pass")


def test_users_of_the_configuration_may_log_in(lab: Lab):
    north = lab.devices["north"]
    north.console(["username ola privilege 15 secret hemmelig", "username kari password 0 apen"])
    assert north.check_password("ola", "hemmelig")
    assert north.check_password("kari", "apen")
    assert north.user_privilege("ola") == 15
    assert north.user_privilege("kari") == 1


def test_credentials_are_random():
    assert Credentials.make() != Credentials.make()
