"""A command of cmd: fellesdrift.state.windows.command; the documentation is plugins/modules/windows_command.py."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.windows_command import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import HostChange

from fellesdrift.session.wsman import WindowsTarget, open_client
from fellesdrift.state.windows import command

if TYPE_CHECKING:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.recording import Recorder

    from fellesdrift.estate.header import Header
    from fellesdrift.journal import Journal
    from fellesdrift.session.wsman import Client

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it

_SHOWN = 200
# writing the records around it must fit into the lease too
_MARGIN = 60


class ActionModule(FellesdriftAction):
    """One command on one host."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Run it, or say that it would be run."""
        target = self.windows_target(task_vars)
        if arguments["code_page"]:
            target = replace(target, code_page=arguments["code_page"])
        asked = command.Command(
            arguments["command"],
            arguments["creates"],
            arguments["removes"],
            arguments["chdir"],
            arguments["stdin"],
            float(arguments["timeout"]),
        )
        if arguments["reads"]:
            with open_client(target) as client:
                why = command.not_needed(client, asked)
                return _nothing(why) if why else self.carry_out(client, asked, arguments) | {"changed": False}
        if self.check_mode:
            with open_client(target) as client:
                why = command.not_needed(client, asked)
            if why:
                return _nothing(why)
            return {"changed": True, "status": "planned", "summary": f"not run in check mode: {self.title(asked)}"}
        quiet = self._task.no_log or asked.stdin is not None
        return _Change(self, target, arguments | {"deadline": 0}, task_vars, asked, transcript=not quiet).run()

    def title(self, asked: command.Command) -> str:
        """What the journal calls it."""
        return "a command (no_log)" if self._task.no_log else f"run: {asked.line[:_SHOWN]}"

    def carry_out(self, client: Client, asked: command.Command, arguments: dict[str, Any]) -> dict[str, Any]:
        begun = time.monotonic()
        done = command.run(client, asked)
        result: dict[str, Any] = {
            "changed": True,
            "status": "run",
            "rc": done.code,
            "stdout": done.stdout,
            "stdout_lines": done.stdout.splitlines(),
            "stderr": done.stderr,
            "stderr_lines": done.stderr.splitlines(),
            "delta": round(time.monotonic() - begun, 3),
            "summary": f"{self.title(asked)}: exit code {done.code}",
        }
        error = command.refuse_exit_code(client.target.host, self.title(asked), done.code, arguments["success"])
        # with what it printed beside it, so that failed_when can look at both
        return result | {"failed": True, "msg": str(error), "code": error.code} if error else result


class _Change(HostChange[WindowsTarget]):
    """The same with its intent in the journal."""

    def __init__(
        self,
        action: ActionModule,
        target: WindowsTarget,
        arguments: dict[str, Any],
        task_vars: dict[str, Any],
        asked: command.Command,
        *,
        transcript: bool,
    ) -> None:
        super().__init__(action, target, arguments, task_vars, transcript=transcript)
        self._runner = action
        self._asked = asked

    def _done(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        with open_client(self._target) as client:
            why = command.not_needed(client, self._asked)
            if why:
                return _nothing(why)
            title = self._runner.title(self._asked)
            record.lasting(self._asked.seconds + _MARGIN)
            record("step_intended", {"title": title, "number": 1, "of": 1})
            result = self._runner.carry_out(client, self._asked, self._arguments)
            if not result.get("failed"):
                record("step_confirmed", {"title": title, "number": 1, "of": 1, "exit_code": result["rc"]})
            elif self._arguments["permit"]:
                record("host_failed", {"reason": f"{self._target.host}: {result['code']}: exit code {result['rc']}"})
            return result


def _nothing(why: str) -> dict[str, Any]:
    return {"changed": False, "status": "unchanged", "summary": f"nothing to do: {why}"}
