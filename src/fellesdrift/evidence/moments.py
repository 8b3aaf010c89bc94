"""Moments as the evidence writes them: UTC in the data, the estate's own time in words."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def stamp(at: datetime | None) -> str:
    """`2006-03-03T21:04:05Z`; "" for none."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def parsed(text: str | None) -> datetime | None:
    """The moment of an ISO 8601 text; None for none and for what is no moment."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def local(at: datetime | None, zone: tzinfo) -> str:
    """`2006-03-03 22:04 CET`"""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z") if at else "an unknown time"


def duration(seconds: float) -> str:
    """`3 h 12 min`, `4 min 5 s`, `12 s`: two figures say how long it was."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
