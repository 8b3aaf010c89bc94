"""What must hold between the estate and its snapshots on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.estate import addresses, latest_checks, places, snapshots, typed_checks
from fellesdrift.estate.draft import Draft
from fellesdrift.estate.models import MANAGED, SNAPSHOT_SUFFIX, Host, Link, LinkEnd

if TYPE_CHECKING:
    from pathlib import Path

_End = tuple[Link, LinkEnd]


def check(draft: Draft) -> dict[str, snapshots.Snapshot]:
    """Every network host has a snapshot of its own, whole, without secrets, and with the addresses of the plan.

    Gives the baselines that could be read, by host.
    """
    ends: dict[str, list[_End]] = {}
    for link in draft.links.values():
        for end in link.ends:
            if end.host is not None and end.interface is not None:
                ends.setdefault(end.host, []).append((link, end))
    found: dict[str, snapshots.Snapshot] = {}
    folder = draft.inventory_dir / "snapshots" / "baseline"
    shown = places.shown(folder, draft.inventory_dir)
    for host in draft.hosts.values():
        if host.platform in MANAGED:
            file = f"{host.name}.cfg"
            snapshot = _host(draft, host, ends.get(host.name, []), folder / file, f"{shown}/{file}")
            if snapshot is not None:
                found[host.name] = snapshot
        elif host.platform in SNAPSHOT_SUFFIX:
            typed_checks.check_baseline(draft, host)
    latest_checks.check(draft)
    return found


def _host(draft: Draft, host: Host, ends: list[_End], path: Path, shown: str) -> snapshots.Snapshot | None:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        draft.refuse(
            "FD131",
            "The host has no baseline snapshot.",
            (),
            host=host.name,
            file=shown,
            expected="what the device says to `show running-config`, with <secret> for every secret",
        )
        return None
    except (OSError, ValueError) as error:
        draft.refuse(
            "FD132", "The snapshot cannot be read.", (), host=host.name, file=shown, found=type(error).__name__
        )
        return None
    snapshot = snapshots.read(text)
    _whose(draft, host, snapshot, shown)
    for line in snapshot.secret_lines:
        snapshots.refuse_secret(draft, host.name, f"{shown}:{line}")
    if snapshot.hostname == host.name:
        _addresses(draft, host, ends, snapshot, shown)
    return snapshot


def _whose(draft: Draft, host: Host, snapshot: snapshots.Snapshot, shown: str) -> None:
    if snapshot.hostname != host.name:
        draft.refuse(
            "FD132",
            "The snapshot is not this host's running configuration.",
            (),
            host=host.name,
            file=shown,
            found=f"hostname {snapshot.hostname}" if snapshot.hostname else "no hostname line",
            expected=f"hostname {host.name}",
        )
    if not snapshot.complete:
        draft.refuse(
            "FD132",
            "The snapshot is cut off: its last line is missing.",
            (),
            host=host.name,
            file=shown,
            expected="end",
        )
    if host.dead_man == "revert_timer" and not snapshot.archive_path:
        draft.refuse(
            "FD135",
            "The device cannot take changes back by itself: its revert timer needs a place to keep them.",
            ("fellesdrift_dead_man",),
            host=host.name,
            found="revert_timer, and no `archive` with a `path` in the snapshot",
            expected="`archive` with ` path flash:...` on the device, or another dead man's switch",
            next_step="configure it on the device and take the snapshot again",
        )


def _addresses(draft: Draft, host: Host, ends: list[_End], snapshot: snapshots.Snapshot, shown: str) -> None:
    """The plan and the device agree on every interface that the plan names; a fibre may still be unlit."""
    held = {interface.address.partition("/")[0] for interface in snapshot.interfaces.values() if interface.address}
    for link, end in ends:
        _end(draft, link, end, snapshot, shown)
    if host.management_address not in held:
        draft.refuse(
            "FD134",
            "No interface of the snapshot has the host's management address.",
            ("fellesdrift_management_address",),
            host=host.name,
            found=host.management_address,
            expected=", ".join(sorted(held)) or "an interface with an address",
        )
    if host.probe_source is not None and host.probe_source not in snapshot.interfaces:
        draft.refuse(
            "FD134",
            "The snapshot has no interface of that name to send probes from.",
            ("fellesdrift_probe_source",),
            host=host.name,
            found=host.probe_source,
            expected=", ".join(snapshot.interfaces),
        )


def _end(draft: Draft, link: Link, end: LinkEnd, snapshot: snapshots.Snapshot, shown: str) -> None:
    interface = snapshot.interfaces.get(end.interface or "")
    if interface is None:
        draft.refuse(
            "FD134",
            f"The snapshot has no interface for link {link.key!r}.",
            (),
            host=end.host,
            file=shown,
            found=", ".join(snapshot.interfaces) or "no interfaces",
            expected=end.interface,
        )
        return
    if link.kind == "fibre" and interface.address is None:
        return
    planned = addresses.address_with_length(end.address, link.prefix) if _fits(end, link) else None
    if planned is not None and interface.address != planned:
        draft.refuse(
            "FD134",
            f"The snapshot and link {link.key!r} disagree about {end.interface}.",
            (),
            host=end.host,
            file=shown,
            found=interface.address or "no ip address",
            expected=planned,
        )


def _fits(end: LinkEnd, link: Link) -> bool:
    """An address outside its link is an error of the plan, told once (FD118)."""
    return addresses.contains(link.prefix, end.address)
