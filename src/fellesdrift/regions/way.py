"""The way to the shared platform: the stages, and the zones that the last of them separates."""

from __future__ import annotations

from typing import Any

from fellesdrift.regions.region import Region

_GATES = ("reachable", "startup_saved", "dead_man", "interface_free", "services_before")
_RULES = ("stays_local", "contact_reachable", "window_open")

ZONES = {
    "open": {"title": "Open zone (åpen sone), ordinary business systems"},
    "closed": {"title": "Closed zone (lukket sone), sensitive personal data"},
    "terminal": {"title": "Terminal servers"},
    "local": {"title": "A municipality's own servers, as they are today"},
    "management": {"title": "Management, where the operations centre works from"},
    "transit": {"title": "Transit, links between routers and firewalls"},
    "users": {"title": "Users, their workstations and terminals"},
    "internet": {"title": "The public Internet"},
}


def stages(region: Region) -> list[dict[str, Any]]:
    """The variable fellesdrift_stages: the same as in the production estate, for the members of this region."""
    zones = {"name": "Zone firewall", "hosts": ["platform:&zone_firewalls"]}
    town_hall = {"name": "Town-hall router", "hosts": ["{municipality}:&town_hall_routers"]}
    members = [place.key for place in region.members]
    return [
        {
            "id": "wan_link",
            "title": "Fibre to the operations centre carries the municipality's traffic",
            "role": "wan_link",
            "owner": "service_manager",
            "requires": [],
            "waves": [
                {"name": "Internet exit of the operations centre", "hosts": ["platform:&internet_firewalls"]},
                dict(town_hall),
                {"name": "Core routers", "hosts": ["platform:&core_routers"]},
            ],
            "gates": list(_GATES),
            "rules": list(_RULES),
            "municipalities": members,
        },
        {
            "id": "zone_firewall",
            "title": "Zones separated by one policy, and the own Internet exit closed",
            "role": "zone_firewall",
            "owner": "service_manager",
            "requires": ["wan_link"],
            "waves": [
                zones,
                town_hall,
                # who never had an exit of its own has none to close
                {
                    "name": "The municipality's own exit",
                    "hosts": ["{municipality}:&town_hall_firewalls"],
                    "optional": True,
                },
            ],
            "gates": list(_GATES),
            "rules": ["platform_first", *_RULES],
            "municipalities": members,
        },
    ]
