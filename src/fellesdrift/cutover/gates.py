"""The gates that a network device answers, each with pass, fail or inconclusive and its evidence (invariant 9).

A gate is a function of what one session has read. What keeps it from telling is inconclusive, never pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.errors import SessionError
from fellesdrift.state.network import read_resources
from fellesdrift.state.network.errors import AnswerUnreadableError, DeadManError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fellesdrift.cutover.probes import Probe
    from fellesdrift.state.network import Resources
    from fellesdrift.state.network.device import DeadMan, Device, Reading

type Answer = Literal["pass", "fail", "inconclusive"]


@dataclass(frozen=True)
class GateResult:
    """One gate's answer. host: "" when the estate answers. evidence: one line, no secrets. rule: where in the report
    it comes from. overridden: why an answer that is no pass does not stop the stage."""

    gate: str
    host: str
    result: Answer
    evidence: str
    rule: str | None = None
    overridden: str | None = None

    def as_data(self) -> dict[str, Any]:
        """JSON data; what does not apply is left out."""
        return {key: value for key, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class GateInput:
    """What the gates of one host look at. changes: whether the stage changes the host, or it only observes.
    resumed: an earlier run of the same stage changed it already."""

    device: Device
    reading: Reading
    desired: Resources
    probes: Sequence[Probe]
    dead_man: DeadMan
    changes: bool
    resumed: bool


type Gate = Callable[[GateInput], tuple[Answer, str]]


def _reachable(_: GateInput) -> tuple[Answer, str]:
    return "pass", "logged in, running configuration read"


def _startup_saved(given: GateInput) -> tuple[Answer, str]:
    if given.reading.startup is None:
        return "inconclusive", "the startup configuration cannot be read"
    if given.reading.saved:
        return "pass", "startup is running"
    return "fail", "unsaved: " + "; ".join(line for line in given.reading.unsaved_diff() if line[:1] in "+-")


def _dead_man(given: GateInput) -> tuple[Answer, str]:
    given.device.check_dead_man(given.dead_man)
    pending = given.device.pending_revert()
    if pending is not None:
        return "fail", f"somebody else's is armed: {pending}"
    return "pass", f"{given.dead_man}, none pending"


def _interface_free(given: GateInput) -> tuple[Answer, str]:
    present = read_resources(given.reading.running)["interface"]
    wanted = {
        name: want["ip_address"] for name, want in given.desired.get("interface", {}).items() if "ip_address" in want
    }
    for name, address in wanted.items():
        if name not in present:
            return "fail", f"there is no {name}"
        found = present[name]["ip_address"]
        if found not in (None, address):
            return "fail", f"{name} has {found}"
    return "pass", f"{', '.join(wanted) or 'no interface'} to be addressed"


def _services_before(given: GateInput) -> tuple[Answer, str]:
    silent = []
    for probe in (probe for probe in given.probes if probe.protected):
        answer = given.device.ping(probe.address, probe.source)
        if answer.received == 0:
            silent.append(f"{probe.name} ({probe.address} from {probe.source})")
    return ("fail", f"no answer: {', '.join(silent)}") if silent else ("pass", f"{len(given.probes)} asked")


GATES: dict[str, Gate] = {
    "reachable": _reachable,
    "startup_saved": _startup_saved,
    "dead_man": _dead_man,
    "interface_free": _interface_free,
    "services_before": _services_before,
}
_OF_CHANGED_HOSTS = frozenset({"startup_saved", "dead_man", "interface_free"})
_BEFORE_THE_FIRST_CHANGE = frozenset({"startup_saved", "dead_man"})


def answer_gates(names: Sequence[str], host: str, given: GateInput) -> Iterator[GateResult]:
    """Each gate's answer, as it comes: what was answered before a deadline ends the rest is kept. What only speaks of
    hosts that are changed is left out for an observer, what only speaks of the state before the first change for a
    host that an earlier run has changed already."""
    for name in names:
        if name in _OF_CHANGED_HOSTS and not given.changes:
            continue
        if name in _BEFORE_THE_FIRST_CHANGE and given.resumed:
            yield GateResult(name, host, "pass", "changed by an earlier run of this stage")
            continue
        try:
            answer, evidence = GATES[name](given)
        except DeadManError as error:
            answer, evidence = "fail", one_line(error)
        except (AnswerUnreadableError, SessionError) as error:
            answer, evidence = "inconclusive", one_line(error)
        yield GateResult(name, host, answer, evidence)


def unanswered(
    names: Sequence[str], host: str, error: FellesdriftError, answered: Sequence[GateResult] = ()
) -> list[GateResult]:
    """A device that cannot be read answers no gate, one that runs out of time none but those before: all others are
    inconclusive."""
    known = {result.gate for result in answered}
    return [GateResult(name, host, "inconclusive", one_line(error)) for name in names if name not in known]


def one_line(error: FellesdriftError) -> str:
    """An error as the evidence of a gate that could not be answered."""
    return " ".join(f"{error.code}: {error.problem}{': ' + error.found if error.found else ''}".split())
