"""Sets, names and hunt groups of an exchange as desired state, against the twin's exchange in this process."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from support.exchange import CREDENTIALS, Running

from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.state.pbx import Exchange, bring, check, compare, open_exchange, prepare, read_all, read_exchange
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
    assert [step.title for step in planned.steps] == [f"change the set {DIGITAL}"]
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
