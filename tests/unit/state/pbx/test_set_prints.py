"""The print of sets, and those of names and hunt groups: what is read of each line, and that none is passed over."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from support.small_exchange import tables

from fellesdrift.session.overlay import Said
from fellesdrift.state.pbx.catalogue.hunt_group import HuntGroupKind
from fellesdrift.state.pbx.catalogue.name import NAMES
from fellesdrift.state.pbx.catalogue.set_print import sets_of
from fellesdrift.state.pbx.errors import UnreadablePrintError
from fellesdrift.state.pbx.prints import Print
from fellesdrift.twin.pbx.prints import terminal
from fellesdrift.twin.pbx.tables import Memory

DIGITAL = """\
DES  3902  \nTN   014 0 00 03 \nTYPE 3902\nCDEN 8D\nCUST 0 \nERL  0 \nFDN  \nNCOS 1 \nRNPG 718 \nHUNT \nPLEV 02 \
\nCLS  CTD FBD WTA \n     MWD LMPN  DRG1\nCPND_LANG ENG\nMLNG RUS
KEY  00 SCR 2057 0     MARP
        CPND
          CPND_LANG ROM
            NAME Rådhus KEY 01
            XPLN 27
            DISPLAY_FMT FIRST,LAST
        ANIE 0 \n     01 RNP \n     02 ADL 16  \n     03 CFW 16  2181\n     04 MCR 2058 1 \n        ANIE 2057 \
