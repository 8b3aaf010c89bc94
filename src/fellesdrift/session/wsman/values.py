"""Typed values from and to XML, by the types of classes.py. What does not fit its type is an error, never a guess.

CIM               Python
string            str
boolean           bool
uint8 ... sint64  int
datetime          datetime (UTC) or timedelta
reference         Reference
object:CLASS      dict of that class's properties
TYPE[]            tuple
null              None
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from lxml import etree

from fellesdrift.session.wsman import envelope, names
from fellesdrift.session.wsman.classes import CLASSES
from fellesdrift.session.wsman.errors import ValueUnreadableError


@dataclass(frozen=True)
class Reference:
    """One instance, by its class and keys."""

    class_name: str
    keys: tuple[tuple[str, str], ...]
    namespace: str = "root/cimv2"

    def key(self, name: str) -> str:
        """A key's value. Raises KeyError."""
        return dict(self.keys)[name]


type Value = str | bool | int | datetime | timedelta | Reference | Mapping[str, Value] | tuple[Value, ...] | None
type Argument = (
    str | bool | int | datetime | Reference | Mapping[str, Argument] | tuple[Argument, ...] | list[Argument] | None
)

_NIL = f"{{{names.XSI}}}nil"
_INTEGER = re.compile(r"-?[0-9]{1,20}")
_DMTF = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d{6})([+-])(\d{3})", re.ASCII)
_DMTF_INTERVAL = re.compile(r"(\d{8})(\d\d)(\d\d)(\d\d)\.(\d{6}):000", re.ASCII)
_XS_INTERVAL = re.compile(
    r"P(?:(\d{1,8})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,8})(?:\.(\d{1,9}))?S)?)?", re.ASCII
)
_PATH = re.compile(r"(?:\\\\[^\\]+\\)?(?:(?P<space>[^:\"]+):)?(?P<cls>\w+)\.(?P<keys>.+)", re.DOTALL)
_PATH_KEY = re.compile(r"(\w+)=(?:\"((?:[^\"\\]|\\.)*)\"|([^,\"]+))(?:,|$)", re.DOTALL)


class _WrongError(Exception):
    """This text is no value of that type."""


@lru_cache(maxsize=4096)
def local_name(tag: str) -> str:
    """An element's name without its namespace, in small letters."""
    return tag.rpartition("}")[2].lower()


def read_all(
    host: str, cls: str, types: Mapping[str, str], parent: etree._Element, wanted: Iterable[str]
) -> dict[str, Value]:
    """The wanted properties among an element's children. One that is absent is null, as a provider leaves those out.

    Raises ValueUnreadableError (FD325).
    """
    found: dict[str, list[etree._Element]] = {}
    for child in parent:
        if isinstance(child.tag, str):
            found.setdefault(local_name(child.tag), []).append(child)
    result: dict[str, Value] = {}
    for name in wanted:
        kind = types[name]
        try:
            result[name] = _read(host, kind, found.get(name.lower(), []))
        except _WrongError as error:
            raise ValueUnreadableError(host, f"{cls}.{name}", str(error), kind) from error
    return result


def _read(host: str, kind: str, elements: list[etree._Element]) -> Value:
    if kind.endswith("[]"):
        if not elements or (len(elements) == 1 and _null(elements[0])):
            return None
        if any(_null(element) for element in elements):
            raise _WrongError("a null among the values")
        return tuple(_one(host, kind[:-2], element) for element in elements)
    if len(elements) > 1:
        raise _WrongError(f"{len(elements)} values")
    return _one(host, kind, elements[0]) if elements else None


def _null(element: etree._Element) -> bool:
    return element.get(_NIL) in ("true", "1")


def _one(host: str, kind: str, element: etree._Element) -> Value:
    if _null(element):
        return None
    text = element.text or ""
    found: Value
    if kind.startswith("object:"):
        cls = kind.removeprefix("object:")
        types = CLASSES[cls].properties
        found = read_all(host, cls, types, element, types)
    elif kind == "reference":
        found = _reference(element)
    elif kind == "datetime":
        found = moment("".join(str(part) for part in element.itertext()).strip())
    elif len(element):
        raise _WrongError("elements in place of a text")
    elif kind == "string":
        found = text
    else:
        found = _boolean(text.strip()) if kind == "boolean" else _integer(kind, text.strip())
    return found


def _boolean(text: str) -> bool:
    if text.lower() in ("true", "1"):
        return True
    if text.lower() in ("false", "0"):
        return False
    raise _WrongError(repr(text[:40]))


