"""Every kind of a Windows host: somebody changes it behind everybody's back, the nightly check finds exactly that, and
what it names as the remedy mends it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from support.drift import Night
from support.lab import PRODUCTION
from support.plain_wsman import Foreign
from support.reader import Reader

from fellesdrift import twin
from fellesdrift.state.windows import KINDS

HOST, ADDRESS = "san-file1", "10.61.2.31"
TERMINAL = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server"
FAG = r"HKLM\SOFTWARE\Kommune\Fag"
HOSTS = r"C:\WINDOWS\system32\drivers\etc\hosts"
NOTE, QUOTA = r"D:\Data\Felles\lesmeg.txt", r"D:\Data\Kvote"
ODBC = r"HKLM\SOFTWARE\ODBC\ODBC.INI"
TIME = r"HKLM\SYSTEM\CurrentControlSet\Services\W32Time"
UNINSTALL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
BACKUP = rf"{UNINSTALL}\Fellesdrift sikkerhetskopi"
SCANNER = rf"{UNINSTALL}\{{5B1F0E2A-2C0D-4E6B-9B4E-0D5C6A7F1E20}}"
UPDATES = r"HKLM\SOFTWARE\Microsoft\Updates\Windows Server 2003\SP3"
WATCHED = {"registry": [TERMINAL, FAG], "file": [HOSTS, NOTE], "folder": [QUOTA]}

type Place = tuple[str, str, str]
type Deed = Callable[[Foreign], None]


def line(*lines: str) -> Deed:
    return lambda foreign: foreign.type(lines)


def value(key: str, name: str, data: object, kind: str = "REG_SZ") -> str:
    return f'reg add "{key}" /v "{name}" /t {kind} /d "{data}" /f'


def source(name: str) -> list[str]:
    return [
        value(rf"{ODBC}\{name}", "Driver", r"C:\WINDOWS\system32\SQLSRV32.dll"),
        value(rf"{ODBC}\{name}", "Server", "san-ora1"),
        value(rf"{ODBC}\ODBC Data Sources", name, "SQL Server"),
    ]


def service(name: str) -> Deed:
    path = rf"C:\fag\{name}.exe"
    return lambda foreign: foreign.invoke(
        "Win32_Service", "Create", Name=name, DisplayName=name, PathName=path, StartMode="Manual"
    )


def without_service(name: str) -> Deed:
    return lambda foreign: foreign.invoke("Win32_Service", "Delete", {"Name": name})


def share(name: str, path: str) -> Deed:
    return lambda foreign: foreign.invoke("Win32_Share", "Create", Name=name, Path=path, Type="0")


def make_its_own(foreign: Foreign) -> None:
    """What a server of some years has beside what Windows brings along."""
    foreign.type(
        (
            f"mkdir {QUOTA}",
            f"echo les meg> {NOTE}",
            r"schtasks /create /tn Kopi /tr C:\kopi.cmd /sc daily /st 01:00:00 /ru SYSTEM",
            r"schtasks /create /tn Logg /tr C:\logg.cmd /sc weekly /d MON /st 02:00:00 /ru SYSTEM",
            r"schtasks /create /tn Rydd /tr C:\rydd.cmd /sc monthly /d 1 /st 04:00:00 /ru SYSTEM",
            value(FAG, "Tjener", "san-app1"),
            value(FAG, "Port", 1521, "REG_DWORD"),
            "net localgroup Driftsvakt /add",
            *source("Lonn"),
            *source("Arkiv"),
        )
    )
    service("Fagsystem")(foreign)
    share("Kvote", QUOTA)(foreign)


# where it is found: who else's doing it is. In this order
MENDED: dict[Place, Deed | None] = {
    ("scheduled_task", "Natt", ""): line(
        r"schtasks /create /tn Natt /tr C:\natt.cmd /sc daily /st 03:00:00 /ru SYSTEM"
    ),
    ("scheduled_task", "Rydd", ""): line("schtasks /delete /tn Rydd /f"),
    ("scheduled_task", "Kopi", "enabled"): line("schtasks /change /tn Kopi /disable"),
    ("scheduled_task", "Logg", "schedule"): line(
        r"schtasks /create /tn Logg /tr C:\logg.cmd /sc weekly /d SUN /st 02:00:00 /ru SYSTEM /f"
    ),
    ("network_adapter", ADDRESS, "dns_servers"): line(
        'netsh interface ip set dns "Lokal tilkobling" static 192.0.2.66'
    ),
    ("network_adapter", ADDRESS, "netbios"): lambda foreign: foreign.invoke(
        "Win32_NetworkAdapterConfiguration", "SetTcpipNetbios", {"Index": "1"}, TcpipNetbiosOptions="2"
    ),
    ("time_service", "server", "peers"): line("w32tm /config /manualpeerlist:192.0.2.99,0x8 /update"),
    ("time_service", "server", "serves"): line(
        value(rf"{TIME}\TimeProviders\NtpServer", "Enabled", 1, "REG_DWORD"), "w32tm /config /update"
    ),
    ("event_log", "System", "max_kb"): lambda foreign: foreign.put(
        "Win32_NTEventLogFile",
        {"Name": r"C:\WINDOWS\system32\config\SysEvent.Evt"},
        MaxFileSize="65536",
        OverwriteOutDated="7",
    ),
    ("event_log", "System", "overwrite"): None,
    ("odbc_source", "Fremmed", ""): line(*source("Fremmed")),
    ("odbc_source", "Arkiv", ""): line(
        rf'reg delete "{ODBC}\Arkiv" /f', rf'reg delete "{ODBC}\ODBC Data Sources" /v Arkiv /f'
    ),
    ("odbc_source", "Lonn", "settings/Server"): line(value(rf"{ODBC}\Lonn", "Server", "fremmed")),
    ("printer", "Servicetorg", ""): lambda foreign: foreign.delete("Win32_Printer", DeviceID="Servicetorg"),
    ("printer_port", "IP_192.0.2.22", ""): lambda foreign: foreign.delete(
        "Win32_TCPIPPrinterPort", Name="IP_192.0.2.22"
    ),
    ("printer_port", "IP_192.0.2.30", ""): lambda foreign: foreign.create(
        "Win32_TCPIPPrinterPort", Name="IP_192.0.2.30", HostAddress="192.0.2.30", Protocol="1"
    ),
    ("printer", "Ny", ""): lambda foreign: foreign.create(
        "Win32_Printer", DeviceID="Ny", DriverName="HP LaserJet 4", PortName="IP_192.0.2.30"
    ),
    ("printer", "Kopirom", "comment"): lambda foreign: foreign.put(
        "Win32_Printer", {"DeviceID": "Kopirom"}, Comment="flyttet på gangen"
    ),
    ("printer_port", "IP_192.0.2.21", "port"): lambda foreign: foreign.put(
        "Win32_TCPIPPrinterPort", {"Name": "IP_192.0.2.21"}, PortNumber="9101"
    ),
    ("terminal_services", "server", "logons"): line("change logon /disable"),
    ("terminal_services", "server", "connections"): lambda foreign: foreign.invoke(
        "Win32_TerminalServiceSetting", "SetAllowTSConnections", {"ServerName": "SAN-FILE1"}, AllowTSConnections="1"
    ),
    # the same setting where Windows keeps it, which is watched too
    ("registry", TERMINAL, "values/fDenyTSConnections"): None,
    ("registry", TERMINAL, "values/TSAppCompat"): line(value(TERMINAL, "TSAppCompat", 1, "REG_DWORD")),
    ("registry", FAG, "values/Tjener"): line(rf'reg delete "{FAG}" /v Tjener /f'),
    ("service", "Browser", "state"): line("net stop Browser"),
    ("service", "wuauserv", "start"): line("sc config wuauserv start= disabled"),
    ("service", "Fagsystem", ""): without_service("Fagsystem"),
    ("user", "Gjest", "disabled"): line("net user Gjest /active:yes"),
    ("group", "Brukere", "members"): line("net localgroup Brukere Administrator /add"),
    ("group", "Driftsvakt", ""): line("net localgroup Driftsvakt /delete"),
    ("share", "Felles", ""): line("net share Felles /delete"),
    ("share", "Kvote", ""): line("net share Kvote /delete"),
    ("share", "Hjem", "max_users"): lambda foreign: foreign.invoke(
        "Win32_Share", "SetShareInfo", {"Name": "Hjem"}, MaximumAllowed="3"
    ),
    ("share", "Fremmed", ""): share("Fremmed", r"D:\Data"),
    ("folder", QUOTA, ""): line(f"rmdir {QUOTA}"),
    ("file", HOSTS, "content"): line(f"echo 10.0.0.9 ond > {HOSTS}"),
    ("file", NOTE, ""): line(f"del {NOTE}"),
}
"""mend.yml puts these right. None: what is above it did it."""

BY_HAND: dict[Place, tuple[Deed, str, Deed]] = {
    ("program", "Fellesdrift sikkerhetskopi", ""): (
        line(f'reg delete "{BACKUP}" /f'),
        "install Fellesdrift sikkerhetskopi 1.2 on the host",
        line(
            value(BACKUP, "DisplayName", "Fellesdrift sikkerhetskopi"),
            value(BACKUP, "DisplayVersion", "1.2"),
            value(BACKUP, "UninstallString", r"C:\WINDOWS\fjern.exe"),
        ),
    ),
    ("program", "Fremmed verktøy", ""): (
        line(value(rf"{UNINSTALL}\Fremmed", "DisplayName", "Fremmed verktøy")),
        "remove Fremmed verktøy at the host",
        line(rf'reg delete "{UNINSTALL}\Fremmed" /f'),
    ),
    ("program", "Fellesdrift antivirus", "version"): (
        line(value(SCANNER, "DisplayVersion", "3.9")),
        "install Fellesdrift antivirus 4.0 on the host",
        line(value(SCANNER, "DisplayVersion", "4.0")),
    ),
    ("hotfix", "KB958644", ""): (
        line(rf'reg delete "{UPDATES}\KB958644" /f'),
        "install KB958644 on the host in a maintenance window",
        line(
            value(rf"{UPDATES}\KB958644", "Description", "Security Update for Windows Server 2003 (KB958644)"),
            value(rf"{UPDATES}\KB958644", "InstalledBy", "Administrator"),
            value(rf"{UPDATES}\KB958644", "InstalledDate", "3/14/2009"),
        ),
    ),
    ("hotfix", "KB999999", ""): (
        line(value(rf"{UPDATES}\KB999999", "Description", "Fremmed")),
        "remove KB999999 on the host in a maintenance window",
        line(rf'reg delete "{UPDATES}\KB999999" /f'),
    ),
    ("user", "svc_fremmed", ""): (
        line("net user svc_fremmed Xx1!abcdefg /add", "net localgroup Brukere svc_fremmed /delete"),
        "removed by name only",
        line("net user svc_fremmed /delete"),
    ),
    ("group", "Fremmede", ""): (
        line("net localgroup Fremmede /add"),
        "removed by name only",
        line("net localgroup Fremmede /delete"),
    ),
    ("service", "Fremmed", ""): (service("Fremmed"), "removed by name only", without_service("Fremmed")),
}
"""How it came, what the finding tells people to do, and that."""


def own_baseline(night: Night) -> None:
    """Let the twin's estate record this host anew, with all that is on it; what the source recorded stays."""
    folder = night.lab.out / "snapshots" / "baseline"
    recorded = folder.resolve()
    assert folder.is_symlink()
    folder.unlink()
    folder.mkdir()
    for entry in recorded.iterdir():
        if entry.name != f"{HOST}.json":
            (folder / entry.name).symlink_to(entry)
    extra = json.dumps({"windows__watched": WATCHED, "first_baseline": HOST})
    run = night.lab.play("snapshot.yml", "--limit", HOST, "-e", extra)
    assert run.code == 0, run.output
    assert (PRODUCTION / "snapshots" / "baseline" / f"{HOST}.json").is_file()


