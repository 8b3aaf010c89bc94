"""Telnet from the client's side (RFC 854, 855): of what the other side offers only its echo and the suppressed go-ahead
(RFC 857, 858) are taken; nothing is offered, and every request is refused.

netmiko's own telnet refuses the echo too, waits without a limit inside of a command that is cut short, and takes its
input apart letter by letter, which a print of all sets feels.
"""

from __future__ import annotations

_IAC, _DONT, _DO, _WONT, _WILL, _SB, _SE = 255, 254, 253, 252, 251, 250, 240
_TAKEN = (1, 3)
_MOST = 4096  # bytes of a subnegotiation, of which nothing here begins one


class Telnet:
    """One connection."""

    def __init__(self) -> None:
        self._rest = b""
        self._theirs: set[int] = set()

    @staticmethod
    def escaped(data: bytes) -> bytes:
        """Data as it goes out."""
        return data.replace(b"\xff", b"\xff\xff")

    def receive(self, data: bytes) -> tuple[bytes, bytes]:
        """(what was said, what to reply). A command that is not complete waits for its rest.

        Raises ValueError for a command that cannot be one.
        """
        data, self._rest = self._rest + data, b""
        said, reply = bytearray(), bytearray()
        while data:
            plain, mark, data = data.partition(b"\xff")
            said += plain
            if not mark:
                break
            size = _size(data)
            if size is None:
                self._rest = mark + data
                break
            command, data = data[:size], data[size:]
            if command[0] == _IAC:
                said.append(_IAC)
            elif command[0] in (_DO, _DONT, _WILL, _WONT):
                reply += self._option(command[0], command[1])
        return bytes(said), bytes(reply)

    def _option(self, verb: int, option: int) -> bytes:
        """A reply only where something changes: two sides that confirm each other never end."""
        if verb == _DO:
            return bytes((_IAC, _WONT, option))
        if verb == _WILL and option not in _TAKEN:
            return bytes((_IAC, _DONT, option))
        if verb == _WILL and option not in self._theirs:
            self._theirs.add(option)
            return bytes((_IAC, _DO, option))
        if verb == _WONT and option in self._theirs:
            self._theirs.discard(option)
            return bytes((_IAC, _DONT, option))
        return b""


def _size(data: bytes) -> int | None:
    """How many bytes of a command follow its mark; None when they are not all there."""
    if not data:
        return None
    if data[0] in (_DO, _DONT, _WILL, _WONT):
        return 2 if len(data) >= 2 else None
    if data[0] == _SB:
        end = data.find(bytes((_IAC, _SE)))
        if end < 0 and len(data) > _MOST:
            raise ValueError("a telnet subnegotiation without an end")
        return end + 2 if end >= 0 else None
    return 1
