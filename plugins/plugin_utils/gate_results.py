"""What the actions that ask gates answer, whatever kind of host was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fellesdrift.cutover.gates import GateResult

require_library()


def told(results: Sequence[GateResult]) -> dict[str, Any]:
    """The task's result: every answer, and a line for each that does not pass."""
    stopping = [result for result in results if result.result != "pass"]
    lines = [f"{len(results) - len(stopping)} of {len(results)} gates pass"]
    lines += [f"{result.result}: {result.gate}: {result.evidence}" for result in stopping]
    return {"changed": False, "gates": [result.as_data() for result in results], "summary": "\n".join(lines)}
