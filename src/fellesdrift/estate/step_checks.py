"""What must hold for the people of a stage: an owner who approves it, steps that are asked, and numbers to call."""

from __future__ import annotations

from fellesdrift.estate import names
from fellesdrift.estate.draft import Draft, KeyPath
from fellesdrift.estate.references import refers
from fellesdrift.estate.stages import FINALIZE, Stage


def check(draft: Draft, stage: Stage, path: KeyPath) -> None:
    """All checks of the owner and of the manual steps."""
    _owner(draft, stage, path)
    _steps(draft, stage, path)
    if "contact_reachable" in stage.rules:
        _contacts(draft, stage, path)
    ids = [step.id for step in stage.steps]
    if stage.reversible_until != FINALIZE and stage.reversible_until not in ids:
        draft.refuse(
            "FD174",
            f"The stage {stage.id!r} is reversible until something that it does not have.",
            (*path, "reversible_until"),
            found=stage.reversible_until,
            expected=names.one_of([FINALIZE, *ids]),
            next_step=names.did_you_mean(stage.reversible_until, [FINALIZE, *ids]),
        )


def _owner(draft: Draft, stage: Stage, path: KeyPath) -> None:
    """Where roles are described at all, one of them approves the stage."""
    if stage.owner is not None:
        refers(draft, "roles", "FD142", stage.owner, (*path, "owner"))
    elif draft.names("roles"):
        draft.refuse(
            "FD166",
            f"Nobody approves the stage {stage.id!r}.",
            path,
            found="no owner",
            expected=f"a role; {names.one_of(draft.names('roles'))}",
        )


def _steps(draft: Draft, stage: Stage, path: KeyPath) -> None:
    seen: dict[str, int] = {}
    canary = any(wave.canary for wave in stage.waves)
    for number, step in enumerate(stage.steps):
        at: KeyPath = (*path, "steps", number)
        refers(draft, "roles", "FD142", step.role, (*at, "role"))
        if step.id in seen or step.id == FINALIZE:
            other = f"that {at[0]}[{at[1]}].steps[{seen[step.id]}] does not have" if step.id in seen else "of its own"
            draft.refuse(
                "FD167",
                f"The id {step.id!r} of a manual step is taken.",
                (*at, "id"),
                found=step.id,
                expected=f"an id {other}",
            )
        seen.setdefault(step.id, number)
        if step.when == "canary" and not canary:
            draft.refuse(
                "FD179",
                f"The manual step {step.id!r} would never be asked.",
                (*at, "when"),
                found="canary, and no wave of the stage is one",
                expected="a wave with `canary: true`, or another time",
            )


def _contacts(draft: Draft, stage: Stage, path: KeyPath) -> None:
    """Who approves or is asked has a number: in the municipality that is moved, or in the host municipality."""
    if draft.estate is None or "contacts" not in draft.declared:
        return
    roles = [(stage.owner, (*path, "owner"))] if stage.owner else []
    roles += [(step.role, (*path, "steps", number, "role")) for number, step in enumerate(stage.steps)]
    told: set[str] = set()
    for municipality in stage.municipalities:
        for role, at in roles:
            having = [
                key
                for key, contact in draft.contacts.items()
                if contact.role == role and contact.municipality in (municipality, draft.estate.host_municipality)
            ]
            # a contact with an error of its own could be the one that is meant
            broken = len(draft.contacts) < len(draft.names("contacts")) or any(
                contact.role not in draft.names("roles") for contact in draft.contacts.values()
            )
            if not having and not broken and role in draft.names("roles") and role not in told:
                told.add(role)
                draft.refuse(
                    "FD177",
                    f"The stage asks that people can be reached, and there is no number for the role {role!r}.",
                    at,
                    found=f"no contact of {municipality} or of {draft.estate.host_municipality} has it",
                    expected="a contact with the role, in fellesdrift_contacts",
                )
