"""Every LAN is reached from the controller's, by the routes that the devices had before the first move.

What cannot be reached can neither be moved nor run, and in a plan it is most often a route that was forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.estate import names
from fellesdrift.estate.draft import Draft
from fellesdrift.estate.models import Link
from fellesdrift.estate.routes import DeadEnd, Network
from fellesdrift.estate.snapshots import Snapshot

# LANs between routers and firewalls are reached through, not to; the Internet is not ours.
_NOT_REACHED = frozenset({"transit", "internet"})
# With one of these, what a route leads to is not what was meant: the routes are followed when they are gone.
_FIRST = frozenset({"FD131", "FD132", "FD134"}) | {f"FD{code}" for code in range(113, 121)}


def check(draft: Draft, snapshots: Mapping[str, Snapshot]) -> None:
    """Follow the routes to every LAN, unless links, hosts or snapshots have errors of their own."""
    whole = len(draft.hosts) == len(draft.names("hosts")) and len(draft.links) == len(draft.names("links"))
    if draft.estate is None or not whole or any(error.code in _FIRST for error in draft.errors):
        return
    near = draft.links.get(draft.estate.controller.link)
    starts = [end.host for end in near.ends if end.host in snapshots] if near is not None else []
    if not starts:
        draft.refuse(
            "FD163",
            "No device with a snapshot is on the controller's link: nothing can be reached from there.",
            ("fellesdrift_estate", "controller", "link"),
            found=draft.estate.controller.link,
            expected="a link with an end of a network device",
        )
        return
    network = Network(draft.links.values(), snapshots)
    # One forgotten route is one error, whatever lies behind it.
    behind: dict[DeadEnd, list[Link]] = {}
    for link in draft.links.values():
        if link.kind == "lan" and link.zone not in _NOT_REACHED:
            ends = (network.follow(str(start), link) for start in starts)
            dead_end = next((end for end in ends if end is not None), None)
            if dead_end is not None:
                behind.setdefault(dead_end, []).append(link)
    for dead_end, links in behind.items():
        _refuse(draft, links, dead_end)


def _refuse(draft: Draft, links: list[Link], dead_end: DeadEnd) -> None:
    link, *others = links
    also = f"and {len(others)} more link{'s are' if len(others) > 1 else ' is'}" if others else "is"
    draft.refuse(
        "FD163",
        f"The link {link.key!r} {also} not reached from the controller's.",
        ("fellesdrift_links", link.key, "prefix"),
        found=f"{' -> '.join(dead_end.way)}: {dead_end.why}",
        expected=f"a route to {link.prefix} at {dead_end.way[-1]}, on a way that arrives",
        next_step=f"look at the `ip route` lines in snapshots/baseline/{dead_end.way[-1]}.cfg",
        details=[f"also:    {names.listed(other.key for other in others)}"] if others else [],
    )
