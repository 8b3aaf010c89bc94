"""How steps are carried out: one at a time, judged by what the host says afterwards, never written twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.windows import Running
from support.windows_state import SPEED, brought

from fellesdrift.errors import FellesdriftError
from fellesdrift.state.windows import Plan, Step, bring, check, open_host, prepare, read_host, three_way
from fellesdrift.state.windows.errors import NotDoneError, PredictionError, UnknownOutcomeError, WindowsStateError

WANTED = {
    "service": {"w32time": {"start": "manual", "state": "stopped"}},
    "group": {"Driftere": {"members": ["Gjest"]}},
    "registry": {r"HKLM\SOFTWARE\Steg": {"values": {"a": {"type": "dword", "data": 1}}}},
}
UNDONE = {
    "service": {"w32time": {"start": "auto", "state": "running"}},
    "group": {"Driftere": {"present": False}},
    "registry": {r"HKLM\SOFTWARE\Steg": {"present": False}},
}
WRITES = (
    "Command net localgroup",
    "Invoke StdRegProv.CreateKey",
    "Invoke StdRegProv.SetDWORDValue",
    "Invoke Win32_Service.ChangeStartMode",
    "Invoke Win32_Service.StopService",
)


def attempt(running: Running) -> Plan:
    with open_host(running.target()) as host:
        plan = prepare(host, WANTED)
        bring(host, plan, speed=SPEED)
    return plan


@pytest.mark.parametrize("write", WRITES)
def test_a_lost_answer_of_a_step_that_was_done(host: Running, write: str) -> None:
    brought(host, UNDONE)
    host.fault("drop", when="after", match=write)
    attempt(host)
    host.heal()
    brought(host, UNDONE)


@pytest.mark.parametrize("write", WRITES)
def test_a_lost_answer_of_a_step_that_was_not_done(host: Running, write: str) -> None:
    brought(host, UNDONE)
    host.fault("drop", when="before", match=write)
    with pytest.raises(NotDoneError):
        attempt(host)
    host.heal()
    # the next run goes on from there, and ends the same
    brought(host, WANTED)
    brought(host, UNDONE)


def test_a_host_that_is_gone_after_a_write_leaves_it_unknown(host: Running) -> None:
    def carry_out(step: Step, do: Callable[[], None]) -> None:
        if step.kind == "service":
            host.fault("refuse_login")
            host.fault("drop", when="after", match="Invoke")
        do()

    with open_host(host.target()) as opened:
        plan = prepare(opened, WANTED)
        with pytest.raises(UnknownOutcomeError, match="FD302"):
            bring(opened, plan, carry_out=carry_out, speed=SPEED)
    host.heal()
    brought(host, UNDONE)


def test_steps_are_carried_out_in_order_and_an_exception_stops_them(host: Running) -> None:
    told: list[str] = []

    def carry_out(step: Step, do: Callable[[], None]) -> None:
        if step.kind == "service":
            raise FellesdriftError("FD611", "the lease is lost")
        told.append(step.title)
        do()

    with open_host(host.target()) as opened:
        plan = prepare(opened, WANTED)
        with pytest.raises(FellesdriftError, match="lease"):
            bring(opened, plan, carry_out=carry_out, speed=SPEED)
    assert told == [step.title for step in plan.steps if step.kind != "service"]
    assert host.host.services.is_running("w32time")
    brought(host, UNDONE)


def test_a_host_that_somebody_else_changes_meanwhile_is_not_as_predicted(host: Running) -> None:
    def carry_out(_step: Step, do: Callable[[], None]) -> None:
        do()
        host.do(lambda: host.host.accounts.groups.pop("driftere", None))

    with open_host(host.target()) as opened:
        plan = prepare(opened, {"group": {"Driftere": {"description": "x"}}})
        with pytest.raises(WindowsStateError) as caught:
            bring(opened, plan, carry_out=carry_out, speed=SPEED)
    assert isinstance(caught.value, PredictionError)
    assert "group/Driftere" in caught.value.details[0]


def test_what_somebody_else_changed_since_is_a_conflict(host: Running) -> None:
    plan = brought(host, WANTED)
    with open_host(host.target()) as opened:
        assert three_way(check(plan.before), check(plan.after), read_host(opened, check(plan.after))) == []
    host.do(lambda: host.host.registry.put(r"SOFTWARE\Steg", "a", 4, 2))
    host.do(lambda: host.host.services.change_mode("w32time", "disabled"))
    with open_host(host.target()) as opened:
        found = three_way(check(plan.before), check(plan.after), read_host(opened, check(plan.after)))
    assert {(each.kind, each.attribute) for each in found} == {("registry", "values"), ("service", "start")}
    brought(host, UNDONE)


def test_an_inverse_is_desired_data(host: Running) -> None:
    with open_host(host.target()) as opened:
        for step in prepare(opened, WANTED).steps:
            assert check(step.inverse)


def test_a_shell_that_was_idle_for_too_long_is_opened_anew(host: Running) -> None:
    with open_host(host.target()) as opened:
        assert opened.run("ver").code == 0
        host.do(host.front.winrm.shells.close)
        assert opened.run("echo x >> C:\\WINDOWS\\Temp\\idle.txt").code == 0
        host.do(host.front.winrm.shells.close)
        assert opened.run("type C:\\WINDOWS\\Temp\\idle.txt").stdout.count("x") == 1
