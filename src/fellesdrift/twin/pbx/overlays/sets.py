"""Building, changing and removing sets: LD 10, LD 11, and LD 20, which is linked to them.

Nothing is written before the last prompt is answered, so an entry that is broken off leaves no half of a set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fellesdrift.twin.pbx import classes, codes, types
from fellesdrift.twin.pbx.codes import RefusedError
from fellesdrift.twin.pbx.overlays.keys import ask_dn, ask_keys, parse_key
from fellesdrift.twin.pbx.overlays.requests import customer, one_of
from fellesdrift.twin.pbx.records import Set, Tn
from fellesdrift.twin.pbx.tn import bare, parse
from fellesdrift.twin.pbx.tty import Dialogue
from fellesdrift.twin.pbx.types import Kind


@dataclass
class Draft:
    """A set that is being entered; it becomes one at the end."""

    each: Set
    kind: Kind

    def put(self, name: str, value: str) -> None:
        default = types.field(name).default
        values = {key: held for key, held in self.each.fields if key != name}
        if value != default:
            values[name] = value
        self.each = replace(self.each, fields=tuple(values.items()))


def _type(dialogue: Dialogue) -> Callable[[str], Kind]:
    def check(text: str) -> Kind:
        kind = types.TYPES.get(text.strip().upper())
        if kind is None or (dialogue.number == 10) > kind.analogue or (dialogue.number == 11) > (not kind.analogue):
            raise RefusedError(codes.NO_TYPE)
        return kind

    return check


def _free(dialogue: Dialogue, kind: Kind) -> Callable[[str], Tn]:
    def check(text: str) -> Tn:
        tn = parse(text, dialogue.exchange.spec.form)
        if tn in dialogue.tables.sets:
            raise RefusedError(codes.TN_USED)
        if dialogue.tables.cards.get(tn[:3]) != kind.licence:
            raise RefusedError(codes.NO_TN)
        return tn

    return check


def _built(dialogue: Dialogue, kind: Kind, idle: bool = True) -> Callable[[str], Tn]:
    def check(text: str) -> Tn:
        tn = parse(text, dialogue.exchange.spec.form)
        each = dialogue.tables.sets.get(tn)
        if each is None:
            raise RefusedError(codes.TN_EMPTY)
        if each.type != kind.name:
            raise RefusedError(codes.TYPE_DIFFERS)
        if idle and tn in dialogue.exchange.busy:
            raise RefusedError(codes.SET_BUSY)
        return tn

    return check


def _check_hunted(dialogue: Dialogue, before: Set, after: Set | None) -> None:
    """Raises RefusedError when a DN that a hunt group lists would lose its last place on this set."""
    left = set(before.dns) - set(after.dns if after is not None else ())
    if any((before.customer, dn) in dialogue.memory.hunted for dn in left):
        raise RefusedError(codes.HUNTED)


async def new(dialogue: Dialogue, _rest: str) -> None:
    """REQ: new."""
    kind = await dialogue.value("TYPE: ", _type(dialogue))
    try:
        dialogue.exchange.check_licence(kind.licence)
    except RefusedError as refused:
        dialogue.refuse(refused.code)
        return
    tn = await dialogue.value("TN   ", _free(dialogue, kind))
    des = await dialogue.value("DES  ", types.DES.check)
    number = await dialogue.value("CUST ", customer(dialogue))
    draft = Draft(Set(tn, kind.name, des, number, dialogue.exchange.now().toordinal()), kind)
    await _ask_fields(dialogue, draft)
    if not kind.analogue:
        draft.each = await ask_keys(dialogue, draft.each, kind, "KEY ")
    _write(dialogue, draft, "NEW")


async def _ask_fields(dialogue: Dialogue, draft: Draft) -> None:
    for name in types.asked(draft.kind):
        if name == "CLS":
            text = await dialogue.value("CLS  ", lambda typed: classes.change(draft.kind, draft.each.cls, typed))
            draft.each = replace(draft.each, cls=text)
        elif name == "DN":
            draft.each = await ask_dn(dialogue, draft.each, "DN   ")
        else:
            field = types.field(name)
            held = dict(draft.each.fields).get(name, field.default)
            prompt = f"{name:<4} "
            draft.put(name, await dialogue.value(prompt, _keeping(field, held)))


def _keeping(field: types.Field, held: str) -> Callable[[str], str]:
    """A bare carriage return keeps what is there; X takes it away."""

    def check(text: str) -> str:
        typed = text.strip()
        if not typed:
            return held
        return field.default if typed.upper() == "X" else field.check(text)

    return check


async def change(dialogue: Dialogue, _rest: str) -> None:
    """REQ: chg. With ECHG yes single items, otherwise all prompts again."""
    kind = await dialogue.value("TYPE: ", _type(dialogue))
    tn = await dialogue.value("TN   ", _built(dialogue, kind))
    easy = await dialogue.value("ECHG ", one_of("", "YES", "NO"))
    draft = Draft(dialogue.tables.sets[tn], kind)
    if easy != "YES":
        draft.each = replace(
            draft.each, des=await dialogue.value("DES  ", lambda text: types.DES.check(text) if text.strip() else "")
        )
        draft.each = replace(draft.each, des=draft.each.des or dialogue.tables.sets[tn].des)
        await _ask_fields(dialogue, draft)
        if not kind.analogue:
            draft.each = await ask_keys(dialogue, draft.each, kind, "KEY ")
    else:
        while (item := (await dialogue.ask("ITEM ")).strip()) != "":
            try:
                await _item(dialogue, draft, item)
            except RefusedError as refused:
                dialogue.refuse(refused.code)
    _check_hunted(dialogue, dialogue.tables.sets[tn], draft.each)
    draft.each = replace(draft.each, date=dialogue.exchange.now().toordinal())
    _write(dialogue, draft, "CHG")


async def _item(dialogue: Dialogue, draft: Draft, item: str) -> None:
    word, _, rest = item.partition(" ")
    name = word.upper()
    if name == "KEY" and not draft.kind.analogue:
        key = parse_key(dialogue, draft.each, draft.kind, rest)
        changed = await ask_keys(dialogue, draft.each, draft.kind, "     KEY ", key)
        _check_hunted(dialogue, draft.each, changed)
        draft.each = changed
    elif name == "DN" and draft.kind.analogue:
        draft.each = await ask_dn(
            dialogue, draft.each, "", rest, lambda after: _check_hunted(dialogue, draft.each, after)
        )
    elif name == "CLS":
        draft.each = replace(draft.each, cls=classes.change(draft.kind, draft.each.cls, rest))
    elif name == "DES":
        draft.each = replace(draft.each, des=types.DES.check(rest))
    elif name in types.asked(draft.kind) and name not in ("KEY", "DN"):
        draft.put(name, _keeping(types.field(name), types.field(name).default)(rest or "X"))
    else:
        raise RefusedError(codes.INPUT)


async def out(dialogue: Dialogue, _rest: str) -> None:
    """REQ: out."""
    kind = await dialogue.value("TYPE: ", _type(dialogue))

    def check(text: str) -> Tn:
        found = _built(dialogue, kind)(text)
        _check_hunted(dialogue, dialogue.tables.sets[found], None)
        return found

    tn = await dialogue.value("TN   ", check)
    dialogue.say("\n")
    dialogue.exchange.change_set(None, tn, "OUT", dialogue.tty)
    dialogue.saved(*_management("OUT", kind, tn))


def _write(dialogue: Dialogue, draft: Draft, verb: str) -> None:
    dialogue.exchange.change_set(draft.each, draft.each.tn, verb, dialogue.tty)
    dialogue.commit()
    dialogue.saved(*_management(verb, draft.kind, draft.each.tn))


def _management(verb: str, kind: Kind, tn: Tn) -> list[str]:
    """The line about it that lands on this terminal too."""
    return [f"MGMT001 TNB {verb} TYPE:{kind.name:<4} TN:{bare(tn)}"]
