"""Maintenance: LD 2 (the clock), LD 32 (units), LD 43 (the dump), all at the prompt `.`; LD 117 at `=>`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from fellesdrift.twin.pbx import codes, types
from fellesdrift.twin.pbx.codes import RefusedError
from fellesdrift.twin.pbx.exchange import EDD_SECONDS, Exchange
from fellesdrift.twin.pbx.records import Tn
from fellesdrift.twin.pbx.tn import parse, prefix
from fellesdrift.twin.pbx.tty import AbandonError, Dialogue

Command = Callable[[Dialogue, str, str], Awaitable[bool]]
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def _state(exchange: Exchange, tn: Tn) -> str:
    each = exchange.memory.tables.sets.get(tn)
    if each is None:
        return "UNEQ"
    if each.disabled:
        return "DSBL"
    return "BUSY" if tn in exchange.busy else "IDLE"


def status_of(exchange: Exchange, text: str) -> list[str]:
    """What STAT says of a unit, or of a card's units. Raises RefusedError."""
    start = prefix(text, exchange.spec.form)
    if len(start) == 4:
        tn = parse(text, exchange.spec.form)
        if tn not in exchange.memory.tables.sets:
            raise RefusedError(codes.NO_UNIT)
        return [_state(exchange, tn)]
    if len(start) != 3 or start not in exchange.memory.tables.cards:
        raise RefusedError(codes.NO_UNIT)
    lines = []
    for unit in range(32):
        tn = start[0], start[1], start[2], unit
        each = exchange.memory.tables.sets.get(tn)
        if each is not None:
            lines.append(
                f"{unit:02} = UNIT {unit:02} = {_state(exchange, tn)}  ({types.TYPES[each.type.upper()].name})"
            )
    return lines or ["UNEQ"]


def switch(exchange: Exchange, text: str, enabled: bool) -> None:
    """DISU and ENLU. Raises RefusedError; a unit with a call on it is not disabled."""
    tn = parse(text, exchange.spec.form)
    if tn not in exchange.memory.tables.sets:
        raise RefusedError(codes.NO_UNIT)
    if tn in exchange.busy and not enabled:
        raise RefusedError(codes.UNIT_BUSY)
    exchange.enable(tn, enabled)


async def _commands(dialogue: Dialogue, prompt: str, refusal: str, command: Command) -> None:
    while True:
        try:
            text = (await dialogue.ask(prompt)).strip()
            word, _, rest = text.partition(" ")
            if word.upper() == "END":
                return
            if word and not await command(dialogue, word.upper(), rest.strip()):
                dialogue.refuse(refusal)
        except RefusedError as refused:
            dialogue.refuse(refused.code)
        except AbandonError:
            dialogue.say("\n")


async def _clock(dialogue: Dialogue, word: str, rest: str) -> bool:
    exchange = dialogue.exchange
    if word == "TTAD" and not rest:
        now = exchange.now()
        dialogue.print([f"{_DAYS[now.weekday()]} {now:%d %m %Y %H %M %S} "])
    elif word == "STAD":
        try:
            wanted = datetime.strptime(rest.strip('"'), "%d %m %Y %H %M %S")
        except ValueError as error:
            raise RefusedError(codes.NO_MAINTENANCE) from error
        exchange.offset += wanted - exchange.now()
    else:
        return False
    return True


async def _units(dialogue: Dialogue, word: str, rest: str) -> bool:
    if word == "STAT":
        dialogue.print([f"{line} " for line in status_of(dialogue.exchange, rest)])
    elif word in ("DISU", "ENLU"):
        switch(dialogue.exchange, rest, word == "ENLU")
    else:
        return False
    return True


async def _dump(dialogue: Dialogue, word: str, rest: str) -> bool:
    exchange = dialogue.exchange
    if word != "EDD" or rest:
        return False
    await dialogue.tty.wait(EDD_SECONDS)
    if exchange.faults.has("edd"):
        raise RefusedError(codes.DUMP_FAILED)
    exchange.dump()
    dialogue.print([f"DB SEQ NUM = {exchange.dumps} ", "DATADUMP COMPLETE "])
    return True


async def _zones(dialogue: Dialogue, word: str, rest: str) -> bool:
    """Zones of IP sets; what else LD 117 knows is not simulated."""
    words = [word, *rest.upper().split()]
    zones = dialogue.tables.zones
    if words in (["PRT", "ZONE"], ["PRT", "ZONE", "ALL"]):
        dialogue.print([f"ZONE {zone:03} {text} " for zone, text in sorted(zones.items())] or ["NO ZONE "])
    elif len(words) == 3 and words[:2] == ["NEW", "ZONE"] and words[2].isdigit() and int(words[2]) not in zones:
        zones[int(words[2])] = "BQ"
        dialogue.print(["OK "])
    elif len(words) == 3 and words[:2] == ["OUT", "ZONE"] and words[2].isdigit() and int(words[2]) in zones:
        del zones[int(words[2])]
        dialogue.print(["OK "])
    else:
        return False
    return True


async def clock(dialogue: Dialogue) -> None:
    """LD 2."""
    await _commands(dialogue, ".", codes.NO_MAINTENANCE, _clock)


async def maintenance(dialogue: Dialogue) -> None:
    """LD 32."""
    await _commands(dialogue, ".", codes.NO_MAINTENANCE, _units)


async def dump(dialogue: Dialogue) -> None:
    """LD 43."""
    await _commands(dialogue, ".", codes.NO_DUMP_COMMAND, _dump)


async def configuration(dialogue: Dialogue) -> None:
    """LD 117."""
    await _commands(dialogue, "=> ", codes.NO_117, _zones)
