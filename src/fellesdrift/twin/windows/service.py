"""The WinRM service of one host: takes a message apart, lets the right part answer it, and holds to its limits."""

from __future__ import annotations

from collections.abc import Callable

from fellesdrift.twin.windows import soap
from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.shells import RESOURCE, Shells
from fellesdrift.twin.windows.soap import Message, SoapFaultError
from fellesdrift.twin.windows.wmi import Wmi

# WinRM's MaxEnvelopeSizekb as delivered
MOST_BYTES = 150 * 1024
_CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
_OWN = f"{_CONFIG}/service"


class Winrm:
    """One host's. `on_reboot`: somebody asked for one."""

    def __init__(self, host: WindowsHost, on_reboot: Callable[[], None]) -> None:
        self.host = host
        self.wmi = Wmi(host, on_reboot)
        self.shells = Shells(host, on_reboot)

    def close(self) -> None:
        """Forget every shell and enumeration."""
        self.shells.close()
        self.wmi.forget()

    def read(self, data: bytes) -> Message:
        """A request. Raises SoapFaultError."""
        if len(data) > MOST_BYTES:
            raise SoapFaultError("w:EncodingLimit", 0x80338048, "Forespørselen er for stor.")
        return soap.read(data)

    async def answer(self, message: Message, user: str) -> bytes:
        """What it is answered with. Raises SoapFaultError."""
        if message.identify:
            return soap.identity(self.host.spec.stack)
        if message.unknown is not None:
            raise SoapFaultError("s:MustUnderstand", 0x80338010, "Et obligatorisk hode ble ikke forstått.")
        if not message.message_id:
            raise SoapFaultError("a:MessageInformationHeaderRequired", 0x80338011, "MessageID mangler.")
        body = await self._body(message, user)
        action = message.action if message.action.endswith("Response") else f"{message.action}Response"
        done = soap.envelope(action, message.message_id, body)
        if len(done) > min(MOST_BYTES, message.max_envelope or MOST_BYTES):
            raise SoapFaultError("w:EncodingLimit", 0x80338048, "Svaret er større enn MaxEnvelopeSize tillater.")
        return done

    async def _body(self, message: Message, user: str) -> str:
        if message.resource == RESOURCE:
            return await self.shells.handle(message, user)
        if message.resource == _CONFIG and message.action == f"{soap.X}/Get":
            return (
                f'<cfg:Config xmlns:cfg="{_CONFIG}"><cfg:MaxEnvelopeSizekb>{MOST_BYTES // 1024}'
                "</cfg:MaxEnvelopeSizekb><cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms><cfg:MaxBatchItems>32000"
                "</cfg:MaxBatchItems></cfg:Config>"
            )
        if message.resource.startswith(soap.WMI):
            strike = self.host.faults.strike_of("expire", message.label)
            if strike is not None:
                self.wmi.forget()
            strike = self.host.faults.strike_of("quota", message.label)
            if strike is not None:
                raise SoapFaultError("w:QuotaLimit", 0x803381A6, "Brukeren har for mange samtidige operasjoner.")
            return self.wmi.handle(message)
        raise SoapFaultError("a:DestinationUnreachable", 0x8033803B, "Ressursen finnes ikke.")