def look(night: Night, code: int) -> set[Place]:
    """A night over this host and one that nobody touches: what was found, all of it this host's."""
    run = night.check("--limit", f"{HOST},san-app1")
    assert run.code == code, run.output
    found = night.findings()
    assert {host for host, *_ in found} <= {HOST}
    return {(kind, key, attribute) for _, kind, key, attribute in found}


def memory(night: Night) -> set[str]:
    """All that the host remembers. Of a task's file only that it is there: it says who made it, and on which day."""
    lines = twin.windows_states(night.lab.out)[HOST].splitlines()
    return {each.rpartition(" ")[0] if each.rpartition(" ")[0].endswith(".job") else each for each in lines}


@pytest.mark.long
def test_every_kind_is_found_and_its_remedy_mends_it(night: Night) -> None:
    assert {kind for kind, _, _ in (*MENDED, *BY_HAND)} == set(KINDS)
    login = Reader(night.lab, night.hosts, night.devices).login(HOST)
    foreign = Foreign(login["ansible_port"], login["ansible_user"], login["ansible_password"])
    make_its_own(foreign)
    own_baseline(night)
    assert look(night, 0) == set()
    before = memory(night)
    for deed in (*MENDED.values(), *(came for came, _, _ in BY_HAND.values())):
        if deed is not None:
            deed(foreign)
    assert look(night, 1) == {*MENDED, *BY_HAND}
    findings = [one for host in night.ledger().hosts for one in host.findings]
    remedies = {(one.kind, one.key, one.attribute): one.remedy for one in findings}
    assert {place for place, remedy in remedies.items() if remedy.command and remedy.steps} == set(MENDED)
    for place, (_, told, _) in BY_HAND.items():
        assert told in remedies[place].note
    mended = night.lab.play("mend.yml", "--limit", HOST, "-e", "change=natt")
    assert mended.code == 0, mended.output
    assert look(night, 1) == set(BY_HAND)
    for _, _, by_hand in BY_HAND.values():
        by_hand(foreign)
    assert look(night, 0) == set()
    assert memory(night) == before
