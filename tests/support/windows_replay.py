"""What a Windows host answered, kept and given again, with one answer changed: no host is asked twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fellesdrift.session.errors import SessionLostError
from fellesdrift.session.wsman import Client, WindowsTarget
from fellesdrift.session.wsman.identity import Identity
from fellesdrift.state.windows.host import Host

_ID = re.compile(rb"<a:MessageID>([^<]*)</a:MessageID>")
_TIMEOUT = re.compile(rb"<w:OperationTimeout>[^<]*</w:OperationTimeout>")

type Answer = tuple[bytes, bool]
type Change = Callable[[Answer], Answer]


@dataclass
class Tape:
    """By request (without what differs each time): its answers, each with the id that it names, in order."""

    answers: dict[bytes, list[tuple[bytes, Answer]]] = field(default_factory=dict)

    @property
    def length(self) -> int:
        return sum(len(each) for each in self.answers.values())


def _parts(message: bytes) -> tuple[bytes, bytes]:
    """(what is the same each time, its id)."""
    match = _ID.search(message)
    return _TIMEOUT.sub(b"", _ID.sub(b"", message)), match[1] if match else b""


class Recorder:
    """Stands before a connection, and keeps what comes back."""

    def __init__(self, client: Client, tape: Tape) -> None:
        self._exchange = client.connection.exchange
        self._tape = tape

    def exchange(self, message: bytes, during: str) -> Answer:
        key, number = _parts(message)
        answer = self._exchange(message, during)
        self._tape.answers.setdefault(key, []).append((number, answer))
        return answer


class Player:
    """In place of a connection. at: which answer `change` changes, from 1."""

    def __init__(self, target: WindowsTarget, tape: Tape, at: int, change: Change) -> None:
        self.target = target
        self.requests = 0
        self._tape = tape
        self._at = at
        self._change = change
        self._told: dict[bytes, int] = {}

    def exchange(self, message: bytes, during: str) -> Answer:
        self.requests += 1
        key, number = _parts(message)
        kept = self._tape.answers.get(key)
        if kept is None:
            # a question that this answer has never led to
            raise SessionLostError(self.target.host, during)
        turn = self._told[key] = self._told.get(key, -1) + 1
        old, (text, fault) = kept[min(turn, len(kept) - 1)]
        answer = (text.replace(old, number) if old else text), fault
        return self._change(answer) if self.requests == self._at else answer

    def hide(self, *secrets: str) -> None:
        """Nothing is told here."""

    def close(self) -> None:
        """There is none."""


@contextmanager
def played(target: WindowsTarget, tape: Tape, at: int, change: Change) -> Iterator[Host]:
    """A host that answers from a tape."""
    client = Client(target)
    client.identity = Identity("5.2.3790", "2.0", (2, 0))
    client.connection = Player(target, tape, at, change)
    host = Host(client)
    try:
        yield host
    finally:
        host.close()
