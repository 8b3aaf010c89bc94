"""A held stage after a repair: every host is read again, and what nobody can explain stops it before a write."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.observing import util
from support.stage_records import AFTER, BEFORE, events, guard, open_sande, permit_of, state, touch

from fellesdrift.cutover import ending, opening, planning, reconcile
from fellesdrift.cutover.of_people import parted
from fellesdrift.cutover.planning import Context
from fellesdrift.cutover.reconcile import Known, examine
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.journal.personal import erase
from fellesdrift.state import pbx, windows
from fellesdrift.state.typed.people import personal

KEY = ("sande", "wan_link")
OTHER = {"route": {"0.0.0.0/0": {"next_hops": [{"next_hop": "192.0.2.1", "distance": 1, "name": None}]}}}
KNOWN = Known(BEFORE, AFTER)


@pytest.fixture
def held(context: Context) -> Context:
    """san-rtr1 was lost in the middle of its steps; drm-fwi1 is back."""
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1", until="applied")
    touch(context, permit, "san-rtr1", until="step")
    back = permit_of(ending.fail_stage(context, permit, "san-rtr1 does not answer"))
    guard(context, back, "drm-fwi1").record("host_back", {})
    ending.settle(context, back)
    return context


def findings(context: Context, present: dict[str, Any]) -> list[reconcile.Finding]:
    known = reconcile.known_values(context, reconcile.held_stage(context, *KEY))
    return [examine(host, one, {"present": present}) for host, one in known.items()]


@pytest.mark.parametrize(("present", "result"), [(BEFORE, "before"), (AFTER, "after"), (OTHER, "other")])
def test_what_a_host_is(present: dict[str, Any], result: str) -> None:
    assert examine("san-rtr1", KNOWN, {"present": present, "pending": None}).result == result


def test_half_of_each_is_between() -> None:
    more = {"interface": {"GigabitEthernet0/0": {"enabled": True}}}
    less = {"interface": {"GigabitEthernet0/0": {"enabled": False}}}
    known = Known(BEFORE | more, AFTER | less)
    assert examine("san-rtr1", known, {"present": BEFORE | less}).result == "between"


def hops(*given: tuple[str, int]) -> dict[str, Any]:
    listed = [{"next_hop": hop, "distance": distance, "name": None} for hop, distance in given]
    return {"route": {"10.10.0.0/16": {"next_hops": listed or None}}}


OLD, NEW = ("10.251.61.1", 1), ("10.250.61.1", 1)
ASIDE = ("10.251.61.1", 250)
ROUTES = Known(hops(OLD), hops(NEW, ASIDE))


@pytest.mark.parametrize("present", [hops(OLD, NEW), hops(NEW), hops()])
def test_steps_of_one_attribute_may_be_done_in_part(present: dict[str, Any]) -> None:
    """A route has its new next hop before its old one goes aside; what cut it off in between is explained."""
    midway = replace(ROUTES, midway=True)
    assert examine("san-rtr1", midway, {"present": present}).result == "between"
    assert examine("san-rtr1", ROUTES, {"present": present}).result == "other", "nothing was cut off"


@pytest.mark.parametrize("present", [hops(OLD, ("10.251.61.9", 1)), hops((NEW[0], 5)), {}])
def test_what_is_in_none_of_ours_is_somebody_elses(present: dict[str, Any]) -> None:
    assert examine("san-rtr1", replace(ROUTES, midway=True), {"present": present}).result == "other"


@pytest.mark.parametrize(
    ("entries", "result"), [({"0": "4153", "1": None}, "between"), ({"0": "4199"}, "other"), ({"1": "4153"}, "other")]
)
def test_entries_of_a_list_are_written_one_by_one(entries: dict[str, str | None], result: str) -> None:
    before, after, now = (
        {"hunt_group": {"4": {"members": members}}}
        for members in ({"0": "5152", "1": "4150"}, {"0": "4153", "1": "4151"}, entries)
    )
    assert examine("san-pbx1", Known(before, after, midway=True), {"present": now}).result == result


def test_what_a_step_takes_away_and_a_later_one_makes_anew_is_ours_in_the_middle() -> None:
    """As an exchange's steering code, which is taken out and put in with another route."""
    before, after = ({"steering_code": {"DSC 600": {"route_list": route, "length": 3}}} for route in (9, 10))
    gone = {"present": {"steering_code": {"DSC 600": {"present": False}}}}
    assert examine("x", Known(before, after, midway=True), gone).result == "between"
    assert examine("x", Known(before, after), gone).result == "other", "nobody of us takes it away for good"


