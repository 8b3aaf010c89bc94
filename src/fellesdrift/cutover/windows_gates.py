"""The gates that a Windows host answers; as with network devices, what keeps one from telling is inconclusive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fellesdrift.cutover.gates import Answer, GateResult, one_line
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.windows import compare, health, read_host

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fellesdrift.state.windows import Host, Resources


@dataclass(frozen=True)
class WindowsGateInput:
    """What the gates of one host look at.

    host       an open session; that there is one says who answered
    desired    what the stage makes of the host; empty for one that only observes
    services   that have to run before anything is changed, by their names
    free       megabytes that have to be free on each fixed disk
    resumed    an earlier run of the same stage changed the host already
    """

    host: Host
    desired: Resources
    services: Sequence[str]
    free: int
    resumed: bool


type Gate = Callable[[WindowsGateInput], tuple[Answer, str]]


def _reachable(given: WindowsGateInput) -> tuple[Answer, str]:
    who = given.host.client.identity
    if who is None:
        return "inconclusive", "logged in; the host has not said who it is"
    version, pack = ".".join(str(part) for part in who.stack), who.service_pack
    return "pass", f"logged in; WinRM {version} on Windows {who.os}, service pack {pack}"


def _readable(given: WindowsGateInput) -> tuple[Answer, str]:
    """Everything that the stage claims is read once, in full: what cannot be read cannot be put back."""
    have = read_host(given.host, given.desired)
    claimed = sum(len(one) for keys in given.desired.values() for one in keys.values())
    return "pass", f"{claimed} attributes read; {len(compare(given.desired, have))} are to be changed"


def _disk_space(given: WindowsGateInput) -> tuple[Answer, str]:
    found = health.free_space(given.host.client)
    told = ", ".join(f"{letter} {free} MB" for letter, free in found.items())
    if any(free < given.free for free in found.values()):
        return "fail", f"free: {told}; at least {given.free} MB each"
    return "pass", f"free: {told}"


def _no_pending_restart(given: WindowsGateInput) -> tuple[Answer, str]:
    why = health.pending_restart(given.host.client)
    return ("fail", "; ".join(why)) if why else ("pass", "no restart is waited for")


def _services_running(given: WindowsGateInput) -> tuple[Answer, str]:
    if not given.services:
        return "inconclusive", "the inventory names no service that has to run (fellesdrift_required_services)"
    missing = health.not_running(given.host.client, given.services)
    if missing:
        return "fail", f"does not run: {', '.join(missing)}"
    return "pass", f"{len(given.services)} of {len(given.services)} run"


GATES: dict[str, Gate] = {
    "reachable": _reachable,
    "readable": _readable,
    "disk_space": _disk_space,
    "no_pending_restart": _no_pending_restart,
    "services_running": _services_running,
}
_BEFORE_THE_FIRST_CHANGE = frozenset({"no_pending_restart", "services_running"})


def answer_gates(names: Sequence[str], given: WindowsGateInput) -> Iterator[GateResult]:
    """Each gate's answer, as it comes: what was answered before a deadline ends the rest is kept. A host that only
    observes answers whether it is reachable, and nothing else is asked of it."""
    host = given.host.name
    for name in names:
        if name != "reachable" and not given.desired:
            continue
        if name in _BEFORE_THE_FIRST_CHANGE and given.resumed:
            yield GateResult(name, host, "pass", "changed by an earlier run of this stage")
            continue
        try:
            answer, evidence = GATES[name](given)
        except FellesdriftError as error:
            answer, evidence = "inconclusive", one_line(error)
        yield GateResult(name, host, answer, evidence)
