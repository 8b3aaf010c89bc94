"""The estate's own exchanges: what they have fits the numbering plan, today and when municipalities have moved.

Their baselines are what the twin's exchanges printed, so this also holds the computation against real prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support.exchange_inside import TARGET, inside, session_inside
from support.many_exchanges import Made
from support.overlay import Clock
from support.typed_exchange import typed

from fellesdrift.commands.exchanges_read import read_exchanges
from fellesdrift.compose import compose
from fellesdrift.estate import Estate, dialling, load_estate
from fellesdrift.estate.numbering import Numbering
from fellesdrift.numbering import KINDS as DIALLED
from fellesdrift.numbering import Network, cabling_of, emergency, network
from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.session.overlay.session import OverlaySession
from fellesdrift.state.pbx import KINDS, open_exchange, read_all
from fellesdrift.state.pbx.compare import joined
from fellesdrift.twin.from_estate import exchanges_of
from fellesdrift.twin.pbx.made import contents
from fellesdrift.twin.pbx.routing import dial
from fellesdrift.twin.pbx.tables import Memory

PROJECT = Path(__file__).resolve().parents[3]
MOVING = ("sande", "royken", "svelvik")
EMERGENCY = ["110", "112", "113"]

type State = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def estate() -> Estate:
    return load_estate([PROJECT / "inventories" / "production"], files=False)


@pytest.fixture(scope="module")
def plan(estate: Estate) -> Numbering:
    assert estate.numbering is not None
    return estate.numbering


@pytest.fixture(scope="module")
def today(estate: Estate) -> dict[str, State]:
    read = read_exchanges(estate, baseline=True)
    states = {name: each.resources for name, each in read.items() if each.resources is not None}
    assert len(states) == len(read) == 6
    return states


def net_of(plan: Numbering, states: dict[str, State]) -> Network:
    return network(states, cabling_of(plan))


def numbers_of(states: dict[str, State]) -> list[str]:
    """Every number that is on a set."""
    keys = [key for state in states.values() for each in state["set"].values() for key in each["keys"].values()]
    return sorted({key["dn"] for key in keys if key and key.get("dn")})


def test_every_number_rings_where_the_plan_says_from_everywhere(plan: Numbering, today: dict[str, State]) -> None:
    net = net_of(plan, today)
    numbers = numbers_of(today)
    assert len(numbers) == 1500
    for place, number in enumerate(numbers):
        owner = dialling.exchange_of_extension(number, plan)
        for at in list(net.exchanges)[place % 3 :: 3]:
            answer = net.ring(at, number)
            assert answer.rings_at is not None, answer
            assert (answer.rings_at.host, answer.rings_at.number) == (owner, number)


def test_what_is_dialled_besides(plan: Numbering, today: dict[str, State]) -> None:
    net = net_of(plan, today)
    assert [each.reaches for each in emergency(net, EMERGENCY)] == [True] * 18
    for at in net.exchanges:
        desk = net.ring(at, "1700")
        assert desk.rings_at is not None
        assert desk.rings_at.host == "drm-meridian1"
        assert net.ring(at, "99").rings_at is not None
        assert net.ring(at, "0112").result == "public"
        assert net.ring(at, "9999").result == "vacant"


def test_the_twin_rings_the_same(estate: Estate, plan: Numbering, today: dict[str, State]) -> None:
    """Made from the same baselines by the twin's own reader, and followed by its own code."""
    made = {spec.name: Made(Memory(contents(spec)), spec.trunks) for spec in exchanges_of(estate)}
    net = net_of(plan, today)
    random = Random(7)
    numbers = numbers_of(today)
    for _ in range(1500):
        at = random.choice(list(made))
        digits = random.choice([random.choice(numbers), str(random.randint(0, 9999)), f"0{random.randint(0, 200)}"])
        answer, call = net.ring(at, digits), dial(made.get, at, digits)
        assert answer.result == call.outcome, (answer, call)
        if answer.rings_at is not None:
            assert (answer.rings_at.host, answer.rings_at.number) == (call.exchange, call.dn)


def test_what_the_prints_say_is_what_lies_in_memory(estate: Estate) -> None:
    """Every attribute that a call may need, read over the terminal."""
    spec = next(spec for spec in exchanges_of(estate) if spec.name == "drm-succession2")
    exchange = inside(spec, contents)

    @contextmanager
    def opener(_: OverlayTarget) -> Iterator[OverlaySession]:
        with session_inside(exchange, Clock()) as (session, _):
            yield session

    with open_exchange(TARGET, spec.form, opener) as reader:
        read = read_all(reader, DIALLED)
    memory = typed(exchange.memory.tables)
    assert sum(len(keys) for keys in memory.values()) > 50
    for kind, keys in memory.items():
        assert set(read[kind]) == set(keys), kind
        for key, wanted in keys.items():
            found = read[kind][key]
            for attribute, value in wanted.items():
                if kind == "set" and attribute == "fields":
                    assert found["fields"]["NCOS"] == value["NCOS"]
                elif kind == "set" and attribute == "keys":
                    _same_keys(found["keys"], value)
                else:
                    assert found[attribute] == value, (kind, key, attribute)


def _same_keys(read: dict[str, Any], memory: dict[str, Any]) -> None:
    for number, key in memory.items():
        for name in ("function", "dn", "marp", "value"):
            assert (read[number] or {}).get(name, "") == key[name] or not key[name], (number, name)


@pytest.fixture(scope="module")
def moved(estate: Estate, today: dict[str, State]) -> dict[str, State]:
    """Every exchange as it is once all three have been moved: what it has, and over it what the roles say."""
    completed = {(name, stage.id) for stage in estate.stages for name in MOVING}
    return {host: _after(state, compose(host, estate, completed, [PROJECT / "roles"])) for host, state in today.items()}


def _after(state: State, desired: State) -> State:
    found = {kind: dict(keys) for kind, keys in state.items()}
    for kind, keys in desired.items():
        for key, want in keys.items():
            gone = want.get("present") is False
            found[kind][key] = dict(want) if gone else joined(KINDS[kind], found[kind].get(key, {}), want)
    return found


def test_after_the_stage_moved_numbers_ring_on_the_shared_exchange(
    plan: Numbering, today: dict[str, State], moved: dict[str, State]
) -> None:
    """From every exchange but the one that had them, which keeps its telephones (docs/telephony/stage.md)."""
    net = net_of(plan, moved)
    came = 0
    for number in numbers_of(today):
        before, after = (dialling.exchange_of_extension(number, plan, each) for each in ((), MOVING))
        for at in net.exchanges if before != after else list(net.exchanges)[int(number) % 6 :: 6]:
            answer = net.ring(at, number)
            assert answer.rings_at is not None, answer
            assert answer.rings_at.host == (before if at == before else after), answer
        came += before != after
    assert came > 50


def test_after_the_stage_emergency_numbers_get_out(plan: Numbering, moved: dict[str, State]) -> None:
    assert [each.reaches for each in emergency(net_of(plan, moved), EMERGENCY)] == [True] * 18
