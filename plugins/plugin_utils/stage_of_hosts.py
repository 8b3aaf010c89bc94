"""One part of a stage on many hosts at once, in one task: Ansible starts a process for every host of every task. The
hosts need not be in the play."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from ansible.constants import MAGIC_VARIABLE_MAPPING
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import too_late
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import plain
from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import not_back
from ansible_collections.fellesdrift.core.plugins.plugin_utils.together import MOST, together

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_job import Job

_ACCOUNT = {"ansible_user": "remote_user", "ansible_password": "password"}
"""The variables of an account -> what Ansible calls it; it knows each by more names than one."""
_LOGIN = frozenset({"ansible_host", "ansible_port", "inventory_dir"}).union(
    *(MAGIC_VARIABLE_MAPPING[attribute] for attribute in _ACCOUNT.values())
)
_OF_A_HOST = frozenset(
    {
        "fellesdrift_estate",
        "fellesdrift_twin",
        "fellesdrift_municipality",
        "fellesdrift_platform",
        "fellesdrift_shared",
    }
)
_BY_BEGINNING = "fellesdrift_winrm_"


class _Resolved(dict[str, Any]):
    """The variables of one host, each with its value."""


class StageOfHosts(FellesdriftAction):
    """All hosts of a part, each in a thread of its own.

    VARIABLES   what a host's work needs to know besides its login
    AT_ONCE     how many hosts at the same time; None: all
    """

    VARIABLES: ClassVar[frozenset[str]] = frozenset()
    AT_ONCE: ClassVar[int | None] = MOST

    @abstractmethod
    def jobs(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> list[Job]:
        """The jobs of a part, in the order of its hosts."""

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Every host to its end, then all that was found."""
        jobs = self.jobs(arguments, task_vars)
        # before the threads: resolving a variable is nothing that two of them may do at once
        variables = {job.host: self.resolved(job.host, task_vars) for job in jobs}
        part = arguments["part"]
        works = {job.host: self._one(job, variables[job.host], part) for job in jobs}
        hosts = together(works, _seconds(jobs), self.AT_ONCE or len(jobs))
        for job in jobs:
            if job.unanswered is not None and job.host not in hosts:
                hosts[job.host] = job.unanswered(too_late(job.host, job.seconds))
        return _joined({job.host: hosts[job.host] for job in jobs}, part)

    def _one(self, job: Job, variables: dict[str, Any], part: str) -> Callable[[], dict[str, Any]]:
        def run() -> dict[str, Any]:
            try:
                return job.run(self, variables)
            except FellesdriftError as error:
                if part == "back" or job.arguments.get("best_effort"):
                    # also what stops a host before it is asked: the others come back, and the settling names this one
                    return not_back(error)
                return {"changed": False, "failed": True, "msg": str(error), "code": error.code}

        return run

    def resolved(self, host: str, task_vars: dict[str, Any]) -> dict[str, Any]:
        """The variables of one host that its work needs, each with its value."""
        known = task_vars["hostvars"][host]
        wanted = _LOGIN | _OF_A_HOST | self.VARIABLES
        mine = [name for name in known if name in wanted or str(name).startswith(_BY_BEGINNING)]
        values = {name: plain(known[name]) for name in mine}
        for name, attribute in _ACCOUNT.items():
            found = (values.pop(alias, None) for alias in MAGIC_VARIABLE_MAPPING[attribute])
            values[name] = next((value for value in found if value), None) or self._asked_for(attribute, task_vars)
        return _Resolved(values | {"inventory_hostname": host})

    def _asked_for(self, attribute: str, task_vars: dict[str, Any]) -> Any:
        """What the command line says (-u, -k). Where the task's own host has it from its variables nobody can tell, and
        one host's password is for no other."""
        own = any(name in task_vars for name in MAGIC_VARIABLE_MAPPING[attribute])
        return None if own else getattr(self._play_context, attribute)

    def of_run(self, attribute: str, task_vars: dict[str, Any]) -> Any:
        """In a host's variables it is there already."""
        return None if isinstance(task_vars, _Resolved) else super().of_run(attribute, task_vars)

    def variable(self, name: str, task_vars: dict[str, Any], default: Any = None) -> Any:
        """Of a host that is none of the task's the value is known already."""
        return (
            task_vars.get(name, default)
            if isinstance(task_vars, _Resolved)
            else super().variable(name, task_vars, default)
        )


def _seconds(jobs: list[Job]) -> float | None:
    """How long is waited: no longer than for reading; a host that is being changed is never left half way."""
    return max((job.seconds for job in jobs if job.unanswered is not None), default=None)


def _joined(hosts: dict[str, dict[str, Any]], part: str) -> dict[str, Any]:
    """One result of all hosts."""
    failed = {host: found for host, found in hosts.items() if found.get("failed")}
    if part == "held":
        failed |= {host: _moved(host, found) for host, found in hosts.items() if found["changed"]}
    lines = [
        line
        for host, found in hosts.items()
        for line in _lines(host, str(found.get("msg") if host in failed else found["summary"]))
    ]
    result: dict[str, Any] = {
        "changed": any(found["changed"] for found in hosts.values()),
        "hosts": hosts,
        "summary": "\n".join(lines) or "no host",
        "diff": [found["diff"] for found in hosts.values() if "diff" in found],
    }
    if failed:
        first = next(iter(failed.values()))
        result |= {"failed": True, "msg": "\n".join(str(found["msg"]) for found in failed.values())}
        result |= {"code": first.get("code")} if first.get("code") else {}
    return result


def _moved(host: str, found: dict[str, Any]) -> dict[str, Any]:
    """A host that is no longer what the stages that are done made of it."""
    return {"msg": f"{host} is not what the stages that are done made of it:\n{found['summary']}"}


def _lines(host: str, text: str) -> list[str]:
    first, *rest = text.splitlines() or [""]
    return [f"{host:<18}{first}", *(f"{'':<18}{line}" for line in rest)]
