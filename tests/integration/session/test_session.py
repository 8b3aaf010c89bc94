"""Sessions with real SSH: what goes wrong on the line has a type, and an end."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest

from fellesdrift.session import open_session
from fellesdrift.session.errors import (
    AuthenticationRefusedError,
    CommandRefusedError,
    EnableRefusedError,
    HostKeyChangedError,
    HostKeyUnknownError,
    NoCommonAlgorithmError,
    SessionLostError,
    TimedOutError,
    UnexpectedPromptError,
    UnreachableError,
)

HOST = "san-rtr1"


@pytest.mark.parametrize("host", ["drm-core1", "san-fw1", "san-sykehjem-rtr1"])
def test_every_kind_of_router_is_read(lab: Any, host: str) -> None:
    with open_session(lab.target(host)) as session:
        assert session.hostname == host
        text = session.show("show running-config")
    assert text.startswith("Building configuration...")
    assert text.rstrip().endswith("end")
    assert f"{host}#" not in text
    assert "--More--" not in text


def test_a_log_that_cannot_be_written_holds_up_no_session(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With log_path Ansible's own log file hangs on the root logger; in a fork its lock may never be free."""
    written: list[str] = []
    over = threading.Event()

    class Stuck(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(record.name)
            over.wait(30)

    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [Stuck()])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    try:
        with open_session(lab.target(HOST)) as session:
            assert session.show("show clock")
    finally:
        over.set()
    assert not written


def test_a_router_of_2005_needs_to_be_called_one(lab: Any) -> None:
    old = next(host for host, legacy in lab.legacy.items() if legacy)
    with open_session(lab.target(old)) as session:
        assert session.show("show clock")
    with (
        pytest.raises(NoCommonAlgorithmError, match="fellesdrift_ssh_legacy: true"),
        open_session(lab.target(old, legacy=False)),
    ):
        pytest.fail("it was talked into an old algorithm")


def test_an_unknown_host_key(lab: Any, tmp_path: Path) -> None:
    for known in (tmp_path / "missing", tmp_path / "empty"):
        (tmp_path / "empty").touch()
        with pytest.raises(HostKeyUnknownError) as caught, open_session(lab.target(HOST, known_hosts=known)):
            pytest.fail("a stranger was trusted")
        assert caught.value.file == str(known)
        assert "SHA256:" in str(caught.value.found)


def test_a_changed_host_key(lab: Any, tmp_path: Path) -> None:
    target = lab.target(HOST)
    other = paramiko.RSAKey.generate(2048)
    known = tmp_path / "known_hosts"
    known.write_text(f"[{target.address}]:{target.port} ssh-rsa {other.get_base64()}\n", encoding="utf-8")
    with pytest.raises(HostKeyChangedError) as caught, open_session(lab.target(HOST, known_hosts=known)):
        pytest.fail("a stranger was trusted")
    assert other.fingerprint in str(caught.value.expected)


def test_a_wrong_password_is_in_no_text(lab: Any) -> None:
    wrong = "Very-Secret-Indeed"
    with pytest.raises(AuthenticationRefusedError) as caught, open_session(lab.target(HOST, password=wrong)):
        pytest.fail("let in")
    assert wrong not in str(caught.value)
    assert wrong not in repr(lab.target(HOST, password=wrong))


def test_a_login_that_is_refused_always(lab: Any) -> None:
    lab.fault(HOST, "refuse_login")
    with pytest.raises(AuthenticationRefusedError), open_session(lab.target(HOST)):
        pytest.fail("let in")


@pytest.mark.parametrize(("secret", "found"), [("wrong", "again"), (None, "none is given")])
def test_a_wrong_enable_secret(lab: Any, secret: str | None, found: str) -> None:
    with pytest.raises(EnableRefusedError) as caught, open_session(lab.target(HOST, enable_secret=secret)):
        pytest.fail("let in")
    assert found in str(caught.value.found)


def test_nothing_listens(lab: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnreachableError, match="connection refused"), open_session(lab.target(HOST, port=port)):
        pytest.fail("somebody answered")


def test_a_name_without_address(lab: Any) -> None:
    with pytest.raises(UnreachableError), open_session(lab.target(HOST, address="router.invalid")):
        pytest.fail("somebody answered")


