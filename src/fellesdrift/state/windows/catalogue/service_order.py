"""In which order services stop and start, by who needs whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from fellesdrift.session.wsman import Reference
from fellesdrift.state.windows.errors import RefusedStateError, UnreadableStateError
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import PRESENT, Keys, Resource, Scene

_SERVICE = "service"
type Read = Callable[[Host, Mapping[str, Resource]], Keys]
type Move = tuple[str, str, str]
"""A service, the state that it is in, the state that it is brought into."""


@dataclass(frozen=True)
class Graph:
    """Who needs whom, by lower-case name; `names` has the spellings. Drivers are needed too, and always there."""

    below: Mapping[str, list[str]]
    names: Mapping[str, str]
    drivers: frozenset[str]

    def needs(self, key: str) -> list[str]:
        """What a service needs directly, as the host spells it."""
        return [self.names[each] for each in self.below.get(key.lower(), [])]

    def services_needed(self, key: str) -> list[str]:
        """As needs(), without drivers."""
        return [each for each in self.needs(key) if each.lower() not in self.drivers]

    def needed_by(self, key: str) -> list[str]:
        """Who needs it directly."""
        return [self.names[each] for each, below in self.below.items() if key.lower() in below]

    def depth(self, key: str, above: frozenset[str] = frozenset()) -> int:
        """0 for a service that needs nobody; a circle, which Windows would not start, ends where it closes."""
        low = key.lower()
        if low in above:
            return 0
        return max((1 + self.depth(each, above | {low}) for each in self.below.get(low, [])), default=0)

    def changed(self, claims: Mapping[str, Iterable[str]]) -> Graph:
        """With what is claimed for some services."""
        spelled = dict(self.names)
        for key, needs in claims.items():
            spelled |= {each.lower(): each for each in (key, *needs) if each.lower() not in spelled}
        below = {key.lower(): [each.lower() for each in needs] for key, needs in claims.items()}
        return Graph({**self.below, **below}, spelled, self.drivers)


def read_graph(host: Host) -> Graph:
    """One query for all services. Raises SessionError, UnreadableStateError: on every Windows somebody needs somebody,
    so an empty answer is none."""
    below: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    drivers: set[str] = set()
    for row in host.client.query("Win32_DependentService", ["Antecedent", "Dependent"]):
        try:
            needed, needing = (cast(Reference, row[side]).key("Name") for side in ("Antecedent", "Dependent"))
        except KeyError as error:
            raise UnreadableStateError(host.name, "service", "a service without a name", "who needs whom") from error
        if cast(Reference, row["Antecedent"]).class_name.lower() != "win32_service":
            drivers.add(needed.lower())
        names |= {needed.lower(): needed, needing.lower(): needing}
        below.setdefault(needing.lower(), []).append(needed.lower())
    if not below:
        raise UnreadableStateError(
            host.name, "service", "that no service needs another one", "what services need (Win32_DependentService)"
        )
    return Graph(below, names, frozenset(drivers))


def in_order(scene: Scene, moved: Mapping[str, str], removed: Iterable[str], read: Read) -> list[Move]:
    """The moves in order: stops, who needs before who is needed, then starts the other way round.

    moved     the state that claimed services are to be brought into
    removed   services that are to be removed; whoever of them runs is stopped
    read      reads services that nobody claimed
    What a service needs and nobody claimed is started too. Raises RefusedStateError (FD422).
    """
    want, have = scene.want[_SERVICE], scene.have[_SERVICE]
    graph = read_graph(scene.host).changed(
        {key: claim["dependencies"] for key, claim in want.items() if "dependencies" in claim}
    )
    stops = {key for key, state in moved.items() if state == "stopped"}
    stops |= {key for key in removed if have[key]["state"] != "stopped"}
    starts = {key: state for key, state in moved.items() if state != "stopped"}
    known = _neighbours(scene, graph, stops, starts, read)
    for key in stops:
        _nobody_left_behind(scene, graph, known, key, {each.lower() for each in stops})
    for key in list(starts):
        _may_start(scene, key)
        for needed in _needed(scene, graph, known, key):
            starts.setdefault(needed, "running")
    stopping = sorted(stops, key=lambda key: -graph.depth(key))
    starting = sorted(starts, key=graph.depth)
    moves = [(key, str(known[key.lower()]["state"]), "stopped") for key in stopping]
    for key in starting:
        was = str(known.get(key.lower(), {}).get("state") or "stopped")
        if starts[key] == "paused" and was == "stopped":
            moves.append((key, was, "running"))
            was = "running"
        moves.append((key, was, starts[key]))
    return moves


def _neighbours(scene: Scene, graph: Graph, stops: Iterable[str], starts: Iterable[str], read: Read) -> Keys:
    """What was read of all services that the moves concern, by lower-case name."""
    have = {key.lower(): resource for key, resource in scene.have[_SERVICE].items()}
    concerned = {each.lower(): each for key in stops for each in graph.needed_by(key)}
    waiting = [*starts]
    while waiting:
        for each in graph.services_needed(waiting.pop()):
            if each.lower() not in concerned:
                concerned[each.lower()] = each
                waiting.append(each)
    unread = {each: {"state": "running"} for low, each in concerned.items() if low not in have}
    found = read(scene.host, unread) if unread else {}
    return have | {key.lower(): resource for key, resource in found.items()}


def _nobody_left_behind(scene: Scene, graph: Graph, known: Keys, key: str, stops: set[str]) -> None:
    for each in graph.needed_by(key):
        there = known[each.lower()]
        if each.lower() not in stops and there[PRESENT] and there["state"] != "stopped":
            raise RefusedStateError(
                scene.host.name,
                f"service/{key}/state",
                f"{each} needs it, and runs",
                "a service that nobody needs who is to go on running",
                f"claim state: stopped for {each} too, or let {key} run",
            )


def _may_start(scene: Scene, key: str) -> None:
    start = scene.want[_SERVICE][key].get("start", scene.have[_SERVICE][key].get("start"))
    if start == "disabled":
        raise RefusedStateError(
            scene.host.name, f"{_SERVICE}/{key}/state", "it is disabled", "a service that may start: claim `start` too"
        )


def _needed(scene: Scene, graph: Graph, known: Keys, key: str) -> list[str]:
    """All that a service needs and that does not run, nearest first."""
    want = {name.lower(): claim for name, claim in scene.want[_SERVICE].items()}
    spelled = {name.lower(): name for name in scene.want[_SERVICE]}
    found: dict[str, str] = {}
    waiting = [key]
    while waiting:
        for each in graph.services_needed(waiting.pop()):
            low = each.lower()
            claim, there = want.get(low, {}), known[low]
            start = claim.get("start", there.get("start"))
            why = (
                "is not there"
                if not there[PRESENT] and not claim.get("path")
                else "is to be stopped"
                if claim.get("state") == "stopped" or not claim.get(PRESENT, True)
                else "is disabled"
                if start == "disabled" and there.get("state") != "running"
                else None
            )
            if why is not None:
                raise RefusedStateError(
                    scene.host.name,
                    f"service/{key}/state",
                    f"it needs {each}, which {why}",
                    "services that may run with all that they need",
                )
            if there.get("state") != "running" and low not in found:
                found[low] = spelled.get(low, each)
                waiting.append(each)
    return list(found.values())
