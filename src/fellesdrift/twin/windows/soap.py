"""Messages of WS-Management as this server reads and writes them (DSP0226, [MS-WSMV]), with the standard
library's XML."""

from __future__ import annotations

import io
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from fellesdrift.twin.windows.instances import CIMV2, CLASSES, SPELLED, Ref

S = "http://www.w3.org/2003/05/soap-envelope"
A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
P = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
N = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
X = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
ID = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
F = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
CIM = "http://schemas.dmtf.org/wbem/wscim/1/common"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
_ANONYMOUS = f"{A}/role/anonymous"
_PREFIXES = {"s": S, "a": A, "w": W, "p": P, "n": N, "x": X, "rsp": RSP, "cim": CIM, "xsi": XSI, "f": F}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES.items())
# headers that this server acts upon, or may leave alone
_UNDERSTOOD = {
    *(f"{{{A}}}{name}" for name in ("To", "ReplyTo", "Action", "MessageID", "From", "FaultTo", "Address")),
    *(
        f"{{{W}}}{name}"
        for name in (
            "ResourceURI", "MaxEnvelopeSize", "OperationTimeout", "SelectorSet", "OptionSet", "Locale",
        )
    ),
    *(f"{{{P}}}{name}" for name in ("DataLocale", "SessionId", "ActivityId", "OperationID", "SequenceId")),
}  # fmt: skip
# the host's own zone, as its clock shows it
_ZONE = timezone(timedelta(hours=1))


class SoapFaultError(Exception):
    """A fault to answer with. code: of wsmerror.h; hresult: of WMI's provider."""

    def __init__(self, subcode: str, code: int, text: str, hresult: int | None = None, sender: bool = True) -> None:
        super().__init__(text)
        self.subcode = subcode
        self.code = code
        self.text = text
        self.hresult = hresult
        self.sender = sender


@dataclass
class Message:
    """A request: its headers as plain values, and its body's first element."""

    action: str
    resource: str
    message_id: str
    max_envelope: int | None
    seconds: float
    selectors: dict[str, str]
    options: dict[str, str]
    body: ET.Element | None
    identify: bool = False
    unknown: str | None = None
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What a fault's `match` looks at: `Enumerate SELECT ...`, `Invoke Win32_Share.Create`, `Command dir`."""
        verb = self.action.rpartition("/")[2]
        if self.resource.startswith(WMI):
            target = self.resource.rpartition("/")[2]
            if self.action.startswith(self.resource):
                return f"Invoke {target}.{verb}"
            query = next(self.body.iter(f"{{{W}}}Filter"), None) if self.body is not None else None
            return f"{verb} {target if query is None else query.text}"
        command = next(self.body.iter(f"{{{RSP}}}Command"), None) if self.body is not None else None
        return f"{verb} {command.text}" if command is not None else verb


def read(data: bytes) -> Message:
    """A request. Raises SoapFaultError."""
    try:
        root = _parse(data)
    except ET.ParseError as error:
        raise SoapFaultError("w:SchemaValidationError", 0x80338041, "XML-innholdet er ugyldig.") from error
    header, body = root.find(f"{{{S}}}Header"), root.find(f"{{{S}}}Body")
    if root.tag != f"{{{S}}}Envelope" or body is None:
        raise SoapFaultError("w:SchemaValidationError", 0x80338041, "Dette er ingen SOAP-konvolutt.")
    first = next(iter(body), None)
    if first is not None and first.tag == f"{{{ID}}}Identify":
        return Message("Identify", "", "", None, 60, {}, {}, first, identify=True)
    return _headers(header if header is not None else ET.Element("none"), first)


def _parse(data: bytes) -> ET.Element:
    tree: ET.ElementTree[ET.Element | None] = ET.ElementTree()
    return tree.parse(io.BytesIO(data))


def _headers(header: ET.Element, body: ET.Element | None) -> Message:
    found = {child.tag: (child.text or "").strip() for child in header}
    unknown = next(
        (
            child.tag
            for child in header.iter()
            if child.get(f"{{{S}}}mustUnderstand") in ("true", "1") and child.tag not in _UNDERSTOOD
        ),
        None,
    )
    size = found.get(f"{{{W}}}MaxEnvelopeSize")
    return Message(
        action=found.get(f"{{{A}}}Action", ""),
        resource=found.get(f"{{{W}}}ResourceURI", ""),
        message_id=found.get(f"{{{A}}}MessageID", ""),
        max_envelope=int(size) if size is not None and size.isdigit() else None,
        seconds=_seconds(found.get(f"{{{W}}}OperationTimeout", "")),
        selectors={each.get("Name", ""): each.text or "" for each in header.iter(f"{{{W}}}Selector")},
        options={each.get("Name", ""): each.text or "" for each in header.iter(f"{{{W}}}Option")},
        body=body,
        unknown=unknown,
    )


