"""What must hold for the systems: who has what, where it runs, and that nothing undecided is moved."""

from __future__ import annotations

from fellesdrift.estate import names
from fellesdrift.estate.draft import Draft, KeyPath
from fellesdrift.estate.references import provides, refers
from fellesdrift.estate.systems import System

VARIABLE = "fellesdrift_systems"

# The report's closed zone (lukket sone), and the zones that sensitive personal data must not be in. A zone that
# separates nothing yet (`local`: a municipality's own servers, as they are) is not one of them.
CLOSED = "closed"
LESS_TRUSTED = frozenset({"open", "users", "internet"})


def check(draft: Draft) -> None:
    """All checks of systems."""
    for key, system in draft.systems.items():
        path: KeyPath = (VARIABLE, key)
        refers(draft, "zones", "FD112", system.zone, (*path, "zone"))
        refers(draft, "roles", "FD142", system.owner, (*path, "owner"))
        refers(draft, "roles", "FD142", system.data_controller, (*path, "data_controller"))
        _in_use(draft, system, path)
        _members(draft, system, path)
        _hosts(draft, system, system.hosts, (*path, "hosts"))
        _moves(draft, system, path)
        for municipality in system.conversions:
            refers(draft, "municipalities", "FD110", municipality, (*path, "conversions", municipality))


def _in_use(draft: Draft, system: System, path: KeyPath) -> None:
    """Every member is in the table: one that was forgotten is unknown, and unknown is not "has none"."""
    for municipality, use in system.in_use.items():
        at: KeyPath = (*path, "in_use", municipality)
        refers(draft, "municipalities", "FD110", municipality, at)
        provides(draft, use.run_by, "run the system", (*at, "run_by"))
        _hosts(draft, system, use.hosts, (*at, "hosts"))
    forgotten = [name for name in draft.names("municipalities") if name not in system.in_use]
    if forgotten:
        draft.refuse(
            "FD143",
            f"What {names.listed(forgotten)} has for this system is not said.",
            (*path, "in_use"),
            found=names.listed(system.in_use) or "nobody",
            expected="every municipality; `product: null` says that it has not introduced the system",
        )


def _members(draft: Draft, system: System, path: KeyPath) -> None:
    if system.decision is not None:
        for index, municipality in enumerate(system.decision.adopted_by):
            refers(draft, "municipalities", "FD110", municipality, (*path, "decision", "adopted_by", index))
    for index, municipality in enumerate(system.status.shared_for):
        refers(draft, "municipalities", "FD110", municipality, (*path, "status", "shared_for", index))
    if system.status.state == "shared" and not system.status.shared_for:
        draft.refuse(
            "FD146",
            "The system is said to be shared, and for nobody.",
            (*path, "status", "state"),
            found="shared, and no `shared_for`",
            expected="the municipalities that it is run for, or another state",
        )


def _hosts(draft: Draft, system: System, hosts: list[str], path: KeyPath) -> None:
    """Hosts are there, and no closed-zone system is on one in a zone that is open to more."""
    for index, name in enumerate(hosts):
        at: KeyPath = (*path, index)
        refers(draft, "hosts", "FD114", name, at)
        host = draft.hosts.get(name)
        link = draft.links.get(host.link or "") if host is not None else None
        if system.zone == CLOSED and link is not None and link.zone in LESS_TRUSTED:
            draft.refuse(
                "FD144",
                "A system of the closed zone is on a host outside it.",
                at,
                found=f"{name} on {link.key}, zone {link.zone}",
                expected="a host on a link of the zone closed",
                next_step="move the host, or ask the data controller whether the system belongs in the closed zone",
            )


def _moves(draft: Draft, system: System, path: KeyPath) -> None:
    """Rule 4 of the report: only a system adopted as a shared system may be moved."""
    adopted = system.decision.adopted_by if system.decision is not None else []
    for index, municipality in enumerate(system.moves):
        at: KeyPath = (*path, "moves", index)
        if refers(draft, "municipalities", "FD110", municipality, at) and municipality not in adopted:
            draft.refuse(
                "FD145",
                f"{municipality!r} has not adopted the system, and its move is planned.",
                at,
                found=f"adopted by {names.listed(adopted)}" if adopted else "no adoption by anybody",
                expected="only a system adopted as a shared system is moved (report 4.4)",
                next_step="record the decision in `decision`, with its source, or take the move out",
            )
