"""Paths of folders and files on a drive of the host."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fellesdrift.session.wsman.errors import FaultError
from fellesdrift.state.windows.host import Host

_PATH = re.compile(r"[A-Za-z]:(?:\\[^\\/:*?\"<>|%!^&\x00-\x1f]+)+")
_MOST = 240


def path_key(key: str) -> str:
    """A whole path such as D:\\Data\\Felles. Raises ValueError."""
    parts = key.split("\\")
    if len(key) > _MOST or _PATH.fullmatch(key) is None or any(part != part.strip(" ") for part in parts):
        raise ValueError(
            r"a whole path with a drive such as D:\Data\Felles, without any of / * ? < > | % ! ^ & and quotes"
        )
    if any(part.endswith(".") for part in parts):
        raise ValueError("a path of which no part ends with a dot")
    return key


def parent(path: str) -> str:
    """The folder that something lies in; `D:` for what lies in none."""
    return path.rpartition("\\")[0]


def instance(host: Host, cls: str, path: str, properties: list[str]) -> Mapping[str, Any] | None:
    """A file or folder by its key, for which no disk is searched; None when it is not there. Raises SessionError."""
    try:
        return host.client.get(cls, {"Name": path}, properties)
    except FaultError as fault:
        if fault.not_there:
            return None
        raise
