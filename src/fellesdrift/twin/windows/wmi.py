"""WMI behind WS-Man on one host: Enumerate, Pull, Release, Get, Put, Create, Delete, Invoke."""

from __future__ import annotations

import time
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from fellesdrift.twin.windows import methods, provider, registry_methods, soap, transfers, wql
from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.instances import CIMV2, CLASSES, DEFAULT, SPELLED, Cls
from fellesdrift.twin.windows.soap import Message, SoapFaultError

_FAILED = 0x80338000
_TERMINAL = "win32_terminalservicesetting"
# device seconds after which an enumeration that nobody goes on with is forgotten
_KEPT = 60.0
_MOST_ITEMS = 32000
_TOO_LARGE = "Svaret er større enn MaxEnvelopeSize tillater."


@dataclass
class Listing:
    """An enumeration that is going on."""

    items: list[str]
    touched: float


class Wmi:
    """One host's. `on_reboot` is called when somebody asks for one."""

    def __init__(self, host: WindowsHost, on_reboot: Any) -> None:
        self._host = host
        self._on_reboot = on_reboot
        self._listings: dict[str, Listing] = {}

    def handle(self, message: Message) -> str:
        """The body of the answer. Raises SoapFaultError."""
        space, _, cls = message.resource.removeprefix(soap.WMI).rpartition("/")
        verb = message.action.rpartition("/")[2]
        transfers = {"Get": self._get, "Put": self._put, "Create": self._create, "Delete": self._delete}
        listings = {"Enumerate": self._enumerate, "Pull": self._pull, "Release": self._release}
        try:
            if message.action.startswith(f"{soap.N}/") and verb in listings:
                return listings[verb](message, space.lower(), cls.lower())
            known = self._known(space.lower(), cls.lower())
            if message.action.startswith(f"{soap.X}/") and verb in transfers:
                return transfers[verb](message, cls.lower(), known)
            if message.action == f"{message.resource}/{verb}":
                return self._invoke(message, cls.lower(), verb)
        except provider.ProviderError as error:
            raise _failed(error.hresult, error.text) from error
        except wql.WqlError as error:
            raise _failed(provider.WBEM_INVALID_QUERY, "Ugyldig spørring.") from error
        raise SoapFaultError("a:ActionNotSupported", 0x80338013, "Handlingen støttes ikke.")

    def _known(self, space: str, cls: str) -> Cls:
        known = CLASSES.get(cls)
        terminal = self._host.spec.terminal_namespace
        if space not in (CIMV2, DEFAULT, terminal.lower()):
            raise _failed(provider.WBEM_INVALID_NAMESPACE, "Ugyldig navneområde.")
        if known is None or space != (terminal.lower() if cls == _TERMINAL else known.namespace):
            raise _failed(provider.WBEM_INVALID_CLASS, "Ugyldig klasse.")
        return known

    # enumeration

    def _enumerate(self, message: Message, space: str, cls: str) -> str:
        body = message.body
        if body is None:
            raise SoapFaultError("w:SchemaValidationError", 0x80338041, "Innholdet mangler.")
        if body.find(f"{{{soap.W}}}EnumerationMode") is not None:
            raise SoapFaultError("w:UnsupportedFeature", 0x80338042, "Funksjonen støttes ikke.")
        query = body.find(f"{{{soap.W}}}Filter")
        items = self._select(query, space, cls)
        if body.find(f"{{{soap.W}}}OptimizeEnumeration") is None:
            return (
                f"<n:EnumerateResponse><n:EnumerationContext>{self._keep(items)}</n:EnumerationContext>"
                "</n:EnumerateResponse>"
            )
        most = _number(body.findtext(f"{{{soap.W}}}MaxElements"), 1)
        page, rest = items[:most], items[most:]
        context = f"<n:EnumerationContext>{self._keep(rest) if rest else ''}</n:EnumerationContext>"
        end = "" if rest else "<w:EndOfSequence/>"
        return f"<n:EnumerateResponse>{context}<w:Items>{''.join(page)}</w:Items>{end}</n:EnumerateResponse>"

    def _select(self, query: ET.Element | None, space: str, cls: str) -> list[str]:
        projected = None
        test: wql.Test | None = None
        if query is not None:
            if query.get("Dialect") != "http://schemas.microsoft.com/wbem/wsman/1/WQL" or cls != "*":
                raise SoapFaultError("n:FilterDialectRequestedUnavailable", 0x80338019, "Filterdialekten støttes ikke.")
            parsed = wql.parse(query.text or "")
            cls, projected, test = parsed.cls.lower(), parsed.properties, parsed.test
        known = self._known(space, cls)
        rows = known.rows(self._host) if known.rows is not None else []
        found = [row for row in rows if test is None or test({name.lower(): value for name, value in row.items()})]
        if projected is not None:
            self._check(cls, projected, rows)
        return [soap.instance(cls, row, projected) for row in found]

    def _check(self, cls: str, projected: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
        """A property that the class has not makes the query invalid, as in WMI."""
        names = {name.lower() for row in rows for name in row}
        if rows and any(name.lower() not in names for name in projected):
            raise _failed(provider.WBEM_INVALID_QUERY, f"Ugyldig spørring mot {SPELLED[cls]}.")

    def _keep(self, items: list[str]) -> str:
        context = f"uuid:{str(uuid.uuid4()).upper()}"
        self._listings[context] = Listing(items, time.monotonic())
        return context

    def _context(self, message: Message) -> str:
        context = message.body.findtext(f"{{{soap.N}}}EnumerationContext", "") if message.body is not None else ""
        listing = self._listings.get(context.strip())
        if listing is None or (time.monotonic() - listing.touched) * self._host.speed > _KEPT:
            raise SoapFaultError("n:InvalidEnumerationContext", 0x8033801B, "Opplistingskonteksten er ikke gyldig.")
        return context.strip()

    def _pull(self, message: Message, _space: str, _cls: str) -> str:
        context = self._context(message)
        listing = self._listings.pop(context)
        most = _number(message.body.findtext(f"{{{soap.N}}}MaxElements") if message.body is not None else None, 1)
        page, rest = listing.items[:most], listing.items[most:]
        if rest:
            self._listings[context] = Listing(rest, time.monotonic())
        more = f"<n:EnumerationContext>{context}</n:EnumerationContext>" if rest else ""
        end = "" if rest else "<n:EndOfSequence/>"
        return f"<n:PullResponse>{more}<n:Items>{''.join(page)}</n:Items>{end}</n:PullResponse>"

    def _release(self, message: Message, _space: str, _cls: str) -> str:
        self._listings.pop(self._context(message), None)
        return ""

    def forget(self) -> None:
        """All enumerations are over, as after a restart of the service."""
        self._listings.clear()

    # one instance

    def _row(self, message: Message, cls: str, known: Cls) -> tuple[provider.Keys, dict[str, Any]]:
        """The instance that the selectors name, with its keys by lower-case name."""
        wanted = {name.lower(): value for name, value in message.selectors.items() if name != "__cimnamespace"}
        if not wanted or {name.lower() for name in known.keys} - wanted.keys():
            raise SoapFaultError("w:InvalidSelectors", 0x8033805A, "Velgerne er ikke tilstrekkelige.")
        for row in known.rows(self._host) if known.rows is not None else []:
            by_name = {name.lower(): str(value) for name, value in row.items()}
            if all(by_name.get(name, "").lower() == value.lower() for name, value in wanted.items()):
                return wanted, row
        raise _failed(provider.WBEM_NOT_FOUND, f"Fant ikke {SPELLED[cls]}.")

    def _get(self, message: Message, cls: str, known: Cls) -> str:
        return soap.instance(cls, self._row(message, cls, known)[1])

    def _put(self, message: Message, cls: str, known: Cls) -> str:
        keys, _ = self._row(message, cls, known)
        transfers.put(self._host, cls, keys, _args(message.body))
        return soap.instance(cls, self._row(message, cls, known)[1])

    def _create(self, message: Message, cls: str, _known: Cls) -> str:
        keys = transfers.create(self._host, cls, _args(message.body))
        selectors = "".join(f'<w:Selector Name="{name}">{escape(value)}</w:Selector>' for name, value in keys.items())
        return (
            f"<x:ResourceCreated><a:Address>{soap.A}/role/anonymous</a:Address><a:ReferenceParameters>"
            f"<w:ResourceURI>{message.resource}</w:ResourceURI><w:SelectorSet>{selectors}</w:SelectorSet>"
            "</a:ReferenceParameters></x:ResourceCreated>"
        )

    def _delete(self, message: Message, cls: str, known: Cls) -> str:
        keys, _ = self._row(message, cls, known)
        transfers.delete(self._host, cls, keys)
        return ""

    def _invoke(self, message: Message, cls: str, method: str) -> str:
        args = _args(message.body)
        if cls == "stdregprov":
            bits = 32 if message.options.get("__ProviderArchitecture") == "32" else 64
            return soap.output(cls, method, registry_methods.call(self._host, method, args, bits))
        if cls == "win32_operatingsystem" and method in ("Reboot", "Win32Shutdown"):
            self._row(message, cls, CLASSES[cls])
            if method == "Reboot" or args.number("Flags") & 2:
                self._on_reboot()
            return soap.output(cls, method, {"ReturnValue": 0})
        called = methods.METHODS.get(cls, {}).get(method)
        if called is None:
            raise _failed(provider.WBEM_INVALID_METHOD, "Metoden finnes ikke.")
        keys = {} if (cls, method) in methods.STATIC else self._row(message, cls, CLASSES[cls])[0]
        return soap.output(cls, method, called(self._host, keys, args))


def _failed(hresult: int, text: str) -> SoapFaultError:
    return SoapFaultError("w:InternalError", _FAILED, text, hresult, sender=False)


def _number(text: str | None, default: int) -> int:
    try:
        return max(1, min(int(text or default), _MOST_ITEMS))
    except ValueError:
        return default


def _args(body: ET.Element | None) -> provider.Args:
    return provider.Args(_values(body) if body is not None else {})


def _values(parent: ET.Element) -> dict[str, list[Any]]:
    """Values by lower-case name: texts, None for null, and objects as such dictionaries again."""
    found: dict[str, list[Any]] = {}
    for child in parent:
        nil = child.get(f"{{{soap.XSI}}}nil") in ("true", "1")
        value = _values(child) if len(child) else child.text or ""
        found.setdefault(child.tag.rpartition("}")[2].lower(), []).append(None if nil else value)
    return found
