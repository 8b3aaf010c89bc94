"""Windows at run time, clock-change nights too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.cutover import windows
from fellesdrift.cutover.rules import Asked, window_open
from fellesdrift.estate import Estate, ManualStep, Soak, Timeouts
from fellesdrift.estate.people import Window
from fellesdrift.estate.time_checks import LEASE_SECONDS
from fellesdrift.journal import lease


def with_window(estate: Estate, start: str, end: str) -> Estate:
    window = Window(municipality="sande", stage="wan_link", start=start, end=end)
    return estate.model_copy(update={"windows": [window]})


def span_of(estate: Estate, start: str, end: str) -> windows.Span:
    return windows.spans(with_window(estate, start, end), "sande", "wan_link")[0]


def test_no_timeout_outlasts_a_lease():
    assert timedelta(seconds=LEASE_SECONDS) == lease.LENGTH


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2006-03-03 22:00", "2006-03-04 04:00", 6),
        # the clock goes from 02:00 to 03:00, and back from 03:00 to 02:00
        ("2006-03-25 22:00", "2006-03-26 04:00", 5),
        ("2006-10-28 22:00", "2006-10-29 04:00", 7),
    ],
)
def test_a_window_is_as_long_as_its_night(estate, start, end, hours):
    span = span_of(estate, start, end)
    assert span.end - span.start == timedelta(hours=hours)
    assert windows.local(span.start, estate.time_zone) == start
    assert windows.local(span.end, estate.time_zone) == end


def test_the_hour_that_comes_twice_is_in_the_window_both_times(estate):
    span = span_of(estate, "2006-10-28 22:00", "2006-10-29 04:00")
    first, second = (datetime(2006, 10, 29, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert windows.local(first, estate.time_zone) == windows.local(second, estate.time_zone) == "2006-10-29 02:30"
    assert windows.open_at([span], first) == windows.open_at([span], second) == span
    assert span.end - first - (span.end - second) == timedelta(hours=1)


@given(minutes=st.integers(-600, 1200), night=st.sampled_from(["2006-03-25", "2006-10-28", "2006-03-03"]))
def test_a_stage_is_begun_only_when_all_of_it_and_its_way_back_fit(estate, minutes, night):
    following = (datetime.fromisoformat(night) + timedelta(days=1)).date()
    planned = with_window(estate, f"{night} 22:00", f"{following} 05:00")
    span = windows.spans(planned, "sande", "wan_link")[0]
    stage = planned.stage("wan_link")
    hosts = ["drm-fwi1", "san-rtr1", "drm-core1", "drm-core2"]
    now = span.start + timedelta(minutes=minutes)
    asked = Asked(planned, "sande", stage, hosts, len(hosts), set(), now, "planned")
    fits = span.start <= now and now + windows.length(stage, len(hosts)).whole <= span.end
    assert window_open(asked)[0] == ("pass" if fits else "fail")


def test_the_length_is_the_sum_of_the_deadlines(estate):
    step = ManualStep(id="call", title="A call", instruction="Call.", role="operator", when="after", minutes=20)
    stage = estate.stage("wan_link").model_copy(
        update={
            "timeouts": Timeouts(gates=60, wave=300, verify=120),
            "soak": Soak(minutes=30, every=5),
            "steps": [step, step.model_copy(update={"id": "end", "when": "finalize", "minutes": 500})],
        }
    )
    length = windows.length(stage, 4)
    assert length.forward == timedelta(minutes=1 + 4 * 7 + 30 + 20)
    assert length.back == timedelta(minutes=20)
    # what is done already is not done again, and is taken back all the same
    assert windows.length(stage, 4, 1) == windows.Length(timedelta(minutes=1 + 7 + 50), length.back)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(0), "0 min"),
        (timedelta(seconds=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "1 h 0 min"),
        (timedelta(hours=5, minutes=40), "5 h 40 min"),
    ],
)
def test_durations_are_rounded_to_the_safe_side(span, text):
    assert windows.duration(span) == text


def test_the_record_of_an_opening_has_the_window_that_it_is_in(estate):
    now = datetime(2006, 3, 3, 23, 0, tzinfo=UTC)
    assert windows.recorded(estate, "sande", "wan_link", now) == {
        "start": "2006-03-03T21:00:00+00:00",
        "end": "2006-03-04T03:00:00+00:00",
    }
    assert windows.recorded(estate, "sande", "wan_link", now + timedelta(days=1)) is None
    assert windows.recorded(estate.model_copy(update={"production": False}), "sande", "wan_link", now) is None
