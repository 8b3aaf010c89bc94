"""Keep what the devices said and tell of it; the documentation is plugins/modules/snapshot_report.py."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.snapshot_report import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import plain, roles_path

from fellesdrift.compose import compose
from fellesdrift.cutover.progress import completed_in
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.places import project_dir
from fellesdrift.snapshots.baseline import check_first, write_first
from fellesdrift.snapshots.host_keys import lines_for
from fellesdrift.snapshots.importing import import_estate, refuse_unread
from fellesdrift.snapshots.report import Report, Source, details, lines, refuse_not_read, report_of
from fellesdrift.snapshots.starting import Read
from fellesdrift.snapshots.store import Latest, read_either
from fellesdrift.snapshots.taking import Taken, hostname_of, now

if TYPE_CHECKING:
    from fellesdrift.estate import Estate
    from fellesdrift.state.network import Resources

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """All hosts, once."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Write, and tell. FD907 for a first baseline that cannot be, FD905 and FD906 of the folder."""
        results = _results(arguments["results"], task_vars)
        taken = {host: _answer(*result) for host, result in results.items()}
        if arguments["import_to"]:
            return self._imported(arguments, taken, {host: found for host, (found, _) in results.items()})
        estate = self.estate(task_vars)
        latest, made = Latest(estate.inventory_dir), now()
        first = arguments["first_baseline"]
        check_first(estate.inventory_dir, first, taken)
        report = _report(estate, latest, taken, made)
        if not self.check_mode:
            write_first(estate.inventory_dir, first, taken)
            read = {host: (answer.config, answer.taken) for host, answer in taken.items() if answer.state == "read"}
            latest.write(read, report.as_json())
        error = refuse_not_read(report)
        word = "would be written" if self.check_mode else "written"
        told = [*_differences(report), *lines(report, check=self.check_mode)]
        told += [f"{host}: its first baseline {word if self.check_mode else 'was ' + word}" for host in first]
        return {
            "changed": bool(first),  # that a snapshot changes is told of its own host
            "report": json.loads(report.as_json()),
            "problem": str(error) if error else "",
            "summary": "\n".join(told),
        }

    def _imported(self, arguments: dict[str, Any], taken: dict[str, Taken], results: dict[str, Any]) -> dict[str, Any]:
        """The starting inventory. FD915 when a host that was asked was not read; else as `import_estate`."""
        target = Path(arguments["import_to"]).absolute()
        report = report_of(target.name, now(), {host: Source(answer) for host, answer in taken.items()})
        refuse_unread(report)
        devices = [
            Read(
                name=hostname_of(answer.config) or host,
                address=results[host]["address"],
                port=results[host]["port"],
                config=answer.config,
                taken=answer.taken,
                model=answer.model,
                software=answer.software,
                legacy=answer.legacy,
            )
            for host, answer in taken.items()
            if answer.state == "read"
        ]
        local = (
            [arguments["controller"]]
            if arguments["controller"]
            else [results[host]["local_address"] for host, answer in taken.items() if answer.state == "read"]
        )
        known_hosts = Path(arguments["known_hosts"]) if arguments["known_hosts"] else None
        keys = lines_for(known_hosts, [(device.address, device.port) for device in devices])
        made = import_estate(target, devices, local, keys, check_only=self.check_mode)
        word = "would be made" if self.check_mode else "made"
        told = [f"note: {note}" for note in made.notes]
        told += lines(report, check=self.check_mode)[-1:]
        told += [f"{arguments['import_to']} {word}: {made.hosts} hosts, {made.links} links; it passes the check"]
        if not self.check_mode:
            told += [f"what is assumed in it: fellesdrift estate assumptions -i {arguments['import_to']}"]
        return {
            "changed": True,
            "report": json.loads(report.as_json()),
            "problem": "",
            "summary": "\n".join(told),
        }


def _results(name: str, task_vars: dict[str, Any]) -> dict[str, tuple[Any, bool]]:
    """(what was registered, whether it was asked) of every host of the inventory."""
    asked = {str(host) for host in task_vars["ansible_play_hosts_all"]}
    hosts = [str(host) for host in task_vars["groups"]["all"]]
    return {host: (plain(task_vars["hostvars"][host].get(name)), host in asked) for host in hosts}


def _answer(found: Any, asked: bool) -> Taken:
    """What became of a host; one that has no answer was not asked, or its task failed."""
    if not asked or not isinstance(found, dict) or "config" not in found:
        return Taken("not_run", "", "its task ended without an answer" if asked else "left out by --limit")
    return Taken(
        state=found["state"],
        code=found["error"],
        why=found["why"],
        config=found["config"],
        taken=found["taken"],
        model=found["model"],
        software=found["software"],
        legacy=found["legacy"],
    )


def _report(estate: Estate, latest: Latest, taken: dict[str, Taken], made: str) -> Report:
    index = latest.index()
    desired = _desired(estate)
    sources = {
        host: Source(
            taken=answer,
            kept=index.get(host),
            previous=latest.trusted(host, index.get(host)),
            baseline=read_either(estate.inventory_dir / "snapshots" / "baseline", host),
            desired=partial(desired, host),
        )
        for host, answer in taken.items()
    }
    return report_of(estate.name, made, sources, index)


def _desired(estate: Estate) -> Any:
    """host -> its desired resources at the completed stages, as the journal has them; it is only read."""
    roles = roles_path(project_dir(estate.inventory_dir))
    try:
        done = completed_in(estate)
    except FellesdriftError as error:
        unreadable = error

        def unknown(_host: str) -> Resources:
            raise unreadable

        return unknown
    return lambda host: compose(host, estate, done, roles)


def _differences(report: Report) -> list[str]:
    return [f"{name}: {line}" for name, host in report.hosts.items() for line in details(host)]
