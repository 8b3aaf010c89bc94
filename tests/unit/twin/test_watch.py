"""The watch sees what users would: every loss, however short, and who was not harmed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fellesdrift.twin.control_socket import Control
from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.topology import Endpoint, Flow, Topology
from fellesdrift.twin.server import Service, make_keys
from fellesdrift.twin.watch import MOST_LOSSES, Watch

Make = Callable[..., Lab]
LINE = ["interface Serial0/0/0", "shutdown"]
MENDED = ["interface Serial0/0/0", "no shutdown"]
FLOWS = (
    Flow("sør", "files", "south_pc", "10.0.1.20", protected=True),
    Flow("sør", "internet", "south_pc", "198.51.100.53"),
    Flow("nord", "files", "server", "10.0.1.3", protected=True),
)


@pytest.fixture
def watched(make: Make, small_topology: Topology) -> Lab:
    """The small network with a workstation in the south."""
    pc = Endpoint("south_pc", "10.0.2.254", "users")
    links = tuple(replace(link, gateway="10.0.2.1") if link.name == "users" else link for link in small_topology.links)
    topology = replace(small_topology, links=links, endpoints=(*small_topology.endpoints, pc), flows=FLOWS)
    return make(topology=topology)


def lines(lab: Lab, device: str, *said: str) -> None:
    assert not any(lab.devices[device].console(list(said)))


class Clock:
    """Real seconds, as the test says."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def _with_watch(lab: Lab, story: Callable[[Watch, Clock], None]) -> dict:
    clock = Clock()
    watch = Watch(lab.network, lab.topology.flows, 10.0, clock)
    watch.start()
    try:
        story(watch, clock)
        return watch.report()
    finally:
        watch.stop()


def seen(lab: Lab, story: Callable[[Watch, Clock], None]) -> dict:
    return asyncio.run(_with_watch(lab, story))


def test_an_outage_between_two_ticks_is_seen(watched: Lab):
    def story(watch: Watch, clock: Clock) -> None:
        clock.now += 1.0
        lines(watched, "north", *LINE)
        clock.now += 0.25
        lines(watched, "north", *MENDED)

    report = seen(watched, story)
    south, internet, north = report["flows"]
    assert (south["sent"], south["answered"], south["lost"]) == (3, 2, 1)
    assert south["longest_gap"] == 2.5  # simulated seconds: a quarter of a real one at speed 10
    assert "no route to 10.0.1.20" in south["reason"] or "nobody answers" in south["reason"]
    assert (internet["lost"], north["lost"], north["longest_gap"]) == (1, 0, 0)
    assert report["after_changes"] == 2
    first = report["losses"][0]
    assert (first["municipality"], first["service"], first["origin"], first["simulated"]) == (
        "sør",
        "files",
        "south_pc",
        10.0,
    )
    assert first["at"].endswith("+00:00")


def test_a_gap_that_is_still_open_counts_to_now(watched: Lab):
    def story(watch: Watch, clock: Clock) -> None:
        lines(watched, "north", *LINE)
        clock.now += 3
        watch.probe()
        clock.now += 1

    south = seen(watched, story)["flows"][0]
    assert (south["down"], south["longest_gap"], south["lost"]) == (True, 40.0, 2)


def test_of_two_gaps_the_longer_one_is_told(watched: Lab):
    def story(_watch: Watch, clock: Clock) -> None:
        for seconds in (0.5, 0.1):
            lines(watched, "north", *LINE)
            clock.now += seconds
            lines(watched, "north", *MENDED)

    south = seen(watched, story)["flows"][0]
    assert (south["longest_gap"], south["lost"], south["down"]) == (5.0, 2, False)


def test_a_dead_device_and_a_cut_wire_are_seen(watched: Lab):
    def story(_watch: Watch, _clock: Clock) -> None:
        watched.devices["south"].hang(True)
        watched.devices["south"].hang(False)
        watched.network.set_cut("line", True)
        watched.network.set_cut("line", False)

    assert seen(watched, story)["flows"][0]["lost"] == 2


def test_losses_are_all_counted_and_the_first_ones_listed(watched: Lab):
    def story(watch: Watch, _clock: Clock) -> None:
        lines(watched, "north", *LINE)
        for _ in range(MOST_LOSSES):
            watch.probe()

    report = seen(watched, story)
    assert len(report["losses"]) == MOST_LOSSES
    assert sum(flow["lost"] for flow in report["flows"]) == MOST_LOSSES + report["losses_not_listed"]


def test_it_ticks_by_itself_and_is_controlled(watched: Lab):
    async def story() -> None:
        control = Control(Service(watched, make_keys(watched)))
        assert control.answer({"do": "watch", "action": "start"})["report"] is None
        await asyncio.sleep(0.05)
        answer = control.answer({"do": "watch", "action": "report"})
        assert answer["report"]["rounds"] >= 3
        json.dumps(answer)
        lines(watched, "north", *LINE)
        lines(watched, "north", *MENDED)
        # begun anew, it hands over what it has seen and starts from nothing
        assert control.answer({"do": "watch", "action": "start"})["report"]["flows"][0]["lost"] == 1
        assert control.answer({"do": "watch", "action": "stop"})["report"]["flows"][0]["lost"] == 0
        assert watched.network.watchers == []
        assert control.answer({"do": "watch", "action": "report"})["error"]["code"] == "FD512"

    asyncio.run(story())


CHANGES = (
    ("north", "no ip route 10.0.2.0 255.255.255.0 10.0.9.2"),
    ("north", "ip route 10.0.2.0 255.255.255.0 10.0.9.2"),
    ("north", "ip route 10.0.2.0 255.255.255.0 10.0.9.2 250"),
    ("north", "ip access-list standard INSIDE\nno 10\ndeny any"),
    ("north", "ip access-list standard INSIDE\nno 10\npermit any"),
    ("north", "interface Serial0/0/0\nip access-group BLOCK in"),
    ("north", "interface Serial0/0/0\nno ip access-group BLOCK in"),
    ("north", "ip access-list extended BLOCK\ndeny ip any host 10.0.1.20\npermit ip any any"),
    ("north", "interface Serial0/0/0\nshutdown"),
    ("north", "interface Serial0/0/0\nno shutdown"),
    ("north", "interface GigabitEthernet0/0\nstandby 1 priority 90"),
    ("north", "interface GigabitEthernet0/0\nip address 10.0.1.4 255.255.255.0"),
    ("south", "no ip route 0.0.0.0 0.0.0.0 10.0.9.1"),
    ("south", "ip route 0.0.0.0 0.0.0.0 10.0.9.1"),
    ("second", "interface GigabitEthernet0/0\nshutdown"),
    ("second", "interface GigabitEthernet0/0\nno shutdown"),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CHANGES), max_size=12))
def test_what_is_remembered_is_what_would_be_worked_out_anew(make: Make, changes: list[tuple[str, str]]):
    """A change forgets only what rests on the device; nothing that it kept may differ from a fresh answer."""
    lab = make()
    ways = [("south", "10.0.1.20"), ("server", "10.0.255.2"), ("second", "198.51.100.53"), ("server", "10.0.2.1")]

    def answers() -> list[str]:
        return [lab.trace(origin, target).reason for origin, target in ways]

    answers()
    for device, text in changes:
        lab.devices[device].console(text.split("\n"))
        kept = answers()
        lab.network.changed()
        assert answers() == kept
