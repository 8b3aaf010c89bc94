"""Manual steps: asked, waited for, answered once, and never taken for a pass that nobody gave."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from support.people import KEY, STEPS, Crowd, Time, holding, names, opened, progress, records, step, touch, with_people

from fellesdrift.cutover import asking, ending, manual, opening, planning, stopping, waiting
from fellesdrift.cutover.answers import nobody, simulated
from fellesdrift.cutover.attempt import ManualProgress
from fellesdrift.cutover.dialogue import Dialogue
from fellesdrift.cutover.local_time import local_time
from fellesdrift.cutover.manual import Answered
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

GIVEN = Answered("pass", "duty officer", "27.2 V")
POWER, SITE, CALL, ACCEPTANCE = STEPS
type Golden = Callable[[str, object], None]


@pytest.fixture
def peopled(context: Context) -> Context:
    return with_people(context)


@pytest.fixture(autouse=True)
def _seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look in every twenty simulated seconds is enough for a test."""
    monkeypatch.setattr(waiting, "LOOK", 20.0)


def answer(context: Context, given: Answered, time: Time, name: str = "reserve_power") -> None:
    manual.answer(context.estate, context.writable(), KEY, name, given, time.clock)


def wait(context: Context, permit: Permit, time: Time, *given: Answered) -> ManualProgress:
    return manual.wait_for_answer(
        holding(context, permit), context.estate, POWER, Crowd(list(given)).source(POWER), time.clock
    )


def refusal(context: Context, given: Answered, time: Time, name: str = "reserve_power") -> FellesdriftError:
    before = names(context)
    with pytest.raises(FellesdriftError) as caught:
        answer(context, given, time, name)
    assert names(context) == before
    return caught.value


def test_the_question_says_what_to_do_who_does_it_and_until_when(peopled: Context) -> None:
    time = Time()
    deadline = manual.ask(holding(peopled, opened(peopled)), POWER, time.clock)
    [record] = records(peopled, "manual_asked")
    assert record.payload == {
        "step": "reserve_power",
        "title": "reserve power",
        "instruction": "do the reserve_power",
        "role": "duty_operator",
        "when": "before",
        "deadline": deadline.isoformat(timespec="milliseconds"),
    }
    assert (deadline - time.begun).total_seconds() == 600


def test_an_answer_keeps_the_name_apart_from_what_cannot_be_erased(peopled: Context) -> None:
    time, permit = Time(), opened(peopled)
    manual.ask(holding(peopled, permit), POWER, time.clock)
    answer(peopled, GIVEN, time)
    [record] = records(peopled, "manual_answered")
    assert record.payload == {
        "step": "reserve_power",
        "answer": "pass",
        "simulated": False,
        "evidence": "27.2 V",
    }
    assert "duty officer" not in json.dumps(record.payload)
    assert progress(peopled).shown.passed("reserve_power")


def test_an_answer_is_taken_once_in_time_and_whole(peopled: Context, golden: Golden) -> None:
    time = Time()
    golden("cutover/FD645_not_asked", refusal(peopled, GIVEN, time))
    permit = opened(peopled)
    assert refusal(peopled, GIVEN, time).found == "it was not asked"
    manual.ask(holding(peopled, permit), POWER, time.clock)
    golden("cutover/FD645", refusal(peopled, Answered("pass", "duty officer"), time))
    assert refusal(peopled, dataclasses.replace(GIVEN, name="  "), time).found == "no name"
    assert refusal(peopled, GIVEN, time, "reserve_pwoer").found == "no such manual step"
    assert refusal(peopled, GIVEN, time, "test_call").expected == "reserve_power"
    late = refusal(peopled, GIVEN, Time(time.begun, 601))
    assert late.found == f"its deadline was {_after(time, 600)} UTC"
    assert (late.expected or "").endswith("wan_link of sande is running, and waits for none")
    answer(peopled, Answered("fail", "duty officer"), time)  # a fail needs no note: it has to be quick
    assert (refusal(peopled, GIVEN, time).found or "").startswith("answered already: fail")


def test_an_answer_for_nobody_asks_who_was_meant(peopled: Context, golden: Golden) -> None:
    with pytest.raises(FellesdriftError) as caught:
        manual.answer(peopled.estate, peopled.writable(), ("sandee", "wan_link"), "reserve_power", GIVEN, Time().clock)
    golden("cutover/FD140_answer", caught.value)


