"""What users would have noticed of a rehearsal: the twin's watch, read after every step and judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fellesdrift import twin
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LONGEST_GAP = 30.0
"""Simulated seconds for which a protected service may be lost to the users of the municipality that is moved."""
_LISTED = 5


@dataclass
class Seen:
    """One service of one municipality, from all its networks, so far. longest_gap: simulated seconds."""

    municipality: str
    service: str
    protected: bool
    probes: int = 0
    lost: int = 0
    longest_gap: float = 0.0
    lost_in: str = "-"

    def row(self, judged: bool) -> list[str]:
        """For the table; `-` where nothing is judged."""
        named = self.service + ("" if self.protected else " (not protected)")
        gap = f"{self.longest_gap:g}" if self.lost else "-"
        note = self.lost_in if judged else "did not answer before the first step: not judged"
        return [self.municipality, named, str(self.probes), str(self.lost), gap, note]


class Book:
    """Adds up what the watch of a twin saw, step by step."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._seen: dict[tuple[str, str], Seen] = {}
        self._dark: set[tuple[str, str]] = set()
        self.on = False
        self.cpu = 0.0
        self.simulated = 0.0
        self.calls = 0

    def open(self) -> str:
        """Start the watch. Raises FD666 when a protected service does not answer before anything is moved."""
        self._ask("start")
        self.on = True
        report = self._ask("report")
        self._dark = {_key(flow) for flow in report["flows"] if flow["down"]}
        broken = [flow for flow in report["flows"] if flow["down"] and flow["protected"]]
        if broken:
            raise FellesdriftError(
                "FD666",
                "a protected service does not answer before anything is moved",
                found=", ".join(f"{flow['service']} from {flow['origin']}" for flow in broken),
                expected="an answer",
                next_step=f"fellesdrift twin trace {broken[0]['origin']} {broken[0]['address']}",
                details=[f"{flow['origin']} to {flow['address']}: {flow['reason']}" for flow in broken[:_LISTED]],
            )
        return f"{len(report['flows'])} flows, a probe each in every simulated second and after every change"

    def close(self) -> None:
        """End the watch, if it is on."""
        if self.on:
            self.on = False
            self._ask("stop")

    def turn_page(self, step: str, moving: str | None) -> None:
        """Read what the step that has just ended did to users, and judge it. moving: the municipality that it moved.

        Raises FD486 when an emergency number did not get out of an exchange, FD664 when users of another municipality
        lost a probe, FD665 when a protected service of the one being
        moved was lost for longer than LONGEST_GAP.
        """
        report = self._ask("start")
        self.cpu += report["cpu"]
        self.simulated += report["simulated_seconds"]
        for flow in report["flows"]:
            self._add(flow, step)
        self.calls += sum(each["sent"] for each in report["calls"])
        judge_calls(report, step)
        judge(report, step, moving, self._dark)

    def rows(self) -> list[list[str]]:
        """The table's: municipality, service, probes, lost, longest gap, lost in."""
        return [seen.row(key not in self._dark) for key, seen in self._seen.items()]

    @property
    def probes(self) -> int:
        """All probes of all flows."""
        return sum(seen.probes for seen in self._seen.values())

    def _add(self, flow: Mapping[str, Any], step: str) -> None:
        seen = self._seen.setdefault(_key(flow), Seen(*_key(flow), flow["protected"]))
        seen.probes += flow["sent"]
        seen.lost += flow["lost"]
        seen.longest_gap = max(seen.longest_gap, flow["longest_gap"])
        if flow["lost"] and step not in seen.lost_in:
            seen.lost_in = step if seen.lost_in == "-" else f"{seen.lost_in}, {step}"

    def _ask(self, action: str) -> dict[str, Any]:
        return twin.control(self._out, {"do": "watch", "action": action})["report"] or {}


def judge_calls(report: Mapping[str, Any], step: str) -> None:
    """Raises FD486 when an emergency number did not get out of an exchange, once and of whomever."""
    lost = [each for each in report["calls"] if each["lost"]]
    if lost:
        raise FellesdriftError(
            "FD486",
            "an emergency number did not get out of an exchange",
            host=", ".join(dict.fromkeys(each["exchange"] for each in lost)),
            key=step,
            found="; ".join(
                f"{each['number']} at {each['exchange']}: {each['lost']} of {each['sent']}" for each in lost[:_LISTED]
            ),
            expected="every emergency number, from every exchange, at every moment",
            next_step=f"fellesdrift twin dial {lost[0]['exchange']} {lost[0]['number']}",
            details=[str(each["reason"]) for each in lost[:_LISTED]],
        )


def judge(report: Mapping[str, Any], step: str, moving: str | None, dark: set[tuple[str, str]]) -> None:
    """Raises FD664 or FD665, see `Book.turn_page`. dark: (municipality, service) that never answered are not judged."""
    lost = [flow for flow in report["flows"] if flow["lost"] and _key(flow) not in dark]
    others = [flow for flow in lost if flow["municipality"] != moving]
    if others:
        raise FellesdriftError(
            "FD664",
            "users of a municipality that is not being moved lost a service",
            key=step,
            found=_told(others),
            expected="no lost probe",
            next_step="docs/cutover.md, `The watch`",
            details=_losses(report, others),
        )
    late = [flow for flow in lost if flow["protected"] and flow["longest_gap"] > LONGEST_GAP]
    if late:
        raise FellesdriftError(
            "FD665",
            "a protected service was lost for too long to the municipality that is being moved",
            key=step,
            found=_told(late),
            expected=f"at most {LONGEST_GAP:g} simulated seconds",
            next_step="docs/cutover.md, `The watch`",
            details=_losses(report, late),
        )


def _key(flow: Mapping[str, Any]) -> tuple[str, str]:
    return flow["municipality"], flow["service"]


def _told(flows: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{flow['municipality']}: {flow['service']} from {flow['origin']}, {flow['lost']} of {flow['sent']} probes, "
        f"longest gap {flow['longest_gap']:g} s"
        for flow in flows[:_LISTED]
    )


def _losses(report: Mapping[str, Any], flows: list[dict[str, Any]]) -> list[str]:
    """Each flow's first lost probe: when, from where to where, and where the packet ended."""
    first: dict[tuple[str, str], Mapping[str, Any]] = {}
    for loss in report["losses"]:
        first.setdefault((loss["origin"], loss["service"]), loss)
    listed = [first[key] for flow in flows if (key := (flow["origin"], flow["service"])) in first]
    return [
        f"{loss['at']} (simulated {loss['simulated']:g} s) {loss['origin']} to {loss['address']}: {loss['reason']}"
        for loss in listed[:_LISTED]
    ]
