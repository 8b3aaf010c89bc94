"""Answers that are damaged, cut, moved or invented: a typed error or the difference that is there, soon; never clean.

Each kind is read once from the twin, with a difference planted; then its answers are given again, one of them changed.
"""

from __future__ import annotations

import base64
import random
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from support.windows import Running, windows_host
from support.windows_replay import Answer, Recorder, Tape, played

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.wsman import WindowsTarget
from fellesdrift.state.windows import KINDS, check, compare, open_host, read_host

SPEED = 200.0
# of each kind something that is not so, in two ways where one changed word could make it so
DIFFERENT: dict[str, dict[str, Any]] = {
    "folder": {r"C:\Finnes ikke": {}},
    "file": {r"C:\WINDOWS\system32\drivers\etc\hosts": {"content": "annet\n"}},
    "user": {"Gjest": {"full_name": "Rolle", "description": "en annen"}},
    "group": {"Driftere": {"description": "en annen", "members": ["Gjest"]}},
    "registry": {
        r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion": {
            "values": {
                name: {"type": "string", "data": "annet"}
                for name in ("ProductName", "CurrentVersion", "CSDVersion", "B", "C", "D", "E")
            }
        }
    },
    "service": {"W32Time": {"state": "paused", "account": "LocalSystem", "dependencies": ["Spooler"]}},
    "share": {"Felles": {"path": r"C:\annet", "permissions": []}},
    "event_log": {"System": {"max_kb": 640, "overwrite": 77}},
    "terminal_services": {"server": {"connections": False, "logons": False}},
    "printer_port": {"IP_finnes_ikke": {"address": "192.0.2.31"}},
    "printer": {"Kopirom": {"driver": "annet", "port": "annet"}},
    "scheduled_task": {"Natt": {"program": "annet", "schedule": {"repeat": "start"}}},
    "time_service": {"server": {"source": "both", "poll_seconds": 77}},
    "odbc_source": {"Finnes ikke": {"driver": "SQL Server"}},
    "program": {"Finnes ikke": {}},
    "hotfix": {"KB111111": {}},
    "network_adapter": {"10.61.2.10": {"dns_servers": ["192.0.2.77"], "dns_domain": "annet.example"}},
}
_MAKE = {"terminal_services": {"server": {"connections": True, "logons": True}}}
_WORDS = ("", "0", "-1", "9" * 400, "true", "\u2028", "x" * 20_000, "1e9", "0x10", "nil", "]]>", "æ" * 300, "P1D")
_SPACES = re.compile(rb'="http[^"]*"')

type Mutation = Callable[[Answer, random.Random], Answer]


def _bytes(answer: Answer, chance: random.Random) -> Answer:
    data = bytearray(answer[0])
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data), answer[1]


def _cut(answer: Answer, chance: random.Random) -> Answer:
    return answer[0][: chance.randrange(len(answer[0]))], answer[1]


def _doubled(answer: Answer, chance: random.Random) -> Answer:
    at = chance.randrange(len(answer[0]))
    return answer[0][:at] + answer[0][max(at - chance.randint(1, 400), 0) :], answer[1]


def _space(answer: Answer, chance: random.Random) -> Answer:
    found = [*_SPACES.finditer(answer[0])]
    one = chance.choice(found)
    return answer[0][: one.start()] + b'="urn:another"' + answer[0][one.end() :], answer[1]


def _encoding(answer: Answer, chance: random.Random) -> Answer:
    name = chance.choice(["utf-16", "utf-16-be", "latin-1", "cp850", "utf-7", "utf-8-sig", "cp037"])
    said = chance.choice([name, "utf-8", "iso-8859-1", "no-such-code"])
    text = f'<?xml version="1.0" encoding="{said}"?>{answer[0].decode()}'
    return text.encode(name, errors="replace"), answer[1]


def _element(change: Callable[[etree._Element, random.Random], None]) -> Mutation:
    def mutate(answer: Answer, chance: random.Random) -> Answer:
        root = etree.fromstring(answer[0])
        body = [each for each in root[-1].iter() if isinstance(each.tag, str) and each.getparent() is not None]
        change(chance.choice(body), chance)
        return etree.tostring(root), answer[1]

    return mutate


def _say(element: etree._Element, chance: random.Random) -> None:
    element.text = chance.choice(_WORDS)


def _rename(element: etree._Element, chance: random.Random) -> None:
    element.tag = chance.choice(["{urn:x}Fault", "Item", f"{element.tag}x"])


def _nil(element: etree._Element, _chance: random.Random) -> None:
    element.set("{http://www.w3.org/2001/XMLSchema-instance}nil", "true")


