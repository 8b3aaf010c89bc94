"""The control socket: one JSON object a line in, one out.

    {"do": "status"}                                      devices with ports, sessions, faults; end hosts; cut wires
    {"do": "configs"}                                     every running configuration
    {"do": "windows_states"}                              all that each Windows host remembers, as text
    {"do": "exchange_states"}                             all that lies in each exchange's memory, as text
    {"do": "fault", "device": D, "kind": K, ...}          see faults.py
    {"do": "heal", "device": D}                           all faults of one device (without device: of all)
    {"do": "trace", "from": P, "to": A, "source": A,      follow a packet and its answer; P: a device, an end host or
     "protocol": icmp | tcp | udp, "port": N}             a host of an external network; to: an address, or a name too
    {"do": "watch", "action": start | report | stop}      see watch.py; `start` while it runs begins anew. `report` in
                                                          the answer is what was seen until then, or null
    {"do": "console", "device": D, "lines": [...]}        configure as somebody at the console would; on a Windows host
                                                          these are lines of cmd
    {"do": "reload", "device": D}                         somebody pulls the plug and puts it in again; an exchange
                                                          loads from disk
    {"do": "dial", "device": X, "digits": N,              where a number rings that is dialled at an exchange (by the
     "origin": DN}                                        set with that DN), and its path through the exchanges
    {"do": "call", "device": X, "origin": DN, "digits": N}  the same, and they talk; `hang_up` with "call" ends it
    {"do": "link", "link": L, "state": "cut" | "mended"}  dig through a wire, or repair it
An answer has "ok": true, or "error" with the fields of a FellesdriftError.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.twin.access import plain_error
from fellesdrift.twin.device import Router
from fellesdrift.twin.faults import fault_of
from fellesdrift.twin.ios.syntax import is_address
from fellesdrift.twin.net.addresses import text_of
from fellesdrift.twin.net.packet import Protocol
from fellesdrift.twin.net.trace import Journey
from fellesdrift.twin.pbx.fronts import PbxService, plain
from fellesdrift.twin.server import Service
from fellesdrift.twin.watch import Watch
from fellesdrift.twin.windows.fronts import WindowsService

_LIMIT = 16 * 1024 * 1024


class Control:
    """Answers requests about one running twin."""

    def __init__(
        self, service: Service, windows: WindowsService | None = None, exchanges: PbxService | None = None
    ) -> None:
        self.service = service
        self.windows = windows or WindowsService(service.lab, ())
        self.exchanges = exchanges or PbxService(service.lab, ())
        self.lab = service.lab
        self._verbs: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "status": self._status,
            "configs": self._configs,
            "windows_states": self._windows_states,
            "exchange_states": self._exchange_states,
            "fault": self._fault,
            "heal": self._heal,
            "trace": self._trace,
            "console": self._console,
            "reload": self._reload,
            "link": self._link,
            "watch": self._watch,
            "dial": self._dial,
            "call": self._call,
            "hang_up": self._hang_up,
        }
        self._watching: Watch | None = None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request; never raises for what a user can get wrong."""
        try:
            verb = self._verbs.get(str(request.get("do")))
            if verb is None:
                raise _unknown("do", str(request.get("do")), self._verbs)
            return {"ok": True, **verb(request)}
        except FellesdriftError as error:
            return {"error": plain_error(error)}

    async def serve(self, path: Path) -> asyncio.Server:
        """Listen on a Unix socket that only this user may open."""
        server = await asyncio.start_unix_server(self._talk, path, limit=_LIMIT)
        path.chmod(0o600)
        return server

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async for line in reader:
            try:
                request = json.loads(line)
            except ValueError:
                request = {}
            reply = self.answer(request if isinstance(request, dict) else {})
            writer.write(json.dumps(reply).encode() + b"\n")
            await writer.drain()
        writer.close()

    def _device(self, request: dict[str, Any]) -> Router:
        name = str(request.get("device"))
        if name not in self.lab.devices:
            raise _unknown("device", name, self.lab.devices)
        return self.lab.devices[name]

    def _status(self, _request: dict[str, Any]) -> dict[str, Any]:
        return {
            "devices": {
                name: {
                    "port": front.port,
                    "alive": front.device.alive,
                    "manageable": front.reachable(),
                    "sessions": len(front.device.sessions),
                    "faults": [asdict(fault) for fault in front.device.faults.held],
                    "revert": front.device.revert is not None,
                    "reload": front.device.reload is not None,
                }
                for name, front in self.service.fronts.items()
            },
            "cut": sorted(self.lab.network.cut),
            "windows": self.windows.status(),
            "exchanges": self.exchanges.status(),
            "end_hosts": {
                endpoint.name: endpoint.address
                for endpoint in self.lab.topology.endpoints
                if not (self.windows.fronts.keys() | self.exchanges.fronts) & {endpoint.name, *endpoint.aliases}
            },
        }

    def _configs(self, _request: dict[str, Any]) -> dict[str, Any]:
        return {"configs": {name: device.running_text() for name, device in self.lab.devices.items()}}

    def _windows_states(self, _request: dict[str, Any]) -> dict[str, Any]:
        return {"windows": self.windows.states()}

    def _exchange_states(self, _request: dict[str, Any]) -> dict[str, Any]:
        return {"exchanges": self.exchanges.states()}

    def _fault(self, request: dict[str, Any]) -> dict[str, Any]:
        for others in (self.windows, self.exchanges):
            if request.get("device") in others.fronts:
                others.fault(str(request["device"]), request)
                return {}
        device, fault = self._device(request), fault_of(request)
        device.faults.add(fault)
        if fault.kind == "dead":
            device.hang(True)
        return {}

    def _heal(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request.get("device")
        for others in (self.windows, self.exchanges):
            if name in others.fronts:
                others.heal(str(name))
                return {}
            for each in others.fronts if not name else ():
                others.heal(each)
        for device in [self._device(request)] if name else self.lab.devices.values():
            dead = device.faults.has("dead")
            device.faults.heal()
            if dead:
                device.hang(False)
        return {}

    def _trace(self, request: dict[str, Any]) -> dict[str, Any]:
        origin, target = str(request.get("from")), str(request.get("to"))
        known = self.lab.places()
        if origin not in known:
            raise _unknown("from", origin, known)
        address = target if is_address(target) else self.lab.address_of(target)
        source = request.get("source")
        for name, value in (("to", address), ("source", source)):
            if (name == "to" or value) and not is_address(str(value)):
                found = str(request.get(name))
                raise FellesdriftError(
                    "FD510", "This is no IPv4 address, and nobody has that name", key=name, found=found
                )
        protocol, port = _conversation(request)
        result = self.lab.trace(origin, str(address), source, protocol, port)
        return {
            "reached": result.ok,
            "reason": result.reason,
            "there": _journey(result.there),
            "back": _journey(result.back) if result.back is not None else None,
        }

    def _console(self, request: dict[str, Any]) -> dict[str, Any]:
        lines = request.get("lines")
        if not isinstance(lines, list):
            raise FellesdriftError("FD510", "`lines` must be a list of configuration lines", key="lines")
        typed = [str(line) for line in lines]
        for others in (self.windows, self.exchanges):
            if request.get("device") in others.fronts:
                return {"said": others.console(str(request["device"]), typed)}
        return {"said": self._device(request).console(typed)}

    def _exchange(self, request: dict[str, Any]) -> str:
        name = str(request.get("device"))
        if name not in self.exchanges.fronts:
            raise _unknown("device", name, dict(self.exchanges.fronts))
        return name

    def _dial(self, request: dict[str, Any]) -> dict[str, Any]:
        name, origin = self._exchange(request), request.get("origin")
        return plain(self.exchanges.dial(name, _digits(request, "digits"), None if origin is None else str(origin)))

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        name = self._exchange(request)
        number, call = self.exchanges.call(name, _digits(request, "origin"), _digits(request, "digits"))
        return {"call": number, **plain(call)}

    def _hang_up(self, request: dict[str, Any]) -> dict[str, Any]:
        number = request.get("call")
        if not isinstance(number, int):
            raise FellesdriftError("FD510", "`call` is the number of a call", key="call", found=str(number))
        self.exchanges.hang_up(number)
        return {}

    def _reload(self, request: dict[str, Any]) -> dict[str, Any]:
        if request.get("device") in self.exchanges.fronts:
            self.exchanges.sysload(str(request["device"]))
            return {}
        self._device(request).reload_now("power-on")
        return {}

    def _link(self, request: dict[str, Any]) -> dict[str, Any]:
        name, state = str(request.get("link")), str(request.get("state"))
        if name not in self.lab.network.wiring.by_name:
            raise _unknown("link", name, self.lab.network.wiring.by_name)
        if state not in ("cut", "mended"):
            raise _unknown("state", state, ("cut", "mended"))
        self.lab.network.set_cut(name, state == "cut")
        return {}

    def _watch(self, request: dict[str, Any]) -> dict[str, Any]:
        action = str(request.get("action"))
        if action not in ("start", "report", "stop"):
            raise _unknown("action", action, ("start", "report", "stop"))
        if self._watching is None and action != "start":
            raise FellesdriftError("FD512", "No watch is on", found=action, next_step="fellesdrift twin watch start")
        report = self._watching.report() if self._watching is not None else None
        if self._watching is not None and action != "report":
            self._watching.stop()
            self._watching = None
        if action == "start":
            self._watching = Watch(
                self.lab.network, self.lab.topology.flows, self.lab.speed, calls=self.exchanges.emergency_calls
            )
            self._watching.start()
        return {"report": report}


def _digits(request: dict[str, Any], key: str) -> str:
    """What somebody dials. Raises FellesdriftError FD510."""
    found = str(request.get(key))
    if not found or set(found) - set("0123456789*#"):
        raise FellesdriftError("FD510", "This cannot be dialled", key=key, found=found, expected="digits, * and #")
    return found


def _conversation(request: dict[str, Any]) -> tuple[Protocol, int]:
    """Protocol and port of a packet to follow. Raises FellesdriftError FD510 for any that make no sense."""
    protocol, port = str(request.get("protocol") or "icmp"), request.get("port") or 0
    known: dict[str, Protocol] = {"icmp": "icmp", "tcp": "tcp", "udp": "udp"}
    if protocol not in known:
        raise _unknown("protocol", protocol, known)
    if not isinstance(port, int) or not (port == 0 if protocol == "icmp" else 0 < port < 65536):
        expected = "none with icmp" if protocol == "icmp" else "1 to 65535"
        raise FellesdriftError("FD510", "This is no port", key="port", found=str(port), expected=expected)
    return known[protocol], port


def _journey(journey: Journey) -> list[str]:
    hops = [
        f"{hop.node} {hop.note}" + (f" ({text_of(hop.address)})" if hop.address is not None else "")
        for hop in journey.hops
    ]
    return [*hops, f"{journey.outcome} at {journey.node}" + (f": {journey.reason}" if journey.reason else "")]


def _unknown(key: str, found: str, known: object) -> FellesdriftError:
    expected = ", ".join(sorted(str(name) for name in known)) if isinstance(known, (dict, list, tuple)) else ""
    return FellesdriftError("FD510", "The twin does not know this", key=key, found=found, expected=expected)


def several(error: FellesdriftErrors) -> list[dict[str, Any]]:
    """All errors of a configuration that did not boot."""
    return [plain_error(each) for each in error.errors]
