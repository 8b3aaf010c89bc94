"""Two programs that share no line follow the same calls over several exchanges: this room's, and the twin's own."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from support.many_exchanges import Made, region
from support.typed_exchange import typed

from fellesdrift.numbering import Answer, Far, Network, network
from fellesdrift.twin.pbx.routing import Call, dial
from fellesdrift.twin.pbx.spec import PUBLIC
from fellesdrift.twin.pbx.tn import printed

REGIONS = 60
NUMBERS = 60
NOTHING_LEFT = ("nothing is left to send", "no digits are left: more are needed")


def computed(made: dict[str, Made]) -> Network:
    cabling = {
        name: {each.route: Far(None if each.far == PUBLIC else each.far) for each in one.cables}
        for name, one in made.items()
    }
    return network({name: typed(one.memory.tables) for name, one in made.items()}, cabling)


def _dialled(random: Random, one: Made) -> str:
    """A number that is, or almost is, one of an exchange."""
    code = random.choice([code for _, code in one.memory.codes])
    return code + "".join(random.choice("0123") for _ in range(random.choice([0, 0, 0, 1, 2, 3])))


def _agree(answer: Answer, call: Call) -> bool:
    """Whether they could be compared. Raises AssertionError when they differ."""
    circles = any("goes round in circles" in step for step in call.path)
    if any(step.text.endswith(NOTHING_LEFT) for step in answer.path):
        # the twin seizes a line with nothing to send, and calls that ringing; here it rings nobody
        return False
    if circles:
        # a hunt group of the twin tries its next entry after a circle, with no hops left for it
        assert answer.result == "loop"
        assert call.outcome in ("loop", "blocked")
    else:
        assert answer.result == call.outcome
        where = answer.rings_at
        assert (where is not None) == call.rings
        if where is not None:
            assert (where.host, where.number) == (call.exchange, call.dn)
            assert set(where.sets) == {printed(tn) for tn in call.sets}
    return True


def _follow(seeds: range) -> Counter[str]:
    seen: Counter[str] = Counter()
    for seed in seeds:
        made = region(seed)
        net = computed(made)
        random = Random(-seed)
        for _ in range(NUMBERS):
            at = random.choice(list(made))
            digits = _dialled(random, random.choice(list(made.values())))
            origins = [dn for _, dn in made[at].memory.appearances]
            origin = random.choice(origins) if origins and random.random() < 0.7 else None
            answer = net.ring(at, digits, origin)
            call = dial(made.get, at, digits, origin)
            try:
                seen["compared"] += _agree(answer, call)
            except AssertionError as error:
                steps = "\n".join(["", str(answer), *map(str, answer.path), "the twin:", call.outcome, *call.path])
                raise AssertionError(f"region {seed}, {digits} at {at} from {origin}: {error}{steps}") from error
            seen[answer.result] += 1
            seen["exchanges"] += len({step.host for step in answer.path}) > 1
            for word in ("forwards", "hunt group", "LSC", "vacant, goes", "needs level", "ends here"):
                seen[word] += any(word in step.text for step in answer.path)
    return seen


def test_thousands_of_numbers_end_where_the_twin_rings_them() -> None:
    seen = _follow(range(REGIONS))
    assert seen["compared"] > 3_000
    # what was compared was worth it: every ending, every mechanism, and many calls over several exchanges
    for ending in ("rings", "public", "vacant", "incomplete", "blocked", "loop"):
        assert seen[ending] >= 20, seen
    for word in ("forwards", "hunt group", "LSC", "vacant, goes", "needs level", "ends here"):
        assert seen[word] >= 20, seen
    assert seen["exchanges"] >= 300, seen
    assert not seen["inconclusive"], seen


@pytest.mark.long
def test_a_hundred_thousand_numbers_end_where_the_twin_rings_them() -> None:
    assert _follow(range(REGIONS, 30 * REGIONS))["compared"] > 90_000