def _after(time: Time, seconds: float) -> str:
    return f"{Time(time.begun, seconds).clock.now():%Y-%m-%d %H:%M}"


def test_waiting_keeps_the_lease_longer_than_it_lasts(peopled: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hours for a step, with a lease of half an hour that was about to end."""
    time, permit = Time(), opened(peopled)
    slow = step("reserve_power", "before", minutes=120)
    manual.ask(holding(peopled, permit), slow, time.clock)
    renewals: list[float] = []

    def renew(*given: Any) -> Any:
        renewals.append(time.passed)
        return checked(*given)

    checked = lease.check_and_renew
    monkeypatch.setattr(lease, "check_and_renew", renew)
    answered = wait(peopled, permit, time)
    assert (answered.answer, time.passed) == ("inconclusive", 7200)
    gaps = [later - earlier for earlier, later in pairwise(renewals)]
    assert max(gaps) < lease.LENGTH.total_seconds() / 10


def test_no_answer_by_the_deadline_is_inconclusive(peopled: Context) -> None:
    time, permit = Time(), opened(peopled)
    manual.ask(holding(peopled, permit), POWER, time.clock)
    answered = wait(peopled, permit, time)
    assert (answered.answer, time.passed) == ("inconclusive", 600)
    assert answered.evidence == f"no answer by {_after(time, 600)} UTC"


@pytest.mark.parametrize(("jump", "waited"), [(3600, 40), (-3600, 600)])
def test_a_clock_that_jumps_neither_stops_the_night_nor_makes_it_endless(
    peopled: Context, jump: float, waited: float
) -> None:
    time, permit = Time(), opened(peopled)
    manual.ask(holding(peopled, permit), POWER, time.clock)

    def leap() -> None:
        if time.passed >= 40:
            time.jump = jump

    time.after_sleep = leap
    assert wait(peopled, permit, time).answer == "inconclusive"
    assert time.passed == waited


def test_an_answer_from_another_terminal_ends_the_waiting(peopled: Context) -> None:
    time, permit = Time(), opened(peopled)
    manual.ask(holding(peopled, permit), POWER, time.clock)

    def elsewhere() -> None:
        if time.passed == 60:
            answer(peopled, GIVEN, time)

    time.after_sleep = elsewhere
    answered = wait(peopled, permit, time)
    assert (answered.answer, answered.evidence, time.passed) == ("pass", "27.2 V", 60)


def test_who_lost_the_lease_while_waiting_takes_no_answer(peopled: Context) -> None:
    time, permit = Time(), opened(peopled)
    manual.ask(holding(peopled, permit), POWER, time.clock)
    stolen = dataclasses.replace(permit, token="somebody else's")
    with pytest.raises(FellesdriftError) as caught:
        wait(peopled, stolen, time, GIVEN)
    assert caught.value.code == "FD611"
    assert records(peopled, "manual_answered") == []


def ask(context: Context, permit: Permit, when: str, time: Time, *given: Answered) -> tuple[list[str], Crowd]:
    crowd = Crowd(list(given))
    results = asking.ask_steps(holding(context, permit), context.estate, when, nobody, crowd, time.clock)
    return [f"{one.step}: {one.answer}" for one in results], crowd


def test_people_are_told_what_to_do_and_what_to_type(peopled: Context) -> None:
    time = Time()
    told = ask(peopled, opened(peopled), "before", time, GIVEN)[1].told
    assert told[0] == "reserve power: do the reserve_power"
    role = peopled.estate.roles["duty_operator"].title
    until = local_time(f"{_after(time, 600)}+00:00", peopled.estate.time_zone)
    assert told[1] == f"asked of: {role}; answer by {until} here, or at another terminal:"
    assert told[2] == (
        "fellesdrift stage answer -i inventories/production sande wan_link reserve_power "
        "pass|fail|inconclusive --name NAME --note NOTE"
    )
    assert told[3] == "pass (answer): reserve power: 27.2 V"


@pytest.mark.parametrize("given", [GIVEN, Answered("inconclusive", "duty officer")])
def test_while_a_stage_is_stopped_its_step_can_be_answered(peopled: Context, given: Answered) -> None:
    """Who did it meanwhile can say so: the run that goes on does not ask again, but for what was no pass."""
    time, permit = Time(), opened(peopled)
    manual.ask(holding(peopled, permit), POWER, time.clock)
    stopping.ask_to_stop(peopled.writable(), permit, "finish")
    ending.fail_stage(peopled, permit, "x")
    assert ending.settle(peopled, permit).state == "stopped"
    answer(peopled, given, time)
    again, crowd = opened(peopled), Crowd([GIVEN])
    [result] = asking.ask_steps(holding(peopled, again), peopled.estate, "before", nobody, crowd, time.clock)
    assert (result.answer, result.earlier) == ("pass", given.answer == "pass")
    assert len(records(peopled, "manual_asked")) == (1 if result.earlier else 2)


def test_a_way_back_and_a_held_stage_take_no_answer(peopled: Context) -> None:
    """The one asks nobody; of the other somebody chooses first whether it goes on."""
    time, permit = Time(), opened(peopled)
    manual.ask(holding(peopled, permit), POWER, time.clock)
    touch(peopled, permit, "drm-fwi1", "san-rtr1", until="host_applied")
    back = ending.fail_stage(peopled, permit, "x").permit
    assert back is not None
    assert refusal(peopled, GIVEN, time).found == "the stage is going back"
    stopping.ask_to_stop(peopled.writable(), back, "finish")
    assert ending.settle(peopled, back).state == "stopped"
    assert refusal(peopled, GIVEN, time).found == "the stage is stopped on its way back"
    again = opening.open_rollback(peopled, planning.plan_back(peopled, progress(peopled))).permit
    assert again is not None
    ending.settle(peopled, again)
    assert refusal(peopled, GIVEN, time).found == "the stage is held"


def test_a_resumed_run_does_not_ask_again_what_passed(peopled: Context) -> None:
    time, permit = Time(), opened(peopled)
    ask(peopled, permit, "before", time, GIVEN)
    again = opened(peopled)
    assert ask(peopled, again, "before", time)[0] == ["reserve_power: pass"]
    assert len(records(peopled, "manual_asked")) == 1


def test_a_question_that_was_open_at_a_kill_stays_open_until_its_deadline(peopled: Context) -> None:
    time, permit = Time(), opened(peopled)
    manual.ask(holding(peopled, permit), POWER, time.clock)
    time.passed = 300
    answer(peopled, GIVEN, time)  # while no run is at work
    assert ask(peopled, opened(peopled), "before", time)[0] == ["reserve_power: pass"]
    assert len(records(peopled, "manual_asked")) == 1


def test_a_question_whose_deadline_passed_while_nobody_ran_is_asked_anew(peopled: Context) -> None:
    time, permit = Time(), opened(peopled)
    manual.ask(holding(peopled, permit), POWER, time.clock)
    time.passed = 3600
    assert ask(peopled, opened(peopled), "before", time, GIVEN)[0] == ["reserve_power: pass"]
    assert len(records(peopled, "manual_asked")) == 2


@pytest.mark.parametrize("answered", ["fail", "inconclusive"])
def test_before_anything_was_touched_the_stage_is_refused(peopled: Context, answered: Any, golden: Golden) -> None:
    with pytest.raises(FellesdriftError) as caught:
        ask(peopled, opened(peopled), "before", Time(), Answered(answered, "duty officer", "19 V"))
    assert caught.value.code == "FD648"
    if answered == "fail":
        golden("cutover/FD648", caught.value)
    assert progress(peopled).state == "pending"
    assert progress(peopled).reason == f"reserve power: {answered}"
    assert progress(peopled).attempt != opened(peopled).attempt  # the leases were given back, and it is asked anew
    assert not progress(peopled).shown.manual


def test_after_it_the_stage_goes_back_and_asks_nobody(peopled: Context) -> None:
    time, permit = Time(), opened(peopled)
    ask(peopled, permit, "before", time, GIVEN)
    touch(peopled, permit, "drm-fwi1", until="host_applied")
    with pytest.raises(FellesdriftError) as caught:
        ask(peopled, permit, "canary", time, Answered("fail", "duty officer"))
    assert "goes back by itself" in (caught.value.next_step or "")
    assert progress(peopled).state == "running"
    back = ending.fail_stage(peopled, permit, str(caught.value))
    assert (back.direction, list(back.before)) == ("back", ["drm-fwi1"])
    # what the canary showed is no longer so; what was done before it still is
    assert list(progress(peopled).shown.manual) == ["reserve_power"]
    assert time.passed == 0


def test_a_simulated_answer_says_so_and_is_none_for_real_devices(peopled: Context, golden: Golden) -> None:
    time, permit = Time(), opened(peopled)
    with pytest.raises(FellesdriftError) as caught:
        asking.ask_steps(holding(peopled, permit), peopled.estate, "before", simulated, Crowd(), time.clock)
    golden("cutover/FD647", caught.value)

    rehearsed = dataclasses.replace(peopled, estate=peopled.estate.model_copy(update={"production": False}))
    crowd = Crowd()
    [result] = asking.ask_steps(holding(rehearsed, permit), rehearsed.estate, "before", simulated, crowd, time.clock)
    assert result.simulated
    assert crowd.told[-1].startswith("pass (simulated answer): reserve power: simulated;")
    assert records(peopled, "manual_answered")[0].payload["simulated"] is True


def test_a_stage_is_not_done_until_its_people_and_its_soaks_have_spoken(peopled: Context) -> None:
    permit = opened(peopled)
    plan = planning.plan_stage(peopled, *KEY)
    peopled.writable().append(*KEY, permit.attempt, "", "wave_begun", {"wave": "Internet exit in Drammen"})
    touch(peopled, permit, *plan.hosts)
    with pytest.raises(FellesdriftError) as caught:
        ending.close_stage(peopled, permit)
    assert caught.value.code == "FD629"
    for missing in (
        "soak of Internet exit in Drammen",
        "soak of the stage",
        "reserve_power",
        "first_site",
        "test_call",
    ):
        assert missing in (caught.value.found or "")
    assert "acceptance" not in (caught.value.found or "")


def test_the_step_that_ends_the_way_back_ends_it(context: Context, golden: Golden) -> None:
    """Numbers that were handed over to another exchange do not come back because a soak fails."""
    final = with_people(context, reversible_until="test_call")
    time, permit = Time(), opened(final)
    touch(final, permit, "drm-fwi1", until="host_applied")
    ask(final, permit, "after", time, Answered("pass", "duty officer"))
    back = ending.fail_stage(final, permit, "FD649: a soak failed")
    assert (back.before, back.back_waves) == ({}, [])
    assert ending.settle(final, permit).state == "held"
    assert "no way back" in (progress(final).reason or "")
    with pytest.raises(FellesdriftError) as caught:
        opening.open_rollback(final, planning.plan_stage(final, *KEY))
    text = str(caught.value)
    golden("cutover/FD691", text.replace(_after(time, 0), "DATE"))


def test_a_rehearsed_answer_ends_no_way_back(context: Context) -> None:
    final = with_people(context, reversible_until="test_call")
    rehearsed = dataclasses.replace(final, estate=final.estate.model_copy(update={"production": False}))
    permit = opened(rehearsed)
    asking.ask_steps(holding(rehearsed, permit), rehearsed.estate, "after", simulated, Crowd(), Time().clock)
    assert progress(rehearsed).shown.passed("test_call")
    assert progress(rehearsed).shown.no_way_back is None


def test_a_dialogue_takes_an_answer_a_name_and_what_the_step_asks_for() -> None:
    dialogue = Dialogue(POWER)
    assert dialogue.prompt.startswith("pass, fail, inconclusive")
    for line in ("", "perhaps", "P"):
        assert dialogue.take(line) is None
    assert dialogue.prompt == "your name?"
    for line in ("", " duty officer ", ""):
        assert dialogue.take(line) is None
    assert dialogue.prompt == "evidence: what the gauge shows?"
    assert dialogue.take("27.2 V") == GIVEN
    for line in ("f", "duty officer"):
        assert dialogue.take(line) is None
    assert dialogue.take("") == Answered("fail", "duty officer")


def test_a_plan_says_who_will_be_asked_what(peopled: Context) -> None:
    [line] = asking.described(peopled.estate, peopled.estate.stages[0], "after")
    assert line.startswith("test call (")
    assert line.endswith("within 10 min): do the test_call")


def test_a_stop_that_was_asked_for_ends_the_waiting(peopled: Context) -> None:
    time, permit = Time(), opened(peopled)
    held = holding(peopled, permit)
    manual.ask(held, POWER, time.clock)
    stopping.ask_to_stop(held.journal, permit, "finish")
    with pytest.raises(stopping.StopAskedError):
        wait(peopled, permit, time)
    assert time.passed == 0
