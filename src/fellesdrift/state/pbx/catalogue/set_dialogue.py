"""The dialogues of a set: NEW asks for everything, CHG for single items, OUT for the terminal number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fellesdrift.state.pbx.catalogue.set_forms import ANALOGUE_KEY, DN_KEYS, analogue, asked
from fellesdrift.state.pbx.kinds import Entry, Resource

_OVERLAY = 20

type HeldKey = Mapping[str, Any]


def typed_tn(tn: str, form: str) -> str:
    """`014 0 00 03` as it is typed: `14 3` at a small system, `14 0 0 3` at a large one."""
    parts = [str(int(part)) for part in tn.split()]
    return " ".join((parts[0], parts[3]) if form == "small" else parts)


def new(tn: str, whole: Resource, customer: int) -> Entry:
    """Build a set. tn: as it is typed; whole: with all keys as they are to be."""
    kind, keys = whole["type"], in_order(whole["keys"])
    fields = whole.get("fields", {})
    answers: dict[str, str | list[str]] = {
        "REQ": "NEW",
        "TYPE": kind,
        "TN": tn,
        "DES": whole["des"],
        "CUST": str(customer),
        **{name: fields.get(name, "") for name in asked(kind)},
        "CLS": " ".join(whole.get("class_of_service", [])),
    }
    if analogue(kind):
        answers[ANALOGUE_KEY] = _dn_text(keys[0][1])
    else:
        answers["KEY"] = [*(_key_text(number, key) for number, key in keys), ""]
    return Entry(_OVERLAY, answers | _about(key for _, key in keys))


def change(tn: str, kind: str, items: list[str], listed: Sequence[tuple[str, HeldKey | None]]) -> Entry:
    """Change items; listed: the keys that change, in order, as they are to be, None for one that is to be empty."""
    typed = list(items)
    answers: dict[str, str | list[str]] = {"REQ": "CHG", "TYPE": kind, "TN": tn, "ECHG": "YES"}
    if listed and analogue(kind):
        typed.append(f"{ANALOGUE_KEY} {_dn_text(listed[0][1])}")
    elif listed:
        # further keys are asked for behind the first one, until an empty answer
        first, *others = [_key_text(number, key) for number, key in listed]
        typed.append(f"KEY {first}")
        answers["KEY"] = [*others, ""]
    answers["ITEM"] = [*typed, ""]
    return Entry(_OVERLAY, answers | _about(key for _, key in listed))


def out(tn: str, kind: str) -> Entry:
    """Remove a set."""
    return Entry(_OVERLAY, {"REQ": "OUT", "TYPE": kind, "TN": tn})


def in_order(keys: Mapping[str, HeldKey | None]) -> list[tuple[str, HeldKey | None]]:
    """By number."""
    return sorted(keys.items(), key=lambda item: int(item[0]))


def _dn_text(key: HeldKey | None) -> str:
    return f"{key['dn']} {key['clid']}" if key else ""


def _key_text(number: str, key: HeldKey | None) -> str:
    if key is None:
        return f"{number} NUL"
    if key["function"] in DN_KEYS:
        return f"{number} {key['function']} {_dn_text(key)}"
    return f"{number} {key['function']} {key['value']}".strip()


def _about(keys: Iterable[HeldKey | None]) -> dict[str, str | list[str]]:
    """What is asked for each directory number that is entered. Its name is LD 95's, and left alone here."""
    numbers = [key for key in keys if key is not None and key["function"] in DN_KEYS]
    if not numbers:
        return {}
    return {
        "MARP": ["YES" if key["marp"] else "NO" for key in numbers],
        "CPND": [""] * len(numbers),
        "VMB": [""] * len(numbers),
        "ANIE": [key["anie"] for key in numbers],
    }
