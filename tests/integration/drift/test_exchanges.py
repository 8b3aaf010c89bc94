"""Every kind of an exchange: somebody changes it at a terminal behind everybody's back, the visit of the nightly check
finds exactly that, and what it names as the remedy mends it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
import yaml
from support.drift import Night as OfTheTwin
from support.exchange import CREDENTIALS, Caller, Running, exchanges
from support.lab import PRODUCTION

from fellesdrift.drift import ledger
from fellesdrift.drift.exchange_visit import ExchangeOrder, visit
from fellesdrift.drift.judge import Answer
from fellesdrift.drift.model import EXCHANGE_KINDS
from fellesdrift.drift.typed_recorded import TypedRecorded
from fellesdrift.estate import Estate, load_estate
from fellesdrift.estate.exchange_snapshots import PERSON, read
from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.snapshots.exchange_reading import PLACES
from fellesdrift.snapshots.exchange_taking import take_exchange
from fellesdrift.state.pbx import KINDS, bring, open_exchange, prepare
from fellesdrift.twin.from_estate import exchanges_of

HOST = "svv-meridian1"
QUIET = 0.04

type Place = tuple[str, str, str]


@dataclass
class Night:
    """One exchange, what is recorded of it, and how to log in."""

    running: Running
    target: OverlayTarget
    places: tuple[str, ...]
    recorded: TypedRecorded
    text: str = ""

    def take(self) -> str:
        taken = take_exchange(self.target, self.places)
        assert taken.state == "read", taken
        return taken.config

    def record(self) -> None:
        self.text = self.take()
        found = read(self.text)
        self.recorded = TypedRecorded(found.exchange, found.kinds, {}, found.unread)

    def look(self, kinds: tuple[str, ...] = EXCHANGE_KINDS, seconds: float = 60.0) -> Answer:
        return visit(ExchangeOrder(self.target, "mend it", self.places), self.recorded, kinds, seconds)

    def type(self, *dialogues: str) -> None:
        """Lines by `/`, by a telnet client that knows nothing of prompts: each is typed when the exchange is quiet."""
        with Caller(self.running.port(self.target.host)) as caller:
            caller.login()
            for dialogue in dialogues:
                said = ""
                for line in [*dialogue.split("/"), "****"]:
                    caller.send(line.encode("latin-1") + b"\r")
                    while heard := caller.read(QUIET if said else 5 * QUIET):
                        said += heard.decode("latin-1")
                refused = [
                    row for row in said.splitlines() if row[:3] in ("SCH", "ESN", "NPR", "OVL") and row[3:4].isdigit()
                ]
                assert not refused, f"{dialogue}: {said}"


@pytest.fixture(scope="module")
def estate() -> Estate:
    return load_estate([PRODUCTION])


@pytest.fixture
def night(estate: Estate, request: pytest.FixtureRequest) -> Iterator[Night]:
    """Svelvik's exchange, or the one that a test asks for."""
    host = getattr(request, "param", HOST)
    (spec,) = (each for each in exchanges_of(estate) if each.name == host)
    with exchanges(spec) as running:
        login = CREDENTIALS.user, CREDENTIALS.password
        target = OverlayTarget(host, "127.0.0.1", running.port(host), *login, telnet=True)
        found = read(estate.snapshot(host).read_text(encoding="utf-8"))
        yield Night(running, target, tuple(estate.hosts[HOST].variables[PLACES]), TypedRecorded(HOST, found.kinds))


OWN = (
    "LD 86/new/0/dgt/5/1/2",
    "LD 86/new/0/dgt/6/1/3",
    "LD 86/new/0/rlb/20/0/no/10/0/0/",
    "LD 86/new/0/rlb/21/0/no/10/0/0/",
    "LD 16/new/rdb/0/30/tie/iao/9030/no",
    "LD 16/new/rdb/0/31/tie/iao/9031/no",
    "LD 87/new/0/cdp/tsc/1801/4/10",
)
"""What the exchange has beside its baseline before it is recorded, so that each kind can lose something."""

