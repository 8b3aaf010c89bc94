"""The rules on systems: what is moved was decided, adopted and converted, and everything else stays where it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fellesdrift.estate import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fellesdrift.cutover.rules import Asked, Judged
    from fellesdrift.estate.systems import System

_NOTHING: Judged = ("pass", "the stage moves no system")


def _moved(asked: Asked) -> list[System]:
    return [asked.estate.systems[key] for key in asked.stage.systems]


def decided(asked: Asked) -> Judged:
    """Each system that is moved has a decision behind it. A recommendation is none."""
    if not asked.stage.systems:
        return _NOTHING
    undecided = []
    for system in (system for system in _moved(asked) if system.decision is None):
        advice = system.recommendation.product if system.recommendation else None
        undecided.append(f"{system.key} ({f'{advice} is recommended' if advice else 'nothing is recommended'})")
    if undecided:
        return "fail", f"undecided: {names.listed(undecided)}"
    return "pass", _each(f"{each.key}: {each.decision.source}" for each in _moved(asked) if each.decision)


def adopted_system(asked: Asked) -> Judged:
    """Who is moved has adopted each of the systems, and the move is planned."""
    if not asked.stage.systems:
        return _NOTHING
    wrong = []
    for system in _moved(asked):
        adopted = system.decision.adopted_by if system.decision else []
        if asked.municipality not in adopted:
            wrong.append(f"{system.key} is adopted by {names.listed(adopted) or 'nobody'}")
        elif asked.municipality not in system.moves:
            wrong.append(f"{system.key} is adopted, and no move of {asked.municipality} is planned")
    if wrong:
        return "fail", _each(wrong)
    return "pass", f"adopted by {asked.municipality}: {names.listed(asked.stage.systems)}"


def conversion_done(asked: Asked) -> Judged:
    """Who has another product has replaced it first."""
    if not asked.stage.systems:
        return _NOTHING
    found = [_converted(asked, system) for system in _moved(asked)]
    for answer in ("fail", "inconclusive"):
        if any(each == answer for each, _ in found):
            return answer, _each(evidence for each, evidence in found if each == answer)
    return "pass", _each(evidence for _, evidence in found)


def _converted(asked: Asked, system: System) -> Judged:
    use = system.in_use.get(asked.municipality)
    if use is None or system.decision is None:
        return "inconclusive", f"{system.key}: {'no decision' if use else 'what is in use is not known'}"
    if use.product == system.decision.product:
        return "pass", f"{system.key}: {use.product} is in use already"
    conversion = system.conversions.get(asked.municipality)
    if conversion is not None and conversion.done is not None:
        day = date.fromisoformat(conversion.done)
        if day <= asked.today:
            return "pass", f"{system.key}: converted on {day}, {conversion.source}"
        return "fail", f"{system.key}: to be converted on {day}, which has not come"
    if use.product is None:
        return "pass", f"{system.key}: nothing was in use"
    return (
        "fail",
        f"{system.key}: {use.product} is in use; no conversion to {system.decision.product} is recorded as done",
    )


def stays_local(asked: Asked) -> Judged:
    """The stage touches no host of a system that it does not move, unless it says that the system stays there; and no
    host of a service that belongs to none of them."""
    touched = set(asked.hosts)
    meant = set(asked.stage.systems) | set(asked.stage.staying)
    wrong = [
        f"{key} on {names.listed(sorted(touched & set(_hosts(system))))}"
        for key, system in asked.estate.systems.items()
        if key not in meant and touched & set(_hosts(system))
    ]
    expected = {host for key in meant for host in _hosts(asked.estate.systems[key])}
    of_address = {asked.estate.hosts[host].management_address: host for host in touched - expected}
    wrong += [
        f"the service {key} on {of_address[service.address]}"
        for key, service in asked.estate.services.items()
        if service.address in of_address
    ]
    if wrong:
        return "fail", f"touched, and not moved: {names.listed(wrong)}"
    stays = f"; stays there: {names.listed(asked.stage.staying)}" if asked.stage.staying else ""
    what = f"moves {names.listed(asked.stage.systems)}" if asked.stage.systems else "no host of a system is touched"
    return "pass", f"{len(touched)} host{'' if len(touched) == 1 else 's'}: {what}{stays}"


def _hosts(system: System) -> Iterator[str]:
    yield from system.hosts
    for use in system.in_use.values():
        yield from use.hosts


def _each(words: Iterable[str]) -> str:
    return "; ".join(words)