@pytest.fixture
def silent() -> Iterator[tuple[socket.socket, int]]:
    """A listener that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def take() -> None:
            try:
                while True:
                    taken.append(server.accept()[0])
            except OSError:
                return

        threading.Thread(target=take, daemon=True).start()
        yield server, server.getsockname()[1]
        for one in taken:
            one.close()


def test_something_listens_that_does_not_speak_ssh(lab: Any, silent: tuple[socket.socket, int]) -> None:
    begin = time.monotonic()
    target = lab.target(HOST, port=silent[1], connect_timeout=0.5, read_timeout=0.5)
    with pytest.raises((UnreachableError, TimedOutError)), open_session(target):
        pytest.fail("somebody answered")
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_line_drops(lab: Any, when: str) -> None:
    lab.fault(HOST, "drop", match="show clock", when=when)
    with open_session(lab.target(HOST)) as session:
        assert session.show("show version")
        with pytest.raises(SessionLostError, match="show clock"):
            session.show("show clock")
        # and nothing more is tried on a dead line
        with pytest.raises(SessionLostError):
            session.show("show version")


def test_the_line_drops_while_configuring(lab: Any) -> None:
    lab.fault(HOST, "drop", match="description", when="after")
    with open_session(lab.target(HOST)) as session, pytest.raises(SessionLostError, match="description Half"):
        session.configure(["interface GigabitEthernet0/2/0", " description Half", " no shutdown"])
    assert " description Half" in lab.running(HOST)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_device_that_hangs(lab: Any, when: str) -> None:
    lab.fault(HOST, "hang", match="show clock", when=when)
    begin = time.monotonic()
    with open_session(lab.target(HOST, read_timeout=1.0)) as session, pytest.raises(TimedOutError, match="1 s"):
        session.show("show clock")
    assert time.monotonic() - begin < 2.5


def test_a_device_that_hangs_at_the_first_command(lab: Any) -> None:
    lab.fault(HOST, "hang", at=1)
    with pytest.raises(TimedOutError), open_session(lab.target(HOST, read_timeout=1.0)):
        pytest.fail("it answered")


def test_a_slow_device_is_waited_for(lab: Any) -> None:
    lab.fault(HOST, "slow", seconds=0.3)
    with open_session(lab.target(HOST)) as session:
        assert session.show("show clock")


def test_a_log_message_in_the_middle(lab: Any) -> None:
    with open_session(lab.target(HOST)) as session:
        clean = session.show("show running-config")
        lab.fault(HOST, "syslog", match="show running-config")
        assert session.show("show running-config") == clean
        assert any("%LINEPROTO-5-UPDOWN" in line for line in session.unsolicited)


def test_a_log_message_while_configuring(lab: Any) -> None:
    lab.fault(HOST, "syslog", match="description")
    with open_session(lab.target(HOST)) as session:
        session.configure(["interface GigabitEthernet0/2/0", " description Fibre"])
        assert session.show("show clock")
    assert " description Fibre" in lab.running(HOST)


def test_messages_on_this_very_terminal(lab: Any) -> None:
    with open_session(lab.target(HOST)) as session:
        session.execute("terminal monitor")
        for number in range(5):
            session.configure(["interface GigabitEthernet0/2/0", f" description Fibre {number}"])
        text = session.show("show running-config")
        assert "%SYS-5-CONFIG_I" in " ".join(session.unsolicited)
    assert "CONFIG_I" not in text
    assert text.rstrip().endswith("end")


def test_a_refused_line_leaves_what_was_before_it_and_configuration_mode(lab: Any) -> None:
    with open_session(lab.target(HOST)) as session:
        with pytest.raises(CommandRefusedError) as caught:
            session.configure(["interface GigabitEthernet0/2/0", " description Fibre", " nonsense 1", " no shutdown"])
        assert caught.value.command == "nonsense 1"
        assert caught.value.device_said.startswith("% Invalid input detected")
        assert session.show("show clock")
    assert " description Fibre\n no ip address\n" in lab.running(HOST)


@pytest.mark.parametrize("command", ["show nonsense", "sh", "ping"])
def test_a_refused_command(lab: Any, command: str) -> None:
    errors = (CommandRefusedError, UnexpectedPromptError, TimedOutError)
    with open_session(lab.target(HOST, read_timeout=2.0)) as session, pytest.raises(errors):
        session.show(command)


def test_a_question_nobody_answers_ends_the_session(lab: Any) -> None:
    with open_session(lab.target(HOST)) as session:
        with pytest.raises(UnexpectedPromptError, match=r"\[confirm\]"):
            session.show("reload in 30")
        assert session.closed
    with open_session(lab.target(HOST)) as session:
        assert session.show("show reload").startswith("No reload is scheduled")


def test_a_dialogue(lab: Any) -> None:
    with open_session(lab.target(HOST)) as session:
        session.configure(["interface GigabitEthernet0/2/0", " description Unsaved"])
        session.execute("reload in 60", answers=[(r"Save\?", "no"), (r"\[confirm\]", "")])
        assert "Reload scheduled" in session.show("show reload")
        session.execute("reload cancel")
        assert session.show("show reload").startswith("No reload is scheduled")
        assert "Unsaved" not in session.show("show startup-config")


def test_a_transcript_without_secrets(lab: Any) -> None:
    seen: list[tuple[str, str]] = []
    target = lab.target(HOST)
    with open_session(target, transcript=lambda direction, text: seen.append((direction, text))) as session:
        session.show("show running-config")
    whole = "\n".join(text for _, text in seen)
    assert ("sent", "show running-config") in seen
    assert "<secret>" in whole
    for secret in target.secrets():
        assert secret not in whole
    assert "secret 5 $" not in whole
