"""A Windows host in a stage: the twin's host, a real journal and permit, and the engine that the tasks call."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from support.action import Action
from support.windows import Running, windows_host

from fellesdrift.cutover import ending, opening, planning, returning
from fellesdrift.cutover.planning import Context
from fellesdrift.cutover.windows_gates import GATES, WindowsGateInput, answer_gates
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import load_estate
from fellesdrift.journal import Journal, personal
from fellesdrift.journal.lease import Holder
from fellesdrift.state.windows import check, open_host
from fellesdrift.twin.windows.dump import dumped

PROJECT = Path(__file__).parents[3]
HOST, STAGE = "san-file1", "server_baseline"
pytestmark = pytest.mark.usefixtures("collection")


@dataclass(kw_only=True)
class HostAction(Action):
    """And the host that it is about."""

    running: Running

    def windows_target(self, _: dict[str, Any]) -> Any:
        return self.running.target()


@dataclass
class Stage:
    """An opened stage, and its one host."""

    context: Context
    action: HostAction
    opened: returning.Opened

    def part(self, part: str, **more: Any) -> dict[str, Any]:
        from ansible_collections.fellesdrift.core.plugins.plugin_utils import observed_parts, windows_work
        from ansible_collections.fellesdrift.core.plugins.plugin_utils.family_parts import jobs_of

        opened = self.opened
        assert opened.permit is not None
        run = {
            "permit": opened.permit.as_data(),
            "timeouts": {"gates": 60, "wave": 60, "verify": 60},
            "families": {HOST: "windows"},
            "hosts": [HOST],
            "observers": [HOST],
            "desired": opened.plan.desired,
            "flows": opened.plan.flows,
            "probes": {},
            "changing": opened.plan.desired,
            "touched": opened.touched,
            "gates": {"windows": list(GATES)},
            "before": opened.before,
            "after": opened.after,
        }
        asked = {"run": run, "wave": {"hosts": [HOST]}, "part": part, "hosts": [HOST], "changed": [HOST]} | more
        asked |= {"only_protected": False, "must_be_saved": True}
        if part == "verify":
            looks = observed_parts.Observers(windows_work.gate, windows_work.verify)
            (job,) = observed_parts.verify_jobs(asked, [HOST], {"windows": looks})
        else:
            (job,) = jobs_of(asked, "windows", windows_work.change)
        return job.run(self.action, {})

    def back(self) -> Stage:
        """The same going back."""
        assert self.opened.permit is not None
        return replace(self, opened=ending.fail_stage(self.context, self.opened.permit, "a test"))

    def memory(self) -> str:
        return str(self.action.running.do(lambda: dumped(self.action.running.host)))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    estate = load_estate([PROJECT / "inventories" / "production"])
    path = tmp_path / "journal.sqlite"
    with Journal.create(path, estate.name) as journal, windows_host() as running:
        context = Context(estate, [PROJECT / "roles"], journal, Holder.of_process(os.getpid()))
        plan = planning.plan_stage(context, "sande", STAGE, ["wan_link", "zone_firewall"])
        action = HostAction(running=running, path=path, name=estate.name, municipality="sande", speed=50.0)
        yield Stage(context, action, opening.open_stage(context, plan))


def events(stage: Stage) -> list[tuple[str, str]]:
    records = stage.context.writable().records(host=HOST)
    return [(record.event, str((record.payload or {}).get("title", ""))) for record in records]


def test_there_and_back(stage: Stage) -> None:
    """Every intent stands before its step, and the recorded before leads back to what was there."""
    before = stage.memory()
    done = stage.part("apply")
    assert (done["status"], done["changed"]) == ("changed", True)
    told = events(stage)
    assert (told[0][0], told[-1][0]) == ("host_intended", "host_applied")
    steps = told[1:-1]
    assert [event for event, _ in steps] == ["step_intended", "step_confirmed"] * len(done["steps"])
    assert [title for _, title in steps[::2]] == [title for _, title in steps[1::2]]
    assert stage.part("save")["status"] == "unchanged"
    assert stage.part("verify")["verified"]["result"] == "pass"
    assert stage.part("apply")["changed"] is False, "a second run changes nothing"
    assert events(stage)[-1][0] == "host_saved"
    assert stage.back().part("back")["status"] == "back"
    assert stage.memory() == before


def test_who_is_cut_off_goes_on_and_still_knows_the_way_back(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from fellesdrift.state.windows import apply

    class KilledError(BaseException):
        pass

    before, known, taken = stage.memory(), apply.do_step, []

    def dying(*arguments: Any) -> None:
        known(*arguments)
        taken.append(arguments)
        if len(taken) == 3:
            raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(apply, "do_step", dying)
        with pytest.raises(KilledError):
            stage.part("apply")
    progress = stage.context.progress()[("sande", STAGE)]
    assert progress.midway == [HOST]
    assert progress.hosts[HOST].pending_step, "its intent is on disk, its end is not"
    first = progress.hosts[HOST].before
    assert stage.part("apply")["status"] == "changed"
    present = stage.context.progress()[("sande", STAGE)]
    assert (present.midway, present.hosts[HOST].before) == ([], first)
    assert stage.back().part("back")["status"] == "back"
    assert stage.memory() == before


def test_what_is_left_half_way_goes_back(stage: Stage) -> None:
    before = stage.memory()
    stage.action.running.fault("drop", match="Put Win32_NTEventLogFile", times=9)
    with pytest.raises(FellesdriftError) as caught:
        stage.part("apply")
    assert caught.value.code in ("FD424", "FD425")
    assert events(stage)[-1][0] == "host_failed"
    stage.action.running.heal()
    assert stage.back().part("back")["status"] == "back"
    assert stage.memory() == before


def test_what_somebody_else_changed_stops_the_way_back(stage: Stage) -> None:
    stage.part("apply")
    stage.part("save")
    with open_host(stage.action.running.target()) as host:
        host.client.put(
            "Win32_NTEventLogFile",
            {"Name": r"C:\WINDOWS\system32\config\SysEvent.Evt"},
            {"MaxFileSize": 3 * 1024 * 1024},
        )
    between = stage.memory()
    back = stage.back()
    made = {kind: dict(keys) for kind, keys in stage.context.progress()[("sande", STAGE)].hosts[HOST].after.items()}
    looked = replace(back, opened=replace(back.opened, after={HOST: made}))
    for action in (replace(stage.action, check_mode=True), stage.action):
        try:
            said = str(replace(looked, action=action).part("back" if not action.check_mode else "look")["code"])
        except FellesdriftError as error:
            said = error.code
        assert said == "FD633"
    assert stage.memory() == between


NAME = "Kari Eksempel"


def guest(stage: Stage) -> tuple[str, str]:
    user = stage.action.running.host.accounts.users["gjest"]
    return user.full_name, user.description


def erase(stage: Stage) -> None:
    journal = stage.context.writable()
    personal.erase(journal, personal.due(journal, -1), "a test")


def test_a_host_of_which_nothing_but_an_erased_name_was_changed_is_back(stage: Stage) -> None:
    desired = {HOST: {"user": {"gjest": {"full_name": NAME}}}}
    stage = replace(stage, opened=replace(stage.opened, plan=replace(stage.opened.plan, desired=desired)))
    stage.part("apply")
    stage.part("save")
    erase(stage)
    back = stage.back()
    stays = "unchanged\nthe names of user/gjest stay as they are: retention has erased what they were"
    looked = replace(back, action=replace(stage.action, check_mode=True)).part("look")
    assert (looked["changed"], looked["summary"]) == (False, stays)
    done = back.part("back")
    assert (done["status"], done["changed"], done["summary"]) == ("back", False, stays)
    record = stage.context.writable().records(host=HOST)[-1]
    assert (record.event, record.payload) == ("host_back", {"erased": ["user/gjest"]})
    assert guest(stage)[0] == NAME, "nobody knows the name that was there"
    assert back.opened.permit is not None
    assert ending.settle(stage.context, back.opened.permit).state == "rolled back"


def test_what_was_drained_is_given_back_but_for_an_erased_name(stage: Stage) -> None:
    _, description = guest(stage)
    drain = {"drain": {HOST: {"user": {"gjest": {"full_name": NAME, "description": "Vakt"}}}}}
    assert stage.part("drain", wave=drain)["status"] == "drained"
    erase(stage)
    given = stage.part("give_back", best_effort=False)
    assert given["status"] == "given back"
    assert "the names of user/gjest stay" in given["summary"]
    assert guest(stage) == (NAME, description)


def test_nothing_is_changed_without_a_stage_or_a_name(stage: Stage) -> None:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.family_parts import _CHANGE
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.windows_work import change

    before = stage.memory()
    asked = _CHANGE | {"state": "applied", "resources": stage.opened.plan.desired[HOST]}
    with pytest.raises(FellesdriftError) as caught:
        change(stage.action, dict(asked), {})
    assert caught.value.code == "FD613"
    assert stage.memory() == before


def _no_disk(running: Running) -> None:
    running.host.free_bytes["D:"] = 0


def _stopped(running: Running) -> None:
    running.do(lambda: running.host.services.stop("Spooler"))


def _pending(running: Running) -> None:
    key = r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired"
    running.do(lambda: running.host.registry.make(0x80000002, key))


def _noise(running: Running) -> None:
    running.fault("garbage", match="Win32_LogicalDisk", times=9)


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (lambda _: None, {}),
        (_no_disk, {"disk_space": "fail"}),
        (_stopped, {"services_running": "fail"}),
        (_pending, {"no_pending_restart": "fail"}),
        (_noise, {"disk_space": "inconclusive"}),
    ],
    ids=["well", "no room", "a service stopped", "a restart is waited for", "unreadable"],
)
def test_gates(harm: Callable[[Running], None], expected: dict[str, str]) -> None:
    with windows_host() as running:
        harm(running)
        desired = check({"service": {"W32Time": {"start": "auto"}}})
        with open_host(running.target()) as host:
            given = WindowsGateInput(host, desired, ["Spooler"], 500, resumed=False)
            found = {result.gate: result.result for result in answer_gates(list(GATES), given)}
        assert found == dict.fromkeys(GATES, "pass") | expected


def test_gates_that_do_not_apply() -> None:
    with windows_host() as running, open_host(running.target()) as host:
        observer = WindowsGateInput(host, {}, [], 500, resumed=False)
        assert [result.gate for result in answer_gates(list(GATES), observer)] == ["reachable"]
        nameless = replace(observer, desired=check({"service": {"W32Time": {"start": "auto"}}}))
        assert [result.result for result in answer_gates(["services_running"], nameless)] == ["inconclusive"]
        resumed = replace(nameless, resumed=True)
        assert [result.result for result in answer_gates(["services_running"], resumed)] == ["pass"]
