"""Commands, restarts and the look at a host's health, against the twin's Windows host."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.windows import Running, windows_host

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.wsman import Client, open_client, open_shell
from fellesdrift.state.windows import health
from fellesdrift.state.windows.command import Command, exists, not_needed, refuse_exit_code, run
from fellesdrift.state.windows.restart import Boot, boot_of, restart

type Golden = Callable[[str, object], None]


def up_for_an_hour(running: Running) -> None:
    """WMI gives whole seconds: two boots within one would look the same."""
    running.host.booted -= timedelta(hours=1)


def test_a_command_runs_once_in_its_folder(host: Running) -> None:
    command = Command(r"echo blåbær> kurv.txt", creates=r"C:\WINDOWS\Temp\kurv.txt", folder=r"C:\WINDOWS\Temp")
    with open_client(host.target()) as client:
        assert not_needed(client, command) is None
        assert run(client, command).code == 0
        assert not_needed(client, command) == r"C:\WINDOWS\Temp\kurv.txt is there"
        assert run(client, Command(r"type C:\WINDOWS\Temp\kurv.txt")).stdout.strip() == "blåbær"
        gone = Command(r"del C:\WINDOWS\Temp\kurv.txt", removes=r"C:\WINDOWS\Temp\kurv.txt")
        assert not_needed(client, gone) is None
        assert run(client, gone).code == 0
        assert not_needed(client, gone) == r"C:\WINDOWS\Temp\kurv.txt is not there"
        assert exists(client, "C:\\WINDOWS\\Temp\\"), "a folder, with a backslash at its end"


@pytest.mark.parametrize(("when", "seen"), [("before", "as before the command"), ("after", r"D:\Kopi is there")])
def test_a_lost_answer_is_no_second_run(when: str, seen: str, golden: Golden) -> None:
    """What the command makes tells whether it was run; it is not run again either way."""
    with windows_host() as running, open_client(running.target()) as client:
        running.fault("drop", match="Command mkdir", when=when)
        with pytest.raises(FellesdriftError) as caught:
            run(client, Command(r"mkdir D:\Kopi", creates=r"D:\Kopi"))
        assert caught.value.code == "FD441"
        assert seen in str(caught.value)
        golden(f"windows/FD441_{when}", str(caught.value))
        assert exists(client, r"D:\Kopi") is (when == "after")


def test_a_restart_is_over_when_another_boot_answers_with_its_services() -> None:
    intents: list[Boot] = []
    with windows_host(speed=60) as running:
        up_for_an_hour(running)
        running.do(lambda: running.host.services.stop("Spooler"))
        before, after = restart(running.target(), seconds=20, services=["spooler"], on_intent=intents.append, poll=0.1)
        assert intents == [before]
        assert after.follows(before)
        with open_client(running.target()) as client:
            assert boot_of(client).booted == after.booted
            assert health.not_running(client, ["Spooler"]) == []


@pytest.mark.parametrize(
    ("fault", "services", "seen"),
    [
        ({"kind": "drop", "match": "Win32Shutdown"}, [], "still up since"),
        ({"kind": "dead"}, [], "FD308"),
        ({"kind": "refuse_login"}, [], "FD302"),
        (None, ["Finnes ikke"], "Finnes ikke: not there"),
    ],
)
def test_what_is_no_restart_says_what_was_seen_last(
    fault: dict[str, str] | None, services: list[str], seen: str, golden: Golden
) -> None:
    with windows_host(speed=600) as running, pytest.raises(FellesdriftError) as caught:
        up_for_an_hour(running)
        restart(
            running.target(timeout=0.4),
            seconds=1.5,
            services=services,
            on_intent=lambda _: running.fault(**fault) if fault else None,
            poll=0.1,
        )
    assert caught.value.code == "FD444"
    assert seen in str(caught.value)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "TIME", str(caught.value))
    golden(f"windows/FD444_{fault['kind'] if fault else 'service'}", text)


def test_a_host_that_refuses_to_restart(golden: Golden) -> None:
    class Refusing(Client):
        def invoke(self, *arguments: Any, **options: Any) -> dict[str, Any]:
            return {"ReturnValue": 1314}

    with windows_host() as running, pytest.raises(FellesdriftError) as caught:
        restart(
            running.target(),
            seconds=5,
            force=False,
            on_intent=lambda _: None,
            opener=lambda target: open_client(target, Refusing),
        )
    golden("windows/FD443", str(caught.value))


def test_an_exit_code_that_is_no_success(golden: Golden) -> None:
    assert refuse_exit_code("san-file1", "run: robocopy", 3, [0, 1, 3]) is None
    golden("windows/FD442", str(refuse_exit_code("san-file1", "run: robocopy", 8, [0, 1, 3])))


def test_no_clock_makes_an_old_boot_a_new_one() -> None:
    """Before: up for an hour at noon. Then what is seen some minutes later."""
    noon = datetime(2005, 3, 7, 12, tzinfo=UTC)
    before = Boot(noon - timedelta(hours=1), noon, "x")

    def seen(booted: int, now: int) -> Boot:
        return Boot(noon + timedelta(seconds=booted), noon + timedelta(seconds=now), "x")

    assert seen(40, 100).follows(before)
    assert not seen(-3600, 100).follows(before)
    assert not seen(-3599, 101).follows(before), "the time of boot wanders"
    assert not seen(-3000, 700).follows(before), "a clock that was set forward"
    assert not seen(-4200, -500).follows(before), "a clock that was set back"
    assert seen(-560, -500).follows(before), "restarted, and the clock set back"


def test_a_host_is_looked_at_before_it_is_changed() -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired"
    with windows_host() as running, open_client(running.target()) as client, open_shell(client) as shell:
        assert health.pending_restart(client) == []
        assert health.free_space(client) == {"C:": 14 * 1024, "D:": 60 * 1024}
        assert health.not_running(client, ["Spooler", "Messenger"]) == ["Messenger: Stopped"]
        assert shell.run(f'reg add "{key}" /f').code == 0
        manager = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager"
        files = f'reg add "{manager}" /v PendingFileRenameOperations /t REG_MULTI_SZ /d x /f'
        assert shell.run(files).code == 0
        assert len(health.pending_restart(client)) == 2
