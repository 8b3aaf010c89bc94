"""A journal's place as the estate names it: a path, or the URL of a PostgreSQL database.

It stands outside of the rooms, for the estate reads it and the journal, which knows nothing of an estate, uses it.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from fellesdrift.errors import FellesdriftError

SCHEME = "postgresql"
_KEY = "fellesdrift_estate.journal"


def place_of(text: str, folder: Path) -> Path | str:
    """The URL as it is, or the absolute path; a relative one begins at the folder. Raises FD600 (see `check_url`)."""
    if "://" not in text:
        return (folder / text).absolute()
    check_url(text)
    return text


def check_url(url: str) -> None:
    """FD600 for a URL of anything but PostgreSQL, and for one that holds a password: it would be in the inventory, in
    errors and in logs."""
    parts = urlsplit(url)
    if parts.password is not None or any("pass" in name.lower() for name, _ in parse_qsl(parts.query)):
        raise FellesdriftError(
            "FD600",
            "the journal's URL holds a password",
            key=_KEY,
            found=f"{parts.scheme}://... with a password",
            expected="a URL without one",
            next_step="take it out, change it in the database, and give it by PGPASSFILE, a service file or PGPASSWORD",
        )
    # a service names its server and database itself: postgresql://?service=NAME
    if parts.scheme != SCHEME or not (len(parts.path) > 1 or "service=" in parts.query):
        raise FellesdriftError(
            "FD600",
            "there is no journal of this kind",
            key=_KEY,
            found=url,
            expected=f"a path, or {SCHEME}://USER@HOST:PORT/DATABASE",
        )
