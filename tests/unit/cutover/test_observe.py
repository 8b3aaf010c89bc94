"""The hosts of a stage asked in one task: who is asked what, whose answer counts, and whose password is whose."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from support.observing import PLUGINS, observer, util

from fellesdrift.cutover import rule_facts
from fellesdrift.cutover.gates import GateResult
from fellesdrift.cutover.rules import Asked, answer_rules
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate

GATES = ["reachable", "startup_saved", "services_before"]
RUN: Mapping[str, Any] = {
    "municipality": "sande",
    "stage": "wan_link",
    "permit": {"attempt": "a1"},
    "timeouts": {"gates": 0.2, "verify": 0.2},
    "observers": ["san-rtr1", "san-file1", "drm-succession1", "gone-rtr1"],
    "families": {"san-rtr1": "network", "san-file1": "windows", "drm-succession1": "pbx"},
    "gates": {"network": GATES, "windows": ["reachable"], "pbx": ["reachable"]},
    "changing": {"san-rtr1": {"route": {}}},
    "desired": {"san-rtr1": {"route": {}}, "san-file1": {"service": {}}},
    "flows": {"san-rtr1": [{"rule": "r1"}]},
    "probes": {"san-rtr1": [{"name": "finance"}]},
    "touched": ["san-file1"],
}
ANSWERED = {"hosts": {"san-rtr1": {"gates": [1], "verified": {"result": "pass", "found": "as desired"}}}}
pytestmark = pytest.mark.usefixtures("collection")


def families(work: Any) -> dict[str, Any]:
    return dict.fromkeys(("network", "windows", "pbx"), util("observed_parts").Observers(work, work))


def answer(_: Any, arguments: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
    return {"changed": False, "summary": "asked", "given": arguments, "variables": variables}


# --- who is asked what


def test_each_host_is_asked_what_its_family_answers() -> None:
    jobs = {job.host: job for job in util("observed_parts").gate_jobs(RUN, RUN["observers"], families(answer))}
    assert list(jobs) == ["san-rtr1", "san-file1", "drm-succession1"], "nobody knows how to ask the other"
    router, server = jobs["san-rtr1"].arguments, jobs["san-file1"].arguments
    assert (router["gates"], router["probes"], router["resumed"]) == (GATES, [{"name": "finance"}], False)
    assert (server["gates"], server["resources"], server["resumed"]) == (["reachable"], {}, True)


def test_only_what_was_changed_has_to_be_as_the_stage_says() -> None:
    asked = {"run": RUN, "changed": ["san-rtr1"], "only_protected": True, "must_be_saved": True}
    router, server, exchange = util("observed_parts").verify_jobs(asked, RUN["observers"], families(answer))
    assert (router.arguments["resources"], router.arguments["flows"]) == ({"route": {}}, [{"rule": "r1"}])
    assert (server.arguments["resources"], exchange.arguments["resources"]) == ({}, {})
    assert router.arguments["only_protected"] is router.arguments["must_be_saved"] is True


# --- what a host has said when nobody waits any longer


def test_what_was_answered_before_the_end_is_kept() -> None:
    def half(_: Any, arguments: dict[str, Any], __: Any) -> dict[str, Any]:
        arguments["answered"].append(GateResult("reachable", "san-rtr1", "pass", "logged in"))
        arguments["answered"].append(GateResult("startup_saved", "san-rtr1", "fail", "unsaved"))
        raise FellesdriftError("FD307", "the session was lost", host="san-rtr1")

    job = util("observed_parts").gate_jobs(RUN, RUN["observers"], families(half))[0]
    gates = job.run(None, {})["gates"]
    assert [(each["gate"], each["result"]) for each in gates] == [
        ("reachable", "pass"),
        ("startup_saved", "fail"),
        ("services_before", "inconclusive"),
    ]
    assert gates[2]["evidence"] == "FD307: the session was lost"


def test_a_host_that_hangs_holds_nobody_else_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each family one answers and one hangs, for longer than anybody waits."""
    over = threading.Event()

    def work(_: Any, arguments: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        host = variables["inventory_hostname"]
        if host.startswith("hung"):
            arguments["answered"].append(GateResult("reachable", host, "pass", "logged in"))
            over.wait(30)
        return {"changed": False, "gates": [{"gate": "reachable", "host": host, "result": "pass"}], "summary": "asked"}

    kinds = ("network", "windows", "pbx")
    hosts = {f"{name}-{kind}": kind for name in ("hung", "well") for kind in kinds}
    run = dict(RUN) | {"observers": list(hosts), "families": hosts, "gates": dict.fromkeys(kinds, GATES)}
    jobs = util("observed_parts").gate_jobs(run, hosts, families(work))
    action = observer()
    monkeypatch.setattr(type(action), "jobs", lambda *_: jobs)
    begin = time.monotonic()
    try:
        result = action.work({"part": "gate", "run": run}, {"hostvars": {host: {} for host in hosts}})
    finally:
        over.set()
    assert time.monotonic() - begin < 5
    assert list(result["hosts"]) == list(hosts)
    assert "failed" not in result, "what cannot be told is judged, with all others"
    for host in hosts:
        given = [each["result"] for each in result["hosts"][host]["gates"]]
        assert given == (["pass"] if host.startswith("well") else ["pass", "inconclusive", "inconclusive"])
    assert "FD692" in result["hosts"]["hung-pbx"]["gates"][1]["evidence"]


# --- what is known of all exchanges


def lookout_of(estate: Estate, seconds: float) -> Any:
    assert estate.numbering is not None
    return util("shared_lookout").SharedLookout(estate.numbering.model_dump(mode="json"), ["x1", "x2", "x3"], seconds)


def test_who_has_to_know_of_all_exchanges_waits_for_each(estate: Estate) -> None:
    lookout = lookout_of(estate, 30.0)

    def asked(host: str, seconds: float) -> None:
        time.sleep(seconds)
        if host == "x2":
            raise FellesdriftError("FD330", "the exchange refuses the login", host=host)
        lookout.tell(host, {})
        raise FellesdriftError("FD307", "the session was lost", host=host)

    def exchange(host: str, seconds: float) -> Any:
        def work() -> dict[str, Any]:
            with suppress(FellesdriftError), lookout.reading(host):
                asked(host, seconds)
            return {"it": lookout.whole()}

        return work

    works = {"x1": exchange("x1", 0.0), "x2": exchange("x2", 0.05), "x3": exchange("x3", 0.1)}
    given = util("together").together(works, 20.0)
    assert len({id(given[host]["it"]) for host in works}) == 1
    whole = given["x1"]["it"]
    assert whole.unread == {"x2": "x2: FD330: the exchange refuses the login"}, (
        "what comes after its reading is no matter"
    )
    assert (whole.known("x1"), whole.known("x2"), whole.known("x3")) == ({}, None, {})


def test_for_an_exchange_that_hangs_nobody_waits_longer_than_that(estate: Estate) -> None:
    lookout = lookout_of(estate, 0.2)
    lookout.tell("x1", {})
    lookout.tell("x3", {})
    begin = time.monotonic()
    whole = lookout.whole()
    assert 0.1 < time.monotonic() - begin < 5
    assert whole.unread == {"x2": "x2: FD692: a host takes longer than its deadline"}
    lookout.tell("x2", {})
    assert lookout.whole() is whole, "what was judged by does not change any more"


def test_without_a_numbering_plan_nothing_is_known() -> None:
    with pytest.raises(FellesdriftError) as caught:
        util("shared_lookout").SharedLookout(None, [], 1.0).whole()
    assert caught.value.code == "FD483"


def test_all_exchanges_of_the_estate_are_asked_whoever_is_judged() -> None:
    run = dict(RUN) | {"exchanges": ["drm-succession1", "drm-meridian1"], "numbering": None}
    run |= {"families": RUN["families"] | {"drm-meridian1": "pbx"}}
    given = {"run": run, "changed": [], "only_protected": False, "must_be_saved": False}
    verify = observer().jobs({"part": "verify", "hosts": ["drm-succession1", "san-rtr1"]} | given, {})
    assert [job.host for job in verify] == ["drm-succession1", "san-rtr1", "drm-meridian1"]
    without = observer().jobs({"part": "verify", "hosts": ["san-rtr1"]} | given, {})
    assert [job.host for job in without] == ["san-rtr1"]


# --- whose answer counts


def label(**changes: Any) -> str:
    return str(util("observed_labels").of_gates(dict(RUN) | changes))


@pytest.mark.parametrize(
    "other",
    [
        {"stage": "zone_firewall"},
        {"municipality": "svelvik"},
        {"permit": {"attempt": "a2"}},
        {"permit": {}},
    ],
    ids=["stage", "municipality", "attempt", "plan"],
)
def test_an_answer_to_something_else_is_none(other: dict[str, Any]) -> None:
    registered = {"fellesdrift_gates": ANSWERED | {"label": label(**other)}}
    assert util("observed_labels").answers("fellesdrift_gates", label(), registered) == ({}, "")
    registered = {"fellesdrift_gates": ANSWERED | {"label": label()}}
    assert util("observed_labels").answers("fellesdrift_gates", label(), registered) == (ANSWERED["hosts"], "")
    verified = [util("observed_labels").of_verification(dict(RUN) | changes, "stage/1") for changes in ({}, other)]
    assert verified[0] != verified[1]


@pytest.mark.parametrize(
    ("registered", "why"),
    [
        ({}, ""),
        ({"skipped": True, "msg": "not now"}, ""),
        ({"failed": True, "msg": "FD650: they do\n  not fit"}, "FD650: they do not fit"),
        (ANSWERED | {"label": "stage/1"}, ""),
        (ANSWERED | {"label": "stage/1", "failed": True, "msg": "of the round before"}, ""),
    ],
    ids=["never run", "left out", "failed as a whole", "earlier round", "earlier round that failed"],
)
def test_a_round_without_an_answer_is_never_a_pass(registered: dict[str, Any], why: str) -> None:
    found = util("forward")._found(["san-rtr1", "san-file1"], "stage/2", {"fellesdrift_verified": registered})
    told = {"result": "inconclusive", "found": why}
    assert found == ({"san-rtr1": told, "san-file1": told} if why else {})


def test_each_host_has_its_own_evidence() -> None:
    registered = {"fellesdrift_verified": ANSWERED | {"label": "stage/2"}}
    found = util("forward")._found(["san-rtr1", "san-file1"], "stage/2", registered)
    assert found == {"san-rtr1": {"result": "pass", "found": "as desired"}}


def decided(registered: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the decision of a plan makes of it; the estate answers nothing."""
    stage = import_module(f"{PLUGINS}.action.stage")
    monkeypatch.setattr(stage, "ask_estate", lambda *_: [])
    monkeypatch.setattr(stage.opening, "decide_gates", lambda _, __, results: results)
    action = object.__new__(stage.ActionModule)
    action._task = SimpleNamespace(check_mode=True)
    run = dict(RUN) | {"observers": ["san-rtr1", "san-file1"]}
    results: list[dict[str, Any]] = action._gates(None, {"run": run}, {"fellesdrift_gates": registered})["gates"]
    return results


def test_the_decision_takes_no_answer_for_inconclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    passing = {"gate": "reachable", "host": "san-rtr1", "result": "pass", "evidence": "logged in"}
    answered = {"hosts": {"san-rtr1": {"gates": [passing]}}, "label": label()}
    silent = {"gate": "answered", "host": "san-file1", "result": "inconclusive", "evidence": "no answer"}
    assert decided(answered, monkeypatch) == [passing, silent]
    failed = decided({"failed": True, "msg": "it broke"}, monkeypatch)
    assert [(each["result"], each["evidence"]) for each in failed] == [("inconclusive", "it broke")] * 2
    earlier = decided(answered | {"label": label(stage="zone_firewall")}, monkeypatch)
    assert [each["result"] for each in earlier] == ["inconclusive"] * 2


# --- whose password is whose

LOGIN = {"ansible_host": "127.0.0.1", "ansible_port": 2222}


def test_a_hosts_password_is_for_no_other_host() -> None:
    """The task is run on the first host, and Ansible has that one's account at hand."""
    first = LOGIN | {"ansible_user": "first", "ansible_ssh_pass": "of-the-first"}
    other = LOGIN | {"ansible_ssh_user": "other", "ansible_password": "of-the-other"}
    action = observer("first", "of-the-first")
    task_vars = first | {"hostvars": {"first": first, "other": other, "bare": LOGIN}}
    targets = {host: action.resolved(host, task_vars) for host in ("first", "other")}
    accounts = {host: (action.target(each).username, action.target(each).password) for host, each in targets.items()}
    assert accounts == {"first": ("first", "of-the-first"), "other": ("other", "of-the-other")}
    with pytest.raises(FellesdriftError) as caught:
        action.target(action.resolved("bare", task_vars))
    assert (caught.value.code, caught.value.host) == ("FD652", "bare")


def test_the_command_lines_password_is_for_all_that_have_none() -> None:
    action = observer("drift", "typed")
    target = action.target(action.resolved("bare", {"hostvars": {"bare": LOGIN}}))
    assert (target.username, target.password) == ("drift", "typed")


# --- what the decision knows of the estate


@pytest.mark.parametrize("window", ["planned", "none", "overridden"])
@pytest.mark.parametrize("now", [datetime(2006, 3, 3, 22, tzinfo=UTC), datetime(2006, 3, 3, 12, tzinfo=UTC)], ids=str)
def test_what_is_handed_on_gives_the_same_answers(estate: Estate, window: Any, now: datetime) -> None:
    asked = 0
    for stage in estate.stages:
        for municipality in stage.municipalities:
            hosts = [host for wave in stage.waves for host in estate.select(wave.hosts, municipality)]
            data = rule_facts.handed_on(estate, municipality, stage.id, hosts)
            there = rule_facts.taken_over(json.loads(json.dumps(data)))
            done = {(municipality, each.id) for each in estate.stages[:1]}
            here, over = (
                answer_rules(Asked(each, municipality, stage, hosts, len(hosts), done, now, window), "a reason")
                for each in (estate, there)
            )
            assert over == here
            asked += len(over)
    assert asked > 30


def test_neither_a_journals_place_nor_a_role_variable_is_handed_on(estate: Estate) -> None:
    url = "postgresql+psycopg://drift:secret@db/journal"
    changed = estate.hosts["san-rtr1"].model_copy(update={"variables": {"wan_link__key": "secret"}})
    known = estate.model_copy(update={"journal": url, "hosts": estate.hosts | {"san-rtr1": changed}})
    told = json.dumps(rule_facts.handed_on(known, "sande", "wan_link", ["san-rtr1"]))
    assert "san-rtr1" in told
    assert "secret" not in told


def test_a_host_that_cannot_even_be_asked_keeps_no_other_from_coming_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its password is gone from the vault: the settling names it, and the others are back."""

    def back(_: Any, __: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        if variables["inventory_hostname"] == "san-file1":
            raise FellesdriftError("FD652", "there is no password for this host", host="san-file1")
        return {"changed": True, "status": "back", "summary": "as before"}

    hosts = ["san-file1", "san-file2"]
    jobs = [util("host_job").Job(host, back, {}) for host in hosts]
    action = observer()
    monkeypatch.setattr(type(action), "jobs", lambda *_: jobs)
    result = action.work({"part": "back", "run": RUN, "label": "way back"}, {"hostvars": {host: {} for host in hosts}})
    assert {host: one["status"] for host, one in result["hosts"].items()} == {
        "san-file1": "not back",
        "san-file2": "back",
    }
    assert "failed" not in result
    assert "failed" in action.work(
        {"part": "apply", "run": RUN, "label": "wave"}, {"hostvars": {host: {} for host in hosts}}
    )
