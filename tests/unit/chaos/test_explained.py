"""What the journal says of a device, and a device that has something else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fellesdrift.chaos.explained import said, unexplained
from fellesdrift.journal import Record

OLD, NEW, ODD = (f"!\nhostname h\n!\nip route 10.10.0.0 255.255.0.0 10.251.61.{last}\nend\n" for last in (1, 2, 9))
BEFORE, AFTER = (
    {"route": {"10.10.0.0/16": {"next_hops": [{"next_hop": f"10.251.61.{last}", "distance": 1, "name": None}]}}}
    for last in (1, 2)
)
INTENT = ("host_intended", {"before": BEFORE, "after": AFTER})
BACK = ("back_intended", {"before": AFTER, "after": BEFORE})


def journal(*events: tuple[str, dict[str, Any]] | str) -> list[Record]:
    pairs = [(event, {}) if isinstance(event, str) else event for event in events]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Record(number, at, "sande", "s", "a", "h", event, payload) for number, (event, payload) in enumerate(pairs, 1)
    ]


@pytest.mark.parametrize(
    ("events", "right"),
    [
        ((), [OLD]),
        ((INTENT,), [OLD, NEW]),
        ((INTENT, "step_intended", "step_confirmed", "host_applied"), [OLD, NEW]),
        ((INTENT, "host_applied", "host_saved"), [NEW]),
        ((INTENT, "host_reverted"), [OLD]),
        ((INTENT, "host_saved", BACK), [OLD, NEW]),
        ((INTENT, "host_saved", BACK, "host_back"), [OLD]),
    ],
)
def test_what_is_explained(events: tuple[Any, ...], right: list[str]) -> None:
    for text in (OLD, NEW, ODD):
        odd = unexplained(journal(*events), {"h": OLD}, {"h": text})
        assert odd == ([] if text in right else ["h"]), text


def test_a_stage_record_says_nothing_of_a_device() -> None:
    [record] = journal("opened")
    assert said([Record(**{**vars(record), "host": ""})]) == {}
