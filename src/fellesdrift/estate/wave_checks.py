"""What must hold for the waves of a stage: each reaches a host, the canary is the first, nobody is left behind whom
others need, and where an exchange is changed somebody calls the emergency numbers."""

from __future__ import annotations

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import names, patterns
from fellesdrift.estate.draft import Draft, KeyPath
from fellesdrift.estate.models import MANAGED
from fellesdrift.estate.numbering_checks import EXCHANGES
from fellesdrift.estate.stages import Stage


def check(draft: Draft, stage: Stage, path: KeyPath) -> None:
    """All checks of the waves of one stage, in every municipality that has it."""
    _one_canary(draft, stage, path)
    told: set[tuple[str, int]] = set()
    exchanges: dict[str, None] = {}
    for municipality in stage.municipalities:
        if municipality in draft.names("municipalities"):
            reached = _hosts(draft, stage, municipality, path)
            _canary_first(draft, stage, municipality, reached, path, told)
            _quorum(draft, stage, municipality, reached, path, told)
            exchanges |= dict.fromkeys(host for hosts in reached for host in hosts if _is_exchange(draft, host))
    _emergency_call(draft, stage, path, list(exchanges))


def _hosts(draft: Draft, stage: Stage, municipality: str, path: KeyPath) -> list[list[str]]:
    """The hosts of each wave. Every pattern reaches one, and no host is in two waves."""
    wave_of: dict[str, int] = {}
    all_reached = []
    for number, wave in enumerate(stage.waves):
        reached: dict[str, None] = {}
        for place, pattern in enumerate(wave.hosts):
            where = (*path, "waves", number, "hosts", place)
            reached.update(_reached(draft, pattern, municipality, where, may_be_empty=wave.optional))
        for place, pattern in enumerate(wave.drain.hosts if wave.drain else []):
            where = (*path, "waves", number, "drain", "hosts", place)
            _reached(draft, pattern, municipality, where, may_be_empty=wave.optional)
        for host in reached:
            first = wave_of.setdefault(host, number)
            if first != number:
                draft.refuse(
                    "FD127",
                    f"For {municipality}, {host} is in two waves of one stage.",
                    (*path, "waves", number),
                    found=f"{stage.waves[first].name!r} and {wave.name!r}",
                    expected="each host in one wave",
                )
        all_reached.append(list(reached))
    return all_reached


def _reached(draft: Draft, pattern: str, municipality: str, path: KeyPath, *, may_be_empty: bool) -> dict[str, None]:
    try:
        hosts = patterns.select(draft.groups, list(draft.names("hosts")), [pattern], municipality)
    except FellesdriftError as error:
        draft.refuse(
            error.code, error.problem, path, found=error.found, expected=error.expected, next_step=error.next_step
        )
        return {}
    if not hosts and not may_be_empty:
        draft.refuse(
            "FD126",
            f"The host pattern reaches no host of {municipality!r}.",
            path,
            found=pattern.replace("{municipality}", municipality),
            expected="at least one host, or a stage without this municipality",
        )
    return dict.fromkeys(hosts)


def _one_canary(draft: Draft, stage: Stage, path: KeyPath) -> None:
    canaries = [(number, wave.name) for number, wave in enumerate(stage.waves) if wave.canary]
    if len(canaries) > 1:
        draft.refuse(
            "FD168",
            f"The stage {stage.id!r} has more than one canary.",
            (*path, "waves", canaries[1][0], "canary"),
            found=" and ".join(repr(name) for _, name in canaries),
            expected="one wave that is tried first",
        )


def _canary_first(
    draft: Draft, stage: Stage, municipality: str, hosts: list[list[str]], path: KeyPath, told: set[tuple[str, int]]
) -> None:
    """What has been changed before the canary was not waited for."""
    for number, wave in enumerate(stage.waves):
        before = [stage.waves[place].name for place in range(number) if hosts[place]]
        if wave.canary and before and hosts[number] and ("FD168", number) not in told:
            told.add(("FD168", number))
            draft.refuse(
                "FD168",
                f"For {municipality}, the canary {wave.name!r} is not the first wave that changes a host.",
                (*path, "waves", number, "canary"),
                found=f"before it: {names.listed(before)}",
                expected="the canary before every other wave",
            )
        if hosts[number] and wave.canary:
            break


def _quorum(
    draft: Draft, stage: Stage, municipality: str, hosts: list[list[str]], path: KeyPath, told: set[tuple[str, int]]
) -> None:
    for number, wave in enumerate(stage.waves):
        at: KeyPath = (*path, "waves", number, "quorum")
        if wave.quorum is None or not hosts[number] or ("FD169", number) in told:
            continue
        if wave.quorum > len(hosts[number]):
            told.add(("FD169", number))
            draft.refuse(
                "FD169",
                f"For {municipality}, the quorum of {wave.name!r} can never be reached.",
                at,
                found=f"{wave.quorum} of {len(hosts[number])}",
                expected=f"at most {len(hosts[number])}: {names.listed(hosts[number])}",
            )
        elif wave.quorum < len(hosts[number]) and (devices := _carrying(draft, municipality, hosts[number])):
            told.add(("FD169", number))
            draft.refuse(
                "FD169",
                f"For {municipality}, {wave.name!r} could leave a device behind that protected services go through.",
                at,
                found=f"{wave.quorum} of {len(hosts[number])}; among them {names.listed(devices)}",
                expected="no quorum on network devices: half a path is none",
            )


def _carrying(draft: Draft, municipality: str, hosts: list[str]) -> list[str]:
    """The network devices among `hosts`, when the municipality uses a protected service. Through which of them it goes
    is not asked: on a static path every one of them may be the only one."""
    protected = any(service.protected and municipality in service.used_by for service in draft.services.values())
    return [host for host in hosts if protected and host in draft.hosts and draft.hosts[host].platform in MANAGED]


def _emergency_call(draft: Draft, stage: Stage, path: KeyPath, exchanges: list[str]) -> None:
    """What is computed of an emergency number is no call. Whoever changes an exchange has it called while there is a
    way back."""
    calls = [step for step in stage.steps if step.emergency_call]
    if exchanges and not any(step.when in ("canary", "after") for step in calls):
        draft.refuse(
            "FD129",
            f"The stage {stage.id!r} changes telephone exchanges, and nobody calls the emergency numbers.",
            (*path, "steps") if stage.steps else path,
            found="; ".join(f"{step.id}, asked at: {step.when}" for step in calls)
            or f"no step with `emergency_call: true`; exchanges: {names.listed(exchanges)}",
            expected="a step with `emergency_call: true` that is asked about the canary or after the last wave",
        )


def _is_exchange(draft: Draft, host: str) -> bool:
    return host in draft.hosts and draft.hosts[host].platform in EXCHANGES
