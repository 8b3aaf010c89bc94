"""All that a simulated Windows host remembers, as text: to see whether two moments of it are the same.

Left out is what changes by itself: processes, times, what is free on a disk. Of passwords there are digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fellesdrift.twin.windows.registry import HIVES

if TYPE_CHECKING:
    from fellesdrift.twin.windows.host import WindowsHost
    from fellesdrift.twin.windows.registry import Key


def dumped(host: WindowsHost) -> str:
    """One line a thing, sorted."""
    lines = [f"service {each.name} {host.services.is_running(each.name)}" for each in host.services.known.values()]
    for number in HIVES:
        hive = host.registry.find(number, "")
        lines += _registry(hive, hive.name) if hive is not None else ()
    for user in host.accounts.users.values():
        secret = _digest((user.password or "").encode())
        lines.append(
            f"user {user.name} {user.full_name!r} {user.description!r} {user.disabled} {user.expires} {secret}"
        )
    for group in host.accounts.groups.values():
        lines.append(f"group {group.name} {group.description!r} {sorted(group.members)}")
    for share in host.shares.values():
        lines.append(f"share {share.name} {share.path} {share.description!r} {share.kind} {share.most} {share.entries}")
    for entry in host.files.all():
        lines.append(f"file {entry.path} {'folder' if entry.data is None else _digest(entry.data)}")
    return "\n".join(sorted(lines))


def _registry(key: Key, path: str) -> Iterator[str]:
    yield f"key {path}"
    for name, kind, data in key.values.values():
        yield f"value {path}\\{name} {kind} {data!r}"
    for each in key.keys.values():
        yield from _registry(each, f"{path}\\{each.name}")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