def _nest(element: etree._Element, _chance: random.Random) -> None:
    for _ in range(300):
        element = etree.SubElement(element, element.tag)


def _many(element: etree._Element, _chance: random.Random) -> None:
    parent = element.getparent()
    for _ in range(50):
        parent.append(etree.fromstring(etree.tostring(element)))


def _without_attributes(element: etree._Element, _chance: random.Random) -> None:
    element.attrib.clear()


def _entity(answer: Answer, _chance: random.Random) -> Answer:
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    return bomb + answer[0].replace(b"</q:", b"&c;</q:"), answer[1]


def _fault(answer: Answer, _chance: random.Random) -> Answer:
    return answer[0], not answer[1]


def _output(answer: Answer, chance: random.Random) -> Answer:
    """Another output of a command: lines gone, or a piece of noise in it."""

    def other(match: re.Match[bytes]) -> bytes:
        text = bytearray(base64.b64decode(match[2]))
        at = chance.randrange(len(text) + 1)
        text[at : at + chance.randrange(40)] = chance.choice([b"", b"\r\n", b"\x00\xff", b"HKEY_X\r\n", b"    a\t\t"])
        return match[1] + base64.b64encode(bytes(text)) + b"</rsp:Stream>"

    changed = re.sub(rb'(<rsp:Stream Name="stdout"[^>]*>)([^<]+)</rsp:Stream>', other, answer[0])
    return (changed, answer[1]) if changed != answer[0] else _bytes(answer, chance)


MUTATIONS: dict[str, Mutation] = {
    "bytes": _bytes,
    "cut": _cut,
    "doubled": _doubled,
    "space": _space,
    "encoding": _encoding,
    "word": _element(_say),
    "name": _element(_rename),
    "nil": _element(_nil),
    "nested": _element(_nest),
    "many": _element(_many),
    "bare": _element(_without_attributes),
    "entity": _entity,
    "fault": _fault,
    "output": _output,
}


@pytest.fixture(scope="module")
def recorded() -> Iterator[tuple[WindowsTarget, dict[str, Tape]]]:
    """For each kind what the twin's host answered."""
    with windows_host(SPEED, roles=("file_servers", "terminal_servers")) as running:
        yield running.target(), {name: _record(running, name) for name in DIFFERENT}


def _record(running: Running, name: str) -> Tape:
    tape = Tape()
    with open_host(running.target()) as host:
        host.client.connection.exchange = Recorder(host.client, tape).exchange
        want = check({name: DIFFERENT[name]})
        assert compare(want, read_host(host, want)), f"{name} is not different"
    return tape


def fuzz(target: WindowsTarget, tapes: dict[str, Tape], name: str, at: int, mutation: str, seed: int) -> str:
    """What it came to: `different`, or the code of an error."""
    tape = tapes[name]
    want = check({name: DIFFERENT[name]})
    change = MUTATIONS[mutation]
    started = time.monotonic()
    try:
        with played(target, tape, at % tape.length + 1, lambda answer: change(answer, random.Random(seed))) as host:
            found = compare(want, read_host(host, want))
        assert found, f"{name}: an answer that is damaged counts as clean"
        result = "different"
    except FellesdriftError as error:
        result = error.code
    assert time.monotonic() - started < 5
    return result


def test_the_tape_says_what_the_host_said(recorded: tuple[WindowsTarget, dict[str, Tape]]) -> None:
    assert DIFFERENT.keys() == KINDS.keys()
    target, tapes = recorded
    for name, tape in tapes.items():
        want = check({name: DIFFERENT[name]})
        with played(target, tape, 0, lambda answer: answer) as host:
            assert compare(want, read_host(host, want)), name
        results = {fuzz(target, tapes, name, 0, mutation, 0) for mutation in MUTATIONS}
        assert {"FD323"} < results, (name, results)


USUAL = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
CASES = (
    st.sampled_from(sorted(DIFFERENT)),
    st.integers(0, 30),
    st.sampled_from(sorted(MUTATIONS)),
    st.integers(0, 2**32),
)


@settings(max_examples=500, derandomize=True, **USUAL)
@given(*CASES)
def test_a_changed_answer_is_never_clean(
    recorded: tuple[WindowsTarget, dict[str, Tape]], name: str, at: int, mutation: str, seed: int
) -> None:
    fuzz(*recorded, name, at, mutation, seed)


@pytest.mark.long
@settings(max_examples=20_000, **USUAL)
@given(*CASES)
def test_a_changed_answer_is_never_clean_in_many_ways(
    recorded: tuple[WindowsTarget, dict[str, Tape]], name: str, at: int, mutation: str, seed: int
) -> None:
    fuzz(*recorded, name, at, mutation, seed)
