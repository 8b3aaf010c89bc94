"""Telnet as RFC 854 to 858 have it, from the exchange's side: it offers to echo and to suppress go-ahead, and refuses
every other option.
"""

from __future__ import annotations

IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240
ERASE, ARE_YOU_THERE = 247, 246
ECHO, GO_AHEAD = 1, 3


class Telnet:
    """One connection. `echo` turns false when the client refuses it."""

    def __init__(self) -> None:
        self.echo = True
        self._ours = {ECHO, GO_AHEAD}
        self._theirs: set[int] = set()
        self._rest = b""

    @staticmethod
    def greeting() -> bytes:
        """What is offered at once."""
        return bytes((IAC, WILL, ECHO, IAC, WILL, GO_AHEAD))

    @staticmethod
    def escaped(data: bytes) -> bytes:
        """Data as it goes out."""
        return data.replace(b"\xff", b"\xff\xff")

    def receive(self, data: bytes) -> tuple[bytes, bytes]:
        """(what was typed, what to answer). A command that is not complete waits for the rest."""
        data = self._rest + data
        typed, answer = bytearray(), bytearray()
        at = 0
        while at < len(data):
            if data[at] != IAC:
                typed.append(data[at])
                at += 1
                continue
            size = self._size(data, at)
            if size is None:
                break
            self._command(data[at : at + size], typed, answer)
            at += size
        self._rest = data[at:]
        return bytes(typed), bytes(answer)

    @staticmethod
    def _size(data: bytes, at: int) -> int | None:
        """How long a command is; None when it is not all there yet."""
        if at + 1 >= len(data):
            return None
        if data[at + 1] in (DO, DONT, WILL, WONT):
            return 3 if at + 2 < len(data) else None
        if data[at + 1] == SB:
            end = data.find(bytes((IAC, SE)), at)
            return end + 2 - at if end >= 0 else None
        return 2

    def _command(self, command: bytes, typed: bytearray, answer: bytearray) -> None:
        if command[1] == IAC:
            typed.append(IAC)
        elif command[1] == ERASE:
            typed.append(0x7F)
        elif command[1] == ARE_YOU_THERE:
            answer += b"\r\n[Yes]\r\n"
        elif len(command) == 3:
            answer += self._option(command[1], command[2])

    def _option(self, verb: int, option: int) -> bytes:
        """An answer only where something changes, so that two sides never answer each other forever."""
        reply = None
        if verb == DO and option not in self._ours:
            reply = WILL if option in (ECHO, GO_AHEAD) else WONT
            self._ours |= {option} & {ECHO, GO_AHEAD}
        elif verb == DONT and option in self._ours:
            reply = WONT
            self._ours.discard(option)
        elif verb == WILL and option not in self._theirs:
            reply = DO if option == GO_AHEAD else DONT
            self._theirs |= {option} & {GO_AHEAD}
        elif verb == WONT and option in self._theirs:
            reply = DONT
            self._theirs.discard(option)
        self.echo = ECHO in self._ours
        return b"" if reply is None else bytes((IAC, reply, option))
