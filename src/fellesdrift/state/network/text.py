"""A configuration as text: its sections, its volatile lines, its one canonical form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, NetmaskValueError

from fellesdrift.session.redaction import redact
from fellesdrift.state.network import addresses
from fellesdrift.state.network.entries import as_printed
from fellesdrift.state.network.errors import ConfigurationUnreadableError


@dataclass(frozen=True)
class Volatile:
    """Lines that say nothing about what the device is configured to do. `pattern` is on the whole line."""

    pattern: str
    reason: str


VOLATILE: tuple[Volatile, ...] = (
    Volatile(r"Building configuration\.\.\.", "progress of `show running-config`"),
    Volatile(r"Current configuration ?: \d+ bytes", "the size, redacted values included"),
    Volatile(r"Using \d+ out of \d+ bytes.*", "size of the startup configuration in NVRAM"),
    Volatile(r"! Last configuration change at .*", "time and user of the last change"),
    Volatile(r"! NVRAM config last updated at .*", "time and user of the last save"),
    Volatile(r"! No configuration change since last restart", "stands there until the first change"),
    Volatile(r"ntp clock-period \d+", "the clock's own correction; IOS rewrites it by itself"),
    Volatile(r" ip virtual-reassembly.*", "IOS puts it on by itself with NAT or inspection, depending on version"),
    Volatile(r" *!.*", "separators and comments; IOS keeps no comments"),
    Volatile(r"\s*", "empty lines"),
)
_VOLATILE = re.compile("|".join(f"(?:{volatile.pattern})" for volatile in VOLATILE))
# most lines begin with none of these: asking first keeps a sweep of many devices cheap
_MAY_BE_VOLATILE = ("Building", "Current", "Using", "!", "ntp clock-period", " ip virtual-reassembly", " ")
_BANNER = re.compile(r"banner \S+ (\^C|\S)")
_INTERFACE_ORDER = (
    re.compile(r"description "),
    re.compile(r"bandwidth "),
    re.compile(r"(?:no )?ip address(?! .* secondary)"),
    re.compile(r"ip address .* secondary"),
    re.compile(r"ip access-group \S+ in"),
    re.compile(r"ip access-group \S+ out"),
    re.compile(r"ip nat (?:inside|outside)$"),
)


@dataclass(frozen=True)
class Section:
    """A line and the lines under it, without the section's own indentation (one blank)."""

    head: str
    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        # what stands in a banner is not indented by IOS, and must not be
        indent = "" if self.head.startswith("banner ") else " "
        return "\n".join([self.head, *(f"{indent}{line}" for line in self.lines)])


def parse(config: str) -> tuple[Section, ...]:
    """The sections in the order of the text, volatile lines out. Raises ConfigurationUnreadableError."""
    return _parse(config)


# one configuration is read by several of the pure functions in a row
@lru_cache(maxsize=64)
def _parse(config: str) -> tuple[Section, ...]:
    sections: list[tuple[str, list[str]]] = []
    banner_end: str | None = None
    for raw in config.replace("\r\n", "\n").split("\n"):
        line = raw.rstrip()
        if banner_end is not None:
            # kept as lines below the banner, whatever they begin with
            sections[-1][1].append(line)
            banner_end = None if banner_end in line else banner_end
            continue
        if is_volatile(line):
            continue
        if line.startswith("%"):
            raise ConfigurationUnreadableError(line, "a configuration, not an error")
        if line.startswith(" ") and sections:
            sections[-1][1].append(line[1:])
            continue
        sections.append((line, []))
        if line.startswith("banner ") and (banner := _BANNER.match(line)) and banner[1] not in line[banner.end() :]:
            banner_end = banner[1]
    _check_whole(sections)
    return tuple(Section(head, tuple(lines)) for head, lines in sections)


def is_volatile(line: str) -> bool:
    """Whether a line says nothing that lasts."""
    return not line or (line.startswith(_MAY_BE_VOLATILE) and _VOLATILE.fullmatch(line) is not None)


# a device's two configurations are each held against something twice
@lru_cache(maxsize=8)
def body(config: str) -> str:
    """A configuration as printed, from its first lasting line on. Two with the same body have the same normal form:
    what comes after the first lasting line is compared as it stands, volatile lines and all."""
    begin = 0
    while begin < len(config):
        end = config.find("\n", begin)
        end = len(config) if end < 0 else end
        if not is_volatile(config[begin:end].rstrip()):
            break
        begin = end + 1
    return config[begin:].rstrip()


def _check_whole(sections: list[tuple[str, list[str]]]) -> None:
    if not sections:
        raise ConfigurationUnreadableError("nothing", "a configuration")
    if not any(head.startswith("hostname ") for head, _ in sections):
        raise ConfigurationUnreadableError(f"{len(sections)} lines without a host name", "a line `hostname`")
    if sections[-1][0] != "end":
        raise ConfigurationUnreadableError(f"the last line is `{redact(sections[-1][0])}`", "`end` as the last line")


