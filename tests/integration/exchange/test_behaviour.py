"""What makes an exchange awkward: logins, ports, overlays, lines that nobody asked for, memory against disk, faults."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from support.exchange import CREDENTIALS, Caller, Running, exchanges
from support.small_exchange import small, tables

from fellesdrift.errors import FellesdriftError
from fellesdrift.twin.pbx.spec import header, read, write
from fellesdrift.twin.pbx.tables import Memory


def test_a_wrong_login_and_the_lockout(running: Running) -> None:
    with Caller(running.port()) as caller:
        caller.until(">")
        for attempt in range(3):
            caller.type("LOGI LOGINID", "PASS?")
            seen = caller.type(f"wrong-{attempt}")
            assert "wrong" not in seen
            assert ("OVL111" in seen) == (attempt < 2)
        assert "OVL400" in seen
        assert "OVL400" in caller.type("LOGI LOGINID"), "the right password is not even asked for"
        assert "OVL111" in caller.type("LD 20")
        running.heal()
        running.fault("refuse_login")
        caller.type("LOGI LOGINID", "PASS?")
        assert "OVL111" in caller.type(CREDENTIALS.password)


def test_ports_are_few(running: Running) -> None:
    with running.visit(), Caller(running.port()) as second:
        second.until(">")
        with Caller(running.port()) as third, pytest.raises(EOFError):
            third.until(">")
    running.fault("no_ports")
    with Caller(running.port()) as fourth, pytest.raises(EOFError):
        fourth.until(">")


def test_only_a_carriage_return_ends_a_line(running: Running) -> None:
    with running.visit() as caller:
        caller.send(b"\n\x00LD\n 2")
        assert caller.type("0", "REQ: ").startswith("LD 20\r\n")
        assert caller.type("prtx\bt\b\b", "REQ: ") == "prtx\b \bt\b \b\b \b\r\n\r\nSCH0003 \r\n\r\nREQ: "
        caller.send(b"end\r\n")
        assert caller.until(">") == "end\r\n>"
        for ending in (b"\r\n", b"\r\x00", b"\r"):
            caller.send(ending)
            assert caller.until(">") == "\r\nOVL000\r\n>"


def test_one_overlay_at_a_time(running: Running) -> None:
    with running.visit() as one:
        one.type("LD 20", "REQ: ")
        with running.visit() as other:
            for number in ("20", "11", "95", "43"):
                assert other.type(f"LD {number}") == f"LD {number}\r\nOVL429-OVERLAY CONFLICT\r\n>"
            assert other.type("LD 22", "REQ ").endswith("REQ ")
            other.type("****")
            one.type("****")
            one.type("LD 22", "REQ ")
            assert "OVL429" in other.type("LD 22"), "no overlay is loaded twice"
            one.type("****")
            assert other.type("LD 20", "REQ: ").endswith("REQ: ")
    running.heal()
    running.fault("occupied", text="95 86")
    with running.visit() as one:
        assert "OVL429" in one.type("LD 95")
        assert "OVL007" in one.type("LD 99")
        assert "OVL003" in one.type("HELP")
        assert "OVL429" not in one.type("LD 22", "REQ ")


def test_a_dropped_connection_keeps_its_overlay_for_a_while(tmp_path: Path) -> None:
    with exchanges(small(tmp_path), speed=50) as running:
        with running.visit() as one:
            one.type("LD 20", "REQ: ")
        with running.visit() as other:
            assert "OVL429" in other.type("LD 20")
            time.sleep(0.3)
            assert other.type("LD 20", "REQ: ").endswith("REQ: ")


def test_silence_ends_a_session(tmp_path: Path) -> None:
    with exchanges(small(tmp_path, idle=100.0)) as running, running.visit() as caller:
        caller.type("LD 22", "REQ ")
        with pytest.raises(EOFError):
            caller.until("never")


def test_prompts_are_left_by_two_and_four_asterisks(running: Running) -> None:
    with running.visit() as caller:
        caller.talk(("LD 20", "REQ: "), ("new", "TYPE: "), ("3902", "TN   "), ("14 4", "DES  "), ("a", "CUST "))
        assert caller.type("**", "REQ: ") == "**\r\n\r\nREQ: "
        caller.talk(("new", "TYPE: "), ("3902", "TN   "), ("14 4", "DES  "))
        assert caller.type("****") == "****\r\n>"
        assert running.exchange().dumped, "nothing was built"


def test_what_is_wrong_is_refused_and_asked_again(running: Running) -> None:
    with running.visit() as caller:
        caller.type("LD 20", "REQ: ")
        for word, prompt in (("nonsense", "REQ: "), ("prt x", "TYPE: ")):
            caller.type(word, prompt)
        assert "SCH" in caller.type("1140E", "TYPE: "), "an IP set of the newer scheme"
        caller.type("**", "REQ: ")
        caller.talk(("new", "TYPE: "), ("3902", "TN   "))
        for wrong in ("", "14", "14 3", "14 99", "24 5", "x y", "1 2 3 4"):
            assert "SCH" in caller.type(wrong, "TN   "), wrong
        caller.talk(("14 4", "DES  "), ("KONTOR", "CUST "))
        assert "SCH" in caller.type("7", "CUST ")
        caller.type("0", "ERL  ")
        for name in ("FDN ", "TGAR", "LDN ", "NCOS"):
            caller.type("", f"{name} ")
        assert "SCH" in caller.type("100", "NCOS ")
        names = "RNPG SSU XLST SCPW SGRP SFLT CAC_CIS CAC_MFC CLS HUNT SCI PLEV DANI AST IAPG MLWU_LANG MLNG DNDR"
        for name in names.split():
            caller.type("", f"{name:<4} ")
        caller.type("", "KEY ")
        for wrong in (
            "00 scr 20571",
            "00 scr 205",
            "00 scr 070",
            "0 scr",
            "9 scr 2564",
            "00 cfw 16",
            "03 xyz",
            "00 scr x",
        ):
            assert "SCH" in caller.type(wrong, "KEY "), wrong
        caller.type("**", "REQ: ")
        caller.talk(("out", "TYPE: "), ("3902", "TN   "))
        assert "SCH0101" in caller.type("6 12", "TN   "), "its number is in a hunt group"


def test_licences_run_out(tmp_path: Path) -> None:
    with exchanges(small(tmp_path, licences={"DIGITAL TELEPHONES": 2, "TNS": 9})) as running, running.visit() as caller:
        seen = caller.talk(("LD 11", "REQ: "), ("new", "TYPE: "), ("3902", "REQ: "))
        assert "SCH" in seen
        assert "SCH" in caller.talk(("new", "TYPE: "), ("500", "TYPE: ")), "LD 11 builds no analogue set"


def test_lines_that_nobody_asked_for(running: Running) -> None:
    with running.visit() as one, running.visit() as other:
        one.type("LD 20", "REQ: ")
        one.talk(
            ("chg", "TYPE: "),
            ("3902", "TN   "),
            ("14 3", "ECHG "),
            ("yes", "ITEM "),
            ("ncos 2", "ITEM "),
            ("", "REQ: "),
        )
        assert other.until(" \r\n") == "\r\nMGMT001 TNB CHG TYPE:3902 TN:14 0 0 3 \r\n"
        other.type("LD 22", "REQ ")
        running.fault("alarm", match="slt")
        seen = other.type("slt", "REQ ")
        assert "\r\nCOM001 Ethernet driver: unit 0 is being restarted \r\n\r\n" in seen
        before, _, after = seen.partition("COM001")
        assert "ANALOGUE" in before and "TNS" in after


def test_memory_and_disk(running: Running) -> None:
    exchange = running.exchange()
    with running.visit() as caller:
        names = (("REQ  ", "chg"), ("TYPE ", "name"), ("CUST ", "0"), ("  CPND_LANG ", ""), ("DN   ", "2057"))
        names += (("  NAME ", "Rådhus sentralbord"), ("  DISPLAY_FMT ", ""), ("REQ  ", ""))
        caller.type("LD 95", names[0][0])
        for (_, answer), (prompt, _) in pairwise(names):
            caller.type(answer, prompt)
        caller.talk(("****", ">"), ("LD 20", "REQ: "), ("prt", "TYPE: "), ("tnb", "TN   "), ("14 3", "DATE "))
        assert "NAME Rådhus sentralbord" in caller.talk(("", "PAGE "), ("", "DES  "), ("", "REQ: "))
        caller.talk(("****", ">"), ("LD 43", "."))
        running.fault("edd")
        assert "EDD" in caller.type("edd", "\n.")
        assert not exchange.dumped
        running.do(lambda: running.service.sysload("x1"))
        with pytest.raises(EOFError):
            caller.until("never")
    assert (0, "2057") not in exchange.memory.tables.names, "it was not dumped"


@pytest.mark.parametrize(("when", "changed"), [("before", False), ("after", True)])
def test_the_line_drops_in_the_middle_of_a_dialogue(running: Running, when: str, changed: bool) -> None:
    running.fault("drop", match="^$", when=when)
    with running.visit() as caller, pytest.raises(EOFError):
        caller.talk(("LD 20", "REQ: "), ("chg", "TYPE: "), ("3902", "TN   "), ("14 3", "ECHG "), ("yes", "ITEM "))
        caller.talk(("ncos 2", "ITEM "), ("", "REQ: "))
    assert dict(running.exchange().memory.tables.sets[14, 0, 0, 3].fields)["NCOS"] == ("2" if changed else "1")


def test_other_faults(running: Running) -> None:
    with running.visit() as caller:
        running.fault("garbage")
        assert "ANALOGUE" not in caller.talk(
            ("LD 22", " "),
        )
        caller.type("****")
        running.fault("slow", seconds=0.2)
        start = time.monotonic()
        caller.type("")
        assert time.monotonic() - start >= 0.2
        running.heal()
        running.fault("hang")
        caller.send(b"\r")
        assert caller.read(0.2) in (b"", b"\r\n")
        running.heal()
        caller.until(">")
        running.fault("sysload", match="^LD 20")
        with pytest.raises(EOFError):
            caller.type("LD 20", "REQ: ")
    with pytest.raises(FellesdriftError) as caught:
        running.service.fault("x1", {"kind": "arp"})
    assert caught.value.code == "FD511"


def test_a_dead_exchange_says_nothing(running: Running) -> None:
    running.fault("dead")
    with Caller(running.port()) as caller:
        assert caller.read(0.2) == b""
        running.heal()
        assert caller.until(">") == ">"


def test_the_nightly_dump_saves_everybodys_work(running: Running) -> None:
    exchange = running.exchange()
    with running.visit() as caller:
        caller.talk(("LD 2", "."), ('STAD "24 11 2005 01 59 00"', "\n."), ("****", ">"))
        running.do(exchange.dump)
        running.do(lambda: exchange.enable((14, 0, 0, 3), False))
        assert not exchange.dumped
        caller.talk(("LD 2", "."), ('STAD "24 11 2005 02 01 00"', "\n."), ("TTAD", "\n."))
        assert exchange.dumped


def test_status_and_calls(running: Running) -> None:
    number, call = running.do(lambda: running.service.call("x1", "2057", "2186"))
    assert call.rings
    assert running.service.status()["x1"]["calls"] == 1
    with running.visit() as caller:
        caller.type("LD 20", "REQ: ")
        assert caller.type("stat 14 3", "REQ: ") == "stat 14 3\r\n\r\nBUSY \r\n\r\nREQ: "
        assert "NPR" in caller.type("disu 14 3", "REQ: ")
        caller.talk(("chg", "TYPE: "), ("3902", "TN   "))
        assert "SCH" in caller.type("14 3", "TN   ")
        running.do(lambda: running.service.hang_up(number))
        caller.talk(("**", "REQ: "), ("disu 14 3", "REQ: "))
        assert "DSBL" in caller.type("stat 14 3", "REQ: ")
        caller.talk(("enlu 14 3", "REQ: "), ("****", ">"), ("LD 32", "."))
        assert "03 = UNIT 03 = IDLE  (3902) \r\n" in caller.type("stat 14", "\n.")
        caller.talk(("****", ">"), ("LD 117", "=> "))
        assert "ZONE 000 BQ" in caller.type("prt zone", "=> ")
        assert "SCH" in caller.type("nonsense", "=> ")
    running.do(lambda: running.service.call("x1", "2057", "2186"))
    running.do(lambda: running.service.sysload("x1"))
    assert running.service.status()["x1"]["calls"] == 0
    with pytest.raises(FellesdriftError) as caught:
        running.service.call("x1", "2999", "2186")
    assert caught.value.code == "FD921"


def test_the_console_is_somebody_else(running: Running) -> None:
    said = running.do(lambda: running.service.console("x1", ["LD 43", "EDD", "****", "LD 22", "ISS"]))
    assert "DATADUMP COMPLETE" in said[0] and "VERSION 2121" in said[0]
    assert not running.exchange().holders


def test_contents_go_through_a_file(tmp_path: Path) -> None:
    file = tmp_path / "x.exchange.json"
    file.write_text(write(tables(), form="small", licences={"TNS": 9}), encoding="utf-8")
    assert read(file) == tables()
    assert header(file) == {"form": "small", "licences": {"TNS": 9}}
    assert Memory(read(file)).codes[0, "2057"] == "DN"
    for wrong in ("[]", "{", '{"tables": {"nothing": []}}', '{"tables": {"sets": [[[1], {"tn": 1}]]}}'):
        file.write_text(wrong, encoding="utf-8")
        for function in (read, header):
            with pytest.raises(FellesdriftError) as caught:
                function(file)
            assert caught.value.code == "FD920"
