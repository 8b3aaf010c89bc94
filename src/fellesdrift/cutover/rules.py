"""The report's rules for moving over, as gates that the estate answers: pass, fail or inconclusive, with its evidence
and the place in the report.

Each is a pure function of the estate, the stage, what is done and the time. No device is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from fellesdrift.cutover import people_rules, system_rules, windows
from fellesdrift.cutover.gates import Answer, GateResult
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import names

if TYPE_CHECKING:
    from datetime import date, datetime

    from fellesdrift.estate import Estate, Stage

# planned: the windows bind; none: a rehearsal keeps none; overridden: an emergency, with its reason.
type WindowChoice = Literal["planned", "none", "overridden"]


@dataclass(frozen=True)
class Asked:
    """What the rules look at.

    hosts   what the stage writes on, drained hosts too
    left    how many of the stage's hosts are not verified and saved yet
    done    the completed (municipality, stage id) pairs
    now     in UTC
    """

    estate: Estate
    municipality: str
    stage: Stage
    hosts: Sequence[str]
    left: int
    done: Collection[tuple[str, str]]
    now: datetime
    window: WindowChoice

    @property
    def today(self) -> date:
        """The day in the estate's time zone."""
        return self.now.astimezone(ZoneInfo(self.estate.time_zone)).date()

    @property
    def spans(self) -> list[windows.Span]:
        """The stage's windows."""
        return windows.spans(self.estate, self.municipality, self.stage.id)


type Judged = tuple[Answer, str]


@dataclass(frozen=True)
class Rule:
    """cites: where it comes from. of_window: an emergency may go without it."""

    cites: str
    judge: Callable[[Asked], Judged]
    of_window: bool = False


def platform_first(asked: Asked) -> Judged:
    """Everything before the stage that moves nothing itself (the platform's stages, and the network of who is moved)
    is done, which means verified."""
    estate = asked.estate
    order = [stage.id for stage in estate.stages]
    whose = dict.fromkeys([estate.host_municipality, asked.municipality])
    needed = [
        (municipality, stage.id)
        for stage in estate.stages[: order.index(asked.stage.id)]
        for municipality in whose
        if municipality in stage.municipalities and not stage.systems
    ]
    if not needed:
        return (
            "inconclusive",
            "no stage before this one says that data centre, infrastructure and communication are there",
        )
    missing = [pair for pair in needed if pair not in asked.done]
    if missing:
        return "fail", f"not done: {names.listed(f'{stage} of {municipality}' for municipality, stage in missing)}"
    return "pass", f"done: {names.listed(f'{stage} of {municipality}' for municipality, stage in needed)}"


def window_open(asked: Asked) -> Judged:
    """Now lies in a window of the stage, with time for all of it and for the way back."""
    if asked.window == "none":
        return "pass", "a rehearsal keeps no window"
    zone, known = asked.estate.time_zone, asked.spans
    if not known:
        return "inconclusive", f"no window is planned for {asked.stage.id} of {asked.municipality}"
    now = f"it is {windows.local(asked.now, zone)}"
    span = windows.open_at(known, asked.now)
    if span is None:
        near = windows.nearest(known, asked.now) or known[-1]
        which = "the next window is" if near.start > asked.now else "the last window was"
        return "fail", f"{now}; {which} {windows.local(near.start, zone)} to {windows.local(near.end, zone)} ({zone})"
    needed = windows.length(asked.stage, len(asked.hosts), asked.left)
    takes = f"may take {windows.duration(needed.forward)} and its way back {windows.duration(needed.back)}"
    left = f"{windows.duration(span.end - asked.now)} left until {windows.local(span.end, zone)} ({zone})"
    if span.end - asked.now < needed.whole:
        latest = windows.local(windows.latest_start(span, needed), zone)
        return "fail", f"{left}; the stage {takes}: the latest start was {latest}"
    return "pass", f"{left}; the stage {takes}"


RULES: dict[str, Rule] = {
    "platform_first": Rule("report 4.3, rule 1", platform_first),
    "decided": Rule("report 4.2, rule 7", system_rules.decided),
    "adopted_system": Rule("report 4.4, rule 4", system_rules.adopted_system),
    "conversion_done": Rule("report 4.4, rule 5", system_rules.conversion_done),
    "stays_local": Rule("report 4.3 and 4.4, rules 3 and 6", system_rules.stays_local),
    "contact_reachable": Rule("report 3.2, who is on call", people_rules.contact_reachable, of_window=True),
    "window_open": Rule("the estate's change windows", window_open, of_window=True),
}


def choose_window(estate: Estate, given: str | None, reason: str | None) -> WindowChoice:
    """What the caller's choice means for this estate. Raises FD641 when a window is overridden without a reason."""
    if given == "overridden":
        if not (reason or "").strip():
            raise FellesdriftError(
                "FD641",
                "a window is overridden in an emergency only, and the reason belongs on record",
                key="-e window=overridden",
                found="no reason",
                expected="-e window=overridden -e \"reason='what happened, and the role that decided'\"",
            )
        return "overridden"
    return "planned" if given == "planned" or windows.are_kept(estate) else "none"


def answer_rules(asked: Asked, reason: str | None = None) -> list[GateResult]:
    """The answer of each rule that the stage asks. reason: of the overridden window; what it lets pass keeps its own
    answer and says why it did not count."""
    results = []
    for name in asked.stage.rules:
        rule = RULES[name]
        answer, evidence = rule.judge(asked)
        overridden = reason if asked.window == "overridden" and rule.of_window and answer != "pass" else None
        results.append(GateResult(name, "", answer, evidence, rule.cites, overridden))
    return results
