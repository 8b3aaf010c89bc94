"""One part of a stage on all its Windows hosts at once; the documentation is plugins/modules/windows_stage.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.windows_stage import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import plain
from ansible_collections.fellesdrift.core.plugins.plugin_utils.together import together
from ansible_collections.fellesdrift.core.plugins.plugin_utils.windows_parts import Job, jobs_of

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it

_LOGIN = ("ansible_host", "ansible_port", "ansible_user", "ansible_password", "inventory_dir")


class _Resolved(dict[str, Any]):
    """The variables of one host, each with its value."""


class ActionModule(FellesdriftAction):
    """All hosts of a part, each in a thread of its own."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Every host to its end, then all that was found."""
        jobs = jobs_of(arguments)
        # before the threads: resolving a variable is nothing that two of them may do at once
        variables = {job.host: _variables(job.host, task_vars) for job in jobs}
        hosts = together({job.host: self._one(job, variables[job.host]) for job in jobs}, _seconds(jobs))
        for job in jobs:
            if job.late is not None and job.host not in hosts:
                hosts[job.host] = job.late()
        return _joined({job.host: hosts[job.host] for job in jobs}, arguments["part"])

    def _one(self, job: Job, variables: _Resolved) -> Callable[[], dict[str, Any]]:
        def run() -> dict[str, Any]:
            try:
                return job.work(self, job.arguments, variables)
            except FellesdriftError as error:
                return {"changed": False, "failed": True, "msg": str(error), "code": error.code}

        return run

    def variable(self, name: str, task_vars: dict[str, Any], default: Any = None) -> Any:
        """Of a host that is none of the task's the value is known already."""
        return (
            task_vars.get(name, default)
            if isinstance(task_vars, _Resolved)
            else super().variable(name, task_vars, default)
        )


def _variables(host: str, task_vars: dict[str, Any]) -> _Resolved:
    known = task_vars["hostvars"][host]
    wanted = [name for name in known if name in _LOGIN or str(name).startswith("fellesdrift_")]
    mine = [name for name in wanted if name in _LOGIN or name in _OF_A_HOST or name.startswith("fellesdrift_winrm_")]
    return _Resolved({name: plain(known[name]) for name in mine} | {"inventory_hostname": host})


_OF_A_HOST = frozenset(
    {
        "fellesdrift_estate",
        "fellesdrift_twin",
        "fellesdrift_municipality",
        "fellesdrift_platform",
        "fellesdrift_shared",
        "fellesdrift_required_services",
        "fellesdrift_free_megabytes",
    }
)


def _seconds(jobs: list[Job]) -> float | None:
    """How long is waited: no longer than for reading; a host that is being changed is never left half way."""
    return max((job.seconds for job in jobs if job.late is not None), default=None)


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
