"""Every job ends once, whatever a library does: it fails, hangs, holds the interpreter or takes its process down."""

from __future__ import annotations

import asyncio
import ctypes
import os
import time
from pathlib import Path
from typing import Any

import pytest

from fellesdrift.drift.sweep import Done, Job, Limits, sweep
from fellesdrift.errors import FellesdriftError

LIMITS = Limits(processes=2, sessions=4, site_default=100, job_seconds=4, silence=10)


async def work(payload: Any) -> Any:
    what, *more = payload if isinstance(payload, tuple) else (payload,)
    if what == "hang":
        await asyncio.sleep(60)
    if what == "stand":  # it keeps the loop to itself, and lets other threads run
        time.sleep(60)
    if what == "hold":  # in C, with the interpreter's lock: no other thread of the process runs
        ctypes.PyDLL(None).sleep(60)
    if what == "die":
        os.kill(os.getpid(), 9)
    if what == "raise":
        raise ValueError("hemmelig")
    if what == "write":
        path = Path(more[0])
        with path.open("a", encoding="utf-8") as file:
            file.write("+")
        await asyncio.sleep(0.05)
        size = len(path.read_text(encoding="utf-8"))
        with path.open("a", encoding="utf-8") as file:
            file.write("-")
        return size
    return (what, os.getpid())


def run(payloads: dict[str, Any], limits: Limits = LIMITS, site: str = "one") -> dict[str, Done]:
    found: dict[str, Done] = {}

    def on_done(done: Done) -> None:
        assert done.key not in found, "a job ended twice"
        found[done.key] = done

    jobs = [Job(key, site, lambda payload=payload: payload) for key, payload in payloads.items()]
    sweep(jobs, work, limits, on_done)
    assert found.keys() == payloads.keys()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # nobody is left behind
    return found


def test_every_job_is_done_once_by_several_processes() -> None:
    found = run({str(number): number for number in range(200)})
    assert sorted(done.value[0] for done in found.values()) == list(range(200))
    assert len({done.value[1] for done in found.values()}) == 2
    assert {done.attempts for done in found.values()} == {1}
    assert run({}) == {}


@pytest.mark.parametrize(("what", "problem"), [("hang", "hung"), ("stand", "hung"), ("hold", "hung"), ("die", "died")])
def test_one_that_goes_wrong_costs_no_other_its_result(what: str, problem: str) -> None:
    started = time.monotonic()
    found = run({"bad": what, **{str(number): number for number in range(30)}})
    assert found["bad"].problem == problem
    assert [found[str(number)].value[0] for number in range(30)] == list(range(30))
    assert time.monotonic() - started < 10


def test_many_that_hang_leave_room_for_the_others() -> None:
    found = run({**{f"bad{number}": "hang" for number in range(8)}, **{str(number): number for number in range(8)}})
    assert [found[f"bad{number}"].problem for number in range(8)] == ["hung"] * 8
    assert [found[str(number)].value[0] for number in range(8)] == list(range(8))


def test_a_fault_tells_its_place_and_no_more() -> None:
    done = run({"bad": "raise"})["bad"]
    assert done.problem == "fault"
    assert done.detail.startswith("ValueError in test_sweep.py:")
    assert "hemmelig" not in done.detail


def test_a_payload_that_cannot_be_made_ends_its_job() -> None:
    def refuse() -> Any:
        raise FellesdriftError("FD652", "no password")

    found: list[Done] = []
    sweep([Job("a", "s", refuse), Job("b", "s", lambda: 1)], work, LIMITS, found.append)
    ended = {done.key: done for done in found}
    assert ended["a"].error is not None
    assert ended["b"].value[0] == 1


def test_no_site_has_more_at_a_time_than_it_bears(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    limits = Limits(processes=2, sessions=4, per_site={"narrow": 1}, job_seconds=10)
    run({str(number): ("write", str(path)) for number in range(6)}, limits, "narrow")
    assert path.read_text(encoding="utf-8") == "+-" * 6


def test_when_its_time_is_over_it_ends_with_what_it_has() -> None:
    limits = Limits(processes=1, sessions=2, site_default=100, job_seconds=30, run_seconds=1.0)
    started = time.monotonic()
    found = run({"quick": 1, "a": "hang", "b": "hang", "c": 2}, limits)
    assert time.monotonic() - started < 3
    assert found["quick"].value[0] == 1
    assert {found[key].problem for key in "abc"} == {"no_time"}
