"""`fellesdrift stage`: the right playbook with the right variables, and answers from another terminal."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from support import peopled
from typer.testing import CliRunner, Result

from fellesdrift.cli import app
from fellesdrift.commands import playbooks
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import load_estate
from fellesdrift.journal import Journal

SANDE = ("sande", "wan_link", "attempt")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["stage", *(str(each) for each in arguments)], catch_exceptions=False)


class Process:
    """An ansible-playbook that ends as it is told to. commands: what was run."""

    code = 0
    commands: ClassVar[list[list[str]]] = []

    def __init__(self, command: list[str], **_: Any) -> None:
        tether = [Path(command[3]).name, command[4]]
        assert tether == ["tethered.py", str(os.getpid())]
        self.commands.append([Path(command[5]).name, *command[6:]])

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wait(self) -> int:
        return self.code


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> type[Process]:
    Process.commands, Process.code = [], 0
    monkeypatch.setattr(playbooks.subprocess, "Popen", Process)
    monkeypatch.setattr(playbooks.signal, "signal", lambda *_: None)
    return Process


@pytest.mark.parametrize(
    ("typed", "playbook", "variables"),
    [
        (["plan", "sande"], "plan.yml", ["--diff"]),
        (["plan", "sande", "wan_link"], "plan.yml", ["-e", "stage=wan_link", "--diff"]),
        (
            ["start", "sande", "wan_link", "--answers", "a b.yml", "--new-plan", "-e", "window=planned"],
            "cutover.yml",
            ["-e", "stage=wan_link", "-e", '{"answers": "a b.yml"}', "-e", "new_plan=true", "-e", "window=planned"],
        ),
        (
            ["start", "sande", "--override-window", "fibre cut; the service manager"],
            "cutover.yml",
            ["-e", '{"window": "overridden", "reason": "fibre cut; the service manager"}'],
        ),
        (["start", "sande", "--check"], "cutover.yml", ["--check", "--diff"]),
        (
            ["finalize", "sande", "wan_link", "--reason", "enige på møtet"],
            "finalize.yml",
            ["-e", "stage=wan_link", "-e", '{"reason": "enige på møtet"}'],
        ),
        (["rollback", "sande"], "rollback.yml", []),
        (["reconcile", "sande", "wan_link"], "reconcile.yml", ["-e", "stage=wan_link"]),
        (
            ["reconcile", "sande", "wan_link", "--then", "back"],
            "reconcile.yml",
            ["-e", "stage=wan_link", "-e", "then=back"],
        ),
        (
            ["reconcile", "sande", "wan_link", "--then", "continue", "--new-plan", "--answers", "a.yml"],
            "reconcile.yml",
            ["-e", "stage=wan_link", "-e", "then=continue", "-e", '{"answers": "a.yml"}', "-e", "new_plan=true"],
        ),
    ],
)
def test_a_command_is_a_playbook_with_its_variables(
    process: type[Process], typed: list[str], playbook: str, variables: list[str]
) -> None:
    assert run(*typed, "-i", "inventories/twin").exit_code == 0
    common = ["ansible-playbook", f"playbooks/{playbook}", "-i", "inventories/twin", "-e", "municipality=sande"]
    assert process.commands == [common + variables]


@pytest.mark.parametrize(("code", "exit_code"), [(0, 0), (2, 2), (3, 3), (-9, 137), (-15, 143)])
def test_its_exit_code_is_the_playbooks(process: type[Process], code: int, exit_code: int) -> None:
    process.code = code
    assert run("rollback", "sande", "wan_link").exit_code == exit_code


def test_outside_the_project_nothing_is_run(
    process: type[Process], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FellesdriftError) as caught:
        run("start", "sande")
    assert (caught.value.code, process.commands) == ("FD663", [])


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """An estate with people in its first stage, and a journal in which one of them is being asked."""
    copy = peopled.estate(tmp_path)
    path = copy / "group_vars" / "all" / "estate.yml"
    text = path.read_text(encoding="utf-8").replace("production: true", "production: false")
    path.write_text(text, encoding="utf-8")
    estate = load_estate([copy])
    with Journal.create(estate.journal, estate.name) as journal:
        journal.append(*SANDE, "", "opened", {"title": "x", "waves": []})
        asked = {"step": "reserve_power", "title": "reserve power", "instruction": "read the gauge"}
        until = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
        asked |= {"role": "duty_operator", "when": "before", "deadline": until}
        journal.append(*SANDE, "", "manual_asked", asked)
    return copy


@pytest.mark.parametrize("then", [[], ["--then", "back"]])
def test_only_who_goes_on_asks_people(process: type[Process], then: list[str]) -> None:
    refused = run("reconcile", "sande", "wan_link", *then, "--answers", "a.yml")
    assert (refused.exit_code, process.commands) == (2, [])


def test_what_waits_is_listed_with_what_to_type_and_answered(inventory: Path) -> None:
    listed = run("open", "-i", inventory)
    assert listed.exit_code == 1
    assert re.search(r"\d\d:\d\d CES?T$", listed.output, re.MULTILINE)  # the estate's zone, with its name
    assert "+00:00" not in listed.output
    assert "next: fellesdrift stage answer -i inventories/production sande wan_link reserve_power" in listed.output
    [waiting] = json.loads(run("open", "-i", inventory, "--json").output)
    assert (waiting["step"], waiting["over"], waiting["instruction"]) == ("reserve_power", False, "read the gauge")

    with pytest.raises(FellesdriftError) as caught:
        run("answer", "sande", "wan_link", "reserve_power", "pass", "--name", "x", "-i", inventory)
    assert (caught.value.code, caught.value.found) == ("FD645", "a pass without a note")
    note = ["--name", "duty operator", "--note", "27,2 V på måleren"]
    told = run("answer", "sande", "wan_link", "reserve_power", "pass", *note, "-i", inventory)
    assert told.exit_code == 0
    assert "playbooks/cutover.yml -i inventories/production -e municipality=sande -e stage=wan_link" in told.output

    nothing = run("open", "-i", inventory)
    assert (nothing.exit_code, nothing.output) == (0, "nothing waits for an answer\n")
    with pytest.raises(FellesdriftError) as caught:
        run("answer", "sande", "wan_link", "reserve_power", "fail", "--name", "x", "-i", inventory)
    assert caught.value.code == "FD645"


@pytest.mark.parametrize("on_way_back", [False, True])
def test_what_is_listed_of_a_stopped_stage_can_be_answered(inventory: Path, on_way_back: bool) -> None:
    estate = load_estate([inventory])
    with Journal.open(estate.journal, estate.name) as journal:
        if on_way_back:
            journal.append(*SANDE, "", "failed", {"reason": "x"})
        journal.append(*SANDE, "", "stopped", {"reason": "a stop was asked for", "next": "-"})
    listed = json.loads(run("open", "-i", inventory, "--json").output)
    assert [one["step"] for one in listed] == ([] if on_way_back else ["reserve_power"])
    told = ["reserve_power", "pass", "--name", "duty operator", "--note", "27.2 V", "-i", inventory]
    if on_way_back:
        with pytest.raises(FellesdriftError) as caught:
            run("answer", "sande", "wan_link", *told)
        assert (caught.value.code, caught.value.found) == ("FD645", "the stage is stopped on its way back")
    else:
        assert run("answer", "sande", "wan_link", *told).exit_code == 0


def test_without_a_journal_nobody_knows_what_waits(inventory: Path) -> None:
    load_estate([inventory]).journal.unlink()
    for more in ([], ["--json"]):
        with pytest.raises(FellesdriftError) as caught:
            run("open", "-i", inventory, *more)
        assert caught.value.code == "FD602"


def test_what_is_no_answer_is_no_answer(inventory: Path) -> None:
    assert run("answer", "sande", "wan_link", "reserve_power", "yes", "--name", "x", "-i", inventory).exit_code == 2
