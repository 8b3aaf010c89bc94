"""A session on a scripted line: chunks as they happen to come, questions, and lines that end in the middle."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from fellesdrift.session import cli, errors
from fellesdrift.session.cli import CliSession
from fellesdrift.session.target import Target

Golden = Callable[[str, object], None]
TARGET = Target("san-rtr1", "192.0.2.1", 22, "fellesdrift", "pass-word", "enable-word", read_timeout=0.2)
MESSAGE = "*Nov 22 12:00:01.123: %LINK-3-UPDOWN: Interface Serial0/0/0, changed state to up"


@dataclass
class Line:
    """What the device says, by what is sent; each answer is a list of chunks. None ends the line."""

    greeting: list[str] = field(default_factory=lambda: ["\r\nSande\r\nsan-rtr1>"])
    answers: dict[str, list[list[str | None]]] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    waiting: list[str | None] = field(default_factory=list)
    broken: bool = False
    disconnected: int = 0

    def __post_init__(self) -> None:
        self.waiting = [*self.greeting]

    def write_channel(self, out_data: str) -> None:
        if self.broken:
            raise OSError("Socket is closed")
        self.sent.append(out_data)
        known = self.answers.get(out_data.rstrip("\n"))
        if known:
            self.waiting += known.pop(0) if len(known) > 1 else known[0]

    def settimeout(self, timeout: float) -> None:
        assert timeout <= TARGET.read_timeout or timeout <= 1.0

    def recv(self, nbytes: int) -> bytes:
        if not self.waiting:
            raise TimeoutError
        chunk = self.waiting.pop(0)
        return b"" if chunk is None else chunk.encode()

    def recv_ready(self) -> bool:
        return False

    def disconnect(self) -> None:
        self.disconnected += 1


def say(command: str, body: str = "", prompt: str = "san-rtr1#") -> list[str | None]:
    return [f"{command}\r\n", *([body.replace("\n", "\r\n")] if body else []), prompt]


@pytest.fixture
def line() -> Line:
    return Line(
        answers={
            "enable": [["enable\r\n", "Password: "]],
            "enable-word": [["\r\nsan-rtr1#"]],
            "terminal length 0": [say("terminal length 0")],
            "terminal width 511": [say("terminal width 511")],
            "configure terminal": [say("configure terminal", "Enter configuration commands\n", "san-rtr1(config)#")],
            "end": [say("end")],
        }
    )


@pytest.fixture
def session(line: Line) -> Iterator[CliSession]:
    session = CliSession(TARGET, line, line)
    session.prepare()
    yield session
    session.close()
    assert line.disconnected == 1


def test_preparing(line: Line, session: CliSession) -> None:
    assert session.hostname == "san-rtr1"
    assert line.sent == ["enable\n", "enable-word\n", "terminal length 0\n", "terminal width 511\n"]


def test_a_user_who_is_privileged_at_once(line: Line) -> None:
    line.waiting = ["san-rtr1#"]
    CliSession(TARGET, line, line).prepare()
    assert line.sent[0] == "terminal length 0\n"


def test_a_banner_that_ends_like_a_prompt(line: Line) -> None:
    line.waiting = ["\r\nKeep#", "\r\nout\r\nsan-rtr1#"]
    line.answers["terminal length 0"] = [["\r\nout\r\nsan-rtr1#", *say("terminal length 0")]]
    with pytest.raises(errors.TimedOutError):
        CliSession(TARGET, line, line).prepare()


def test_enable_without_a_password(line: Line) -> None:
    line.answers["enable"] = [["enable\r\nsan-rtr1#"]]
    CliSession(TARGET, line, line).prepare()
    assert "enable-word\n" not in line.sent


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("again", "\r\nPassword: "),
        ("denied", "\r\n% Access denied\r\nsan-rtr1>"),
        ("bad", "\r\n% Bad secrets\r\n\r\nsan-rtr1>"),
    ],
)
def test_enable_refused(line: Line, name: str, answer: str, golden: Golden) -> None:
    line.answers["enable-word"] = [[answer]]
    with pytest.raises(errors.EnableRefusedError) as caught:
        CliSession(TARGET, line, line).prepare()
    golden(f"session/enable_{name}", caught.value)
    assert line.disconnected == 1


def test_chunks_may_end_anywhere(line: Line, session: CliSession) -> None:
    line.answers["show clock"] = [["sho", "w clock\r", "\n12:00 r", "ådhuset\r", "\r\n", "san-r", "tr1#"]]
    assert session.show("show clock") == "12:00 rådhuset"


def test_a_letter_may_be_torn_in_two(line: Line, session: CliSession, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = "show clock\r\nrådhus\r\nsan-rtr1#".encode()
    chunks = [whole[:14], whole[14:]]
    assert chunks[0][-1:] == b"\xc3"
    monkeypatch.setattr(line, "recv", lambda nbytes: chunks.pop(0))
    assert session.show("show clock") == "rådhus"


def test_a_disturbed_answer_is_asked_for_again(line: Line, session: CliSession) -> None:
    line.answers["show clock"] = [say("show clock", f"12:\n{MESSAGE}\n00\n"), say("show clock", "12:00\n")]
    assert session.show("show clock") == "12:00"
    assert session.unsolicited == [MESSAGE]


def test_the_same_disturbed_answer_twice_is_believed(line: Line, session: CliSession) -> None:
    line.answers["show clock"] = [say("show clock", f"12:00\n{MESSAGE}\n")]
    assert session.show("show clock") == "12:00"
    assert line.sent.count("show clock\n") == 2


def test_an_answer_that_is_never_the_same(line: Line, session: CliSession, golden: Golden) -> None:
    line.answers["show clock"] = [say("show clock", f"1{n}\n{MESSAGE}\n:00\n") for n in range(3)]
    with pytest.raises(errors.OutputDisturbedError) as caught:
        session.show("show clock")
    golden("session/disturbed", caught.value)


def test_a_refusal_and_an_accepted_one(line: Line, session: CliSession, golden: Golden) -> None:
    line.answers["show nonsense"] = [say("show nonsense", "     ^\n% Invalid input detected at '^' marker.\n\n")]
    with pytest.raises(errors.CommandRefusedError) as caught:
        session.show("show nonsense")
    golden("session/refused", caught.value)
    assert (caught.value.command, caught.value.device_said) == (
        "show nonsense",
        "% Invalid input detected at '^' marker.",
    )
    line.answers["show ip route 10.1.1.1"] = [say("show ip route 10.1.1.1", "% Network not in table\n")]
    assert session.show("show ip route 10.1.1.1", accept=("% Network not",)) == "% Network not in table"


def test_configuring(line: Line, session: CliSession) -> None:
    line.answers["interface Gi0/1"] = [say("interface Gi0/1", "", "san-rtr1(config-if)#")]
    line.answers["no shutdown"] = [say("no shutdown", "Warning: slow\n", "san-rtr1(config-if)#")]
    assert session.configure(["interface Gi0/1", " no shutdown"]) == "Warning: slow"
    assert line.sent[-4:] == ["configure terminal\n", "interface Gi0/1\n", "no shutdown\n", "end\n"]


def test_a_refused_line_and_the_way_out(line: Line, session: CliSession) -> None:
    line.answers["nonsense"] = [say("nonsense", "% Invalid input\n", "san-rtr1(config)#")]
    with pytest.raises(errors.CommandRefusedError):
        session.configure(["nonsense", "never sent"])
    assert line.sent[-2:] == ["nonsense\n", "end\n"]
    assert not session.closed


def test_configuration_mode_that_is_refused(line: Line, session: CliSession) -> None:
    line.answers["configure terminal"] = [say("configure terminal", "% Configuration is locked\n")]
    with pytest.raises(errors.CommandRefusedError, match="locked"):
        session.configure(["never sent"])
    assert line.sent[-1] == "configure terminal\n"


def test_configuration_mode_that_is_left(line: Line, session: CliSession, golden: Golden) -> None:
    line.answers["exit"] = [say("exit")]
    with pytest.raises(errors.UnexpectedPromptError) as caught:
        session.configure(["exit", "never sent"])
    golden("session/left_configuration", caught.value)
    assert session.closed


def test_configuration_mode_that_is_not_left(line: Line, session: CliSession) -> None:
    line.answers["end"] = [say("end", "", "san-rtr1(config)#")]
    with pytest.raises(errors.UnexpectedPromptError):
        session.configure([])
    assert session.closed


def test_a_refusal_at_the_end(line: Line, session: CliSession) -> None:
    line.answers["end"] = [say("end", "% Not now\n")]
    with pytest.raises(errors.CommandRefusedError):
        session.configure([])


def test_a_dialogue(line: Line, session: CliSession) -> None:
    line.answers["reload in 5"] = [["reload in 5\r\n\r\n", "Save? [yes", "/no]: "]]
    line.answers["no"] = [["no\r\nReload scheduled\r\nProceed with reload? [confirm]"]]
    line.answers[""] = [["\r\n", f"\r\n{MESSAGE}\r\n", "san-rtr1#"]]
    answer = session.execute("reload in 5", answers=[(r"Save\?", "no"), (r"\[confirm\]", "")])
    assert answer.splitlines()[1:] == ["Save? [yes/no]: no", "Reload scheduled", "Proceed with reload? [confirm]"]
    assert line.sent[-3:] == ["reload in 5\n", "no\n", "\n"]
    assert session.unsolicited == [MESSAGE]


@pytest.mark.parametrize("ask", ["show", "execute", "configure"])
def test_a_question_that_nobody_expected(line: Line, session: CliSession, ask: str, golden: Golden) -> None:
    line.answers["erase"] = [["erase\r\nAll of it? [confirm]"]]
    line.answers["\x03"] = [["\r\nsan-rtr1#"]]
    with pytest.raises(errors.UnexpectedPromptError) as caught:
        if ask == "configure":
            session.configure(["erase"])
        else:
            getattr(session, ask)("erase")
    golden("session/question", caught.value)
    assert line.sent[-1] == "\x03"
    assert session.closed


def test_a_dialogue_that_turns_in_circles(line: Line, session: CliSession) -> None:
    line.answers["erase"] = [["erase\r\nSure? [confirm]"]]
    line.answers["y"] = [["\r\nSure? [confirm]"]]
    with pytest.raises(errors.UnexpectedPromptError):
        session.execute("erase", answers=[("Sure", "y")])
    assert line.sent.count("y\n") == 10


@pytest.mark.parametrize(("chunks", "error"), [([], errors.TimedOutError), ([None], errors.SessionLostError)])
def test_no_answer(line: Line, session: CliSession, chunks: Any, error: type[Exception], golden: Golden) -> None:
    line.answers["show clock"] = [["show clock\r\n12:", *chunks]]
    with pytest.raises(error) as caught:
        session.show("show clock")
    golden(f"session/{error.__name__}", caught.value)
    assert session.closed
    with pytest.raises(errors.SessionLostError):
        session.show("show clock")


def test_a_line_that_breaks_while_reading(line: Line, session: CliSession, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(nbytes: int) -> bytes:
        raise ConnectionResetError

    monkeypatch.setattr(line, "recv", fail)
    with pytest.raises(errors.SessionLostError):
        session.show("show clock")


def test_a_line_that_breaks_while_writing(line: Line, session: CliSession) -> None:
    line.broken = True
    with pytest.raises(errors.SessionLostError):
        session.show("show clock")
    assert session.closed


def test_a_transcript(line: Line) -> None:
    seen: list[tuple[str, str]] = []
    session = CliSession(TARGET, line, line, lambda direction, text: seen.append((direction, text)))
    session.prepare()
    line.answers["show run"] = [say("show run", "enable secret 5 $1$abc\npass-word\n")]
    session.show("show run")
    assert ("sent", "<secret>") in seen
    assert seen[-2:] == [("sent", "show run"), ("received", "show run\nenable secret 5 <secret>\n<secret>\nsan-rtr1#")]


def test_a_target_may_bring_its_transcript(line: Line) -> None:
    seen: list[tuple[str, str]] = []
    target = dataclasses.replace(TARGET, transcript=lambda direction, text: seen.append((direction, text)))
    CliSession(target, line, line).prepare()
    assert ("sent", "terminal length 0") in seen


def test_secrets_stay_out_of_errors(line: Line, session: CliSession) -> None:
    line.answers["username ola secret pass-word"] = [
        say("username ola secret pass-word", "% Bad pass-word\n", "san-rtr1(config)#")
    ]
    with pytest.raises(errors.CommandRefusedError) as caught:
        session.configure(["username ola secret pass-word"])
    assert "pass-word" not in str(caught.value)
    assert "<secret>" in str(caught.value)
    assert "pass-word" not in repr(TARGET)


def test_an_unknown_platform(golden: Golden) -> None:
    target = Target("pbx1", "192.0.2.9", 22, "x", "y", platform="meridian")
    with pytest.raises(errors.PlatformUnsupportedError) as caught, cli.open_session(target):
        pytest.fail("there is no such driver")
    golden("session/platform", caught.value)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("unreachable", errors.UnreachableError("san-rtr1", "192.0.2.1 port 22", "connection refused")),
        ("login", errors.AuthenticationRefusedError("san-rtr1", "fellesdrift")),
        ("key_unknown", errors.HostKeyUnknownError("san-rtr1", "192.0.2.1", "ssh-rsa SHA256:abc", "known_hosts")),
        ("key_changed", errors.HostKeyChangedError("san-rtr1", "192.0.2.1", "rsa SHA256:a", "rsa SHA256:b", "hosts")),
        ("algorithm_modern", errors.NoCommonAlgorithmError("san-rtr1", "no acceptable kex algorithm", False)),
        ("algorithm_legacy", errors.NoCommonAlgorithmError("san-rtr1", "no acceptable kex algorithm", True)),
    ],
)  # fmt: skip
def test_texts_of_the_errors_of_connecting(name: str, error: Exception, golden: Golden) -> None:
    golden(f"session/{name}", error)
