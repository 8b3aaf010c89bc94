"""Which hosts a part of a stage is for, of a family whose hosts are taken all at once, and what is done on each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_job import Work

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


def jobs_of(asked: dict[str, Any], family: str, change: Work) -> list[Job]:
    """The jobs of a part on the hosts of a family, in their order. change: what is done on one of them."""
    run, wave, part = asked["run"], asked["wave"], asked["part"]
    permit, timeouts = run.get("permit", {}), run.get("timeouts", {})

    def mine(hosts: Iterable[str]) -> list[str]:
        return [host for host in hosts if run["families"].get(host) == family]

    def changes(hosts: Iterable[str], resources: dict[str, Any], state: str, **more: Any) -> list[Job]:
        given = _CHANGE | {"state": state, "permit": permit} | more
        return [Job(host, change, given | {"resources": resources.get(host, {})}) for host in mine(hosts)]

    def back(hosts: Iterable[str]) -> list[Job]:
        expected = run["after"]
        jobs = changes(hosts, run["before"], "reverted")
        return [Job(job.host, change, job.arguments | {"expected": expected.get(job.host, {})}) for job in jobs]

    jobs: dict[str, Callable[[], list[Job]]] = {
        "plan": lambda: changes(run["hosts"], run["desired"], "applied", deadline=timeouts["wave"]),
        "apply": lambda: changes(wave["hosts"], run["desired"], "applied", deadline=timeouts["wave"]),
        "save": lambda: changes(run["hosts"], run["desired"], "saved", deadline=timeouts["verify"]),
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
