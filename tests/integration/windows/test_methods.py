"""WMI's methods over the wire: return codes, and what the host is afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.windows import Running, windows_host

from fellesdrift.session.errors import SessionError
from fellesdrift.session.wsman import Client, errors, open_client, open_shell
from fellesdrift.twin.windows.methods import METHODS
from fellesdrift.twin.windows.provider import Args

USER = {"Domain": "SAN-FILE1", "Name": "kari"}


@pytest.fixture
def client(host: Running) -> Iterator[Client]:
    with open_client(host.target()) as opened:
        yield opened


def test_a_service_is_made_changed_and_removed(client: Client) -> None:
    def invoke(method: str, **arguments: str) -> object:
        keys = None if method == "Create" else {"Name": "Drift"}
        return client.invoke("Win32_Service", method, arguments, keys)["ReturnValue"]

    made = {"Name": "Drift", "DisplayName": "Felles drift", "PathName": r"C:\drift.exe", "StartMode": "Automatic"}
    assert [invoke("Create", **made), invoke("Create", **made), invoke("Create", Name="", PathName="")] == [0, 23, 21]
    found = client.get("Win32_Service", {"Name": "Drift"}, ["DisplayName", "StartMode", "State"])
    assert found == {"DisplayName": "Felles drift", "StartMode": "Auto", "State": "Stopped"}
    assert [invoke("PauseService"), invoke("StartService"), invoke("StartService")] == [1, 0, 10]
    assert [invoke("ChangeStartMode", StartMode="Disabled"), invoke("Delete")] == [0, 0]
    assert client.query("Win32_Service", ["Name"], "Name='Drift'") == []
    gone = {"hDefKey": 0x80000002, "sSubKeyName": r"SYSTEM\CurrentControlSet\Services\Drift"}
    assert client.invoke("StdRegProv", "EnumValues", gone)["ReturnValue"] == 2
    assert client.invoke("Win32_Service", "Delete", {}, {"Name": "RpcSs"}) == {"ReturnValue": 5}


def test_a_process_is_started_and_ended(client: Client) -> None:
    started = client.invoke("Win32_Process", "Create", {"CommandLine": "notepad.exe"})
    assert started["ReturnValue"] == 0
    handle = {"Handle": str(started["ProcessId"])}
    assert client.get("Win32_Process", handle, ["Name", "ProcessId"])["Name"] == "notepad.exe"
    assert client.invoke("Win32_Process", "Terminate", {}, handle) == {"ReturnValue": 0}
    assert client.query("Win32_Process", ["Name"], "Name='notepad.exe'") == []
    assert client.invoke("Win32_Process", "Create", {"CommandLine": ""}) == {"ReturnValue": 21, "ProcessId": None}
    (spooler,) = client.query("Win32_Service", ["ProcessId"], "Name='Spooler'")
    client.delete("Win32_Process", {"Handle": str(spooler["ProcessId"])})
    assert client.get("Win32_Service", {"Name": "Spooler"}, ["Started"]) == {"Started": False}
    client.invoke("Win32_Service", "StartService", {}, {"Name": "Spooler"})


def test_shares_come_and_go(client: Client) -> None:
    share = {"Name": "Ny", "Path": r"D:\Data\Felles", "Type": 0, "MaximumAllowed": 5, "Description": "æøå"}
    codes = [
        client.invoke("Win32_Share", "Create", each)["ReturnValue"] for each in (share, share, {**share, "Name": "a/b"})
    ]
    assert codes == [0, 22, 9]
    assert client.invoke("Win32_Share", "Create", {**share, "Name": "X", "Path": r"D:\No"}) == {"ReturnValue": 24}
    client.invoke("Win32_Share", "SetShareInfo", {"MaximumAllowed": None, "Description": "ny"}, {"Name": "Ny"})
    found = client.get("Win32_Share", {"Name": "Ny"}, ["Path", "MaximumAllowed", "AllowMaximum", "Description"])
    assert found == {"Path": r"D:\Data\Felles", "MaximumAllowed": None, "AllowMaximum": True, "Description": "ny"}
    assert client.invoke("Win32_Share", "Delete", {}, {"Name": "Ny"}) == {"ReturnValue": 0}
    with pytest.raises(errors.FaultError):
        client.invoke("Win32_Share", "Delete", {}, {"Name": "Ny"})


def test_accounts_are_renamed_and_described(client: Client) -> None:
    with open_shell(client) as shell:
        assert shell.run("net user ola hemmelig /add").code == 0
        assert shell.run("net localgroup Drift /add && net localgroup Drift ola /add").code == 0
        assert shell.run("net localgroup Drift ola /add").code == 2
        old = {"Domain": "SAN-FILE1", "Name": "ola"}
        for new, code in (("Gjest", 21), ("kari", 0)):
            assert client.invoke("Win32_UserAccount", "Rename", {"Name": new}, old) == {"ReturnValue": code}
        client.put("Win32_UserAccount", USER, {"PasswordExpires": False, "FullName": "Rolle"})
        assert client.get("Win32_UserAccount", USER, ["PasswordExpires", "FullName", "Description"]) == {
            "PasswordExpires": False,
            "FullName": "Rolle",
            "Description": "",
        }
        drift = {"Domain": "SAN-FILE1", "Name": "Drift"}
        assert client.invoke("Win32_Group", "Rename", {"Name": "Driftere"}, drift) == {"ReturnValue": 0}
        assert shell.run("net localgroup Driftere").stdout.startswith("kari\r\n")
        for line in (
            "net localgroup Driftere kari /delete",
            "net localgroup Driftere /delete",
            "net user kari /delete",
        ):
            assert shell.run(line).code == 0
        assert shell.run("net user & net localgroup & net start & net share").code == 0
        assert shell.run("reg query HKLM\\SOFTWARE\\Microsoft /s && schtasks /query").code == 0
        assert shell.run("reg add HKLM\\SOFTWARE\\D /v B /t REG_BINARY /d zz /f").code == 1
        assert (
            shell.run(
                "reg add HKLM\\SOFTWARE\\D /v M /t REG_MULTI_SZ /d a\\0b && reg delete HKLM\\SOFTWARE\\D /v M"
            ).code
            == 0
        )


def test_what_a_provider_does_not_do_is_a_fault(client: Client) -> None:
    log = {"Name": r"C:\WINDOWS\system32\config\SysEvent.Evt"}
    wrong = [
        lambda: client.put("Win32_Service", {"Name": "Spooler"}, {"DisplayName": "x"}),
        lambda: client.put("Win32_NTEventLogFile", log, {"MaxFileSize": 1000}),
        lambda: client.create("Win32_Service", {"Name": "x"}),
        lambda: client.delete("Win32_Service", {"Name": "Spooler"}),
        lambda: client.invoke("StdRegProv", "SetDWORDValue", {"sSubKeyName": "SOFTWARE", "uValue": -1}),
    ]
    for call in wrong:
        with pytest.raises(errors.FaultError) as caught:
            call()
        assert caught.value.hresult is not None
    with pytest.raises(errors.FaultError) as caught:
        client.get("Win32_UserAccount", {"Name": "Administrator"}, ["SID"])
    assert caught.value.subcode == "InvalidSelectors"


def test_a_host_whose_address_is_taken_away_says_nothing_more() -> None:
    with windows_host() as running:
        arguments = {"IPAddress": ["10.61.2.99"], "SubnetMask": ["255.255.255.0"]}
        with open_client(running.target(timeout=1.5)) as opened:
            with pytest.raises(SessionError) as caught:
                opened.invoke("Win32_NetworkAdapterConfiguration", "EnableStatic", arguments, {"Index": "1"})
            assert caught.value.code == "FD308", "it was done, and the answer had no way back"
        back = Args({"ipaddress": ["10.61.2.10"], "subnetmask": ["255.255.255.0"]})
        adapters = METHODS["win32_networkadapterconfiguration"]
        running.do(lambda: adapters["EnableStatic"](running.host, {"index": "1"}, back))
        with open_client(running.target()) as opened:
            (row,) = opened.query("Win32_NetworkAdapterConfiguration", ["IPAddress"], "Index=1")
            assert row["IPAddress"] == ("10.61.2.10",)
