"""The whole way, as an operator goes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.lab import RECORDS, Lab
from typer.testing import CliRunner

from fellesdrift.cli import app

TOUCHED = ["drm-fwi1", "san-rtr1", "drm-core1"]


@pytest.mark.begun_first
def test_plan_cutover_again_and_back(lab: Lab) -> None:
    before = lab.configs()

    plan = lab.play("plan.yml")
    assert plan.code == 0, plan.output
    assert "+ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/2/0 10.250.61.1" in plan.output
    assert lab.records() == []
    assert lab.configs() == before

    cutover = lab.play("cutover.yml")
    assert cutover.code == 0, cutover.output
    moved = lab.configs()
    assert {host for host in moved if moved[host] != before[host]} == set(TOUCHED)
    assert lab.stage().state == "done"
    # the traffic really goes by the fibre, and payroll still by Sande's own exit
    finance = lab.do("trace", **{"from": "san-sykehjem-rtr1", "to": "10.10.20.20", "source": "10.61.12.1"})
    payroll = lab.do("trace", **{"from": "san-sykehjem-rtr1", "to": "198.51.100.20", "source": "10.61.12.1"})
    assert finance["reached"]
    assert any("10.250.61.1" in hop for hop in finance["there"]), finance
    assert payroll["reached"]
    assert any(hop.startswith("san-fw1") for hop in payroll["there"]), payroll
    # what was planned is what was done
    for line in (line for line in plan.output.splitlines() if line.startswith("+") and not line.startswith("+++")):
        assert any(line[1:] in text.splitlines() for text in moved.values()), line

    assert len(lab.records()) == RECORDS  # what test_kill.py counts on

    status(lab, "done")
    again = lab.play("cutover.yml")
    assert again.code == 0, again.output
    assert "nothing is pending" in again.text()
    assert "changed=1" not in again.output
    assert lab.configs() == moved

    a_dark_fibre_means_the_old_path(lab)
    drift_stops_the_next_run(lab)
    assert lab.configs() == moved

    somebody_elses_change_stops_the_way_back(lab)
    back = lab.rollback()
    assert back.code == 0, back.output
    assert lab.configs() == before
    status(lab, "rolled back")


def a_dark_fibre_means_the_old_path(lab: Lab) -> None:
    lab.do("link", link="san_fibre", state="cut")
    finance = lab.do("trace", **{"from": "san-rtr1", "to": "10.10.20.20", "source": "10.61.1.1"})
    assert finance["reached"], finance
    assert any("10.251.61.1" in hop for hop in finance["there"]), finance
    lab.do("link", link="san_fibre", state="mended")


def drift_stops_the_next_run(lab: Lab) -> None:
    lab.do("console", device="drm-core1", lines=["no ip route 10.61.0.0 255.255.0.0 10.251.61.2 250"])
    run = lab.play("cutover.yml")
    assert run.code == 2
    assert "drm-core1 planned, 1 steps" in run.text()
    lab.do("console", device="drm-core1", lines=["ip route 10.61.0.0 255.255.0.0 10.251.61.2 250"])


def somebody_elses_change_stops_the_way_back(lab: Lab) -> None:
    theirs = ["no ip route 10.10.0.0 255.255.0.0 10.251.61.1 250", "ip route 10.10.0.0 255.255.0.0 10.251.61.1 200"]
    lab.do("console", device="san-rtr1", lines=theirs)
    theirs_too = lab.configs()
    run = lab.rollback()
    assert run.code == 2
    assert "FD633" in run.output
    for label in ("route/10.10.0.0/16/next_hops", "before:", "after:", "now:", "'distance': 200"):
        assert label in run.output
    assert lab.configs() == theirs_too
    assert lab.stage().state == "done"
    lab.do("console", device="san-rtr1", lines=["ip route 10.10.0.0 255.255.0.0 10.251.61.1 250", "do write memory"])


def status(lab: Lab, state: str) -> None:
    """The command, its JSON and the playbook say the same."""
    runner = CliRunner()
    assert state in runner.invoke(app, ["status", "-i", str(lab.out)]).output
    assert f'"state": "{state}"' in runner.invoke(app, ["status", "-i", str(lab.out), "--json"]).output
    assert f"sande wan_link {state}" in lab.play("status.yml").text()


@pytest.mark.begun_first
def test_rehearsal(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(app, ["rehearse", "--out", str(tmp_path / "twin")])
    assert outcome.exit_code == 0, outcome.output
    for step in ("plan", "cutover", "second run changes nothing", "everything is as before", "twin down"):
        assert step in outcome.output
    # every stage was taken through, there and back, Windows hosts too
    assert "wan_link, zone_firewall, server_baseline, telephony; changed:" in " ".join(outcome.output.split())
    assert "102 devices, Windows hosts and exchanges" in outcome.output, outcome.output
    assert not (tmp_path / "twin").exists()
