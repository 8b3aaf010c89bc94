"""Files of tasks: one that was put together by hand from [MS-TSCH] 2.4, and damaged ones."""

from __future__ import annotations

import struct
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.state.windows.jobfile import DAYS, JobError, parse
from fellesdrift.twin.windows.jobs import Trigger, job


def text(value: str) -> bytes:
    return struct.pack("<H", len(value) + 1) + value.encode("utf-16-le") + b"\0\0"


# 2.4.1: product, file version, uuid, offsets of name and triggers, four words, priority, run time, exit code, status,
# flags, last run
TEXTS = text("D:\\Fag\\natt.exe") + text('-a "æ"') + text("D:\\Fag") + text("Rolle") + b"\0\0"
MIDDLE = b"\0\0" + TEXTS + b"\0\0" + b"\x08\0" + bytes(8)
HEAD = (
    b"\x02\x05\x01\0" + bytes(range(16)) + struct.pack("<HH", 70, 68 + len(MIDDLE)) + bytes(8)
    + b"\x20\0\0\0" + b"\0\xa4\xf7\x0e" + bytes(4) + b"\x03\x13\x04\0" + b"\x04\0\0\0" + bytes(16)
)  # fmt: skip
# 2.4.2, Triggers: weekly, every second week, on Monday and Friday at 22:05, from 2005-03-14 on
TRIGGER = (
    b"\x30\0\0\0" + b"\xd5\x07\x03\0\x0e\0" + bytes(6) + b"\x16\0\x05\0" + bytes(12) + b"\x02\0\0\0"
    + b"\x02\0\x22\0\0\0" + bytes(6)
)  # fmt: skip
FILE = HEAD + MIDDLE + b"\x01\0" + TRIGGER


def test_a_file_put_together_by_hand() -> None:
    assert (len(HEAD), len(TRIGGER)) == (68, 48)
    found = parse(FILE)
    assert (found.program, found.arguments, found.enabled) == ("D:\\Fag\\natt.exe", '-a "æ"', False)
    assert found.schedule == {"repeat": "weekly", "every": 2, "days": ["mon", "fri"], "at": "22:05"}


def test_a_file_with_several_triggers_is_no_schedule_of_ours() -> None:
    two = HEAD + MIDDLE + b"\x02\0" + TRIGGER + TRIGGER
    assert parse(two).schedule == {"repeat": "other", "triggers": 2}
    assert parse(HEAD + MIDDLE + b"\0\0").schedule == {"repeat": "other", "triggers": 0}


@pytest.mark.parametrize(
    ("kind", "specific", "minutes", "schedule"),
    [
        (1, (3, 0, 0), (0, 0), {"repeat": "daily", "every": 3, "at": "02:30"}),
        (1, (1, 0, 0), (1440, 15), {"repeat": "minutes", "every": 15, "at": "02:30"}),
        (1, (1, 0, 0), (60, 15), {"repeat": "other", "trigger": 1}),
        (
            2,
            (1, 127, 0),
            (0, 0),
            {"repeat": "weekly", "every": 1, "days": list(DAYS), "at": "02:30"},
        ),
        (3, (0, 0x4000, 0xFFF), (0, 0), {"repeat": "monthly", "day": 31, "at": "02:30"}),
        (3, (3, 0, 0xFFF), (0, 0), {"repeat": "other", "trigger": 3}),
        (3, (1, 0, 0x001), (0, 0), {"repeat": "other", "trigger": 3}),
        (0, (0, 0, 0), (0, 0), {"repeat": "other", "trigger": 0}),
        (4, (1, 2, 0xFFF), (0, 0), {"repeat": "other", "trigger": 4}),
        (6, (0, 0, 0), (0, 0), {"repeat": "start"}),
    ],
)
def test_triggers(kind: int, specific: tuple[int, int, int], minutes: tuple[int, int], schedule: object) -> None:
    trigger = Trigger(kind, datetime(2026, 1, 2, 2, 30), specific, minutes)
    assert parse(job("C:\\x.cmd", "nn", trigger)).schedule == schedule


def test_a_trigger_that_ends_or_is_off_is_no_schedule_of_ours() -> None:
    for flag in (1, 4):
        at = len(HEAD + MIDDLE) + 2 + 28
        data = FILE[:at] + struct.pack("<I", flag) + FILE[at + 4 :]
        assert parse(data).schedule == {"repeat": "other", "trigger": 2}


@given(st.integers(0, len(FILE) - 1), st.binary(max_size=4))
def test_a_damaged_file_is_an_error_or_a_task_and_nothing_else(place: int, noise: bytes) -> None:
    with suppress(JobError):
        found = parse(FILE[:place] + noise + FILE[place + len(noise) :])
        assert found.schedule["repeat"] in ("daily", "weekly", "monthly", "minutes", "start", "other")


@pytest.mark.parametrize("data", [b"", FILE[:60], FILE[:-1], HEAD[:2] + b"\x02\0" + FILE[4:], FILE[:90]])
def test_what_is_no_file_of_a_task(data: bytes) -> None:
    with pytest.raises(JobError):
        parse(data)
