"""State that hangs together: services, registry, accounts, shares, files, cmd."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fellesdrift.twin.access import Credentials
from fellesdrift.twin.windows import cmd, instances, methods, provider, registry_methods, shells, wql
from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.provider import Args
from fellesdrift.twin.windows.spec import WindowsSpec, from_plain, to_plain

assert shells.PROGRAMS
HKLM = 0x80000002


@pytest.fixture
def host() -> WindowsHost:
    spec = WindowsSpec("san-file1", "10.61.2.10", roles=("file_servers",), x64=True)
    return WindowsHost(spec, Credentials("fellesdrift", "secret-1", ""), 50)


def typed(host: WindowsHost, line: str) -> cmd.Output:
    """A line of cmd, and what it printed."""

    async def nothing() -> str:
        return ""

    async def wait(seconds: float) -> None:
        del seconds

    context = cmd.Context(host, "fellesdrift", nothing, wait, host.power_off, lambda text: None)
    return asyncio.run(cmd.run(context, line))


def reg(host: WindowsHost, method: str, bits: int = 64, **values: Any) -> dict[str, Any]:
    args = {
        key.lower(): [str(each) for each in (value if isinstance(value, list) else [value])]
        for key, value in values.items()
    }
    return registry_methods.call(host, method, Args(args), bits)


def test_services_need_each_other(host: WindowsHost) -> None:
    services = host.services
    assert services.stop("lanmanworkstation") == 3
    assert services.stop("Browser") == 0
    assert services.stop("lanmanworkstation") == 0
    assert services.start("Browser") == 0
    assert services.is_running("lanmanworkstation"), "what a service needs is started with it"
    assert services.start("Browser") == 10
    assert services.stop("RpcSs") == 5
    assert services.stop("TlntSvr") == 6
    assert services.start("TlntSvr") == 14
    assert services.stop("Browser") == services.stop("lanmanworkstation") == 0
    assert services.change_mode("lanmanworkstation", "Disabled") == 0
    assert services.start("Browser") == 13
    assert services.change_mode("Browser", "sometimes") == 21


def test_the_start_mode_is_the_registrys(host: WindowsHost) -> None:
    path = r"SYSTEM\CurrentControlSet\Services\Spooler"
    host.services.change_mode("Spooler", "Disabled")
    assert reg(host, "GetDWORDValue", sSubKeyName=path, sValueName="Start") == {"ReturnValue": 0, "uValue": 4}
    assert reg(host, "SetDWORDValue", sSubKeyName=path, sValueName="start", uValue=3)["ReturnValue"] == 0
    assert host.services.mode("Spooler") == "Manual"


def test_both_views_of_the_registry(host: WindowsHost) -> None:
    for bits, value in ((32, "b32"), (64, "b64")):
        assert reg(host, "CreateKey", bits, sSubKeyName=r"SOFTWARE\Test")["ReturnValue"] == 0
        reg(host, "SetStringValue", bits, sSubKeyName=r"SOFTWARE\Test", sValueName="V", sValue=value)
    assert reg(host, "GetStringValue", 64, sSubKeyName=r"software\test", sValueName="v")["sValue"] == "b64"
    for path, bits in ((r"SOFTWARE\Wow6432Node\Test", 64), (r"SOFTWARE\Test", 32)):
        assert reg(host, "GetStringValue", bits, sSubKeyName=path, sValueName="V")["sValue"] == "b32"


def test_the_registrys_types_and_codes(host: WindowsHost) -> None:
    key = {"sSubKeyName": r"SOFTWARE\T\U"}
    assert reg(host, "SetDWORDValue", **key, sValueName="D", uValue=1)["ReturnValue"] == 2
    reg(host, "CreateKey", **key)
    for method, name, value in (
        ("SetDWORDValue", "D", 7),
        ("SetStringValue", "S", "æ"),
        ("SetExpandedStringValue", "E", "%x%"),
        ("SetMultiStringValue", "M", ["a", "b"]),
        ("SetBinaryValue", "B", [1, 255]),
    ):
        parameter = "uValue" if method in ("SetDWORDValue", "SetBinaryValue") else "sValue"
        assert reg(host, method, **key, sValueName=name, **{parameter: value})["ReturnValue"] == 0
        assert reg(host, method.replace("Set", "Get"), **key, sValueName=name) == {"ReturnValue": 0, parameter: value}
    assert reg(host, "EnumValues", **key) == {"ReturnValue": 0, "sNames": [*"DSEMB"], "Types": [4, 1, 2, 7, 3]}
    assert reg(host, "GetStringValue", **key, sValueName="D")["ReturnValue"] == 0x80041005
    assert reg(host, "GetStringValue", **key, sValueName="no")["ReturnValue"] == 1
    assert reg(host, "EnumKey", sSubKeyName="NO") == {"ReturnValue": 2, "sNames": None}
    assert reg(host, "DeleteKey", sSubKeyName=r"SOFTWARE\T")["ReturnValue"] == 5
    assert reg(host, "DeleteValue", **key, sValueName="D")["ReturnValue"] == 0
    assert reg(host, "DeleteKey", **key)["ReturnValue"] == 0
    assert reg(host, "DeleteKey", **key)["ReturnValue"] == 2
    for wrong in ({"uValue": "x"}, {"uValue": -1}):
        with pytest.raises(provider.ProviderError):
            reg(host, "SetDWORDValue", sSubKeyName="SOFTWARE", sValueName="x", **wrong)


def test_a_share_needs_its_folder(host: WindowsHost) -> None:
    create = methods.METHODS["win32_share"]["Create"]

    def shared(name: str, path: str) -> int:
        return int(create(host, {}, Args({"name": [name], "path": [path], "type": ["0"]}))["ReturnValue"])

    assert shared("Ny", r"D:\Ny") == 24
    assert typed(host, r"mkdir D:\Ny").code == 0
    assert [shared("Ny", r"D:\Ny"), shared("NY", r"D:\Ny"), shared("a/b", r"D:\Ny")] == [0, 22, 9]
    assert methods.METHODS["win32_share"]["Delete"](host, {"name": "ny"}, Args({})) == {"ReturnValue": 0}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("ver", 0),
        ("powershell -Command dir", 1),
        ("echo on && exit /b 3", 3),
        ("exit 3 && echo no", 3),
        ("exit 3 || exit 4", 4),
        ('echo "a && b" > C:\\WINDOWS\\Temp\\a.txt & type C:\\WINDOWS\\Temp\\a.txt', 0),
        ("echo x > D:\\nowhere\\a.txt", 1),
        ("type C:\\nothing", 1),
        ("net user nobody", 2),
        ("net user ola hemmelig /add && net user ola", 0),
        ("net user gjest /add", 2),
        ("net localgroup Brukere nobody /add", 2),
        ("net localgroup Drift /add && net localgroup Drift fellesdrift /add && net localgroup Drift", 0),
        ("net localgroup Drift", 2),
        ("net localgroup Gjester Gjest /delete && net localgroup Gjester Gjest /delete", 2),
        ("net stop Spooler && net start Spooler", 0),
        ("net stop RpcSs", 2),
        ("net stop nothing", 2),
        ("net share Felles /delete && net share Felles", 2),
        ("net", 1),
        ("reg add HKLM\\SOFTWARE\\X /v Y /t REG_DWORD /d 0x10 /f && reg query HKLM\\SOFTWARE\\X /v Y", 0),
        ("reg query HKLM\\SOFTWARE\\X", 1),
        ("reg delete HKLM\\SOFTWARE\\Microsoft /f && reg query HKLM\\SOFTWARE\\Microsoft", 1),
        ("reg query XX\\SOFTWARE", 1),
        ("sc query Spooler", 0),
        ("sc config Spooler start= disabled && net stop Spooler && net start Spooler", 2),
        ("sc query nothing", 1060),
        ('schtasks /create /tn Natt /tr "C:\\x.exe -y" /sc daily /st 02:00:00 && schtasks /delete /tn Natt /f', 0),
        ("schtasks /create /tn Natt", 1),
        ("schtasks /delete /tn Natt /f", 1),
        ("cmd /c ver", 0),
        ("rmdir C:\\WINDOWS", 1),
        ("mkdir D:\\a && mkdir D:\\a", 1),
        ("dir D:\\nothing", 1),
        ("hostname & whoami & chcp", 0),
        ("shutdown -a", 1),
        ("", 0),
    ],
)
def test_exit_codes(host: WindowsHost, line: str, code: int) -> None:
    done = typed(host, line)
    assert done.code == code, done
    assert done.stdout + done.stderr == "" or (done.stdout + done.stderr).encode("cp850").decode("cp850")


def test_tasks_are_their_files(host: WindowsHost) -> None:
    typed(host, 'schtasks /create /tn Natt /tr "C:\\x.exe -y" /sc daily /st 02:30:00')
    found = host.files.find(r"C:\WINDOWS\Tasks\Natt.job")
    assert found is not None
    assert found.data is not None
    assert "C:\\x.exe\0".encode("utf-16-le") in found.data
    assert typed(host, "dir C:\\WINDOWS\\Tasks").stdout == "Natt.job\r\n"


def test_a_boot_ends_what_does_not_start_by_itself(host: WindowsHost) -> None:
    before = host.booted
    assert host.services.start("TermService") == 0
    number = host.start_process("notepad.exe")
    host.power_off()
    assert not host.alive
    host.boot()
    assert host.alive
    assert host.booted > before
    assert number not in {each.number for each in host.processes.values() if each.command == "notepad.exe"}
    assert not host.services.is_running("TermService")
    assert host.services.is_running("Spooler")


def test_who_may_log_in(host: WindowsHost) -> None:
    assert host.accounts.passwords() == {"FELLESDRIFT": "secret-1"}
    typed(host, "net user ola hemmelig /add")
    assert "OLA" not in host.accounts.passwords()
    typed(host, "net localgroup Administratorer ola /add")
    assert host.accounts.passwords()["OLA"] == "hemmelig"
    typed(host, "net user ola /active:no")
    assert "OLA" not in host.accounts.passwords()
    methods.METHODS["win32_useraccount"]["Rename"](host, {"name": "ola"}, Args({"name": ["kari"]}))
    assert "kari" in host.accounts.groups["administratorer"].members


def test_every_class_has_rows_with_its_keys(host: WindowsHost) -> None:
    for name, cls in instances.CLASSES.items():
        for row in cls.rows(host) if cls.rows is not None else ():
            assert set(cls.keys) <= row.keys(), name
    assert set(instances.CLASSES) == set(instances.SPELLED)


ROWS = [{"name": "Spooler", "processid": 8, "started": True}, {"name": "x%y", "processid": None, "started": False}]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Name = 'spooler'", 1),
        ('Name <> "Spooler"', 1),
        ("Started = TRUE", 1),
        ("ProcessId > 7 AND ProcessId <= 8", 1),
        ("ProcessId IS NULL", 1),
        ("ProcessId IS NOT NULL", 1),
        ("NOT (Name LIKE 'Spool%' OR Name LIKE 'x__')", 0),
        ("Name LIKE '%'", 2),
        (r'Name = "x%y" OR Name = "\"\\"', 1),
    ],
)
def test_queries(where: str, found: int) -> None:
    query = wql.parse(f"SELECT Name, ProcessId FROM Win32_Service WHERE {where}")
    assert (query.properties, query.cls) == (("Name", "ProcessId"), "Win32_Service")
    assert sum(query.test(row) for row in ROWS) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "SELECT",
        "SELECT * WHERE",
        "SELECT * FROM X WHERE",
        "SELECT * FROM X Y",
        "SELECT * FROM X WHERE (a=1",
        "SELECT * FROM X WHERE a IS 1",
    ],
)
def test_what_is_no_query(text: str) -> None:
    with pytest.raises(wql.WqlError):
        wql.parse(text)


def test_specs_go_through_json() -> None:
    spec = WindowsSpec("a-very-long-host-name", "10.0.0.1", roles=("windows",))
    assert from_plain(to_plain((spec,))) == (spec,)
    assert spec.computer == "A-VERY-LONG-HOS"
