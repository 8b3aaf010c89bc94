"""The loader: login and logout, lockout, loading one overlay at a time."""

from __future__ import annotations

import re

from fellesdrift.twin.ios.terminal import ClosedError
from fellesdrift.twin.pbx import codes
from fellesdrift.twin.pbx.overlays import OVERLAYS
from fellesdrift.twin.pbx.tty import Dialogue, LeaveError, Tty

_LOAD = re.compile(r"LD\s*0*(\d+)")
# linked overlays: what these print now and then before their first prompt
_ANNOUNCED = frozenset({10, 11, 20})


async def run(tty: Tty) -> None:
    """Talk until the line is cut."""
    exchange = tty.exchange
    try:
        while True:
            tty.write(">")
            line = (await tty.typed()).strip()
            words = line.upper().split()
            loaded = _LOAD.fullmatch(line.upper())
            if not words:
                tty.say(f"{codes.IDLE if tty.user else codes.NOT_LOGGED_IN}\n")
            elif words[0] == "LOGI":
                await _login(tty, line.split()[1:])
            elif tty.user is None:
                tty.say(f"{codes.NOT_LOGGED_IN}\n")
            elif words == ["LOGO"]:
                tty.say(f"TTY #{tty.number:02} LOGGED OUT {tty.user} {_clock(tty)} \n")
                tty.user = None
            elif loaded is not None:
                await _load(tty, int(loaded[1]))
            elif set(line) - {"*"}:
                tty.say(f"{codes.NO_COMMAND}\n")
    except ClosedError:
        exchange.release(tty, broken=True)


def _clock(tty: Tty) -> str:
    now = tty.exchange.now()
    return f"{now:%H:%M}  {now.day}/{now.month}/{now.year}"


async def _login(tty: Tty, words: list[str]) -> None:
    exchange = tty.exchange
    if exchange.locked():
        tty.say(f"{codes.LOCKED_OUT}\n")
        return
    tty.user = None
    tty.write("PASS?")
    password = await tty.typed(echo=False)
    if len(words) == 1 and exchange.check_login(words[0], password):
        tty.user = words[0]
        tty.say(f"TTY #{tty.number:02} LOGGED IN {tty.user} {_clock(tty)}\n")
    elif exchange.locked():
        tty.say(f"{codes.LOCKED_OUT}\n")
    else:
        tty.say(f"{codes.WRONG_LOGIN}\n{codes.NOT_LOGGED_IN}\n")


async def _load(tty: Tty, number: int) -> None:
    exchange = tty.exchange
    overlay = OVERLAYS.get(number)
    if overlay is None:
        tty.say(f"{codes.NO_OVERLAY}\n")
        return
    if not exchange.occupy(number, tty):
        tty.say(f"{codes.CONFLICT}\n")
        return
    try:
        if number in _ANNOUNCED:
            exchange.loads += 1
        tty.say("\nPT0000 \n" if number in _ANNOUNCED and not exchange.loads % 2 else "\n")
        await overlay(Dialogue(tty, exchange, number))
    except LeaveError:
        pass
    exchange.release(tty)
