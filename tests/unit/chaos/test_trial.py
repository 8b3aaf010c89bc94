"""How an ending is judged, without a twin: its answers, the playbooks and the journal are made up here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fellesdrift import twin
from fellesdrift.chaos import trial
from fellesdrift.chaos.drawing import Mishap, Scenario
from fellesdrift.chaos.running import Ran
from fellesdrift.chaos.striking import Striker
from fellesdrift.chaos.trial import Outcome, Trial
from fellesdrift.estate import Estate, load_estate
from fellesdrift.journal import Record

PROJECT = Path(__file__).parents[3]
CONFIG = "!\nhostname san-rtr1\n!\nip route 10.10.0.0 255.255.0.0 10.251.61.1\nend\n"
HOPS = [{"next_hop": "10.251.61.1", "distance": 1, "name": None}]
ROUTE = {"route": {"10.10.0.0/16": {"next_hops": HOPS}}}
INTENT = ("san-rtr1", "host_intended", {"before": ROUTE, "after": ROUTE})
STEP = ("san-rtr1", "step_intended", {"title": "a route"})
CONFIRMED = ("san-rtr1", "step_confirmed", {"title": "a route"})
OPENED, DONE = ("", "opened", {}), ("", "done", {})
HELD = ("", "held", {"hosts": ["san-rtr1"], "reason": "san-rtr1: not back, last confirmed step: a route"})
BACK = ("", "rolled_back", {})
type Event = tuple[str, str, dict[str, Any]]


class Stage:
    """Plays the playbooks: each run of one adds its events to the journal."""

    def __init__(self, runs: list[tuple[list[Event], int]]) -> None:
        self.runs = runs
        self.played: list[str] = []
        self.journal: list[Record] = []
        self.asked: list[dict[str, Any]] = []
        self.away: set[str] = set()
        self.down = False
        self.lost: list[dict[str, Any]] = []

    def play(self, _estate: Estate, playbook: str, arguments: list[str], look: Any = None) -> Ran:
        self.played.append(playbook)
        events, code = self.runs.pop(0)
        for host, event, payload in events:
            at = datetime(2026, 1, 1, tzinfo=UTC)
            number = len(self.journal) + 1
            self.journal.append(Record(number, at, "sande", "wan_link", "a", host, event, payload))
            if look:
                look(self.journal, 0)
        return Ran(code, "said")

    def control(self, _out: Path, request: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(request)
        flow = {"municipality": "sande", "service": "finance", "protected": True, "lost": 0, "longest_gap": 0.0}
        flows = [flow | {"down": self.down and len(self.asked) > 3}, *self.lost]
        return {"report": {"flows": flows}}

    def status(self, _out: Path) -> twin.TwinStatus:
        state = {"manageable": True, "faults": [], "revert": False, "reload": False, "alive": True}
        return twin.TwinStatus(True, devices={"san-rtr1": state | {"manageable": "san-rtr1" not in self.away}})


@pytest.fixture(scope="module")
def estate() -> Estate:
    return load_estate([PROJECT / "inventories" / "production"])


@pytest.fixture
def tried(estate: Estate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[Outcome, Stage]]:
    def run(mishaps: list[Mishap], runs: list[tuple[list[Event], int]], **state: Any) -> tuple[Outcome, Stage]:
        stage = Stage(runs)
        vars(stage).update(state)
        monkeypatch.setattr(trial, "play", stage.play)
        monkeypatch.setattr(trial, "records", lambda _estate: stage.journal)
        monkeypatch.setattr(trial, "draw", lambda *_: Scenario(1, "sande", "wan_link", tuple(mishaps)))
        monkeypatch.setattr(twin, "control", stage.control)
        monkeypatch.setattr(twin, "status", stage.status)
        monkeypatch.setattr(twin, "configs", lambda _out: {"san-rtr1": CONFIG})
        return Trial(estate, tmp_path, 1, "sande", "wan_link").run(), stage

    return run


DEAD = Mishap("dies", "san-rtr1", 1)
DARK = Mishap("dark_fibre", "san_fibre", 1)
DROPS = Mishap("drops", "san-rtr1", 2)


def test_what_passes_ends_done_after_the_same_command_again(tried: Any) -> None:
    runs = [([OPENED, INTENT, BACK], 2), ([OPENED, INTENT, DONE], 0), ([BACK], 0)]
    outcome, stage = tried([DROPS], runs)
    assert outcome.wrong == []
    assert (outcome.expected, outcome.found) == ("done", "done")
    assert stage.played == ["cutover.yml", "cutover.yml", "rollback.yml"]
    assert {"do": "fault", "device": "san-rtr1", "at": 2, **DROPS.kind.fault} in stage.asked
    assert {"do": "heal", "device": "san-rtr1"} in stage.asked
    assert outcome.row()[1] == "san-rtr1 drops the session before a line (2)"


def test_what_lasts_ends_held_and_is_taken_back_when_mended(tried: Any) -> None:
    runs = [([OPENED, INTENT, STEP, CONFIRMED, HELD], 2), ([BACK], 2)]
    outcome, stage = tried([DEAD], runs, away={"san-rtr1"})
    assert outcome.wrong == []
    assert stage.played == ["cutover.yml", "reconcile.yml"]


def test_a_stage_that_a_dark_fibre_sends_back_is_right(tried: Any) -> None:
    outcome, stage = tried([DARK], [([OPENED, INTENT, BACK], 2)])
    assert outcome.wrong == []
    assert {"do": "link", "link": "san_fibre", "state": "mended"} in stage.asked


def test_what_never_struck_does_not_count(tried: Any) -> None:
    late = Mishap("killed", "the controller", 30)
    outcome, _ = tried([late], [([OPENED, DONE], 0), ([BACK], 0)])
    assert outcome.wrong == []
    assert outcome.row()[1] == "(the controller is killed (record 30): came too late)"


@pytest.mark.parametrize(
    ("mishaps", "runs", "state", "said"),
    [
        ([DROPS], [([OPENED, INTENT, HELD], 2), ([BACK], 2)], {}, "held is not done"),
        ([DEAD], [([OPENED, STEP, DONE], 0), ([BACK], 0)], {}, "done is not held"),
        (
            [DEAD],
            [([OPENED, INTENT, STEP, CONFIRMED, HELD], 2), ([BACK], 2)],
            {},
            "names ['san-rtr1'], and only [] are away",
        ),
        (
            [DEAD],
            [([OPENED, STEP, HELD], 2), ([BACK], 2)],
            {"away": {"san-rtr1"}},
            "names ['san-rtr1'], and not back are []",
        ),
        (
            [DEAD],
            [([OPENED, INTENT, STEP, ("", "held", {"hosts": ["san-rtr1"], "reason": "?"})], 2), ([BACK], 2)],
            {"away": {"san-rtr1"}},
            "does not name the last confirmed step of san-rtr1",
        ),
        ([DROPS], [([OPENED, DONE], 0), ([], 2)], {}, "mended, it is done and not back"),
        ([DROPS], [([OPENED, DONE], 0), ([BACK], 0)], {"down": True}, "still down: sande finance"),
        (
            [DROPS],
            [([OPENED, DONE], 0), ([BACK], 0)],
            {
                "lost": [
                    {
                        "municipality": "royken",
                        "service": "payroll",
                        "protected": True,
                        "lost": 2,
                        "longest_gap": 3.0,
                        "down": False,
                    }
                ]
            },
            "users lost royken payroll: 2 probes, 3 s",
        ),
    ],
)
def test_a_wrong_ending_is_said(tried: Any, mishaps: Any, runs: Any, state: Any, said: str) -> None:
    outcome, _ = tried(mishaps, runs, **state)
    assert any(said in each for each in outcome.wrong), outcome.wrong


def test_what_lasts_outlives_the_mending_of_what_passes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(twin, "control", lambda _out, request: asked.append(request) or {})
    striker = Striker(tmp_path, tmp_path / "journal")
    for mishap in (DEAD, DROPS, DARK, Mishap("fibre_flaps", "san_fibre", 3)):
        striker.strike(mishap, None)
    striker.lift(lasting=False)
    assert asked[-1] == {"do": "fault", "device": "san-rtr1", "kind": "dead"}
    assert not any(request.get("state") == "mended" for request in asked)
    striker.lift(lasting=True)
    assert {"do": "link", "link": "san_fibre", "state": "mended"} in asked
