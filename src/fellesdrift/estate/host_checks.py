"""What must hold for where hosts stand, what they are called, and what this version can do with them."""

from __future__ import annotations

from collections.abc import Iterable

from fellesdrift.estate import places
from fellesdrift.estate.draft import Draft
from fellesdrift.estate.models import MANAGED, Host
from fellesdrift.estate.references import in_link, refers

# Where Ansible finds the devices with a command line that fellesdrift logs in to.
GROUP = "network"


def check(draft: Draft) -> None:
    """All checks of this module."""
    _names(draft)
    for host in draft.hosts.values():
        _link(draft, host)
        _group(draft, host)
    _sites(draft)


def _names(draft: Draft) -> None:
    """Names that differ in their letters' case only are one name to a reader, to DNS and to some file systems."""
    for section, known in draft.declared.items():
        if section.startswith("external_hosts of "):
            continue
        first: dict[str, str] = {}
        for name in known:
            other = first.setdefault(name.casefold(), name)
            if other != name:
                is_host = section == "hosts"
                draft.refuse(
                    "FD157",
                    "Two names differ only in upper and lower case.",
                    () if is_host else (f"fellesdrift_{section}", name),
                    host=name if is_host else None,
                    file=places.shown(draft.inventory_dir, draft.inventory_dir) if is_host else None,
                    found=f"{name} and {other}",
                    expected="names that are different when they are read aloud",
                )


def _link(draft: Draft, host: Host) -> None:
    """A network device is where its links end; anything else stands on one LAN."""
    path = ("fellesdrift_link",)
    if host.platform in MANAGED:
        if host.link is not None:
            draft.refuse(
                "FD156",
                "A network device stands at the ends of links, not on one.",
                path,
                host=host.name,
                found=host.link,
                expected="no fellesdrift_link; an end in fellesdrift_links for each of its interfaces",
            )
        return
    if host.link is None:
        draft.refuse(
            "FD156",
            "It is not said on which LAN the host stands.",
            path,
            host=host.name,
            file=draft.locate(host.name, ()) or places.shown(draft.inventory_dir, draft.inventory_dir),
            expected="the link that its management address is on",
            next_step="set it in host_vars or in one of its groups",
        )
    elif refers(draft, "links", "FD113", host.link, path, host=host.name):
        link = draft.links.get(host.link)
        if link is not None and link.kind != "lan":
            draft.refuse(
                "FD156",
                "Servers and exchanges stand on a LAN.",
                path,
                host=host.name,
                found=f"{host.link}, a {link.kind}",
                expected="a link of kind lan",
            )
        at = ("fellesdrift_management_address",)
        in_link(draft, host.link, host.management_address, at, "FD118", host=host.name)


def _group(draft: Draft, host: Host) -> None:
    """Plays and snapshots take the group, the engine takes the platform: they must mean the same hosts."""
    inside = GROUP in host.groups
    if inside != (host.platform in MANAGED):
        draft.refuse(
            "FD160",
            f"The host is {'' if inside else 'not '}in the group {GROUP}, and its platform says otherwise.",
            ("fellesdrift_platform",),
            host=host.name,
            found=host.platform,
            expected=_listed(MANAGED) if inside else f"a place in the group {GROUP}, or another platform",
        )


def _listed(known: Iterable[str]) -> str:
    return " or ".join(sorted(known))


def _sites(draft: Draft) -> None:
    """A site is connected because something of ours stands there, and only then."""
    occupied = {host.site for host in draft.hosts.values()}
    # A host with an error of its own could be the one that stands there.
    all_read = len(draft.hosts) == len(draft.names("hosts"))
    for host in draft.hosts.values():
        site = draft.sites.get(host.site)
        if site is not None and not site.connected:
            draft.refuse(
                "FD158",
                "The host stands at a site that no network reaches.",
                ("fellesdrift_site",),
                host=host.name,
                found=f"{host.site}, with connected: false",
                expected="a site that is connected",
            )
    for key, site in draft.sites.items():
        if site.connected and key not in occupied and all_read:
            draft.refuse(
                "FD159",
                "The site is said to be connected, and nothing of the estate stands there.",
                ("fellesdrift_sites", key),
                found="no host with this site",
                expected="a host, or `connected: false`",
            )
