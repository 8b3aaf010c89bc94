"""What must hold between the records of an estate. Each check notes all that it finds and raises nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from ipaddress import IPv4Network
from itertools import pairwise
from zoneinfo import ZoneInfo

from fellesdrift.estate import addresses, names
from fellesdrift.estate.draft import Draft, KeyPath, key_text
from fellesdrift.estate.references import in_link, provides, refers

# A leased line or a fibre is a wire: it has two ends. `internet` has ours and the provider's.
_TWO_ENDS = frozenset({"leased_line", "fibre", "internet"})


def check(draft: Draft) -> None:
    """All checks of this module, in the order in which a reader would fix what they find."""
    for each in (_estate, _municipalities, _sites, _links, _services, _hosts, _prefixes, _interfaces, _addresses):
        each(draft)


def _estate(draft: Draft) -> None:
    estate = draft.estate
    if estate is None:
        return
    top = "fellesdrift_estate"
    refers(draft, "municipalities", "FD110", estate.host_municipality, (top, "host_municipality"))
    try:
        ZoneInfo(estate.time_zone)
    except (KeyError, ValueError, OSError):
        draft.refuse(
            "FD137",
            "The time zone is not known on this machine.",
            (top, "time_zone"),
            found=estate.time_zone,
            expected="a name of the IANA database, such as Europe/Oslo",
        )
    path: KeyPath = (top, "controller", "link")
    if refers(draft, "links", "FD113", estate.controller.link, path):
        in_link(draft, estate.controller.link, estate.controller.address, (top, "controller", "address"), "FD118")


def _municipalities(draft: Draft) -> None:
    for key, municipality in draft.municipalities.items():
        path: KeyPath = ("fellesdrift_municipalities", key)
        refers(draft, "hosts", "FD114", municipality.town_hall_router, (*path, "town_hall_router"))
        refers(draft, "links", "FD113", municipality.uplink, (*path, "uplink"))
        refers(draft, "links", "FD113", municipality.fibre, (*path, "fibre"))
        if municipality.exit is not None:
            refers(draft, "hosts", "FD114", municipality.exit.host, (*path, "exit", "host"))


def _sites(draft: Draft) -> None:
    for key, site in draft.sites.items():
        refers(draft, "municipalities", "FD110", site.municipality, ("fellesdrift_sites", key, "municipality"))


def _links(draft: Draft) -> None:
    for key, link in draft.links.items():
        path: KeyPath = ("fellesdrift_links", key)
        refers(draft, "zones", "FD112", link.zone, (*path, "zone"))
        wanted = 2 if link.kind in _TWO_ENDS else None
        if (wanted is not None and len(link.ends) != wanted) or not link.ends:
            draft.refuse(
                "FD116",
                f"The link has {len(link.ends)} end{'' if len(link.ends) == 1 else 's'}.",
                (*path, "ends"),
                found=", ".join(end.host or end.external or "" for end in link.ends) or "none",
                expected=f"two ends: it is a {link.kind}" if wanted else "one end or more",
            )
        for index, end in enumerate(link.ends):
            at: KeyPath = (*path, "ends", index)
            refers(draft, "hosts", "FD114", end.host, (*at, "host"))
            refers(draft, "externals", "FD115", end.external, (*at, "external"))
            in_link(draft, key, end.address, (*at, "address"), "FD118")
        if link.gateway is not None:
            in_link(draft, key, link.gateway, (*path, "gateway"), "FD118")


def _services(draft: Draft) -> None:
    for key, service in draft.services.items():
        path: KeyPath = ("fellesdrift_services", key)
        refers(draft, "zones", "FD112", service.zone, (*path, "zone"))
        for index, user in enumerate(service.used_by):
            refers(draft, "municipalities", "FD110", user, (*path, "used_by", index))
        provides(draft, service.provided_by, "provide the service", (*path, "provided_by"))
        if service.link is not None and refers(draft, "links", "FD113", service.link, (*path, "link")):
            in_link(draft, service.link, service.address, (*path, "address"), "FD121")
        if service.external is not None and refers(draft, "externals", "FD115", service.external, (*path, "external")):
            _at_external(draft, service.external, service.address, (*path, "address"))
        if service.keep_on_own_exit:
            _own_exits(draft, key, service.used_by)


def _at_external(draft: Draft, external: str, address: str, path: KeyPath) -> None:
    """A service of a cloud is at one of the cloud's hosts."""
    hosts = draft.externals[external].hosts if external in draft.externals else {}
    known = [host.address for host in hosts.values()]
    # One host with an error of its own could be the one that is meant.
    if address not in known and len(hosts) == len(draft.names(f"external_hosts of {external}")):
        draft.refuse(
            "FD121",
            f"No host of the external {external!r} has the service's address.",
            path,
            found=address,
            expected=names.one_of(known),
        )


