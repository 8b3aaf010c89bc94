"""A file of answers is right as a whole, or nothing is opened."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from support.people import STEPS, step, with_people

from fellesdrift.cutover import asking
from fellesdrift.cutover.answers import SIMULATED, Answers, answers_of
from fellesdrift.cutover.manual import Answered
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError, FellesdriftErrors

WHOLE = """
- {step: reserve_power, answer: pass, name: vakthavende på rådhuset, note: 27.2 V}
- {step: first_site, answer: pass, name: duty officer}
- {step: test_call, answer: inconclusive, name: duty officer}
"""
type Read = Callable[[str], Answers]


@pytest.fixture
def peopled(context: Context) -> Context:
    return with_people(context)


@pytest.fixture
def read(peopled: Context, tmp_path: Path) -> Read:
    """read(text): the answers for a cutover of Sande's first stage."""

    def answers(text: str) -> Answers:
        path = tmp_path / "answers.yml"
        path.write_text(text, encoding="utf-8")
        due = asking.due(peopled.estate.stages[0], "before", "canary", "after")
        return answers_of(str(path), peopled.estate, "sande", due)

    return answers


def test_each_step_gets_its_answer(read: Read) -> None:
    answers = read(WHOLE)
    assert answers("wan_link", STEPS[0]) == Answered("pass", "vakthavende på rådhuset", "27.2 V")
    assert answers("wan_link", STEPS[2]) == Answered("inconclusive", "duty officer")
    assert answers("wan_link", STEPS[3]) is None  # finalize asks for its own


def test_without_a_file_people_are_asked(peopled: Context) -> None:
    assert answers_of(None, peopled.estate, "sande", [("wan_link", STEPS[0])])("wan_link", STEPS[0]) is None


@pytest.mark.parametrize(
    ("wrong", "key", "problem"),
    [
        ("- {step: reserve_pwoer, answer: pass, name: x}", "[3].step", "no such manual step"),
        ("- {step: acceptance, answer: yes, name: x}", "[3].answer", "this is no answer"),
        ("- {step: acceptance, answer: pass}", "[3].name", "a key is missing"),
        ("- {step: acceptance, answer: pass, name: x, when: now}", "[3].when", "no such key"),
        ("- acceptance", "[3]", "no mapping"),
        ("- {step: acceptance, answer: pass, name: 12}", "[3].name", "no text"),
        ("- {step: acceptance, answer: pass, name: ' '}", "[3].name", "lacks what its step asks for"),
        ("- {step: acceptance, answer: pass, name: x, note: 27.2}", "[3].note", "no text"),
        ("- {step: test_call, answer: pass, name: x}", "[3]", "answered twice"),
        ("- {step: test_call, answer: pass, name: x, stage: zone_firewall}", "[3].step", "no such manual step"),
    ],
)
def test_a_wrong_entry_is_named_with_its_place(read: Read, wrong: str, key: str, problem: str) -> None:
    with pytest.raises(FellesdriftErrors) as caught:
        read(f"{WHOLE}{wrong}\n")
    [error] = caught.value.errors
    assert (error.code, error.key) == ("FD646", key)
    assert problem in error.problem


def test_everything_that_is_wrong_is_told_at_once(
    read: Read, tmp_path: Path, golden: Callable[[str, object], None]
) -> None:
    with pytest.raises(FellesdriftErrors) as caught:
        read(
            "- {step: reserve_power, answer: pass, name: x, when: now}\n"
            "- {step: nosuch, answer: maybe, name: x, colour: red, size: 1}\n"
            "- {step: first_site, answer: yes, name: 12, note: 27.2}\n"
            "- {step: 3, answer: pass}\n"
            "- nothing\n"
        )
    golden("cutover/FD646", str(caught.value).replace(f"{tmp_path}/", ""))


def test_a_step_without_an_answer_is_an_error_before_anything_is_opened(read: Read) -> None:
    with pytest.raises(FellesdriftErrors) as caught:
        read("- {step: reserve_power, answer: pass, name: x, note: 27 V}\n")
    assert [error.found for error in caught.value.errors] == [
        "no entry for wan_link first_site",
        "no entry for wan_link test_call",
    ]


@pytest.mark.parametrize("text", ["step: reserve_power", "[", "", "\t- x"])
def test_what_is_no_list_is_refused(read: Read, text: str) -> None:
    with pytest.raises(FellesdriftError) as caught:
        read(text)
    assert caught.value.code == "FD646"


def test_a_file_that_is_not_there_is_refused(peopled: Context, tmp_path: Path) -> None:
    with pytest.raises(FellesdriftError) as caught:
        answers_of(str(tmp_path / "none.yml"), peopled.estate, "sande", [])
    assert "cannot be read" in caught.value.problem


def test_two_stages_with_one_step_ask_which(context: Context, tmp_path: Path) -> None:
    both = with_people(context)
    second = both.estate.stages[1].model_copy(update={"steps": [step("test_call", "after")]})
    estate = both.estate.model_copy(update={"stages": [both.estate.stages[0], second]})
    path = tmp_path / "answers.yml"
    path.write_text("- {step: test_call, answer: pass, name: x}\n", encoding="utf-8")
    with pytest.raises(FellesdriftErrors) as caught:
        answers_of(str(path), estate, "sande", [])
    assert caught.value.errors[0].key == "[0].stage"
    path.write_text("- {step: test_call, stage: zone_firewall, answer: pass, name: x}\n", encoding="utf-8")
    assert answers_of(str(path), estate, "sande", [])("zone_firewall", STEPS[2]) == Answered("pass", "x")


def test_simulated_answers_are_refused_where_devices_are_real(peopled: Context) -> None:
    due = asking.due(peopled.estate.stages[0], "before")
    with pytest.raises(FellesdriftError) as caught:
        answers_of(SIMULATED, peopled.estate, "sande", due)
    assert caught.value.code == "FD647"
    rehearsed = dataclasses.replace(peopled, estate=peopled.estate.model_copy(update={"production": False}))
    answer = answers_of(SIMULATED, rehearsed.estate, "sande", due)("wan_link", STEPS[0])
    assert answer is not None
    assert answer.simulated
