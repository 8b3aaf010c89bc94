"""What a device prints, it understands: booting from its own output changes nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fellesdrift.twin.ios.config import Configuration
from fellesdrift.twin.ios.configure import Editor, hardware_of, read
from fellesdrift.twin.ios.render import body
from fellesdrift.twin.net.addresses import mask_of, text_of

SNAPSHOTS = Path(__file__).parents[3] / "inventories" / "production" / "snapshots" / "baseline"
HARDWARE = frozenset({"GigabitEthernet0/0", "GigabitEthernet0/1", "GigabitEthernet0/2/0", "Serial0/0/0", "Serial1/0"})


def boot(text: str, hardware: frozenset[str] = HARDWARE) -> Configuration:
    config = Configuration(hardware=hardware)
    assert list(read(text, config)) == []
    return config


@pytest.mark.parametrize("path", sorted(SNAPSHOTS.glob("*.cfg")), ids=lambda path: path.stem)
def test_a_snapshot_is_printed_as_it_was_read(path: Path):
    """Equal to what the file says, but for `!` lines, the heading and secrets."""
    text = path.read_text(encoding="utf-8").replace("5 <secret>", "5 $1$abcd$abcdefghijklmnopqrstuv")
    shown = body(boot(text, hardware_of(text)))
    skipped = ("Building", "Current", "end")

    def essence(lines: str) -> list[str]:
        return [line for line in lines.splitlines() if line and not line.startswith(("!", *skipped))]

    assert essence(shown) == essence(text)


addresses = st.integers(0x0A000001, 0x0AFFFFFE).map(text_of)
lengths = st.integers(8, 30)
names = st.from_regex(r"[A-Z][A-Z0-9-]{0,8}", fullmatch=True)
words = st.text("abcæøåÆØÅ 0:/()_-", min_size=1, max_size=20).map(str.strip).filter(bool)
interfaces = st.sampled_from(
    ["gi0/0", "GigabitEthernet 0/1", "ser0/0/0", "Serial1/0", "Loopback3", "gi0/0.20", "Gi0/2/0"]
)


@st.composite
def static_route(draw: st.DrawFn) -> list[str]:
    mask = mask_of(draw(lengths))
    prefix = draw(st.integers(0x0A000000, 0x0AFFFFFF)) & mask
    tail = draw(st.sampled_from(["", " 1", " 250", " 5 name reserve", " permanent", " name x"]))
    hop = draw(st.one_of(addresses, st.just("Serial1/0"), st.just("Null0")))
    negation = draw(st.sampled_from(["", "", "", "no "]))
    return [f"{negation}ip route {text_of(prefix)} {text_of(mask)} {hop}{tail}"]


@st.composite
def entry(draw: st.DrawFn, standard: bool) -> str:
    def end() -> str:
        return draw(
            st.one_of(
                st.just("any"),
                addresses.map(lambda address: f"host {address}"),
                st.tuples(addresses, lengths).map(lambda pair: f"{pair[0]} {text_of(~mask_of(pair[1]) & 0xFFFFFFFF)}"),
            )
        )

    sequence = draw(st.sampled_from(["", "", "7 ", "15 ", "200 "]))
    action = draw(st.sampled_from(["permit", "deny"]))
    log = draw(st.sampled_from(["", " log"]))
    if standard:
        return f"{sequence}{action} {end()}{log}"
    protocol = draw(st.sampled_from(["ip", "tcp", "udp", "icmp", "47"]))
    port = (
        draw(st.sampled_from(["", " eq 80", " eq domain", " range 20 30", " gt 1023"]))
        if protocol in ("tcp", "udp")
        else ""
    )
    return f"{sequence}{action} {protocol} {end()} {end()}{port}{log}"


@st.composite
def access_list(draw: st.DrawFn) -> list[str]:
    standard = draw(st.booleans())
    kind, name = ("standard", draw(names) + "S") if standard else ("extended", draw(names) + "X")
    lines = [f"ip access-list {kind} {name}"]
    for _ in range(draw(st.integers(1, 6))):
        lines.append(draw(st.one_of(entry(standard), words.map(lambda text: f"remark {text}"))))
    return lines


@st.composite
def numbered_list(draw: st.DrawFn) -> list[str]:
    standard = draw(st.booleans())
    number = draw(st.sampled_from([1, 99, 1300] if standard else [100, 199, 2000]))
    lines = draw(st.lists(entry(standard), min_size=1, max_size=4))
    return [f"access-list {number} {line.lstrip('0123456789 ')}" for line in lines]


@st.composite
def interface(draw: st.DrawFn) -> list[str]:
    settings_of_one = st.one_of(
        words.map(lambda text: f"description {text}"),
        st.tuples(addresses, lengths).map(lambda pair: f"ip address {pair[0]} {text_of(mask_of(pair[1]))}"),
        st.sampled_from(
            [
                "shutdown",
                "no shutdown",
                "no ip address",
                "bandwidth 2048",
                "no bandwidth",
                "duplex auto",
                "ip nat inside",
                "no ip redirects",
                "ip redirects",
                "ip access-group OUT out",
                "no ip access-group OUT out",
                "standby 1 priority 110",
                "standby 1 preempt",
                "standby 2 ip 10.9.9.9",
                "no standby 1 priority",
                "no keepalive",
                "ip helper-address 10.1.1.1",
            ]
        ),
    )
    return [f"interface {draw(interfaces)}", *draw(st.lists(settings_of_one, max_size=6))]


GLOBALS = st.sampled_from(
    [
        ["hostname ab-1"],
        ["no ip domain lookup"],
        ["ip cef"],
        ["no ip cef"],
        ["logging 10.1.1.1"],
        ["logging host 10.1.1.2"],
        ["ntp server 10.1.1.1 prefer"],
        ["banner motd #", "Kun for autoriserte", " på rådhuset", "#"],
        ["banner login $hei$"],
        ["router ospf 1", "network 10.0.0.0 0.255.255.255 area 0", "no auto-summary"],
        ["archive", "path flash:x", "log config", "hidekeys"],
        ["line vty 0 4", "login local", "transport input ssh", "no exec"],
        ["username ola privilege 15 secret 5 $1$abcd$abcdefghijklmnopqrstuv"],
        ["ip nat inside source list A interface Serial1/0 overload"],
        ["snmp-server community hemmelig RO 10"],
        ["enable secret hemmelig"],
    ]
)
edits = st.lists(st.one_of(static_route(), access_list(), numbered_list(), interface(), GLOBALS), max_size=14)


@settings(max_examples=120, deadline=None)
@given(edits)
def test_a_configuration_survives_its_own_output(groups: list[list[str]]):
    config = boot("\n".join(f"interface {name}" for name in sorted(HARDWARE)))
    editor = Editor(config)
    for group in groups:
        editor.path = []
        for line in group:
            editor.enter(line)
    assert editor.banner is None
    first = body(config)
    assert body(config.copy()) == first
    # an address that an interface got after a route had it as its next hop: the route is refused at the next boot
    own = set(re.findall(r"^ ip address (\S+)", first, re.MULTILINE))
    assume(own.isdisjoint(re.findall(r"^ip route .* (\d+\.\d+\.\d+\.\d+)\b", first, re.MULTILINE)))
    assert body(boot(first)) == first
