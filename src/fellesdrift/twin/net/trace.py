"""Follow a packet hop by hop, and its answer back."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace

from fellesdrift.twin.net.addresses import is_private, network, number, text_of
from fellesdrift.twin.net.network import Network, Node, Owner
from fellesdrift.twin.net.packet import TIME_EXCEEDED, UNREACHABLE, Packet
from fellesdrift.twin.net.topology import Link
from fellesdrift.twin.net.view import Interface, View

Flow = tuple[str, int, int, int, int]
# more than 255 routers can note: the hop count always ends a loop first
_MOST_HOPS = 1000


@dataclass(frozen=True)
class Hop:
    """One node on the way: who, the address that the packet came in on, and what was done with it."""

    node: Node
    address: int | None
    note: str


@dataclass(frozen=True)
class Journey:
    """How far a packet came. `outcome`: delivered, dropped (nobody says a word), unreachable, prohibited or expired."""

    outcome: str
    node: Node
    reason: str
    packet: Packet
    hops: tuple[Hop, ...]

    @property
    def delivered(self) -> bool:
        return self.outcome == "delivered"


@dataclass(frozen=True)
class Exchange:
    """A packet and its answer; `back` is None when the packet did not arrive, or nobody answers there."""

    there: Journey
    back: Journey | None = None

    @property
    def ok(self) -> bool:
        return self.back is not None and self.back.delivered

    @property
    def reason(self) -> str:
        """Where it ended, for people."""
        last = self.there if self.back is None else self.back
        way = "there" if self.back is None else "back"
        return "answered" if self.ok else f"{way}: {last.outcome} at {last.node}: {last.reason}"


@dataclass
class _State:
    """What the routers remember of one exchange: inspected conversations and address translations."""

    inspected: dict[tuple[str, Flow], tuple[str | None, str]] = field(default_factory=dict)
    translated: dict[tuple[str, Flow], int] = field(default_factory=dict)


@dataclass
class _Walk:
    """A packet on its way."""

    network: Network
    packet: Packet
    state: _State
    hops: list[Hop] = field(default_factory=list)

    def end(self, outcome: str, node: Node, reason: str) -> Journey:
        return Journey(outcome, node, reason, self.packet, tuple(self.hops))

    def from_device(self, name: str) -> Journey:
        return self._forward(Node("device", name), None, local=True)

    def from_endpoint(self, name: str) -> Journey:
        node = Node("endpoint", name)
        endpoint = self.network.endpoints[name]
        link = self.network.wiring.by_name[endpoint.link]
        standing = self.network.standing(name)
        if not standing.addresses:
            return self.end("dropped", node, "the host is off")
        if any(self.packet.dst & mask == base for _, (base, mask) in standing.addresses):
            target = self.packet.dst
        elif standing.gateway is not None:
            target = standing.gateway
        else:
            return self.end("dropped", node, "no gateway")
        return self._cross(node, link, target)

    def from_external(self, name: str) -> Journey:
        node = Node("external", name)
        if is_private(self.packet.dst):
            return self.end("dropped", node, "private address on the Internet")
        for link, (base, mask) in self.network.external_links(name):
            if self.packet.dst & mask == base:
                return self._cross(node, link, self.packet.dst)
        return self.end("unreachable", node, "no route")

    def _cross(self, sender: Node, link: Link, target: int) -> Journey:
        if len(self.hops) > _MOST_HOPS:
            return self.end("dropped", sender, "loop")
        owner = self.network.across(link, sender, target)
        if owner is None:
            return self.end("dropped", sender, f"nobody answers for {text_of(target)} on {link.name}")
        if owner.node.kind == "device":
            return self._arrive(owner)
        if owner.node.kind == "external":
            return self._in_external(owner.node)
        addresses = [address for address, _ in self.network.standing(owner.node.name).addresses]
        self.hops.append(Hop(owner.node, self.packet.dst if self.packet.dst in addresses else target, "arrived"))
        if self.packet.dst not in addresses:
            return self.end("dropped", owner.node, "not addressed to it")
        return self.end("delivered", owner.node, "")

    def _in_external(self, node: Node) -> Journey:
        packet = self.packet
        self.hops.append(Hop(node, None, "carried"))
        if is_private(packet.src) or is_private(packet.dst):
            return self.end("dropped", node, "private address on the Internet")
        for host in self.network.externals[node.name].hosts:
            if number(host.address) == packet.dst:
                accepted = not host.accepts_from or any(
                    packet.src & mask == base for base, mask in map(network, host.accepts_from)
                )
                if not accepted:
                    return self.end("dropped", node, f"{host.name} does not accept {text_of(packet.src)}")
                return self.end("delivered", node, "")
        if packet.dst in self._external_addresses(node):
            return self.end("delivered", node, "")
        self.packet = replace(packet, ttl=packet.ttl - 1)
        return self.end("expired", node, "ttl") if self.packet.ttl <= 0 else self.from_external(node.name)

    def _external_addresses(self, node: Node) -> set[int]:
        return {
            number(end.address)
            for link, _ in self.network.external_links(node.name)
            for end in link.ends
            if end.external == node.name and end.address is not None
        }

    def _arrive(self, owner: Owner) -> Journey:
        name, entry = owner.node.name, owner.interface or ""
        view = self.network.views[name]
        interface = view.interfaces[entry]
        self.hops.append(Hop(owner.node, interface.address, f"in {entry}"))
        if not self._known(name, entry, inbound=True):
            permitted, line = view.judge(interface.access_in, self.packet)
            if not permitted:
                return self.end("prohibited", owner.node, f"access list {interface.access_in} in on {entry}: {line}")
        if interface.nat == "outside":
            original = self.state.translated.get((name, self.packet.reverse_flow))
            if original is None:
                original = next((i for i, o in view.static_nat.items() if o == self.packet.dst), None)
            if original is not None:
                self.packet = replace(self.packet, dst=original)
        if self.packet.dst in self.network.own_addresses(name):
            return self.end("delivered", owner.node, "")
        return self._forward(owner.node, entry, local=False)

    def _known(self, device: str, interface: str, inbound: bool) -> bool:
        """An answer in a conversation that was inspected on its way out: `ip inspect` has opened the lists for it."""
        flow = self.state.inspected.get((device, self.packet.reverse_flow))
        return flow is not None and interface == (flow[1] if inbound else flow[0])

    def _forward(self, node: Node, entry: str | None, local: bool) -> Journey:
        name = node.name
        if local and self.packet.dst in self.network.own_addresses(name):
            return self.end("delivered", node, "")
        if not local:
            self.packet = replace(self.packet, ttl=self.packet.ttl - 1)
            if self.packet.ttl <= 0:
                return self.end("expired", node, "ttl")
        route = self.network.table(name).lookup(self.packet.dst)
        if route is None:
            return self.end("dropped" if local else "unreachable", node, f"no route to {text_of(self.packet.dst)}")
        path = route.paths[_share(self.packet) % len(route.paths)]
        link = self.network.link_of(name, path.interface)
        if link is None:
            return self.end("unreachable", node, f"discarded on {path.interface}")
        view = self.network.views[name]
        out = view.interfaces[path.interface]
        if self.packet.src == 0:
            self.packet = replace(self.packet, src=out.address or 0)
        came = view.interfaces[entry] if entry is not None else None
        private = self.packet.flow
        refusal = self._translate_and_filter(name, view, came, out)
        if refusal is not None:
            return self.end("prohibited", node, refusal)
        self._inspect(name, view, came, out, private)
        self.hops.append(Hop(node, None, f"out {path.interface}"))
        return self._cross(node, link, path.hop if path.hop is not None else self.packet.dst)

    def _translate_and_filter(self, name: str, view: View, came: Interface | None, out: Interface) -> str | None:
        if came is None:
            # a router does not put its own packets through its outbound list
            return None
        if came.nat == "inside" and out.nat == "outside":
            self._translate(name, view)
        if not self._known(name, out.name, inbound=False):
            permitted, line = view.judge(out.access_out, self.packet)
            if not permitted:
                return f"access list {out.access_out} out on {out.name}: {line}"
        return None

    def _translate(self, name: str, view: View) -> None:
        source = view.static_nat.get(self.packet.src)
        if source is None:
            for rule in view.nat:
                listed = rule.access_list in view.access_lists
                address = view.interfaces[rule.interface].address if rule.interface in view.interfaces else None
                if listed and address is not None and view.judge(rule.access_list, self.packet)[0]:
                    source = address
                    break
        if source is not None:
            inside = self.packet.src
            self.packet = replace(self.packet, src=source)
            self.state.translated[name, self.packet.flow] = inside

    def _inspect(self, name: str, view: View, came: Interface | None, out: Interface, private: Flow) -> None:
        rules = [rule for rule in (came.inspect_in if came else None, out.inspect_out) if rule is not None]
        for rule in rules:
            own = view.inspections.get(rule, {}).get(self.packet.protocol)
            if own is not None and (came is not None or own):
                ways = (came.name if came else None, out.name)
                self.state.inspected[name, self.packet.flow] = ways
                self.state.inspected[name, private] = ways


def _share(packet: Packet) -> int:
    """Equal routes share by source and destination, as CEF does."""
    return zlib.crc32(f"{packet.src}-{packet.dst}".encode())


def _start(walk: _Walk, origin: Node) -> Journey:
    if origin.kind == "device":
        if origin.name in walk.network.dead:
            return walk.end("dropped", origin, "the device is down")
        return walk.from_device(origin.name)
    if origin.kind == "endpoint":
        return walk.from_endpoint(origin.name)
    return walk.from_external(origin.name)


def exchange(net: Network, origin: Node, packet: Packet) -> Exchange:
    """Send a packet and follow the answer. Kept until the network changes."""
    key = (origin, packet)
    known = net.memory.get(key)
    if isinstance(known, Exchange):
        return known
    state = _State()
    there = _start(_Walk(net, packet, state), origin)
    result = Exchange(there)
    if there.delivered:
        back = _start(_Walk(net, there.packet.answer(), state), there.node)
        if back.delivered and back.node != origin:
            back = replace(back, outcome="dropped", reason="the answer went elsewhere")
        result = Exchange(there, back)
    net.remember(key, result, _places(origin, result))
    return result


def _places(origin: Node, result: Exchange) -> frozenset[Node]:
    """Everybody who had a say in it."""
    journeys = [journey for journey in (result.there, result.back) if journey is not None]
    return frozenset(
        [origin, *(journey.node for journey in journeys), *(hop.node for journey in journeys for hop in journey.hops)]
    )


def notice(net: Network, origin: Node, journey: Journey) -> int | None:
    """The address from which the sender hears that its packet was refused or ran out of hops; None when it hears
    nothing, because no such message is sent or because it is lost itself.
    """
    address = next((hop.address for hop in reversed(journey.hops) if hop.address is not None), None)
    if journey.outcome not in ("unreachable", "prohibited", "expired") or journey.node.kind != "device":
        return None
    if address is None or journey.node == origin:
        return None
    kind = TIME_EXCEEDED if journey.outcome == "expired" else UNREACHABLE
    message = Packet(address, journey.packet.src, icmp=kind, established=True)
    back = _start(_Walk(net, message, _State()), journey.node)
    return address if back.delivered and back.node == origin else None
