"""Keys of a set, and the one DN of an analogue set: MARP, CPND, VMB and ANIE are asked for each DN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from fellesdrift.twin.pbx.codes import INPUT, NO_KEY, RefusedError
from fellesdrift.twin.pbx.overlays.names import ask_name
from fellesdrift.twin.pbx.overlays.requests import digits, nothing, one_of
from fellesdrift.twin.pbx.records import ANALOGUE_KEY, DN_KEYS, Key, Set
from fellesdrift.twin.pbx.tty import Dialogue
from fellesdrift.twin.pbx.types import Kind

# functions of keys, and whether they store a number: its length, and the number
_FEATURES = {"RNP": False, "TRN": False, "AO3": False, "AO6": False, "DSP": False, "ADL": True, "CFW": True}
_LONGEST_DN = 7


def _check_dn(dialogue: Dialogue, customer: int, dn: str) -> str:
    digits(_LONGEST_DN)(dn)
    dialogue.memory.check_free(customer, dn, "DN")
    return dn


def parse_key(dialogue: Dialogue, each: Set, kind: Kind, text: str) -> Key:
    """`00 scr 2564 0`, `03 cfw 16`, `02 nul`. Raises RefusedError."""
    words = text.upper().split()
    if len(words) < 2 or not words[0].isdigit() or int(words[0]) > kind.last_key:
        raise RefusedError(NO_KEY)
    number, function, rest = int(words[0]), words[1], words[2:]
    if function == "NUL" and not rest and number:
        return Key(number, "NUL")
    if function in DN_KEYS and function != ANALOGUE_KEY and 1 <= len(rest) <= 2:
        dn = _check_dn(dialogue, each.customer, rest[0])
        if any(key.dn == dn and key.number != number for key in each.keys):
            raise RefusedError(INPUT)
        clid = digits(3)(rest[1]) if len(rest) == 2 else "0"
        return Key(number, function, dn, clid)
    stores = _FEATURES.get(function)
    if number == 0 or stores is None or (not stores and rest) or len(rest) > 2:
        raise RefusedError(NO_KEY)
    if rest and not all(word.isdigit() for word in rest):
        raise RefusedError(INPUT)
    value = " ".join(rest or ["16"]) if stores else ""
    return Key(number, function, value=value)


def _key_or_end(dialogue: Dialogue, each: Set, kind: Kind, text: str) -> Key | None:
    return parse_key(dialogue, each, kind, text) if text.strip() else None


def _without(each: Set, number: int) -> tuple[Key, ...]:
    return tuple(key for key in each.keys if key.number != number)


def _with(each: Set, key: Key) -> Set:
    keys = sorted([*_without(each, key.number), key], key=lambda each: each.number)
    return replace(each, keys=tuple(keys))


async def ask_keys(dialogue: Dialogue, each: Set, kind: Kind, prompt: str, first: Key | None = None) -> Set:
    """The set with the keys that were entered until an empty answer; `first` was there before the first prompt."""
    key = first
    while True:
        if key is None:
            key = await dialogue.value(prompt, partial(_key_or_end, dialogue, each, kind))
            if key is None:
                return each
        if key.function == "NUL":
            each = replace(each, keys=_without(each, key.number))
        elif key.dn:
            each = _with(each, await _about(dialogue, each, key, "  " if prompt == "KEY " else "       "))
        else:
            each = _with(each, key)
        key = None


async def ask_dn(
    dialogue: Dialogue, each: Set, prompt: str, typed: str = "", check: Callable[[Set], None] | None = None
) -> Set:
    """An analogue set with its DN. Raises RefusedError for one that was typed behind ITEM."""
    if typed:
        dn, _, clid = typed.strip().partition(" ")
        key = _dn_key(dialogue, each, dn, clid)
        if check is not None:
            check(_with(each, key))
        return _with(each, await _about(dialogue, each, key, "       "))
    held = each.keys[0] if each.keys else None

    def parse(text: str) -> Key:
        dn, _, clid = text.strip().partition(" ")
        if not dn and held is not None:
            return held
        return _dn_key(dialogue, each, dn, clid)

    key = await dialogue.value(prompt, parse)
    return each if key is held else _with(each, await _about(dialogue, each, key, "  "))


def _dn_key(dialogue: Dialogue, each: Set, dn: str, clid: str) -> Key:
    return Key(0, ANALOGUE_KEY, _check_dn(dialogue, each.customer, dn), digits(3, "0")(clid))


async def _about(dialogue: Dialogue, each: Set, key: Key, indent: str) -> Key:
    marp = await dialogue.value(f"{indent}MARP ", one_of("", "YES", "NO"))
    await ask_name(dialogue, each.customer, key.dn, indent)
    await dialogue.value(f"{indent}VMB ", nothing)
    anie = await dialogue.value(f"{indent}ANIE ", digits(7, "0"))
    others = [place for place in dialogue.memory.appearances.get((each.customer, key.dn), []) if place[0] != each.tn]
    return replace(key, marp=marp == "YES" or (not others and marp == ""), anie=anie)
