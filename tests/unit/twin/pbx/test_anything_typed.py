"""Whatever is typed, an exchange answers, and its memory stays what its tables say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.exchange import CREDENTIALS
from support.small_exchange import small

from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.topology import Topology
from fellesdrift.twin.pbx.fronts import PbxService
from fellesdrift.twin.pbx.overlays import OVERLAYS
from fellesdrift.twin.pbx.spec import PUBLIC, Trunk
from fellesdrift.twin.pbx.tables import Memory

LOADS = st.sampled_from([f"LD {number}" for number in OVERLAYS])
WORDS = st.sampled_from(
    [
        "new",
        "chg",
        "out",
        "prt",
        "end",
        "lst",
        "cnt",
        "slt",
        "iss",
        "stat",
        "edd",
        "tn",
        "dn",
        "ght",
        "ludn",
        "3902",
        "500",
        "i2004",
        "rdb",
        "att",
        "net",
        "cdp",
        "dsc",
        "tsc",
        "lsc",
        "spn",
        "ac1",
        "esn",
        "dgt",
        "rlb",
        "name",
        "yes",
        "no",
        "X",
        "0",
        "1",
        "2",
        "4",
        "11",
        "30",
        "99",
        "112",
        "2057",
        "2183",
        "2186",
        "0705",
        "cls",
        "hunt",
        "rnp",
        "ncos",
        "tie",
        "iao",
        "none",
    ]
)
LINES = st.one_of(
    st.just(""),
    WORDS,
    st.sampled_from(
        ["14 3", "14 4", "24 1", "61 1", "6", "00 scr 2057 0", "03 cfw 16 2186", "key 00 scr 2564", "dn 2600"]
    ),
    st.sampled_from(
        ["**", "0 2057", "1", "X1", "cls cfta", "prt zone", "new zone 5", "stat 14", "disu 14 3", "enlu 14 3"]
    ),
    st.text(max_size=8),
)
# dialogues that are right, of which each line may be missing, doubled or another
RIGHT = [
    "LD 20/chg/3902/14 3/yes/key 00 scr 2564 0//new/rom/Et navn///0///",
    "LD 20/chg/500/24 2/yes/dn 2600/////",
    "LD 20/out/3902/14 3",
    "LD 20/new/3902/14 4/A/0///////////////////////00 scr 2057 0/yes//////",
    "LD 18/chg/ght/11///0//2//3 2600//",
    "LD 18/out/ght/11",
    "LD 16/new/rdb/0/10/tie/iao/7010/no",
    "LD 86/new/0/esn//////yes//4/8/",
    "LD 86/new/0/rlb/10/0/no/10/0/0/",
    "LD 87/new/0/cdp/dsc/30//10",
    "LD 90/new/0/net/ac1/spn/112/3/10/sser",
    "LD 95/chg/name/0//2057/Vakt/",
    "LD 15/chg/att/0/98",
]


@st.composite
def almost_right(draw: st.DrawFn) -> tuple[str, list[str]]:
    load, *typed = draw(st.sampled_from(RIGHT)).split("/")
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(typed)))
        typed[at : at + draw(st.integers(0, 1))] = draw(st.lists(LINES, max_size=1))
    return load, typed


DIALOGUES = st.lists(st.one_of(almost_right(), st.tuples(LOADS, st.lists(LINES, max_size=20))), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> PbxService:
    spec = small(tmp_path_factory.mktemp("any"), "x", trunks=(Trunk(1, PUBLIC), Trunk(10, "x", 10)))
    return PbxService(Lab(Topology((), (), (), (), None, ()), 1000.0, CREDENTIALS), (spec,))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DIALOGUES)
def test_it_answers_and_stays_whole(service: PbxService, dialogues: list[tuple[str, list[str]]]) -> None:
    front = service.fronts["x"]
    front.forget()
    lines = [line for load, typed in dialogues for line in (load, *typed, "****")]
    said = service.console("x", [*lines, ""])[0]
    assert said.endswith("OVL000\r\n>"), "the overlays are left"
    exchange = front.exchange
    assert not exchange.holders
    memory, fresh = exchange.memory, Memory(exchange.memory.tables.copy())
    assert memory.codes == fresh.codes
    assert +memory.hunted == +fresh.hunted
    assert {key: sorted(places) for key, places in memory.appearances.items()} == {
        key: sorted(places) for key, places in fresh.appearances.items()
    }
    for (_, dn), places in memory.appearances.items():
        assert [memory.key_at(place).marp for place in places].count(True) == 1, dn
    codes = sorted(memory.codes)
    assert not any(before[0] == after[0] and after[1].startswith(before[1]) for before, after in pairwise(codes))
    assert {owner for owner, _ in memory.tables.names} <= {0}
    assert all((0, dn) in memory.codes for _, dn in memory.tables.names)
    for digits in ("2057", "0705", "112", "30", "99", "7010"):
        assert service.dial("x", digits).outcome