def _seconds(text: str) -> float:
    """An xs:duration of seconds; MaxTimeoutms is the default and the most."""
    try:
        return min(float(text.removeprefix("PT").removesuffix("S")), 60.0)
    except ValueError:
        return 60.0


def envelope(action: str, relates: str, body: str) -> bytes:
    """An answer."""
    head = (
        f"<a:Action>{escape(action)}</a:Action><a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID>"
        f"<a:To>{_ANONYMOUS}</a:To>" + (f"<a:RelatesTo>{escape(relates)}</a:RelatesTo>" if relates else "")
    )
    return (
        f'<s:Envelope xml:lang="nb-NO" {_DECLARED}><s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
    ).encode()


def identity(stack: str) -> bytes:
    """The answer to Identify. The prerelease of 2003 R2 answers with a protocol of its own."""
    protocol = W if stack != "0.5" else "http://schemas.xmlsoap.org/ws/2005/06/management"
    return (
        f'<s:Envelope xml:lang="nb-NO" xmlns:s="{S}"><s:Header/><s:Body><wsmid:IdentifyResponse xmlns:wsmid="{ID}">'
        f"<wsmid:ProtocolVersion>{protocol}</wsmid:ProtocolVersion>"
        "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
        f"<wsmid:ProductVersion>OS: 5.2.3790 SP: 2.0 Stack: {stack}</wsmid:ProductVersion>"
        "</wsmid:IdentifyResponse></s:Body></s:Envelope>"
    ).encode()


def fault(error: SoapFaultError, relates: str, machine: str) -> bytes:
    """A fault as an answer."""
    provider = ""
    if error.hresult is not None:
        cls = f"{WMI}{CIMV2}/__ExtendedStatus"
        provider = (
            f'<f:ProviderFault provider="WMI Provider" path="%systemroot%\\system32\\WsmWmiPl.dll">'
            f'<f:WSManFault Code="{error.hresult}" Machine={quoteattr(machine)}>'
            f"<f:Message>{escape(error.text)}</f:Message></f:WSManFault>"
            f'<f:ExtendedError><q:__ExtendedStatus xmlns:q="{cls}"><q:Description>{escape(error.text)}</q:Description>'
            f"<q:ProviderName>WinMgmt</q:ProviderName><q:StatusCode>{error.hresult}</q:StatusCode>"
            "</q:__ExtendedStatus></f:ExtendedError></f:ProviderFault>"
        )
    body = (
        f"<s:Fault><s:Code><s:Value>s:{'Sender' if error.sender else 'Receiver'}</s:Value><s:Subcode><s:Value>"
        f'{error.subcode}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="nb-NO">{escape(error.text)}'
        f'</s:Text></s:Reason><s:Detail><f:WSManFault Code="{error.code}" Machine={quoteattr(machine)}>'
        f"<f:Message>{provider or escape(error.text)}</f:Message></f:WSManFault></s:Detail></s:Fault>"
    )
    return envelope("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", relates, body)


def instance(cls: str, row: Mapping[str, Any], projected: tuple[str, ...] | None = None) -> str:
    """An instance, or a fragment with only some of its properties."""
    uri = f"{WMI}{CLASSES[cls].namespace}/{SPELLED[cls]}"
    if projected is None:
        inner = "".join(_property(name, value) for name, value in row.items())
        return f'<q:{SPELLED[cls]} xmlns:q="{uri}" xsi:type="q:{SPELLED[cls]}_Type">{inner}</q:{SPELLED[cls]}>'
    by_name = {name.lower(): (name, value) for name, value in row.items()}
    inner = "".join(_property(*by_name.get(name.lower(), (name, None))) for name in projected)
    return f'<w:XmlFragment xmlns:q="{uri}">{inner}</w:XmlFragment>'


def output(cls: str, method: str, values: Mapping[str, Any]) -> str:
    """What a method gives back."""
    uri = f"{WMI}{CLASSES[cls].namespace}/{SPELLED[cls]}"
    inner = "".join(_property(name, value) for name, value in values.items())
    return f'<q:{method}_OUTPUT xmlns:q="{uri}">{inner}</q:{method}_OUTPUT>'


def _property(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_property(name, each) for each in value) if value else _property(name, None)
    if value is None:
        return f'<q:{name} xsi:nil="true"/>'
    return f"<q:{name}>{_inner(value)}</q:{name}>"


def _inner(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "".join(_property(name, each) for name, each in value.items())
    if isinstance(value, datetime):
        return f"<cim:Datetime>{value.astimezone(_ZONE).isoformat(timespec='seconds')}</cim:Datetime>"
    if isinstance(value, Ref):
        selectors = "".join(
            f"<w:Selector Name={quoteattr(name)}>{escape(text)}</w:Selector>" for name, text in value.keys
        )
        uri = f"{WMI}{CIMV2}/{value.cls}"
        return (
            f"<a:Address>{_ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>{uri}</w:ResourceURI>"
            f"<w:SelectorSet>{selectors}</w:SelectorSet></a:ReferenceParameters>"
        )
    return escape(str(value))
