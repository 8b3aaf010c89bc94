"""The instances of every WMI class that a simulated host has, out of its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fellesdrift.twin.windows import defaults, disks, installed, printers, terminal
from fellesdrift.twin.windows.host import INSTALLED, WindowsHost

ENVIRONMENT = r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
SYSTEM = "<SYSTEM>"

type Row = dict[str, Any]


@dataclass(frozen=True)
class Ref:
    """A reference to an instance."""

    cls: str
    keys: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """The path of WMI, as a query compares it."""
        return f"{self.cls}.{','.join(f'{name}="{value}"' for name, value in self.keys)}"


@dataclass(frozen=True)
class Cls:
    """A class: its namespace, its keys, and what gives its instances. `rows` None: it has methods only."""

    namespace: str
    keys: tuple[str, ...]
    rows: Callable[[WindowsHost], list[Row]] | None = None


def _system(host: WindowsHost) -> list[Row]:
    return [
        {
            "Caption": "Microsoft(R) Windows(R) Server 2003, Standard Edition",
            "Version": "5.2.3790",
            "BuildNumber": "3790",
            "CSDVersion": "Service Pack 2",
            "CSName": host.spec.computer,
            "CodeSet": "1252",
            "OSLanguage": 1044,
            "Locale": "0414",
            "WindowsDirectory": r"C:\WINDOWS",
            "CurrentTimeZone": 60,
            "LastBootUpTime": host.booted,
            "LocalDateTime": host.now(),
            "InstallDate": INSTALLED,
            "Name": r"Microsoft Windows Server 2003 Standard Edition|C:\WINDOWS|\Device\Harddisk0\Partition1",
            "NumberOfProcesses": len(host.processes),
        }
    ]


def _services(host: WindowsHost) -> list[Row]:
    rows = []
    for each in host.services.known.values():
        running = host.services.is_running(each.name)
        rows.append(
            {
                "Name": each.name,
                "DisplayName": each.title,
                "PathName": each.path,
                "StartMode": host.services.mode(each.name),
                "StartName": each.account,
                "State": "Running" if running else "Stopped",
                "Started": running,
                "ProcessId": host.services.running.get(each.name.lower(), 0),
                "ExitCode": 0 if running else 1077,
                "AcceptStop": running and each.stoppable,
                "AcceptPause": False,
                "InstallDate": None,
                "Status": "OK",
            }
        )
    return rows


def _service(name: str) -> Ref:
    return Ref("Win32_Service", (("Name", name),))


def _dependencies(host: WindowsHost) -> list[Row]:
    return [
        {"Antecedent": _service(host.services.known[need.lower()].name), "Dependent": _service(each.name)}
        for each in host.services.known.values()
        for need in each.needs
        if need.lower() in host.services.known
    ]


def _processes(host: WindowsHost) -> list[Row]:
    return [
        {
            "Handle": str(each.number),
            "ProcessId": each.number,
            "ParentProcessId": 4,
            "Name": each.command.split(" -k")[0].rpartition("\\")[2].split(" ")[0],
            "CommandLine": each.command,
            "CreationDate": each.started,
        }
        for each in host.processes.values()
    ]


def _users(host: WindowsHost) -> list[Row]:
    return [
        {
            "Domain": host.spec.computer,
            "Name": user.name,
            "FullName": user.full_name,
            "Description": user.description,
            "Disabled": user.disabled,
            "LocalAccount": True,
            "PasswordExpires": user.expires,
            "PasswordChangeable": user.changeable,
            "PasswordRequired": True,
            "SID": user.sid,
        }
        for user in host.accounts.users.values()
    ]


def _groups(host: WindowsHost) -> list[Row]:
    return [
        {
            "Domain": host.spec.computer,
            "Name": group.name,
            "Description": group.description,
            "LocalAccount": True,
            "SID": group.sid,
        }
        for group in host.accounts.groups.values()
    ]


def _system_accounts(host: WindowsHost) -> list[Row]:
    return [
        {"Domain": host.spec.computer, "Name": name, "LocalAccount": True, "SID": sid}
        for name, sid in defaults.SYSTEM_ACCOUNTS
    ]


def _members(host: WindowsHost) -> list[Row]:
    def ref(cls: str, name: str) -> Ref:
        return Ref(cls, (("Domain", host.spec.computer), ("Name", name)))

    return [
        {
            "GroupComponent": ref("Win32_Group", group.name),
            "PartComponent": ref(_class_of(host, name), name),
        }
        for group in host.accounts.groups.values()
        for name in group.members
    ]


def _class_of(host: WindowsHost, name: str) -> str:
    if name.lower() in host.accounts.users:
        return "Win32_UserAccount"
    return "Win32_Group" if name.lower() in host.accounts.groups else "Win32_SystemAccount"


def _shares(host: WindowsHost) -> list[Row]:
    return [
        {
            "Name": share.name,
            "Path": share.path,
            "Description": share.description,
            "Caption": share.description,
            "Type": share.kind,
            "AllowMaximum": share.most is None,
            "MaximumAllowed": share.most,
        }
        for share in host.shares.values()
    ]


def _logs(host: WindowsHost) -> list[Row]:
    rows = []
    for log, file in defaults.EVENT_LOGS:
        kept = host.registry.get(host.log_path(log), "Retention")
        days = 0 if kept == 0 else 0xFFFFFFFF if kept == 0xFFFFFFFF else int(str(kept or 0)) // 86400
        rows.append(
            {
                "Name": rf"C:\WINDOWS\system32\config\{file}",
                "LogfileName": log,
                "MaxFileSize": host.registry.get(host.log_path(log), "MaxSize"),
                "OverWritePolicy": {0: "WhenNeeded", 0xFFFFFFFF: "Never"}.get(days, "OutDated"),
                "OverwriteOutDated": days,
                "NumberOfRecords": 0,
            }
        )
    return rows


def _adapters(host: WindowsHost) -> list[Row]:
    adapter = host.adapter
    live = adapter.live
    wins = adapter.wins_servers
    return [
        {
            "Index": 1,
            "Description": "Intel(R) PRO/1000 MT-nettverkstilkobling",
            "SettingID": adapter.guid,
            "IPEnabled": True,
            "DHCPEnabled": adapter.dhcp,
            "IPAddress": [address for address, _ in live.addresses],
            "IPSubnet": [mask for _, mask in live.addresses],
            "DefaultIPGateway": list(live.gateways) or None,
            "GatewayCostMetric": adapter.metrics if live.gateways else None,
            "DNSServerSearchOrder": adapter.name_servers or None,
            "DNSDomain": adapter.domain or None,
            "WINSPrimaryServer": wins[0] if wins else None,
            "WINSSecondaryServer": wins[1] if wins[1:] else None,
            "TcpipNetbiosOptions": adapter.netbios,
            "MACAddress": adapter.mac,
        },
        {"Index": 2, "Description": "WAN-miniport (IP)", "IPEnabled": False, "DHCPEnabled": False},
    ]


def _folders(host: WindowsHost) -> list[Row]:
    return [{"Name": each.path, "Hidden": False} for each in host.files.all() if each.data is None]


def _datafiles(host: WindowsHost) -> list[Row]:
    return [
        {
            "Name": each.path,
            "FileSize": len(each.data),
            "LastModified": each.changed,
            "Drive": each.path[:2].lower(),
            "Path": each.path[2 : each.path.rfind("\\") + 1].lower(),
        }
        for each in host.files.all()
        if each.data is not None
    ]


def _share_settings(host: WindowsHost) -> list[Row]:
    """Only shares of folders and printers have permissions of their own."""
    return [{"Name": share.name, "ControlFlags": 0x8004} for share in host.shares.values() if share.kind < 0x80000000]


def _environment(host: WindowsHost) -> list[Row]:
    key = host.registry.find(0x80000002, ENVIRONMENT)
    return [
        {"Name": name, "UserName": SYSTEM, "VariableValue": str(data), "SystemVariable": True}
        for name, _, data in (key.values.values() if key is not None else ())
    ]


CIMV2, DEFAULT = "root/cimv2", "root/default"
CLASSES: Mapping[str, Cls] = {
    "win32_operatingsystem": Cls(CIMV2, ("Name",), _system),
    "win32_service": Cls(CIMV2, ("Name",), _services),
    "win32_dependentservice": Cls(CIMV2, ("Antecedent", "Dependent"), _dependencies),
    "win32_process": Cls(CIMV2, ("Handle",), _processes),
    "win32_useraccount": Cls(CIMV2, ("Domain", "Name"), _users),
    "win32_group": Cls(CIMV2, ("Domain", "Name"), _groups),
    "win32_systemaccount": Cls(CIMV2, ("Domain", "Name"), _system_accounts),
    "win32_groupuser": Cls(CIMV2, ("GroupComponent", "PartComponent"), _members),
    "win32_share": Cls(CIMV2, ("Name",), _shares),
    "win32_logicalsharesecuritysetting": Cls(CIMV2, ("Name",), _share_settings),
    "win32_nteventlogfile": Cls(CIMV2, ("Name",), _logs),
    "win32_networkadapterconfiguration": Cls(CIMV2, ("Index",), _adapters),
    "win32_directory": Cls(CIMV2, ("Name",), _folders),
    "cim_datafile": Cls(CIMV2, ("Name",), _datafiles),
    "win32_logicaldisk": Cls(CIMV2, ("DeviceID",), disks.rows),
    "win32_environment": Cls(CIMV2, ("Name", "UserName"), _environment),
    "win32_printer": Cls(CIMV2, ("DeviceID",), printers.printer_rows),
    "win32_tcpipprinterport": Cls(CIMV2, ("Name",), printers.port_rows),
    "win32_printerdriver": Cls(CIMV2, ("Name",), printers.driver_rows),
    "win32_terminalservicesetting": Cls(CIMV2, ("ServerName",), terminal.rows),
    "win32_quickfixengineering": Cls(CIMV2, ("HotFixID", "ServicePackInEffect"), installed.hotfix_rows),
    "win32_product": Cls(CIMV2, ("IdentifyingNumber", "Name", "Version"), installed.product_rows),
    "stdregprov": Cls(DEFAULT, ()),
}
NAMES = {
    "Win32_OperatingSystem",
    "Win32_Service",
    "Win32_DependentService",
    "Win32_Process",
    "Win32_UserAccount",
    "Win32_Group",
    "Win32_SystemAccount",
    "Win32_GroupUser",
    "Win32_Share",
    "Win32_LogicalShareSecuritySetting",
    "Win32_NTEventLogFile",
    "Win32_NetworkAdapterConfiguration",
    "Win32_Directory",
    "CIM_DataFile",
    "Win32_LogicalDisk",
    "Win32_Environment",
    "Win32_Printer",
    "Win32_TCPIPPrinterPort",
    "Win32_PrinterDriver",
    "Win32_TerminalServiceSetting",
    "Win32_QuickFixEngineering",
    "Win32_Product",
    "StdRegProv",
}
SPELLED = {name.lower(): name for name in NAMES}
