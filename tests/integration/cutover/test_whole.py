"""The whole way, as an operator goes it."""

from __future__ import annotations

from pathlib import Path

from support.lab import Lab
from typer.testing import CliRunner

from fellesdrift.cli import app

TOUCHED = ["drm-fwi1", "san-rtr1", "drm-core1"]


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

    again = lab.play("cutover.yml")
    assert again.code == 0, again.output
    assert "nothing is pending" in again.text()
    assert "changed=1" not in again.output
    assert lab.configs() == moved

    back = lab.rollback()
    assert back.code == 0, back.output
    assert lab.configs() == before
    assert lab.stage().state == "rolled back"

    once_more = lab.play("cutover.yml")
    assert once_more.code == 0, once_more.output
    assert lab.configs() == moved


def test_a_dark_fibre_means_the_old_path(lab: Lab) -> None:
    assert lab.play("cutover.yml").code == 0
    lab.do("link", link="san_fibre", state="cut")
    finance = lab.do("trace", **{"from": "san-rtr1", "to": "10.10.20.20", "source": "10.61.1.1"})
    assert finance["reached"], finance
    assert any("10.251.61.1" in hop for hop in finance["there"]), finance


def test_status_says_the_same_everywhere(lab: Lab) -> None:
    runner = CliRunner()
    pending = runner.invoke(app, ["status", "-i", str(lab.out)])
    assert pending.exit_code == 0
    assert "pending" in pending.output
    assert lab.play("cutover.yml").code == 0
    done = runner.invoke(app, ["status", "-i", str(lab.out), "--json"])
    assert '"state": "done"' in done.output
    played = lab.play("status.yml")
    assert played.code == 0
    assert "sande wan_link done" in played.text()


def test_rehearsal(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(app, ["rehearse", "--out", str(tmp_path / "twin")])
    assert outcome.exit_code == 0, outcome.output
    for step in ("plan", "cutover", "second run changes nothing", "everything is as before", "twin down"):
        assert step in outcome.output
    assert not (tmp_path / "twin").exists()
