"""Which hosts a part of a stage is for, of a family whose hosts are taken all at once, and what is done on each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import too_late
from ansible_collections.fellesdrift.core.plugins.plugin_utils.gate_results import told

from fellesdrift.cutover.gates import unanswered
from fellesdrift.cutover.verification import unverified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

    type Work = Callable[[FellesdriftAction, dict[str, Any], dict[str, Any]], dict[str, Any]]

_CHANGE: dict[str, Any] = {
    "resources": {},
    "kinds": None,
    "purge": [],
    "passwords": {},
    "deadline": 0,
    "permit": {},
    "best_effort": False,
    "day2": None,
    "expected": {},
}


@dataclass(frozen=True)
class Job:
    """The work on one host. late: its result when it is not done after so many seconds; None: it is waited for."""

    host: str
    work: Work
    arguments: dict[str, Any]
    seconds: float = 0.0
    late: Callable[[], dict[str, Any]] | None = None


@dataclass(frozen=True)
class Works:
    """What is done on one host of a family, by what a part asks for."""

    family: str
    change: Work
    gate: Work
    verify: Work


def jobs_of(asked: dict[str, Any], works: Works) -> list[Job]:
    """The jobs of a part, in the order of its hosts."""
    run, wave, part = asked["run"], asked["wave"], asked["part"]
    permit, timeouts = run.get("permit", {}), run.get("timeouts", {})

    def mine(hosts: Iterable[str]) -> list[str]:
        return [host for host in hosts if run["families"].get(host) == works.family]

    def changes(hosts: Iterable[str], resources: dict[str, Any], state: str, **more: Any) -> list[Job]:
        given = _CHANGE | {"state": state, "permit": permit} | more
        return [Job(host, works.change, given | {"resources": resources.get(host, {})}) for host in mine(hosts)]

    def back(hosts: Iterable[str]) -> list[Job]:
        expected = run["after"]
        jobs = changes(hosts, run["before"], "reverted")
        return [Job(job.host, works.change, job.arguments | {"expected": expected.get(job.host, {})}) for job in jobs]

    jobs: dict[str, Callable[[], list[Job]]] = {
        "gate": lambda: [_gate(host, run, works) for host in mine(run["observers"])],
        "plan": lambda: changes(run["hosts"], run["desired"], "applied", deadline=timeouts["wave"]),
        "apply": lambda: changes(wave["hosts"], run["desired"], "applied", deadline=timeouts["wave"]),
        "save": lambda: changes(run["hosts"], run["desired"], "saved", deadline=timeouts["verify"]),
        "verify": lambda: [_verify(host, asked, works) for host in mine(asked["hosts"])],
        "look": lambda: back(run["before"]),
        "back": lambda: back(wave["hosts"]),
        "drain": lambda: changes(wave["drain"], wave["drain"], "drained"),
        "give_back": lambda: changes(asked["hosts"], {}, "given_back", best_effort=asked["best_effort"]),
        "held": lambda: changes(run["held"], run["held"], "applied"),
        "read": lambda: changes(run["before"], run["before"], "compared"),
        "backup": lambda: changes(run["hosts"], run["desired"], "backed_up"),
        "dump": lambda: changes(run["hosts"], run["desired"], "dumped"),
    }
    return jobs[part]()


def _gate(host: str, run: dict[str, Any], works: Works) -> Job:
    gates, seconds = run["gates"][works.family], run["timeouts"]["gates"]
    given = {"gates": gates, "resources": run["changing"].get(host, {}), "resumed": host in run["touched"]}

    def late() -> dict[str, Any]:
        return told(unanswered(gates, host, too_late(host, seconds)))

    return Job(host, works.gate, given | {"deadline": 0, "permit": run["permit"]}, seconds, late)


def _verify(host: str, asked: dict[str, Any], works: Works) -> Job:
    run, label = asked["run"], asked["label"]
    seconds = run["timeouts"]["verify"]
    # a host of a later wave only observes as yet
    desired = run["desired"].get(host, {}) if host in asked.get("changed", asked["hosts"]) else {}
    given = {"resources": desired, "label": label, "deadline": 0, "permit": run["permit"]}
    return Job(host, works.verify, given, seconds, partial(_unverified, host, label, seconds))


def _unverified(host: str, label: str, seconds: float) -> dict[str, Any]:
    evidence = unverified(too_late(host, seconds))
    return {"changed": False, "verified": evidence, "label": label, "summary": f"inconclusive: {evidence['found']}"}