def test_a_host_that_does_not_answer_is_unknown() -> None:
    assert examine("san-rtr1", KNOWN, {"evidence": "san-rtr1: FD301"}).result == "unknown"
    assert examine("san-rtr1", KNOWN, None).result == "unknown"


def test_a_host_that_lacks_an_attribute_is_not_taken_for_clean() -> None:
    assert examine("san-rtr1", KNOWN, {"present": {}}).result == "other"


def test_a_revert_that_the_device_waits_for_is_told() -> None:
    finding = examine("san-rtr1", KNOWN, {"present": AFTER, "pending": "rollback in 3 minutes"})
    assert finding.evidence == "as after; it waits to go back by itself (rollback in 3 minutes)"


PERSONAL = [
    (name, attribute)
    for kinds in (pbx.KINDS, windows.KINDS)
    for name, kind in kinds.items()
    for attribute in personal(kind)
]


@pytest.mark.parametrize(("kind", "attribute"), PERSONAL)
def test_nobodys_name_is_told(kind: str, attribute: str) -> None:
    before, after, now = ({kind: {"vakt": {attribute: f"{one} Eksempel"}}} for one in ("Kari", "Ola", "Per"))
    finding = examine("san-pbx1", Known(before, after), {"present": now})
    assert (finding.result, finding.differences[0]) == ("other", f"{kind}/vakt/{attribute}")
    assert "Eksempel" not in str(finding)


NAMED = {"name": {"6000": {"name": "Kari", "language": "ROM"}}, "user": {"vakt": {"full_name": "Kari"}}}
RENAMED = {"name": {"6000": {"name": "Vakt", "language": "ROM"}}, "user": {"vakt": {"full_name": "Vakt"}}}


@pytest.mark.parametrize("rest", [{}, BEFORE, AFTER])
@pytest.mark.parametrize("event", ["host_intended", "drained", "back_intended"])
def test_a_name_that_was_erased_is_not_asked_for(context: Context, event: str, rest: dict[str, Any]) -> None:
    permit, host = permit_of(open_sande(context)), "drm-core1"
    writer = guard(context, permit, host)
    sides = {"before": BEFORE | NAMED, "after": AFTER | RENAMED} if rest else {"before": NAMED, "after": RENAMED}
    if event == "back_intended":  # what was written on the way back may be there, too
        writer.record("host_intended", sides)
    writer.record(event, *parted(sides, pbx.KINDS | windows.KINDS))
    written = context.writable().records()[-1].seq
    ending.settle_now(context.writable(), context.estate, permit, context.acting())
    erase(context.writable(), [written], "a test")
    known = reconcile.known_values(context, reconcile.held_stage(context, *KEY))[host]
    assert not known.before.keys() & {"name", "user"}
    assert examine(host, known, {"present": rest}).result == ("after" if rest == AFTER else "before")


def test_what_was_last_written_on_the_way_back_is_known() -> None:
    assert examine("san-rtr1", Known(BEFORE, AFTER, [OTHER]), {"present": OTHER}).result == "between"


@pytest.mark.usefixtures("collection")
@pytest.mark.parametrize(("choice", "given"), [("continue", True), ("continue", False), ("back", True), (None, True)])
def test_who_goes_on_has_the_answers_read_before_any_host_is(
    held: Context, tmp_path: Path, choice: str | None, given: bool
) -> None:
    """Read in the middle of the stage a wrong file would take it back; the way back asks nobody."""
    file = tmp_path / "answers.yml"
    file.write_text("- {step: town_hall_wroks, answer: pass, name: duty operator}\n", encoding="utf-8")
    arguments = {"municipality": KEY[0], "stage": KEY[1], "choice": choice, "answers": str(file) if given else None}
    before = events(held)
    if choice == "continue" and given:
        with pytest.raises(FellesdriftErrors) as caught:
            util("backward").open_reconcile(held, arguments)
        assert {error.code for error in caught.value.errors} == {"FD646"}
    else:
        assert list(util("backward").open_reconcile(held, arguments)["before"]) == ["san-rtr1"]
    assert events(held) == before


