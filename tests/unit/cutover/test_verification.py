"""One host's verification: what it found, and never a pass where nobody could tell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fellesdrift.cutover.probes import Probe
from fellesdrift.cutover.soak import refuse_wrong
from fellesdrift.cutover.verification import unverified, verify
from fellesdrift.errors import FellesdriftError
from fellesdrift.session.errors import UnreachableError
from fellesdrift.state.network.device import Device

RUNNING = (
    Path(__file__).parents[3] / "inventories" / "production" / "snapshots" / "baseline" / "san-rtr1.cfg"
).read_text(encoding="utf-8")
LINE = {"interface": {"GigabitEthernet0/0": {"ip_address": "10.61.1.1/24"}}}
FINANCE = Probe("finance", "10.10.20.20", "GigabitEthernet0/0", protected=True)
ANSWER = "Success rate is {} percent ({}/5)"


class Talk:
    """A session whose answers are given; it can be asked only."""

    host = "san-rtr1"

    def __init__(self, startup: str, received: int) -> None:
        self._answers = {
            "show running-config": RUNNING,
            "show startup-config": startup,
            "ping ": ANSWER.format(received * 20, received),
        }

    def show(self, command: str, accept: Sequence[str] = ()) -> str:
        return next(answer for begin, answer in self._answers.items() if command.startswith(begin))

    def configure(self, lines: Sequence[str], entry: str = "configure terminal") -> str:
        raise AssertionError("a verification writes nothing")

    def execute(self, command: str, answers: Sequence[tuple[str, str]] = (), accept: Sequence[str] = ()) -> str:
        raise AssertionError("a verification writes nothing")


def seen(desired: dict[str, Any], *, startup: str = RUNNING, received: int = 5, must: bool = True) -> dict[str, Any]:
    device = Device(Talk(startup, received))
    return verify(device, "san-rtr1", desired, [FINANCE], [], must_be_saved=must)


def test_a_host_that_is_as_the_stage_made_it_passes_with_what_was_compared() -> None:
    evidence = seen(LINE)
    assert (evidence["result"], evidence["found"]) == ("pass", "1 attribute as desired, saved; 1 of 1 services answer")
    assert (evidence["attributes"], evidence["differences"], evidence["silent"]) == (1, [], [])


def test_one_that_only_observes_is_asked_for_its_services() -> None:
    assert seen({})["found"] == "1 of 1 services answer"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (
            {"desired": {"interface": {"GigabitEthernet0/0": {"ip_address": "10.61.1.9/24"}}}},
            "differs: interface/GigabitEthernet0/0/ip_address",
        ),
        ({"startup": RUNNING.replace("10.61.1.1 ", "10.61.1.7 ")}, "not saved"),
        ({"received": 0}, "silent: finance (10.10.20.20 from GigabitEthernet0/0)"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], found: str) -> None:
    evidence = seen(**({"desired": LINE} | changes))
    assert (evidence["result"], evidence["found"]) == ("fail", found)


def test_a_canary_need_not_be_saved_yet() -> None:
    assert seen(LINE, startup="hostname x\nend\n", must=False)["result"] == "pass"


def test_who_cannot_be_asked_is_inconclusive_and_stops_it() -> None:
    evidence = unverified(UnreachableError("san-rtr1", "10.61.1.1 port 22", "timed out"))
    assert evidence["result"] == "inconclusive"
    with pytest.raises(FellesdriftError) as caught:
        refuse_wrong({"san-rtr1": evidence}, "FD649", "what was moved no longer holds", "wan_link")
    assert "inconclusive" in caught.value.details[0]
