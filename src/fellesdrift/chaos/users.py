"""What users noticed, beyond what the mishaps do by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift import twin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fellesdrift.chaos.drawing import Mishap

LONGEST_GAP = 30.0
"""Simulated seconds for which the users of the municipality that is moved may lose a protected service."""


class Users:
    """The twin's watch over one trial."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._ask("start")
        self._dark = {_key(flow) for flow in self._ask("report") if flow["down"]}

    def harmed(self, municipality: str, struck: Sequence[Mishap]) -> list[str]:
        """Whose service was lost although no mishap took it: each with what was lost."""
        flows = [flow for flow in self._ask("report") if _key(flow) not in self._dark]
        harms = {mishap.kind.harms for mishap in struck}
        if "all" in harms:
            return []
        found = [flow for flow in flows if flow["lost"] and flow["municipality"] != municipality]
        if "own" not in harms:
            found += [
                flow
                for flow in flows
                if flow["municipality"] == municipality and flow["protected"] and flow["longest_gap"] > LONGEST_GAP
            ]
        return [
            f"{flow['municipality']} {flow['service']}: {flow['lost']} probes, {flow['longest_gap']:g} s"
            for flow in found
        ]

    def still_down(self) -> list[str]:
        """The services that answered at first and do not now."""
        self._ask("start")
        down = [flow for flow in self._ask("report") if flow["down"]]
        return [f"{flow['municipality']} {flow['service']}" for flow in down if _key(flow) not in self._dark]

    def close(self) -> None:
        """No more probes."""
        self._ask("stop")

    def _ask(self, action: str) -> list[dict[str, Any]]:
        report = twin.control(self._out, {"do": "watch", "action": action})["report"] or {}
        return list(report.get("flows", []))


def _key(flow: dict[str, Any]) -> tuple[str, str]:
    return flow["municipality"], flow["service"]
