"""The gates that an exchange answers; as with other hosts, what keeps one from telling is inconclusive."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fellesdrift.cutover.gates import Answer, GateResult, one_line
from fellesdrift.cutover.pbx_portions import NAME, SET, STEERING, numbers_here, numbers_of
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.pbx import KINDS, compare, plan, read_exchange
from fellesdrift.state.pbx.catalogue.set_steps import form_of
from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.pbx.listings import read_licences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fellesdrift.cutover.emergency import Lookout
    from fellesdrift.state.pbx import Exchange, Resource, Resources

_STATUS = 32
_MAINTENANCE = "."
_LICENCE_OF = {"i": "IP USERS", "5": "ANALOGUE TELEPHONES", "2": "DIGITAL TELEPHONES", "3": "DIGITAL TELEPHONES"}
"""The beginning of a set's type -> the licence that it takes."""
_ALL = "TNS"
_UNIT = re.compile(r"(?P<unit>\d\d) = UNIT \d\d = (?P<state>[A-Z]+)\b")
_AT_REST = frozenset({"IDLE", "DSBL", "UNEQ"})
_SHOWN = 5


@dataclass(frozen=True)
class PbxGateInput:
    """What the gates of one exchange look at.

    exchange   an open session
    desired    what the stage makes of it, checked; empty for one that only observes
    moving     the numbers of all telephones that the stage moves, wherever they are now
    lookout    what was read of all exchanges; may wait for them
    resumed    an earlier run of the same stage changed this exchange already
    """

    exchange: Exchange
    desired: Resources
    moving: Sequence[str]
    lookout: Callable[[], Lookout]
    resumed: bool


type Gate = Callable[[PbxGateInput], tuple[Answer, str]]


def _reachable(_: PbxGateInput) -> tuple[Answer, str]:
    return "pass", "logged in over its terminal"


def _readable(given: PbxGateInput) -> tuple[Answer, str]:
    """Everything that the stage claims is read once, and every step planned: what cannot be made is found here."""
    have = read_exchange(given.exchange, given.desired)
    claimed = sum(len(one) for keys in given.desired.values() for one in keys.values())
    told = f"{claimed} attributes read; {len(compare(given.desired, have))} are to be changed"
    try:
        steps = plan(given.exchange, given.desired).steps
    except RefusedStateError as refused:
        return "fail", one_line(refused)
    return "pass", f"{told}, in {len(steps)} steps"


def _licences(given: PbxGateInput) -> tuple[Answer, str]:
    """Of each sort of telephone that is to be built as many licences as there are telephones."""
    present = given.exchange.whole(KINDS[SET])
    new = [one for key, one in _sets(given) if key not in present]
    if not new:
        return "pass", "no telephone is to be built"
    wanted: dict[str, int] = {_ALL: len(new)}
    for one in new:
        licence = _LICENCE_OF.get(str(one.get("type"))[:1].lower())
        if licence is None:
            return "inconclusive", f"which licence a set of type {one.get('type')} takes is not known"
        wanted[licence] = wanted.get(licence, 0) + 1
    free = {name: each.left for name, each in read_licences(given.exchange).items()}
    unknown = [name for name in wanted if name not in free]
    if unknown:
        return "inconclusive", f"the exchange says nothing of {', '.join(unknown)}"
    told = ", ".join(f"{name}: {count} wanted, {free[name]} free" for name, count in wanted.items())
    return ("pass" if all(count <= free[name] for name, count in wanted.items()) else "fail"), told


