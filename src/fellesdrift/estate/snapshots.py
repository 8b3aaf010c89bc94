"""What the checks need to know of a snapshot: whose it is, its addresses and routes, that it holds no secret.

A small reader of its own: the estate stands below everything that knows devices, and a check that shared code with the
engine would share its mistakes too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fellesdrift.estate import addresses
from fellesdrift.estate.draft import Draft

REDACTED = "<secret>"

# Where IOS keeps secrets, up to the value: Cisco's own list of what `show tech-support` masks, cut down to what
# routers and firewalls of these years have. The encryption type (0, 5, 7) stays visible.
_SECRETS = re.compile(
    r"""^\s*(?:
        enable\ (?:secret|password)(?:\ level\ \d+)?(?:\ \d+)?
      | username\ \S+(?:\ privilege\ \d+)?\ (?:secret|password)(?:\ \d+)?
      | password(?:\ \d+)?
      | (?:ppp\ (?:chap|pap)\ .*?)password(?:\ \d+)?
      | ppp\ pap\ sent-username\ \S+\ password(?:\ \d+)?
      | snmp-server\ community
      | (?:tacacs|radius)-server\ (?:host\ .*?)?key(?:\ \d+)?
      | standby\ (?:\d+\ )?authentication(?:\ md5\ key-string|\ text)?(?:\ \d+)?
      | ip\ ospf\ (?:authentication-key|message-digest-key\ \d+\ md5)(?:\ \d+)?
      | neighbor\ \S+\ password(?:\ \d+)?
      | key-string(?:\ \d+)?
      | crypto\ isakmp\ key(?:\ \d+)?
      | ntp\ authentication-key\ \d+\ md5
      | wpa-psk\ (?:ascii|hex)(?:\ \d+)?
    )\ (?P<value>\S+)""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass
class Interface:
    """As the snapshot has it; `address` is "10.61.0.1/29" or None."""

    address: str | None = None
    enabled: bool = True
    virtual: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Route:
    """A static route, `ip route`, with a next hop, an interface, or both; mask as it is written: "255.255.0.0"."""

    destination: str
    mask: str
    interface: str | None
    next_hop: str | None
    distance: int = 1


@dataclass
class Snapshot:
    """hostname: None when the text is no running configuration; archive_path: needed by the revert timer."""

    hostname: str | None = None
    complete: bool = False
    interfaces: dict[str, Interface] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    archive_path: bool = False
    secret_lines: list[int] = field(default_factory=list)


def read(text: str) -> Snapshot:
    """Read a `show running-config`. Never raises: what is missing is None, False or empty."""
    snapshot = Snapshot()
    section: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if (secret := _SECRETS.match(line)) and secret["value"] != REDACTED:
            snapshot.secret_lines.append(number)
        if not line.startswith(" "):
            section = line.strip()
            if section.startswith("hostname "):
                snapshot.hostname = section.removeprefix("hostname ").strip()
            elif section.startswith("interface "):
                snapshot.interfaces[section.removeprefix("interface ").strip()] = Interface()
            elif section.startswith("ip route ") and (route := _route(section.split()[2:])) is not None:
                snapshot.routes.append(route)
            elif section == "end":
                snapshot.complete = True
            continue
        _line_of(snapshot, section or "", line.strip())
    return snapshot


def _line_of(snapshot: Snapshot, section: str, line: str) -> None:
    """One indented line, under the section that it stands in."""
    if section == "archive" and line.startswith("path "):
        snapshot.archive_path = True
    if not section.startswith("interface "):
        return
    interface = snapshot.interfaces[section.removeprefix("interface ").strip()]
    words = line.split()
    if line == "shutdown":
        interface.enabled = False
    elif words[:2] == ["ip", "address"] and len(words) == 4:
        try:
            length = addresses.network(f"{words[2]}/{words[3]}").prefixlen
        except ValueError:
            return
        interface.address = f"{words[2]}/{length}"
    elif words[:1] == ["standby"] and words[-2:-1] == ["ip"]:
        interface.virtual.append(words[-1])


def _route(words: list[str]) -> Route | None:
    """`PREFIX MASK [INTERFACE] [NEXT-HOP] [DISTANCE] ...`; None for another table's (`vrf NAME ...`) or no route."""
    if len(words) < 3 or not _is_address(words[0]):
        return None
    rest = words[2:]
    interface = None if _is_address(rest[0]) else rest.pop(0)
    next_hop = rest.pop(0) if rest and _is_address(rest[0]) else None
    distance = int(rest[0]) if rest and rest[0].isdecimal() else 1
    return Route(words[0], words[1], interface, next_hop, distance)


def _is_address(word: str) -> bool:
    return word.count(".") == 3 and word.replace(".", "").isdecimal()


def refuse_secret(draft: Draft, host: str, place: str) -> None:
    """Note FD133 at `place` (file:line). The value is never shown."""
    draft.refuse(
        "FD133",
        "The snapshot holds a secret.",
        (),
        host=host,
        file=place,
        found="a value that is not shown here",
        expected=f"{REDACTED} in its place",
        next_step="replace it, and change the secret on the device if the file was ever shared",
    )
