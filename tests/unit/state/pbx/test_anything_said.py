"""Whatever an exchange says to a run: it ends in time, and what is not as desired never counts as being so."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.generated_exchanges import desired

from fellesdrift.session.errors import SessionError
from fellesdrift.state.pbx import PbxStateError, bring, prepare, read_all
from fellesdrift.twin.faults import Fault

from .conftest import EVERY, World

SHORT, LONG = (
    settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    for count in (12, 1500)
)
SEEDS = st.integers(0, 2**32)
NOISE = "\x01\x1a\x7f\x9f~{0AZ \n\r>."
# fake seconds that a run may take: each line has a deadline, and an overlay that is busy is tried for a while
_LONGEST = 4 * 3600


def spoiler(random: Random) -> Callable[[str], str]:
    """Spoils some answers, often one or two of a run: pieces are lost, doubled, changed, put in, or all of it."""
    often = random.choice((0.002, 0.01, 0.05))

    def spoil(text: str) -> str:
        if random.random() > often or not text:
            return text
        at = random.randrange(len(text))
        to = min(len(text), at + random.randint(1, 30))
        lines = text.split("\n")
        line = random.randrange(len(lines))
        return random.choice(
            [
                text[:at] + text[to:],
                text[:to] + text[at:],
                text[:at] + random.choice(NOISE) + text[at + 1 :],
                text[:at] + "".join(random.choices(NOISE, k=random.randint(1, 40))) + text[at:],
                "\n".join([*lines[:line], *lines[line + 1 :]]),
                "\n".join([*lines[:line], "SCH0099 ", *lines[line:]]),
                text[:at] + "\r\nMGMT001 TNB CHG TYPE:3902 TN:4 0 0 1 \r\n" + text[at:],
                "",
            ]
        )

    return spoil


def ends(world: World, seed: int) -> None:
    """A run through spoiled answers fails or leaves the exchange as desired; then a good one makes it so."""
    made, want = world.pair(seed)
    exchange = made()
    have = world.read(exchange)
    began = world.clock.now
    try:
        with world.opened(exchange, spoiler(Random(seed))) as opened:
            bring(opened, prepare(opened, desired(want, have)))
        clean = True
    except (SessionError, PbxStateError) as error:
        assert error.code.startswith(("FD30", "FD33", "FD34", "FD45")), error
        clean = False
    assert world.clock.now - began < _LONGEST
    assert not exchange.sessions
    found = world.read(exchange)
    if clean:
        assert found == want, "it said that all was as desired"
    world.brought(exchange, want)
    assert world.read(exchange) == want


@SHORT
@given(SEEDS)
def test_spoiled_answers_never_count_as_clean(world: World, seed: int) -> None:
    ends(world, seed)


@pytest.mark.long
@LONG
@given(SEEDS)
def test_a_great_many_spoiled_answers_never_count_as_clean(world: World, seed: int) -> None:
    ends(world, seed)


@pytest.mark.parametrize("kind", ["garbage", "hang", "sysload", "alarm"])
@pytest.mark.parametrize("at", [9, 60, 110])
def test_a_fault_of_the_exchange_is_an_error_or_does_no_harm(world: World, kind: str, at: int) -> None:
    made, want = world.pair(245)
    exchange = made()
    exchange.faults.add(Fault(kind, at=at, text="COM001 Ethernet driver: unit 0 is being restarted"))
    try:
        world.brought(exchange, want)
        clean = True
    except (SessionError, PbxStateError):
        clean = False
    assert exchange.faults.held[0].seen >= at, "it struck"
    assert clean or kind != "alarm", "a line that nobody asked for harms nothing"
    exchange.faults.heal()
    if not exchange.alive:
        exchange.boot()
    assert not clean or world.read(exchange) == want
    world.brought(exchange, want)
    with world.opened(exchange) as opened:
        assert read_all(opened, EVERY) == want
