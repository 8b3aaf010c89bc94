"""A rehearsal is not blind: an outage that somebody else makes while nothing should change fails it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fellesdrift import twin
from fellesdrift.cli import app
from fellesdrift.commands.playbooks import Playbooks

PROJECT = Path(__file__).parents[3]


def shut_for(out: Path, device: str, interface: str, seconds: float) -> None:
    """Another client shuts an interface for a while."""
    for lines in (["shutdown"], ["no shutdown"]):
        twin.control(out, {"do": "console", "device": device, "lines": [f"interface {interface}", *lines]})
        time.sleep(seconds)


@pytest.mark.parametrize(
    ("device", "interface", "origin"),
    [
        ("drm-fwz1", "GigabitEthernet0/2", "drm_users_pc"),  # the open zone's only way out: everybody loses finance
        ("san-rtr1", "GigabitEthernet0/0", "san_users_pc"),  # while it is planned nobody is moved, Sande neither
    ],
)
def test_an_outage_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str, interface: str, origin: str
) -> None:
    """In place of the plan, which reads only, somebody shuts an interface for a second."""
    monkeypatch.chdir(PROJECT)
    out = tmp_path / "twin"
    monkeypatch.setattr(Playbooks, "run", lambda *_: shut_for(out, device, interface, 1.0))
    outcome = CliRunner().invoke(app, ["rehearse", "--out", str(out)])
    assert outcome.exit_code == 2, outcome.output
    assert "FD664" in outcome.output
    assert f"{origin} to 10.10.20.20: " in outcome.output
    plan = next(line for line in outcome.output.splitlines() if line.startswith(" plan "))
    assert plan.split()[:2] == ["plan", "fail"]
    finance = next(line for line in outcome.output.splitlines() if line.startswith(" sande ") and "finance" in line)
    probes, lost, gap, where = finance.split()[2:]
    assert 0 < int(lost) < int(probes)
    assert 8 < float(gap) < 40  # a real second at speed 10, and what a busy machine adds to it
    assert where == "plan"
    assert not out.exists()


def test_the_one_that_is_moved_may_not_wait_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the cutover, somebody cuts Sande off for four seconds, forty simulated ones."""
    monkeypatch.chdir(PROJECT)
    out = tmp_path / "twin"

    def play(_self: Playbooks, playbook: str, *_: str) -> None:
        if playbook == "cutover.yml":
            shut_for(out, "san-rtr1", "GigabitEthernet0/0", 4.0)

    monkeypatch.setattr(Playbooks, "run", play)
    outcome = CliRunner().invoke(app, ["rehearse", "--out", str(out)])
    assert outcome.exit_code == 2
    assert "FD665" in outcome.output
    assert "FD664" not in outcome.output


def test_an_outage_of_a_moment_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shut and opened again between two ticks of the watch, by a client beside the playbook."""
    monkeypatch.chdir(PROJECT)
    out = tmp_path / "twin"

    def play(_self: Playbooks, *_: str) -> None:
        other = threading.Thread(target=shut_for, args=(out, "drm-core1", "Serial1/0", 0.0))
        other.start()
        other.join()

    monkeypatch.setattr(Playbooks, "run", play)
    outcome = CliRunner().invoke(app, ["rehearse", "--out", str(out)])
    assert outcome.exit_code == 2
    assert "FD664" in outcome.output
    assert "sande: finance from san_users_pc, " in outcome.output


@pytest.mark.long
def test_everybody_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All municipalities on one twin: longer than all other rehearsals, and it holds what no single one can, that
    the later moves leave the earlier ones and all others alone, there and back, and that a second time is as the first.
    """
    monkeypatch.chdir(PROJECT)
    outcome = CliRunner().invoke(app, ["rehearse", "-m", "all", "--again", "--out", str(tmp_path / "twin")])
    assert outcome.exit_code == 0, outcome.output
    assert "Rehearsal of sande, royken, svelvik: " in outcome.output
    assert outcome.output.index(" rollback svelvik ") < outcome.output.index(" rollback sande ")
    assert outcome.output.count("what the first move made of it") == 3
