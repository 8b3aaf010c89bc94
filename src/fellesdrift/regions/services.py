"""What users would notice: the services that the operations centre runs for others, and those of the Internet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fellesdrift.regions.addressing import EXITS, PAYROLL, REFERENCE, address
from fellesdrift.regions.region import Place, Region


@dataclass(frozen=True)
class Central:
    """A service in a zone of the operations centre; it crosses a border and works today."""

    key: str
    title: str
    zone: str
    address: str
    users: list[Place]


def central(region: Region) -> list[Central]:
    """Finance for all; the others for those who have joined so far."""
    chance = region.wanted.chance("services")
    joined = [[place for place in region.members if chance.random() < share] for share in (1.0, 0.5, 0.4)]
    open_zone, closed = (region.host.block.servers(number) for number in (0, 1))
    return [
        Central("finance", "Finance", "open", address(open_zone, 20), [region.host, *joined[0]]),
        Central("case_archive", "Case and archive", "open", address(open_zone, 21), [region.host, *joined[1]]),
        Central("nursing_care", "Nursing and care", "closed", address(closed, 20), [region.host, *joined[2]]),
    ]


def keeps(region: Region) -> list[Place]:
    """Those whose payroll knows them by their own public addresses, so that it stays on their own exits; maybe none."""
    if region.wanted.chance("payroll").random() < 0.3:
        return []
    return [place for place in region.members if place.share.own_exit]


def services(region: Region) -> dict[str, dict[str, Any]]:
    """The variable fellesdrift_services."""
    found: dict[str, dict[str, Any]] = {
        service.key: {
            "title": service.title,
            "provided_by": region.host.key,
            "address": service.address,
            "link": f"{region.host.key}_{service.zone}",
            "zone": service.zone,
            "used_by": [user.key for user in service.users],
            "protected": True,
        }
        for service in central(region)
    }
    if keeping := keeps(region):
        found["payroll"] = {
            "title": "Payroll, run by a provider",
            "provided_by": "payroll_provider",
            "address": PAYROLL,
            "external": "internet",
            "keep_on_own_exit": True,
            "used_by": [place.key for place in keeping],
            "protected": True,
        }
    found["internet"] = {
        "title": "Internet access",
        "provided_by": "internet",
        "address": REFERENCE,
        "external": "internet",
        "used_by": [place.key for place in region.places],
        "protected": False,
    }
    return found


def externals(region: Region) -> dict[str, dict[str, Any]]:
    """The variable fellesdrift_externals: the Internet, with a host that answers all and one that does not."""
    reference = {"title": "Reference host, answers everybody", "address": REFERENCE}
    hosts: dict[str, dict[str, Any]] = {"internet_reference": reference}
    if keeping := keeps(region):
        nets = [str(own_exit(region, place)) for place in keeping]
        hosts["payroll_provider"] = {"title": "Payroll provider", "address": PAYROLL, "accepts_from": nets}
    return {"internet": {"title": "The Internet", "hosts": hosts}}


def own_exit(region: Region, place: Place) -> Any:
    """The provider's net at a municipality's own exit (IPv4Network)."""
    with_exit = [member.number for member in region.members if member.share.own_exit]
    return EXITS[with_exit.index(place.number)]
