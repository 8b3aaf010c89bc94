"""SOAP envelopes: built, read, and their faults told."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from fellesdrift.session.wsman import names
from fellesdrift.session.wsman.errors import AnswerUnreadableError, FaultError

_NAMESPACES = {
    "s": names.SOAP,
    "a": names.ADDRESSING,
    "w": names.WSMAN,
    "p": names.MICROSOFT,
    "n": names.ENUMERATION,
    "rsp": names.SHELL,
    "xsi": names.XSI,
    "cim": names.CIM,
}
# a host's answer may not make this program fetch or expand anything
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_DOCTYPE = b"<!DOCTYPE"
_MUST = {f"{{{names.SOAP}}}mustUnderstand": "true"}
_NUMBER = re.compile(r"-?[0-9]{1,10}")


@dataclass(frozen=True)
class Request:
    """A message before it is sent: its text, the id that the answer must name, and a word for error texts."""

    text: bytes
    message_id: str
    during: str


def identify() -> Request:
    """The message that asks who is there; it has no header at all."""
    envelope = etree.Element(f"{{{names.SOAP}}}Envelope", nsmap={"s": names.SOAP, "wsmid": names.IDENTITY})
    etree.SubElement(envelope, f"{{{names.SOAP}}}Header")
    body = etree.SubElement(envelope, f"{{{names.SOAP}}}Body")
    etree.SubElement(body, f"{{{names.IDENTITY}}}Identify")
    return Request(etree.tostring(envelope, encoding="utf-8"), "", "identify")


def request(
    action: str,
    resource: str,
    body: etree._Element | None,
    *,
    to: str,
    during: str,
    seconds: float,
    max_envelope: int,
    selectors: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
) -> Request:
    """One operation on one resource. `seconds`: how long the host may take over it."""
    envelope = etree.Element(f"{{{names.SOAP}}}Envelope", nsmap=_NAMESPACES)
    header = etree.SubElement(envelope, f"{{{names.SOAP}}}Header")
    message_id = f"uuid:{uuid.uuid4()}"
    _child(header, names.ADDRESSING, "To", to)
    reply = _child(header, names.ADDRESSING, "ReplyTo")
    _child(reply, names.ADDRESSING, "Address", names.ANONYMOUS, _MUST)
    _child(header, names.WSMAN, "ResourceURI", resource, _MUST)
    _child(header, names.ADDRESSING, "Action", action, _MUST)
    _child(header, names.WSMAN, "MaxEnvelopeSize", str(max_envelope), _MUST)
    _child(header, names.ADDRESSING, "MessageID", message_id)
    language = {f"{{{names.XML}}}lang": "en-US", f"{{{names.SOAP}}}mustUnderstand": "false"}
    _child(header, names.WSMAN, "Locale", None, language)
    _child(header, names.WSMAN, "OperationTimeout", f"PT{max(seconds, 0.5):.3f}S")
    if selectors:
        chosen = _child(header, names.WSMAN, "SelectorSet")
        for name, value in selectors.items():
            _child(chosen, names.WSMAN, "Selector", value, {"Name": name})
    if options:
        wanted = _child(header, names.WSMAN, "OptionSet")
        for name, value in options.items():
            _child(wanted, names.WSMAN, "Option", value, {"Name": name})
    holder = etree.SubElement(envelope, f"{{{names.SOAP}}}Body")
    if body is not None:
        holder.append(body)
    return Request(etree.tostring(envelope, encoding="utf-8"), message_id, during)


def _child(
    parent: etree._Element, namespace: str, name: str, text: str | None = None, attributes: dict[str, str] | None = None
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{namespace}}}{name}", attributes or {})
    element.text = text
    return element


def element(namespace: str, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    """An element for a body."""
    made = etree.Element(f"{{{namespace}}}{name}", attributes, nsmap=_NAMESPACES)
    made.text = text
    return made


def child(
    parent: etree._Element, namespace: str, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    """An element within another."""
    return _child(parent, namespace, name, text, attributes)


def body_of(host: str, asked: Request, answer: bytes, fault: bool) -> etree._Element:
    """The body of an answer. Raises FaultError, and AnswerUnreadableError when this is no answer to that message."""
    try:
        root = etree.fromstring(answer, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise AnswerUnreadableError(host, asked.during, "no XML") from error
    body = root.find(f"{{{names.SOAP}}}Body")
    if root.tag != f"{{{names.SOAP}}}Envelope" or body is None or _DOCTYPE in answer:
        raise AnswerUnreadableError(host, asked.during, "XML, but no SOAP envelope")
    found = body.find(f"{{{names.SOAP}}}Fault")
    if found is not None:
        raise _fault(host, asked.during, found)
    if fault:
        raise AnswerUnreadableError(host, asked.during, "HTTP status 500 without a fault")
    relates = root.findtext(f"{{{names.SOAP}}}Header/{{{names.ADDRESSING}}}RelatesTo", "")
    if asked.message_id and relates.strip().lower() != asked.message_id:
        raise AnswerUnreadableError(host, asked.during, "the answer to another message")
    return body


def _fault(host: str, during: str, fault: etree._Element) -> FaultError:
    """Codes from where they are kept: SOAP's subcode, WSManFault/@Code, and the provider's own error below it."""
    subcodes = [_local(value.text) for value in fault.iter(f"{{{names.SOAP}}}Value")]
    code = hresult = None
    said = fault.findtext(f"{{{names.SOAP}}}Reason/{{{names.SOAP}}}Text", "")
    for each in fault.iter():
        if not isinstance(each.tag, str):
            continue
        name = etree.QName(each).localname
        if name == "WSManFault" and code is None:
            code = _unsigned(each.get("Code"))
        elif name in ("HRESULT", "StatusCode", "error_Code") and hresult is None:
            hresult = _unsigned(each.text)
        elif name == "Description" and each.text:
            said = f"{said} {each.text}"
    return FaultError(host, during, subcodes[-1] if subcodes else "", code, hresult, said)


def _local(name: str | None) -> str:
    return (name or "").strip().rpartition(":")[2]


def _unsigned(text: str | None) -> int | None:
    """A code as an unsigned 32-bit number; hosts print some of them with a sign."""
    stripped = (text or "").strip()
    if stripped.lower().startswith("0x"):
        try:
            return int(stripped, 16) & 0xFFFFFFFF
        except ValueError:
            return None
    return int(stripped) & 0xFFFFFFFF if _NUMBER.fullmatch(stripped) else None
