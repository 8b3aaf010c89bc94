"""Both stages of Sande: the policy holds in the twin's own data plane, which shares no code with the verdict."""

from __future__ import annotations

import dataclasses
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.lab import PRODUCTION, PROJECT, Lab

from fellesdrift import twin

SPEED = 10.0
"""The dead man's switch acts after 30 s: some hundred entries are typed within it, also on a busy machine."""
KILLER = PROJECT / "tests" / "support" / "killer"
USER = ("san-rtr1", "10.61.1.1")
FIREWALLS = ["drm-fwz1", "san-fw1"]

# what the table says once Sande is under it, written down here again: who, from where, to whom, protocol, port
ALLOWED = [
    ("san-rtr1", "10.61.1.1", "10.10.40.11", "tcp", 1494),
    ("san-skole-rtr1", "10.61.11.1", "10.10.40.22", "tcp", 2598),
    ("san-rtr1", "10.61.1.1", "10.10.20.41", "tcp", 443),
    ("drm-core1", "10.10.1.2", "10.10.40.11", "tcp", 3389),
    ("drm-ctx01", None, "10.10.30.41", "tcp", 1521),
    ("drm-ctx01", None, "10.10.20.41", "tcp", 1521),
    ("drm-core1", "10.10.0.2", "10.10.30.41", "tcp", 5985),
    ("drm-ora-open1", None, "198.51.100.53", "udp", 53),
    # across borders today, moved or not
    ("san-sykehjem-rtr1", "10.61.12.1", "10.10.20.20", "tcp", 4711),
    ("roy-rtr1", "10.62.1.1", "10.10.30.20", "tcp", 4711),
    ("svv-rtr1", "10.63.1.1", "10.10.20.20", "icmp", 0),
    ("san-rtr1", "10.61.1.1", "198.51.100.20", "tcp", 443),
]
FORBIDDEN = [
    ("san-rtr1", "10.61.1.1", "10.10.30.41", "tcp", 1521),
    ("drm-core1", "10.10.1.2", "10.10.30.41", "tcp", 445),
    ("roy-rtr1", "10.62.1.1", "10.10.40.11", "tcp", 1494),
    ("san-rtr1", "10.61.1.1", "10.10.40.11", "tcp", 22),
    ("drm-ora-closed1", None, "10.10.20.41", "tcp", 1521),
    ("drm-ora-closed1", None, "198.51.100.53", "tcp", 443),
    ("drm-ora-closed1", None, "10.61.1.1", "icmp", 0),
    ("drm-ora-open1", None, "10.10.30.41", "tcp", 1521),
    ("drm-ora-open1", None, "198.51.100.53", "tcp", 443),
    ("drm-ctx01", None, "198.51.100.53", "tcp", 80),
    ("drm-ctx01", None, "10.61.1.1", "tcp", 80),
]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    out = tmp_path / "twin"
    twin.up(PRODUCTION, out, speed=SPEED)
    try:
        yield Lab(out, of_stage="")
    finally:
        twin.down(out)


def reached(lab: Lab, flow: tuple[str, str | None, str, str, int]) -> bool:
    """One packet and its answer, hop by hop."""
    sender, source, target, protocol, port = flow
    request = {"from": sender, "to": target, "protocol": protocol, "port": port}
    return bool(lab.do("trace", **request | ({"source": source} if source else {}))["reached"])


def zones(lab: Lab) -> Lab:
    return dataclasses.replace(lab, of_stage="zone_firewall")


def link(lab: Lab) -> Lab:
    return dataclasses.replace(lab, of_stage="wan_link")


def verified(lab: Lab) -> dict[str, dict[str, int]]:
    """host -> what its configuration does with the policy's flows, of the hosts that any of them pass."""
    payloads = [(r.host, r.payload or {}) for r in lab.records() if r.event == "verified"]
    return {host: payload["flows"] for host, payload in payloads if "flows" in payload}


def baseline(lab: Lab) -> Lab:
    return dataclasses.replace(lab, of_stage="server_baseline")


def telephones(lab: Lab) -> Lab:
    return dataclasses.replace(lab, of_stage="telephony")


