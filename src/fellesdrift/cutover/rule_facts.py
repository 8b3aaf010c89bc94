"""What of an estate its rules look at, handed from the opening of a stage to the decision by its gates.

An inventory is the same throughout a run, and reading it takes longer than the decision. What changes meanwhile is no
part of it: the time, and what the journal says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.estate import Estate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LEFT_OUT = ("municipalities", "zones", "sites", "links", "externals", "roles", "applications")


def handed_on(estate: Estate, municipality: str, stage: str, hosts: Iterable[str]) -> dict[str, Any]:
    """As JSON data. hosts: those that the stage writes on. What no rule looks at is left out, the journal's place too:
    a database's may have a password in it."""
    left_out: dict[str, Any] = {"journal": "", "policy": [], "numbering": None, "assumed": False, "reason": None}
    left_out |= {key: {} for key in _LEFT_OUT}
    kept = {
        "hosts": {host: estate.hosts[host].model_copy(update={"variables": {}, "groups": []}) for host in hosts},
        "groups": {},
        "windows": [each for each in estate.windows if (each.municipality, each.stage) == (municipality, stage)],
    }
    return estate.model_copy(update=left_out | kept).model_dump(mode="json", exclude_defaults=True)


def taken_over(data: Mapping[str, Any]) -> Estate:
    """The estate as far as the rules look at it."""
    return Estate.model_validate(data)
