"""The kinds of resources, as data: which attributes, how a line is recognised, how it is written.

    interface/<name>      description, bandwidth, ip_address, access_group_in, access_group_out, nat, enabled
    route/<prefix>        next_hops: the whole set for that prefix, in no order
    access_list/<name>    type, entries: the whole list, in order

Plain data throughout (str, int, bool, None, list, dict): it goes through JSON. None, [] and `type: None` mean "must
be absent".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fellesdrift.state.network import addresses

Resources = dict[str, dict[str, dict[str, Any]]]

INTERFACE, ROUTE, ACCESS_LIST = "interface", "route", "access_list"
DYNAMIC_ADDRESSES = ("dhcp", "negotiated")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True)
class Attribute:
    """One attribute of an interface.

    name       in the resource data
    pattern    of its line, whole; group 1 (and 2) hold the value
    expected   what a value must be, in words
    valid      whether a value is one
    read       groups -> value
    write      value -> line
    remove     value that is there -> the line that takes it away
    absent     the line that IOS prints when there is no value, or None
    """

    name: str
    pattern: re.Pattern[str]
    expected: str
    valid: Callable[[Any], bool]
    write: Callable[[Any], str]
    remove: Callable[[Any], str]
    read: Callable[..., Any] = lambda text: text
    absent: str | None = None


def is_list_name(value: object) -> bool:
    """A name or number that an access list can have."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_description(value: object) -> bool:
    # `?` asks IOS for help even inside a description; 240 characters are its limit
    return (
        isinstance(value, str)
        and 0 < len(value) <= 240
        and value == value.strip()
        and value.isprintable()
        and "?" not in value
    )


def _is_bandwidth(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10_000_000


def _read_address(address: str, mask: str | None) -> str:
    return address if mask is None else addresses.interface_from_ios(address, mask)


def _write_address(value: str) -> str:
    return f"ip address {value if value in DYNAMIC_ADDRESSES else addresses.interface_to_ios(value)}"


def _access_group(direction: str) -> Attribute:
    return Attribute(
        name=f"access_group_{direction}",
        pattern=re.compile(rf"ip access-group (\S+) {direction}"),
        expected="the name or number of an access list, or null",
        valid=is_list_name,
        write=lambda value: f"ip access-group {value} {direction}",
        remove=lambda value: f"no ip access-group {value} {direction}",
    )


# in the order in which they are put on: filters before the address makes the interface useful, enabled last
INTERFACE_ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(
        name="description",
        pattern=re.compile(r"description (.+)"),
        expected="1 to 240 printable characters without `?`, no blank at the ends, or null",
        valid=_is_description,
        write=lambda value: f"description {value}",
        remove=lambda value: f"no description {value}",
    ),
    Attribute(
        name="bandwidth",
        pattern=re.compile(r"bandwidth (\d+)"),
        expected="kbit/s, 1 to 10000000, or null",
        valid=_is_bandwidth,
        read=int,
        write=lambda value: f"bandwidth {value}",
        remove=lambda value: f"no bandwidth {value}",
    ),
    _access_group("in"),
    _access_group("out"),
    Attribute(
        name="nat",
        pattern=re.compile(r"ip nat (inside|outside)"),
        expected="inside, outside or null",
        valid=lambda value: value in ("inside", "outside"),
        write=lambda value: f"ip nat {value}",
        remove=lambda value: f"no ip nat {value}",
    ),
    Attribute(
        name="ip_address",
        pattern=re.compile(r"ip address (dhcp|negotiated|\d\S*)(?: (\S+))?"),
        expected="an address with prefix length such as 10.250.61.1/30, dhcp, negotiated or null",
        valid=lambda value: value in DYNAMIC_ADDRESSES or addresses.is_interface_address(value),
        read=_read_address,
        write=_write_address,
        remove=lambda value: f"no {_write_address(value)}",
        absent="no ip address",
    ),
)
ENABLED = "enabled"
BY_NAME = {attribute.name: attribute for attribute in INTERFACE_ATTRIBUTES}
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    INTERFACE: (*BY_NAME, ENABLED),
    ROUTE: ("next_hops",),
    ACCESS_LIST: ("type", "entries"),
}

# -- routes

_NEXT_HOP = re.compile(
    r"(?P<hop>\d+\.\d+\.\d+\.\d+|[A-Z][A-Za-z-]*\d[\d/.:]*|Null0)"
    r"(?P<address> \d+\.\d+\.\d+\.\d+)?(?P<distance> \d+)?(?: name (?P<name>\S+))?"
)
_ROUTE_NAME = re.compile(r"[!-~]{1,50}")


def read_next_hop(words: str) -> dict[str, Any] | None:
    """The words after `ip route PREFIX MASK` as data; None for forms that the data cannot hold (track, tag...)."""
    match = _NEXT_HOP.fullmatch(words)
    if match is None or (match["hop"][0].isdigit() and match["address"]):
        return None
    distance = int(match["distance"] or 1)
    return {"next_hop": match["hop"] + (match["address"] or ""), "distance": distance, "name": match["name"]}


def route_line(prefix: str, next_hop: dict[str, Any]) -> str:
    """The `ip route` line as IOS prints it: distance 1 is not shown."""
    line = f"ip route {addresses.prefix_to_ios(prefix)} {next_hop['next_hop']}"
    if next_hop["distance"] != 1:
        line += f" {next_hop['distance']}"
    return line if next_hop["name"] is None else f"{line} name {next_hop['name']}"


def is_next_hop(value: object) -> bool:
    """An address, an interface, or an interface and an address."""
    return isinstance(value, str) and (found := read_next_hop(value)) is not None and found["next_hop"] == value


def is_distance(value: object) -> bool:
    """1 to 255."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 255


def is_route_name(value: object) -> bool:
    """None, or one word."""
    return value is None or (isinstance(value, str) and _ROUTE_NAME.fullmatch(value) is not None and "?" not in value)


def next_hop_order(next_hop: dict[str, Any]) -> tuple[int, str]:
    """Nearest first; the set has no order of its own, so one is chosen."""
    return next_hop["distance"], next_hop["next_hop"]
