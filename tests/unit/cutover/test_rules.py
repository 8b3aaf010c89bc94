"""The report's rules, as the estate answers them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.cutover.rules import RULES, Asked, answer_rules, choose_window
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate, Stage, stage_checks
from fellesdrift.estate.models import Twin
from fellesdrift.estate.systems import Conversion, Decision

MOVING = ("platform_first", "decided", "adopted_system", "conversion_done", "stays_local")
PLATFORM = {("sande", "wan_link"), ("sande", "zone_firewall"), ("sande", "server_baseline"), ("sande", "telephony")}
# In the window of wan_link of Sande, and outside it.
AT_NIGHT = datetime(2006, 3, 3, 22, 0, tzinfo=UTC)
BY_DAY = datetime(2006, 3, 3, 12, 0, tzinfo=UTC)


def stage_of(estate: Estate, **changes: Any) -> Estate:
    """The estate with a further stage that moves the portal of Sande, changed as given."""
    record: dict[str, Any] = {
        "id": "portal",
        "title": "The portal",
        "role": "portal",
        "owner": "service_manager",
        "municipalities": ["sande"],
        "waves": [{"name": "Server", "hosts": ["drm-portal1"]}],
        "rules": list(MOVING),
        "systems": ["portal"],
    }
    return estate.model_copy(update={"stages": [*estate.stages, Stage.model_validate(record | changes)]})


def system_of(estate: Estate, key: str, **changes: Any) -> Estate:
    changed = estate.systems[key].model_copy(update=changes)
    return estate.model_copy(update={"systems": estate.systems | {key: changed}})


def ask(estate: Estate, rule: str, *, stage: str = "portal", **changes: Any) -> tuple[str, str]:
    """The answer to one rule, and its evidence."""
    given: dict[str, Any] = {
        "estate": estate,
        "municipality": "sande",
        "stage": estate.stage(stage),
        "hosts": ["drm-portal1"],
        "left": 1,
        "done": PLATFORM,
        "now": AT_NIGHT,
        "window": "planned",
    }
    return RULES[rule].judge(Asked(**(given | changes)))


def test_every_rule_that_data_may_name_is_answered():
    assert set(RULES) == stage_checks.RULES
    assert set(MOVING) == stage_checks.MOVING_RULES


# --- platform first


def test_everything_before_a_move_has_to_be_done(estate):
    moving = stage_of(estate)
    assert ask(moving, "platform_first") == (
        "pass",
        "done: wan_link of sande, zone_firewall of sande, server_baseline of sande, telephony of sande",
    )
    done = PLATFORM - {("sande", "zone_firewall")}
    assert ask(moving, "platform_first", done=done) == ("fail", "not done: zone_firewall of sande")


def test_the_platforms_own_stages_come_before_those_who_are_moved(estate):
    core = estate.stages[0].model_copy(update={"id": "core", "municipalities": ["drammen"]})
    moving = stage_of(estate.model_copy(update={"stages": [core, *estate.stages]}))
    assert ask(moving, "platform_first") == ("fail", "not done: core of drammen")
    assert ask(moving, "platform_first", done={*PLATFORM, ("drammen", "core")})[0] == "pass"


def test_a_stage_that_moves_a_system_is_no_part_of_the_platform(estate):
    earlier = stage_of(estate)
    later = stage_of(earlier, id="library", systems=["library"])
    assert ask(later, "platform_first", stage="library")[0] == "pass"


def test_a_platform_of_which_nothing_is_said_is_not_there(estate):
    moving = stage_of(estate)
    alone = moving.model_copy(update={"stages": moving.stages[-1:]})
    assert ask(alone, "platform_first")[0] == "inconclusive"


@given(data=st.data())
def test_what_is_done_never_speaks_against_a_move(estate, data):
    moving = stage_of(estate)
    pairs = [(name, stage.id) for stage in moving.stages for name in ("drammen", *stage.municipalities)]
    done = data.draw(st.sets(st.sampled_from(pairs)))
    more = done | data.draw(st.sets(st.sampled_from(pairs)))
    if ask(moving, "platform_first", done=done)[0] == "pass":
        assert ask(moving, "platform_first", done=more)[0] == "pass"


# --- systems


def test_an_undecided_system_is_not_moved(estate):
    moving = stage_of(estate, systems=["nursing_care"])
    assert ask(moving, "decided") == ("fail", "undecided: nursing_care (Gerica is recommended)")
    assert ask(moving, "adopted_system") == ("fail", "nursing_care is adopted by nobody")
    assert ask(moving, "conversion_done")[0] == "inconclusive"


def test_a_decision_is_known_by_its_source(estate):
    answer, evidence = ask(stage_of(estate), "decided")
    assert answer == "pass"
    assert evidence == "portal: report 4.4, shared systems, note 4"


def test_only_who_has_adopted_a_system_is_moved_to_it(estate):
    decision = Decision(product="Socio", adopted_by=["drammen", "royken"], source="report 4.4")
    moving = stage_of(system_of(estate, "social_services", decision=decision), systems=["social_services"])
    assert ask(moving, "adopted_system") == ("fail", "social_services is adopted by drammen, royken")


def test_an_adopted_system_is_moved_when_its_move_is_planned(estate):
    planned = stage_of(system_of(estate, "portal", moves=["sande"]))
    assert ask(planned, "adopted_system") == ("pass", "adopted by sande: portal")
    answer, evidence = ask(stage_of(system_of(estate, "portal", moves=[])), "adopted_system")
    assert (answer, evidence) == ("fail", "portal is adopted, and no move of sande is planned")


@pytest.mark.parametrize(
    ("done", "answer"), [(None, "fail"), ("2006-03-03", "pass"), ("2006-03-04", "fail"), ("2005-12-01", "pass")]
)
def test_another_product_is_replaced_before_the_move(estate, done, answer):
    conversion = Conversion(done=done, source="minutes of the project")
    moving = stage_of(system_of(estate, "portal", conversions={"sande": conversion}))
    assert ask(moving, "conversion_done", now=BY_DAY)[0] == answer


def test_no_record_of_a_conversion_is_no_conversion(estate):
    answer, evidence = ask(stage_of(system_of(estate, "portal", conversions={})), "conversion_done")
    assert answer == "fail"
    assert "Telenor Portal is in use; no conversion to dk-digital is recorded as done" in evidence


def test_who_has_the_shared_product_or_none_has_nothing_to_convert(estate):
    moving = stage_of(estate)
    use = estate.systems["portal"].in_use
    same = system_of(moving, "portal", in_use=use | {"sande": use["drammen"]})
    assert ask(same, "conversion_done") == ("pass", "portal: dk-digital is in use already")
    none = system_of(moving, "portal", in_use=use | {"sande": use["sande"].model_copy(update={"product": None})})
    assert ask(none, "conversion_done") == ("pass", "portal: nothing was in use")
    forgotten = system_of(moving, "portal", in_use={"drammen": use["drammen"]})
    assert ask(forgotten, "conversion_done")[0] == "inconclusive"


def test_a_stage_of_the_network_moves_no_system(estate):
    for rule in ("decided", "adopted_system", "conversion_done"):
        assert ask(estate, rule, stage="wan_link", hosts=["san-rtr1"]) == ("pass", "the stage moves no system")


# --- what is not moved


def test_a_host_of_a_system_that_is_not_moved_is_left_alone(estate):
    answer, evidence = ask(estate, "stays_local", stage="wan_link", hosts=["san-rtr1", "san-archive1"])
    assert answer == "fail"
    assert "case_archive on san-archive1" in evidence
    assert ask(estate, "stays_local", stage="wan_link", hosts=["san-rtr1"])[0] == "pass"


def test_a_system_that_is_known_to_stay_may_share_the_host(estate):
    host = "san-app1"
    others = sorted(
        key
        for key, system in estate.systems.items()
        if key != "portal" and host in {*system.hosts, *(each for use in system.in_use.values() for each in use.hosts)}
    )
    assert others, "the test needs a server with several systems"
    hosts = ["drm-portal1", host]
    assert ask(stage_of(estate), "stays_local", hosts=hosts)[0] == "fail"
    assert ask(stage_of(estate, staying=others[1:]), "stays_local", hosts=hosts) == (
        "fail",
        f"touched, and not moved: {others[0]} on {host}",
    )
    answer, evidence = ask(stage_of(estate, staying=others), "stays_local", hosts=hosts)
    assert answer == "pass", evidence
    assert evidence == f"2 hosts: moves portal; stays there: {', '.join(others)}"


def test_a_host_that_answers_for_a_service_is_left_alone(estate):
    bare = estate.model_copy(update={"systems": {}})
    of_address = {host.management_address: name for name, host in estate.hosts.items()}
    key, host = next((key, of_address[s.address]) for key, s in estate.services.items() if s.address in of_address)
    answer, evidence = ask(bare, "stays_local", stage="wan_link", hosts=[host])
    assert (answer, evidence) == ("fail", f"touched, and not moved: the service {key} on {host}")


# --- people


def test_somebody_is_reached_at_every_site(estate):
    hosts = ["drm-fwi1", "san-rtr1"]
    answer, evidence = ask(estate, "contact_reachable", stage="wan_link", hosts=hosts)
    assert answer == "pass"
    assert evidence == "in the window of 2006-03-03 22:00: drm_duty_operator, san_town_hall_contact"


def test_office_hours_are_not_the_night(estate):
    nobody = estate.model_copy(update={"windows": [each.model_copy(update={"on_call": []}) for each in estate.windows]})
    answer, evidence = ask(nobody, "contact_reachable", stage="wan_link", hosts=["san-rtr1"])
    assert answer == "fail"
    assert "san_town_hall (san_town_hall_contact: office hours" in evidence


def test_a_site_without_a_contact_is_unknown(estate):
    without = {key: each for key, each in estate.contacts.items() if each.site != "san_town_hall"}
    stages = [stage.model_copy(update={"steps": []}) for stage in estate.stages]
    changed = estate.model_copy(update={"contacts": without, "stages": stages})
    answer, evidence = ask(changed, "contact_reachable", stage="wan_link", hosts=["san-rtr1"])
    assert (answer, evidence) == ("inconclusive", "the estate names no contact at san_town_hall")


def test_who_answers_a_step_can_be_reached_too(estate):
    step = {"id": "call", "title": "A call", "instruction": "Call.", "when": "after", "minutes": 10}
    asking = stage_of(estate, id="calls", steps=[step | {"role": "it_manager"}], systems=[])
    windows = [estate.windows[0].model_copy(update={"stage": "calls"})]
    asking = asking.model_copy(update={"windows": windows})
    answer, evidence = ask(asking, "contact_reachable", stage="calls", hosts=["san-rtr1"])
    assert answer == "fail"
    assert "it_manager (drm_it_manager, san_it_manager" in evidence
    later = stage_of(estate, id="calls", steps=[step | {"role": "it_manager", "when": "finalize"}], systems=[])
    later = later.model_copy(update={"windows": windows})
    assert ask(later, "contact_reachable", stage="calls", hosts=["san-rtr1"])[0] == "pass"


def test_without_a_window_nobody_knows_who_is_on_call(estate):
    without = estate.model_copy(update={"windows": []})
    assert ask(without, "contact_reachable", stage="wan_link", hosts=["san-rtr1"])[0] == "inconclusive"
    rehearsing = ask(without, "contact_reachable", stage="wan_link", hosts=["san-rtr1"], window="none")
    assert rehearsing == ("pass", "a rehearsal calls nobody, and no window is planned")


# --- which windows bind, and what an emergency leaves on record


def test_production_keeps_its_windows_and_a_twin_only_when_asked(estate, tmp_path):
    twin = estate.model_copy(update={"twin": Twin(journal=tmp_path / "j", directory=tmp_path)})
    assert choose_window(estate, None, None) == "planned"
    assert choose_window(twin, None, None) == "none"
    assert choose_window(twin, "planned", None) == "planned"
    assert choose_window(estate.model_copy(update={"production": False}), None, None) == "none"


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_an_emergency_has_a_reason(estate, reason, golden):
    with pytest.raises(FellesdriftError) as caught:
        choose_window(estate, "overridden", reason)
    golden("cutover/window_overridden_without_a_reason", str(caught.value))


def test_an_emergency_leaves_the_answer_and_the_reason_on_record(estate):
    asked = Asked(estate, "sande", estate.stage("wan_link"), ["san-rtr1"], 1, set(), BY_DAY, "overridden")
    answers = {each.gate: each.as_data() for each in answer_rules(asked, "The line to the nursing home is cut.")}
    window = answers["window_open"]
    assert window["result"] == "fail"
    assert window["overridden"] == "The line to the nursing home is cut."
    assert window["rule"] == "the estate's change windows"
    assert "overridden" not in answers["contact_reachable"], "it passes by itself"
    assert answers["stays_local"] == {
        "gate": "stays_local",
        "host": "",
        "result": "pass",
        "evidence": "1 host: no host of a system is touched",
        "rule": "report 4.3 and 4.4, rules 3 and 6",
    }


def test_only_the_rules_of_the_window_can_be_overridden(estate):
    moving = stage_of(estate, systems=["nursing_care"])
    asked = Asked(moving, "sande", moving.stage("portal"), ["drm-portal1"], 1, set(), BY_DAY, "overridden")
    assert all(each.overridden is None for each in answer_rules(asked, "Because."))


def test_each_answer_says_where_its_rule_comes_from(estate):
    moving = stage_of(estate, rules=sorted(RULES))
    asked = Asked(moving, "sande", moving.stage("portal"), ["drm-portal1"], 1, PLATFORM, AT_NIGHT, "planned")
    answers = answer_rules(asked)
    assert [each.gate for each in answers] == sorted(RULES)
    assert all(each.rule for each in answers)


# --- the window itself


def test_it_has_to_be_in_the_window(estate):
    assert ask(estate, "window_open", stage="wan_link", now=AT_NIGHT)[0] == "pass"
    answer, evidence = ask(estate, "window_open", stage="wan_link", now=BY_DAY)
    assert answer == "fail"
    assert evidence == ("it is 2006-03-03 13:00; the next window is 2006-03-03 22:00 to 2006-03-04 04:00 (Europe/Oslo)")
    answer, evidence = ask(estate, "window_open", stage="wan_link", now=AT_NIGHT + timedelta(days=1))
    assert "the last window was 2006-03-03 22:00" in evidence


def test_what_cannot_be_taken_back_in_time_is_not_begun(estate):
    late = datetime(2006, 3, 4, 2, 45, tzinfo=UTC)
    answer, evidence = ask(estate, "window_open", stage="wan_link", now=late, hosts=["san-rtr1"])
    assert answer == "fail"
    assert evidence.startswith("15 min left until 2006-03-04 04:00 (Europe/Oslo); the stage may take ")
    assert "the latest start was 2006-03-04 0" in evidence


def test_without_a_window_nothing_says_when(estate):
    without = estate.model_copy(update={"windows": []})
    assert ask(without, "window_open", stage="wan_link")[0] == "inconclusive"
    assert ask(without, "window_open", stage="wan_link", window="none")[0] == "pass"