def _integer(kind: str, text: str) -> int:
    bits = int(kind.removeprefix("uint").removeprefix("sint"))
    low, high = (0, 2**bits - 1) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if not _INTEGER.fullmatch(text) or not low <= int(text) <= high:
        raise _WrongError(repr(text[:40]))
    return int(text)


def moment(text: str) -> datetime | timedelta:
    """A CIM datetime in DMTF's form or in XML Schema's: a moment in UTC, or an interval."""
    try:
        if match := _DMTF.fullmatch(text):
            year, month, day, hour, minute, second, micro = (int(part) for part in match.groups()[:7])
            zone = timezone(timedelta(minutes=int(match[8] + match[9])))
            return datetime(year, month, day, hour, minute, second, micro, zone).astimezone(UTC)
        if match := _DMTF_INTERVAL.fullmatch(text):
            day, hour, minute, second, micro = (int(part) for part in match.groups())
            return timedelta(days=day, hours=hour, minutes=minute, seconds=second, microseconds=micro)
        if text.startswith("P") and (match := _XS_INTERVAL.fullmatch(text)) and any(match.groups()):
            day, hour, minute, second = (int(part or 0) for part in match.groups()[:4])
            micro = int((match[5] or "0").ljust(6, "0")[:6])
            return timedelta(days=day, hours=hour, minutes=minute, seconds=second, microseconds=micro)
        read = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise _WrongError(repr(text[:40])) from error
    if read.tzinfo is None or len(text) < len("2005-03-07T10:00:00Z"):
        # whose time it is must be said: the host's own zone may be another than the controller's
        raise _WrongError(f"{text[:40]!r}, without a time zone")
    return read.astimezone(UTC)


def _reference(element: etree._Element) -> Reference:
    """An endpoint reference, or a path of WMI in its text."""
    uri = element.findtext(f".//{{{names.WSMAN}}}ResourceURI")
    if uri is not None:
        space, _, cls = uri.strip().removeprefix(names.WMI).rpartition("/")
        keys = tuple(
            (each.get("Name", ""), "".join(str(part) for part in each.itertext()))
            for each in element.iter(f"{{{names.WSMAN}}}Selector")
            if each.get("Name") != "__cimnamespace"
        )
        return _complete(Reference(cls, keys, space.lower() or "root/cimv2"))
    text = (element.text or "").strip()
    match = _PATH.fullmatch(text)
    if match is None:
        raise _WrongError(repr(text[:60]))
    found = []
    position = 0
    while position < len(match["keys"]):
        key = _PATH_KEY.match(match["keys"], position)
        if key is None:
            raise _WrongError(repr(text[:60]))
        found.append((key[1], key[3] if key[2] is None else re.sub(r"\\(.)", r"\1", key[2])))
        position = key.end()
    space = (match["space"] or "root/cimv2").replace("\\", "/").lower()
    return _complete(Reference(match["cls"], tuple(found), space))


def _complete(found: Reference) -> Reference:
    """Of a class that is known it has all keys, and of any other one at least one."""
    names_of = {name for name, _ in found.keys}
    known = CLASSES.get(found.class_name)
    if not names_of or "" in names_of or (known is not None and not set(known.keys) <= names_of):
        raise _WrongError(f"{found.class_name or 'no class'} by {', '.join(sorted(names_of)) or 'nothing'}"[:60])
    return found


def write(parent: etree._Element, namespace: str, name: str, value: Argument) -> None:
    """Append a value: arrays as repeated elements, None as xsi:nil. Raises ValueError for what XML cannot hold."""
    if isinstance(value, (list, tuple)):
        for each in value:
            write(parent, namespace, name, each)
        return
    made = envelope.child(parent, namespace, name)
    if value is None:
        made.set(_NIL, "true")
    elif isinstance(value, bool):
        made.text = "true" if value else "false"
    elif isinstance(value, datetime):
        envelope.child(made, names.CIM, "Datetime", value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    elif isinstance(value, Reference):
        envelope.child(made, names.ADDRESSING, "Address", names.ANONYMOUS)
        holder = envelope.child(made, names.ADDRESSING, "ReferenceParameters")
        envelope.child(holder, names.WSMAN, "ResourceURI", names.resource(value.namespace, value.class_name))
        selectors = envelope.child(holder, names.WSMAN, "SelectorSet")
        for key, text in value.keys:
            envelope.child(selectors, names.WSMAN, "Selector", text, Name=key)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            write(made, namespace, key, inner)
    else:
        made.text = str(value)


def literal(text: str) -> str:
    """A text as WQL writes it, in quotes: for the condition of a query."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
