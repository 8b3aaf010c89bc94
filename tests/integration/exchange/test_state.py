"""Sets, names and hunt groups of an exchange as desired state, against the twin's exchange in this process."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from support.exchange import CREDENTIALS, Running

from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.session.overlay.errors import RefusedByExchangeError
from fellesdrift.state.pbx import (
    Exchange,
    PbxStateError,
    Step,
    bring,
    check,
    compare,
    dump,
    open_exchange,
    prepare,
    read_all,
    read_exchange,
)
from fellesdrift.state.pbx.errors import (
    DumpError,
    NotDoneError,
    PredictionError,
    RefusedStateError,
    StepRefusedError,
    UnknownOutcomeError,
)
from fellesdrift.state.pbx.plan import Plan

DIGITAL, OTHER, ANALOGUE = "014 0 00 03", "006 0 00 12", "024 0 00 01"
KINDS = ("set", "name", "hunt_group")


@pytest.fixture
def target(running: Running) -> OverlayTarget:
    return OverlayTarget(
        "x1",
        "127.0.0.1",
        running.port(),
        CREDENTIALS.user,
        CREDENTIALS.password,
        telnet=True,
        timeout=5.0,
        quiet=0.3,
        farewell=0.5,
        busy_for=20.0,
        busy_first=0.05,
        busy_most=0.2,
    )


@pytest.fixture
def exchange(target: OverlayTarget) -> Iterator[Exchange]:
    with open_exchange(target) as opened:
        yield opened


def brought(exchange: Exchange, desired: dict[str, Any], **options: Any) -> Plan:
    """Bring it there; afterwards nothing is left to do, and the way back leads exactly back."""
    was = copy.deepcopy(read_all(exchange, KINDS))
    planned = prepare(exchange, desired, **options)
    bring(exchange, planned)
    assert compare(check(planned.after), read_exchange(exchange, check(planned.after))) == []
    assert prepare(exchange, desired, **options).steps == []
    is_now = copy.deepcopy(read_all(exchange, KINDS))
    bring(exchange, prepare(exchange, planned.before))
    assert read_all(exchange, KINDS) == was, "the recorded before leads exactly back"
    bring(exchange, prepare(exchange, desired, **options))
    assert read_all(exchange, KINDS) == is_now
    return planned


def key(dn: str, **more: Any) -> dict[str, Any]:
    return {"function": "SCR", "dn": dn, **more}


def test_what_is_read(exchange: Exchange) -> None:
    found = read_all(exchange, KINDS)
    assert sorted(found["set"]) == [OTHER, DIGITAL, ANALOGUE, "024 0 00 02", "024 0 00 03"]
    digital = found["set"][DIGITAL]
    assert digital["keys"] == {
        "00": {"function": "SCR", "dn": "2057", "clid": "0", "marp": True, "anie": "0"},
        "01": {"function": "RNP", "value": ""},
        "02": {"function": "ADL", "value": "16"},
        "03": {"function": "CFW", "value": "16"},
        "04": {"function": "TRN", "value": ""},
    }
    assert (digital["type"], digital["des"], digital["customer"]) == ("3902", "3902", 0)
    assert digital["fields"]["RNPG"] == "718"
    assert digital["class_of_service"][:2] == ["CTD", "FBD"]
    assert found["set"][ANALOGUE]["keys"]["00"]["function"] == "DN"
    assert found["name"] == {}
    assert found["hunt_group"]["11"] == {
        "present": True,
        "pilot": "0705",
        "size": 4,
        "length": 4,
        "members": {"0": "2183", "1": "2179", "2": "2186", "3": "2198"},
    }


def test_a_set_is_changed(exchange: Exchange) -> None:
    desired = {
        "set": {
            DIGITAL: {
                "des": "HALL",
                "class_of_service": ["TLD", "HFA"],
                "fields": {"NCOS": 3, "HUNT": "2183", "MLNG": "NOR"},
                "keys": {"00": {"clid": "1"}, "01": None, "05": key("2058")},
            }
        }
    }
    planned = brought(exchange, desired)
    assert [step.title for step in planned.steps] == [f"Change set {DIGITAL}"]
    assert planned.before["set"][DIGITAL]["class_of_service"] == ["CTD", "HFD"]


def test_sets_are_built_and_removed(exchange: Exchange) -> None:
    built = {
        "014 0 00 04": {"type": "3902", "des": "NEW", "fields": {"NCOS": "2"}, "keys": {"00": key("2100")}},
        "061 0 00 00": {"type": "i2004", "des": "IP", "keys": {"00": key("2101"), "03": {"function": "CFW"}}},
        "024 0 00 09": {"type": "500", "des": "FAX", "keys": {"00": {"function": "DN", "dn": "2102"}}},
        DIGITAL: {"present": False},
    }
    names = {"2100": {"name": "Rådhus 2100"}, "2101": {"name": "Økonomi"}}
    planned = brought(exchange, {"set": built, "name": names})
    assert [step.kind for step in planned.steps] == ["set", "set", "set", "name", "name", "set"]
    assert read_all(exchange, ["name"])["name"]["2100"]["name"] == "Rådhus 2100"


def test_numbers_change_places_around_a_hunt_group(exchange: Exchange) -> None:
    desired = {
        "set": {OTHER: {"keys": {"00": {"dn": "2183"}}}, ANALOGUE: {"keys": {"00": {"dn": "2186"}}}},
        "hunt_group": {"11": {"members": {"0": "2183", "2": "2186"}}},
    }
    planned = brought(exchange, desired)
    assert [step.kind for step in planned.steps] == ["hunt_group", "set", "set", "hunt_group"]
    assert planned.before["hunt_group"] == planned.after["hunt_group"]


CHANGE = {"set": {DIGITAL: {"des": "HALL"}}}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_is_lost_is_judged_by_what_is_there(exchange: Exchange, running: Running, when: str) -> None:
    """The last line of the entry is the one that writes it; nothing is typed a second time."""
    planned = prepare(exchange, CHANGE)
    running.fault("drop", at=6, when=when)
    if when == "after":
        assert bring(exchange, planned).status == "changed"
    else:
        with pytest.raises(NotDoneError):
            bring(exchange, planned)
    again = prepare(exchange, CHANGE)
    assert len(again.steps) == (0 if when == "after" else 1)
    bring(exchange, again)
    assert running.exchange().memory.tables.sets[14, 0, 0, 3].des == "HALL"


def errors_of_steps(exchange: Exchange, running: Running) -> Iterator[PbxStateError]:
    planned = prepare(exchange, CHANGE)
    running.exchange().busy.add((14, 0, 0, 3))
    with pytest.raises(StepRefusedError) as refused:
        bring(exchange, planned)
    yield refused.value
    running.exchange().busy.clear()
    running.fault("drop", at=6)
    with pytest.raises(NotDoneError) as undone:
        bring(exchange, planned)
    yield undone.value
    running.fault("drop", at=6)
    running.fault("refuse_login")
    with pytest.raises(UnknownOutcomeError) as unknown:
        bring(exchange, planned)
    yield unknown.value
    running.heal()

    def meddled(_step: Step, do: Callable[[], None]) -> None:
        do()
        each = running.exchange().memory.tables.sets[14, 0, 0, 3]
        running.do(lambda: running.exchange().change_set(replace(each, des="LOBBY"), each.tn, "CHG"))

    again = prepare(exchange, {"set": {DIGITAL: {"des": "DOOR"}}})
    with pytest.raises(PredictionError) as other:
        bring(exchange, again, carry_out=meddled)
    yield other.value
    running.fault("edd")
    with pytest.raises(DumpError) as undumped:
        dump(exchange)
    yield undumped.value


def test_every_end_of_a_step_has_its_error(exchange: Exchange, running: Running, golden: Any) -> None:
    for error in errors_of_steps(exchange, running):
        golden(f"telephony/{error.code}", error)


def test_an_exchange_without_sets(exchange: Exchange, running: Running) -> None:
    tables = running.exchange().memory.tables
    for tn in list(tables.sets):
        running.do(lambda tn=tn: running.exchange().memory.drop_set(tn))
    assert read_all(exchange, ["set"]) == {"set": {}}
    with pytest.raises(RefusedStateError) as caught:
        prepare(exchange, {"set": {DIGITAL: {"type": "3902", "des": "NEW", "keys": {"00": key("2100")}}}})
    assert caught.value.key == "fellesdrift_exchange_form"


def test_one_session_and_few_lines_whatever_is_read(target: OverlayTarget, running: Running) -> None:
    typed: list[str] = []
    told = replace(target, transcript=lambda direction, text: typed.append(text) if direction == "sent" else None)
    with open_exchange(told) as opened:
        assert [len(keys) for keys in read_all(opened, KINDS).values()] == [5, 0, 1]
        read_all(opened, KINDS)
    assert len(typed) <= 2 + 3 * 8 + 2, typed


def test_what_the_exchange_refuses_is_no_empty_print(exchange: Exchange) -> None:
    """A code behind the last answer says that there is nothing only where the entry is over."""
    group = {"REQ": "PRT", "TYPE": "GHT", "LSNO": "8191"}
    assert exchange.print(20, group, nothing=True).codes
    with pytest.raises(RefusedByExchangeError):
        exchange.print(20, group)
    with pytest.raises(RefusedByExchangeError):
        exchange.print(20, {**group, "LSNO": "9999"}, nothing=True)
    with pytest.raises(RefusedByExchangeError):
        exchange.print(
            20, {"REQ": "PRT", "TYPE": "TNB", "TN": "999 9", "DATE": "", "PAGE": "", "DES": ""}, nothing=True
        )
