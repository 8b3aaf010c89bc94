"""The systems of a region: who runs what today, what is decided, and how far it has come."""

from __future__ import annotations

from typing import Any

from fellesdrift.regions.region import Region
from fellesdrift.regions.services import Central, central

_SOURCE = "generated"
_PRODUCTS = {
    "finance": ("Agresso", "Unique"),
    "case_archive": ("Kontor 2000", "ESA"),
    "nursing_care": ("Gerica", "Profil"),
}


def systems(region: Region) -> dict[str, dict[str, Any]]:
    """The variable fellesdrift_systems: those that are shared already, and one that everybody still runs alone."""
    found = {service.key: _shared(region, service) for service in central(region)}
    everybody = [place.key for place in region.places]
    found["library"] = {
        "title": "Library",
        "group": "line_of_business",
        "zone": "open",
        "in_use": {key: {"product": "Bibliofil", "run_by": key} for key in everybody},
        "recommendation": {"product": None, "source": _SOURCE},
        "status": {"state": "local"},
        "owner": "system_owner",
        "data_controller": "chief_executive",
        "source": _SOURCE,
    }
    return found


def _shared(region: Region, service: Central) -> dict[str, Any]:
    """Run from the operations centre for those who use it; the others run something of their own, or nothing."""
    chance = region.wanted.chance(f"system {service.key}")
    ours, theirs = _PRODUCTS[service.key]
    users = {place.key for place in service.users}
    in_use: dict[str, dict[str, Any]] = {}
    for place in region.places:
        if place.key in users:
            in_use[place.key] = {"product": ours, "run_by": region.host.key}
        elif chance.random() < 0.2:
            in_use[place.key] = {"product": None}
        else:
            in_use[place.key] = {"product": chance.choice((ours, theirs)), "run_by": place.key}
    group = "application_servers" if service.zone == "open" else "oracle_servers"
    link = f"{region.host.key}_{service.zone}"
    hosts = [server.name for server in region.servers if server.group == group and server.link == link][:1]
    everybody = [place.key for place in region.places]
    return {
        "title": service.title,
        "group": "shared" if service.zone == "open" else "line_of_business",
        "zone": service.zone,
        "in_use": in_use,
        "recommendation": {"product": ours, "source": _SOURCE},
        "decision": {"product": ours, "adopted_by": everybody, "source": _SOURCE},
        "status": {"state": "shared", "shared_for": [place.key for place in service.users]},
        "hosts": hosts,
        "moves": [key for key in everybody if key not in users],
        "owner": "system_owner",
        "data_controller": "chief_executive",
        "source": _SOURCE,
    }
