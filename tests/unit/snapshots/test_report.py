"""No host is left out, and nothing is called clean that was not looked at."""

from __future__ import annotations

import json
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.errors import FellesdriftError
from fellesdrift.snapshots.report import Source, age, details, lines, refuse_not_read, report_of
from fellesdrift.snapshots.store import Entry
from fellesdrift.snapshots.taking import STATES, Taken

MADE = "2026-11-22T15:40:00Z"
OLD = Entry("2026-11-20T15:40:00Z", "0" * 64)


def whole(name: str, *more: str) -> str:
    return "\n".join(
        [f"hostname {name}", "interface Loopback0", " ip address 10.0.0.1 255.255.255.255", *more, "end", ""]
    )


def read(config: str) -> Taken:
    return Taken("read", config=config, taken=MADE)


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8),
        st.tuples(
            st.sampled_from(STATES),
            st.none() | st.text(max_size=60) | st.just(whole("a")),
            st.none() | st.text(max_size=60) | st.just(whole("a")),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_the_counts_sum_to_the_hosts_whatever_is_there(found: dict[str, tuple]) -> None:
    sources = {
        name: Source(
            Taken(state, "FD301", "why", config=(previous or "") if state == "read" else ""),
            OLD if kept else None,
            previous,
            baseline,
        )
        for name, (state, previous, baseline, kept) in found.items()
    }
    report = report_of("Øst", MADE, sources, ["gone", *found])
    data = json.loads(report.as_json())
    assert sum(data["counts"].values()) == len(found) == len(data["hosts"])
    assert set(data["counts"]) == set(STATES)
    text = "\n".join(lines(report))
    assert f"{len(found)} hosts: " in text
    for name, host in report.hosts.items():
        assert name in text
        details(host)
        # never clean without having been compared
        assert (host.findings is None) == (host.compared != "with the baseline")
    assert (refuse_not_read(report) is None) == (not report.not_read)


def test_a_host_that_is_silent_now_tells_how_old_its_file_is() -> None:
    silent = Source(
        Taken("unreachable", "FD301", "no answer"), OLD, whole("a", "ip route 0.0.0.0 0.0.0.0 10.0.0.2"), whole("a")
    )
    report = report_of("x", MADE, {"a": silent})
    assert report.hosts["a"].taken == OLD.taken
    assert not report.hosts["a"].changed
    assert report.hosts["a"].findings is not None
    assert "2 d old, kept" in lines(report)[1]
    assert details(report.hosts["a"]) == ["new: route/0.0.0.0/0"]


def test_what_cannot_be_known_is_a_dash_and_says_why() -> None:
    def broken() -> dict:
        raise FellesdriftError("FD603", "the journal is of another estate")

    report = report_of(
        "x", MADE, {"a": Source(read(whole("a")), baseline="half", desired=broken), "b": Source(read(whole("b")))}
    )
    a, b = report.hosts.values()
    assert (a.findings, a.unmanaged, a.unmanaged_why) == (None, None, "FD603: the journal is of another estate")
    assert a.compared.startswith("FD402")
    assert (b.findings, b.compared) == (None, "there is no baseline")
    assert lines(report)[1].split()[3:9] == ["-", "-", "-", "-", "-", "FD402:"]


def test_check_mode_says_would() -> None:
    report = report_of("x", MADE, {"a": Source(read(whole("a")), OLD, whole("a")), "b": Source(read(whole("b")))})
    text = lines(report, check=True)
    assert "as before" in text[1]
    assert "would be written" in text[2]


def test_long_lists_are_cut_and_say_so() -> None:
    many = whole("a", *(f"ip route 10.{n}.0.0 255.255.0.0 10.0.0.2" for n in range(1, 10)))
    report = report_of("x", MADE, {"a": Source(read(many), baseline=whole("a"))})
    assert details(report.hosts["a"])[-1] == "new: and 3 more, in report.json"


def test_the_error_names_who_was_not_read(golden: Callable[[str, object], None]) -> None:
    report = report_of("x", MADE, {"a": Source(read(whole("a"))), "b": Source(Taken("refused", "FD302", "no"))})
    golden("snapshot/FD901", refuse_not_read(report))


def test_ages() -> None:
    assert age("2026-11-22T15:10:59Z", MADE) == "29 min"
    assert age("2026-11-22T08:00:00Z", MADE) == "7 h"
    assert age("2026-11-01T08:00:00Z", MADE) == "21 d"
    assert age("nonsense", MADE) == "unknown"
