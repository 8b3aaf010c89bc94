"""Restarts a host: fellesdrift.state.windows.restart; the documentation is plugins/modules/windows_reboot.py."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.windows_reboot import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import HostChange

from fellesdrift.session.wsman import WindowsTarget, open_client
from fellesdrift.state.windows.health import pending_restart
from fellesdrift.state.windows.restart import POLL, Boot, boot_of, restart

if TYPE_CHECKING:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.recording import Recorder

    from fellesdrift.estate.header import Header
    from fellesdrift.journal import Journal

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it

_TITLE = "restart"
# writing the records around it must fit into the lease too
_MARGIN = 60


class ActionModule(FellesdriftAction):
    """One restart of one host."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Restart it, or say that it would be restarted."""
        target, told = self.windows_target(task_vars), {}
        if arguments["only_pending"] or self.check_mode:
            with open_client(target) as client:
                boot = boot_of(client)
                pending = pending_restart(client) if arguments["only_pending"] else []
            if arguments["only_pending"]:
                told = {"pending": pending}
            if arguments["only_pending"] and not pending:
                summary = "it waits for no restart"
                return told | {"changed": False, "status": "unchanged", "before": _shown(boot), "summary": summary}
            if self.check_mode:
                summary = "; ".join([f"would be restarted; up since {_time(boot)}", *pending])
                plan = {"changed": True, "status": "planned", "before": _shown(boot), "after": {"booted": None}}
                return told | plan | {"summary": summary}
        return told | _Change(self, target, arguments, task_vars).run()


class _Change(HostChange[WindowsTarget]):
    """The restart with its intent in the journal."""

    def _done(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        asked = self._arguments
        step = {"title": _TITLE, "number": 1, "of": 1}

        def intend(_: Boot) -> None:
            record.lasting(asked["deadline"] + _MARGIN)
            record("step_intended", step)

        begun = time.monotonic()
        before, after = restart(
            self._target,
            seconds=asked["deadline"],
            services=asked["services"],
            force=asked["force"],
            on_intent=intend,
            poll=POLL / header.speed,
        )
        record("step_confirmed", step | {"booted": _time(after)})
        names = {"before_header": f"{self._target.host} up since", "after_header": f"{self._target.host} up since"}
        return {
            "changed": True,
            "status": "restarted",
            "before": _shown(before),
            "after": _shown(after),
            "elapsed": round(time.monotonic() - begun, 1),
            "summary": f"restarted; up since {_time(after)}",
            "diff": {"before": f"{_time(before)}\n", "after": f"{_time(after)}\n"} | names,
        }


def _time(boot: Boot) -> str:
    return f"{boot.booted:%Y-%m-%dT%H:%M:%SZ}"


def _shown(boot: Boot) -> dict[str, str]:
    return {"booted": _time(boot)}
