"""Windows hosts in the drift check: whatever somebody else changes on one is found, and what mends it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from support.drift import Night
from support.plain_wsman import Foreign
from support.windows import Running, windows_host

from fellesdrift.drift.judge import Answer
from fellesdrift.drift.windows_recorded import WindowsRecorded
from fellesdrift.drift.windows_visit import WindowsOrder, reading, visit
from fellesdrift.estate.windows_snapshots import read
from fellesdrift.session.wsman import WindowsTarget, open_client
from fellesdrift.snapshots.windows_reading import WHOLE, Scope
from fellesdrift.snapshots.windows_taking import take_windows
from fellesdrift.state.windows import KINDS, bring, open_host, prepare
from fellesdrift.twin import control
from fellesdrift.twin.windows.fronts import typed

KEY = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server"
HOSTS = r"C:\WINDOWS\system32\drivers\etc\hosts"
LINES = {
    ("service", "Spooler", "state"): "net stop Spooler",
    ("service", "wuauserv", "start"): "sc config wuauserv start= disabled",
    ("group", "Brukere", "members"): "net localgroup Brukere Administrator /add",
    ("registry", KEY, "values/TSAppCompat"): f'reg add "{KEY}" /v TSAppCompat /t REG_DWORD /d 1',
    ("file", HOSTS, "content"): f"echo 10.0.0.9 ond > {HOSTS}",
    ("share", "Felles", ""): "net share Felles /delete",
    ("scheduled_task", "Natt", ""): r"schtasks /create /tn Natt /tr C:\natt.cmd /sc daily /st 03:00:00 /ru SYSTEM",
    ("user", "Gjest", "disabled"): "net user Gjest /active:yes",
}
"""Where a difference is found, and the line of cmd that makes it."""


def recorded_of(target: WindowsTarget) -> WindowsRecorded:
    taken = take_windows(target, Scope({"registry": {KEY: WHOLE}, "file": {HOSTS: WHOLE}}))
    assert taken.state == "read", taken
    snapshot = read(taken.config)
    return WindowsRecorded(snapshot.computer, snapshot.kinds, {}, snapshot.unread)


def look(host: Running, recorded: WindowsRecorded) -> Answer:
    return visit(WindowsOrder(host.target(), "mend"), recorded, tuple(KINDS), 60.0)


def found(answer: Answer) -> set[tuple[str, str, str]]:
    return {(one.kind, one.key, one.attribute) for one in answer.findings}


def foreign(host: Running) -> Foreign:
    return Foreign(host.front.port, host.credentials.user, host.credentials.password)


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    with windows_host() as running:
        yield running


def test_what_a_plain_client_changes_is_found_and_what_mends_it_does(shared: Running) -> None:
    recorded = recorded_of(shared.target())
    assert look(shared, recorded).state == "clean"
    target = shared.target()
    foreign(shared).type(LINES.values())
    answer = look(shared, recorded)
    # printers cannot be asked for while nothing prints
    unanswered = {("printer", "(not answered)", ""), ("printer_port", "(not answered)", "")}
    assert found(answer) == {*LINES, *unanswered}
    assert all(one.remedy.command == "mend" for one in answer.findings if one.key != "(not answered)")
    assert answer.mend is not None
    with open_host(target) as host:
        bring(host, prepare(host, answer.mend.resources), speed=50.0)
    assert look(shared, recorded).state == "clean"


def test_what_leans_on_something_else_that_differs_is_mended_together_with_it(shared: Running) -> None:
    recorded = recorded_of(shared.target())
    other = foreign(shared)
    other.delete("Win32_Printer", DeviceID="Servicetorg")
    other.delete("Win32_TCPIPPrinterPort", Name="IP_192.0.2.22")
    other.create("Win32_TCPIPPrinterPort", Name="IP_192.0.2.30", HostAddress="192.0.2.30", Protocol="1")
    other.create("Win32_Printer", DeviceID="Ny", DriverName="HP LaserJet 4", PortName="IP_192.0.2.30")
    answer = look(shared, recorded)
    assert {(one.key, *one.remedy.steps) for one in answer.findings} == {
        ("Servicetorg", "Create printer Servicetorg"),
        ("IP_192.0.2.22", "Create printer port IP_192.0.2.22"),
        ("Ny", "Remove printer Ny"),
        ("IP_192.0.2.30", "Remove printer port IP_192.0.2.30"),
    }
    assert answer.mend is not None
    with open_host(shared.target()) as host:
        bring(host, prepare(host, answer.mend.resources), speed=50.0)
    assert look(shared, recorded).state == "clean"


def test_what_cannot_be_made_even_together_says_why_and_the_rest_is_mended(shared: Running) -> None:
    recorded = recorded_of(shared.target())
    foreign(shared).type(("net share Felles /delete", "net share Hjem /delete", r"rmdir D:\Data\Felles"))
    try:
        answer = look(shared, recorded)
        remedies = {one.key: one.remedy for one in answer.findings}
        assert (remedies["Hjem"].steps, remedies["Felles"].command) == (["Create share Hjem"], "")
        assert "FD422" in remedies["Felles"].note
    finally:
        foreign(shared).type((r"mkdir D:\Data\Felles",))
    answer = look(shared, recorded)
    assert answer.mend is not None
    with open_host(shared.target()) as host:
        bring(host, prepare(host, answer.mend.resources), speed=50.0)
    assert look(shared, recorded).state == "clean"


def test_a_group_that_is_too_many_is_left_to_people_unless_it_is_recorded_as_gone(shared: Running) -> None:
    recorded = recorded_of(shared.target())
    foreign(shared).type(("net localgroup Fremmede /add",))
    (finding,) = look(shared, recorded).findings
    assert (finding.key, finding.remedy.command, finding.remedy.steps) == ("Fremmede", "", [])
    gone = {**recorded.kinds, "group": {**recorded.kinds["group"], "fremmede": {"present": False}}}
    answer = look(shared, replace(recorded, kinds=gone))
    assert answer.mend is not None
    with open_host(shared.target()) as host:
        bring(host, prepare(host, answer.mend.resources), speed=50.0)
    assert look(shared, recorded).state == "clean"


def test_nobodys_name_is_told_and_what_people_own_is_left_to_people(shared: Running) -> None:
    recorded = recorded_of(shared.target())
    shared.do(lambda: typed(shared.front, "net user karinordmann Xx1!abcdefg /add"))
    try:
        answer = look(shared, recorded)
        assert found(answer) == {("user", "<person 1>", ""), ("group", "Brukere", "members")}
        assert "karinordmann" not in f"{answer.findings}{answer.diff}"
        assert [one.remedy.command for one in answer.findings if one.kind == "user"] == [""]
        assert "karinordmann" not in take_windows(shared.target(), Scope()).config
    finally:
        shared.do(lambda: typed(shared.front, "net user karinordmann /delete"))
    assert look(shared, recorded).state == "clean"


FAULTS: dict[str, tuple[str, str, Callable[[Running], object]]] = {
    "login": ("refused", "FD302", lambda host: host.fault("refuse_login")),
    "cut": ("error", "FD307", lambda host: host.fault("drop", match="Win32_Share", when="after", times=9)),
    "noise": ("error", "FD323", lambda host: host.fault("garbage", match="Win32_Group", times=9)),
    "slow": ("unreachable", "FD308", lambda host: host.fault("slow", seconds=30.0)),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_what_cannot_be_read_is_never_clean(shared: Running, kind: str) -> None:
    state, code, break_it = FAULTS[kind]
    recorded = recorded_of(shared.target())
    break_it(shared)
    try:
        answer = visit(WindowsOrder(shared.target()), recorded, tuple(KINDS), 3.0)
    finally:
        shared.heal()
    assert (answer.state, answer.code) == (state, code), answer.why


def test_another_host_and_a_host_without_a_listener_are_said(shared: Running) -> None:
    recorded = recorded_of(shared.target())
    other = look(shared, replace(recorded, name="SAN-FILE2"))
    assert (other.state, other.code) == ("error", "FD705")
    with windows_host(stack="none") as silent:
        answer = look(silent, recorded)
    assert (answer.state, answer.code) == ("unsupported", "FD320")


def test_both_transports_read_the_same(shared: Running) -> None:
    """What reads many hosts and what changes one speak NTLM by different code around pyspnego."""
    recorded = recorded_of(shared.target())
    said: list[list[str]] = []
    for opener in (open_client, reading):
        received: list[str] = []

        def told(direction: str, text: str, received: list[str] = received) -> None:
            if direction == "received":
                received.append(text.partition("<s:Body>")[2])

        answer = visit(
            WindowsOrder(shared.target(transcript=told)), recorded, ("service", "share", "group"), 60.0, opener
        )
        assert answer.state == "clean"
        said.append(received)
    assert len(said[0]) > 6
    assert said[0] == said[1]


@pytest.mark.long
def test_a_night_finds_and_the_playbook_mends(night: Night) -> None:
    lines = [line for place, line in LINES.items() if place[0] != "user"]
    control(night.lab.out, {"do": "console", "device": "san-file1", "lines": lines})
    run = night.check("--limit", "san-file1,san-app1")
    assert run.code == 1, run.output
    assert set(LINES) - {("user", "Gjest", "disabled")} <= {place[1:] for place in night.findings()}
    mended = night.lab.play("mend.yml", "--limit", "san-file1", "-e", "change=natt")
    assert mended.code == 0, mended.output
    run = night.check("--limit", "san-file1,san-app1")
    assert run.code == 0, run.output
