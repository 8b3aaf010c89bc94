"""The words of every error of a run, as an operator reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from support.drift import CONFIG, PROJECT, host_result, ledger_of
from typer.testing import CliRunner

from fellesdrift.cli import app
from fellesdrift.drift.judge import refuse_another
from fellesdrift.drift.model import KINDS, Canary, Finding, History, Remedy, fingerprint
from fellesdrift.drift.recorded import Writings
from fellesdrift.drift.request import Request
from fellesdrift.drift.run import failure
from fellesdrift.drift.sealed import STATES
from fellesdrift.drift.sweep import Done, Problem
from fellesdrift.drift.telling import MOST_TOLD, attention, host_lines, summary, told_each
from fellesdrift.drift.visiting import answer_of
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import Estate
from fellesdrift.session import Target
from fellesdrift.state.network import normalise

type Golden = Callable[[str, object], None]


def nobody(host: str) -> Target:
    raise FellesdriftError("FD711", "the login of this host cannot be worked out", host=host)


def test_what_stands_in_the_way_of_judging_a_host(estate: Estate, golden: Golden, tmp_path: Path) -> None:
    moved = estate.model_copy(update={"inventory_dir": tmp_path / "inventories" / "mine"})
    with pytest.raises(FellesdriftError) as nothing:
        Writings(moved, [PROJECT / "roles"], frozenset(), {}).of("san-rtr1")
    golden("drift/no_baseline", nothing.value)
    with pytest.raises(FellesdriftError) as another:
        refuse_another("san-rtr1", normalise(CONFIG), normalise(CONFIG.replace("san-rtr1", "san-rtr2")))
    golden("drift/another_device", another.value)


@pytest.mark.parametrize("problem", ["hung", "died", "no_time", "fault"])
def test_what_stopped_a_visit(estate: Estate, golden: Golden, problem: Problem) -> None:
    request = Request("run", estate, [], frozenset(), nobody, KINDS, run_seconds=3600)
    done = Done("san-rtr1", problem=problem, detail="ValueError in visit.py:60", seconds=125, attempts=2)
    answer = answer_of(request, done)
    golden(f"drift/visit_{problem}", f"{answer.state}: {answer.code}: {answer.why}")


def test_a_kind_that_there_is_not(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    done = CliRunner().invoke(app, ["drift", "--kinds", "route,vlan"])
    golden("drift/no_such_kind", done.exception)


def test_outside_the_project_nothing_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["drift"])
    assert isinstance(done.exception, FellesdriftError)
    assert done.exception.code == "FD663"
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_could_not_begin_has_a_ledger_that_says_so() -> None:
    several = FellesdriftErrors([FellesdriftError("FD101", "The inventory has no hosts.")])
    found = failure("run", "", False, KINDS, several)
    assert (found.outcome, found.exit_code, found.failure and found.failure.code) == ("failure", 2, "FD101")


def finding(key: str, **values: object) -> Finding:
    mark = fingerprint("san-rtr1", "route", key)
    data = {"fingerprint": mark, "host": "san-rtr1", "kind": "route", "key": key, "nature": "unmanaged"}
    return Finding.model_validate({**data, "severity": "low", **values})


HOSTS: Sequence[tuple[str, dict[str, object]]] = (
    ("clean", {}),
    (
        "unreachable",
        {"code": "FD301", "why": "the device cannot be reached: no answer within 10 s"},
    ),
    ("unsupported", {"why": "platform windows_2003: this version has no reader for it", "managed": False}),
    ("not_run", {"why": "left out by --limit", "asked": False}),
)


def test_what_people_read(golden: Golden) -> None:
    remedy = Remedy(
        steps=["Remove route 192.0.2.0/24 by 10.61.0.2", " no ip route 192.0.2.0 255.255.255.0 10.61.0.2"],
        command="ansible-playbook playbooks/mend.yml -i inventories/production --limit san-rtr1 -e change=natt",
    )
    hop = {"next_hop": "10.61.0.2", "distance": 1, "name": "omvei-på-natten-og-enda-litt-til-så-den-blir-lang"}
    tonight = "2026-11-22T03:01:00Z"
    findings = [
        finding(
            "192.0.2.0/24",
            have=[hop],
            remedy=remedy,
            first_seen=tonight,
            last_seen=tonight,
        ),
        finding(
            "10.10.0.0/16",
            nature="missing",
            severity="high",
            owner="wan_link",
            want=[hop],
            remedy=Remedy(note="only a person can tell"),
            first_seen="2026-11-01T03:01:00Z",
            last_seen=tonight,
        ),
    ]
    explained = [finding("0.0.0.0/0", expected="stage wan_link of sande is running")]
    drifted = host_result("san-rtr1", "drift", findings=findings, expected=explained)
    others = [host_result(f"host-{state}", state, **values) for state, values in HOSTS]
    ledger = ledger_of(
        drifted,
        *others,
        coverage=0.4,
        complete=False,
        gaps=["1 unreachable"],
        kinds=["route"],
        unfinished=["wan_link of sande: running"],
        canary=Canary(found=False, planted="route/203.0.113.0/24", why="clean"),
        history=History(kept=False, why="check mode: nothing is written down"),
    )
    wanting = attention(ledger)
    assert [host.host for host in wanting] == ["san-rtr1", "host-unreachable"]
    golden("drift/told", "\n".join([summary(ledger), *(line for host in wanting for line in host_lines(host))]))
    clean = ledger_of(host_result("san-rtr1"))
    assert set(clean.counts) == set(STATES)
    assert summary(clean).startswith("clean: 0 findings; 1 host: 1 clean")


def test_when_thousands_need_somebody_drift_is_told_first_and_the_rest_is_counted() -> None:
    silent = [host_result(f"r{number:04}", "unreachable", code="FD301", why="no answer") for number in range(1000)]
    lost = host_result("r9999", "unreachable")
    drifted = host_result("r9998").model_copy(update={"state": "drift"})
    found = told_each([*silent, lost, drifted])
    assert found == [drifted, *silent[: MOST_TOLD - 1]]
    assert f"the first {MOST_TOLD} hosts that need somebody; 801 more are in the ledger" in summary(
        ledger_of(*silent, lost)
    )
    assert "told one by one" not in summary(ledger_of(*silent[:MOST_TOLD]))
