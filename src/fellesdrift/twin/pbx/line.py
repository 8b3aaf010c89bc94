"""One connection to an exchange, whichever door it came through: its port, its terminal, and the path it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fellesdrift.twin.pbx import shell
from fellesdrift.twin.pbx.exchange import Exchange
from fellesdrift.twin.pbx.tty import Tty

# eight bits a letter, whatever they mean to the client
ENCODING = "latin-1"


class Line:
    """`write` puts bytes on the connection, `cut` breaks it, `reachable` says whether the controller's packets get
    there and back: while they do not, nothing is lost, but nothing moves either.
    """

    def __init__(
        self,
        exchange: Exchange,
        number: int,
        write: Callable[[bytes], None],
        cut: Callable[[], None],
        reachable: Callable[[], bool],
    ) -> None:
        self.tty = Tty(self._send, exchange, number, cut)
        self._exchange = exchange
        self._write = write
        self._cut = cut
        self._reachable = reachable
        self._held: list[str] = []
        self._outgoing: list[str] = []

    async def run(self) -> None:
        """Talk until one side has enough; then the connection ends."""
        self._exchange.sessions.append(self.tty)
        try:
            await shell.run(self.tty)
        finally:
            self._exchange.sessions.remove(self.tty)
            self._flush()
            self._cut()

    def _send(self, text: str) -> None:
        if self._held or not self._reachable():
            self._held.append(text)
            self.look()
        else:
            # one packet for all that is printed before anybody else's turn comes
            if not self._outgoing:
                asyncio.get_running_loop().call_soon(self._flush)
            self._outgoing.append(text)

    def _flush(self) -> None:
        text = "".join(self._outgoing)
        self._outgoing.clear()
        if text:
            self._write(text.encode(ENCODING, "replace"))

    def look(self) -> None:
        """The network changed: freeze, or go on."""
        if self._reachable():
            self.tty.open.set()
            held, self._held = self._held, []
            for text in held:
                self._send(text)
        else:
            self.tty.open.clear()

    def received(self, data: bytes) -> None:
        """Bytes that were typed."""
        self.look()
        self.tty.feed(data.decode(ENCODING))

    def lost(self) -> None:
        """The client is gone."""
        self._held.clear()
        self._outgoing.clear()
        self.tty.close()