def _range_free(given: PbxGateInput) -> tuple[Answer, str]:
    """Nobody else has the numbers that come here, nor the places of the telephones."""
    present, groups = given.exchange.whole(KINDS[SET]), given.exchange.whole(KINDS["hunt_group"])
    coming = {number: key for key, one in _sets(given) for number in numbers_of(one)}
    taken = [
        f"{number} is on TN {key}"
        for key, one in present.items()
        for number in numbers_of(one)
        if coming.get(number, key) != key
    ]
    taken += [
        f"TN {key} has {', '.join(numbers_of(present[key]))}"
        for key, one in _sets(given)
        if key in present and numbers_of(present[key]) != numbers_of(one)
    ]
    taken += [f"{one['pilot']} leads hunt group {key}" for key, one in groups.items() if one.get("pilot") in coming]
    going = {key for key, one in given.desired.get(STEERING, {}).items() if one.get("present") is False}
    for key in given.exchange.whole(KINDS[STEERING]):
        code = key.split()[-1]
        number = next((each for each in coming if each.startswith(code) and key not in going), None)
        taken += [f"{number} begins with {key}"] if number else []
    if taken:
        return "fail", f"{len(taken)} taken: {'; '.join(taken[:_SHOWN])}"
    return "pass", f"{len(coming)} numbers and their places are free"


def _sets_idle(given: PbxGateInput) -> tuple[Answer, str]:
    """Nobody talks at a telephone whose number moves, nor at one that the stage changes here."""
    present = given.exchange.whole(KINDS[SET])
    moving = set(given.moving)
    mine = {key for key in given.desired.get(SET, {}) if key in present}
    mine |= {key for key, one in present.items() if moving.intersection(numbers_of(one))}
    if not mine:
        return "pass", "none of the telephones that move is here"
    busy, unknown = [], []
    for card in sorted({_card(key) for key in mine}):
        units = _states(given.exchange, card)
        for key in sorted(key for key in mine if _card(key) == card):
            state = units.get(key.split()[-1])
            if state is None or not state.isalpha():
                unknown.append(key)
            elif state == "BUSY":
                busy.append(key)
            elif state not in _AT_REST:
                unknown.append(f"{key} ({state})")
    if busy:
        return "fail", f"a call is in progress at TN {', '.join(busy[:_SHOWN])}"
    if unknown:
        return "inconclusive", f"not known of TN {', '.join(unknown[:_SHOWN])}"
    return "pass", f"{len(mine)} telephones at rest"


def _emergency_before(given: PbxGateInput) -> tuple[Answer, str]:
    reaches, told = given.lookout().judged(given.exchange.name)
    return ("inconclusive" if reaches is None else "pass" if reaches else "fail"), told


GATES: dict[str, Gate] = {
    "reachable": _reachable,
    "readable": _readable,
    "licences": _licences,
    "range_free": _range_free,
    "sets_idle": _sets_idle,
    "emergency_before": _emergency_before,
}
_OF_ALL = frozenset({"reachable", "sets_idle", "emergency_before"})


def answer_gates(names: Sequence[str], given: PbxGateInput) -> Iterator[GateResult]:
    """Each gate's answer, as it comes: what was answered before a deadline ends the rest is kept. An exchange that only
    observes answers what is asked of all."""
    host = given.exchange.name
    for name in names:
        if name not in _OF_ALL and not given.desired:
            continue
        try:
            answer, evidence = GATES[name](given)
        except FellesdriftError as error:
            answer, evidence = "inconclusive", one_line(error)
        yield GateResult(name, host, answer, evidence)


def moving_numbers(desired: Mapping[str, Resources]) -> list[str]:
    """The numbers of all telephones that a stage's hosts are to have. desired: host -> resources."""
    found = [number for resources in desired.values() for number in numbers_here(resources)]
    named = [number for resources in desired.values() for number in resources.get(NAME, {})]
    return list(dict.fromkeys([*found, *named]))


def _sets(given: PbxGateInput) -> list[tuple[str, Resource]]:
    return [(key, one) for key, one in given.desired.get(SET, {}).items() if one.get("present", True)]


def _card(terminal: str) -> str:
    return " ".join(terminal.split()[:-1])


def _states(exchange: Exchange, card: str) -> dict[str, str]:
    """unit -> what the exchange says of it: IDLE, BUSY and so on. card: as it is printed, `014 0 00`."""
    words = [str(int(word)) for word in card.split()]
    typed = words[0] if form_of(exchange, exchange.whole(KINDS[SET])) == "small" else " ".join(words)
    said = exchange.print(_STATUS, {_MAINTENANCE: f"STAT {typed}"})
    return {match["unit"]: match["state"] for line in said.lines if (match := _UNIT.match(line.strip()))}
