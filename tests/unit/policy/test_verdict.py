"""The verdict on a device, held against a judge that shares no code with it: the twin's, packet by packet."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.policy import Filtering, Interface, Route, Row, acl, boxes, judge
from fellesdrift.twin.net.packet import Entry, Packet, Protocol
from fellesdrift.twin.net.packet import judge as packet_judge

BASE = int(IPv4Address("10.0.0.0"))
PORTS = [0, 22, 80, 1024, 65535]
TYPES = {"echo": 8, "echo-reply": 0, "unreachable": 3}
NUMBERS = {"icmp": 1, "tcp": 6, "udp": 17}


@st.composite
def places(draw: st.DrawFn) -> tuple[str, tuple[int, int]]:
    """The words of a place, and what the twin compares: a number and a wildcard."""
    bits = draw(st.sampled_from([0, 1, 2, 8, 32]))
    if bits == 32:
        return "any", (0, 0xFFFFFFFF)
    address = BASE + draw(st.integers(0, 7)) & ~((1 << bits) - 1)
    if bits == 0:
        return f"host {IPv4Address(address)}", (address, 0)
    return f"{IPv4Address(address)} {IPv4Address((1 << bits) - 1)}", (address, (1 << bits) - 1)


@st.composite
def ports(draw: st.DrawFn) -> tuple[str, tuple[int, int, bool] | None]:
    operator = draw(st.sampled_from(["", "eq", "neq", "gt", "lt", "range"]))
    low, high = sorted((draw(st.sampled_from(PORTS)), draw(st.sampled_from(PORTS))))
    return {
        "": ("", None),
        "eq": (f" eq {low}", (low, low, True)),
        "neq": (f" neq {low}", (low, low, False)),
        "gt": (f" gt {low}", (low + 1, 65535, True)),
        "lt": (f" lt {low}", (0, low - 1, True)),
        "range": (f" range {low} {high}", (low, high, True)),
    }[operator]


@st.composite
def rules(draw: st.DrawFn) -> Entry:
    """A rule as the twin holds it; its text is what the device prints."""
    action, protocol = draw(st.sampled_from(["permit", "deny"])), draw(st.sampled_from(["ip", "icmp", "tcp", "udp"]))
    (source, src), (destination, dst) = draw(places()), draw(places())
    has_ports = protocol in ("tcp", "udp")
    from_ports, sport = draw(ports()) if has_ports else ("", None)
    to_ports, dport = draw(ports()) if has_ports else ("", None)
    established = protocol == "tcp" and draw(st.booleans())
    kind = draw(st.sampled_from([None, *TYPES])) if protocol == "icmp" else None
    text = f"{action} {protocol} {source}{from_ports} {destination}{to_ports}"
    text += " established" if established else f" {kind}" if kind else ""
    icmp = TYPES[kind] if kind else None
    return Entry(action == "permit", text, protocol, src, dst, sport, dport, icmp, established)


@st.composite
def packets(draw: st.DrawFn) -> Packet:
    protocol: Protocol = draw(st.sampled_from(["icmp", "tcp", "udp"]))
    near = st.sampled_from([0, 1, 21, 22, 23, 79, 80, 81, 1023, 1024, 1025, 65534, 65535])
    return Packet(
        BASE + draw(st.integers(0, 9)),
        BASE + draw(st.integers(0, 9)),
        protocol,
        sport=draw(near),
        dport=draw(near),
        icmp=draw(st.sampled_from([0, 3, 8, 11])),
        established=protocol == "tcp" and draw(st.booleans()),
    )


def box_of(packet: Packet) -> boxes.Box:
    mark = packet.icmp if packet.protocol == "icmp" else int(packet.established)
    number = NUMBERS[packet.protocol]
    values = (packet.src, packet.dst, number, packet.sport, packet.dport, mark)
    one, two, three, four, five, six = ((value, value) for value in values)
    return one, two, three, four, five, six


@given(st.lists(rules(), max_size=6), packets())
def test_a_list_decides_as_the_twin_does(entries: list[Entry], packet: Packet) -> None:
    decided = acl.decide([entry.text for entry in entries], [box_of(packet)])
    permitted, _ = packet_judge(tuple(entries), packet)
    assert (bool(decided.permitted), bool(decided.denied), decided.unknown) == (permitted, not permitted, [])


@given(st.lists(rules(), min_size=1, max_size=5), rules(), st.lists(packets(), min_size=20, max_size=40))
def test_a_set_is_decided_packet_by_packet(entries: list[Entry], wanted: Entry, sample: list[Packet]) -> None:
    """A whole flow at once gives each packet in it what it gets by itself."""
    flow = acl.read(wanted.text)
    assert flow is not None
    assert flow.boxes is not None
    decided = acl.decide([entry.text for entry in entries], flow.boxes)
    for packet in sample:
        one = box_of(packet)
        if wanted.matches(packet):
            permitted, _ = packet_judge(tuple(entries), packet)
            assert any(boxes.covers(box, one) for box in decided.permitted) is permitted
            assert any(boxes.covers(box, one) for box in decided.denied) is not permitted
        else:
            assert not any(boxes.covers(box, one) for box in [*decided.permitted, *decided.denied])


@given(rules(), rules())
def test_cutting_out_leaves_exactly_the_rest(one: Entry, other: Entry) -> None:
    (mine, theirs) = (acl.read(one.text), acl.read(other.text))
    assert mine is not None
    assert theirs is not None
    assert mine.boxes is not None
    assert theirs.boxes is not None
    left = boxes.without(mine.boxes, theirs.boxes)
    for box in left:
        assert not any(boxes.meets(box, cut) for cut in theirs.boxes)
        assert any(boxes.covers(whole, box) for whole in mine.boxes)
    assert sum(map(size, left)) + sum(
        size(shared) for a in mine.boxes for b in theirs.boxes if (shared := boxes.intersect(a, b))
    ) == sum(map(size, mine.boxes))


def size(box: boxes.Box) -> int:
    product = 1
    for low, high in box:
        product *= high - low + 1
    return product


# -- a firewall with two LANs, and everything else behind a third interface

SERVERS = Row("users_servers", "permit", ("10.2.0.0/16",), ("10.1.1.0/24",), ("tcp/80",))
NEVER = Row("never", "deny", ("10.1.1.0/24",), ("internet",))
GOOD = ["permit tcp 10.2.0.0 0.0.255.255 10.1.1.0 0.0.0.255 eq www", "deny ip any any log"]
ANSWERS = ["permit tcp 10.1.1.0 0.0.0.255 eq 80 10.2.0.0 0.0.255.255 established", "deny ip any any log"]


FIREWALL = Filtering(
    host="fw",
    interfaces={
        "Gi0": Interface("10.9.0.1/30", access_in="OUT-IN"),
        "Gi1": Interface("10.1.1.1/24", access_in="SERVERS-IN"),
    },
    routes=[Route("0.0.0.0/0", None, "10.9.0.2")],
    lists={"OUT-IN": GOOD, "SERVERS-IN": ANSWERS},
)


def firewall(**changes: Any) -> Filtering:
    return replace(FIREWALL, **changes)


def answers(filtering: Filtering, *rows: Row) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for verdict in judge(filtering, rows or [SERVERS, NEVER]).verdicts:
        found.setdefault(verdict.rule, []).append(verdict.answer)
    return found


def test_as_the_table_says() -> None:
    report = judge(firewall(), [SERVERS, NEVER])
    assert (report.wrong, report.unknown) == ([], [])
    # the rest: two ways through the firewall
    assert report.as_data() == {
        "permitted": 1,
        "forbidden": 3,
        "wrong": 0,
        "inconclusive": 0,
        "basis": "computed",
    }


@pytest.mark.parametrize(
    ("what", "lists", "wrong"),
    [
        (
            "a permit too many",
            {"OUT-IN": ["permit ip host 10.2.0.9 any", *GOOD], "SERVERS-IN": ANSWERS},
            "everything else",
        ),
        ("no answers", {"OUT-IN": GOOD, "SERVERS-IN": ["deny ip any any"]}, "users_servers"),
        ("some are refused", {"OUT-IN": ["deny ip host 10.2.0.9 any", *GOOD], "SERVERS-IN": ANSWERS}, "users_servers"),
        ("no list is applied", {"OUT-IN": GOOD}, "never"),
        (
            "servers call",
            {"OUT-IN": GOOD, "SERVERS-IN": [ANSWERS[0].removesuffix(" established"), ANSWERS[1]]},
            "everything else",
        ),
    ],
)
def test_what_is_wrong_is_named_with_a_packet(what: str, lists: dict[str, list[str]], wrong: str) -> None:
    report = judge(firewall(lists=lists), [SERVERS, NEVER])
    assert wrong in {verdict.rule for verdict in report.wrong}, what
    assert all(" to " in verdict.why for verdict in report.wrong)


def test_a_filter_on_the_way_out_counts() -> None:
    interfaces = {
        "Gi0": Interface("10.9.0.1/30", access_in="OUT-IN"),
        "Gi1": Interface("10.1.1.1/24", access_in="SERVERS-IN", access_out="THEIRS"),
    }
    lists = {"OUT-IN": GOOD, "SERVERS-IN": ANSWERS, "THEIRS": ["deny tcp any any eq 80", "permit ip any any"]}
    assert answers(firewall(interfaces=interfaces, lists=lists))["users_servers"] == ["deny"]


def test_the_way_is_the_devices_own() -> None:
    """Without a route the users cannot be answered; with one to the servers' side they do not cross the firewall."""
    assert answers(firewall(routes=[]))["users_servers"] == ["deny"]
    inside = [Route("10.2.0.0/16", "Gi1", "10.1.1.9"), Route("0.0.0.0/0", None, "10.9.0.2")]
    assert "users_servers" not in answers(firewall(routes=inside))
    floating = [Route("10.2.0.0/16", "Gi1", "10.1.1.9", 250), Route("10.2.0.0/16", None, "10.9.0.2")]
    assert answers(firewall(routes=[*floating, Route("0.0.0.0/0", None, "10.9.0.2")]))["users_servers"] == ["permit"]


