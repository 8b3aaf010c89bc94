"""What a device says, without its secrets; the documentation is plugins/modules/snapshot.py."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.snapshot import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import EXCHANGES, WINDOWS, FellesdriftAction

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.typed_snapshots import is_typed
from fellesdrift.session import Target
from fellesdrift.snapshots.store import Latest
from fellesdrift.snapshots.taking import Taken, failed, of_another, take
from fellesdrift.state.network import normalise

if TYPE_CHECKING:
    from fellesdrift.session.overlay import OverlayTarget
    from fellesdrift.session.wsman import WindowsTarget

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """One host, in one session."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """What became of the host. A device that cannot be read is an answer, not an error."""
        host, local, where = str(task_vars["inventory_hostname"]), "", ("", 0)
        try:
            target, taken = self._taken(arguments, task_vars)
            where = target.address, target.port
            if not arguments["facts"]:
                taken = of_another(host, taken)
            elif taken.state == "read":
                local = _local_address(target.address, target.port)
        except FellesdriftError as error:
            taken = failed("refused", error)
        previous = None if arguments["facts"] else Latest(Path(str(task_vars["inventory_dir"]))).text(host)
        result: dict[str, Any] = {
            "changed": taken.state == "read" and taken.config != previous,
            "state": taken.state,
            "error": taken.code,
            "why": taken.why,
            "config": taken.config,
            "taken": taken.taken,
            "model": taken.model,
            "software": taken.software,
            "legacy": taken.legacy,
            "address": where[0],
            "port": where[1],
            "local_address": local,
            "summary": _summary(taken, previous),
        }
        if taken.state == "read" and self._task.diff and taken.config != previous:
            result["diff"] = _diff(host, previous, taken.config)
        return result

    def _taken(
        self, arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> tuple[Target | WindowsTarget | OverlayTarget, Taken]:
        platform = self.variable("fellesdrift_platform", task_vars)
        if platform != WINDOWS and platform not in EXCHANGES:
            device = self._target(arguments, task_vars)
            return device, take(device, facts=arguments["facts"])
        if arguments["facts"]:
            nobody = Target(str(task_vars["inventory_hostname"]), "", 0, "", "", platform=platform)
            return nobody, Taken("unsupported", "", "the first import takes network devices only")
        if platform in EXCHANGES:
            return self._of_exchange(task_vars)
        # what reads a Windows host is loaded for Windows hosts only
        from fellesdrift.snapshots.windows_reading import WHOLE, Scope
        from fellesdrift.snapshots.windows_taking import take_windows

        host = self.windows_target(task_vars)
        watched = self.variable("windows__watched", task_vars) or {}
        accounts = self.variable("windows__service_accounts", task_vars) or ()
        keys = {kind: dict.fromkeys(names, WHOLE) for kind, names in watched.items()}
        return host, take_windows(host, Scope(keys=keys, accounts=accounts))

    def _of_exchange(self, task_vars: dict[str, Any]) -> tuple[OverlayTarget, Taken]:
        # as with Windows hosts: loaded where there is one
        from fellesdrift.snapshots.exchange_reading import PLACES
        from fellesdrift.snapshots.exchange_taking import take_exchange

        target = self.exchange_target(task_vars)
        return target, take_exchange(target, self.variable(PLACES, task_vars) or ())

    def _target(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> Target:
        platform = str(self.variable("fellesdrift_platform", task_vars) or "")
        if platform not in ("", "cisco_ios"):  # no password is asked for a host that is not asked itself
            return Target(str(task_vars["inventory_hostname"]), "", 0, "", "", platform=platform)
        target = self.target(task_vars)
        if arguments["facts"] and not platform:
            target = replace(target, platform="cisco_ios")
        if arguments["known_hosts"]:
            target = replace(target, known_hosts=Path(arguments["known_hosts"]))
        return target


def _summary(taken: Taken, previous: str | None) -> str:
    if taken.state != "read":
        return f"{taken.state}: {taken.code}: {taken.why}" if taken.code else f"{taken.state}: {taken.why}"
    lines = f"read, {len(taken.config.splitlines())} lines"
    if previous is None:
        return lines
    return (
        f"{lines}, as in the latest snapshot" if taken.config == previous else f"{lines}, not as in the latest snapshot"
    )


def _diff(host: str, previous: str | None, config: str) -> dict[str, str]:
    if is_typed(config):
        before, after = previous or "", config
    else:
        before, after = _normal(previous), normalise(config)
    return {
        "before": before,
        "after": after,
        "before_header": f"{host}: latest snapshot",
        "after_header": f"{host}: now",
    }


def _normal(previous: str | None) -> str:
    """In normal form, so that a clock's own correction is no difference; as it stands where that cannot be had."""
    before = ""
    if previous is not None:
        try:
            before = normalise(previous)
        except FellesdriftError:
            before = previous
    return before


def _local_address(address: str, port: int) -> str:
    """The address from which the kernel sends to the device; nothing is sent to find out."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((address, port))
            return str(probe.getsockname()[0])
    except OSError:
        return ""
