"""Is the estate right; the checks are fellesdrift.estate, the documentation is plugins/modules/estate_check.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible import context
from ansible_collections.fellesdrift.core.plugins.modules.estate_check import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import roles_path

from fellesdrift.errors import FellesdriftErrors
from fellesdrift.estate import load_estate, places
from fellesdrift.estate.build import NOTHING_DESCRIBED

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """All checks of the estate, once for all hosts."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The estate from its files, not from this run's variables: an error then has its file and its line."""
        sources = [Path(str(source)).absolute() for source in context.CLIARGS.get("inventory") or []]
        first = sources[0] if sources else Path(str(task_vars["inventory_dir"]))
        project = places.project_of(first)
        try:
            estate = load_estate(sources or [first], roles_dirs=roles_path(project), files=bool(arguments["snapshots"]))
        except FellesdriftErrors as errors:
            if arguments["allow_empty"] and [error.code for error in errors.errors] == [NOTHING_DESCRIBED]:
                return {"changed": False, "empty": True, "hosts": 0, "summary": "nothing describes an estate yet"}
            raise
        hosts = len(estate.hosts)
        return {
            "changed": False,
            "empty": False,
            "hosts": hosts,
            "summary": f"{estate.name}: {hosts} host{'' if hosts == 1 else 's'}, no errors",
        }
