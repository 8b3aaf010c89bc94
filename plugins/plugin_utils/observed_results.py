"""What a host answers to gates and in a round of verification, whatever kind of host it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fellesdrift.cutover.gates import GateResult

require_library()


def told(results: Sequence[GateResult]) -> dict[str, Any]:
    """Every gate's answer, and a line for each that does not pass."""
    stopping = [result for result in results if result.result != "pass"]
    lines = [f"{len(results) - len(stopping)} of {len(results)} gates pass"]
    lines += [f"{result.result}: {result.gate}: {result.evidence}" for result in stopping]
    return {"changed": False, "gates": [result.as_data() for result in results], "summary": "\n".join(lines)}


def verified(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """A verification's evidence, and its line."""
    text = evidence["found"] if evidence["result"] == "pass" else f"{evidence['result']}: {evidence['found']}"
    if "flows" in evidence:
        text += "; flows of the zone policy as computed from the running configuration"
    return {"changed": False, "verified": dict(evidence), "summary": text}
