"""The estate's own exchanges: the twin starts from what is recorded of them, and read again they are that."""

from __future__ import annotations

import pytest
from support.exchange import CREDENTIALS, exchanges
from support.lab import PRODUCTION

from fellesdrift.estate import Estate, load_estate
from fellesdrift.estate.exchange_snapshots import PERSON, read
from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.snapshots.exchange_reading import PLACES
from fellesdrift.snapshots.exchange_taking import take_exchange
from fellesdrift.state.pbx import KINDS
from fellesdrift.twin.from_estate import exchanges_of
from fellesdrift.twin.pbx.spec import PbxSpec

FEW = ("drm-succession2", "svv-meridian1")


@pytest.fixture(scope="module")
def estate() -> Estate:
    return load_estate([PRODUCTION])


def specs(estate: Estate) -> list[PbxSpec]:
    return list(exchanges_of(estate))


@pytest.mark.parametrize("names", [FEW, pytest.param((), marks=pytest.mark.long)], ids=["two", "all"])
def test_read_again_it_is_what_is_recorded(estate: Estate, names: tuple[str, ...]) -> None:
    wanted = [spec for spec in specs(estate) if not names or spec.name in names]
    assert wanted
    with exchanges(*wanted) as running:
        for spec in wanted:
            login = CREDENTIALS.user, CREDENTIALS.password
            target = OverlayTarget(spec.name, "127.0.0.1", running.port(spec.name), *login, telnet=True)
            taken = take_exchange(target, estate.hosts[spec.name].variables[PLACES])
            assert taken.state == "read", taken
            assert taken.config == estate.snapshot(spec.name).read_text(encoding="utf-8")


def test_about_1500_telephones_are_recorded_and_nobody_is_named(estate: Estate) -> None:
    found = [read(estate.snapshot(name).read_text(encoding="utf-8")) for name in estate.groups["telephony"]]
    assert sum(len(each.kinds["set"]) for each in found) == 1500
    for each in found:
        assert set(each.kinds) == set(KINDS)
        assert not each.unread
        names = [one["name"] for one in each.kinds["name"].values()]
        assert PERSON not in names
        assert max(map(len, names)) <= 27


def test_numbers_are_those_of_the_plan_and_nobody_else_s(estate: Estate) -> None:
    plan = estate.numbering
    assert plan is not None
    for name in estate.groups["telephony"]:
        mine = [each for each in plan.ranges.values() if each.exchange == name]
        special = {each.number for each in plan.special_numbers.values()}
        kinds = read(estate.snapshot(name).read_text(encoding="utf-8")).kinds
        numbers = {key["dn"] for each in kinds["set"].values() for key in each["keys"].values() if "dn" in key}
        numbers |= {each["pilot"] for each in kinds["hunt_group"].values()} - special
        assert all(any(each.first <= number <= each.last for each in mine) for number in numbers)
        # a group that is in a range that moves moves as a whole
        for group in kinds["hunt_group"].values():
            of = {
                key
                for key, each in plan.ranges.items()
                for dn in group["members"].values()
                if each.first <= dn <= each.last
            }
            assert len(of) == 1
