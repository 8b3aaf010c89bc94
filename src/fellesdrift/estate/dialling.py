"""What follows from a numbering plan: pure functions of the variable `fellesdrift_numbering`, as text.

A plan is the variable as it stands in the inventory (a mapping), or the record made of it. `moved`: the municipalities
that have completed the plan's stage, so that their ranges are where `exchange_after` says. All raise ValueError, with
what was found, for what the plan does not have.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol, TypedDict


class _Record(Protocol):
    def model_dump(self) -> dict[str, Any]: ...


Plan = Mapping[str, Any] | _Record


class SteeringCode(TypedDict):
    """Where a code leads: the exchange that has the numbers, and the first route towards it."""

    exchange: str
    route: int


class SpecialCode(TypedDict):
    """What a special number is at one exchange. `route`: the way out, or None where it rings there."""

    kind: str
    exchange: str | None
    route: int | None


def exchange_of_extension(extension: str, plan: Plan, moved: Collection[str] = ()) -> str:
    """The exchange that has an extension: "6001" gives "san-meridian1"."""
    found = _range_of(_data(plan), extension)
    return _exchange(found, moved)


def municipality_of_extension(extension: str, plan: Plan) -> str:
    """The municipality that an extension belongs to: "6001" gives "sande"."""
    return str(_range_of(_data(plan), extension)["municipality"])


def ranges_of_municipality(municipality: str, plan: Plan, moved: Collection[str] = ()) -> list[dict[str, str]]:
    """Its ranges, in the order of the plan: name, first, last and the exchange that has them."""
    found = [
        {"name": name, "first": each["first"], "last": each["last"], "exchange": _exchange(each, moved)}
        for name, each in _ranges(_data(plan))
        if each["municipality"] == municipality
    ]
    if not found:
        raise ValueError(f"no range of the numbering plan is of {municipality!r}")
    return found


def ranges_at_exchange(exchange: str, plan: Plan, moved: Collection[str] = ()) -> list[dict[str, str]]:
    """The ranges that an exchange has: name, first, last and the municipality. [] when it has none."""
    return [
        {"name": name, "first": each["first"], "last": each["last"], "municipality": each["municipality"]}
        for name, each in _ranges(_data(plan))
        if _exchange(each, moved) == exchange
    ]


def steering_codes(
    exchange: str, plan: Plan, moved: Collection[str] = (), elsewhere: Mapping[str, str] | None = None
) -> dict[str, SteeringCode]:
    """The distant steering codes that an exchange needs to reach all extensions of the others, in order.

    They are the shortest that fit a range exactly, so a number outside all ranges is vacant at once, and a range that
    moves keeps its codes: only their route changes. elsewhere: extension -> the exchange that has it, against its
    range (a first set that moves alone); the codes of its range are then split around it.
    """
    data = _data(plan)
    apart = elsewhere or {}
    for extension in apart:
        _range_of(data, extension)
    found: dict[str, str] = {}
    for _, each in _ranges(data):
        owner = _exchange(each, moved)
        inside = [number for number in apart if _in(each, number)]
        for code in _prefixes("", str(each["first"]), str(each["last"]), inside):
            found[code] = apart.get(code, owner)
    towards = _routes(data, exchange)
    codes: dict[str, SteeringCode] = {}
    for code, owner in sorted(found.items()):
        if owner != exchange:
            codes[code] = {"exchange": owner, "route": _route(towards, exchange, owner)}
    return codes


def special_codes(exchange: str, plan: Plan) -> dict[str, SpecialCode]:
    """The special numbers as one exchange has them, in the order of the plan: {"112": {kind, exchange, route}}.

    An emergency number and the outside code have the route to the public network, a service number the route towards
    its exchange, None where it rings; the switchboard has none.
    """
    data = _data(plan)
    towards = _routes(data, exchange)
    found: dict[str, SpecialCode] = {}
    for each in (data.get("special_numbers") or {}).values():
        kind, owner = str(each["kind"]), each.get("exchange")
        route: int | None = None
        if kind in ("emergency", "outside"):
            route = public_route(exchange, plan)
        elif kind == "service" and owner != exchange:
            route = _route(towards, exchange, str(owner))
        found[str(each["number"])] = {"kind": kind, "exchange": owner, "route": route}
    return found


def route_towards(exchange: str, plan: Plan, other: str) -> int:
    """The number of the route by which `exchange` reaches another one: over the fewest lines."""
    return _route(_routes(_data(plan), exchange), exchange, other)


def public_route(exchange: str, plan: Plan) -> int:
    """The number of the route to the public network, or of the one towards the nearest exchange that has one."""
    data = _data(plan)
    ends = [line["ends"][0] for line in _lines(data) if line.get("public")]
    own = {end["exchange"]: int(end["route"]) for end in reversed(ends)}
    if exchange in own:
        return own[exchange]
    # nearest first: the routes are found in that order
    for other, route in _routes(data, exchange).items():
        if other in own:
            return route
    raise ValueError(f"no line of the numbering plan leads from {exchange!r} to the public network")


def public_number(extension: str, plan: Plan) -> str:
    """The public number of an extension: "6001" gives "+4700610001"."""
    each = _range_of(_data(plan), extension)
    first = each.get("public")
    if first is None:
        raise ValueError(f"{extension!r} has no public number")
    digits = str(first).replace(" ", "").removeprefix("+")
    number = str(int(digits) + int(extension) - int(each["first"])).zfill(len(digits))
    return f"+{number}" if str(first).startswith("+") else number


def prefixes(first: str, last: str) -> list[str]:
    """The shortest codes with which exactly the numbers from `first` to `last`, of one length, begin."""
    return list(_prefixes("", first, last, ()))


def reachable(exchange: str, plan: Plan) -> frozenset[str]:
    """The exchanges to which lines lead from this one, itself among them."""
    return frozenset(_routes(_data(plan), exchange)) | {exchange}


def _data(plan: Plan) -> Mapping[str, Any]:
    return plan if isinstance(plan, Mapping) else plan.model_dump()


def _ranges(data: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return list((data.get("ranges") or {}).items())


def _lines(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list((data.get("trunks") or {}).values())


def _exchange(each: Mapping[str, Any], moved: Collection[str]) -> str:
    after = each.get("exchange_after")
    return str(after if after is not None and each["municipality"] in moved else each["exchange"])


def _in(each: Mapping[str, Any], extension: str) -> bool:
    return len(extension) == len(each["first"]) and each["first"] <= extension <= each["last"]


def _range_of(data: Mapping[str, Any], extension: str) -> Mapping[str, Any]:
    for _, each in _ranges(data):
        if _in(each, str(extension)):
            return each
    raise ValueError(f"{extension!r} is in no range of the numbering plan")


def _prefixes(code: str, first: str, last: str, apart: Collection[str]) -> Iterator[str]:
    """The codes below `code`; each extension of `apart` is a code of its own, and none of the others holds it."""
    rest = len(first) - len(code)
    low, high = code + "0" * rest, code + "9" * rest
    if high < first or low > last:
        return
    alone = rest and any(number.startswith(code) for number in apart)
    if first <= low and high <= last and code and not alone:
        yield code
        return
    for digit in "0123456789":
        yield from _prefixes(code + digit, first, last, apart)


def _routes(data: Mapping[str, Any], exchange: str) -> dict[str, int]:
    """Every other exchange that lines lead to, nearest first, with the first route of the way."""
    lines: dict[str, list[tuple[int, str]]] = {}
    for line in _lines(data):
        if not line.get("public"):
            one, other = line["ends"]
            lines.setdefault(one["exchange"], []).append((int(one["route"]), other["exchange"]))
            lines.setdefault(other["exchange"], []).append((int(other["route"]), one["exchange"]))
    found: dict[str, int] = {}
    waiting: deque[tuple[str, int | None]] = deque([(exchange, None)])
    while waiting:
        at, first = waiting.popleft()
        for route, far in lines.get(at, []):
            if far != exchange and far not in found:
                found[far] = route if first is None else first
                waiting.append((far, found[far]))
    return found


def _route(towards: Mapping[str, int], exchange: str, other: str) -> int:
    if other not in towards:
        raise ValueError(f"no line of the numbering plan leads from {exchange!r} to {other!r}")
    return towards[other]


FILTERS = (
    exchange_of_extension,
    municipality_of_extension,
    public_number,
    ranges_at_exchange,
    ranges_of_municipality,
    route_towards,
    special_codes,
    steering_codes,
)
"""What fragments and playbooks may ask, each by its name."""
