"""The session against the twin's exchange, over telnet and SSH: what it reads and writes, and every fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.exchange import CREDENTIALS, Running, exchanges
from support.small_exchange import small

from fellesdrift.session.errors import AuthenticationRefusedError, HostKeyUnknownError, SessionError, SessionLostError
from fellesdrift.session.overlay import OverlayTarget, errors, open_overlay

PRINT_TN = {"REQ": "prt", "TYPE": "tnb", "TN": "14 3", "DATE": "", "PAGE": "", "DES": ""}
DOORS = pytest.mark.parametrize("door", ["telnet", "ssh"])
COM = "COM001 Ethernet driver: unit 0 is being restarted"


@pytest.fixture(scope="module")
def known_hosts(shared: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("keys") / "known_hosts"
    file.write_text(shared.service.known_hosts(), encoding="ascii")
    return file


@pytest.fixture
def targets(running: Running, known_hosts: Path) -> Iterator[Any]:
    """target(door="telnet", **changes); afterwards no session and no overlay is left behind."""

    def target(door: str = "telnet", **changes: Any) -> OverlayTarget:
        given = {"password": CREDENTIALS.password, "timeout": 5.0, "quiet": 0.3, "farewell": 0.5, **changes}
        port = running.port(door=door)
        known = {"telnet": door == "telnet", "known_hosts": known_hosts}
        return OverlayTarget("x1", "127.0.0.1", port, CREDENTIALS.user, **{**known, **given})

    yield target
    free(running)


def free(running: Running) -> None:
    """Nobody is logged in any more, and no overlay is kept by somebody who is there."""
    deadline = time.monotonic() + 5
    front = running.service.fronts["x1"]
    while front.lines and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not front.lines
    assert [holder for holder in front.exchange.holders if holder.until is None] == []


def ncos(running: Running) -> str:
    return str(dict(running.exchange().memory.tables.sets[14, 0, 0, 3].fields)["NCOS"])


def filled(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line]


def change(value: str) -> dict[str, Any]:
    return {"REQ": "chg", "TYPE": "3902", "TN": "14 3", "ECHG": "yes", "ITEM": [f"ncos {value}", ""]}


@DOORS
def test_a_set_is_read_changed_and_dumped(running: Running, targets: Any, door: str) -> None:
    transcript: list[tuple[str, str]] = []
    with open_overlay(targets(door), lambda *each: transcript.append(each)) as session:
        session.load(20)
        before = session.print(PRINT_TN).lines
        said = session.answer(change("2"))
        assert said.unsolicited == ("MGMT001 TNB CHG TYPE:3902 TN:14 0 0 3",)
        assert said.lines[-1] == "DISK RECS AVAIL: 768 "
        after = session.print(PRINT_TN).lines
        assert {line for line in before if line not in after} == {"NCOS 1 ", "DATE 11 APR 2009 "}
        assert not running.exchange().dumped
        session.load(43)
        assert "DATADUMP COMPLETE " in session.command("EDD").lines
        session.load(117)
        assert session.command("PRT ZONE").lines == ("ZONE 000 BQ ",)
        with pytest.raises(errors.SessionOpenError), open_overlay(targets(door)):
            pass
    assert running.exchange().dumped
    assert ncos(running) == "2"
    assert [text for direction, text in transcript if direction == "sent"][-2:] == ["****", "LOGO"]
    assert CREDENTIALS.password not in repr(transcript)


def test_the_login(running: Running, targets: Any) -> None:
    for attempt in range(3):
        with pytest.raises(SessionError) as caught, open_overlay(targets(password="wrong")):
            pass
        expected = (errors.ExchangeLoginError, "OVL015") if attempt < 2 else (errors.LockedOutError, "OVL400")
        assert (type(caught.value), caught.value.code_of_exchange) == expected, "one attempt each"
    with pytest.raises(errors.LockedOutError), open_overlay(targets()):
        pass
    running.heal()
    with open_overlay(targets()):
        pass
    with pytest.raises(AuthenticationRefusedError), open_overlay(targets("ssh", password="wrong")):
        pass
    with pytest.raises(HostKeyUnknownError), open_overlay(targets("ssh", known_hosts=Path("nowhere"))):
        pass
    door = targets("ssh", password="wrong", ssh_login=(CREDENTIALS.user, CREDENTIALS.password))
    with pytest.raises(errors.ExchangeLoginError), open_overlay(door):
        pass


@DOORS
def test_no_port_is_free(running: Running, targets: Any, door: str) -> None:
    running.fault("no_ports")
    with pytest.raises(errors.NoPortError), open_overlay(targets(door)):
        pass
    running.heal()
    with running.visit(), running.visit(), pytest.raises(errors.NoPortError), open_overlay(targets(door)):
        pass


def test_nobody_is_there(running: Running, targets: Any) -> None:
    running.fault("dead")
    with pytest.raises(errors.ExchangeSilentError), open_overlay(targets(timeout=0.3)):
        pass
    nowhere = OverlayTarget("x1", "127.0.0.1", 1, "A", "b", telnet=True)
    with pytest.raises(errors.ExchangeUnreachableError), open_overlay(nowhere):
        pass


def test_another_operator_is_in_the_overlay(running: Running, targets: Any) -> None:
    running.fault("occupied", text="20")
    with open_overlay(targets(busy_for=0.3, busy_first=0.1)) as session:
        with pytest.raises(errors.OverlayBusyError) as caught:
            session.load(20)
        assert caught.value.code_of_exchange == "OVL429"
        session.load(22)
        assert session.command("ISS").lines[1] == "VERSION 2121 "
    with open_overlay(targets(busy_for=5.0, busy_first=0.05)) as session:
        timer = threading.Timer(0.2, running.heal)
        timer.start()
        session.load(20)
        timer.join()
        assert session.print(PRINT_TN).lines


@pytest.mark.parametrize(("when", "value"), [("before", "1"), ("after", "2")])
def test_the_line_drops_in_the_middle(running: Running, targets: Any, when: str, value: str) -> None:
    """Whether the last line was taken is not known; the next session waits for the overlay, and sees."""
    with pytest.raises(SessionLostError), open_overlay(targets()) as session:
        session.load(20)
        running.fault("drop", match="^$", when=when)
        session.answer(change("2"))
    assert ncos(running) == value
    with open_overlay(targets(busy_first=0.05)) as session:
        session.load(20)
        assert f"NCOS {value} " in session.print(PRINT_TN).lines


@DOORS
def test_noise_is_no_answer(running: Running, targets: Any, door: str) -> None:
    with open_overlay(targets(door)) as session:
        for at in (1, 3, 6):
            session.load(20)
            running.fault("garbage", at=at)
            with pytest.raises(errors.GarbledError):
                session.print(PRINT_TN)
            running.heal()
        session.load(20)
        assert "NCOS 1 " in session.print(PRINT_TN).lines, "and the session goes on"


def test_lines_that_nobody_asked_for(running: Running, targets: Any) -> None:
    with open_overlay(targets()) as session:
        session.load(20)
        whole = session.print(PRINT_TN).lines
        for line in ("^prt", "^14 3", "^$"):
            running.fault("alarm", match=line)
            said = session.print(PRINT_TN)
            assert (filled(said.lines), said.unsolicited) == (filled(whole), (COM,)), line
        running.do(lambda: running.service.console("x1", ["LD 32", "ENLU 14 3", "****"]))
        running.do(lambda: running.exchange().announce("MGMT001 TNB CHG TYPE:3902 TN:6 0 0 12"))
        assert session.print(PRINT_TN).unsolicited == ("MGMT001 TNB CHG TYPE:3902 TN:6 0 0 12",)
        assert [line for line in session.unsolicited if not line.startswith("PT")][:3] == [COM] * 3


def test_slow_and_silent(running: Running, targets: Any) -> None:
    with open_overlay(targets(quiet=0.05)) as session:
        session.load(20)
        running.fault("slow", seconds=0.1)
        assert session.print(PRINT_TN).lines
        running.heal()
    begin = time.monotonic()
    with pytest.raises(errors.ExchangeSilentError), open_overlay(targets(timeout=1.0)) as session:
        session.load(20)
        running.fault("hang", match="^prt")
        session.print(PRINT_TN)
    assert time.monotonic() - begin < 6.0
    running.heal()


def test_a_code_leaves_the_overlay_and_memory_alone(running: Running, targets: Any) -> None:
    with open_overlay(targets()) as session:
        session.load(20)
        with pytest.raises(errors.RefusedByExchangeError) as caught:
            session.answer({"REQ": "out", "TYPE": "3902", "TN": "6 12"})
        assert caught.value.code_of_exchange == "SCH0101"
        assert not running.exchange().holders
        session.load(20)
        with pytest.raises(errors.ExchangePromptError) as unexpected:
            session.answer({"REQ": "new", "TYPE": "3902", "TN": "14 4"})
        assert unexpected.value.prompt == "DES"
        assert not running.exchange().holders
    assert running.exchange().dumped, "nothing was built"


def test_an_exception_and_a_sysload(running: Running, targets: Any) -> None:
    with pytest.raises(ZeroDivisionError), open_overlay(targets()) as session:
        session.load(20)
        raise ZeroDivisionError
    free(running)
    with pytest.raises(SessionLostError), open_overlay(targets()) as session:
        session.load(20)
        running.fault("sysload", match="^prt")
        session.print(PRINT_TN)


def test_the_exchange_ends_an_idle_session(tmp_path: Path) -> None:
    with exchanges(small(tmp_path, idle=1000.0)) as running:
        target = OverlayTarget("x1", "127.0.0.1", running.port(), CREDENTIALS.user, CREDENTIALS.password, telnet=True)
        with pytest.raises(SessionLostError), open_overlay(target) as session:
            session.load(22)
            time.sleep(1.3)
            session.command("ISS")
        free(running)
