"""Where a journal is: a file of SQLite's, or the URL of a PostgreSQL database (postgresql://USER@HOST:PORT/DATABASE)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fellesdrift.errors import FellesdriftError

type Place = Path | str
"""A file, or a URL."""

_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_WITHOUT_LOCKS = frozenset({"nfs", "nfs4", "cifs", "smb3"})


def exists(place: Place) -> bool:
    """Whether a journal was ever made there. FD605 when the folder may not be looked into, FD609 when the server cannot
    be asked."""
    if isinstance(place, Path):
        try:
            return place.exists()
        except OSError:
            from fellesdrift.journal.failures import translated  # brings SQLAlchemy, which a look does not need

            with translated(place):
                raise
    from fellesdrift.journal.store import Journal  # a file needs no more than a look

    return Journal.made_at(place)


def refuse_ephemeral(place: Place, mounts: Path = Path("/proc/mounts")) -> None:
    """FD606 when the journal would lie in memory, in the folder for temporary files, or on a network's folder, whose
    locks do not keep two controllers apart."""
    if isinstance(place, str):
        return  # a database server has a place of its own
    folders = [folder for folder in (place, *place.parents) if folder.exists()]
    systems = {}
    for line in mounts.read_text(encoding="utf-8").splitlines():
        _, mount, kind, *_ = line.split()
        systems[mount] = kind
    kind = next((systems[str(folder)] for folder in folders if str(folder) in systems), "")
    if kind in _IN_MEMORY or kind in _WITHOUT_LOCKS or Path(tempfile.gettempdir()) in folders:
        raise FellesdriftError(
            "FD606",
            "a production journal must outlive a restart of this machine, and be this machine's alone",
            file=str(place),
            key="fellesdrift_estate.journal",
            found=f"a file system of the kind {kind}"
            if kind in _IN_MEMORY or kind in _WITHOUT_LOCKS
            else "a folder that the system empties",
            expected="a folder on a disk of this machine, or a PostgreSQL server's URL",
        )
