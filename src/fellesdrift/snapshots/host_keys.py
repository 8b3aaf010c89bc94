"""Lines of a file of known hosts, for some addresses. The keys are not looked at: the session has compared them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from pathlib import Path


def lines_for(file: Path | None, wanted: list[tuple[str, int]]) -> list[str]:
    """The lines (OpenSSH's form, hashed names too) for each address and port, with the name in plain; file None: the
    user's own."""
    path = file or Path("~/.ssh/known_hosts").expanduser()
    try:
        known = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        return []
    entries = [words for words in known if len(words) >= 3 and not words[0].startswith(("#", "@"))]
    found: dict[str, None] = {}
    for address, port in wanted:
        name = address if port == 22 else f"[{address}]:{port}"
        for names, *key in entries:
            if _is_of(names, name):
                found[" ".join([name, *key[:2]])] = None
    return list(found)


def _is_of(names: str, name: str) -> bool:
    if not names.startswith("|1|"):
        return name in names.split(",")
    try:
        _, _, salt, digest = names.split("|")
        made = hmac.new(base64.b64decode(salt), name.encode(), hashlib.sha1).digest()
        return hmac.compare_digest(made, base64.b64decode(digest))
    except (ValueError, binascii.Error):
        return False
