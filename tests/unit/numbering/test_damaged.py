"""Whatever is in the data of an exchange: an answer, and nothing is raised."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.many_exchanges import Made, region
from support.nested import places
from support.typed_exchange import typed

from fellesdrift.numbering import Far, emergency, network

_JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 9), st.text(max_size=3), st.just([]), st.just({}), st.just(["20"]),
    st.just({"dn": 20}),
)  # fmt: skip
_MADE = [region(seed) for seed in range(5)]
_STATES = [{name: typed(one.memory.tables) for name, one in made.items()} for made in _MADE]


def _cabling(made: dict[str, Made]) -> dict[str, dict[int, Far]]:
    return {
        name: {each.route: Far(each.far if each.far in made else None) for each in one.cables}
        for name, one in made.items()
    }


_PLACES = [[place for place in places(states) if len(place) >= 4] for states in _STATES]


@settings(max_examples=80, deadline=None)
@given(data=st.data(), at=st.integers(0, len(_MADE) - 1))
def test_there_is_always_an_answer(data: st.DataObject, at: int) -> None:
    codes = [code for one in _MADE[at].values() for _, code in one.memory.codes]
    changed = copy.deepcopy(_STATES[at])
    for place in data.draw(st.lists(st.sampled_from(_PLACES[at]), min_size=1, max_size=3, unique=True)):
        holder: Any = changed
        try:
            for step in place[:-1]:
                holder = holder[step]
            if data.draw(st.booleans()):
                del holder[place[-1]]
            else:
                holder[place[-1]] = data.draw(_JUNK)
        except (KeyError, IndexError, TypeError):
            continue  # what was around it has gone already
    net = network(changed, _cabling(_MADE[at]))
    host = data.draw(st.sampled_from(sorted(changed)))
    for digits in (data.draw(st.sampled_from(codes)), data.draw(st.text("0123456789*#", max_size=5))):
        answer = net.ring(host, digits, level=data.draw(st.none() | st.integers(0, 7)))
        assert (answer.rings_at is not None) == answer.arrives
        assert (answer.why is not None) == (answer.result == "inconclusive")
    for reach in emergency(net, ["112"]):
        assert (reach.reaches is None) == (reach.answer.result == "inconclusive")
