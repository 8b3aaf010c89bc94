"""Entries of IP access lists in the form in which IOS prints them.

The forms accepted are those of the IOS 12.4 command reference (`permit`/`deny`, standard and extended named lists)
that firewalls of the estate use; an option that is not known here is refused rather than guessed at.
"""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address

TYPES = ("standard", "extended")
_ONE_HOST, _ANY_HOST = str(IPv4Address(0)), str(IPv4Address(2**32 - 1))  # wildcards
_REMARK_LENGTH = 100  # IOS cuts a longer one
_PROTOCOLS = {
    "0": "ip", "1": "icmp", "2": "igmp", "4": "ipinip", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "51": "ahp",
    "88": "eigrp", "89": "ospf", "94": "nos", "103": "pim", "108": "pcp",
}  # fmt: skip
_TCP = {
    "7": "echo", "9": "discard", "13": "daytime", "19": "chargen", "20": "ftp-data", "21": "ftp", "23": "telnet",
    "25": "smtp", "37": "time", "43": "whois", "49": "tacacs", "53": "domain", "70": "gopher", "79": "finger",
    "80": "www", "101": "hostname", "109": "pop2", "110": "pop3", "111": "sunrpc", "113": "ident", "119": "nntp",
    "179": "bgp", "194": "irc", "496": "pim-auto-rp", "512": "exec", "513": "login", "514": "cmd", "515": "lpd",
    "517": "talk", "540": "uucp", "543": "klogin", "544": "kshell",
}  # fmt: skip
_UDP = {
    "7": "echo", "9": "discard", "37": "time", "42": "nameserver", "49": "tacacs", "53": "domain", "67": "bootps",
    "68": "bootpc", "69": "tftp", "111": "sunrpc", "123": "ntp", "137": "netbios-ns", "138": "netbios-dgm",
    "139": "netbios-ss", "161": "snmp", "162": "snmptrap", "177": "xdmcp", "195": "dnsix", "434": "mobile-ip",
    "496": "pim-auto-rp", "500": "isakmp", "512": "biff", "513": "who", "514": "syslog", "517": "talk", "520": "rip",
    "4500": "non500-isakmp",
}  # fmt: skip
_PORTS = {"tcp": _TCP, "udp": _UDP}
_ICMP = {
    "0": "echo-reply", "3": "unreachable", "4": "source-quench", "5": "redirect", "8": "echo",
    "9": "router-advertisement", "10": "router-solicitation", "11": "time-exceeded", "12": "parameter-problem",
    "13": "timestamp-request", "14": "timestamp-reply", "15": "information-request", "16": "information-reply",
    "17": "mask-request", "18": "mask-reply", "30": "traceroute",
}  # fmt: skip
_ICMP_CODES = frozenset({
    "administratively-prohibited", "host-unreachable", "net-unreachable", "packet-too-big", "port-unreachable",
    "protocol-unreachable", "ttl-exceeded", "reassembly-timeout", "host-unknown", "network-unknown",
})  # fmt: skip
_FLAGS = frozenset({"established", "fragments", "log", "log-input"})
_WITH_VALUE = frozenset({"dscp", "precedence", "tos", "time-range"})


class EntryError(ValueError):
    """The entry is not of a known form; the text says what was expected."""


class _Words:
    """The words of an entry, taken one by one."""

    def __init__(self, text: str) -> None:
        self._words = text.split()

    def peek(self) -> str | None:
        return self._words[0] if self._words else None

    def take(self, expected: str) -> str:
        if not self._words:
            raise EntryError(f"{expected} after the last word")
        return self._words.pop(0)


def is_remark(entry: str) -> bool:
    """Whether an entry is only a remark."""
    return entry.startswith("remark ")


def is_deny(entry: str) -> bool:
    """Whether an entry denies."""
    return entry.startswith("deny ")


def canonical(list_type: str, entry: str) -> str:
    """The entry as IOS prints it, single blanks between its words. Raises EntryError."""
    if entry.startswith("remark"):
        return _remark(entry)
    words = _Words(entry)
    action = words.take("permit or deny")
    if action not in ("permit", "deny"):
        raise EntryError(f"permit, deny or remark instead of `{action}`")
    rest = _standard(words) if list_type == "standard" else _extended(words)
    return " ".join([action, *rest])


