"""Where a call goes, through several exchanges, each by its own tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.twin.pbx.made import contents, prefixes
from fellesdrift.twin.pbx.plan import Place, specs
from fellesdrift.twin.pbx.records import Block, Digits, Entry, Key, RouteList, Steering
from fellesdrift.twin.pbx.routing import Call, dial
from fellesdrift.twin.pbx.spec import PUBLIC, PbxSpec, Trunk, from_plain, to_plain, write
from fellesdrift.twin.pbx.tables import Memory


@dataclass
class Switch:
    memory: Memory
    cables: Iterable[Trunk]
    working: bool = True


class Region:
    """Three exchanges of a town each, and an IP exchange; every line leads to `hub`."""

    def __init__(self) -> None:
        names = [("sip", True), ("hub", False), ("a", False), ("b", False)]
        self.specs = {
            spec.name: spec for spec in specs([Place(name, "10.0.0.1", ip, Path("nowhere")) for name, ip in names])
        }
        self.switches = {name: Switch(Memory(contents(spec)), spec.trunks) for name, spec in self.specs.items()}

    def dial(self, name: str, digits: str, origin: str | None = None) -> Call:
        return dial(self.switches.get, name, digits, origin)

    def first(self, name: str) -> str:
        plan = self.specs[name].plan
        assert plan is not None
        return str(plan.first)


@pytest.fixture(scope="module")
def shared() -> Region:
    return Region()


@pytest.fixture
def region() -> Region:
    return Region()


def test_every_number_of_everybody_rings_from_everywhere(shared: Region) -> None:
    for origin in shared.specs:
        for target, spec in shared.specs.items():
            assert spec.plan is not None
            for offset in (0, spec.plan.sets // 2, spec.plan.sets - 1):
                number = str(spec.plan.first + offset)
                call = shared.dial(origin, number)
                assert (call.outcome, call.exchange, call.dn) == ("rings", target, number), call.path
                hops = {line.split(":")[0] for line in call.path}
                assert hops == {origin, target} | ({"hub"} if origin != target else set()), call.path
        for number in ("110", "112", "113", "0112", "023456789", "00047"):
            call = shared.dial(origin, number)
            assert (call.outcome, call.exchange) == ("public", origin)
            assert call.dn == number.removeprefix("0")


def test_what_does_not_ring(shared: Region) -> None:
    first = shared.first("a")
    assert shared.dial("a", first[:2]).outcome == "incomplete"
    assert shared.dial("a", f"{first}1").outcome == "vacant"
    too_long = shared.dial("b", f"{first}1")
    assert (too_long.outcome, too_long.exchange) == ("vacant", "b"), "it is not even sent on"
    assert shared.dial("b", first[:-1]).outcome == "incomplete"
    assert shared.dial("a", "11").outcome == "incomplete"
    assert shared.dial("a", "114").outcome == "vacant"
    assert shared.dial("a", "0").outcome == "incomplete"
    assert shared.dial("a", "02").outcome == "incomplete"
    assert shared.dial("a", "0123").outcome == "vacant"
    assert shared.dial("a", "99").dn == "99"
    assert shared.dial("nobody", "1").outcome == "blocked"


def test_a_dead_exchange_on_the_way(region: Region) -> None:
    region.switches["hub"].working = False
    assert region.dial("a", region.first("b")).outcome == "blocked"
    assert region.dial("a", region.first("a")).rings
    assert region.dial("a", "112").rings


def test_the_second_entry_is_tried(region: Region) -> None:
    memory = region.switches["a"].memory
    memory.tables.lists[0, 10] = RouteList(10, (Entry(0, False, 10, 0, 0), Entry(1, False, 1, 0, 7)))
    memory.tables.digits[0, 7] = Digits(7, 0, "00610")
    number = region.first("b")
    assert region.dial("a", number).exchange == "b"
    region.switches["hub"].working = False
    call = region.dial("a", number)
    assert (call.outcome, call.dn) == ("public", f"00610{number}")


def test_the_class_of_the_set_that_dials(region: Region) -> None:
    memory = region.switches["a"].memory
    memory.tables.lists[0, 1] = RouteList(1, (Entry(0, False, 1, 2, 0),))
    low, high = str(int(region.first("a"))), str(int(region.first("a")) + 2)
    assert region.dial("a", "023456789", low).outcome == "blocked"
    assert region.dial("a", "023456789", high).outcome == "public"
    assert region.dial("a", "023456789").outcome == "public"


def test_forwarding_and_disabled_sets(region: Region) -> None:
    memory = region.switches["a"].memory
    dn, other = region.first("a"), region.first("b")
    (tn, _) = memory.appearances[0, dn][0]
    each = memory.tables.sets[tn]
    keys = tuple(replace(key, value=f"16 {other}") if key.function == "CFW" else key for key in each.keys)
    memory.put_set(replace(each, keys=keys))
    assert (region.dial("a", dn).exchange, region.dial("a", dn).dn) == ("b", other)
    memory.put_set(replace(each, disabled=True))
    assert region.dial("a", dn).outcome == "blocked"


def test_a_hunt_group_goes_on_to_the_next(region: Region) -> None:
    memory = region.switches["a"].memory
    group = memory.tables.groups[0, 1]
    assert region.dial("a", group.pilot).dn == group.members[0][1]
    (tn, _) = memory.appearances[0, group.members[0][1]][0]
    memory.tables.sets[tn] = replace(memory.tables.sets[tn], disabled=True)
    assert region.dial("b", group.pilot).dn == group.members[1][1]


def test_local_steering_and_vacant_numbers(region: Region) -> None:
    memory = region.switches["a"].memory
    first = region.first("a")
    memory.tables.digits[0, 8] = Digits(8, 2)
    memory.put_steering(0, Steering("LSC", "18", 0, 8))
    assert region.dial("a", f"18{first}").dn == first
    block = Block((("ATDN", "99"), ("VNR", "YES"), ("RLI", "10"), ("FLEN", "5")))
    memory.put_block(memory.tables.customers, 0, block)
    assert region.dial("a", "8888").exchange == "hub", "what nobody has here goes on, and is vacant there"


def test_circles_end(region: Region) -> None:
    for name, route in (("a", 10), ("hub", 12)):
        memory = region.switches[name].memory
        memory.put_steering(0, Steering("TSC", "188", 0, route))
    assert region.dial("a", "1881").outcome == "loop"


def test_access_codes_of_routes(shared: Region) -> None:
    assert shared.dial("a", f"9010{shared.first('b')}").exchange == "b"
    assert shared.dial("a", "9001113").dn == "113"


@pytest.mark.parametrize(
    ("first", "last", "length", "found"),
    [
        (2000, 2999, 4, ["2"]),
        (3600, 5199, 4, ["36", "37", "38", "39", "4", "50", "51"]),
        (2000, 2000, 4, ["2000"]),
        (2998, 3001, 4, ["2998", "2999", "3000", "3001"]),
    ],
)
def test_the_shortest_codes_of_a_range(first: int, last: int, length: int, found: list[str]) -> None:
    assert prefixes(first, last, length) == found
    covered = {str(n) for n in range(10 ** (length - 1), 10**length) if str(n).startswith(tuple(found))}
    assert covered == {str(n) for n in range(first, last + 1)}


def test_a_hundred_exchanges_have_numbers_of_their_own() -> None:
    places = [Place(f"x{number}", "10.0.0.1", number % 10 == 0, Path("nowhere")) for number in range(100)]
    found = specs(places)
    assert from_plain(to_plain(found)) == found
    blocks = sorted(spec.plan.own for spec in found if spec.plan is not None)
    assert len(blocks) == 100
    assert all(before[1] < after[0] for before, after in pairwise(blocks))
    assert {len(str(number)) for block in blocks for number in block} == {6}


def test_the_index_follows_every_change() -> None:
    """After any changes memory is what one built anew from the same tables would be."""
    spec = next(iter(specs([Place("x", "10.0.0.1", False, Path("nowhere"))])))
    assert isinstance(spec, PbxSpec)
    memory = Memory(contents(spec))
    tns = list(memory.tables.sets)
    each = memory.tables.sets[tns[1]]
    shared = Key(0, "MCR", memory.tables.sets[tns[0]].keys[0].dn, "0", True, "0")
    memory.put_set(replace(each, keys=(shared, *each.keys[1:])))
    memory.drop_set(tns[2])
    memory.drop_group(0, 3)
    memory.drop_steering(0, "112")
    memory.drop_route(0, 1)
    fresh = Memory(memory.tables.copy())
    for name in ("codes", "hunted", "_beginnings"):
        assert getattr(memory, name) == getattr(fresh, name), name
    assert {key: sorted(value) for key, value in memory.appearances.items()} == {
        key: sorted(value) for key, value in fresh.appearances.items()
    }
    places = memory.appearances[0, shared.dn]
    assert [memory.key_at(place).marp for place in places].count(True) == 1
    assert memory.key_at((tns[1], 0)).marp, "the one that was entered last as MARP"
    assert (0, each.keys[0].dn) not in memory.tables.names, "a name goes with its number"


def test_an_exchange_with_contents_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "x.exchange.json"
    file.write_text(write(contents(PbxSpec("x", "10.0.0.1")), form="small", licences={"TNS": 7}), encoding="utf-8")
    places = [Place("hub", "10.0.0.2", False, tmp_path / "none"), Place("x", "10.0.0.1", False, file)]
    hub, own = specs(places)
    assert (own.form, own.licences, own.file, own.plan) == ("small", {"TNS": 7}, str(file), None)
    assert {trunk.far for trunk in own.trunks} == {PUBLIC, "hub"}
    assert {trunk.far for trunk in hub.trunks} == {PUBLIC, "x"}
    assert contents(own).customers.keys() == {0}
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(FellesdriftError) as caught:
        specs(places)
    assert caught.value.code == "FD920"
