"""The stage `telephony` of Sande on the exchanges of the estate: a real journal and permit, the twin's exchanges in
this process, and the engine that the tasks call."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.action import Action
from support.exchange import CREDENTIALS, Running, exchanges

from fellesdrift.cutover import ending, opening, parts, planning, returning
from fellesdrift.cutover.emergency import Lookout
from fellesdrift.cutover.pbx_gates import GATES, moving_numbers
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate, load_estate
from fellesdrift.journal import Journal
from fellesdrift.journal.lease import Holder
from fellesdrift.state.pbx import apply
from fellesdrift.twin.from_estate import exchanges_of

PROJECT = Path(__file__).parents[3]
STAGE, SHARED, HUB, OLD = "telephony", "drm-succession1", "drm-meridian1", "san-meridian1"
EARLIER = ["wan_link", "zone_firewall", "server_baseline"]
EMERGENCY = ("110", "112", "113")
pytestmark = [pytest.mark.long, pytest.mark.usefixtures("collection")]


@dataclass
class Stage:
    """An opened stage on running exchanges."""

    context: Context
    action: Action
    opened: returning.Opened
    running: Running

    @property
    def estate(self) -> Estate:
        return self.context.estate

    def login(self, host: str) -> dict[str, Any]:
        return {
            "inventory_hostname": host,
            "ansible_host": "127.0.0.1",
            "ansible_port": self.running.port(host),
            "ansible_user": CREDENTIALS.user,
            "ansible_password": CREDENTIALS.password,
            "fellesdrift_telnet": True,
        }

    def part(self, part: str, *hosts: str) -> dict[str, dict[str, Any]]:
        """A part on these hosts; by default on those of the stage. Raises the first error, as a task would fail."""
        from ansible_collections.fellesdrift.core.plugins.plugin_utils import observed_parts
        from ansible_collections.fellesdrift.core.plugins.plugin_utils.family_parts import jobs_of
        from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_observed import PbxObserved
        from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_work import PbxWork, read_dialled
        from ansible_collections.fellesdrift.core.plugins.plugin_utils.shared_lookout import SharedLookout
        from ansible_collections.fellesdrift.core.plugins.plugin_utils.together import together

        opened, platforms = self.opened, parts.platforms_of(self.estate)
        run = {
            "permit": opened.permit.as_data() if opened.permit else {},
            "timeouts": {"gates": 60, "wave": 600, "verify": 60},
            "families": {host: parts.FAMILIES[platforms[host]] for host in platforms},
            "hosts": list(hosts) or opened.plan.hosts,
            "observers": list(self.running.service.fronts),
            "desired": opened.plan.desired,
            "flows": opened.plan.flows,
            "probes": {},
            "changing": opened.plan.desired,
            "touched": opened.touched,
            "gates": {"pbx": list(GATES)},
            "before": opened.before,
            "after": opened.after,
        }
        assert self.estate.numbering is not None
        fronts = list(self.running.service.fronts)
        action = replace(self.action, check_mode=part in ("plan", "look"))
        if part in ("gate", "verify"):
            numbering = self.estate.numbering.model_dump(mode="json")
            observed = PbxObserved(SharedLookout(numbering, fronts, 60), moving_numbers(opened.plan.desired))
            looks = {"pbx": observed_parts.Observers(observed.gate, observed.verify)}
            asked = {"run": run, "changed": run["hosts"], "only_protected": False, "must_be_saved": True}
            jobs = {
                "gate": lambda: observed_parts.gate_jobs(run, fronts, looks),
                "verify": lambda: observed_parts.verify_jobs(asked, fronts, looks),
            }[part]()
            works = {job.host: partial(job.run, action, self.login(job.host)) for job in jobs}
            return together(works, None)
        states = {host: read_dialled(self.login(host)) for host in fronts} if part == "apply" else {}
        read = {host: each["resources"] for host, each in states.items() if "resources" in each}
        unread = {host: each["unread"] for host, each in states.items() if "unread" in each}
        work = PbxWork(Lookout(self.estate.numbering, read, unread))
        asked = {"run": run, "part": part, "best_effort": False}
        asked |= {"wave": {"hosts": run["hosts"]}, "hosts": run["hosts"]}
        jobs = jobs_of(asked, "pbx", work.change)
        return {job.host: job.run(action, self.login(job.host)) for job in jobs}

    def back(self) -> Stage:
        """The same going back."""
        assert self.opened.permit is not None
        return replace(self, opened=ending.fail_stage(self.context, self.opened.permit, "a test"))

    def memory(self) -> dict[str, str]:
        return self.running.do(self.running.service.states)

    def rings(self, at: str, number: str) -> str:
        call = self.running.do(partial(self.running.service.dial, at, number))
        return f"{call.exchange} {call.outcome}"

    def lost_calls(self) -> list[tuple[str, str, str | None]]:
        found = self.running.do(lambda: list(self.running.service.emergency_calls()))
        assert len(found) == 6 * len(EMERGENCY)
        return [each for each in found if each[2] is not None]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    estate = load_estate([PROJECT / "inventories" / "production"])
    path = tmp_path / "journal.sqlite"
    with Journal.create(path, estate.name) as journal, exchanges(*exchanges_of(estate), speed=50.0) as running:
        context = Context(estate, [PROJECT / "roles"], journal, Holder.of_process(os.getpid()))
        plan = planning.plan_stage(context, "sande", STAGE, EARLIER)
        # in this journal nothing is done: the stage stands on what the plan was told
        opened = opening.open_stage(context, replace(plan, completed=frozenset()))
        yield Stage(context, Action(path=path, name=estate.name, municipality="drammen"), opened, running)


def failed_gates(answers: dict[str, dict[str, Any]]) -> dict[tuple[str, str], str]:
    found = {(each["host"], each["gate"]): each["result"] for one in answers.values() for each in one["gates"]}
    return {place: result for place, result in found.items() if result != "pass"}


def test_there_and_back(stage: Stage) -> None:
    """Telephones on the shared exchange, everybody led there, and all of it back; emergency numbers throughout."""
    before = stage.memory()
    assert failed_gates(stage.part("gate")) == {}
    stage.part("plan")
    assert stage.memory() == before
    stage.part("backup")
    assert stage.part("apply", SHARED)[SHARED]["status"] == "changed"
    assert stage.rings(SHARED, "6001") == f"{SHARED} rings"
    assert stage.rings(HUB, "6001") == f"{OLD} rings", (
        "nobody elsewhere is led there before the canary has proven itself"
    )
    assert stage.lost_calls() == []
    stage.part("apply", HUB, "drm-succession2")
    for exchange in ("roy-meridian1", "svv-meridian1", "drm-succession2", HUB, SHARED):
        assert stage.rings(exchange, "6001") == f"{SHARED} rings", exchange
        assert stage.rings(exchange, "6029") == f"{SHARED} rings", "the group's number too"
        assert stage.rings(exchange, "6030") == f"{OLD} rings", "those that stay"
    assert stage.rings(OLD, "6001") == f"{OLD} rings", "the old exchange is kept"
    assert stage.lost_calls() == []
    assert {one["changed"] for one in stage.part("apply").values()} == {False}, "a second run changes nothing"
    stage.part("save")
    assert {one["verified"]["result"] for one in stage.part("verify").values()} == {"pass"}
    stage.part("dump")
    records = stage.context.writable().records()
    assert not [record for record in records if "Rådhus" in str(record.payload)], "no name in a public row"
    assert [record for record in records if "Rådhus" in str(record.personal)]
    shared = [record.event for record in records if record.host == SHARED]
    assert shared.index("backup_dumped") < shared.index("host_intended")
    assert shared.index("verified") < shared.index("save_intended") < shared.index("host_saved")
    back = stage.back()
    for wave in back.opened.back_waves:
        assert {one["status"] for one in back.part("back", *wave.hosts).values()} == {"back"}
    told = [record.event for record in stage.context.writable().records() if record.host == SHARED]
    assert told[-2:] == ["save_intended", "host_back"], "nothing is dumped without its intent"
    assert stage.memory() == before
    assert stage.lost_calls() == []


def test_who_is_cut_off_goes_on_and_still_knows_the_way_back(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    class KilledError(BaseException):
        pass

    before, known, taken = stage.memory(), apply.do_step, []

    def dying(*arguments: Any) -> None:
        known(*arguments)
        taken.append(arguments)
        if len(taken) == 9:
            raise KilledError

    stage.part("backup")
    with monkeypatch.context() as patched:
        patched.setattr(apply, "do_step", dying)
        with pytest.raises(KilledError):
            stage.part("apply", SHARED)
    progress = stage.context.progress()["sande", STAGE]
    assert progress.midway == [SHARED]
    assert progress.hosts[SHARED].pending_step
    assert stage.lost_calls() == []
    assert "by an earlier run" in stage.part("backup", SHARED)[SHARED]["summary"], "half a change is no backup"
    assert stage.part("apply", SHARED)[SHARED]["status"] == "changed"
    assert stage.context.progress()["sande", STAGE].midway == []
    back = stage.back()
    assert back.part("back", SHARED)[SHARED]["status"] == "back"
    assert {host: text.partition("\n")[0] for host, text in stage.memory().items()} == {
        host: text.partition("\n")[0] for host, text in before.items()
    }


def test_an_emergency_number_that_is_lost_stops_the_change(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody takes an emergency number out of another exchange while telephones are built: seen when it is read."""
    assert failed_gates(stage.part("gate")) == {}
    stage.part("backup")
    out = ["LD 87", "OUT", "0", "cdp", "tsc", "112", "****"]
    stage.running.do(lambda: stage.running.service.console("roy-meridian1", out))
    assert {number for _, number, why in stage.lost_calls() if why} == {"112"}
    with pytest.raises(FellesdriftError) as caught:
        stage.part("apply", SHARED)
    assert (caught.value.code, caught.value.host) == ("FD481", "roy-meridian1")
    assert stage.part("gate", SHARED)["roy-meridian1"]["gates"][-1]["result"] == "fail"
    assert stage.context.progress()["sande", STAGE].touched == [], "it was seen before the first step"


def test_no_step_without_a_dump(stage: Stage) -> None:
    before = stage.memory()
    with pytest.raises(FellesdriftError) as caught:
        stage.part("apply", SHARED)
    assert caught.value.code == "FD480"
    assert stage.memory() == before


def test_a_call_in_progress_and_an_exchange_that_is_silent_are_told(stage: Stage) -> None:
    service = stage.running.service
    number, _ = stage.running.do(lambda: service.call(OLD, "6001", "6002"))
    assert failed_gates(stage.part("gate")) == {(OLD, "sets_idle"): "fail"}
    stage.running.do(lambda: service.hang_up(number))
    stage.running.fault("refuse_login", "roy-meridian1")
    found = failed_gates(stage.part("gate"))
    assert {result for (host, _), result in found.items() if host == "roy-meridian1"} == {"inconclusive"}
    assert ("roy-meridian1", "emergency_before") in found
