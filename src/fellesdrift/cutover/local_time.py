"""Times as people read them: in the estate's own zone, with its abbreviation. Data has UTC."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def local_time(utc: str, time_zone: str) -> str:
    """An ISO 8601 time with its zone, to the minute; anything else, such as "-", as it is."""
    try:
        at = datetime.fromisoformat(utc)
    except ValueError:
        return utc
    return f"{at.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M %Z}"
