"""Names of places, with Norwegian letters: made of parts, and of no municipality that exists on purpose."""

from __future__ import annotations

import random

_FIRST = (
    "Bjørk", "Ask", "Åker", "Sæter", "Elve", "Gran", "Høy", "Lauv", "Myr", "Nord", "Rå", "Ørn", "Skog", "Steins",
    "Sør", "Tjern", "Ulve", "Vær", "Øst", "Fjell",
)  # fmt: skip
_LAST = ("bygd", "dalen", "foss", "grend", "haugen", "lund", "moen", "nes", "sjøen", "vågen", "øya", "åsen")
_ASCII = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
UNITS = (
    ("skole", "Skole"),
    ("sykehjem", "Sykehjem"),
    ("barnehage", "Barnehage"),
    ("bibliotek", "Bibliotek"),
    ("helsestasjon", "Helsestasjon"),
    ("brannstasjon", "Brannstasjon"),
    ("bolig", "Bofellesskap"),
    ("idrettshall", "Idrettshall"),
)


def key_of(name: str) -> str:
    """A name as a key and as the beginning of host names: small letters without accents."""
    return name.lower().translate(_ASCII)


def places(chance: random.Random, count: int) -> list[str]:
    """So many different names, whose keys are different too."""
    every = [first + last for first in _FIRST for last in _LAST]
    chance.shuffle(every)
    return every[:count]
