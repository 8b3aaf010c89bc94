"""WS-Man in front of Wine. What comes from whom:

HTTP, NTLM and its encryption, SOAP, Identify, enumeration contexts, shells and their quotas   the twin's server
WQL, instances, methods, return codes, HRESULTs                                                Wine's WMI, by wmi.c
Win32_DependentService, which Wine has not                                            Wine's registry, by wmi.c
XML of values, object paths of selectors                                                       here
commands: their output, its code page and language, exit codes                                 Wine's cmd, by wmi.c
a question or a command that Wine's helper did not answer: a fault                             here
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

from fellesdrift.twin.access import Credentials
from fellesdrift.twin.windows import soap
from fellesdrift.twin.windows.front import WindowsFront
from fellesdrift.twin.windows.service import Winrm
from fellesdrift.twin.windows.soap import Message, SoapFaultError
from fellesdrift.twin.windows.spec import WindowsSpec
from fellesdrift.twin.windows.wmi import Wmi
from support.wine.bridge import Bridge, WmiError, WmiObject
from support.wine.commands import WineShells
from support.wine.machine import Machine

# of wsmerror.h: what a provider's failure carries beside its HRESULT
_FAILED = 0x80338000


class WineWmi(Wmi):
    """The twin's enumerations, filled by Wine; everything else is Wine's."""

    bridge: Bridge
    # False: as Wine answers, with no fault and nobody who needs anybody
    dependencies = True

    def handle(self, message: Message) -> str:
        try:
            if message.action.startswith(f"{soap.N}/"):
                return super().handle(message)
            return self._act(message)
        except WmiError as error:
            raise SoapFaultError("w:InternalError", _FAILED, error.where, error.hresult, sender=False) from error
        except (OSError, EOFError) as error:
            raise SoapFaultError("w:InternalError", _FAILED, f"Wine's helper: {error}", sender=False) from error

    def _select(self, query: ET.Element | None, space: str, cls: str) -> list[str]:
        wql = f"SELECT * FROM {cls}" if query is None else query.text or ""
        dependencies = self.dependencies and wql.split()[-1] == "Win32_DependentService"
        found = self.bridge.needs() if dependencies else self.bridge.query(_path(space), wql)
        return [_instance(space, each, fragment=query is not None) for each in found]

    def _act(self, message: Message) -> str:
        space, _, cls = message.resource.removeprefix(soap.WMI).rpartition("/")
        verb = message.action.rpartition("/")[2]
        namespace, path = _path(space), _object_path(cls, message.selectors)
        values = _values(message.body)
        if message.action == f"{soap.X}/Get":
            return _instance(space, self.bridge.get(namespace, path))
        if message.action == f"{soap.X}/Put":
            self.bridge.put(namespace, path, values)
            return _instance(space, self.bridge.get(namespace, path))
        if message.action == f"{soap.X}/Create":
            self.bridge.create(namespace, cls, values)
            return "<x:ResourceCreated/>"
        if message.action == f"{soap.X}/Delete":
            self.bridge.delete(namespace, path)
            return ""
        if message.action == f"{message.resource}/{verb}":
            return _output(space, cls, verb, self.bridge.invoke(namespace, path, cls, verb, values))
        raise SoapFaultError("a:ActionNotSupported", 0x80338013, "Handlingen støttes ikke.")


def _path(space: str) -> str:
    return space.replace("/", "\\")


def _object_path(cls: str, selectors: dict[str, str]) -> str:
    keys = [
        name + '="' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for name, value in selectors.items()
        if name != "__cimnamespace"
    ]
    return f"{cls}.{','.join(keys)}" if keys else cls


def _values(body: ET.Element | None) -> dict[str, list[str] | None]:
    """In parameters, or properties. Raises SoapFaultError for an object within an object: the helper has none."""
    found: dict[str, list[str] | None] = {}
    for child in body if body is not None else ():
        name = child.tag.rpartition("}")[2]
        if len(child):
            raise SoapFaultError("w:SchemaValidationError", 0x80338041, "Objekter støttes ikke.")
        if child.get(f"{{{soap.XSI}}}nil") in ("true", "1"):
            found[name] = None
        else:
            found[name] = [*(found.get(name) or []), child.text or ""]
    return found


def _instance(space: str, found: WmiObject, *, fragment: bool = False) -> str:
    cls = found.class_name
    declared = f'xmlns:q="{soap.WMI}{space}/{cls}"'
    if fragment:
        return f"<w:XmlFragment {declared}>{_properties(found)}</w:XmlFragment>"
    return f'<q:{cls} {declared} xsi:type="q:{cls}_Type">{_properties(found)}</q:{cls}>'


def _output(space: str, cls: str, method: str, found: WmiObject) -> str:
    declared = f'xmlns:q="{soap.WMI}{space}/{cls}"'
    return f"<q:{method}_OUTPUT {declared}>{_properties(found)}</q:{method}_OUTPUT>"


def _properties(found: WmiObject) -> str:
    parts: list[str] = []
    for each in found.properties:
        if not each.values:
            parts.append(f'<q:{each.name} xsi:nil="true"/>')
        else:
            parts += [f"<q:{each.name}>{escape(value)}</q:{each.name}>" for value in each.values]
    return "".join(parts)


class WineFront(WindowsFront):
    """The twin's front door. The host behind it is asked for its accounts alone: who logs in is not Wine's."""

    def __init__(self, machine: Machine, bridge: Bridge, credentials: Credentials) -> None:
        super().__init__(WindowsSpec("wine", "127.0.0.1"), credentials, 1.0, lambda: True)
        self._machine = machine
        self._bridge = bridge

    @property
    def winrm(self) -> Winrm:
        if self._winrm is None:
            made = super().winrm
            made.wmi = wmi = WineWmi(made.host, self._no_reboot)
            made.shells = shells = WineShells(made.host, self._no_reboot)
            wmi.bridge = self._bridge
            shells.machine = self._machine
        assert self._winrm is not None
        return self._winrm

    def _no_reboot(self) -> None:
        raise NotImplementedError("the twin's programs do not run here")
