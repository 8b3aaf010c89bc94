"""Faults on demand, and what the session makes of them: a read is asked again, a write never."""

from __future__ import annotations

import time

import pytest
from support.windows import Running

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.errors import SessionLostError
from fellesdrift.session.wsman import errors, open_client, open_shell

SPOOLER = {"Name": "Spooler"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_read_survives_a_dropped_connection(host: Running, when: str) -> None:
    with open_client(host.target()) as client:
        host.fault("drop", when=when)
        assert len(client.query("Win32_Service", ["Name"])) == 23
        host.fault("drop", when=when, times=2)
        with pytest.raises(SessionLostError):
            client.query("Win32_Service", ["Name"])
        assert client.get("Win32_Service", SPOOLER, ["State"]) == {"State": "Running"}


@pytest.mark.parametrize(("when", "state"), [("before", "Running"), ("after", "Stopped")])
def test_a_write_is_never_sent_twice(host: Running, when: str, state: str) -> None:
    with open_client(host.target()) as client:
        host.fault("drop", when=when, match="StopService")
        with pytest.raises(SessionLostError):
            client.invoke("Win32_Service", "StopService", {}, SPOOLER)
        assert client.get("Win32_Service", SPOOLER, ["State"]) == {"State": state}
        client.invoke("Win32_Service", "StartService", {}, SPOOLER)


def test_a_command_is_never_run_twice(host: Running) -> None:
    with open_client(host.target()) as client, open_shell(client) as shell:
        host.fault("drop", when="after", match="^Command")
        with pytest.raises(SessionLostError):
            shell.run("echo x >> C:\\WINDOWS\\Temp\\once.txt")
        time.sleep(0.1)
        assert shell.run("type C:\\WINDOWS\\Temp\\once.txt").stdout.count("x") == 1


def test_an_enumeration_that_was_forgotten_is_begun_again(host: Running) -> None:
    with open_client(host.target()) as client:
        host.fault("expire", match="^Pull")
        assert len(client.query("Win32_Service", ["Name"], page=5)) == 23
        host.fault("expire", match="^Pull", times=2)
        with pytest.raises(errors.FaultError) as caught:
            client.query("Win32_Service", ["Name"], page=5)
        assert caught.value.enumeration_over


def test_a_page_that_was_lost_is_not_skipped(host: Running) -> None:
    with open_client(host.target()) as client:
        host.fault("drop", when="after", match="^Pull")
        with pytest.raises(SessionLostError):
            client.query("Win32_Service", ["Name"], page=5)


def test_a_quota(host: Running) -> None:
    with open_client(host.target()) as client:
        host.fault("quota")
        with pytest.raises(errors.FaultError) as caught:
            client.query("Win32_Service", ["Name"])
        assert caught.value.quota
        assert client.query("Win32_Service", ["Name"])


def test_noise(host: Running) -> None:
    with open_client(host.target()) as client:
        host.fault("garbage")
        with pytest.raises(errors.AnswerUnreadableError):
            client.query("Win32_Service", ["Name"])
        assert client.query("Win32_Service", ["Name"])


def test_the_login_is_refused_from_now_on(host: Running) -> None:
    with open_client(host.target()) as client:
        host.fault("refuse_login")
        with pytest.raises(FellesdriftError) as caught:
            client.query("Win32_Service", ["Name"])
        assert caught.value.code in ("FD302", "FD307")
        with pytest.raises(errors.LoginRefusedError):
            client.query("Win32_Service", ["Name"])


def test_a_slow_host_meets_the_deadline(host: Running) -> None:
    with open_client(host.target(timeout=1.0)) as client:
        host.fault("slow", seconds=0.2)
        assert client.query("Win32_Group", ["Name"])
        host.fault("slow", seconds=5)
        started = time.monotonic()
        with pytest.raises(errors.NoAnswerError):
            client.query("Win32_Group", ["Name"])
        assert time.monotonic() - started < 3


def test_a_slow_receive_is_asked_for_again(host: Running) -> None:
    with open_client(host.target(timeout=1.0)) as client, open_shell(client) as shell:
        host.fault("slow_receive", seconds=0.8)
        with pytest.raises(errors.NoAnswerError):
            shell.run("ver", seconds=2)
        host.heal()
        assert shell.run("ver").code == 0


def test_a_dead_host(host: Running) -> None:
    with open_client(host.target(timeout=1.0)) as client:
        host.do(host.host.power_off)
        with pytest.raises((errors.NoAnswerError, SessionLostError)):
            client.query("Win32_Group", ["Name"])
        host.do(host.host.boot)
        assert client.query("Win32_Group", ["Name"])


def test_a_clock_that_is_wrong(host: Running) -> None:
    with open_client(host.target()) as client:
        (right,) = client.query("Win32_OperatingSystem", ["LocalDateTime"])
        host.fault("skew", seconds=3600)
        (wrong,) = client.query("Win32_OperatingSystem", ["LocalDateTime"])
    assert 3590 < (wrong["LocalDateTime"] - right["LocalDateTime"]).total_seconds() < 3700


def test_a_connection_that_breaks_at_any_request_leaves_the_same(host: Running) -> None:
    """Whatever request is lost, before or after its work: read again, and only what is still missing is done."""
    path = {"hDefKey": 0x80000002, "sSubKeyName": r"SOFTWARE\Everywhere", "sValueName": "V"}

    def bring_about() -> None:
        with open_client(host.target()) as client:
            if client.get("Win32_Service", SPOOLER, ["State"]) == {"State": "Running"}:
                client.invoke("Win32_Service", "StopService", {}, SPOOLER)
            if client.invoke("StdRegProv", "GetDWORDValue", path)["uValue"] != 7:
                client.invoke("StdRegProv", "CreateKey", path)
                client.invoke("StdRegProv", "SetDWORDValue", {**path, "uValue": 7})

    lost = 0
    for at in range(1, 7):
        for when in ("before", "after"):
            with open_client(host.target()) as client:
                client.invoke("Win32_Service", "StartService", {}, SPOOLER)
                client.invoke("StdRegProv", "DeleteKey", path)
            host.fault("drop", at=at, when=when)
            try:
                bring_about()
            except SessionLostError:
                lost += 1
                bring_about()
            host.heal()
            with open_client(host.target()) as client:
                assert client.get("Win32_Service", SPOOLER, ["State"]) == {"State": "Stopped"}
                assert client.invoke("StdRegProv", "GetDWORDValue", path) == {"ReturnValue": 0, "uValue": 7}
    # the three writes, before and after; the reads were asked again within the run
    assert lost == 6
    host.do(lambda: host.host.services.start("Spooler"))
