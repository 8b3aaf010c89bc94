"""The configuration commands that the twin knows, as tables.

The order of a table is the order of `show running-config` on IOS 12.4; each inner tuple of GLOBAL is printed as one
group with a `!` after it. A command that is missing here is refused with `% Invalid input`, and a snapshot that uses
it does not boot: to teach the twin a command is to add one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from fellesdrift.twin.ios.syntax import Matcher

Negation = Literal["remove", "keep", "only", "either"]


@dataclass(frozen=True)
class Rule:
    """One configuration command.

    pattern   see syntax.py
    key       what makes two such lines the same setting (a later one replaces the earlier); a template over the
              pattern's parameters; by default the keywords before the first parameter
    opens     the mode that the command leads into; its lines are kept below it
    negation  remove: `no` takes the line away; keep: the `no` form is itself a line; only: the `no` form is a line, the
              plain form is the default and not shown; either: takes the line away, or is kept where there is none
    check     name of the function in checks.py that refuses or rewrites what was typed
    """

    pattern: str
    key: str = ""
    opens: str | None = None
    negation: Negation = "remove"
    check: str | None = None
    rank: int = 0
    group: int = 0


def _r(
    pattern: str, key: str = "", *, opens: str | None = None, negation: Negation = "remove", check: str | None = None
) -> Rule:
    if not key:
        leading = re.split(r"[<\[(/]", pattern, maxsplit=1)[0]
        key = leading.strip()
    return Rule(pattern, key, opens, negation, check)


_ROUTE = (
    "ip route <prefix:addr> <mask:addr> / (<out:iface> [<hop:addr>] | <hop:addr>) "
    "[<distance:1-255>] [name <label:word>] [tag <tag:1-65535>] [permanent] [track <track:1-500>]"
)

GLOBAL: tuple[tuple[Rule, ...], ...] = (
    (
        _r("version <number:word>"),
        _r("service nagle"),
        _r("service pad", negation="only"),
        _r("service tcp-keepalives-in"),
        _r("service tcp-keepalives-out"),
        _r("service timestamps debug [<how:line>]", negation="keep"),
        _r("service timestamps log [<how:line>]", negation="keep"),
        _r("service password-encryption", negation="keep"),
        _r("service sequence-numbers"),
        _r("service dhcp", negation="only"),
        _r("service udp-small-servers"),
        _r("service tcp-small-servers"),
    ),
    (_r("hostname / <name:word>", check="hostname"),),
    (
        _r("boot-start-marker"),
        _r("boot system / <image:line>", "boot system {image}"),
        _r("boot-end-marker"),
    ),
    (
        _r("security authentication failure rate <rate:line>"),
        _r("security passwords min-length <length:0-16>"),
        _r("logging message-counter syslog"),
        _r("logging buffered / [<how:line>]", negation="remove"),
        _r("logging console / [<how:line>]", negation="keep"),
        _r("logging monitor / [<how:line>]", negation="keep"),
        _r("logging rate-limit / [<how:line>]"),
        _r("enable secret / [<level:0-9>] <value:line>", check="secret"),
        _r("enable password / [<level:0-9>] <value:line>", check="secret"),
    ),
    (
        _r("aaa new-model", negation="keep"),
        _r("aaa authentication <what:line>", "aaa authentication {what}"),
        _r("aaa authorization <what:line>", "aaa authorization {what}"),
        _r("aaa session-id common"),
        _r("memory-size iomem <percent:1-50>"),
        _r("clock timezone / <zone:word> <offset:line>"),
        _r("clock summer-time / <zone:line>"),
        _r("dot11 syslog", negation="keep"),
        _r("mmi polling-interval <n:1-3600>"),
        _r("mmi auto-configure", negation="only"),
        _r("mmi pvc", negation="only"),
        _r("mmi snmp-timeout <n:1-3600>"),
        _r("network-clock-participate <what:line>", "network-clock-participate {what}"),
    ),
    (
        _r("ip subnet-zero", negation="keep"),
        _r("ip source-route", negation="keep"),
        _r("ip gratuitous-arps", negation="keep"),
        _r("ip cef", negation="keep"),
        _r("ip finger", negation="only"),
        _r("ip bootp server", negation="only"),
        _r("ip domain lookup", negation="only"),
        _r("ip domain-lookup", "ip domain lookup", negation="only"),
        _r("ip domain name / <name:word>"),
        _r("ip domain-name / <name:word>", "ip domain name", check="domain_name"),
        _r("ip name-server / <server:addr> [<second:addr>] [<third:addr>]", "ip name-server {server}"),
        _r("ip host / <name:word> <address:addr>", "ip host {name}"),
        _r("ip dhcp excluded-address <low:addr> [<high:addr>]", "ip dhcp excluded-address {low}"),
        _r("ip dhcp pool <name:word>", "ip dhcp pool {name}", opens="opaque"),
        _r("ip dhcp use vrf connected", negation="only"),
        _r("ip inspect audit-trail"),
        _r("ip inspect (udp | tcp | icmp) idle-time <n:1-2147483>", "ip inspect idle-time"),
        _r(
            "ip inspect name <name:word> / <protocol:word> [<how:line>]",
            "ip inspect name {name} {protocol}",
        ),
        _r("ip auth-proxy max-nodata-conns <n:1-1000>"),
        _r("ip admission max-nodata-conns <n:1-1000>"),
        _r("ip ips notify SDEE"),
        _r("ipv6 cef", negation="keep"),
    ),
    (_r("multilink bundle-name authenticated", negation="keep"), _r("vpdn enable"), _r("voice-card <n:0-9>")),
    (_r("crypto pki <what:line>", "crypto pki {what}", opens="opaque"),),
    (_r("license udi <what:line>"),),
    (
        _r(
            "username / <user:word> [privilege <privilege:0-15>] [(secret | password) <value:line>]",
            "username {user}",
            check="username",
        ),
    ),
    (_r("redundancy", opens="opaque"),),
    (_r("archive", opens="archive"),),
    (
        _r("ip ssh / [<how:line>]", "ip ssh {how}", check="ssh"),
        _r("ip tcp synwait-time <n:5-300>"),
        _r("ip tftp source-interface <interface:iface>"),
        _r("ip ftp source-interface <interface:iface>"),
    ),
    (
        _r("track <n:1-500> <what:line>", "track {n}", opens="opaque"),
        _r("class-map <what:line>", "class-map {what}", opens="opaque"),
        _r("policy-map <what:line>", "policy-map {what}", opens="opaque"),
    ),
    (
        _r("crypto isakmp policy <n:1-10000>", "crypto isakmp policy {n}", opens="opaque"),
        _r("crypto isakmp key <what:line>", "crypto isakmp key {what}"),
        _r("crypto ipsec transform-set <what:line>", "crypto ipsec transform-set {what}", opens="opaque"),
        _r("crypto map <what:line>", "crypto map {what}", opens="opaque"),
    ),
    (_r("interface <name:iface>", "interface {name}", opens="config-if", check="interface"),),
    (_r("router <what:line>", "router {what}", opens="opaque"),),
    (
        _r("ip default-gateway / <gateway:addr>"),
        _r("ip default-network / <network:addr>"),
        _r("ip classless", negation="keep"),
        _r("ip forward-protocol nd", negation="keep"),
        _r("ip forward-protocol udp / [<port:port>]", negation="keep"),
        _r(_ROUTE, "ip route {prefix} {mask} {out} {hop}", check="route"),
        _r("ip http server", negation="keep"),
        _r("ip http access-class / <list:word>"),
        _r("ip http authentication / <how:line>"),
        _r("ip http secure-server", negation="keep"),
        _r("ip http timeout-policy / <how:line>"),
        _r("ip flow-top-talkers", opens="opaque"),
        _r("ip dns server"),
        _r("ip nat translation <what:line>", "ip nat translation {what}"),
        _r(
            "ip nat pool <name:word> / <low:addr> <high:addr> (netmask <mask:addr> | prefix-length <length:1-32>)",
            "ip nat pool {name}",
        ),
        _r(
            "ip nat inside source list <list:word> / (interface <interface:iface> | pool <pool:word>) [overload]",
            "ip nat inside source list {list}",
        ),
        _r(
            "ip nat inside source static <inside:addr> <outside:addr>",
            "ip nat inside source static {inside}",
        ),
        _r("ip tacacs source-interface <interface:iface>"),
    ),
    (
        _r("ip access-list <type:standard|extended> <list:word>", "ip access-list {list}", opens="acl", check="list"),
        _r("ip access-list resequence <list:word> <start:1-2147483647> <step:1-2147483647>", check="resequence"),
    ),
    (
        _r("logging source-interface / <interface:iface>"),
        _r("logging trap / [<level:word>]", negation="keep"),
        _r("logging facility / <facility:word>"),
        _r("logging host / <server:addr> [<how:line>]", "logging host {server}", check="logging_host"),
        _r("logging / <server:addr>", "logging host {server}"),
        _r("access-list <list:1-2699> / <entry:line>", check="numbered"),
        _r("dialer-list <what:line>", "dialer-list {what}"),
        _r("route-map <what:line>", "route-map {what}", opens="opaque"),
        _r("cdp run", negation="only"),
    ),
    (
        _r("snmp-server community / <community:word> [<how:line>]", "snmp-server community {community}"),
        _r("snmp-server ifindex persist"),
        _r("snmp-server trap-source / <interface:iface>"),
        _r("snmp-server location / <text:line>"),
        _r("snmp-server contact / <text:line>"),
        _r("snmp-server chassis-id / <text:line>"),
        _r("snmp-server enable traps / [<what:line>]", "snmp-server enable traps {what}"),
        _r("snmp-server host <server:addr> / [<how:line>]", "snmp-server host {server}"),
        _r("tacacs-server <what:line>", "tacacs-server {what}"),
        _r("radius-server <what:line>", "radius-server {what}"),
    ),
    (_r("control-plane", opens="opaque"),),
    (
        _r("banner <which:motd|login|exec|incoming> / <text:line>", "banner {which}", check="banner"),
        _r("alias <what:line>", "alias {what}"),
        _r("privilege <what:line>", "privilege {what}"),
    ),
    (
        _r("line con <first:0-0>", "line con", opens="config-line"),
        _r("line aux <first:0-0>", "line aux", opens="config-line"),
        _r("line vty <first:0-15> [<last:1-15>]", "line vty {first}", opens="config-line"),
    ),
    (
        _r("exception data-corruption <what:line>", "exception data-corruption", negation="keep"),
        _r("scheduler allocate / <n:3000-60000> <m:100-60000>"),
        _r("scheduler max-task-time <n:0-60000>"),
        _r("process cpu <what:line>", "process cpu {what}"),
        _r("ntp clock-period <n:1-99999999>"),
        _r("ntp source / <interface:iface>"),
        _r("ntp update-calendar"),
        _r("ntp master / [<stratum:1-15>]"),
        _r("ntp server / <server:addr> [<how:line>]", "ntp server {server}"),
        _r("ntp peer / <server:addr> [<how:line>]", "ntp peer {server}"),
        _r("ntp access-group <what:line>", "ntp access-group {what}"),
        _r("webvpn cef"),
    ),
)

# What an older release prints elsewhere: there, the commands of the first key stand just before those of the second.
MOVED: dict[str, dict[str, str]] = {
    "12.3": {"username {user}": "aaa new-model", "ip ssh {how}": "ip auth-proxy max-nodata-conns"},
}

INTERFACE: tuple[Rule, ...] = (
    _r("description / <text:line>"),
    _r("bandwidth / <kilobits:1-10000000>"),
    _r("encapsulation dot1Q <vlan:1-4094> [native]", "encapsulation"),
    _r("mtu / <bytes:64-18000>"),
    _r("mac-address / <address:word>"),
    _r("ip vrf forwarding <vrf:word>"),
    _r("ip address / <address:addr> <mask:addr>", "ip address", check="address"),
    _r("ip address <address:addr> <mask:addr> secondary", "ip address secondary {address}", check="address"),
    _r("ip address <source:dhcp|negotiated>", "ip address"),
    _r("ip unnumbered / <interface:iface>"),
    _r("ip access-group / <list:word> <way:in|out>", "ip access-group {way}", check="access_group"),
    _r("ip helper-address / <server:addr>", "ip helper-address {server}"),
    _r("ip redirects", negation="only"),
    _r("ip unreachables", negation="only"),
    _r("ip proxy-arp", negation="only"),
    _r("ip directed-broadcast"),
    _r("ip mtu / <bytes:68-1500>"),
    _r("ip accounting / [<what:word>]"),
    _r("ip flow ingress"),
    _r("ip flow egress"),
    _r("ip route-cache [flow | cef]", negation="keep"),
    _r("ip nbar protocol-discovery"),
    _r("ip nat <side:inside|outside>", "ip nat"),
    _r("ip inspect / <name:word> <way:in|out>", "ip inspect {way}"),
    _r("ip virtual-reassembly"),
    _r("ip tcp adjust-mss / <bytes:500-1460>"),
    _r("ip policy route-map <name:word>"),
    _r("ip ospf <what:line>", "ip ospf {what}"),
    _r("zone-member security <zone:word>"),
    _r("encapsulation <protocol:hdlc|ppp|frame-relay>", "encapsulation", check="encapsulation"),
    _r("load-interval / <seconds:30-600>"),
    _r("delay / <tens:1-16777215>"),
    _r("keepalive / [<seconds:0-32767>]", negation="keep"),
    _r("shutdown"),
    _r("duplex / <duplex:auto|full|half>"),
    _r("full-duplex"),
    _r("half-duplex"),
    _r("speed / <speed:auto|10|100|1000>"),
    _r("media-type / <media:rj45|sfp|auto-failover>"),
    _r("negotiation auto", negation="keep"),
    _r("clock rate / <rate:300-8000000>"),
    _r("fair-queue / [<n:1-4096>]", negation="keep"),
    _r("hold-queue <n:0-4096> <way:in|out>", "hold-queue {way}"),
    _r("serial restart-delay <n:0-900>"),
    _r("ppp <what:line>", "ppp {what}"),
    _r("tunnel <what:line>", "tunnel {what}"),
    _r("standby version <n:1-2>"),
    _r("standby delay <what:line>"),
    _r("standby <group:0-255> ip / [<address:addr>]", "standby {group} ip", check="standby"),
    _r("standby <group:0-255> timers / <hello:1-254> <hold:1-255>", "standby {group} timers"),
    _r("standby <group:0-255> priority / <priority:0-255>", "standby {group} priority"),
    _r("standby <group:0-255> preempt / [delay <how:line>]", "standby {group} preempt"),
    _r("standby <group:0-255> authentication / <text:line>", "standby {group} authentication"),
    _r("standby <group:0-255> name / <name:word>", "standby {group} name"),
    _r("standby <group:0-255> track / <what:line>", "standby {group} track"),
    _r("cdp enable", negation="only"),
    _r("mop enabled", negation="only"),
    _r("arp timeout <seconds:0-2147483>"),
    _r("crypto map <name:word>"),
    _r("service-policy <way:input|output> <name:word>", "service-policy {way}"),
    _r("traffic-shape <what:line>"),
)

LINE: tuple[Rule, ...] = (
    _r("access-class / <list:word> <way:in|out>", "access-class {way}"),
    _r("exec-timeout / <minutes:0-35791> [<seconds:0-2147483>]"),
    _r("privilege level / <level:0-15>"),
    _r("password / [<level:0-9>] <value:word>", check="secret"),
    _r("logging synchronous"),
    _r("login / [local | authentication <list:word>]", negation="keep"),
    _r("exec", negation="only"),
    _r("history size <n:0-256>"),
    _r("length / <n:0-512>"),
    _r("width / <n:0-512>"),
    _r("modem <what:line>"),
    _r("session-timeout / <n:0-35791>"),
    _r("transport preferred / <what:word>"),
    _r("transport input / <what:line>"),
    _r("transport output / <what:line>"),
    _r("stopbits / <n:1-2>"),
    _r("speed / <n:0-4294967295>"),
    _r("flowcontrol <what:line>"),
)

ARCHIVE: tuple[Rule, ...] = (
    _r("log config", opens="archive-log"),
    _r("path / <path:word>"),
    _r("maximum / <n:1-14>"),
    _r("write-memory"),
    _r("time-period / <minutes:1-525600>"),
    _r("rollback <what:line>", "rollback {what}"),
)
ARCHIVE_LOG: tuple[Rule, ...] = (
    _r("logging enable"),
    _r("logging size <n:1-1000>"),
    _r("notify syslog [contenttype <type:plaintext|xml>]"),
    _r("hidekeys"),
    _r("record rc"),
)
OPAQUE: tuple[Rule, ...] = (_r("<text:line>", "{text}", negation="either"),)

_SPEC = "(any | host <{0}_host:addr> | <{0}:addr> <{0}_wild:addr>)"
_PORT = (
    "[eq <{0}_eq:port> | neq <{0}_neq:port> | gt <{0}_gt:port> | lt <{0}_lt:port> "
    "| range <{0}_low:port> <{0}_high:port>]"
)
_LOG = "[<log:log|log-input>]"
_ENDS = f"{_SPEC.format('src')} {_SPEC.format('dst')}"
_PORTED = f"{_SPEC.format('src')} {_PORT.format('sport')} {_SPEC.format('dst')} {_PORT.format('dport')}"
_ICMP = (
    "[<icmp:echo|echo-reply|unreachable|time-exceeded|ttl-exceeded|packet-too-big|administratively-prohibited"
    "|host-unreachable|net-unreachable|port-unreachable|redirect|source-quench|traceroute|parameter-problem"
    "|timestamp-request|timestamp-reply>]"
)
_IP = "ip|gre|esp|ahp|ospf|eigrp|igmp|ipinip|pim"


def _e(pattern: str) -> Rule:
    return _r(f"[<seq:1-2147483647>] {pattern}", "entry", check="entry")


STANDARD_ENTRY: tuple[Rule, ...] = (
    _e(f"<action:permit|deny> (any | host <src_host:addr> | <src:addr> [<src_wild:addr>]) {_LOG}"),
    _r("remark <remark:line>", "entry", check="entry"),
)
EXTENDED_ENTRY: tuple[Rule, ...] = (
    _e(f"<action:permit|deny> <protocol:{_IP}> {_ENDS} [fragments] {_LOG}"),
    _e(f"<action:permit|deny> <protocol:1-255> {_ENDS} {_LOG}"),
    _e(f"<action:permit|deny> <protocol:icmp> {_ENDS} {_ICMP} {_LOG}"),
    _e(f"<action:permit|deny> <protocol:tcp> {_PORTED} [<flag:established>] {_LOG}"),
    _e(f"<action:permit|deny> <protocol:udp> {_PORTED} {_LOG}"),
    _r("remark <remark:line>", "entry", check="entry"),
)
SEQUENCE: tuple[Rule, ...] = (_r("<only:1-2147483647>", "entry", check="entry"),)

# mode -> (what the prompt says between the brackets, the table)
MODES: dict[str, tuple[str, tuple[Rule, ...]]] = {
    "config": ("config", tuple(rule for group in GLOBAL for rule in group)),
    "config-if": ("config-if", INTERFACE),
    "config-subif": ("config-subif", INTERFACE),
    "config-line": ("config-line", LINE),
    "archive": ("config-archive", ARCHIVE),
    "archive-log": ("config-archive-log-cfg", ARCHIVE_LOG),
    "acl-standard": ("config-std-nacl", STANDARD_ENTRY),
    "acl-extended": ("config-ext-nacl", EXTENDED_ENTRY),
    "opaque": ("config-router", OPAQUE),
}


@cache
def table(mode: str) -> tuple[Rule, ...]:
    """The rules of a mode with their rank (order of printing) and group (a `!` after each, global mode only)."""
    if mode == "config":
        ranked = [(rule, group) for group, rules in enumerate(GLOBAL) for rule in rules]
    else:
        ranked = [(rule, 0) for rule in MODES[mode][1]]
    return tuple(
        Rule(rule.pattern, rule.key, rule.opens, rule.negation, rule.check, rank, group)
        for rank, (rule, group) in enumerate(ranked)
    )


@cache
def matcher(mode: str, negated: bool = False) -> Matcher[Rule]:
    """The commands of a mode; with `negated` what may follow `no` there."""
    rules = table(mode) + (SEQUENCE if negated and mode.startswith("acl-") else ())
    return Matcher([(rule.pattern, rule) for rule in rules], negated)
