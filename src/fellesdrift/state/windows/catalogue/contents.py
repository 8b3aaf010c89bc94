"""What is in files of the host, byte by byte: `type` into a pipe passes all of it on; the sizes say whether it did."""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.state.windows.errors import UnreadableStateError
from fellesdrift.state.windows.forms import quoted
from fellesdrift.state.windows.host import Host

# a line of cmd may have 8191 characters
_LINE = 7000


def read_bytes(host: Host, kind: str, sizes: Mapping[str, int]) -> dict[str, bytes]:
    """What is in these files, by path, with as few commands as a line has room for. Raises UnreadableStateError."""
    found = {path: b"" for path, size in sizes.items() if size == 0}
    waiting = [path for path, size in sizes.items() if size > 0]
    while waiting:
        now: list[str] = []
        length = 0
        while waiting and length + len(waiting[0]) + 10 < _LINE:
            length += len(waiting[0]) + 10
            now.append(waiting.pop(0))
        result = host.look(" & ".join(f"type {quoted(path)}" for path in now))
        data = result.stdout.encode(host.page)
        total = sum(sizes[path] for path in now)
        if len(data) != total:
            where = now[0] if len(now) == 1 else f"{now[0]} and {len(now) - 1} more"
            raise UnreadableStateError(host.name, f"{kind}/{where}", f"{len(data)} of {total} bytes", "all of them")
        for path in now:
            found[path], data = data[: sizes[path]], data[sizes[path] :]
    return found