\n     05     \nDATE 11 APR 2009 """


def said(text: str, *codes: str) -> Said:
    return Said(tuple(text.split("\n")), codes, (), (), False)


def page(text: str, *codes: str) -> Print:
    return Print("x1", "LD 20 TNB", said(f"TYPE TNB\n\n{text}", *codes), heading="TYPE TNB")


def test_a_digital_set() -> None:
    assert sets_of(page(DIGITAL)) == {
        "014 0 00 03": {
            "present": True,
            "type": "3902",
            "des": "3902",
            "customer": 0,
            "class_of_service": ["CTD", "FBD", "WTA", "MWD", "LMPN", "DRG1"],
            "fields": {"ERL": "0", "FDN": "", "NCOS": "1", "RNPG": "718", "HUNT": "", "PLEV": "02", "MLNG": "RUS"},
            "keys": {
                "00": {"function": "SCR", "dn": "2057", "clid": "0", "marp": True, "anie": "0"},
                "01": {"function": "RNP", "value": ""},
                "02": {"function": "ADL", "value": "16"},
                "03": {"function": "CFW", "value": "16 2181"},
                "04": {"function": "MCR", "dn": "2058", "clid": "1", "marp": False, "anie": "2057"},
            },
        }
    }


def test_no_line_is_passed_over() -> None:
    """Whatever line is made unreadable, is left out or is doubled: an error, or another reading, never the same one."""
    lines = DIGITAL.split("\n")
    whole = sets_of(page(DIGITAL))
    told = {"        CPND", "          CPND_LANG ROM", "            XPLN 27", "            DISPLAY_FMT FIRST,LAST"}
    derived = ("CDEN", "CPND_LANG", "     05", "            NAME", *told)
    for at, line in enumerate(lines):
        for other in ([line, "?"], [line, line], [line, "     ?? "], [line, "        ?? "], [line.lower() + "?"], []):
            changed = [*lines[:at], *other, *lines[at + 1 :]]
            try:
                found = sets_of(page("\n".join(changed)))
            except UnreadablePrintError:
                continue
            assert found != whole or line.startswith(derived), (line, other)


BROKEN = {
    "field": DIGITAL.replace("NCOS 1 ", "ncos 1 "),
    "field_twice": DIGITAL.replace("NCOS 1 ", "NCOS 1 \nNCOS 2"),
    "key": DIGITAL.replace("04 MCR 2058 1", "04 MCR two 1"),
    "key_twice": DIGITAL.replace("04 MCR", "03 MCR"),
    "no_anie": DIGITAL.replace("        ANIE 0 \n", ""),
    "name_is_not_shown": DIGITAL.replace("        CPND\n", ""),
    "no_date": DIGITAL.replace("\nDATE 11 APR 2009 ", ""),
    "behind_the_date": DIGITAL + "\nNCOS 2",
    "terminal_number": DIGITAL.replace("014 0 00 03", "14 3"),
    "set_twice": f"{DIGITAL}\n\n{DIGITAL}",
    "empty": "",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_understood(name: str, golden: Callable[[str, object], None]) -> None:
    with pytest.raises(UnreadablePrintError) as caught:
        sets_of(page(BROKEN[name]))
    assert "Rådhus" not in str(caught.value)
    golden(f"telephony/FD451_{name}", caught.value)


def test_nothing_is_said_by_a_code_and_nothing_else() -> None:
    nothing = "SCH0013 \n\nNO ACT SINCE NO DATE     "
    assert sets_of(page(nothing, "SCH0013")) == {}
    with pytest.raises(UnreadablePrintError):
        page(f"{nothing}\n{DIGITAL}", "SCH0013")
    with pytest.raises(UnreadablePrintError):
        Print("x1", "LD 20 GHT", said(""))
    with pytest.raises(UnreadablePrintError):
        Print("x1", "LD 20 TNB", said(DIGITAL), heading="TYPE TNB")


class Prints:
    """An exchange that prints this."""

    name, customer = "x1", "0"

    def __init__(self, text: str) -> None:
        self.text = text

    def print(self, *_: object, **__: object) -> Said:
        return said(self.text)


NAME = "DN   2057\n  CPND_LANG ROM\n  NAME Rådhus 1\n  DISPLAY_FMT FIRST,LAST"
GROUP = "GHLN 0011 \nGHT  \n     \nPLDN 0705\nDNSZ 4 \nSTOR 0 2183\nSTOR 1 \nSTOR 2 2186"


def test_names() -> None:
    found = NAMES.read(Prints(f"{NAME}\n\n{NAME.replace('2057', '2058')}"))
    assert found["2057"] == {"present": True, "name": "Rådhus 1", "language": "ROM", "display": "FIRST,LAST"}
    assert list(found) == ["2057", "2058"]
    for broken in (f"{NAME}\n\n{NAME}", NAME.replace("ROM", ""), NAME.replace("  NAME Rådhus 1\n", ""), f"{NAME}\nX 1"):
        with pytest.raises(UnreadablePrintError) as caught:
            NAMES.read(Prints(broken))
        assert "Rådhus" not in str(caught.value)


def test_hunt_groups() -> None:
    found = HuntGroupKind().read(Prints(f"{GROUP}\n\n{GROUP.replace('0011', '0012')}"))
    assert found["11"] == {
        "present": True,
        "pilot": "0705",
        "size": 3,
        "length": 4,
        "members": {"0": "2183", "2": "2186"},
    }
    assert list(found) == ["11", "12"]
    for broken in (
        f"{GROUP}\n\n{GROUP}",
        GROUP.replace("STOR 1 ", "STOR 3 "),
        GROUP.replace("PLDN 0705\n", ""),
        GROUP.replace("2183", "x"),
        f"X\n{GROUP}",
        f"{GROUP}\nNCOS 1",
    ):
        with pytest.raises(UnreadablePrintError):
            HuntGroupKind().read(Prints(broken))


def test_thousands_of_sets_take_little_time() -> None:
    memory = Memory(tables())
    block = "\n".join(terminal(memory, memory.tables.sets[14, 0, 0, 3]))
    text = "\n\n".join(block.replace("014 0 00 03", f"{at // 32:03} 0 00 {at % 32:02}") for at in range(1500))
    begin = time.process_time()
    assert len(sets_of(page(text))) == 1500
    assert time.process_time() - begin < 2, "0.15 s on the machine that it was written on"
