"""What an exchange answers to a stage's gates, and in a round of its verification."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.observed_results import told, verified
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_work import login
from ansible_collections.fellesdrift.core.plugins.plugin_utils.transcripts import in_stage

from fellesdrift.cutover.pbx_gates import PbxGateInput, answer_gates
from fellesdrift.cutover.pbx_verification import differing, verify
from fellesdrift.numbering import KINDS as DIALLED
from fellesdrift.state.pbx import check, open_exchange, read_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.shared_lookout import SharedLookout

    from fellesdrift.state.pbx import Exchange


class PbxObserved:
    """lookout: what is known of all, as it is put together; moving: numbers that the stage moves."""

    def __init__(self, lookout: SharedLookout, moving: Sequence[str]) -> None:
        self._lookout = lookout
        self._moving = moving

    def gate(self, action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The answers to `gates`, in one session. Raises FellesdriftError when it cannot be read."""
        desired, answered = check(arguments["resources"]), arguments["answered"]
        with self._opened(action, arguments, task_vars) as exchange:
            given = PbxGateInput(exchange, desired, self._moving, self._lookout.whole, arguments["resumed"])
            for result in answer_gates(arguments["gates"], given):
                answered.append(result)
        return told(answered)

    def verify(self, action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The evidence, in one session. Raises FellesdriftError when it cannot be read."""
        desired = check(arguments["resources"])
        with self._opened(action, arguments, task_vars) as exchange:
            told = differing(exchange, desired)
        return verified(verify(exchange.name, desired, told, self._lookout.whole()))

    @contextmanager
    def _opened(
        self, action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> Iterator[Exchange]:
        """A session in which everything was read that a call may need, and the others were told."""
        with self._lookout.reading(str(task_vars["inventory_hostname"])):
            target = in_stage(action, login(task_vars), arguments["permit"], task_vars)
            with open_exchange(target) as exchange:
                self._lookout.tell(target.host, read_all(exchange, DIALLED))
                yield exchange
