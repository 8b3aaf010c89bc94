"""A device is changed and comes back, on real sessions, with its own dead man's switch."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from fellesdrift.session import open_session
from fellesdrift.state import network
from fellesdrift.state.network.apply import ApplyResult, apply_safely
from fellesdrift.state.network.device import Device
from fellesdrift.state.network.probes import Probe

HOST = "san-rtr1"
UNIT = "san-skole-rtr1"
FINANCE = Probe("finance", "10.10.20.20", "GigabitEthernet0/0")
FIBRE = "GigabitEthernet0/2/0 10.250.61.1"  # by the interface: gone when that is down
SANDE = {
    "interface": {
        "GigabitEthernet0/2/0": {"description": "Fibre to Drammen", "ip_address": "10.250.61.2/30", "enabled": True}
    },
    "route": {
        "198.51.100.20/32": {"next_hops": [{"next_hop": "10.61.0.2"}]},
        "0.0.0.0/0": {"next_hops": [{"next_hop": FIBRE}, {"next_hop": "10.61.0.2", "distance": 250}]},
        "10.10.0.0/16": {"next_hops": [{"next_hop": FIBRE}, {"next_hop": "10.251.61.1", "distance": 250}]},
    },
}
SCHOOL = {
    "interface": {"FastEthernet0/0": {"description": "Users of the school"}},
    "route": {"10.99.0.0/16": {"next_hops": [{"next_hop": "10.61.255.1", "name": "test"}]}},
}
LISTS = {
    "access_list": {
        "INSIDE-IN": {
            "type": "extended",
            "entries": [
                "remark Drammen's own networks",
                "permit ip 10.10.0.0 0.0.255.255 any",
                "remark Ping of this firewall from anywhere inside",
                "permit icmp 10.0.0.0 0.255.255.255 host 10.10.254.3",
                "remark Sande",
                "permit ip 10.61.0.0 0.0.255.255 any",
                "deny ip any any log",
            ],
        },
        "NAT-INSIDE": {"type": "standard", "entries": ["permit 10.10.0.0 0.0.255.255", "permit 10.61.0.0 0.0.255.255"]},
        "OUTSIDE-IN": {"type": "extended", "entries": ["deny ip 10.0.0.0 0.255.255.255 any", "deny ip any any log"]},
        "NEW": {
            "type": "extended",
            "entries": ["permit tcp any any eq 80", "permit udp any any eq 53", "deny   ip any any"],
        },
    }
}
CASES: list[tuple[str, Any, Any]] = [
    (HOST, SANDE, "revert_timer"),
    ("drm-fwi1", LISTS, "revert_timer"),
    (UNIT, SCHOOL, "reload"),
    ("san-fw1", {"route": {"10.99.0.0/16": {"next_hops": [{"next_hop": "10.61.0.1", "distance": 250}]}}}, "none"),
]


def apply(lab: Any, host: str, desired: Any, **options: Any) -> ApplyResult:
    # an hour of the device is a minute here: the switch does not act by itself unless a test wants it to
    values = {"controller": "10.10.0.10", "patience": 30.0, "minutes": 60, **options}
    return apply_safely(lab.target(host), desired, **values)


def pending(lab: Any, host: str) -> str | None:
    with open_session(lab.target(host)) as session:
        return Device(session).pending_revert()


@pytest.mark.parametrize(("host", "desired", "dead_man"), CASES, ids=[case[0] for case in CASES])
def test_there_exactly_as_predicted_and_back_again(lab: Any, host: str, desired: Any, dead_man: Any) -> None:
    before = lab.running(host)
    there = apply(lab, host, desired, dead_man=dead_man)
    assert there.error is None
    assert (there.status, there.predicted_exact) == ("changed", True)
    assert there.before == before
    assert lab.running(host) == there.predicted == there.after
    assert pending(lab, host) is None
    again = apply(lab, host, desired, dead_man=dead_man)
    assert (again.status, again.steps) == ("unchanged", [])
    with open_session(lab.target(host)) as session:
        assert Device(session).save().saved
    back = apply(lab, host, there.recorded_before, dead_man=dead_man)
    assert (back.status, back.error) == ("changed", None)
    assert lab.running(host) == before
    with open_session(lab.target(host)) as session:
        assert Device(session).save().saved


def test_the_finance_service_answers_after_every_step(lab: Any) -> None:
    result = apply(lab, HOST, SANDE, probes=[FINANCE])
    assert (result.status, result.error) == ("changed", None)


def test_a_step_that_cuts_a_service_is_taken_back(lab: Any) -> None:
    before = lab.running(HOST)
    # the next hop answers for nobody: the exception swallows the finance server's address
    wrong = {"route": {"10.10.20.20/32": {"next_hops": [{"next_hop": "10.61.1.99"}]}}}
    result = apply(lab, HOST, wrong, probes=[FINANCE])
    assert result.status == "reverted"
    assert result.error is not None
    assert result.error.code == "FD412"
    assert lab.running(HOST) == before
    assert pending(lab, HOST) is None


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("host", "desired", "dead_man"), [CASES[0], CASES[2], CASES[3]], ids=["timer", "reload", "none"]
)
def test_the_line_drops_in_the_middle(lab: Any, host: str, desired: Any, dead_man: Any, when: str) -> None:
    before = lab.running(host)
    lab.fault(host, "drop", match="^ip route", when=when)
    result = apply(lab, host, desired, dead_man=dead_man)
    assert result.status == "reverted"
    assert result.error is not None
    assert result.error.code == "FD307"
    assert lab.running(host) == before
    assert pending(lab, host) is None


def test_a_device_that_hangs_in_the_middle(lab: Any) -> None:
    before = lab.running(HOST)
    lab.fault(HOST, "hang", match="^no shutdown", when="after")
    result = apply_safely(lab.target(HOST, read_timeout=1.0), SANDE, minutes=60, patience=30.0)
    assert result.status == "reverted"
    assert result.error is not None
    assert result.error.code == "FD308"
    assert lab.running(HOST) == before


def test_the_device_goes_back_by_itself_when_the_way_to_it_is_cut(lab: Any) -> None:
    """A floating route without its interface: as the fibre is dark, IOS looks for 10.250.61.1 by the default route, the
    route stays, and with the old one at distance 250 the answers to the controller go to the firewall."""
    before = lab.running(HOST)
    trap = {
        **SANDE,
        "route": {
            "10.10.0.0/16": {"next_hops": [{"next_hop": "10.250.61.1"}, {"next_hop": "10.251.61.1", "distance": 250}]}
        },
    }
    steps: list[str] = []
    result = apply_safely(
        lab.target(HOST, read_timeout=1.0),
        trap,
        minutes=2,
        patience=30.0,
        on_step=lambda event: steps.append(f"{event.number} {event.state}"),
    )
    assert steps[-1] == "3 intended"
    assert result.status == "reverted"
    assert result.error is not None
    assert result.error.code == "FD308"
    assert lab.running(HOST) == before
    assert pending(lab, HOST) is None


def test_a_second_connection_that_fails_leaves_the_switch_to_act(lab: Any) -> None:
    """All steps went well on the old connection, but nobody can log in any more."""
    before = lab.running(HOST)

    def refuse(event: Any) -> None:
        if (event.number, event.state) == (1, "confirmed"):
            lab.fault(HOST, "refuse_login")

    result = apply(lab, HOST, SANDE, on_step=refuse, minutes=8)
    assert result.status == "held"
    assert result.error is not None
    assert result.error.code == "FD302"
    deadline = time.monotonic() + 20
    while lab.running(HOST) != before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert lab.running(HOST) == before


def test_a_reload_brings_a_small_router_back(lab: Any) -> None:
    before = lab.running(UNIT)

    def cut(event: Any) -> None:
        if (event.number, event.state) == (2, "intended"):
            lab.ask(do="console", device=UNIT, lines=["interface Serial0/0", "shutdown", "end"])
            lab.fault(UNIT, "drop", at=1)

    result = apply(lab, UNIT, SCHOOL, dead_man="reload", on_step=cut, minutes=2, patience=60.0)
    assert result.status == "reverted"
    assert lab.running(UNIT) == before
    assert pending(lab, UNIT) is None


def test_a_dead_device_is_held(lab: Any) -> None:
    def die(event: Any) -> None:
        if (event.number, event.state) == (2, "intended"):
            lab.fault(HOST, "dead")

    result = apply_safely(
        lab.target(HOST, read_timeout=1.0, connect_timeout=1.0), SANDE, on_step=die, minutes=60, patience=3.0
    )
    assert (result.status, result.after) == ("held", None)
    assert result.error is not None
    assert result.error.code == "FD415"
    assert "1 (Set up GigabitEthernet0/2/0)" in str(result.error.key)
    lab.ask(do="heal", device=HOST)
    again = apply(lab, HOST, SANDE, resume=result.recorded_before)
    assert (again.status, again.error) == ("changed", None)
    assert again.before == result.before


def test_somebody_else_types_at_the_console_meanwhile(lab: Any) -> None:
    before = lab.running(HOST)

    def meddle(event: Any) -> None:
        if (event.number, event.state) == (1, "confirmed"):
            lab.ask(do="console", device=HOST, lines=["ip route 10.98.0.0 255.255.0.0 10.61.0.2"])

    result = apply(lab, HOST, SANDE, on_step=meddle)
    assert result.status == "reverted"
    assert result.error is not None
    assert result.error.code == "FD407"
    assert lab.running(HOST) == before


def test_an_old_unconfirmed_change_of_somebody_else_stops_it(lab: Any) -> None:
    with open_session(lab.target(HOST)) as session:
        session.configure([], entry="configure terminal revert timer 60")
        with pytest.raises(network.StateError) as caught:
            apply(lab, HOST, SANDE)
        assert caught.value.code == "FD408"
        session.execute("configure confirm")


def test_several_devices_at_once(lab: Any) -> None:
    """Sessions share nothing: three devices are changed side by side."""
    results: dict[str, ApplyResult] = {}

    def one(host: str, desired: Any, dead_man: Any) -> None:
        results[host] = apply(lab, host, desired, dead_man=dead_man)

    threads = [threading.Thread(target=one, args=case) for case in CASES[:3]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {host: (result.status, result.predicted_exact) for host, result in results.items()} == {
        host: ("changed", True) for host, _, _ in CASES[:3]
    }
