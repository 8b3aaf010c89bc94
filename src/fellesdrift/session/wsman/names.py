"""Names on the wire: namespaces, actions, resources and fault codes.

Sources: DMTF DSP0226 (WS-Management 1.0), [MS-WSMV] for what Microsoft added, wsmerror.h for the codes.
"""

from __future__ import annotations

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
CIM = "http://schemas.dmtf.org/wbem/wscim/1/common"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"

ANONYMOUS = f"{ADDRESSING}/role/anonymous"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
CMD = f"{SHELL}/cmd"
TERMINATE = f"{SHELL}/signal/Terminate"
DONE = f"{SHELL}/CommandState/Done"

GET, PUT, CREATE, DELETE = (f"{TRANSFER}/{verb}" for verb in ("Get", "Put", "Create", "Delete"))
ENUMERATE, PULL, RELEASE = (f"{ENUMERATION}/{verb}" for verb in ("Enumerate", "Pull", "Release"))
COMMAND, SEND, RECEIVE, SIGNAL = (f"{SHELL}/{verb}" for verb in ("Command", "Send", "Receive", "Signal"))

# wsmerror.h
TIMED_OUT = 0x80338029
NO_SHELL = 0x8033805B
# WBEM_E_NOT_FOUND, wbemcli.h
NOT_FOUND = 0x80041002
TOO_LARGE = frozenset({0x80338026, 0x80338035, 0x80338048, 0x80338049})
"""ENVELOPE_TOO_LARGE, ENCODING_LIMIT, MAX_ENVELOPE_SIZE_EXCEEDED, SERVER_ENVELOPE_LIMIT"""
ENUMERATION_OVER = frozenset({0x8033801B, 0x8033801C})
"""INVALID_ENUMERATION_CONTEXT, ENUMERATE_TIMED_OUT"""
QUOTA = frozenset({0x8033803F, 0x803381A5, 0x803381A6, 0x803381A7, 0x803381A8, 0x803381AB})
"""QUOTA_LIMIT, MAX_SHELLS, MAX_OPERATIONS, USER, SYSTEM, MAX_SHELLUSERS"""
ACCESS_DENIED = 5


def resource(namespace: str, cls: str) -> str:
    """The resource URI of a WMI class (`*` for a query): resource("root/cimv2", "Win32_Service")."""
    return f"{WMI}{namespace}/{cls}"
