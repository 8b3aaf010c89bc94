"""What a Windows host is held against: its baseline, changes by name, and what completed stages claim."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fellesdrift.cutover.of_people import APART
from fellesdrift.drift import typed
from fellesdrift.drift.model import Remedy
from fellesdrift.drift.recorded import Writings
from fellesdrift.drift.typed import Place
from fellesdrift.drift.windows_judge import places
from fellesdrift.drift.windows_recorded import recorded_of
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate
from fellesdrift.state.windows import Resources

PROJECT = Path(__file__).parents[3]
HOST = "san-file1"


def writings(estate: Estate, *changes: Resources, stages: tuple[str, ...] = ()) -> Writings:
    done = frozenset(("sande", stage) for stage in stages)
    return Writings(estate, [PROJECT / "roles"], done, {HOST: list(changes)})


def moved(estate: Estate, *changes: Resources, stages: tuple[str, ...] = ()) -> list[Place]:
    """What the baseline would have to become."""
    before, after = (recorded_of(each, HOST) for each in (writings(estate), writings(estate, *changes, stages=stages)))
    return list(places(after.kinds, before.kinds, list(before.kinds)))


def test_what_a_completed_stage_claims_is_expected_and_its_role_owns_it(estate: Estate) -> None:
    found = moved(estate, stages=("server_baseline",))
    assert ("event_log", "Application", "max_kb") in {(one.kind, one.key, one.attribute) for one in found}
    recorded = recorded_of(writings(estate, stages=("server_baseline",)), HOST)
    assert recorded.owner("event_log", "APPLICATION", "max_kb") == "windows_server"
    assert recorded.owner("share", "Felles") == ""


def test_the_last_change_by_name_counts_in_whatever_case_it_was_written(estate: Estate) -> None:
    first: Resources = {"service": {"spooler": {"state": "stopped"}}}
    then: Resources = {"service": {"SPOOLER": {"state": "paused"}}, "share": {"felles": {"present": False}}}
    assert {(one.kind, one.key, one.attribute, one.want) for one in moved(estate, first, then)} == {
        ("service", "Spooler", "state", "paused"),
        ("share", "Felles", "", None),
    }


def test_a_single_member_that_is_claimed_is_one_of_all_that_are_recorded(estate: Estate) -> None:
    (place,) = moved(estate, {"group": {"Brukere": {"member": {"Administrator": True, "fellesdrift": False}}}})
    assert (place.key, place.attribute, place.want, place.have) == (
        "Brukere",
        "members",
        ["Administrator"],
        ["fellesdrift"],
    )


NAMED = {"user": {"vakt": {"present": True, "full_name": "Kari Eksempel", "disabled": False}}}
RENAMED = {"user": {"vakt": {"present": True, "full_name": "Ola Eksempel", "disabled": False}}}
GONE = {"user": {"vakt": {"present": False}}}


@pytest.mark.parametrize(
    ("recorded", "present", "told"),
    [
        (NAMED, RENAMED, ("(a name)", "(another name)")),
        (NAMED, GONE, ({"full_name": "(a name)", "disabled": False}, None)),
        (GONE, NAMED, (None, {"full_name": "(a name)", "disabled": False})),
        ({}, NAMED, (None, {"full_name": "(a name)", "disabled": False})),
    ],
)
def test_that_a_full_name_differs_is_told_and_not_what_it_is(
    recorded: Resources, present: Resources, told: tuple[Any, Any]
) -> None:
    found = list(places(recorded, {"user": {}} | present, ["user"]))
    assert [(one.want, one.have) for one in found] == [told]
    answer = typed.answer(HOST, found, [Remedy(steps=["Change it"], command="mend it")], lambda _: "", present)
    assert "Eksempel" not in f"{answer.findings}{answer.diff}"
    assert answer.mend is not None
    assert ("Kari" in str(answer.mend.resources)) == (recorded == NAMED), "what mends it is the name itself"


def test_a_full_name_that_was_erased_may_be_any(estate: Estate) -> None:
    made: Resources = {"user": {"Gjest": {"full_name": APART, "description": "Vakt"}}}
    assert {(one.kind, one.attribute) for one in moved(estate, made)} == {("user", "description")}
    assert "full_name" not in recorded_of(writings(estate, made), HOST).kinds["user"]["Gjest"]
    again: Resources = {"user": {"Gjest": {"full_name": "Vakt"}}}
    assert recorded_of(writings(estate, made, again), HOST).kinds["user"]["Gjest"]["full_name"] == "Vakt"


@pytest.mark.parametrize(("text", "code"), [(None, "FD704"), ("{}", "FD713")])
def test_without_a_baseline_that_can_be_used_nothing_is_compared(
    estate: Estate, tmp_path: Path, text: str | None, code: str
) -> None:
    elsewhere = estate.model_copy(update={"inventory_dir": tmp_path})
    if text is not None:
        path = elsewhere.snapshot(HOST)
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    with pytest.raises(FellesdriftError) as caught:
        recorded_of(replace(writings(estate), estate=elsewhere), HOST)
    assert caught.value.code == code
