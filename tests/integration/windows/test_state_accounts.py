"""Local users, groups and members of a Windows host, against the twin's."""

from __future__ import annotations

import base64

import pytest
from support.windows import Running
from support.windows_state import SPEED, brought, there_and_back

from fellesdrift.state.windows import bring, open_host, prepare
from fellesdrift.state.windows.errors import PasswordMissingError, RefusedError, RefusedStateError

# everything that cmd could take for something else, and longer than what `net` asks about
PASSWORD = "p&w|<>%d^!å (17)\\"
USER = {"full_name": "Ærlig Åsen", "description": "Sikkerhetskopi (æøå)", "password_expires": False}


def test_a_user_is_made_with_a_password_and_in_no_group(host: Running) -> None:
    desired = {"user": {"kopi": USER}, "group": {"Kopister": {"members": ["kopi"], "description": "Får kopiere"}}}
    there_and_back(host, desired, passwords={"Kopi": PASSWORD})
    brought(host, desired, passwords={"Kopi": PASSWORD})
    user = host.host.accounts.users["kopi"]
    assert (user.password, user.full_name, user.expires) == (PASSWORD, "Ærlig Åsen", False)
    members = {group.name for group in host.host.accounts.groups.values() if "kopi" in group.members}
    assert members == {"Kopister"}
    brought(host, {"user": {"kopi": {"present": False}}, "group": {"Kopister": {"present": False}}})


def test_a_password_is_in_no_transcript_and_no_plan(host: Running) -> None:
    said: list[str] = []
    with open_host(host.target(transcript=lambda _, text: said.append(text))) as opened:
        plan = prepare(opened, {"user": {"stille": {}}}, passwords={"stille": PASSWORD})
        bring(opened, plan, speed=SPEED)
    doubled = f"{PASSWORD}\\\r\n".encode("cp850")
    told = "".join(said) + repr(plan)
    assert PASSWORD not in told
    assert base64.b64encode(doubled).decode() not in told
    assert "net user" in told
    brought(host, {"user": {"stille": {"present": False}}})


def test_settings_of_a_user_change_without_a_password(host: Running) -> None:
    claim = {"disabled": False, "description": "", "full_name": "Gjest", "password_changeable": False}
    plan = there_and_back(host, {"user": {"gjest": claim}})
    assert plan.before["user"]["gjest"]["disabled"] is True


def test_single_members_are_claimed_beside_others(host: Running) -> None:
    desired = {"group": {"S-1-5-32-555": {"member": {"Gjest": True, "Alle": True, "Administrator": False}}}}
    plan = there_and_back(host, desired)
    assert plan.before == {"group": {"S-1-5-32-555": {"member": {"Gjest": False, "Alle": False}}}}


def test_all_members_are_claimed_at_once(host: Running) -> None:
    plan = there_and_back(host, {"group": {"Gjester": {"members": ["Administrator"]}}})
    assert [step.title for step in plan.steps] == [
        "Add Administrator to group Gjester",
        "Remove Gjest from group Gjester",
    ]


def test_whom_fellesdrift_logs_in_as_stays_an_administrator(host: Running) -> None:
    login = host.credentials.user
    for desired in (
        {"group": {"S-1-5-32-544": {"members": ["Administrator"]}}},
        {"group": {"Administratorer": {"member": {login.upper(): False}}}},
        {"user": {login: {"disabled": True}}},
        {"user": {login: {"present": False}}},
    ):
        with open_host(host.target()) as opened, pytest.raises(RefusedStateError, match="logs in as"):
            prepare(opened, desired)


@pytest.mark.parametrize(
    "desired",
    [
        {"group": {"Gjester": {"member": {"ukjent": True}}}},
        {"group": {"S-1-5-32-999": {"members": []}}},
        {"group": {"Gjester": {"present": False}}},
        {"user": {"et-navn-med-over-20-tegn": {}}},
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(host: Running, desired: dict) -> None:
    with open_host(host.target()) as opened, pytest.raises(RefusedStateError):
        prepare(
            opened, {**desired, "service": {"Dhcp": {"state": "stopped"}}}, passwords={"et-navn-med-over-20-tegn": "x"}
        )
    assert host.host.services.is_running("Dhcp")


def test_a_user_without_a_password_is_not_made(host: Running) -> None:
    with open_host(host.target()) as opened, pytest.raises(PasswordMissingError):
        prepare(opened, {"user": {"ny": {}}}, passwords={"gammel": "x"})


def test_a_refusal_of_net_is_told_by_its_code(host: Running) -> None:
    with open_host(host.target()) as opened:
        plan = prepare(opened, {"group": {"Nye": {}}})
        host.do(lambda: host.host.accounts.add_user("nye", "x"))
        with pytest.raises(RefusedError, match="exit code 2"):
            bring(opened, plan, speed=SPEED)
