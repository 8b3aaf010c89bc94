"""A run that does not see what was planted for it is a failure, whatever else it says."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.drift import PROJECT

from fellesdrift.drift import canary, judge
from fellesdrift.drift.judge import Answer
from fellesdrift.drift.model import KINDS, Kind, Ledger
from fellesdrift.drift.request import Request
from fellesdrift.drift.run import run
from fellesdrift.estate import Estate
from fellesdrift.session import Target
from fellesdrift.state.network.device import Abilities, Reading


def seen(kind: Kind) -> tuple[canary.Planted, Answer]:
    planted = canary.plant((kind,))
    reading = Reading(planted.device, planted.device, Abilities((12, 4), revert_timer=False))
    return planted, judge.judge(canary.NAME, reading, planted.recorded, KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_found_when_all_is_well(kind: Kind) -> None:
    planted, answer = seen(kind)
    assert canary.verdict(planted, answer).found
    assert canary.plant((kind,)).device != planted.device


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (lambda answer: None, "it was not visited"),
        (lambda answer: Answer("clean"), "clean"),
        (lambda answer: Answer("unreachable", "FD301", "no"), "unreachable no"),
        (lambda answer: replace(answer, findings=answer.findings * 2), "found instead"),
        (
            lambda answer: replace(answer, findings=[answer.findings[0].model_copy(update={"have": "other"})]),
            "found instead",
        ),
    ],
)
def test_anything_else_is_blind(what: Callable[[Answer], Any], why: str) -> None:
    planted, answer = seen("route")
    verdict = canary.verdict(planted, what(answer))
    assert not verdict.found
    assert verdict.why.startswith(why)


def swept(estate: Estate) -> Ledger:
    """A whole run that was asked for no host: the canary alone is read, over a real session."""

    def nobody(host: str) -> Target:
        raise AssertionError(host)

    planted = canary.plant(KINDS)
    request = Request("run", estate, [PROJECT / "roles"], frozenset(), nobody, KINDS, keep_history=False, processes=1)
    with canary.standing(planted) as device:
        return run(request, planted, device).ledger


def test_a_run_over_no_host_sees_its_canary_and_is_incomplete(estate: Estate) -> None:
    found = swept(estate)
    assert found.canary.found, found.canary
    assert (found.outcome, found.gaps) == ("incomplete", ["no host was read"])
    assert found.counts["not_run"] == found.planned == len(estate.hosts)


def test_a_comparison_that_sees_nothing_is_a_failure(
    estate: Estate, monkeypatch: pytest.MonkeyPatch, golden: Callable[[str, object], None]
) -> None:
    monkeypatch.setattr(judge, "same", lambda *_: True)
    found = swept(estate)
    assert found.outcome == "failure"
    assert found.exit_code == 2
    assert found.failure is not None
    golden("drift/blind", found.failure.text.replace(found.canary.planted, "PLACE"))


def test_folders_of_runs_that_were_killed_are_removed_and_others_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = os.fork()
    if gone == 0:
        os._exit(0)
    os.waitpid(gone, 0)
    names = [
        f"fellesdrift-canary-{gone}-abc",
        f"fellesdrift-canary-{os.getpid()}-abc",
        "fellesdrift-canary-x-1",
        "a-1-b",
    ]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "known_hosts").touch()
    (tmp_path / f"fellesdrift-canary-{gone}-link").symlink_to(tmp_path / "a-1-b")
    with canary.standing(canary.plant(KINDS)):
        left = {path.name for path in tmp_path.iterdir()}
    assert names[0] not in left
    assert {*names[1:], f"fellesdrift-canary-{gone}-link"} < left
    assert (tmp_path / "a-1-b" / "known_hosts").exists()
