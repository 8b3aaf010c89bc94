"""What a forger or a broken disk does to a journal's file, behind the journal's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def forge(path: Path, statement: str) -> None:
    """Change the file as nobody may: without the triggers that stand in the way."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
