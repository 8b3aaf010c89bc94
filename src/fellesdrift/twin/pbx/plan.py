"""Which numbers each exchange of an estate has, where the inventory has no data of it, and how it is cabled, where the
inventory has no numbering plan: assumed.

Numbers as long as all exchanges need, from 2 on (0 leads out, 1 begins emergency numbers, 9 access codes), a block for
each. A star: every exchange has a line to the first one that is not an IP exchange, and one to the public network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fellesdrift.twin.pbx.made import PUBLIC_ROUTE, kinds_of
from fellesdrift.twin.pbx.spec import PUBLIC, PbxSpec, Plan, Trunk, header, licences

SETS = 1500
SETS_IP = 20
_TIE_ROUTE = 10
# each block ends with room for the pilots of hunt groups
_STEP = 100


@dataclass(frozen=True)
class Place:
    """An exchange of the estate. `file`: where its contents would be; `trunks`: as the numbering plan has them."""

    name: str
    address: str
    ip: bool
    file: Path
    trunks: tuple[Trunk, ...] | None = None


def specs(places: Sequence[Place]) -> tuple[PbxSpec, ...]:
    """All exchanges of an estate. Raises FellesdriftError FD920 for a file that cannot be read."""
    sizes = [SETS_IP if place.ip else SETS for place in places]
    rooms = [-(-size // _STEP) * _STEP + _STEP for size in sizes]
    digits = next(length for length in range(4, 12) if sum(rooms) <= 7 * 10 ** (length - 1))
    blocks = []
    at = 2 * 10 ** (digits - 1)
    for place, room in zip(places, rooms, strict=True):
        blocks.append((place.name, at, at + room - 1))
        at += room
    hub = next((place.name for place in places if not place.ip), places[0].name if places else "")
    return tuple(
        _spec(place, size, digits, blocks, [each.name for each in places], hub)
        for place, size in zip(places, sizes, strict=True)
    )


def _spec(
    place: Place, size: int, digits: int, blocks: list[tuple[str, int, int]], names: list[str], hub: str
) -> PbxSpec:
    trunks = list(place.trunks) if place.trunks is not None else _star(place.name, names, hub)
    if place.file.is_file():
        given = {"trunks": tuple(trunks)} | header(place.file)
        return PbxSpec(place.name, place.address, file=str(place.file), **given)
    first, last = next((first, last) for name, first, last in blocks if name == place.name)
    others = tuple(block for block in blocks if block[0] != place.name)
    plan = Plan(first, size, place.ip, digits, (first, last), others)
    licensed = licences(kinds_of(plan), ip=place.ip)
    return PbxSpec(place.name, place.address, licences=licensed, trunks=tuple(trunks), plan=plan)


def _star(exchange: str, names: list[str], hub: str) -> list[Trunk]:
    far = [name for name in names if name != hub]
    trunks = [Trunk(PUBLIC_ROUTE, PUBLIC)]
    if exchange == hub:
        return trunks + [Trunk(_TIE_ROUTE + number, name, _TIE_ROUTE) for number, name in enumerate(far, 1)]
    return [*trunks, Trunk(_TIE_ROUTE, hub, _TIE_ROUTE + 1 + far.index(exchange))]