def _own_exits(draft: Draft, service: str, users: Iterable[str]) -> None:
    """A service that stays on the user's own exit needs one."""
    for index, user in enumerate(users):
        if user in draft.municipalities and draft.municipalities[user].exit is None:
            draft.refuse(
                "FD138",
                f"The service stays on its users' own Internet exits, and {user!r} has none.",
                ("fellesdrift_services", service, "used_by", index),
                found=user,
                expected="municipalities with `exit:`",
            )


def _hosts(draft: Draft) -> None:
    for name, host in draft.hosts.items():
        refers(draft, "municipalities", "FD110", host.municipality, ("fellesdrift_municipality",), host=name)
        if refers(draft, "sites", "FD111", host.site, ("fellesdrift_site",), host=name):
            site = draft.sites.get(host.site)
            known = host.municipality in draft.names("municipalities")
            if site is not None and known and site.municipality != host.municipality:
                draft.refuse(
                    "FD136",
                    "The host stands at a site of another municipality.",
                    ("fellesdrift_site",),
                    host=name,
                    found=f"{host.site} of {site.municipality}",
                    expected=f"a site of {host.municipality}",
                )
        if host.dead_man == "reload" and host.shared:
            draft.refuse(
                "FD130",
                "A device that others depend on must not restart as a safety measure.",
                ("fellesdrift_dead_man",),
                host=name,
                found="reload, on a shared host",
                expected="revert_timer, or none with somebody at the console",
            )


def _prefixes(draft: Draft) -> None:
    """No two links, and no two municipalities, have addresses in common. Sorted neighbours are enough: n log n."""
    for section, code_word in (("links", "links"), ("municipalities", "municipalities")):
        records: dict[str, IPv4Network] = {
            key: addresses.network(record.prefix)
            for key, record in (draft.links if section == "links" else draft.municipalities).items()
        }
        ordered = sorted(records.items(), key=lambda item: (int(item[1].network_address), item[1].prefixlen))
        widest = ordered[0] if ordered else None
        for (_, _), (key, prefix) in pairwise(ordered):
            # The one that reaches furthest so far is what the next one can run into.
            if widest is not None and prefix.overlaps(widest[1]):
                draft.refuse(
                    "FD120",
                    f"Two {code_word} have addresses in common.",
                    (f"fellesdrift_{section}", key, "prefix"),
                    found=f"{prefix} of {key!r} and {widest[1]} of {widest[0]!r}",
                    expected="prefixes that do not overlap",
                )
            if widest is None or int(prefix.broadcast_address) > int(widest[1].broadcast_address):
                widest = (key, prefix)


def _interfaces(draft: Draft) -> None:
    """An interface is at one link only."""
    seen: dict[tuple[str, str], KeyPath] = {}
    for key, link in draft.links.items():
        for index, end in enumerate(link.ends):
            if end.host is None or end.interface is None:
                continue
            path: KeyPath = ("fellesdrift_links", key, "ends", index, "interface")
            first = seen.setdefault((end.host, end.interface), path)
            if first != path:
                draft.refuse(
                    "FD117",
                    f"The interface of {end.host} is at two links.",
                    path,
                    found=f"{end.host} {end.interface}",
                    expected="one link for each interface",
                    details=[f"also at: {key_text(first)}", f"in:      {draft.locate(None, first)}"],
                )


def _addresses(draft: Draft) -> None:
    """An address belongs to one host. A LAN's gateway may be one of its own ends, or a virtual address of theirs."""
    holders: dict[str, list[tuple[str, str | None, KeyPath]]] = defaultdict(list)
    for key, link in draft.links.items():
        path: KeyPath = ("fellesdrift_links", key)
        for index, end in enumerate(link.ends):
            at: KeyPath = (*path, "ends", index, "address")
            holders[end.address].append((end.host or f"external {end.external}", None, at))
        if link.gateway is not None and all(end.address != link.gateway for end in link.ends):
            holders[link.gateway].append((f"gateway of {key}", None, (*path, "gateway")))
    for name, host in draft.hosts.items():
        # A host managed at one of its ends has that address once, not twice.
        own = {path for holder, _, path in holders.get(host.management_address, []) if holder == name}
        if not own:
            holders[host.management_address].append((name, name, ("fellesdrift_management_address",)))
    if draft.estate is not None:
        controller: KeyPath = ("fellesdrift_estate", "controller", "address")
        holders[draft.estate.controller.address].append(("the controller", None, controller))
    for key, external in draft.externals.items():
        for host_key, external_host in external.hosts.items():
            where: KeyPath = ("fellesdrift_externals", key, "hosts", host_key, "address")
            holders[external_host.address].append((f"external {host_key}", None, where))

    for address, users in holders.items():
        for holder, host_name, path in users[1:]:
            draft.refuse(
                "FD119",
                "The address is used twice.",
                path,
                host=host_name,
                found=f"{address} for {holder}",
                expected=f"an address that {users[0][0]} does not have",
                details=[f"also at: {key_text(users[0][2])}", f"in:      {draft.locate(users[0][1], users[0][2])}"],
            )
