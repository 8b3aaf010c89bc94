"""What a Windows Server 2003 has when nobody has done anything to it yet, as data. Norwegian, as the hosts are.

Service names and start modes are from Microsoft's list for Server 2003; the names of accounts and groups from the
Norwegian version, not compared with a real host.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Installed:
    """A service. `start`: 2 automatic, 3 manual, 4 disabled. `needs`: the services that must run before it."""

    name: str
    title: str
    start: int
    path: str
    needs: tuple[str, ...] = ()
    stoppable: bool = True
    account: str = "LocalSystem"


_SVCHOST = r"C:\WINDOWS\system32\svchost.exe -k"

SERVICES = (
    Installed("RpcSs", "Remote Procedure Call (RPC)", 2, f"{_SVCHOST} rpcss", stoppable=False),
    Installed("PlugPlay", "Plug and Play", 2, r"C:\WINDOWS\system32\services.exe", stoppable=False),
    Installed("Eventlog", "Hendelseslogg", 2, r"C:\WINDOWS\system32\services.exe", stoppable=False),
    Installed("SamSs", "SAM (Security Accounts Manager)", 2, r"C:\WINDOWS\system32\lsass.exe", ("RpcSs",), False),
    Installed("winmgmt", "Windows Management Instrumentation", 2, f"{_SVCHOST} netsvcs", ("RpcSs", "Eventlog")),
    Installed("WinRM", "Windows Remote Management (WS-Management)", 2, f"{_SVCHOST} WINRM", ("RpcSs",)),
    Installed("lanmanserver", "Server", 2, f"{_SVCHOST} netsvcs"),
    Installed("lanmanworkstation", "Arbeidsstasjon", 2, f"{_SVCHOST} netsvcs"),
    Installed("Netlogon", "Netlogon", 3, r"C:\WINDOWS\system32\lsass.exe", ("lanmanworkstation",)),
    Installed("Browser", "Datamaskinleser", 2, f"{_SVCHOST} netsvcs", ("lanmanworkstation", "lanmanserver")),
    Installed("Dhcp", "DHCP-klient", 2, f"{_SVCHOST} NetworkService"),
    Installed("Dnscache", "DNS-klient", 2, f"{_SVCHOST} NetworkService"),
    Installed("W32Time", "Windows Time", 2, f"{_SVCHOST} LocalService"),
    Installed("Schedule", "Oppgaveplanlegging", 2, f"{_SVCHOST} netsvcs", ("RpcSs",)),
    Installed("Spooler", "Utskriftskø", 2, r"C:\WINDOWS\system32\spoolsv.exe", ("RpcSs",)),
    Installed("TermService", "Terminal Services", 3, f"{_SVCHOST} termsvcs", ("RpcSs",), False),
    Installed("RemoteRegistry", "Remote Registry", 2, f"{_SVCHOST} regsvc", ("RpcSs",)),
    Installed("LmHosts", "Hjelper for TCP/IP NetBIOS", 2, f"{_SVCHOST} LocalService"),
    Installed("seclogon", "Sekundær pålogging", 2, f"{_SVCHOST} netsvcs"),
    Installed("wuauserv", "Automatiske oppdateringer", 2, f"{_SVCHOST} netsvcs"),
    Installed("Alerter", "Varsling", 4, f"{_SVCHOST} LocalService", ("lanmanworkstation",)),
    Installed("Messenger", "Messenger", 4, f"{_SVCHOST} netsvcs", ("lanmanworkstation", "RpcSs")),
    Installed("TlntSvr", "Telnet", 4, r"C:\WINDOWS\system32\tlntsvr.exe", ("RpcSs",)),
)

# by the host's group in the inventory; invented products have neither versions nor makers
ROLE_SERVICES = {
    "oracle_servers": (
        Installed("OracleOraHomeTNSListener", "OracleOraHomeTNSListener", 2, r"C:\oracle\bin\TNSLSNR.exe"),
        Installed("OracleService", "OracleService", 2, r"C:\oracle\bin\oracle.exe", ("OracleOraHomeTNSListener",)),
    ),
    "domino_servers": (Installed("Lotus Domino Server", "Lotus Domino Server", 2, r"C:\Lotus\Domino\nservice.exe"),),
    "terminal_servers": (
        Installed("IMAService", "Independent Management Architecture", 2, r"C:\Citrix\ImaSrv.exe", ("RpcSs",)),
    ),
}
ROLE_SHARES = {
    "file_servers": (("Felles", r"D:\Data\Felles", "Felles filer"), ("Hjem", r"D:\Data\Hjem", "Hjemmeområder")),
    "domino_servers": (("Notes", r"D:\Notes", "Notes-data"),),
}

FOLDERS = (
    r"C:\WINDOWS\system32\drivers\etc",
    r"C:\WINDOWS\Tasks",
    r"C:\WINDOWS\Temp",
    r"C:\Documents and Settings",
    r"C:\Programfiler",
    "D:",
)
HOSTS_FILE = "# Vertstabell\r\n127.0.0.1\tlocalhost\r\n"

USERS = (("Administrator", "Innebygd konto", 500, False), ("Gjest", "Innebygd konto for gjester", 501, True))
GROUPS = (
    ("Administratorer", "Full tilgang til maskinen", "S-1-5-32-544"),
    ("Brukere", "Vanlige brukere", "S-1-5-32-545"),
    ("Gjester", "Gjester", "S-1-5-32-546"),
    ("Brukere av eksternt skrivebord", "Kan logge på eksternt", "S-1-5-32-555"),
)
# who is meant by a rule and has no account: Win32_SystemAccount
SYSTEM_ACCOUNTS = (
    ("Alle", "S-1-1-0"),
    ("INTERAKTIV", "S-1-5-4"),
    ("Godkjente brukere", "S-1-5-11"),
    ("SYSTEM", "S-1-5-18"),
)
EVENT_LOGS = (("Application", "AppEvent.Evt"), ("Security", "SecEvent.Evt"), ("System", "SysEvent.Evt"))
# (name, version, the package of Windows Installer that it came in)
PROGRAMS = (
    ("Fellesdrift sikkerhetskopi", "1.2", ""),
    ("Fellesdrift antivirus", "4.0", "{5B1F0E2A-2C0D-4E6B-9B4E-0D5C6A7F1E20}"),
)
HOTFIXES = (
    ("KB914961", "Windows Server 2003 Service Pack 2"),
    ("KB958644", "Security Update for Windows Server 2003 (KB958644)"),
    ("KB967715", "Update for Windows Server 2003 (KB967715)"),
)
ODBC_DRIVERS = (
    ("SQL Server", r"C:\WINDOWS\system32\SQLSRV32.dll"),
    ("Microsoft Access Driver (*.mdb)", r"C:\WINDOWS\system32\odbcjt32.dll"),
    ("Oracle in OraHome", r"C:\oracle\bin\SQORA32.DLL"),
)
PRINTER_DRIVERS = ("Generic / Text Only", "HP LaserJet 4", "HP LaserJet 4050 Series PCL")
# (name, driver, address of the printer)
ROLE_PRINTERS = {
    "file_servers": (
        ("Kopirom", "HP LaserJet 4050 Series PCL", "192.0.2.21"),
        ("Servicetorg", "HP LaserJet 4", "192.0.2.22"),
    ),
}
