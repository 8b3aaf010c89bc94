"""What an ordered access list does with a set of packets: exactly, or it says that it does not know.

An entry is read from the text that the device prints. A form that is not known here (`fragments`, `time-range`, a
wildcard with holes, ...) is never guessed at: what reaches it undecided stays undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address

from fellesdrift.policy import boxes
from fellesdrift.policy.boxes import Box, Interval

_PROTOCOLS = {"ip": boxes.PROTOCOLS, "icmp": (1, 1), "tcp": (6, 6), "udp": (17, 17), "gre": (47, 47), "esp": (50, 50),
              "ahp": (51, 51), "igmp": (2, 2), "eigrp": (88, 88), "ospf": (89, 89), "pim": (103, 103)}  # fmt: skip
_PORTS = {
    "tcp": {
        "echo": 7, "discard": 9, "daytime": 13, "chargen": 19, "ftp-data": 20, "ftp": 21, "telnet": 23, "smtp": 25,
        "time": 37, "whois": 43, "tacacs": 49, "domain": 53, "gopher": 70, "finger": 79, "www": 80, "hostname": 101,
        "pop2": 109, "pop3": 110, "sunrpc": 111, "ident": 113, "nntp": 119, "bgp": 179, "irc": 194, "pim-auto-rp": 496,
        "exec": 512, "login": 513, "cmd": 514, "lpd": 515, "talk": 517, "uucp": 540, "klogin": 543, "kshell": 544,
    },
    "udp": {
        "echo": 7, "discard": 9, "time": 37, "nameserver": 42, "tacacs": 49, "domain": 53, "bootps": 67, "bootpc": 68,
        "tftp": 69, "sunrpc": 111, "ntp": 123, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ss": 139, "snmp": 161,
        "snmptrap": 162, "xdmcp": 177, "dnsix": 195, "mobile-ip": 434, "pim-auto-rp": 496, "isakmp": 500, "biff": 512,
        "who": 513, "syslog": 514, "talk": 517, "rip": 520, "non500-isakmp": 4500,
    },
}  # fmt: skip
_TYPES = {"echo-reply": 0, "unreachable": 3, "source-quench": 4, "redirect": 5, "echo": 8, "time-exceeded": 11,
          "parameter-problem": 12, "timestamp-request": 13, "timestamp-reply": 14}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """permit, and the packets it speaks of; boxes None: a form that is not known."""

    text: str
    permit: bool
    boxes: tuple[Box, ...] | None


@dataclass
class Decided:
    """What became of some packets. unknown: those that reached an entry of an unknown form, and its text."""

    permitted: list[Box] = field(default_factory=list)
    denied: list[Box] = field(default_factory=list)
    unknown: list[Box] = field(default_factory=list)
    entry: str = ""


@lru_cache(maxsize=1 << 16)
def read(text: str) -> Entry | None:
    """An entry as printed; None for a remark."""
    words = text.split()
    if words[:1] == ["remark"]:
        return None
    if words[:1] not in (["permit"], ["deny"]):
        return Entry(text, permit=False, boxes=None)
    try:
        found: tuple[Box, ...] | None = _boxes(words[1:])
    except (ValueError, IndexError, AddressValueError):
        found = None
    return Entry(text, words[0] == "permit", found)


def decide(entries: Sequence[str] | None, packets: Sequence[Box]) -> Decided:
    """What the list does with the packets; a list that is missing, or has no rules, lets everything through, as IOS
    does."""
    rules = [entry for text in entries or () if (entry := read(text)) is not None]
    decided, left = Decided(), list(packets)
    if not rules:
        return Decided(permitted=left)
    for rule in rules:
        if not left:
            break
        if rule.boxes is None:
            decided.unknown, decided.entry = left, rule.text
            return decided
        for box in rule.boxes:
            if not any(boxes.meets(packet, box) for packet in left):
                continue
            met = [shared for packet in left if (shared := boxes.intersect(packet, box))]
            (decided.permitted if rule.permit else decided.denied).extend(met)
            left = [piece for packet in left for piece in boxes.subtract(packet, box)]
    decided.denied.extend(left)
    return decided


def _boxes(words: list[str]) -> tuple[Box, ...]:
    """The packets of an extended entry, from the word behind permit or deny. ValueError for what is not known."""
    words = list(words)
    protocol = words.pop(0)
    numbers = _PROTOCOLS[protocol] if protocol in _PROTOCOLS else _number(protocol, 255)
    source = _place(words)
    sports = _port_ranges(words, protocol)
    destination = _place(words)
    dports = _port_ranges(words, protocol)
    mark = boxes.MARKS
    if protocol == "icmp" and words and words[0] in _TYPES:
        mark = (_TYPES[words[0]],) * 2
        words.pop(0)
    elif protocol == "tcp" and words[:1] == ["established"]:
        mark = boxes.ESTABLISHED
        words.pop(0)
    if words not in ([], ["log"], ["log-input"]):
        raise ValueError(words)
    return tuple((source, destination, numbers, sport, dport, mark) for sport in sports for dport in dports)


def _number(word: str, most: int) -> Interval:
    if not word.isdigit() or int(word) > most:
        raise ValueError(word)
    return int(word), int(word)


def _place(words: list[str]) -> Interval:
    word = words.pop(0)
    if word == "any":
        return boxes.ADDRESSES
    if word == "host":
        number = int(IPv4Address(words.pop(0)))
        return number, number
    base, wildcard = int(IPv4Address(word)), int(IPv4Address(words.pop(0)))
    if wildcard & (wildcard + 1):
        raise ValueError(wildcard)  # holes: no interval
    return base & ~wildcard, base | wildcard


def _port_ranges(words: list[str], protocol: str) -> list[Interval]:
    if protocol not in _PORTS or not words or words[0] not in ("eq", "neq", "gt", "lt", "range"):
        return [boxes.PORTS]
    operator = words.pop(0)
    first = _port(words.pop(0), protocol)
    if operator == "eq":
        return [(first, first)]
    if operator == "range":
        return [(first, _port(words.pop(0), protocol))]
    if operator == "gt":
        return [(first + 1, boxes.PORTS[1])] if first < boxes.PORTS[1] else []
    if operator == "lt":
        return [(0, first - 1)] if first else []
    return boxes.outside([(first, first)], boxes.PORTS)


def _port(word: str, protocol: str) -> int:
    return _PORTS[protocol][word] if word in _PORTS[protocol] else _number(word, boxes.PORTS[1])[0]
