"""Services of a Windows host, against the twin's."""

from __future__ import annotations

import pytest
from support.windows import Running
from support.windows_state import brought, there_and_back

from fellesdrift.state.windows import open_host, prepare
from fellesdrift.state.windows.errors import PasswordMissingError, RefusedStateError


def titles(running: Running, desired: dict) -> list[str]:
    with open_host(running.target()) as host:
        return [step.title for step in prepare(host, desired).steps]


def test_start_mode_and_state(host: Running) -> None:
    plan = there_and_back(host, {"service": {"w32time": {"start": "disabled", "state": "stopped"}}})
    assert [step.title for step in plan.steps] == ["Stop service w32time", "Set service w32time to start disabled"]
    assert plan.before == {"service": {"w32time": {"start": "auto", "state": "running"}}}


def test_who_needs_another_one_stops_first_and_starts_last(host: Running) -> None:
    wanted = {name: {"state": "stopped"} for name in ("lanmanworkstation", "Browser")}
    plan = brought(host, {"service": wanted})
    assert [step.title for step in plan.steps] == ["Stop service Browser", "Stop service lanmanworkstation"]
    plan = brought(host, plan.before)
    assert [step.title for step in plan.steps] == ["Start service lanmanworkstation", "Start service Browser"]


def test_what_a_service_needs_is_started_as_a_step_of_its_own(host: Running) -> None:
    brought(host, {"service": {name: {"state": "stopped"} for name in ("lanmanworkstation", "Browser")}})
    plan = there_and_back(host, {"service": {"Netlogon": {"state": "running"}}})
    assert plan.before == {"service": {"lanmanworkstation": {"state": "stopped"}, "Netlogon": {"state": "stopped"}}}
    brought(host, {"service": {"Browser": {"state": "running"}}})


@pytest.mark.parametrize(
    ("service", "claim", "found"),
    [
        ("lanmanserver", {"state": "stopped"}, "Browser needs it, and runs"),
        ("Messenger", {"state": "running"}, "it is disabled"),
        ("Ukjent", {"state": "running"}, "no such service"),
        ("WinRM", {"start": "manual"}, "manual"),
        ("WinRM", {"present": False}, "False"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    host: Running, service: str, claim: dict, found: str
) -> None:
    with open_host(host.target()) as opened, pytest.raises(RefusedStateError) as caught:
        prepare(opened, {"service": {service: claim, "Dhcp": {"state": "stopped"}}})
    assert found in str(caught.value.found)
    assert host.host.services.is_running("Dhcp")


def test_a_claim_that_contradicts_another_is_refused(host: Running) -> None:
    stopped = {name: {"state": "stopped"} for name in ("lanmanworkstation", "Browser")}
    with open_host(host.target()) as opened, pytest.raises(RefusedStateError, match="which is to be stopped"):
        prepare(opened, {"service": {**stopped, "Netlogon": {"state": "running"}}})


def test_a_service_is_made_changed_and_removed(host: Running) -> None:
    path = r'"C:\Programfiler\Fag\fag.exe" -t'
    desired = {
        "path": path,
        "start": "auto",
        "state": "running",
        "dependencies": ["RpcSs"],
        "display_name": "Årsoppgjør",
    }
    there_and_back(host, {"service": {"Fag": desired}})
    brought(host, {"service": {"Fag": desired}})
    plan = there_and_back(host, {"service": {"Fag": {"dependencies": [], "display_name": "Fag"}}})
    assert plan.before["service"]["Fag"] == {"dependencies": ["RpcSs"], "display_name": "Årsoppgjør"}
    removed = there_and_back(host, {"service": {"fag": {"present": False}}})
    assert [step.title for step in removed.steps] == ["Stop service fag", "Remove service fag"]


def test_an_account_of_its_own_needs_a_password_that_is_in_no_step(host: Running) -> None:
    host.do(lambda: host.host.accounts.add_user("fagbruker", "x"))
    desired = {"service": {"Spooler": {"account": r".\fagbruker"}}}
    with open_host(host.target()) as opened:
        with pytest.raises(PasswordMissingError):
            prepare(opened, desired)
        plan = prepare(opened, desired, passwords={"Fagbruker": "hemmelig-17"})
        assert "hemmelig-17" not in repr(plan)
    there_and_back(host, desired, passwords={"Fagbruker": "hemmelig-17"})
