"""What writes a host's records: an intent before its step, what has happened at the latest with what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from support.stage_records import AFTER, BEFORE, events, guard, open_sande, permit_of

from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal

pytestmark = pytest.mark.usefixtures("collection")
HOST = "drm-core1"
PLUGIN_UTILS = "ansible_collections.fellesdrift.core.plugins.plugin_utils"


@pytest.fixture
def permit(context: Context) -> Permit:
    opened = permit_of(open_sande(context))
    guard(context, opened, HOST).record("host_intended", {"before": BEFORE, "after": AFTER})
    return opened


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records each transaction has brought."""
    original, found = Journal.transaction, list[int]()

    @contextmanager
    def transaction(journal: Journal) -> Iterator[Any]:
        before = journal.head()[0]
        with original(journal) as connection:
            yield connection
        found.append(journal.head()[0] - before)

    monkeypatch.setattr(Journal, "transaction", transaction)
    return found


def recorder(context: Context, permit: Permit) -> Any:
    return import_module(f"{PLUGIN_UTILS}.recording").Recorder(lambda: guard(context, permit, HOST), HOST, 0)


def test_what_has_happened_is_written_with_the_next_intent(
    context: Context, permit: Permit, commits: list[int]
) -> None:
    with recorder(context, permit) as record:
        record("step_intended", {"title": "one"})
        record.happened("step_confirmed", {"title": "one"})
        assert events(context)[-1] == "step_intended"
        record("step_intended", {"title": "two"})
        assert events(context)[-2:] == ["step_confirmed", "step_intended"]
        record.happened("step_confirmed", {"title": "two"})
    assert events(context)[-3:] == ["step_confirmed", "step_intended", "step_confirmed"]
    assert commits == [1, 2, 1]


def test_what_has_happened_is_written_although_the_next_intent_is_refused(context: Context, permit: Permit) -> None:
    record = recorder(context, permit)
    with pytest.raises(FellesdriftError) as caught, record:
        record("step_intended", {"title": "one"})
        record.happened("step_confirmed", {"title": "one"})
        guard(context, permit, "san-rtr1").record("host_failed", {"reason": "silent"})
        record("step_intended", {"title": "two"})
    assert caught.value.code == "FD612"
    assert events(context)[-3:] == ["step_intended", "host_failed", "step_confirmed"]


def test_what_has_happened_is_written_although_the_next_step_fails(context: Context, permit: Permit) -> None:
    with pytest.raises(OSError, match="the line is gone"), recorder(context, permit) as record:
        record("step_intended", {"title": "one"})
        record.happened("step_confirmed", {"title": "one"})
        raise OSError("the line is gone")
    assert events(context)[-1] == "step_confirmed"


def test_what_cannot_be_written_at_the_end_is_an_error(context: Context, permit: Permit) -> None:
    stranger = Permit(permit.municipality, permit.stage, permit.attempt, "no-such-token", permit.direction)
    with pytest.raises(FellesdriftError) as caught, recorder(context, stranger) as record:
        record.happened("step_confirmed", {"title": "one"})
    assert caught.value.code == "FD611"


def test_of_two_errors_the_first_is_told(context: Context, permit: Permit) -> None:
    stranger = Permit(permit.municipality, permit.stage, permit.attempt, "no-such-token", permit.direction)
    with pytest.raises(OSError, match="the line is gone"), recorder(context, stranger) as record:
        record.happened("step_confirmed", {"title": "one"})
        raise OSError("the line is gone")


def test_under_a_lease_that_ends_too_soon_nothing_is_intended(context: Context, permit: Permit) -> None:
    record = recorder(context, permit)
    with record:
        record("step_intended", {"title": "one"})
        record.happened("step_confirmed", {"title": "one"})
        record.lasting(1_000_000)
        with pytest.raises(FellesdriftError) as caught:
            record("step_intended", {"title": "two"})
    assert caught.value.code == "FD658"
    assert events(context)[-2:] == ["step_intended", "step_confirmed"]


def test_what_was_not_written_in_the_end_is_not_followed(
    context: Context, permit: Permit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number is the next record's: one that says that another host has failed must not be passed over."""
    writer = guard(context, permit, HOST)
    writer.record("step_intended", {"title": "one"})
    original, appended = Journal.append, list[str]()

    def full(journal: Journal, *record: Any) -> Any:
        appended.append(record[4])
        if len(appended) == 2:
            raise FellesdriftError("FD605", "the disk is full")
        return original(journal, *record)

    monkeypatch.setattr(Journal, "append", full)
    with pytest.raises(FellesdriftError, match="full"):
        writer.write([("step_confirmed", {"title": "one"}, None), ("step_intended", {"title": "two"}, None)])
    guard(context, permit, "san-rtr1").record("host_failed", {"reason": "silent"})
    with pytest.raises(FellesdriftError) as caught:
        writer.record("step_intended", {"title": "two"})
    assert (caught.value.code, caught.value.found) == ("FD612", "failed (silent)")
