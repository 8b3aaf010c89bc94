"""One device's answer, held against what is recorded of it: the findings, each with what mends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fellesdrift.drift.differences import Place, arranged, differences, same
from fellesdrift.drift.model import Finding, Kind, Nature, Remedy, Severity, fingerprint
from fellesdrift.drift.sealed import HostState
from fellesdrift.errors import FellesdriftError
from fellesdrift.session.redaction import scrub
from fellesdrift.state.network import Resources, normalise, read_resources, steps, touched
from fellesdrift.state.network.device import Reading, diff
from fellesdrift.state.network.text import body

if TYPE_CHECKING:
    from fellesdrift.compose import Claims
    from fellesdrift.drift.recorded import Recorded

_MOST_LINES = 400
STARTUP_KEY = "startup-config"
SEVERITY: dict[Nature, Severity] = {
    "missing": "high",
    "different": "high",
    "extra": "medium",
    "unsaved": "medium",
    "unmanaged": "low",
}


@dataclass(frozen=True)
class Mend:
    """resources: as recorded; present: as the device has them. A host that is only not saved has nothing to put right:
    present then names any one resource, for saving proves what it saves."""

    resources: Resources
    present: Resources


@dataclass(frozen=True)
class Answer:
    """What became of a host. mend: the resources that put right what network_device can put right, and the same as they
    are now."""

    state: HostState
    code: str = ""
    why: str = ""
    findings: list[Finding] = field(default_factory=list)
    diff: list[str] = field(default_factory=list)
    mend: Mend | None = None


def failed(state: HostState, error: FellesdriftError) -> Answer:
    """A host that could not be judged, and the one line that says why."""
    found = f": {error.found}" if error.found else ""
    return Answer(state, error.code, " ".join(f"{error.problem}{found}".split()))


def judge(
    host: str,
    reading: Reading,
    recorded: Recorded,
    kinds: Sequence[Kind],
    secrets: Sequence[str] = (),
    mend_command: str = "",
) -> Answer:
    """Every difference of the wanted kinds.

    secrets        of the session, taken out of whatever is told
    mend_command   what to type for the host; shown where it mends

    Raises FD705 when another device answered, ConfigurationUnreadableError.
    """
    saved = reading.startup is not None and body(reading.startup) == body(reading.running)
    if recorded.is_printed(reading.running) and (saved or "startup" not in kinds):
        return Answer("clean")
    present = normalise(reading.running)
    found: list[Place] = []
    if not same(recorded.text, present):
        refuse_another(host, recorded.text, present)
        found = [place for place in differences(recorded.text, present) if place.kind in kinds]
    findings = [_finding(host, place, recorded.claims, present, mend_command) for place in found]
    if "startup" in kinds and not saved and (unsaved := _unsaved(host, reading, present, mend_command)):
        findings.append(unsaved)
    if not findings:
        return Answer("clean")
    mend = _mend(found, present)
    if mend is None:
        findings = [one.model_copy(update={"remedy": _by_hand(one.remedy)}) for one in findings]
    lines = diff(recorded.text, arranged(present, recorded.text))
    shown = [*lines[:_MOST_LINES], *([f"... {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else [])]
    scrubbed = [Finding.model_validate(_scrub(finding.model_dump(), secrets)) for finding in findings]
    return Answer("drift", findings=scrubbed, diff=[scrub(line, secrets) for line in shown], mend=mend)


def refuse_another(host: str, recorded: str, present: str) -> None:
    """FD705 when the device that answered does not have the recorded name: nothing that it says is then of `host`."""
    named, said = _hostname(recorded), _hostname(present)
    if named != said:
        raise FellesdriftError(
            "FD705",
            "the device that answered has another name than is recorded",
            host=host,
            found=f"hostname {said}",
            expected=f"hostname {named}",
            next_step="see where ansible_host and ansible_port lead; if it was renamed, name it back",
        )


def _hostname(config: str) -> str | None:
    lines = (line for line in config.split("\n") if line.startswith("hostname "))
    return next((line.removeprefix("hostname ") for line in lines), None)


def _finding(host: str, place: Place, claims: Claims, present: str, command: str) -> Finding:
    owner = _owner(place, claims)
    nature = _nature(place) if owner else "unmanaged"
    return Finding(
        fingerprint=fingerprint(host, place.kind, place.key, place.attribute),
        host=host,
        kind=place.kind,
        key=place.key,
        attribute=place.attribute,
        nature=nature,
        severity=SEVERITY[nature],
        owner=owner,
        want=place.want,
        have=place.have,
        remedy=_remedy(place, present, command),
    )


def _owner(place: Place, claims: Claims) -> str:
    """The role that claims the attribute, or anything of the resource where all of it is meant."""
    if place.attribute:
        return claims.get((place.kind, place.key, place.attribute), "")
    return next((role for (kind, key, _), role in claims.items() if (kind, key) == (place.kind, place.key)), "")


def _nature(place: Place) -> Nature:
    if place.have is None:
        return "missing"
    return "extra" if place.want is None else "different"


def _remedy(place: Place, present: str, command: str) -> Remedy:
    if place.desired is not None:
        try:
            found = [line for step in steps(present, place.desired) for line in (step.title, *_typed(step.lines))]
            return Remedy(steps=found, command=command)
        except FellesdriftError as error:
            return Remedy(note=f"not by itself: {error.code}: {error.problem}")
    if place.lines:
        return Remedy(
            steps=["Type in configuration mode", *_typed(place.lines)],
            note="no role writes this line: type it on the device and save, or record it as it is now",
        )
    return Remedy(note="only a person can tell what is right: compare the diff, then put it right on the device")


def _mend(found: Sequence[Place], present: str) -> Mend | None:
    """None when nothing can be mended from here. What cannot be typed in one go is left to a person."""
    wanted: Resources = {}
    for place in found:
        for kind, keys in (place.desired or {}).items():
            for key, attributes in keys.items():
                try:
                    steps(present, {kind: {key: attributes}})
                except FellesdriftError:
                    continue
                wanted.setdefault(kind, {}).setdefault(key, {}).update(attributes)
    if wanted:
        return Mend(wanted, touched(present, wanted))
    if found:
        return None
    name, values = next(iter(read_resources(present)["interface"].items()))
    return Mend({}, {"interface": {name: {"enabled": values["enabled"]}}})


def _by_hand(remedy: Remedy) -> Remedy:
    return remedy.model_copy(update={"command": ""})


def _typed(lines: Sequence[str]) -> list[str]:
    return [f" {line}" for line in lines]


def _unsaved(host: str, reading: Reading, present: str, command: str) -> Finding | None:
    startup = normalise(reading.startup) if reading.startup is not None else None
    if startup is not None and same(startup, present):
        return None
    return Finding(
        fingerprint=fingerprint(host, "startup", STARTUP_KEY),
        host=host,
        kind="startup",
        key=STARTUP_KEY,
        nature="unsaved",
        severity=SEVERITY["unsaved"],
        want="what the device runs",
        have=None if startup is None else diff(startup, arranged(present, startup))[:_MOST_LINES],
        remedy=Remedy(
            steps=["Save the running configuration", " do write memory"],
            command=command,
            note="first see that what it runs is right: a restart would take it back to what is saved",
        ),
    )


def _scrub(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        return scrub(value, secrets) if secrets else value
    if isinstance(value, Mapping):
        return {key: _scrub(item, secrets) for key, item in value.items()}
    return [_scrub(item, secrets) for item in value] if isinstance(value, list) else value
