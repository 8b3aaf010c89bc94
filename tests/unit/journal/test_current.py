"""Where the stages stand, read off a part of the journal, is what all of it says: for histories that nobody thought of,
also such as the engine would never write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellesdrift.cutover.following import Following
from fellesdrift.cutover.progress import read_progress
from fellesdrift.journal import Journal, Record

KEYS = [("sande", "wan_link"), ("sande", "zone_firewall"), ("royken", "wan_link"), ("sande", ""), ("", "")]
PAYLOADS: dict[str, list[dict[str, Any]]] = {
    "opened": [{"title": "x", "waves": [{"name": "branch", "hosts": ["a"]}], "version": "1", "plan": {"waves": "d1"}}],
    "failed": [{"reason": "a: no answer"}],
    "refused": [{"reason": "a gate"}],
    "held": [{"reason": "a is gone", "hosts": ["a"]}],
    "done": [{"verified": ["a"]}],
    "rollback_opened": [{"reason": "asked for"}],
    "rolled_back": [{"reason": None}],
    "finalized": [{"reason": "asked for"}],
    "wave_begun": [{"wave": "branch", "canary": True, "hosts": ["a"]}],
    "wave_ended": [{"wave": "branch", "left": []}],
}
HOST_PAYLOADS: dict[str, list[dict[str, Any]]] = {
    "host_intended": [
        {"before": {"route": {"r": {"hops": [number]}}}, "after": {"route": {"r": {"hops": [number + 1]}}}}
        for number in range(2)
    ],
    "step_intended": [{"title": "a step"}],
    "step_confirmed": [{"title": "a step"}],
    "host_applied": [{}],
    "host_failed": [{"reason": "a: no answer"}],
    "host_saved": [{}],
    "host_back": [{}],
    "back_intended": [{"before": {}, "after": {}}],
    "day2_host_intended": [{"before": {}, "after": {}, "change": "c"}],
}

of_stage = st.sampled_from([(event, "", payload) for event, all_ in PAYLOADS.items() for payload in all_])
of_host = st.tuples(
    st.sampled_from([(event, payload) for event, all_ in HOST_PAYLOADS.items() for payload in all_]),
    st.sampled_from(["a", "b"]),
).map(lambda drawn: (drawn[0][0], drawn[1], drawn[0][1]))
histories = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(["a1", "a2", "a3"]), st.one_of(of_stage, of_host)), max_size=25
)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    with Journal.create(tmp_path_factory.mktemp("current") / "journal.sqlite", "x") as made:
        yield made


@settings(max_examples=60, deadline=None)
@given(history=histories, looks=st.sets(st.integers(0, 24)))
def test_who_goes_on_reading_knows_what_a_new_reader_does(
    history: list[Any], looks: set[int], lasting: Journal
) -> None:
    key = KEYS[0]
    following = Following(lasting, *key)
    with suppress(_UndoneError), lasting.transaction():
        for number, (place, attempt, (event, host, payload)) in enumerate(history):
            lasting.append(*place, attempt, host, event, payload)
            if number in looks:
                assert following.progress() == read_progress(lasting.current(*key)).get(key)
        assert following.progress() == read_progress(lasting.current(*key)).get(key)
        raise _UndoneError


class _UndoneError(Exception):  # each history is taken back: nothing has to reach the disk
    pass


@settings(max_examples=80, deadline=None)
@given(history=histories)
def test_a_part_says_what_the_whole_says(history: list[Any], lasting: Journal) -> None:
    with suppress(_UndoneError), lasting.transaction():
        for (municipality, stage), attempt, (event, host, payload) in history:
            lasting.append(municipality, stage, attempt, host, event, payload)
        everything = lasting.records()
        assert len(everything) == len(history)
        assert read_progress(lasting.current()) == read_progress(everything)
        for municipality, stage in KEYS[:3]:
            mine = [record for record in everything if (record.municipality, record.stage) == (municipality, stage)]
            assert read_progress(lasting.current(municipality, stage)) == read_progress(mine)
        assert [record for record in lasting.current() if record not in everything] == []
        assert lasting.records(host="a") == [record for record in everything if record.host == "a"]
        raise _UndoneError
    assert lasting.records() == []


def test_an_earlier_attempt_is_not_read_again(tmp_path: Path) -> None:
    with Journal.create(tmp_path / "journal.sqlite", "x") as journal:
        for attempt in ("a1", "a2"):
            for event in ("opened", "failed", "rolled_back"):
                journal.append("sande", "wan_link", attempt, "", event, {})
        journal.append("sande", "wan_link", "a2", "", "opened", {})  # resumed: still the same attempt
        assert [(record.seq, record.event) for record in journal.current()] == [
            (4, "opened"),
            (5, "failed"),
            (6, "rolled_back"),
            (7, "opened"),
        ]


def plan_of(journal: Journal, statement: Any) -> str:
    """What SQLite means to do for it."""
    with journal.view() as connection:
        compiled = statement.compile(connection.engine, compile_kwargs={"literal_binds": True})
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").fetchall()
    return "\n".join(str(row[-1]) for row in rows)


def test_every_question_has_an_index(journal: Journal) -> None:
    """A question that walks through all records is quick in every test, and slow in its third year."""
    from fellesdrift.journal import queries

    asked = {
        "current": queries.current_statement(None, None),
        "current of a stage": queries.current_statement("sande", "wan_link"),
        "records of a stage": queries.records_statement("sande", "wan_link", None),
        "records outside of stages": queries.records_statement(None, "", None),
        "records of a host": queries.records_statement(None, None, "a"),
    }
    for what, statement in asked.items():
        plan = plan_of(journal, statement)
        scans = [line for line in plan.splitlines() if line.startswith("SCAN records") and "INDEX" not in line]
        assert scans == [], f"{what}:\n{plan}"


def test_records_are_what_they_were(journal: Journal) -> None:
    journal.append("sande", "s", "a", "", "e", {"æ": [1, 2.5, None, True]}, {"name": "å"})
    (record,) = journal.current()
    assert isinstance(record, Record)
    assert (record.payload, record.personal) == ({"æ": [1, 2.5, None, True]}, {"name": "å"})
