"""Prints and what they say: pairs of tests/fixtures/telephony/prints. A print that is not whole says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from fellesdrift.session.overlay import Answers, Said
from fellesdrift.state.pbx import KINDS, Exchange
from fellesdrift.state.pbx.errors import UnreadablePrintError
from fellesdrift.state.pbx.listings import read_by_feature, read_issue, read_licences

PAIRS = {file.stem: file for file in sorted((Path(__file__).parents[3] / "fixtures/telephony/prints").glob("*.yml"))}
_CODE = "code "


class Told:
    """An exchange that answers each print with the next text."""

    name = "san-meridian1"
    customer = Exchange.customer
    form = "small"

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)

    def print(self, _overlay: int, _answers: Answers, *, nothing: bool = False) -> Said:
        text = self.texts.pop(0)
        codes: tuple[str, ...] = ()
        if text.startswith(_CODE):
            assert nothing, "only where there may be nothing"
            text = text.removeprefix(_CODE)
            codes = (text,)
        return Said(tuple(text.split("\n")), codes, (), (), False)


def pair(name: str) -> tuple[str, list[str], Any]:
    """(what is read, the texts, the typed form)."""
    data = yaml.safe_load(PAIRS[name].read_text(encoding="utf-8"))
    return (
        data["kind"],
        [text.rstrip("\n").replace("$\n", "\n").removesuffix("$") for text in data["said"]],
        data["typed"],
    )


def read(kind: str, texts: Sequence[str]) -> Any:
    """As data."""
    told = Told(texts)
    exchange = cast(Exchange, told)
    if kind in KINDS:
        found: Any = KINDS[kind].read(exchange)
    elif kind == "licences":
        found = {name: asdict(each) for name, each in read_licences(exchange).items()}
    elif kind == "issue":
        found = asdict(read_issue(exchange))
    else:
        found = [asdict(each) for each in read_by_feature(exchange, kind)]
    assert not told.texts
    return found


@pytest.mark.parametrize("name", PAIRS)
def test_a_print_says(name: str) -> None:
    kind, texts, typed = pair(name)
    found = read(kind, texts)
    if kind == "set":
        assert set(found) == set(typed)
        return
    assert found == typed


def test_every_kind_of_the_dialling_plan_has_a_pair() -> None:
    assert set(KINDS) <= {pair(name)[0] for name in PAIRS}


def test_a_set_is_read_with_all_it_has() -> None:
    kind, texts, _ = pair("set")
    found = read(kind, texts)["014 0 00 03"]
    assert (found["type"], found["des"], found["customer"]) == ("3902", "3902", 0)
    assert found["fields"]["RNPG"] == "718"
    assert found["keys"]["00"] == {"function": "SCR", "dn": "2057", "clid": "0", "marp": True, "anie": "0"} | {
        name: value for name, value in found["keys"]["00"].items() if name == "value"
    }
    assert {number: key["function"] for number, key in found["keys"].items() if key} == {
        "00": "SCR",
        "01": "RNP",
        "02": "ADL",
        "03": "CFW",
        "04": "TRN",
    }


def damaged(text: str) -> list[str]:
    """A print of which a line is missing, stands there twice, is torn, has noise or something else in it."""
    lines = text.split("\n")
    found = []
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        before, after = lines[:at], lines[at + 1 :]
        middle = len(line.rstrip()) // 2
        for instead in ([], [line, line], [line[:middle], line[middle:]], [f"{line}~"], ["what is this"], [line[1:]]):
            found.append("\n".join([*before, *instead, *after]))
    return found


# of these not every line is read, or a list is as whole without one
_LISTS = {"licences", "issue", "ncos", "set", "hunt_group", "name"}


@pytest.mark.parametrize(
    "name", [name for name in PAIRS if name not in _LISTS and not name.endswith(("cfxa", "no_route"))]
)
def test_a_damaged_print_never_says_the_same(name: str) -> None:
    kind, texts, typed = pair(name)
    refused = 0
    for at, text in enumerate(texts):
        for instead in damaged(text) if not text.startswith(_CODE) else ():
            try:
                assert read(kind, [*texts[:at], instead, *texts[at + 1 :]]) != typed, instead
            except UnreadablePrintError as error:
                assert error.code == "FD451"
                refused += 1
    assert refused > 10


@pytest.mark.parametrize("name", sorted(_LISTS - {"issue"}))
def test_a_line_that_is_none_is_refused(name: str) -> None:
    kind, texts, _ = pair(name)
    for at in range(len(texts[0].split("\n"))):
        lines = texts[0].split("\n")
        lines.insert(at, "what is this")
        with pytest.raises(UnreadablePrintError):
            read(kind, ["\n".join(lines), *texts[1:]])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("licences", "TNS  2500    LEFT  2494    USED     5 "),
        ("licences", ""),
        ("issue", "VERSION 2121 \nRELEASE 4 "),
        ("NCOS", "RNP      05         000     TN  014 0 00 03  3900      3902      11 APR 2009 "),
        ("NCOS", ""),
        ("route", ""),
        ("attendant", "TYPE NET \nCUST 00 \nATDN 99 "),
        ("attendant", "TYPE ATT \nCUST 01 \nATDN 99 "),
        ("networking", "TYPE NET \nCUST 00 \nVNR  YES "),
        ("networking", "TYPE NET \nCUST 00 \nVNR  NO \nRLI  1 \nFLEN 3 "),
        ("route_list", "RLI  10 "),
        ("route_list", "RLI  10 \nENTR 0 \nLTER YES \nROUT 1 \nFRL  0 \nDMI  0 "),
        ("route_list", "RLI  10 \nLTER YES \nENTR 0 \nFRL  0 \nDMI  0 "),
        ("route", "TYPE RDB \nCUST 00 \nROUT 512 \nTKTP DID \nICOG IAO \nACOD 9001 \nCNTL NO "),
        ("route", "TYPE RDB \nCUST 00 "),
    ],
)
def test_what_cannot_be_is_refused(kind: str, text: str) -> None:
    with pytest.raises(UnreadablePrintError) as caught:
        read(kind, [text, *[f"{_CODE}ESN0013"] * 2])
    assert caught.value.host == "san-meridian1"
