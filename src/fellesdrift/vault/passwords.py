"""One file a vault id in the folder that FELLESDRIFT_VAULT_DIR names: found, checked, read.

Kept free of everything else, for Ansible starts it once for every vault id of a run.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from fellesdrift.errors import FellesdriftError

VARIABLE = "FELLESDRIFT_VAULT_DIR"
_ID = re.compile(r"[a-z][a-z0-9_]*")
# during a change of passwords: the one to come, and the one that was
NEW = ".new"
OLD = ".old"


class NoPasswordError(FellesdriftError):
    """This operator has no password for that id: to Ansible another answer than a password that is kept badly."""


class UnfitPasswordError(FellesdriftError):
    """A value that is to be encrypted anew opens with none of the two passwords."""

    def __init__(self, vault_id: str, file: Path) -> None:
        super().__init__(
            "FD935",
            "A value opens neither with the old nor with the new password; nothing was changed",
            key=vault_id,
            file=str(file),
            next_step="look for the password that it was encrypted with, or put the value in anew",
        )


def folder() -> Path:
    """Where the passwords lie. FD930 when nobody says so or there is no such folder; FD932 when others may write there,
    for who may put a file there chooses the password."""
    named = os.environ.get(VARIABLE, "")
    path = Path(named).expanduser()
    if not named or not path.is_dir():
        raise FellesdriftError(
            "FD930",
            "The folder with the vault passwords is not known" if not named else "There is no such folder",
            key=VARIABLE,
            found=named or "not set",
            expected="a folder outside the repository, with one file for each municipality",
            next_step=f"export {VARIABLE}=FOLDER (docs/secrets.md)",
        )
    _refuse_open(path, stat.S_IWGRP | stat.S_IWOTH, "a folder in which only you may write", "go-w")
    return path


def identities() -> list[str]:
    """The vault ids that this operator has a password for, sorted. Raises as `folder`."""
    return sorted(path.name for path in folder().iterdir() if path.is_file() and _ID.fullmatch(path.name))


def password(vault_id: str) -> str:
    """The password of a vault id: its file's text without the line end.

    FD930 and FD932 as `folder`; NoPasswordError (FD931) when there is no file for it, FD932 when others may read
    it, FD933 when it holds nothing or more than one line.
    """
    path = folder() / vault_id
    if not _ID.fullmatch(vault_id.removesuffix(NEW)) or not path.is_file():
        raise NoPasswordError(
            "FD931",
            "There is no password for this vault id",
            key=vault_id,
            file=str(path.parent),
            found=f"passwords for {', '.join(identities()) or 'nobody'}",
            expected="a file with the name of the municipality",
            next_step="ask who holds that municipality's password, or leave its hosts out of the run",
        )
    _refuse_open(path, stat.S_IRWXG | stat.S_IRWXO, "a file that only you may read (0600)", "go=")
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) != 1 or not lines[0].strip():
        raise FellesdriftError(
            "FD933",
            "The file of a vault password does not hold a password",
            key=vault_id,
            file=str(path),
            found=f"{len(lines)} lines" if len(lines) > 1 else "nothing",
            expected="one line that is not empty",
        )
    return lines[0]


def _refuse_open(path: Path, forbidden: int, expected: str, mode: str) -> None:
    found = path.stat()
    if found.st_mode & forbidden or found.st_uid != os.geteuid():
        owner = "yours" if found.st_uid == os.geteuid() else "somebody else's"
        raise FellesdriftError(
            "FD932",
            "Others have access to a vault password",
            file=str(path),
            found=f"mode {stat.S_IMODE(found.st_mode):04o}, {owner}",
            expected=expected,
            next_step=f"chmod {mode} {path}, and change the password if others had access (docs/secrets.md)",
        )
