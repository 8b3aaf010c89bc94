"""Classes of service: slots of which each holds one word. A print shows all slots, in fixed lines."""

from __future__ import annotations

from functools import cache

from fellesdrift.twin.pbx.codes import INPUT, RefusedError
from fellesdrift.twin.pbx.types import Kind

# as a 3902 prints them, spaces at line ends included
_DIGITAL = (
    "CTD FBD WTA LPR PUA MTD FND HTD TDD HFD GRLD ",
    "MWD LMPN RMMD SMWD AAD IMD XHD IRD NID OLD VCE DRG1",
    "POD DSX VMD SLKD CCSD SWD LND CNDD",
    "CFTD SFD MRD DDV CNID CDCA MSID DAPA BFED RCBD ",
    "ICDD CDMD MCTD CLBD AUTU",
    "GPUD DPUD DNDD CFXD ARHD CLTD ASCD ",
    "CPFA CPTA ABDD CFHD FICD NAID DNAA RDLA BUZZ AGRD MOAD ",
    "UDI RCC HBTD AHD IPND  DDGA NAMA MIND PRSD NRWD NRCD NROD ",
    "DRDD EXR0 ",
    "USRD ULAD RTDD RBDD RBHD PGND OCBD FLXD FTTC DNDY DNO3 MCBN ",
    "FDSD NOVD CDMR MCDD T87D PKCH ",
)
_ANALOGUE = (
    "CTD DTN FBD XFD WTA THFD FND HTD ONS ",
    "LPR XRD AGRD CWD SWD MWD RMMD SMWD LPD XHD SLKD CCSD LND TVD ",
    "CFTD SFD MRD CNID CLBD AUTU ",
    "ICDD CDMD LLCN EHTD MCTD ",
    "GPUD DPUD CFXD ARHD CLTD ASCD ",
    "CPFA CPTA UDI RCC HBTD DDGA NAMA MIND ",
    "NRWD NRCD NROD PRSD ",
    "EXR0 ABDD CFHD DNDY DNO3 ",
    "USRD RTDD RBDD RBHD PGND OCBD FTTC ",
    "FDSD NOVD CDMR MCDD T87D PKCH ",
)
# slots whose words are not just two that end in D (denied) and A (allowed)
_OTHERS = (
    ("CTD", "UNR", "CUN", "TLD", "FRE", "FR1", "FR2", "SRE"),
    ("LPR", "MPR", "HPR"),
    ("VCE", "DTA"),
    ("DTN", "DIP"),
    ("AUTU", "AUTR"),
    ("DDGA", "DDGD"),
)


@cache
def _slots(analogue: bool) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Lines of (word, the spaces after it)."""
    found = []
    for line in _ANALOGUE if analogue else _DIGITAL:
        words = line.split()
        rest = line
        slots = []
        for word in words:
            rest = rest.removeprefix(word)
            spaces = len(rest) - len(rest.lstrip(" "))
            slots.append((word, rest[:spaces]))
            rest = rest[spaces:]
        found.append(tuple(slots))
    return tuple(found)


@cache
def _slot_of(analogue: bool) -> dict[str, str]:
    """Every word, and the default word of its slot."""
    found: dict[str, str] = {}
    for line in _slots(analogue):
        for word, _ in line:
            others = next((group for group in _OTHERS if word in group), None)
            if others is None and len(word) > 2 and word[-1] in "AD":
                others = (word, word[:-1] + ("A" if word[-1] == "D" else "D"))
            for each in others or (word,):
                found.setdefault(each, word)
    return found


def change(kind: Kind, current: tuple[str, ...], typed: str) -> tuple[str, ...]:
    """The differences from the defaults after some words were typed. Raises RefusedError for a word of no slot."""
    slots = _slot_of(kind.analogue)
    chosen = {slots[word]: word for word in current}
    for word in typed.upper().split():
        if word not in slots:
            raise RefusedError(INPUT)
        chosen[slots[word]] = word
    return tuple(word for slot, word in chosen.items() if word != slot)


def lines(kind: Kind, current: tuple[str, ...]) -> list[str]:
    """As printed: `CLS  CTD FBD ...`, further lines indented by five."""
    slots = _slot_of(kind.analogue)
    chosen = {slots[word]: word for word in current}
    texts = ["".join(chosen.get(word, word) + spaces for word, spaces in line) for line in _slots(kind.analogue)]
    return [f"CLS  {texts[0]}", *(f"     {text}" for text in texts[1:])]


def has(kind: Kind, current: tuple[str, ...], word: str) -> bool | None:
    """Whether a set has a class; None when no set of its kind can."""
    slots = _slot_of(kind.analogue)
    if word not in slots:
        return None
    return word in current or (word == slots[word] and not any(slots[each] == word for each in current))


WORDS = frozenset(_slot_of(True)) | frozenset(_slot_of(False))
