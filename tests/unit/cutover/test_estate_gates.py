"""What the estate answers stands in the same record as what the devices answer, and stops a stage as they do."""

from __future__ import annotations

import signal
import time
from importlib import import_module
from typing import Any

import pytest

from fellesdrift.cutover import opening, planning
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal

PLUGIN_UTILS = "ansible_collections.fellesdrift.core.plugins.plugin_utils"
KEY = ("sande", "wan_link")
REASON = "The leased line is cut; decided by the service manager."
DEVICE = {"gate": "reachable", "host": "san-rtr1", "result": "pass", "evidence": "logged in"}


def ask(context: Context, permit: dict[str, Any] | None = None, **arguments: Any) -> list[dict[str, Any]]:
    plan = planning.plan_stage(context, *KEY)
    run = {
        "municipality": KEY[0],
        "stage": KEY[1],
        "hosts": plan.hosts,
        "waves": [{"name": wave.name, "hosts": wave.hosts} for wave in plan.waves],
        "permit": permit or {},
        "also": [],
    }
    given = {"run": run, "window": None, "window_reason": None} | arguments
    return list(import_module(f"{PLUGIN_UTILS}.estate_gates").ask_estate(context, given))


@pytest.mark.usefixtures("collection")
def test_outside_its_window_a_stage_is_refused(context: Context, journal: Journal) -> None:
    opened = opening.open_stage(context, planning.plan_stage(context, *KEY))
    assert opened.permit is not None
    results = [DEVICE, *ask(context, opened.permit.as_data())]
    stopping = opening.decide_gates(context, opened.permit, results)
    assert [each["gate"] for each in stopping] == ["window_open"]
    *_, gates, refused = journal.records()
    assert gates.payload == {"results": results}
    assert refused.payload == {"reason": "window_open of the estate: fail"}
    assert context.progress()[KEY].state == "pending"


@pytest.mark.usefixtures("collection")
def test_an_emergency_goes_on_and_the_record_says_so(context: Context, journal: Journal) -> None:
    opened = opening.open_stage(context, planning.plan_stage(context, *KEY))
    assert opened.permit is not None
    results = [DEVICE, *ask(context, opened.permit.as_data(), window="overridden", window_reason=REASON)]
    assert opening.decide_gates(context, opened.permit, results) == []
    assert context.progress()[KEY].state == "running"
    payload = journal.records()[-1].payload
    assert payload is not None
    window = next(each for each in payload["results"] if each["gate"] == "window_open")
    assert (window["result"], window["overridden"]) == ("fail", REASON)


@pytest.mark.usefixtures("collection")
def test_people_read_every_answer_of_the_estate(context: Context) -> None:
    results = [DEVICE, *ask(context, window="overridden", window_reason=REASON)]
    lines = import_module(f"{PLUGIN_UTILS}.estate_gates").gate_lines(results, [])
    assert lines[0] == "3 of 4 gates pass, 1 overridden"
    assert "pass: stays_local (report 4.3 and 4.4, rules 3 and 6): 4 hosts: no host of a system is touched" in lines
    assert any(line.startswith("fail: window_open") and line.endswith(f"; overridden: {REASON}") for line in lines)
    assert not any("reachable on" in line for line in lines)


@pytest.mark.usefixtures("collection")
def test_a_device_that_hangs_costs_its_deadline_and_no_more() -> None:
    deadline = import_module(f"{PLUGIN_UTILS}.deadline").deadline
    before = signal.getsignal(signal.SIGALRM)
    begin = time.monotonic()
    with pytest.raises(FellesdriftError) as caught, deadline("san-rtr1", 0.1):
        try:
            time.sleep(5)
        except Exception:  # a session that retries on whatever goes wrong must not swallow the deadline
            time.sleep(5)
    assert time.monotonic() - begin < 1
    assert (caught.value.code, caught.value.host) == ("FD692", "san-rtr1")
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
