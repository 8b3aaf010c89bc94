"""The session against the twin's Windows host, over NTLM with encrypted messages."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from support.windows import Running, windows_host

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.wsman import Client, Reference, errors, literal, open_client, open_shell
from fellesdrift.session.wsman.classes import CLASSES

HKLM = 0x80000002


def test_every_class_is_read_with_its_types(host: Running) -> None:
    """Each class of the session's table that the twin has: every property, each of the table's type."""
    with open_client(host.target()) as client:
        for name, cls in CLASSES.items():
            if cls.keys:
                rows = client.query(name, list(cls.properties))
                assert rows or name == "Win32_Environment", name
                assert all(row[key] is not None for row in rows for key in cls.keys), name
        assert client.requests == 1 + sum(1 for cls in CLASSES.values() if cls.keys)


def test_values_of_every_kind(host: Running) -> None:
    with open_client(host.target()) as client:
        (system,) = client.query("Win32_OperatingSystem", ["LastBootUpTime", "OSLanguage", "CSName"])
        assert isinstance(system["LastBootUpTime"], datetime)
        assert abs((datetime.now(UTC) - system["LastBootUpTime"]).total_seconds()) < 600
        assert (system["OSLanguage"], system["CSName"]) == (1044, "SAN-FILE1")
        (up,) = client.query(
            "Win32_NetworkAdapterConfiguration", ["IPAddress", "DNSServerSearchOrder"], "IPEnabled=TRUE"
        )
        assert up == {"IPAddress": ("10.61.2.10",), "DNSServerSearchOrder": None}
        (spooler,) = client.query("Win32_Service", ["DisplayName", "Started"], f"Name = {literal('spooler')}")
        assert spooler == {"DisplayName": "Utskriftskø", "Started": True}
        members = client.query("Win32_GroupUser", ["GroupComponent", "PartComponent"])
        admins = Reference("Win32_Group", (("Domain", "SAN-FILE1"), ("Name", "Administratorer")))
        assert {
            row["PartComponent"].key("Name")
            for row in members
            if row["GroupComponent"] == admins and isinstance(row["PartComponent"], Reference)
        } == {"Administrator", "fellesdrift"}


@pytest.mark.parametrize(("page", "requests"), [(250, 1), (5, 5), (1, 23)])
def test_pages(host: Running, page: int, requests: int) -> None:
    with open_client(host.target()) as client:
        before = client.requests
        assert len(client.query("Win32_Service", ["Name"], page=page)) == 23
        assert client.requests - before == requests


def test_pages_shrink_until_they_fit(host: Running) -> None:
    with open_client(host.target(max_envelope=4096)) as client:
        rows = client.query("Win32_Service", ["Name", "PathName", "DisplayName"])
        assert len(rows) == 23
        assert client.requests > 3


def test_what_is_written_is_read_again(host: Running) -> None:
    with open_client(host.target()) as client:
        key = {"Domain": "SAN-FILE1", "Name": "Administrator"}
        for disabled in (True, False):
            client.put("Win32_UserAccount", key, {"Disabled": disabled})
            assert client.get("Win32_UserAccount", key, ["Disabled"]) == {"Disabled": disabled}
        log = {"Name": r"C:\WINDOWS\system32\config\SysEvent.Evt"}
        client.put("Win32_NTEventLogFile", log, {"MaxFileSize": 64 * 1024 * 1024})
        assert client.get("Win32_NTEventLogFile", log, ["MaxFileSize"])["MaxFileSize"] == 64 * 1024 * 1024
        variable = {"Name": "DRIFT", "UserName": "<SYSTEM>"}
        client.create("Win32_Environment", {**variable, "VariableValue": "blåbær & <æ>"})
        assert client.get("Win32_Environment", variable, ["VariableValue"]) == {"VariableValue": "blåbær & <æ>"}
        client.delete("Win32_Environment", variable)
        with pytest.raises(errors.FaultError) as caught:
            client.get("Win32_Environment", variable, ["VariableValue"])
        assert caught.value.hresult == 0x80041002
        assert client.invoke("Win32_Service", "StopService", {}, {"Name": "RpcSs"}) == {"ReturnValue": 5}
        value = {"hDefKey": HKLM, "sSubKeyName": r"SOFTWARE\Drift", "sValueName": "V"}
        client.invoke("StdRegProv", "CreateKey", value)
        client.invoke("StdRegProv", "SetMultiStringValue", {**value, "sValue": ["æ"]})
        assert client.invoke("StdRegProv", "GetMultiStringValue", value)["sValue"] == ("æ",)


def test_permissions_are_objects_within_objects(host: Running) -> None:
    share = {"Name": "Felles"}
    with open_client(host.target()) as client:

        def entries() -> list[tuple[object, object]]:
            found = client.invoke("Win32_LogicalShareSecuritySetting", "GetSecurityDescriptor", {}, share)["Descriptor"]
            assert isinstance(found, dict)
            return [(each["AccessMask"], each["Trustee"]["SIDString"]) for each in found["DACL"]]

        assert entries() == [(0x1200A9, "S-1-1-0")], "an array of one is an array"
        groups = {
            0x1F01FF: (1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0),
            0x1301BF: (1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
        }
        access = {"DACL": [{"AccessMask": mask, "AceType": 0, "Trustee": {"SID": sid}} for mask, sid in groups.items()]}
        changed = client.invoke("Win32_Share", "SetShareInfo", {"Description": "æ", "Access": access}, share)
        assert changed == {"ReturnValue": 0}
        assert entries() == [(0x1F01FF, "S-1-5-32-544"), (0x1301BF, "S-1-1-0")]
        for nobody in ({"SID": (1, 1, 0, 0, 0, 0, 0, 9, 9, 0, 0, 0)}, {"SID": (1,)}, {"Name": "Alle"}):
            wrong = {"DACL": [{"AccessMask": 1, "AceType": 0, "Trustee": nobody}]}
            assert client.invoke("Win32_Share", "SetShareInfo", {"Access": wrong}, share) == {"ReturnValue": 21}
        assert len(entries()) == 2


def test_both_views_of_a_64_bit_host() -> None:
    with windows_host(x64=True) as running, open_client(running.target()) as client:
        value = {"hDefKey": HKLM, "sSubKeyName": r"SOFTWARE\Drift", "sValueName": "V"}
        for bits in (32, 64):
            client.invoke("StdRegProv", "CreateKey", value, view=bits)
            client.invoke("StdRegProv", "SetDWORDValue", {**value, "uValue": bits}, view=bits)
        for bits in (32, 64):
            assert client.invoke("StdRegProv", "GetDWORDValue", value, view=bits)["uValue"] == bits
        wow = {**value, "sSubKeyName": r"SOFTWARE\Wow6432Node\Drift"}
        assert client.invoke("StdRegProv", "GetDWORDValue", wow)["uValue"] == 32


def test_commands_in_code_page_850(host: Running) -> None:
    with open_client(host.target()) as client, open_shell(client) as shell:
        assert "versjon" in shell.run("ver").stdout
        missing = shell.run("powershell -Command dir")
        assert (missing.code, missing.stdout) == (1, "")
        assert "kjørbart" in missing.stderr
        assert shell.run("more", stdin="blåbær\r\nøl").stdout == "blåbær\r\nøl"
        assert shell.run("exit 3").code == 3
        for _ in range(20):
            # one that nobody signalled would count against the user's quota of 15
            assert shell.run("ver").code == 0


def test_a_command_that_takes_its_time_and_one_that_takes_too_long(host: Running) -> None:
    with open_client(host.target(timeout=2.0)) as client, open_shell(client) as shell:
        started = time.monotonic()
        slow = shell.run("ping -n 80 127.0.0.1")
        assert slow.stdout.count("TTL=") == 80
        assert time.monotonic() - started > 1.4
        with pytest.raises(errors.NoAnswerError):
            shell.run("ping -n 1000 127.0.0.1", seconds=1)
        assert shell.run("ver").code == 0


def test_a_quota_of_shells(host: Running) -> None:
    with open_client(host.target()) as client:
        opened = [open_shell(client) for _ in range(5)]
        for each in opened:
            each.__enter__()
        with pytest.raises(errors.FaultError) as caught, open_shell(client):
            pass
        assert caught.value.quota
        for each in opened:
            each.__exit__(None, None, None)
        with open_shell(client) as shell:
            assert shell.run("hostname").stdout == "san-file1\r\n"


def test_a_shell_that_is_gone(host: Running) -> None:
    with open_client(host.target()) as client, open_shell(client) as shell:
        host.do(host.front.winrm.shells.close)
        with pytest.raises(errors.FaultError) as caught:
            shell.run("ver")
        assert caught.value.not_there


def test_a_reboot_ends_the_session_and_changes_the_boot_time() -> None:
    with windows_host(speed=50) as running, open_client(running.target(timeout=10.0)) as client:
        (before,) = client.query("Win32_OperatingSystem", ["LastBootUpTime", "Name"])
        answer = client.invoke("Win32_OperatingSystem", "Reboot", {}, {"Name": str(before["Name"])})
        assert answer == {"ReturnValue": 0}
        # down after 0.05 s and up again 60 device seconds later; LastBootUpTime has whole seconds
        time.sleep(1.2)
        (after,) = client.query("Win32_OperatingSystem", ["LastBootUpTime"])
        assert isinstance(before["LastBootUpTime"], datetime)
        assert isinstance(after["LastBootUpTime"], datetime)
        assert after["LastBootUpTime"] != before["LastBootUpTime"]


@pytest.mark.parametrize(
    ("stack", "options", "code"),
    [
        ("0.5", {}, "FD321"),
        ("none", {}, "FD320"),
        ("2.0", {"password": "wrong"}, "FD302"),
        ("2.0", {"username": "Gjest"}, "FD302"),
    ],
)
def test_who_is_not_worked_with(stack: str, options: dict[str, str], code: str) -> None:
    with (
        windows_host(stack=stack) as running,
        pytest.raises(FellesdriftError) as caught,
        open_client(running.target(**options)),
    ):
        pass
    assert caught.value.code == code


def test_basic_where_both_sides_allow_it(host: Running) -> None:
    with windows_host(basic=True) as running, open_client(running.target(auth="basic", plain=True)) as client:
        assert client.identity is not None
    with pytest.raises(errors.LoginRefusedError), open_client(host.target(auth="basic", plain=True)):
        pass


def test_a_bad_query_is_a_fault(host: Running) -> None:
    with open_client(host.target()) as client:
        with pytest.raises(errors.FaultError) as caught:
            client.query("Win32_Service", ["Name"], "Name LIKE")
        assert caught.value.hresult == 0x80041017
        with pytest.raises(KeyError):
            client.query("Win32_Service", ["NoSuch"])


def test_clients_of_many_hosts_share_nothing(host: Running) -> None:
    first, second = Client(host.target()), Client(host.target())
    first.identify()
    second.identify()
    assert first.query("Win32_Group", ["Name"]) == second.query("Win32_Group", ["Name"])
    first.close()
    second.close()
