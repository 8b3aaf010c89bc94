"""Each gate's three answers, from what a session has read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fellesdrift.cutover.gates import GATES, GateInput, GateResult, answer_gates, unanswered
from fellesdrift.cutover.probes import Probe
from fellesdrift.errors import FellesdriftError
from fellesdrift.session.errors import CommandRefusedError, SessionLostError, TimedOutError, UnreachableError
from fellesdrift.state.network.device import Abilities, Device, Reading

SNAPSHOT = Path(__file__).parents[3] / "inventories" / "production" / "snapshots" / "baseline" / "san-rtr1.cfg"
RUNNING = SNAPSHOT.read_text(encoding="utf-8")
FIBRE = {"interface": {"GigabitEthernet0/2/0": {"ip_address": "10.250.61.2/30"}}}
FINANCE = Probe("finance", "10.10.20.20", "GigabitEthernet0/0", protected=True)


class Talk:
    """A session whose answers are given."""

    host = "san-rtr1"

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = {
            "show running-config": RUNNING,
            "show archive config rollback timer": "%No Rollback Confirmed Change pending",
            "show reload": "No reload is scheduled.",
        } | answers

    def show(self, command: str, accept: Sequence[str] = ()) -> str:
        for begin, answer in self.answers.items():
            if command.startswith(begin):
                return answer
        raise AssertionError(command)

    def configure(self, lines: Sequence[str], entry: str = "configure terminal") -> str:
        raise AssertionError("a gate writes nothing")

    def execute(self, command: str, answers: Sequence[tuple[str, str]] = (), accept: Sequence[str] = ()) -> str:
        raise AssertionError("a gate writes nothing")


def answer(gate: str, *, answers: dict[str, str] | None = None, **changes: Any) -> GateResult | None:
    device = Device(Talk(answers or {}))
    device.read_running()
    given: dict[str, Any] = {
        "device": device,
        "reading": Reading(RUNNING, RUNNING, Abilities((12, 4), True)),
        "desired": FIBRE,
        "probes": [FINANCE],
        "dead_man": "revert_timer",
        "changes": True,
        "resumed": False,
    }
    results = list(answer_gates([gate], "san-rtr1", GateInput(**(given | changes))))
    return results[0] if results else None


PING = "Success rate is 100 percent (5/5), round-trip min/avg/max = 1/2/4 ms"
SILENCE = "Success rate is 0 percent (0/5)"


@pytest.mark.parametrize(
    ("gate", "expected", "evidence", "given"),
    [
        ("reachable", "pass", "logged in", {}),
        ("startup_saved", "pass", "startup is running", {}),
        (
            "startup_saved",
            "fail",
            "+ description Users",
            {
                "reading": Reading(
                    RUNNING, RUNNING.replace(" description Users in Sande raadhus\n", ""), Abilities((12, 4), True)
                )
            },
        ),
        ("startup_saved", "inconclusive", "cannot be read", {"reading": Reading(RUNNING, None, Abilities((), True))}),
        ("dead_man", "pass", "none pending", {}),
        ("dead_man", "pass", "reload, none pending", {"dead_man": "reload"}),
        ("dead_man", "fail", "somebody else's", {"answers": {"show reload": "Reload scheduled in 4 minutes"}}),
        ("dead_man", "inconclusive", "FD411", {"answers": {"show reload": "Neustart geplant"}}),
        ("interface_free", "pass", "GigabitEthernet0/2/0", {}),
        ("interface_free", "fail", "there is no", {"desired": {"interface": {"Gi9/9": {"ip_address": "10.0.0.1/30"}}}}),
        (
            "interface_free",
            "fail",
            "has 10.61.1.1/24",
            {"desired": {"interface": {"GigabitEthernet0/0": {"ip_address": "10.250.61.2/30"}}}},
        ),
        ("services_before", "pass", "1 asked", {"answers": {"ping": PING}}),
        ("services_before", "fail", "finance (10.10.20.20 from", {"answers": {"ping": SILENCE}}),
        ("services_before", "inconclusive", "FD411", {"answers": {"ping": "no idea"}}),
    ],
)
def test_answers(gate: str, expected: str, evidence: str, given: dict[str, Any]) -> None:
    result = answer(gate, **given)
    assert result is not None
    assert (result.result, evidence in result.evidence) == (expected, True), result


def test_a_switch_that_the_device_cannot_have_fails() -> None:
    without = RUNNING.replace("archive\n log config\n  hidekeys\n path flash:san-rtr1-\n", "")
    assert without != RUNNING
    result = answer("dead_man", answers={"show running-config": without})
    assert result is not None
    assert result.result == "fail"
    assert "FD410" in result.evidence


@pytest.mark.parametrize("gate", ["startup_saved", "dead_man", "interface_free"])
def test_an_observer_is_not_asked_what_only_a_changed_host_can_answer(gate: str) -> None:
    assert answer(gate, changes=False) is None


@pytest.mark.parametrize("gate", ["startup_saved", "dead_man"])
def test_a_resumed_host_is_not_asked_for_what_was_before(gate: str) -> None:
    unsaved = Reading(RUNNING, None, Abilities((12, 4), True))
    result = answer(gate, resumed=True, reading=unsaved)
    assert result is not None
    assert (result.result, "earlier run" in result.evidence) == ("pass", True)


def test_a_refused_command_is_inconclusive() -> None:
    class Refusing(Talk):
        def show(self, command: str, accept: Sequence[str] = ()) -> str:
            if command.startswith("ping"):
                raise CommandRefusedError(self.host, command, "% Invalid input detected")
            return super().show(command, accept)

    result = answer("services_before", device=Device(Refusing({})))
    assert result is not None
    assert (result.result, "FD309" in result.evidence) == ("inconclusive", True)


def test_a_device_that_cannot_be_read_answers_no_gate() -> None:
    results = unanswered(list(GATES), "san-rtr1", UnreachableError("san-rtr1", "refused", "10.61.254.1"))
    assert {result.result for result in results} == {"inconclusive"}
    assert len(results) == len(GATES)


def test_what_was_answered_before_the_deadline_is_kept() -> None:
    names = ["reachable", "startup_saved", "services_before"]

    class Late(BaseException):
        """What ends a task from outside."""

    class Hanging(Talk):
        def show(self, command: str, accept: Sequence[str] = ()) -> str:
            if command.startswith("ping"):
                raise Late
            return super().show(command, accept)

    device = Device(Hanging({}))
    given = GateInput(device, Reading(RUNNING, RUNNING, Abilities((12, 4), True)), {}, [FINANCE], "none", True, False)
    answered: list[GateResult] = []
    with pytest.raises(Late):
        for each in answer_gates(names, "san-rtr1", given):
            answered.append(each)
    late = FellesdriftError(
        "FD692", "a host takes longer than its deadline", host="san-rtr1", found="not done after 5 s"
    )
    results = [*answered, *unanswered(names, "san-rtr1", late, answered)]
    assert [(each.gate, each.result) for each in results] == [
        ("reachable", "pass"),
        ("startup_saved", "pass"),
        ("services_before", "inconclusive"),
    ]
    assert results[-1].evidence == "FD692: a host takes longer than its deadline: not done after 5 s"


def test_a_device_that_hangs_up_is_not_asked_the_next_gate() -> None:
    """A session ends with its first time-out: a device that hangs costs one, not one for each gate."""
    asked: list[str] = []

    class Hung(Talk):
        def show(self, command: str, accept: Sequence[str] = ()) -> str:
            if asked:
                raise SessionLostError(self.host, command)
            asked.append(command)
            raise TimedOutError(self.host, command, 30)

    given = GateInput(
        Device(Hung({})), Reading(RUNNING, RUNNING, Abilities((12, 4), True)), {}, [FINANCE], "reload", True, False
    )
    results = list(answer_gates(["dead_man", "services_before"], "san-rtr1", given))
    assert [each.result for each in results] == ["inconclusive", "inconclusive"]
    assert len(asked) == 1
