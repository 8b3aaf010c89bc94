"""What the journal says of every device, held against what the device really has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fellesdrift.state.network import normalise, touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fellesdrift.journal import Record

type Place = tuple[str, str, str]


@dataclass
class Said:
    """What the journal says of one device. values: place -> what may be there; unsaid: it was never touched, or is
    said to be back, so that it is as it was at first."""

    values: dict[Place, list[Any]] = field(default_factory=dict)
    unsaid: bool = True


def said(records: Iterable[Record]) -> dict[str, Said]:
    """host -> what the journal says of it. Between an intent and its end a device has the one or the other."""
    found: dict[str, Said] = {}
    first: dict[tuple[str, Place], Any] = {}
    for record in records:
        if not record.host:
            continue
        one, payload = found.setdefault(record.host, Said()), record.payload or {}
        match record.event.removeprefix("day2_"):
            case "host_intended" | "back_intended" | "drained":
                one.unsaid = False
                for place, before, after in _both(payload):
                    first.setdefault((record.host, place), before)
                    known = one.values.get(place, [])
                    one.values[place] = [*known, *(value for value in (before, after) if value not in known)]
            case "host_saved":
                for place, values in one.values.items():
                    one.values[place] = values[-1:]
            case "host_back" | "host_reverted":
                one.unsaid = all(first[record.host, place] in values for place, values in one.values.items())
            case _:
                pass
    return found


def unexplained(records: Iterable[Record], first: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The hosts whose running configuration the journal does not explain. first, now: host -> configuration."""
    journal, wrong = said(records), []
    for host, text in now.items():
        one = journal.get(host, Said())
        if one.unsaid:
            if normalise(text) != normalise(first[host]):
                wrong.append(host)
            continue
        resources: dict[str, dict[str, dict[str, Any]]] = {}
        for (kind, key, attribute), values in one.values.items():
            resources.setdefault(kind, {}).setdefault(key, {})[attribute] = values[0]
        present = touched(text, resources)
        if any(
            present[kind][key].get(attribute) not in values for (kind, key, attribute), values in one.values.items()
        ):
            wrong.append(host)
    return wrong


def _both(payload: Mapping[str, Any]) -> Iterable[tuple[Place, Any, Any]]:
    for kind, keys in payload["before"].items():
        for key, attributes in keys.items():
            for attribute, before in attributes.items():
                yield (kind, key, attribute), before, payload["after"][kind][key].get(attribute)
