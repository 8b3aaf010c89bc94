"""Where in the inventory's files a value was written: from the places that Ansible notes of what it reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible._internal._datatag._tags import Origin

from fellesdrift.estate import places
from fellesdrift.estate.draft import KeyPath, Locate


def locator(raw: Mapping[str, Mapping[str, Any]], inventory_dir: Path) -> Locate:
    """Where a key was written, from Ansible's Origin tags: the deepest one on the way to it."""

    def locate(host: str | None, path: KeyPath) -> str | None:
        if host is None:
            # The estate's own variables: any host that has them.
            current: Any = next((own for own in raw.values() if path and path[0] in own), None)
        else:
            current = raw.get(host)
        origin = None
        for step in path:
            origin = _origin_of_key(current, step) or origin
            try:
                current = current[step]
            except (KeyError, IndexError, TypeError):
                break
            # A value with its key on the same line, or a list's element: the value's own place is the better one.
            origin = _better(origin, Origin.get_tag(current))
        return origin_text(origin, inventory_dir)

    return locate


def origin_of(error: BaseException | None) -> Origin | None:
    """The place that an error, or the one that caused it, is about."""
    while error is not None:
        about = getattr(error, "obj", None)
        origin = about if isinstance(about, Origin) else Origin.get_tag(about)
        if origin is not None and origin.path is not None:
            return origin
        error = error.__cause__ or error.__context__
    return None


def _origin_of_key(container: Any, step: str | int) -> Origin | None:
    """Where the key itself stands (Ansible tags keys too), for values that carry no place, such as true or null."""
    if not isinstance(container, Mapping):
        return None
    return next((Origin.get_tag(key) for key in container if key == step), None)


def _better(key: Origin | None, value: Origin | None) -> Origin | None:
    """A record's place is where its first key is; its own key, one line above, is what the reader looks for."""
    if key is None or value is None:
        return key or value
    return key if key.path == value.path else value


def origin_text(origin: Origin | None, inventory_dir: Path) -> str | None:
    if origin is None or origin.path is None:
        return None
    shown = places.shown(Path(origin.path), inventory_dir)
    return f"{shown}:{origin.line_num}" if origin.line_num else shown
