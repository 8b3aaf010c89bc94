"""What of a rehearsal is judged, and how: whose services were lost, for how long, while who was moved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fellesdrift import twin
from fellesdrift.commands.rehearsal import order
from fellesdrift.commands.rehearsal_watch import LONGEST_GAP, Book, judge, judge_calls
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import load_estate

PRODUCTION = Path(__file__).parents[3] / "inventories" / "production"
Golden = Callable[[str, object], None]


def flow(municipality: str, service: str = "finance", **values: Any) -> dict[str, Any]:
    """One line of the watch's report."""
    return {
        "municipality": municipality,
        "service": service,
        "origin": f"{municipality}_pc",
        "address": "10.10.20.20",
        "protected": True,
        "sent": 20,
        "lost": 0,
        "longest_gap": 0.0,
        "reason": None,
        "down": False,
    } | values


def report(*flows: dict[str, Any]) -> dict[str, Any]:
    losses = [
        {
            "at": "2006-03-03T22:00:01.500+00:00",
            "simulated": 12.3,
            "municipality": each["municipality"],
            "service": each["service"],
            "origin": each["origin"],
            "address": each["address"],
            "reason": "there: prohibited at drm-fwz1: access list X in on Gi0/1: deny ip any any",
        }
        for each in flows
        for _ in range(each["lost"])
    ]
    calls = [{"exchange": "san-meridian1", "number": "112", "sent": 5, "lost": 0}]
    return {"flows": list(flows), "losses": losses, "calls": calls, "cpu": 0.1, "simulated_seconds": 30.0}


def code(seen: dict[str, Any], moving: str | None, dark: set[tuple[str, str]] | None = None) -> str | None:
    """The code that the report of a step is judged with."""
    try:
        judge(seen, "cutover", moving, dark or set())
    except FellesdriftError as error:
        return error.code
    return None


def test_users_of_others_must_not_lose_a_single_probe() -> None:
    lost = report(flow("sande"), flow("royken", lost=1, longest_gap=0.02))
    assert code(lost, "sande") == "FD664"
    assert code(lost, "royken") is None
    assert code(report(flow("sande"), flow("royken")), "sande") is None


def test_while_nobody_is_moved_nobody_may_lose_anything() -> None:
    assert code(report(flow("sande", lost=1)), None) == "FD664"


def test_what_is_not_protected_counts_too_for_those_who_are_not_moved() -> None:
    assert code(report(flow("royken", "internet", protected=False, lost=1)), "sande") == "FD664"


def test_the_one_that_is_moved_may_wait_but_not_for_long() -> None:
    assert code(report(flow("sande", lost=9, longest_gap=LONGEST_GAP)), "sande") is None
    assert code(report(flow("sande", lost=9, longest_gap=LONGEST_GAP + 1)), "sande") == "FD665"
    unprotected = flow("sande", "internet", protected=False, lost=9, longest_gap=LONGEST_GAP + 1)
    assert code(report(unprotected), "sande") is None


def test_what_never_answered_is_not_judged() -> None:
    assert code(report(flow("royken", lost=20)), "sande", {("royken", "finance")}) is None


def test_the_errors_say_when_from_where_and_why(golden: Golden) -> None:
    for name, seen in {
        "FD664": report(flow("sande"), flow("royken", lost=2, longest_gap=1.5)),
        "FD665": report(flow("sande", lost=40, longest_gap=41.0)),
    }.items():
        with pytest.raises(FellesdriftError) as caught:
            judge(seen, "cutover sande", "sande", set())
        assert caught.value.code == name
        golden(f"commands/{name}", caught.value)


def test_an_emergency_number_that_did_not_get_out_ends_it(golden: Golden) -> None:
    seen = report(flow("sande"))
    judge_calls(seen, "cutover")
    seen["calls"].append(
        {"exchange": "svv-meridian1", "number": "113", "sent": 5, "lost": 2, "reason": "svv-meridian1: 113: vacant"}
    )
    with pytest.raises(FellesdriftError) as caught:
        judge_calls(seen, "cutover")
    golden("commands/FD486", caught.value)


class Watched:
    """A twin whose watch says what the test wants."""

    def __init__(self, *reports: dict[str, Any]) -> None:
        self.reports = list(reports)
        self.asked: list[str] = []

    def __call__(self, _out: Path, request: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(request["action"])
        if request["action"] == "start" and len(self.asked) == 1:
            return {"report": None}
        return {"report": self.reports.pop(0)}


def test_the_book_adds_up_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    dark = flow("svelvik", "internet", protected=False, down=True, lost=1, sent=1)
    watched = Watched(
        report(flow("sande"), dark),
        report(flow("sande", lost=1, longest_gap=2.0), flow("sande", origin="school", sent=10), dark),
        report(flow("sande", lost=3, longest_gap=1.0), dark),
        report(),
    )
    monkeypatch.setattr(twin, "control", watched)
    book = Book(Path("out"))
    assert book.open() == "2 flows, a probe each in every simulated second and after every change"
    book.turn_page("cutover", "sande")
    book.turn_page("rollback", "sande")
    assert book.rows() == [
        ["sande", "finance", "50", "4", "2", "cutover, rollback"],
        ["svelvik", "internet (not protected)", "2", "2", "0", "did not answer before the first step: not judged"],
    ]
    assert (book.probes, book.simulated, round(book.cpu, 1)) == (52, 60.0, 0.2)
    book.close()
    book.close()
    assert watched.asked == ["start", "report", "start", "start", "stop"]


def test_a_protected_service_that_is_down_from_the_start_ends_it(
    monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    why = "there: unreachable at roy-rtr1: no route to 10.10.20.20"
    monkeypatch.setattr(twin, "control", Watched(report(flow("royken", down=True, lost=1, sent=1, reason=why))))
    with pytest.raises(FellesdriftError) as caught:
        Book(Path("out")).open()
    golden("commands/FD666", caught.value)


def test_who_is_rehearsed_and_in_which_order() -> None:
    estate = load_estate([PRODUCTION])
    everyone = order(estate, ["all"])
    assert [name for name in estate.municipalities if name in everyone] == everyone
    assert estate.host_municipality not in everyone
    assert order(estate, list(reversed(everyone))) == everyone
    assert order(estate, ["sande"]) == ["sande"]
    for wanted, expected in (("drammen", "FD668"), ("nowhere", "FD140"), ("", "FD140")):
        with pytest.raises(FellesdriftError) as caught:
            order(estate, [wanted])
        assert caught.value.code == expected
