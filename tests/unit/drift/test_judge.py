"""From a device's answer to findings: whose they are, how bad, and what mends them."""

from __future__ import annotations

import pytest
from support.drift import CONFIG

from fellesdrift.drift.judge import Answer, Mend, judge
from fellesdrift.drift.model import KINDS, Kind, fingerprint
from fellesdrift.drift.recorded import Recorded
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.network import intend, normalise
from fellesdrift.state.network.device import Abilities, Reading

CLAIMS = {
    ("interface", "Serial0/0/0", "bandwidth"): "wan_link",
    ("route", "10.10.0.0/16", "next_hops"): "wan_link",
    ("access_list", "USERS", "entries"): "zone_firewall",
}


def ask(
    running: str, startup: str | None = "same", kinds: tuple[Kind, ...] = KINDS, secrets: tuple[str, ...] = ()
) -> Answer:
    saved = running if startup == "same" else startup
    reading = Reading(running, saved, Abilities((12, 4), revert_timer=False))
    return judge("san-rtr1", reading, Recorded(normalise(CONFIG), CLAIMS), kinds, secrets, "mend it")


def test_a_device_that_is_as_recorded_is_clean() -> None:
    assert ask(CONFIG) == Answer("clean")


@pytest.mark.parametrize(
    ("old", "new", "nature", "severity", "owner"),
    [
        (" bandwidth 1024\n", "", "missing", "high", "wan_link"),
        (" bandwidth 1024", " bandwidth 1", "different", "high", "wan_link"),
        (" permit icmp any any\n", "", "different", "high", "zone_firewall"),
        ("0.0.0.0 0.0.0.0 10.61.0.2", "0.0.0.0 0.0.0.0 10.61.0.3", "unmanaged", "low", ""),
        ("ip cef\n", "", "unmanaged", "low", ""),
    ],
)
def test_a_role_s_own_is_worse_than_what_nobody_claims(
    old: str, new: str, nature: str, severity: str, owner: str
) -> None:
    (finding,) = ask(CONFIG.replace(old, new, 1)).findings
    assert (finding.nature, finding.severity, finding.owner) == (nature, severity, owner)
    assert finding.fingerprint == fingerprint("san-rtr1", finding.kind, finding.key, finding.attribute)


def test_extra_is_what_a_role_wants_away() -> None:
    recorded = CONFIG.replace("ip route 10.10.0.0 255.255.0.0 10.251.61.1\n", "")
    reading = Reading(CONFIG, CONFIG, Abilities((12, 4), revert_timer=False))
    (finding,) = judge("san-rtr1", reading, Recorded(normalise(recorded), CLAIMS), KINDS).findings
    assert (finding.nature, finding.severity, finding.want) == ("extra", "medium", None)


def test_only_the_kinds_that_were_asked_for() -> None:
    running = CONFIG.replace(" bandwidth 1024", " bandwidth 1").replace("ip cef\n", "")
    assert [one.kind for one in ask(running, kinds=("configuration",)).findings] == ["configuration"]
    assert ask(running, kinds=("route",)).state == "clean"
    assert ask(CONFIG, startup=None, kinds=("route",)).state == "clean"


@pytest.mark.parametrize("startup", [None, CONFIG.replace("ip cef\n", "")])
def test_what_is_not_saved_is_found(startup: str | None) -> None:
    answer = ask(CONFIG, startup)
    (finding,) = answer.findings
    assert (finding.kind, finding.nature, finding.remedy.command) == ("startup", "unsaved", "mend it")
    assert answer.mend == Mend({}, {"interface": {"GigabitEthernet0/0": {"enabled": True}}})


def test_mending_puts_back_what_is_recorded() -> None:
    running = CONFIG.replace(" bandwidth 1024", " bandwidth 1").replace("10.251.61.1\n", "10.251.61.9\n")
    answer = ask(running)
    assert answer.mend is not None
    assert intend(running, answer.mend.resources) == normalise(CONFIG)
    assert intend(running, answer.mend.present) == normalise(running)
    assert {one.remedy.command for one in answer.findings} == {"mend it"}
    assert all(one.remedy.steps for one in answer.findings)


def test_what_only_a_person_can_type_promises_no_command() -> None:
    answer = ask(CONFIG.replace("ip cef\n", ""), CONFIG)
    assert answer.mend is None
    assert [one.remedy.command for one in answer.findings] == ["", ""]
    assert " ip cef" in answer.findings[0].remedy.steps


def test_a_state_that_cannot_be_reached_in_one_go_is_left_to_a_person() -> None:
    running = CONFIG.replace(" ip address 10.61.1.1 255.255.255.0\n", " ip address 10.61.1.1 255.255.255.0 secondary\n")
    answer = ask(running)
    addresses = [one for one in answer.findings if one.attribute == "ip_address"]
    assert addresses
    assert "not by itself" in addresses[0].remedy.note


def test_another_device_is_not_judged() -> None:
    with pytest.raises(FellesdriftError) as refused:
        ask(CONFIG.replace("hostname san-rtr1", "hostname san-rtr2").replace("ip cef\n", ""))
    assert (refused.value.code, refused.value.found) == ("FD705", "hostname san-rtr2")


def test_secrets_are_in_nothing_that_is_told() -> None:
    running = CONFIG.replace("Users in Sande raadhus", "passord hemmelig9").replace(
        "ip cef\n", "ip cef\nsnmp-server community heltapen RO\nusername ny password 0 ogsaahemmelig\n"
    )
    answer = ask(running, CONFIG, secrets=("hemmelig9",))
    told = repr((answer.findings, answer.diff))
    assert answer.findings
    for secret in ("hemmelig9", "heltapen", "ogsaahemmelig"):
        assert secret not in told
