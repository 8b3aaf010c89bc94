"""The work on one host, for a task that takes many hosts at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

    type Work = Callable[[FellesdriftAction, dict[str, Any], dict[str, Any]], dict[str, Any]]

require_library()


@dataclass(frozen=True)
class Job:
    """seconds      after which nobody waits for it any more
    unanswered   what an error means as a result, also that it took too long; None: an error is one, and it is waited
                 for: a host that is being changed is never left half way
    """

    host: str
    work: Work
    arguments: dict[str, Any]
    seconds: float = 0.0
    unanswered: Callable[[FellesdriftError], dict[str, Any]] | None = None

    def run(self, action: FellesdriftAction, variables: dict[str, Any]) -> dict[str, Any]:
        """Its result. Raises FellesdriftError where an error is no answer."""
        try:
            return self.work(action, self.arguments, variables)
        except FellesdriftError as error:
            if self.unanswered is None:
                raise
            return self.unanswered(error)