PLANTED: dict[Place, str | None] = {
    ("set", "001 0 00 00", "fields/NCOS"): "LD 20/chg/3904/1 0/yes/ncos 5/",
    ("set", "001 0 00 01", "des"): "LD 20/chg/3902/1 1/yes/des FLYTT/",
    ("set", "001 0 00 02", "class_of_service/TLD"): "LD 20/chg/3902/1 2/yes/cls unr/",
    ("set", "001 0 00 03", "keys/05"): "LD 20/chg/3902/1 3/yes/key 05 ao6//",
    ("set", "003 0 00 05", ""): "LD 20/out/3902/3 5",
    ("name", "5047", ""): None,
    ("set", "019 0 00 05", ""): "LD 10/new/500/19 5/FAX/0//5300////0/////////////////",
    ("name", "5001", "name"): "LD 95/chg/name/0//5001/Ukjent Person/",
    ("name", "5002", ""): "LD 95/out/name/0/5002",
    ("name", "5004", ""): "LD 95/new/name/0/rom/5004/Ny Person/FIRST,LAST",
    ("hunt_group", "1", "members/0"): "LD 18/chg/ght/1///0  //0 5001//",
    ("hunt_group", "2", ""): "LD 18/out/ght/2",
    ("hunt_group", "9", ""): "LD 18/new/ght/9/0/5490//2//0 5101//1 5102///",
    ("route", "30", ""): "LD 16/out/rdb/0/30",
    ("route", "31", "access_code"): "LD 16/chg/rdb/0/31///9039/",
    ("route", "32", ""): "LD 16/new/rdb/0/32/tie/iao/9032/no",
    ("digit_manipulation", "5", ""): "LD 86/out/0/dgt/5",
    ("digit_manipulation", "6", "insert"): "LD 86/chg/0/dgt/6//4",
    ("digit_manipulation", "7", ""): "LD 86/new/0/dgt/7/2/1",
    ("route_list", "20", ""): "LD 86/out/0/rlb/20",
    ("route_list", "21", "entries"): "LD 86/chg/0/rlb/21/0/no/10/3/0/",
    ("route_list", "22", ""): "LD 86/new/0/rlb/22/0/no/10/0/0/",
    ("steering_code", "DSC 2", ""): "LD 87/out/0/cdp/dsc/2",
    ("steering_code", "DSC 3", "route_list"): "LD 87/chg/0/cdp/dsc/3//1",
    ("steering_code", "TSC 1801", "length"): "LD 87/chg/0/cdp/tsc/1801/5/",
    ("steering_code", "TSC 1802", ""): "LD 87/new/0/cdp/tsc/1802/4/10",
    ("special_number", "AC1 112", ""): "LD 90/out/0/net/ac1/spn/112",
    ("special_number", "AC1 113", "call_type"): "LD 90/chg/0/net/ac1/spn/113///natl",
    ("special_number", "AC1 01", ""): "LD 90/new/0/net/ac1/spn/01/8/1/natl",
    ("dialling_plan", "0", "mxdm"): "LD 86/chg/0/esn////120///////",
    ("attendant", "0", "dn"): "LD 15/chg/att/0/98",
    ("networking", "0", "vacant_routing"): "LD 15/chg/net/0/yes/10/4",
    ("networking", "0", "route_list"): None,
    ("networking", "0", "length"): None,
}
"""Where it is found: who else's doing it is. None: what is above it did it."""


SMALLEST = pytest.mark.parametrize("night", ["drm-succession2"], indirect=True)


@SMALLEST
@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ({"kind": "occupied", "text": "20 95 86 21"}, ("refused", "FD333")),
        ({"kind": "no_ports"}, ("refused", "FD332")),
        ({"kind": "refuse_login"}, ("refused", "FD330")),
        ({"kind": "dead"}, ("unreachable", "FD308")),
        ({"kind": "hang", "match": "^TNB"}, ("error", "FD308")),
        ({"kind": "drop", "match": "^TNB", "when": "after"}, ("error", "FD307")),
        ({"kind": "garbage", "match": "^TNB", "times": 50}, ("error", "FD337")),
        ({"kind": "alarm", "at": 5, "times": 20}, ("clean", "")),
        ({"kind": "slow", "seconds": 0.02}, ("clean", "")),
    ],
    ids=lambda each: each["kind"] if isinstance(each, dict) else None,
)
def test_what_is_not_read_is_never_clean(night: Night, fault: dict[str, Any], answer: tuple[str, str]) -> None:
    night.running.fault(fault.pop("kind"), night.target.host, **fault)
    began = time.monotonic()
    found = night.look(seconds=4.0)
    assert (found.state, found.code) == answer, found
    assert time.monotonic() - began < 8.0
    night.running.heal(night.target.host)


