"""Names of directory numbers: LD 95, and the CPND prompt of a key."""

from __future__ import annotations

from fellesdrift.twin.pbx.codes import BLOCK_THERE, INPUT, NO_BLOCK, NOTHING_FOUND, RefusedError
from fellesdrift.twin.pbx.overlays.requests import customer, digits, one_of, serve
from fellesdrift.twin.pbx.records import Name
from fellesdrift.twin.pbx.tty import Dialogue

_LONGEST = 27
_LANGUAGES = ("ROM", "ENG", "KAT")
_FORMATS = ("FIRST,LAST", "LAST,FIRST")


def _check(text: str, held: str) -> str:
    typed = text.strip() or held
    if not 0 < len(typed) <= _LONGEST:
        raise RefusedError(INPUT)
    return typed


async def _ask(dialogue: Dialogue, before: Name | None, language: str, indent: str) -> Name:
    held = before.name if before is not None else ""
    name = await dialogue.value(f"{indent}NAME ", lambda text: _check(text, held))
    shown = await dialogue.value(f"{indent}DISPLAY_FMT ", one_of("", *_FORMATS))
    return Name(name, language, shown or (before.display if before is not None else _FORMATS[0]))


async def _language(dialogue: Dialogue, indent: str) -> str:
    return await dialogue.value(f"{indent}CPND_LANG ", one_of("", *_LANGUAGES)) or _LANGUAGES[0]


async def ask_name(dialogue: Dialogue, number: int, dn: str, indent: str) -> None:
    """The CPND prompt: NEW, CHG or OUT with the set's own change; a bare carriage return leaves the name alone."""
    names = dialogue.tables.names
    known = (number, dn) in names
    verb = await dialogue.value(f"{indent}CPND ", one_of("", *(("CHG", "OUT") if known else ("NEW",))))
    if verb == "OUT":
        dialogue.later(lambda: dialogue.memory.put_name(number, dn, None))
    elif verb:
        language = await _language(dialogue, f"{indent}  ")
        name = await _ask(dialogue, names.get((number, dn)), language, f"{indent}    ")
        dialogue.later(lambda: dialogue.memory.put_name(number, dn, name))


async def _begin(dialogue: Dialogue) -> int:
    await dialogue.value("TYPE ", one_of("NAME"))
    return await dialogue.value("CUST ", customer(dialogue))


async def _enter(dialogue: Dialogue, new: bool) -> None:
    number = await _begin(dialogue)
    language = await _language(dialogue, "  ")

    def check(text: str) -> str:
        dn = digits(7)(text)
        if (number, dn) not in dialogue.memory.codes:
            raise RefusedError(NO_BLOCK)
        if new and (number, dn) in dialogue.tables.names:
            raise RefusedError(BLOCK_THERE)
        return dn

    dn = await dialogue.value("DN   ", check)
    dialogue.tables.names[number, dn] = await _ask(dialogue, dialogue.tables.names.get((number, dn)), language, "  ")
    dialogue.saved()


async def _new(dialogue: Dialogue, _rest: str) -> None:
    await _enter(dialogue, new=True)


async def _change(dialogue: Dialogue, _rest: str) -> None:
    await _enter(dialogue, new=False)


async def _out(dialogue: Dialogue, _rest: str) -> None:
    number = await _begin(dialogue)

    def check(text: str) -> str:
        dn = digits(7)(text)
        if (number, dn) not in dialogue.tables.names:
            raise RefusedError(NO_BLOCK)
        return dn

    dn = await dialogue.value("DN   ", check)
    del dialogue.tables.names[number, dn]
    dialogue.saved()


async def _print(dialogue: Dialogue, _rest: str) -> None:
    number = await _begin(dialogue)
    language = (await dialogue.value("  CPND_LANG ", one_of("", *_LANGUAGES))).upper()
    start = await dialogue.value("DN   ", digits(7, ""))
    lines = []
    for (at, dn), name in sorted(dialogue.tables.names.items()):
        if at == number and dn.startswith(start) and language in ("", name.language):
            lines += [
                f"DN   {dn}",
                f"  CPND_LANG {name.language}",
                f"  NAME {name.name}",
                f"  DISPLAY_FMT {name.display}",
                "",
            ]
    if lines:
        dialogue.print(lines[:-1])
    else:
        dialogue.refuse(NOTHING_FOUND)


async def overlay(dialogue: Dialogue) -> None:
    """LD 95."""
    await serve(dialogue, "REQ  ", {"NEW": _new, "CHG": _change, "OUT": _out, "PRT": _print})