# -- access lists: IOS prints numbered ones line by line, named ones as sections


@dataclass(frozen=True)
class AccessList:
    """type: standard or extended; entries in order, as IOS prints them with single blanks."""

    name: str
    type: str
    entries: tuple[str, ...]

    @property
    def section(self) -> Section:
        return Section(f"ip access-list {self.type} {self.name}", self.entries)


_NUMBERED = re.compile(r"access-list (\d+) (.+)")
_NAMED = re.compile(r"ip access-list (standard|extended) (\S+)")


def type_of_number(number: int) -> str | None:
    """standard 1-99 and 1300-1999, extended 100-199 and 2000-2699 (IOS command reference); other numbers are no
    IP access lists."""
    if 1 <= number <= 99 or 1300 <= number <= 1999:
        return "standard"
    return "extended" if 100 <= number <= 199 or 2000 <= number <= 2699 else None


def access_lists(sections: tuple[Section, ...]) -> dict[str, AccessList]:
    """All IP access lists by name."""
    found: dict[str, tuple[str, list[str]]] = {}
    for section in sections:
        if (part := _access_list_part(section)) is not None:
            name, list_type, entries = part
            found.setdefault(name, (list_type, []))[1].extend(as_printed(list_type, entry) for entry in entries)
    return {name: AccessList(name, list_type, tuple(entries)) for name, (list_type, entries) in found.items()}


def _access_list_part(section: Section) -> tuple[str, str, tuple[str, ...]] | None:
    if not section.head.startswith(("ip access-list ", "access-list ")):
        return None
    if named := _NAMED.fullmatch(section.head):
        return named[2], named[1], section.lines
    if (numbered := _NUMBERED.fullmatch(section.head)) and (list_type := type_of_number(int(numbered[1]))):
        return numbered[1], list_type, (numbered[2],)
    return None


def is_access_list(section: Section) -> bool:
    """Whether the section belongs to an IP access list."""
    return _access_list_part(section) is not None


# -- routes

_ROUTE = re.compile(r"ip route (\d+\.\d+\.\d+\.\d+) (\d+\.\d+\.\d+\.\d+) (.+)")


def is_route(section: Section) -> bool:
    """Whether the line is a static IPv4 route."""
    return section.head.startswith("ip route ")


def route_of(line: str) -> tuple[str, str] | None:
    """(prefix, the words after the mask) of an `ip route` line of the global table."""
    match = _ROUTE.fullmatch(line)
    if match is None:
        return None
    try:
        return addresses.prefix_from_ios(match[1], match[2]), match[3]
    except (AddressValueError, NetmaskValueError, ValueError):
        return None


def _route_order(section: Section) -> tuple[int, int, int, str]:
    known = route_of(section.head)
    if known is None:
        return 1, 0, 0, section.head
    return (0, *addresses.sort_key(known[0]), section.head)


# -- the canonical form


def is_interface(section: Section) -> bool:
    """Whether the section is an interface."""
    return section.head.startswith("interface ")


def _rank(line: str) -> int:
    if line == "shutdown":
        return len(_INTERFACE_ORDER) + 1
    ranks = (rank for rank, pattern in enumerate(_INTERFACE_ORDER) if pattern.match(line))
    return next(ranks, len(_INTERFACE_ORDER))


def canonical(sections: tuple[Section, ...]) -> str:
    """The text of sections in one order: interfaces' known lines first, static routes by prefix and access lists by
    name after the last interface, all else where it was. The order inside an access list is kept: it means something.
    Secrets are redacted."""
    rest: list[Section] = []
    after_interfaces = 0
    for section in sections:
        if is_route(section) or is_access_list(section):
            continue
        if is_interface(section):
            rest.append(Section(section.head, tuple(sorted(section.lines, key=_rank))))
            after_interfaces = len(rest)
        else:
            rest.append(section)
    owned = sorted((section for section in sections if is_route(section)), key=_route_order)
    owned.extend(one.section for _, one in sorted(access_lists(sections).items()))
    ordered = [*rest[:after_interfaces], *owned, *rest[after_interfaces:]]
    return redact("\n".join(section.text for section in ordered)) + "\n"


def normalise(config: str) -> str:
    """What a configuration says, in the one form in which two are compared: see `canonical` and `VOLATILE`.
    Normalising twice changes nothing. Raises ConfigurationUnreadableError."""
    return canonical(parse(config))


def version(sections: tuple[Section, ...]) -> tuple[int, ...]:
    """(12, 4) from the line `version 12.4`; () when there is none."""
    for section in sections:
        if match := re.fullmatch(r"version (\d+)\.(\d+)\S*", section.head):
            return int(match[1]), int(match[2])
    return ()