def test_only_hosts_that_are_not_back_are_read_again(held: Context) -> None:
    known = reconcile.known_values(held, reconcile.held_stage(held, *KEY))
    assert list(known) == ["san-rtr1"]
    assert (known["san-rtr1"].before, known["san-rtr1"].after) == (BEFORE, AFTER)


def test_a_drained_host_is_read_again(context: Context) -> None:
    permit = permit_of(open_sande(context))
    guard(context, permit, "drm-core1").record("drained", {"before": BEFORE, "after": OTHER})
    ending.settle_now(context.writable(), context.estate, permit, context.acting())
    known = reconcile.known_values(context, reconcile.held_stage(context, *KEY))
    assert (known["drm-core1"].before, known["drm-core1"].after) == (BEFORE, OTHER)


def test_going_on(held: Context) -> None:
    reconcile.choose(held, KEY, "continue", findings(held, BEFORE))
    assert (held.writable().records()[-1].payload or {})["results"][0]["result"] == "before"
    opened = open_sande(held)
    assert (opened.resumed, opened.direction, state(held)) == (True, "forward", "running")


def test_going_back(held: Context) -> None:
    reconcile.choose(held, KEY, "back", findings(held, AFTER))
    back = opening.open_rollback(held, planning.plan_back(held, held.progress()[KEY]))
    assert [wave.hosts for wave in back.back_waves] == [["san-rtr1"]]
    guard(held, permit_of(back), "san-rtr1").record("host_back", {})
    assert ending.settle(held, permit_of(back)).state == "rolled back"


def test_a_choice_to_go_back_does_not_open_the_stage(held: Context) -> None:
    reconcile.choose(held, KEY, "back", findings(held, AFTER))
    with pytest.raises(FellesdriftError) as caught:
        open_sande(held)
    assert caught.value.code == "FD625"


def test_a_choice_is_used_up(held: Context) -> None:
    reconcile.choose(held, KEY, "continue", findings(held, BEFORE))
    permit = permit_of(open_sande(held))
    back = permit_of(ending.fail_stage(held, permit, "again"))
    ending.settle(held, back)
    with pytest.raises(FellesdriftError) as caught:
        open_sande(held)
    assert caught.value.code == "FD625"


@pytest.mark.parametrize("answer", [{"present": OTHER}, {"evidence": "FD301"}, None])
def test_what_cannot_be_explained_writes_nothing(held: Context, answer: dict[str, Any] | None) -> None:
    before = events(held)
    known = reconcile.known_values(held, reconcile.held_stage(held, *KEY))
    bad = [examine("san-rtr1", copy.deepcopy(known["san-rtr1"]), answer)]
    with pytest.raises(FellesdriftError) as caught:
        reconcile.choose(held, KEY, "continue", bad)
    assert (caught.value.code, events(held)) == ("FD655", before)


def test_while_somebody_is_at_work_nothing_is_chosen(held: Context) -> None:
    import dataclasses

    other = dataclasses.replace(held, holder=dataclasses.replace(held.acting(), machine="ops2"))
    opening.open_stage(other, planning.plan_stage(other, "royken", "wan_link"))
    reconcile.choose(held, KEY, "continue", findings(held, BEFORE))  # another municipality's stage is no matter
    with pytest.raises(FellesdriftError) as caught:
        open_sande(held)
    assert caught.value.code == "FD610"  # but what both share is


def test_past_the_point_of_no_return_there_is_only_going_on(held: Context) -> None:
    key, journal = ("sande", "wan_link"), held.writable()
    both = reconcile.commands(held, key)
    assert [line.split(":")[0] for line in both] == ["go on", "go back"]
    journal.append(*key, held.progress()[key].attempt, "", "finalized", {"reason": "it has proven itself"})
    assert reconcile.commands(held, key) == both[:1]
    before = events(held)
    with pytest.raises(FellesdriftError) as caught:
        reconcile.choose(held, key, "back", [])
    assert caught.value.code == "FD691"
    assert events(held) == before