@pytest.mark.long
def test_all_stages_and_back(lab: Lab) -> None:
    before, servers = lab.configs(), twin.windows_states(lab.out)
    assert not reached(lab, ALLOWED[0])
    assert reached(lab, ("drm-ora-closed1", None, "198.51.100.53", "tcp", 443)), "nothing separates the zones yet"

    cutover = lab.play("cutover.yml")
    assert cutover.code == 0, cutover.output
    moved = lab.configs()
    assert [flow for flow in ALLOWED if not reached(lab, flow)] == []
    assert [flow for flow in FORBIDDEN if reached(lab, flow)] == []
    assert set(verified(lab)) == set(FIREWALLS)
    for counts in verified(lab).values():
        assert counts["permitted"] > 0
        assert counts["forbidden"] > 0
        assert (counts["wrong"], counts["inconclusive"], counts["basis"]) == (0, 0, "computed")
    # the old exit carries what is bound to it, and is no way to anything else
    assert "ip route 0.0.0.0 0.0.0.0 10.61.0.2" not in moved["san-rtr1"]
    payroll = lab.do("trace", **{"from": "san-rtr1", "to": "198.51.100.20", "source": "10.61.1.1"})
    assert any(hop.startswith("san-fw1") for hop in payroll["there"]), payroll

    again = lab.play("cutover.yml")
    assert again.code == 0, again.output
    assert "nothing is pending" in again.text()
    assert lab.configs() == moved

    managed = twin.windows_states(lab.out)
    assert {host for host in servers if managed[host] != servers[host]} == {
        host for host in servers if host.startswith("san-")
    }
    lab.do("console", device="san-dc1", lines=["sc config Messenger start= demand"])
    disturbed = lab.play("cutover.yml")
    assert (disturbed.code, "Set service Messenger to start disabled" in disturbed.output) == (2, True)
    lab.do("console", device="san-dc1", lines=["sc config Messenger start= disabled"])
    assert twin.windows_states(lab.out) == managed

    refused = link(lab).rollback()
    assert (refused.code, "FD634" in refused.output) == (2, True), refused.output
    for each in (telephones(lab), baseline(lab), zones(lab), link(lab)):
        back = each.rollback()
        assert back.code == 0, back.output
    assert (lab.configs(), twin.windows_states(lab.out)) == (before, servers)


def applied(lab: Lab, host: str) -> None:
    """Until the stage has changed the host."""
    deadline = time.monotonic() + 120
    while not any(r.event == "host_applied" and (r.host, r.stage) == (host, "zone_firewall") for r in lab.records()):
        assert time.monotonic() < deadline, f"{host} is not changed"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        # in the estate's own list: seen when the canary is verified
        pytest.param(
            ["ip access-list extended TRANSIT-IN", "1 permit ip 10.61.1.0 0.0.0.255 10.10.30.0 0.0.0.255"],
            "FD649",
            marks=pytest.mark.long,
        ),
        # beside it, where no resource of the stage lies: only the flows tell
        (
            [
                "ip access-list extended THEIRS",
                "deny tcp any any eq 1494",
                "permit ip any any",
                "interface GigabitEthernet0/0",
                "ip access-group THEIRS out",
            ],
            "FD802",
        ),
    ],
)
def test_a_violation_on_the_device_takes_the_stage_back(lab: Lab, planted: list[str], code: str) -> None:
    assert link(lab).play("cutover.yml").code == 0
    before = lab.configs()
    process = zones(lab).start("cutover.yml")
    applied(lab, "drm-fwz1")
    lab.do("console", device="drm-fwz1", lines=planted)
    output, _ = process.communicate(timeout=240)
    assert process.returncode == 2, output
    assert code in output
    assert zones(lab).stage().state == "rolled back"
    after = lab.configs()
    assert {host for host in after if after[host] != before[host]} <= {"drm-fwz1"}
    assert "drm-fwz1" not in verified(lab)
    assert "-IN in" in before["drm-fwz1"]
    assert after["drm-fwz1"].count("-IN in") == before["drm-fwz1"].count("-IN in")


@pytest.mark.long
@pytest.mark.parametrize("record", [12])
def test_killed_between_two_lists(lab: Lab, record: int) -> None:
    """In the middle of the firewall's lists: the same command finishes, and the rollback finds the first before."""
    assert link(lab).play("cutover.yml").code == 0
    before, count = lab.configs(), len(lab.records())
    killed = zones(lab).play(
        "cutover.yml", environment={"PYTHONPATH": str(KILLER), "FELLESDRIFT_KILL_AT": str(count + record)}
    )
    assert killed.code == -signal.SIGKILL, killed.output
    run = zones(lab).play("cutover.yml")
    assert run.code == 0, run.output
    assert zones(lab).stage().state == "done"
    assert [flow for flow in ALLOWED if not reached(lab, flow)] == []
    back = zones(lab).rollback()
    assert back.code == 0, back.output
    assert lab.configs() == before