@SMALLEST
def test_four_sessions_are_all_there_are(night: Night) -> None:
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(night.running.visit(night.target.host))
        found = night.look()
        assert (found.state, found.code) == ("refused", "FD332")


@SMALLEST
def test_another_operator_in_an_overlay_is_an_answer_of_its_own(night: Night) -> None:
    with night.running.visit(night.target.host) as caller:
        caller.type("LD 11", "REQ: ")
        found = night.look(seconds=4.0)
        assert (found.state, found.code) == ("refused", "FD333")
        caller.type("****")
    assert night.look() == Answer("clean")


@SMALLEST
def test_another_exchange_is_not_taken_for_this_one(night: Night, estate: Estate) -> None:
    found = read(estate.snapshot(HOST).read_text(encoding="utf-8"))
    night.recorded = TypedRecorded("drm-succession2", found.kinds)
    answer = night.look()
    assert (answer.state, answer.code) == ("error", "FD705")


@SMALLEST
def test_a_name_that_is_not_recorded_is_left_to_a_person(night: Night) -> None:
    night.type("LD 95/chg/name/0//4800/Ola Nordmann/", "LD 95/chg/name/0//4801/Kari Nordmann/")
    names = {**night.recorded.kinds["name"]}
    names["4800"] = {**names["4800"], "name": PERSON}
    night.recorded = replace(night.recorded, kinds={**night.recorded.kinds, "name": names})
    answer = night.look()
    assert [(one.key, one.remedy.command) for one in answer.findings] == [("4801", "mend it")], "whose name: not kept"
    assert "Nordmann" not in repr(answer.findings) + repr(answer.diff) + night.take()
    night.type("LD 95/out/name/0/4800")
    by_hand = [one.remedy.note for one in night.look().findings if one.key == "4800"]
    assert by_hand == ["a name that is not recorded: ask at the telephone, and put it right on the exchange"]


def test_what_nobody_touched_is_clean(night: Night) -> None:
    assert night.look() == Answer("clean")


@pytest.mark.long
def test_every_kind_is_found_and_its_remedy_mends_it(night: Night) -> None:
    assert {kind for kind, _, _ in PLANTED} == set(KINDS) == set(EXCHANGE_KINDS)
    night.type(*OWN)
    night.record()
    assert night.look() == Answer("clean")
    night.type(*(dialogue for dialogue in PLANTED.values() if dialogue is not None))
    answer = night.look()
    assert answer.state == "drift"
    assert {(one.kind, one.key, one.attribute) for one in answer.findings} == set(PLANTED)
    without = [one for one in answer.findings if not (one.remedy.steps and one.remedy.command)]
    assert not without, without
    told = repr(answer.findings) + repr(answer.diff)
    assert "Person" not in told
    assert answer.mend is not None
    with open_exchange(night.target) as exchange:
        done = bring(exchange, prepare(exchange, answer.mend.resources))
    assert done.status == "changed", done
    assert night.look() == Answer("clean")
    assert night.take() == night.text


@pytest.mark.long
def test_a_night_finds_it_and_the_playbook_mends_it(standing: OfTheTwin) -> None:
    """Over the twin's own doors: `fellesdrift drift`, `mend.yml`, and the journal's say in what it is held against."""
    lab, asked = standing.lab, ("--limit", HOST)
    typed = "LD 95/chg/name/0//5001/Ola Nordmann//****/LD 87/chg/0/cdp/dsc/3//1/****"
    login = yaml.safe_load((lab.out / "host_vars" / HOST / "zz_twin.yml").read_text(encoding="utf-8"))
    assert standing.check(*asked).code == 0
    with Caller(login["twin_ports"]["telnet"]) as caller:
        caller.login(login["ansible_password"], login["ansible_user"])
        for line in typed.split("/"):
            caller.send(line.encode("latin-1") + b"\r")
            while caller.read(5 * QUIET):
                pass
    run = standing.check(*asked)
    assert run.code == 1, run.output
    assert standing.findings() == {(HOST, "name", "5001", "name"), (HOST, "steering_code", "DSC 3", "route_list")}
    assert "Nordmann" not in run.output + (standing.out / ledger.FILE).read_text(encoding="utf-8")
    mended = lab.play("mend.yml", *asked, "-e", "change=natt")
    assert mended.code == 0, mended.output
    assert "Nordmann" not in mended.output
    assert standing.check(*asked).code == 0
