"""Who is asked and when: roles, contacts, public numbers, change windows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fellesdrift.regions.region import Place, Region

# Numbers that nobody has: no Norwegian number begins with 0.
_COUNTRY = "+4700"
_NUMBERS = 1000
_FIRST_NIGHT = datetime(2006, 1, 9, 22, 0)
ROLES = {
    "service_manager": {"title": "Daglig leder"},
    "chief_executive": {"title": "Rådmann"},
    "ict_manager": {"title": "IKT-leder"},
    "system_owner": {"title": "Systemeier"},
}


def numbers(place: Place) -> dict[str, str]:
    """The public numbers of a municipality."""
    first = place.number * _NUMBERS
    return {"first": f"{_COUNTRY}{first:06}", "last": f"{_COUNTRY}{first + _NUMBERS - 1:06}"}


def contacts(region: Region) -> dict[str, dict[str, Any]]:
    """One for each role that is asked in a municipality; the operations centre is there day and night."""
    found: dict[str, dict[str, Any]] = {
        "service_manager": {
            "role": "service_manager",
            "municipality": region.host.key,
            "telephone": f"{_COUNTRY}{region.host.number * _NUMBERS + 10:06}",
        }
    }
    for place in region.places:
        for extension, role in enumerate(("chief_executive", "ict_manager")):
            found[f"{place.key}_{role}"] = {
                "role": role,
                "municipality": place.key,
                **({"site": place.hall} if role == "ict_manager" else {}),
                "telephone": f"{_COUNTRY}{place.number * _NUMBERS + extension:06}",
                "hours": "always" if role == "ict_manager" and not place.number else "office",
            }
    return found


def windows(stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A night for each stage of each municipality, none at the same time as another; who is on call, with it."""
    found: list[dict[str, Any]] = []
    night = _FIRST_NIGHT
    for stage in stages:
        for municipality in stage["municipalities"]:
            end = night + timedelta(hours=7)
            times = {"start": f"{night:%Y-%m-%d %H:%M}", "end": f"{end:%Y-%m-%d %H:%M}"}
            on_call = {"on_call": [f"{municipality}_ict_manager"]}
            found.append({"municipality": municipality, "stage": stage["id"], **times, **on_call})
            night += timedelta(days=1)
    return found