def test_inspection_lets_answers_pass() -> None:
    interfaces = {
        "Gi0": Interface("10.9.0.1/30", access_in="OUT-IN"),
        "Gi1": Interface("10.1.1.1/24", access_in="SERVERS-IN", inspect_out=frozenset({"tcp"})),
    }
    closed = {"OUT-IN": GOOD, "SERVERS-IN": ["deny ip any any"]}
    assert answers(firewall(interfaces=interfaces, lists=closed))["users_servers"] == ["permit"]


@pytest.mark.parametrize(
    "entry",
    [
        "permit tcp any any eq 80 time-range OFFICE",
        "permit ip 10.2.0.0 0.0.254.255 any",
        "permit tcp any any fragments",
        "permit object-group WEB any any",
        "evaluate ANSWERS",
        "permit tcp any any eq nowhere",
        "permit icmp any any host-unreachable",
    ],
)
def test_an_unknown_form_is_never_a_pass(entry: str) -> None:
    report = judge(firewall(lists={"OUT-IN": [entry, *GOOD], "SERVERS-IN": ANSWERS}), [SERVERS, NEVER])
    assert {verdict.rule for verdict in report.unknown} >= {"users_servers", "everything else"}
    assert any(entry in verdict.why for verdict in report.unknown)
    assert report.count("permit") == 0


def test_an_unknown_line_makes_everything_unknown() -> None:
    report = judge(firewall(unknown=("ip policy route-map ODD",)), [SERVERS, NEVER])
    assert len(report.unknown) == len(report.verdicts) > 0


def test_the_first_row_decides() -> None:
    """A later denial of the same packets changes nothing; an earlier one leaves only the rest of the permit."""
    late = Row("late", "deny", ("10.2.0.0/16",), ("10.1.1.0/24",), ("tcp/80",))
    assert "late" not in answers(firewall(), SERVERS, late)
    early = Row("early", "deny", ("10.2.7.0/24",), ("10.1.1.0/24",))
    assert answers(firewall(), early, SERVERS)["early"] == ["mixed"]
    lists = {
        "OUT-IN": ["deny ip 10.2.7.0 0.0.0.255 any", *GOOD],
        "SERVERS-IN": ["deny tcp any 10.2.7.0 0.0.0.255", *ANSWERS],
    }
    assert answers(firewall(lists=lists), early, SERVERS)["users_servers"] == ["permit"]