def as_printed(list_type: str, entry: str) -> str:
    """Like `canonical`, for what a device printed: a form not known here stays, with single blanks."""
    try:
        return canonical(list_type, entry)
    except EntryError:
        return " ".join(entry.split())


def _remark(entry: str) -> str:
    text = entry.removeprefix("remark").strip()
    if not text or len(text) > _REMARK_LENGTH or "?" in text or not text.isprintable():
        raise EntryError(f"a remark of 1 to {_REMARK_LENGTH} printable characters without `?`")
    return f"remark {text}"


def _address(word: str) -> IPv4Address:
    try:
        return IPv4Address(word)
    except AddressValueError as error:
        raise EntryError(f"an IPv4 address instead of `{word}`") from error


def _is_address(word: str | None) -> bool:
    return word is not None and word[:1].isdigit() and word.count(".") == 3


def _with_wildcard(address: str, wildcard: str) -> tuple[str, str]:
    bits = int(_address(wildcard))
    return str(IPv4Address(int(_address(address)) & ~bits & 0xFFFFFFFF)), str(IPv4Address(bits))


def _standard(words: _Words) -> list[str]:
    word = words.take("any, host or an address")
    if word == "any":
        place = ["any"]
    elif word == "host":
        place = [str(_address(words.take("an address")))]
    else:
        wildcard = words.take("a wildcard") if _is_address(words.peek()) else _ONE_HOST
        address, wildcard = _with_wildcard(word, wildcard)
        place = {_ONE_HOST: [address], _ANY_HOST: ["any"]}.get(wildcard, [address, wildcard])
    if words.peek() is not None:
        option = words.take("log")
        if option != "log" or words.peek() is not None:
            raise EntryError(f"log or the end instead of `{option}`")
        place.append(option)
    return place


def _extended(words: _Words) -> list[str]:
    protocol = words.take("a protocol")
    protocol = _PROTOCOLS.get(protocol, protocol)
    if protocol not in _PROTOCOLS.values() and not (protocol.isdigit() and int(protocol) < 256):
        raise EntryError(f"a protocol instead of `{protocol}`")
    source = [*_place(words), *_port(words, protocol)]
    destination = [*_place(words), *_port(words, protocol)]
    return [protocol, *source, *destination, *_options(words, protocol)]


def _place(words: _Words) -> list[str]:
    word = words.take("any, host or an address")
    if word == "any":
        return ["any"]
    if word == "host":
        return ["host", str(_address(words.take("an address")))]
    address, wildcard = _with_wildcard(word, words.take("a wildcard"))
    return {_ONE_HOST: ["host", address], _ANY_HOST: ["any"]}.get(wildcard, [address, wildcard])


def _port(words: _Words, protocol: str) -> list[str]:
    operator = words.peek()
    if protocol not in _PORTS or operator not in ("eq", "neq", "gt", "lt", "range"):
        return []
    words.take("an operator")
    count = 2 if operator == "range" else 1
    return [operator, *(_port_name(words.take("a port"), _PORTS[protocol]) for _ in range(count))]


def _port_name(word: str, names: dict[str, str]) -> str:
    if word in names.values():
        return word
    if not word.isdigit() or int(word) > 65535:
        raise EntryError(f"a port instead of `{word}`")
    return names.get(word, word)


def _options(words: _Words, protocol: str) -> list[str]:
    found: list[str] = []
    if protocol == "icmp" and (kind := words.peek()) is not None:
        kind = _ICMP.get(kind, kind)
        if kind in _ICMP.values() or kind in _ICMP_CODES:
            words.take("an ICMP type")
            found.append(kind)
    while words.peek() is not None:
        option = words.take("an option")
        if option not in _FLAGS | _WITH_VALUE or (option == "established" and protocol != "tcp"):
            raise EntryError(f"a known option instead of `{option}`")
        found.append(option)
        if option in _WITH_VALUE:
            found.append(words.take(f"a value of {option}"))
    return found
