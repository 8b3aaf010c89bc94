"""The session against Wine: services, registry, processes, files and commands that nobody here simulates."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from support.windows import Running
from support.wine import bridge, commands
from support.wine.machine import MOST_SECONDS, Machine

from fellesdrift.session.wsman import Client, CommandResult, Shell, errors, literal, open_client

HKLM = 0x80000002
SPOOLER = {"Name": "Spooler"}
KEY = {"hDefKey": HKLM, "sSubKeyName": r"SOFTWARE\Fellesdrift"}


def state(client: Client, name: str) -> object:
    return client.get("Win32_Service", {"Name": name}, ["State"])["State"]


def test_it_is_a_norwegian_windows_of_2003(client: Client, shell: Shell) -> None:
    (system,) = client.query("Win32_OperatingSystem", ["Version", "OSLanguage", "CurrentTimeZone", "LastBootUpTime"])
    assert (system["Version"], system["OSLanguage"]) == ("5.2.3790", 1044)
    assert isinstance(system["CurrentTimeZone"], int)
    assert isinstance(system["LastBootUpTime"], datetime)
    assert "5.2.3790" in shell.run("ver").stdout
    assert client.target.code_page == 850
    assert "850" in shell.run("chcp").stdout


def test_a_time_that_is_no_cim_datetime_is_not_guessed(client: Client) -> None:
    """Wine's LocalDateTime ends in +00 where three digits belong."""
    with pytest.raises(errors.ValueUnreadableError):
        client.query("Win32_OperatingSystem", ["LocalDateTime"])


def test_services_start_and_stop_with_the_codes_of_windows(client: Client) -> None:
    def call(method: str) -> object:
        return client.invoke("Win32_Service", method, {}, SPOOLER)["ReturnValue"]

    assert state(client, "Spooler") == "Stopped"
    assert [call("StopService"), call("PauseService"), call("StartService")] == [6, 6, 0]
    assert state(client, "Spooler") == "Running"
    # 10: it is running already; 4: this service takes no pause
    assert [call("StartService"), call("PauseService"), call("StopService")] == [10, 4, 0]
    deadline = time.monotonic() + 10
    while state(client, "Spooler") != "Stopped" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert state(client, "Spooler") == "Stopped"


def test_pages_of_services_are_all_of_them(client: Client) -> None:
    whole = client.query("Win32_Service", ["Name", "StartMode", "AcceptStop", "ProcessId"])
    assert len(whole) > 15
    assert client.query("Win32_Service", ["Name", "StartMode", "AcceptStop", "ProcessId"], page=4) == whole
    assert {row["StartMode"] for row in whole} <= {"Auto", "Manual", "Disabled", "Boot", "System"}
    assert all(isinstance(row["AcceptStop"], bool) and isinstance(row["ProcessId"], int) for row in whole)
    assert [row["Name"] for row in client.query("Win32_Service", ["Name"], f"Name = {literal('spooler')}")] == [
        "Spooler"
    ]


def test_what_is_not_there_is_a_fault_with_its_hresult(client: Client) -> None:
    nobody = {"Name": "Finnes ikke"}
    wrong = {
        0x80041002: lambda: client.get("Win32_Service", nobody, ["State"]),
        0x8004102E: lambda: client.invoke("Win32_Service", "StartService", {}, nobody),
        0x80041017: lambda: client.query("Win32_Service", ["Name"], "Name = ="),
    }
    for hresult, call in wrong.items():
        with pytest.raises(errors.FaultError) as caught:
            call()
        assert caught.value.hresult == hresult


def test_what_wine_has_not_is_a_fault_and_changes_nothing(client: Client) -> None:
    before = client.get("Win32_Service", SPOOLER, ["StartMode", "DisplayName"])
    calls = [
        lambda: client.invoke("Win32_Service", "ChangeStartMode", {"StartMode": "Disabled"}, SPOOLER),
        lambda: client.put("Win32_Service", SPOOLER, {"DisplayName": "x"}),
        lambda: client.delete("Win32_Service", SPOOLER),
        lambda: client.invoke("StdRegProv", "GetDWORDValue", {**KEY, "sValueName": "x"}),
    ]
    for call in calls:
        with pytest.raises(errors.FaultError) as caught:
            call()
        assert caught.value.hresult is not None
    assert client.get("Win32_Service", SPOOLER, ["StartMode", "DisplayName"]) == before


def test_the_registry_over_wmi_and_over_reg(client: Client, shell: Shell) -> None:
    def call(method: str, **more: str | int) -> dict[str, object]:
        return dict(client.invoke("StdRegProv", method, {**KEY, **more}))

    assert call("CreateKey")["ReturnValue"] == 0
    assert call("SetStringValue", sValueName="Ærlig", sValue="blåbær & <øl>")["ReturnValue"] == 0
    assert call("GetStringValue", sValueName="Ærlig") == {"ReturnValue": 0, "sValue": "blåbær & <øl>"}
    for number in (0, 1, 0xFFFFFFFF):
        assert call("SetDWORDValue", sValueName="Tall", uValue=number)["ReturnValue"] == 0
        assert f"{number:#x}" in shell.run(r"reg query HKLM\SOFTWARE\Fellesdrift /v Tall").stdout
    assert call("EnumValues") == {"ReturnValue": 0, "sNames": ("Tall", "Ærlig"), "Types": (4, 1)}
    assert "blåbær & <øl>" in shell.run(r"reg query HKLM\SOFTWARE\Fellesdrift /s").stdout
    assert call("GetStringValue", sValueName="finnes ikke")["ReturnValue"] == 2
    assert shell.run(r"reg add HKLM\SOFTWARE\Fellesdrift\Under /v S /t REG_SZ /d øl /f").code == 0
    assert call("EnumKey")["sNames"] == ("Under",), "an array of one is an array"
    assert shell.run(r"reg delete HKLM\SOFTWARE\Fellesdrift\Under /f").code == 0
    assert call("DeleteKey")["ReturnValue"] == 0
    assert call("EnumValues")["ReturnValue"] == 2
    assert shell.run(r"reg query HKLM\SOFTWARE\Fellesdrift").code == 1


