"""How large a region is, and how its hosts are shared out: before any of them has a name or an address."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from fellesdrift.errors import FellesdriftError
from fellesdrift.regions.addressing import EXITS, AddressPlan, plans

FEWEST_MUNICIPALITIES = 2
MOST_MUNICIPALITIES = 200
# A core router, an Internet firewall and a zone firewall; and a router for each further municipality.
_CENTRE = 3
_SERVERS_OF_ONE = 200


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    municipalities   the one with the operations centre among them
    hosts            devices, servers and exchanges together
    seed             everything else is drawn from it
    servers          false: network devices alone
    legacy           devices with the ssh of 2005
    """

    municipalities: int = 3
    hosts: int = 100
    seed: int = 1
    servers: bool = True
    legacy: bool = True

    def chance(self, topic: str) -> random.Random:
        """A source of chance for one topic: what is drawn for another leaves it alone."""
        return random.Random(f"{self.municipalities} {self.hosts} {self.seed} {self.servers} {topic}")


@dataclass(frozen=True)
class Share:
    """What one municipality gets. dark_sites: units that no network reaches."""

    own_exit: bool = False
    units: int = 0
    servers: int = 0
    dark_sites: int = 0


@dataclass(frozen=True)
class Shape:
    """shares: one for each municipality, the one with the operations centre first."""

    plan: AddressPlan
    cores: int
    shares: list[Share] = field(default_factory=list)


def shape(wanted: Wanted) -> Shape:
    """The sizes of everything. Raises FD190 for a size that no region can have."""
    _check(wanted)
    chance = wanted.chance("sizes")
    members = wanted.municipalities - 1
    possible = [plan for plan in plans(wanted.municipalities) if _most(wanted, plan) >= wanted.hosts]
    if not possible:
        most = max(_most(wanted, plan) for plan in plans(wanted.municipalities))
        raise _impossible(f"{wanted.hosts} hosts", f"at most {most} for {wanted.municipalities} municipalities")
    plan = chance.choice(possible).moved(chance, wanted.municipalities)
    spare = wanted.hosts - _CENTRE - members
    cores = 2 if spare > 0 and chance.random() < 0.5 else 1
    spare -= cores - 1
    exits = min(spare, len(EXITS), sum(chance.random() < 0.75 for _ in range(members)) or 1)
    with_exit = set(chance.sample(range(1, members + 1), exits))
    spare -= exits
    weights = [chance.uniform(0.5, 2.0) for _ in range(wanted.municipalities)]
    # Some have their services run from the centre altogether, and no server room of their own.
    rooms = [3.0, *(weight if chance.random() < 0.7 else 0.0 for weight in weights[1:])]
    most_servers = _SERVERS_OF_ONE * wanted.municipalities if wanted.servers else 0
    wish = round(spare * chance.uniform(0.5, 0.7))
    servers = min(most_servers, max(wish, spare - plan.most_units * wanted.municipalities))
    units = shared_out(spare - servers, weights, plan.most_units)
    rooms_of = shared_out(servers, rooms, _SERVERS_OF_ONE)
    return Shape(
        plan,
        cores,
        [
            Share(number in with_exit, units[number], rooms_of[number], chance.choice((0, 0, 1, 3)))
            for number in range(wanted.municipalities)
        ],
    )


def shared_out(total: int, weights: Sequence[float], most: int) -> list[int]:
    """`total` in whole parts by weight, none above `most`; those without weight get what others have no room for."""
    parts = [0] * len(weights)
    left = total
    for eligible in (lambda weight: weight > 0, lambda _: True):
        while left and (open_ := [n for n, weight in enumerate(weights) if eligible(weight) and parts[n] < most]):
            whole = sum(weights[number] or 1.0 for number in open_)
            given = 0
            for number in open_:
                more = min(most - parts[number], int(left * (weights[number] or 1.0) / whole))
                parts[number] += more
                given += more
            if not given:
                for number in open_[:left]:
                    parts[number] += 1
                    given += 1
            left -= given
    return parts


def _most(wanted: Wanted, plan: AddressPlan) -> int:
    """The largest region of that many municipalities in that plan, with one core and no own exits."""
    each = plan.most_units + (_SERVERS_OF_ONE if wanted.servers else 0)
    return _CENTRE + wanted.municipalities - 1 + wanted.municipalities * each


def _check(wanted: Wanted) -> None:
    if not FEWEST_MUNICIPALITIES <= wanted.municipalities <= MOST_MUNICIPALITIES:
        raise _impossible(
            f"{wanted.municipalities} municipalities", f"{FEWEST_MUNICIPALITIES} to {MOST_MUNICIPALITIES}"
        )
    fewest = _CENTRE + wanted.municipalities - 1
    if wanted.hosts < fewest:
        raise _impossible(f"{wanted.hosts} hosts", f"at least {fewest} for {wanted.municipalities} municipalities")


def _impossible(found: str, expected: str) -> FellesdriftError:
    return FellesdriftError(
        "FD190",
        "There is no region of that size.",
        found=found,
        expected=expected,
        next_step="choose other numbers for --municipalities and --hosts (docs/regions.md)",
    )
