"""Text of devices and of the estate, made safe to show; and moments as people read them."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from fellesdrift.drift.model import Finding

_KEPT = "\n\t"
_NONCHARACTERS = frozenset("\ufffe\uffff")
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's control, format (they reverse a line's direction), surrogate and separator characters."""


def visible(text: str) -> str:
    """The text with every character that would be obeyed instead of shown written as `\\x1b` or `\\u202e`. Line ends
    and tabulators stay, and so do all letters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in _KEPT:
        return character
    if character in _NONCHARACTERS or unicodedata.category(character) in _HIDDEN:
        code = ord(character)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character


def line(text: str) -> str:
    """As `visible`, on one line."""
    return " ".join(visible(text).split())


def value(data: Any) -> str:
    """What is wanted or there: text as it is, other data as JSON; None: `none`."""
    if data is None:
        return "none"
    return visible(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False))


def place(finding: Finding) -> str:
    """kind/key/attribute, on one line."""
    return line("/".join(part for part in (finding.kind, finding.key, finding.attribute) if part))


def moment(utc: str, zone: tzinfo | None = None) -> str:
    """`2026-11-22 03:00:05 UTC`, or the local time with the zone's own abbreviation. What is no moment stays."""
    try:
        parsed = datetime.strptime(utc, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return visible(utc)
    return parsed.astimezone(zone or UTC).strftime("%Y-%m-%d %H:%M:%S %Z")


def nights(finding: Finding) -> int | None:
    """For how many nights it has been seen, tonight's included; None when no history says."""
    try:
        first, last = (datetime.strptime(one, "%Y-%m-%dT%H:%M:%SZ") for one in (finding.first_seen, finding.last_seen))
    except ValueError:
        return None
    # runs of one time table are a few minutes early or late, and an hour when the clocks change
    return max(0, round((last - first).total_seconds() / 86400)) + 1


def age(finding: Finding) -> str:
    """`new`, `since 3 nights`, or `unknown`."""
    count = nights(finding)
    if count is None:
        return "unknown"
    return "new" if count == 1 else f"{count} nights"


def time_zone(name: str | None) -> ZoneInfo | None:
    """The zone of a name such as Europe/Oslo. FD751 when there is none of that name."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FellesdriftError(
            "FD751",
            "there is no such time zone",
            key="--time-zone",
            found=visible(name),
            expected="a name of the time zone database, such as Europe/Oslo",
        ) from error
