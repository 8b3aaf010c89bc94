"""A print of an exchange; the documentation is plugins/modules/pbx_print.py."""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.modules.pbx_print import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

from fellesdrift.state.pbx import open_exchange
from fellesdrift.state.pbx.engineer import show

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """One print of one exchange; nothing is written, so check mode makes no difference."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Read, and say what was printed. Raises FellesdriftError."""
        what, text = arguments["print"], arguments["filter"]
        with open_exchange(self.exchange_target(task_vars)) as exchange:
            found = show(exchange, what, text, names=arguments["names"])
        about = f"{what} {text}".strip()
        return {
            "changed": False,
            "lines": list(found.lines),
            "parsed": found.parsed,
            "summary": f"{about}: {len(found.parsed)} in {len(found.lines)} lines",
        }
