"""The types of the properties and methods that fellesdrift uses: WS-Man sends every value as text.

Without this table an array of one looks like a single value, and a number like a word. A type is a word of CIM
(`string`, `boolean`, `uint32`, `datetime`, `reference`), `object:CLASS` for an embedded object, with `[]` for an array.
Source: the MOF of Windows Server 2003 as Microsoft's WMI reference prints it; not compared with a real host.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CIMV2 = "root/cimv2"
DEFAULT = "root/default"
TERMINAL_SERVICES = "root/cimv2/TerminalServices"


@dataclass(frozen=True)
class Method:
    """What a method gives back. `reads`: it changes nothing, and may be asked again after a lost answer."""

    out: Mapping[str, str]
    reads: bool = False


@dataclass(frozen=True)
class WmiClass:
    """A class: where it is, which properties tell its instances apart, its properties and methods.

    always   properties beside the keys that every instance has a value of: one without is no such instance
    """

    namespace: str
    keys: tuple[str, ...]
    properties: Mapping[str, str]
    methods: Mapping[str, Method] = field(default_factory=dict)
    always: tuple[str, ...] = ()


_RETURN = {"ReturnValue": "uint32"}
_ACT = Method(_RETURN)


def _read(**out: str) -> Method:
    return Method({**_RETURN, **out}, reads=True)


CLASSES: Mapping[str, WmiClass] = {
    "Win32_OperatingSystem": WmiClass(
        CIMV2,
        ("Name",),
        {
            "Caption": "string",
            "Version": "string",
            "CSDVersion": "string",
            "CSName": "string",
            "CodeSet": "string",
            "OSLanguage": "uint32",
            "Locale": "string",
            "WindowsDirectory": "string",
            "CurrentTimeZone": "sint16",
            "LastBootUpTime": "datetime",
            "LocalDateTime": "datetime",
            "InstallDate": "datetime",
            "Name": "string",
            "NumberOfProcesses": "uint32",
        },
        {"Reboot": _ACT, "Win32Shutdown": _ACT},
        always=("Name", "CSName"),
    ),
    "Win32_Service": WmiClass(
        CIMV2,
        ("Name",),
        {
            "Name": "string",
            "DisplayName": "string",
            "PathName": "string",
            "StartMode": "string",
            "StartName": "string",
            "State": "string",
            "Started": "boolean",
            "ProcessId": "uint32",
            "ExitCode": "uint32",
            "AcceptStop": "boolean",
            "AcceptPause": "boolean",
            "InstallDate": "datetime",
        },
        {
            "StartService": _ACT,
            "StopService": _ACT,
            "PauseService": _ACT,
            "ResumeService": _ACT,
            "ChangeStartMode": _ACT,
            "Change": _ACT,
            "Create": _ACT,
            "Delete": _ACT,
        },
        always=("StartMode", "State"),
    ),
    "Win32_DependentService": WmiClass(
        CIMV2, ("Antecedent", "Dependent"), {"Antecedent": "reference", "Dependent": "reference"}
    ),
    "Win32_Process": WmiClass(
        CIMV2,
        ("Handle",),
        {
            "Handle": "string",
            "Name": "string",
            "ProcessId": "uint32",
            "ParentProcessId": "uint32",
            "CommandLine": "string",
            "CreationDate": "datetime",
        },
        {"Create": Method({**_RETURN, "ProcessId": "uint32"}), "Terminate": _ACT},
    ),
    "Win32_UserAccount": WmiClass(
        CIMV2,
        ("Domain", "Name"),
        {
            "Domain": "string",
            "Name": "string",
            "FullName": "string",
            "Description": "string",
            "Disabled": "boolean",
            "LocalAccount": "boolean",
            "PasswordExpires": "boolean",
            "PasswordChangeable": "boolean",
            "PasswordRequired": "boolean",
            "SID": "string",
        },
        {"Rename": _ACT},
    ),
    "Win32_Group": WmiClass(
        CIMV2,
        ("Domain", "Name"),
        {
            "Domain": "string",
            "Name": "string",
            "Description": "string",
            "LocalAccount": "boolean",
            "SID": "string",
        },
        {"Rename": _ACT},
    ),
    "Win32_SystemAccount": WmiClass(
        CIMV2, ("Domain", "Name"), {"Domain": "string", "Name": "string", "LocalAccount": "boolean", "SID": "string"}
    ),
    "Win32_GroupUser": WmiClass(
        CIMV2, ("GroupComponent", "PartComponent"), {"GroupComponent": "reference", "PartComponent": "reference"}
    ),
    "Win32_Share": WmiClass(
        CIMV2,
        ("Name",),
        {
            "Name": "string",
            "Path": "string",
            "Description": "string",
            "Type": "uint32",
            "AllowMaximum": "boolean",
            "MaximumAllowed": "uint32",
        },
        {"Create": _ACT, "Delete": _ACT, "SetShareInfo": _ACT},
        always=("Type",),
    ),
    "Win32_LogicalShareSecuritySetting": WmiClass(
        CIMV2,
        ("Name",),
        {"Name": "string"},
        {"GetSecurityDescriptor": _read(Descriptor="object:Win32_SecurityDescriptor")},
    ),
    "Win32_SecurityDescriptor": WmiClass(
        CIMV2,
        (),
        {
            "ControlFlags": "uint32",
            "DACL": "object:Win32_ACE[]",
            "Owner": "object:Win32_Trustee",
            "Group": "object:Win32_Trustee",
        },
    ),
    "Win32_ACE": WmiClass(
        CIMV2,
        (),
        {
            "AccessMask": "uint32",
            "AceFlags": "uint32",
            "AceType": "uint32",
            "Trustee": "object:Win32_Trustee",
        },
    ),
    "Win32_Trustee": WmiClass(
        CIMV2, (), {"Domain": "string", "Name": "string", "SID": "uint8[]", "SIDString": "string"}
    ),
    "Win32_NTEventLogFile": WmiClass(
        CIMV2,
        ("Name",),
        {
            "Name": "string",
            "LogfileName": "string",
            "MaxFileSize": "uint32",
            "OverWritePolicy": "string",
            "OverwriteOutDated": "uint32",
            "NumberOfRecords": "uint32",
        },
        always=("LogfileName", "MaxFileSize", "OverwriteOutDated"),
    ),
    "Win32_NetworkAdapterConfiguration": WmiClass(
        CIMV2,
        ("Index",),
        {
            "Index": "uint32",
            "Description": "string",
            "IPEnabled": "boolean",
            "DHCPEnabled": "boolean",
            "IPAddress": "string[]",
            "IPSubnet": "string[]",
            "DefaultIPGateway": "string[]",
            "DNSServerSearchOrder": "string[]",
            "DNSDomain": "string",
            "WINSPrimaryServer": "string",
            "WINSSecondaryServer": "string",
            "TcpipNetbiosOptions": "uint32",
            "MACAddress": "string",
        },
        {
            "EnableStatic": _ACT,
            "SetGateways": _ACT,
            "SetDNSServerSearchOrder": _ACT,
            "SetDNSDomain": _ACT,
            "SetWINSServer": _ACT,
            "SetTcpipNetbios": _ACT,
        },
    ),
    "Win32_Printer": WmiClass(
        CIMV2,
        ("DeviceID",),
        {
            "DeviceID": "string",
            "DriverName": "string",
            "PortName": "string",
            "Shared": "boolean",
            "ShareName": "string",
            "Location": "string",
            "Comment": "string",
            "Network": "boolean",
        },
    ),
    "Win32_TCPIPPrinterPort": WmiClass(
        CIMV2,
        ("Name",),
        {
            "Name": "string",
            "HostAddress": "string",
            "Protocol": "uint32",
            "PortNumber": "uint32",
            "Queue": "string",
            "ByteCount": "boolean",
            "SNMPEnabled": "boolean",
        },
    ),
    "Win32_PrinterDriver": WmiClass(CIMV2, ("Name",), {"Name": "string"}),
    # on versions after 2003 in TERMINAL_SERVICES
    "Win32_TerminalServiceSetting": WmiClass(
        CIMV2,
        ("ServerName",),
        {"ServerName": "string", "AllowTSConnections": "uint32", "Logons": "uint32", "TerminalServerMode": "uint32"},
        {"SetAllowTSConnections": _ACT},
    ),
    "Win32_QuickFixEngineering": WmiClass(
        CIMV2,
        # ServicePackInEffect is a key too, and Wine gives null for it
        ("HotFixID",),
        {"HotFixID": "string", "ServicePackInEffect": "string", "Description": "string"},
    ),
    "Win32_Directory": WmiClass(CIMV2, ("Name",), {"Name": "string", "Hidden": "boolean"}),
    "CIM_DataFile": WmiClass(
        CIMV2,
        ("Name",),
        {"Name": "string", "FileSize": "uint64", "LastModified": "datetime", "Drive": "string", "Path": "string"},
        always=("FileSize",),
    ),
    "Win32_LogicalDisk": WmiClass(
        CIMV2,
        ("DeviceID",),
        {"DeviceID": "string", "DriveType": "uint32", "FileSystem": "string", "FreeSpace": "uint64", "Size": "uint64"},
    ),
    "Win32_Environment": WmiClass(
        CIMV2,
        ("Name", "UserName"),
        {"Name": "string", "UserName": "string", "VariableValue": "string", "SystemVariable": "boolean"},
    ),
    "StdRegProv": WmiClass(
        DEFAULT,
        (),
        {},
        {
            "EnumKey": _read(sNames="string[]"),
            "EnumValues": _read(sNames="string[]", Types="sint32[]"),
            "GetStringValue": _read(sValue="string"),
            "GetExpandedStringValue": _read(sValue="string"),
            "GetMultiStringValue": _read(sValue="string[]"),
            "GetDWORDValue": _read(uValue="uint32"),
            "GetBinaryValue": _read(uValue="uint8[]"),
            "SetStringValue": _ACT,
            "SetExpandedStringValue": _ACT,
            "SetMultiStringValue": _ACT,
            "SetDWORDValue": _ACT,
            "SetBinaryValue": _ACT,
            "CreateKey": _ACT,
            "DeleteKey": _ACT,
            "DeleteValue": _ACT,
        },
    ),
}