def test_a_process_is_made_and_seen(client: Client, machine: Machine) -> None:
    made = client.invoke("Win32_Process", "Create", {"CommandLine": r"cmd.exe /c echo hei> C:\prosess.txt"})
    assert made["ReturnValue"] == 0
    written, deadline = machine.c / "prosess.txt", time.monotonic() + 30
    # it is there before anything is in it
    while not (written.exists() and written.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert written.read_bytes() == b"hei\r\n"
    assert "services.exe" in {row["Name"] for row in client.query("Win32_Process", ["Name", "Handle"])}


def test_files_are_written_and_read_back(shell: Shell, machine: Machine) -> None:
    assert shell.run(r"mkdir C:\Felles\Økonomi").code == 0
    assert shell.run(r"echo blåbær> C:\Felles\Økonomi\liste.txt&& echo øl>> C:\Felles\Økonomi\liste.txt").code == 0
    lines = "blåbær\r\nøl\r\n"
    assert shell.run(r"type C:\Felles\Økonomi\liste.txt") == CommandResult(0, lines, "")
    written = (machine.c / "Felles" / "Økonomi" / "liste.txt").read_bytes()
    assert written == lines.encode("cp850")
    copied = shell.run(r"xcopy C:\Felles\Økonomi C:\Felles\Kopi /i")
    assert (copied.code, copied.stderr) == (0, ""), copied
    assert (machine.c / "Felles" / "Kopi" / "liste.txt").read_bytes() == written
    assert shell.run(r"type C:\Felles\Kopi\liste.txt") == CommandResult(0, lines, "")
    assert shell.run(r"if exist C:\Felles\Kopi\liste.txt (exit 0) else (exit 9)").code == 0
    assert shell.run(r"del C:\Felles\Kopi\liste.txt").code == 0
    assert shell.run(r"if exist C:\Felles\Kopi\liste.txt (exit 0) else (exit 9)").code == 9


def test_commands_speak_norwegian_in_code_page_850(shell: Shell) -> None:
    missing = shell.run(r"type C:\finnes-ikke.txt")
    assert (missing.code, missing.stdout) == (1, "")
    assert "åpne" in missing.stderr
    nothing = shell.run("fjas")
    assert nothing.code == 9009
    assert "ikke en intern eller ekstern kommando" in nothing.stderr
    assert "Følgende tjenester kjører" in shell.run("net start").stdout
    assert shell.run("exit 300").code == 300
    assert shell.run("exit -1").code == 0xFFFFFFFF
    assert shell.run("set /p svar= & call echo [%svar%]", stdin="ærlig\r\n").stdout.endswith("[ærlig]\r\n")


def test_an_exit_code_that_nobody_told_is_a_fault(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper that cannot begin the command is no command that printed nothing."""
    monkeypatch.setattr(commands, "in_hex", lambda _text: "")
    with pytest.raises(errors.FaultError) as caught:
        shell.run("ver")
    assert "helper ended" in str(caught.value)
    monkeypatch.undo()
    assert shell.run("ver").code == 0


def test_an_answer_that_comes_too_late_answers_nothing_else(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "_SECONDS", 0.0)
    with pytest.raises(errors.FaultError):
        client.query("Win32_Service", ["Name"])
    monkeypatch.undo()
    assert [row["Version"] for row in client.query("Win32_OperatingSystem", ["Version"])] == ["5.2.3790"]


def test_net_and_wmi_see_one_service_manager(client: Client, shell: Shell) -> None:
    assert shell.run("net start Spooler").code == 0
    assert state(client, "Spooler") == "Running"
    assert shell.run("net stop Spooler").code == 0
    assert state(client, "Spooler") in ("Stopped", "Stop Pending")
    assert shell.run("net stop Spooler").code != 0


def test_a_command_that_takes_too_long_is_ended(client: Client, shell: Shell) -> None:
    started = time.monotonic()
    with pytest.raises(errors.NoAnswerError):
        shell.run("pause", seconds=1)
    assert time.monotonic() - started < 15
    assert shell.run("ver").code == 0
    running = {str(row["CommandLine"]) for row in client.query("Win32_Process", ["CommandLine"])}
    assert not any("pause" in each for each in running)


def test_faults_and_lost_connections_over_wine(wine: Running) -> None:
    with open_client(wine.target(timeout=MOST_SECONDS)) as client:
        wine.fault("drop", when="after", match="StartService")
        with pytest.raises(errors.SessionError):
            client.invoke("Win32_Service", "StartService", {}, SPOOLER)
        assert state(client, "Spooler") == "Running", "it had been done"
        assert client.invoke("Win32_Service", "StopService", {}, SPOOLER)["ReturnValue"] == 0
    wine.heal()
