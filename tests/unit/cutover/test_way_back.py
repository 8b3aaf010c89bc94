"""Back from a list that several municipalities share: what the others have brought stays, whoever goes first."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from fellesdrift.cutover.of_people import APART
from fellesdrift.cutover.way_back import History, Resources, targets
from fellesdrift.journal import Record

BASE = ["deny ip any any"]
WHO = ("sande", "royken", "svelvik")


def resources(entries: list[str]) -> Resources:
    return {"access_list": {"TRANSIT-IN": {"entries": entries}}}


def composed(members: set[str]) -> list[str]:
    """What compose would say of the list; nothing while nobody is under the policy."""
    return [*(f"permit {name}" for name in WHO if name in members), *BASE]


class Firewall:
    """The list, and the journal of what was done to it."""

    def __init__(self) -> None:
        self.entries = BASE
        self.members: set[str] = set()
        self.records: list[Record] = []
        self.recorded: dict[str, Resources] = {}

    def write(self, name: str, event: str, payload: dict[str, Any]) -> None:
        at = datetime(2005, 9, 1, tzinfo=UTC)
        self.records.append(Record(len(self.records), at, name, "zone_firewall", name, "fw", event, payload))

    def forward(self, name: str) -> None:
        before, self.members = self.entries, self.members | {name}
        self.entries = composed(self.members)
        self.recorded[name] = resources(before)
        self.write(name, "host_intended", {"before": resources(before), "after": resources(self.entries)})

    def targets(self, name: str) -> tuple[Resources, Resources]:
        rest = self.members - {name}
        without = resources(composed(rest)) if rest else {}
        return targets(History(self.records, "fw"), (name, "zone_firewall"), self.recorded[name], without)

    def back(self, name: str) -> None:
        goal, present = self.targets(name)
        assert present == resources(self.entries), "what we last wrote is what should be there"
        self.write(name, "back_intended", {"before": resources(self.entries), "after": goal})
        self.entries = goal["access_list"]["TRANSIT-IN"]["entries"]
        self.members -= {name}
        self.write(name, "host_back", {})


@pytest.mark.parametrize("order", list(permutations(WHO)))
def test_in_any_order_everything_is_as_before(order: tuple[str, ...]) -> None:
    firewall = Firewall()
    for name in WHO:
        firewall.forward(name)
    for number, name in enumerate(order, 1):
        firewall.back(name)
        left = set(order[number:])
        assert firewall.entries == (composed(left) if left else BASE)


def test_who_goes_again_finds_what_is_there_now() -> None:
    firewall = Firewall()
    for name in ("sande", "royken"):
        firewall.forward(name)
    firewall.back("sande")
    firewall.forward("sande")
    firewall.back("royken")
    assert firewall.entries == composed({"sande"})
    firewall.back("sande")
    assert firewall.entries == BASE


# A Windows host: what is there or not, and what is claimed member by member.
STAGE = ("sande", "server_baseline")


def _targets(before: Resources, after: Resources, without: Resources) -> tuple[Resources, Resources]:
    at = datetime(2005, 9, 1, tzinfo=UTC)
    payload = {"before": before, "after": after}
    history = History([Record(1, at, *STAGE, "attempt", "srv", "host_intended", payload)], "srv")
    return targets(history, STAGE, before, without)


def test_what_was_made_is_removed_and_what_was_removed_is_made() -> None:
    there = {"share": {"Felles": {"present": True, "path": "D:\\Felles"}}}
    absent: Resources = {"share": {"Felles": {"present": False}}}
    assert _targets(absent, there, {}) == (absent, {"share": {"Felles": {"present": True}}})
    assert _targets(there, absent, {}) == (there, absent)


def test_what_another_stage_now_claims_stays_as_it_says() -> None:
    absent: Resources = {"share": {"Felles": {"present": False}}}
    made: Resources = {"share": {"Felles": {"present": True, "path": "D:\\Felles"}}}
    theirs: Resources = {"share": {"Felles": {"path": "E:\\Felles"}}}
    assert _targets(absent, made, theirs)[0] == theirs


def test_members_that_another_stage_claims_stay_and_ours_go() -> None:
    key = "HKLM\\SOFTWARE\\X"
    before: Resources = {"registry": {key: {"values": {"Ours": None}}}}
    after: Resources = {"registry": {key: {"values": {"Ours": 1}}}}
    theirs: Resources = {"registry": {key: {"values": {"Theirs": 2}}}}
    goal = {"registry": {key: {"values": {"Ours": None, "Theirs": 2}}}}
    assert _targets(before, after, theirs) == (goal, after)


def test_undoing_what_was_made_again_leaves_what_was_made_first() -> None:
    """Somebody else has changed the list after the stage; a further run of the stage was undone to what it found."""
    firewall = Firewall()
    firewall.forward("sande")
    firewall.write("sande", "host_applied", {})
    ours, theirs = firewall.entries, ["permit ip any any", *firewall.entries]
    again = {"before": resources(theirs), "after": resources(ours)}
    firewall.write("sande", "host_intended", again)
    firewall.write("sande", "host_reverted", {})
    assert firewall.targets("sande") == (resources(BASE), resources(ours)), "theirs is not what should be there"
    # one that was cut off is undone to the recorded before, and then the stage has left nothing
    firewall.write("sande", "host_intended", again)
    firewall.write("sande", "host_intended", {"before": resources(BASE), "after": resources(ours)})
    firewall.write("sande", "host_reverted", {})
    assert firewall.targets("sande") == (resources(BASE), resources(BASE))


@pytest.mark.parametrize("cut_off", [False, True])
def test_a_change_by_name_that_the_device_took_back_leaves_what_the_stage_has_made(cut_off: bool) -> None:
    firewall = Firewall()
    firewall.forward("sande")
    named = {"before": resources(firewall.entries), "after": resources(["permit any"])}
    for _ in range(2 if cut_off else 1):
        firewall.write("", "day2_host_intended", named)
    firewall.write("", "day2_host_reverted", {"reason": "a service is silent"})
    assert firewall.targets("sande")[1] == resources(firewall.entries)
    firewall.write("", "day2_host_intended", named)
    firewall.write("", "day2_host_applied", {})
    assert firewall.targets("sande")[1] == resources(["permit any"])
    firewall.write("", "day2_back_intended", {"before": named["after"], "after": named["before"]})
    firewall.write("", "day2_host_back", {})
    assert firewall.targets("sande")[1] == resources(firewall.entries)


@pytest.mark.parametrize("applied", [True, False])
def test_what_somebody_else_had_made_meanwhile_is_told_when_it_is_put_back(applied: bool) -> None:
    """A way back that nobody asked for waits for nobody. In the middle of a change nobody knows whose it is."""
    firewall = Firewall()
    firewall.forward("sande")
    if applied:
        firewall.write("sande", "host_applied", {})
    found = [*firewall.entries, "permit somebody"]
    firewall.write("sande", "back_intended", {"before": resources(found), "after": resources(BASE)})
    firewall.write("sande", "host_back", {})
    told = History(firewall.records, "fw").overwritten(("sande", "zone_firewall"))
    assert told == (["access_list/TRANSIT-IN/entries: with permit somebody"] if applied else [])


def test_what_is_as_we_left_it_is_not_told() -> None:
    firewall = Firewall()
    firewall.forward("sande")
    firewall.write("sande", "host_applied", {})
    firewall.forward("svelvik")
    firewall.write("svelvik", "host_applied", {})
    firewall.back("sande")
    assert History(firewall.records, "fw").overwritten(("sande", "zone_firewall")) == []


def test_a_name_of_a_person_that_was_put_back_is_not_told() -> None:
    at, key = datetime(2005, 9, 1, tzinfo=UTC), ("sande", "telephony")
    names = [{"name": {"2057": {"name": name}}} for name in ("Før", "Etter", "Kari Eksempel")]
    events = [
        ("host_intended", {"before": names[0], "after": names[1]}),
        ("host_applied", {}),
        ("back_intended", {"before": names[2], "after": names[0]}),
    ]
    records = [Record(number, at, *key, "a", "x1", event, payload) for number, (event, payload) in enumerate(events)]
    assert History(records, "x1").overwritten(key) == ["name/2057/name: another name"]


def test_a_name_that_was_erased_is_taken_for_nobodys_own() -> None:
    """Whether the second found what the first had made nobody knows: it does not go back to what the first found."""

    def named(name: Any) -> Resources:
        return {"user": {"vakt": {"full_name": name}}}

    history: list[tuple[str, str, dict[str, Any]]] = [
        ("sande", "host_intended", {"before": named("Kari"), "after": named(APART)}),
        ("royken", "host_intended", {"before": named(APART), "after": named("Ola")}),
        ("sande", "host_reverted", {}),
    ]
    at = datetime(2005, 9, 1, tzinfo=UTC)
    records = [Record(number, at, who, "s", who, "h", event, data) for number, (who, event, data) in enumerate(history)]
    goal, _ = targets(History(records, "h"), ("royken", "s"), named(APART), {})
    assert goal == named(APART)
    claimed, _ = targets(History(records, "h"), ("royken", "s"), named(APART), named("Vakt"))
    assert claimed == named("Vakt"), "what another stage says is known"
