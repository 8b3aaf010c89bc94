"""What must hold for the stages as such: their ids, roles, gates, rules and systems. What they need first, their hosts,
their people and their times have a module each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from fellesdrift.estate import names, requirement_checks, step_checks, time_checks, wave_checks
from fellesdrift.estate.draft import Draft, KeyPath
from fellesdrift.estate.references import refers
from fellesdrift.estate.stages import Stage

VARIABLE = "fellesdrift_stages"

# The gates that the engine of this version has. A caller that knows others says so.
NETWORK_GATES = frozenset({"reachable", "startup_saved", "dead_man", "interface_free", "services_before"})
WINDOWS_GATES = frozenset({"reachable", "readable", "disk_space", "no_pending_restart", "services_running"})
PBX_GATES = frozenset({"reachable", "readable", "licences", "range_free", "sets_idle", "emergency_before"})
GATES = NETWORK_GATES | WINDOWS_GATES | PBX_GATES
# What the estate answers (cutover/rules.py), and those of it that a move of a system must not go without.
MOVING_RULES = frozenset({"platform_first", "adopted_system", "conversion_done", "stays_local", "decided"})
RULES = MOVING_RULES | {"contact_reachable", "window_open"}


def check(draft: Draft, roles_dirs: Sequence[Path] | None, gates: Iterable[str] | None) -> None:
    """All checks of stages. `roles_dirs` None: roles are not looked for. `gates` None: GATES."""
    known_gates = sorted(GATES if gates is None else gates)
    seen: dict[str, int] = {}
    for index, stage in draft.stages:
        path: KeyPath = (VARIABLE, index)
        if stage.id in seen:
            draft.refuse(
                "FD139",
                f"Two stages have the id {stage.id!r}.",
                (*path, "id"),
                found=stage.id,
                expected=f"an id that {VARIABLE}[{seen[stage.id]}] does not have",
            )
        seen.setdefault(stage.id, index)
        _role(draft, stage, path, roles_dirs)
        _known(draft, "FD123", "gate", stage.gates, known_gates, (*path, "gates"))
        _known(draft, "FD176", "rule of the report", stage.rules, sorted(RULES), (*path, "rules"))
        for number, municipality in enumerate(stage.municipalities):
            refers(draft, "municipalities", "FD110", municipality, (*path, "municipalities", number))
        _systems(draft, stage, path)
        wave_checks.check(draft, stage, path)
        step_checks.check(draft, stage, path)
        time_checks.check(draft, stage, path)
    requirement_checks.check(draft)


def _role(draft: Draft, stage: Stage, path: KeyPath, roles_dirs: Sequence[Path] | None) -> None:
    if roles_dirs is None:
        return
    known = sorted({folder.name for roles in roles_dirs if roles.is_dir() for folder in roles.iterdir()})
    if stage.role_name not in known:
        draft.refuse(
            "FD122",
            f"There is no role {stage.role!r}.",
            (*path, "role"),
            found=stage.role,
            expected=names.one_of(known),
            next_step=names.did_you_mean(stage.role, known),
        )


def _known(draft: Draft, code: str, word: str, given: list[str], known: list[str], path: KeyPath) -> None:
    for number, name in enumerate(given):
        if name not in known:
            draft.refuse(
                code,
                f"There is no {word} {name!r}.",
                (*path, number),
                found=name,
                expected=names.one_of(known),
                next_step=names.did_you_mean(name, known),
            )


def _systems(draft: Draft, stage: Stage, path: KeyPath) -> None:
    """The systems are there; and a stage that moves one answers for every rule of the report on moving."""
    for key in ("systems", "staying"):
        for number, system in enumerate(getattr(stage, key)):
            refers(draft, "systems", "FD175", system, (*path, key, number))
    both = [system for system in stage.staying if system in stage.systems]
    if both:
        draft.refuse(
            "FD175",
            f"The stage {stage.id!r} moves a system and lets it stay.",
            (*path, "staying"),
            found=names.listed(both),
            expected="a system in `systems` or in `staying`",
        )
    left_out = sorted(MOVING_RULES.difference(stage.rules))
    if stage.systems and left_out:
        draft.refuse(
            "FD178",
            f"The stage {stage.id!r} moves systems and does not ask every rule on moving.",
            (*path, "rules"),
            found=f"left out: {names.listed(left_out)}",
            expected=f"all of {names.listed(sorted(MOVING_RULES))} (report 4.3, 4.4)",
        )
