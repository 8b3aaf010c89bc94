"""Who answers at the other end of WS-Man, and whether it can be worked with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from fellesdrift.session.wsman import names
from fellesdrift.session.wsman.errors import StackUnsupportedError

_VERSION = re.compile(
    r"OS:\s*(?P<os>[0-9.]{1,20})\s+SP:\s*(?P<sp>[0-9.]{1,10})\s+Stack:\s*(?P<major>\d{1,3})\.(?P<minor>\d{1,3})",
    re.ASCII,
)
# WinRM 1.1 is the first that Server 2003 can be managed with
_OLDEST = (1, 1)


@dataclass(frozen=True)
class Identity:
    """os: `5.2.3790`; service_pack: `2.0`; stack: (2, 0). A stack that keeps its OS to itself says 0.0.0."""

    os: str
    service_pack: str
    stack: tuple[int, int]


def identity_of(host: str, body: etree._Element) -> Identity:
    """What an IdentifyResponse says. Raises StackUnsupportedError (FD321)."""
    response = body.find(f"{{{names.IDENTITY}}}IdentifyResponse")
    if response is None:
        # the prerelease of 2003 R2 answers in a namespace of its own
        raise StackUnsupportedError(host, "no answer to Identify of WS-Management 1.0")
    protocol = response.findtext(f"{{{names.IDENTITY}}}ProtocolVersion", "").strip()
    vendor = response.findtext(f"{{{names.IDENTITY}}}ProductVendor", "").strip()
    product = response.findtext(f"{{{names.IDENTITY}}}ProductVersion", "").strip()
    match = _VERSION.fullmatch(product)
    found = f"{vendor or 'no vendor'}, {product or 'no version'}"[:200]
    if protocol != names.WSMAN or match is None or vendor != "Microsoft Corporation":
        raise StackUnsupportedError(host, found)
    stack = (int(match["major"]), int(match["minor"]))
    if stack < _OLDEST:
        raise StackUnsupportedError(host, found)
    return Identity(match["os"], match["sp"], stack)
