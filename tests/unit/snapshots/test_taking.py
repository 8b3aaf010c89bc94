"""Every way in which reading a device can end has one state; no secret is in what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.session import Target, errors
from fellesdrift.snapshots import taking
from fellesdrift.snapshots.taking import of_another, redacted, take

TARGET = Target("a", "192.0.2.1", 22, "fellesdrift", "passordet", "enablet")
VERSION = """Cisco IOS Software, 2800 Software (C2800NM-ADVIPSERVICESK9-M), Version 12.4(24)T, RELEASE SOFTWARE (fc1)
Cisco 2821 (revision 53.51) with 249856K/12288K bytes of memory.
"""
OLDER = """Cisco Internetwork Operating System Software
IOS (tm) C2600 Software (C2600-IK9O3S3-M), Version 12.3(26), RELEASE SOFTWARE (fc2)
cisco 2651XM (MPC860P) processor (revision 0x300) with 125952K/5120K bytes of memory.
"""


@dataclass
class Session:
    """Says what it is given, or raises it."""

    answers: dict[str, str | FellesdriftError]
    host: str = "a"
    asked: list[str] = field(default_factory=list)

    def show(self, command: str, accept: object = ()) -> str:
        self.asked.append(command)
        answer = self.answers[command]
        if isinstance(answer, FellesdriftError):
            raise answer
        return answer


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Session]:
    """device(running, version): what a session says; device(opening=error): none comes about."""

    def prepare(
        running: str | FellesdriftError = "", version: str = VERSION, opening: Exception | None = None
    ) -> Session:
        session = Session({"show running-config": running, "show version": version})

        @contextmanager
        def open_session(target: Target) -> Iterator[Session]:
            if isinstance(opening, errors.NoCommonAlgorithmError) and target.legacy:
                yield session
            elif opening is not None:
                raise opening
            else:
                yield session

        monkeypatch.setattr(taking.sessions, "open_session", open_session)
        return session

    return prepare


def test_a_device_is_read_with_one_command(device: Callable[..., Session], whole: Callable[..., str]) -> None:
    session = device(whole("a"))
    taken = take(TARGET)
    assert (taken.state, taken.config, taken.code) == ("read", whole("a"), "")
    assert taken.taken.endswith("Z")
    assert session.asked == ["show running-config"]


@pytest.mark.parametrize(("version", "model", "software"), [
    (VERSION, "Cisco 2821", "12.4(24)T"), (OLDER, "Cisco 2651XM", "12.3(26)"), ("something else", "", ""),
])  # fmt: skip
def test_facts_for_an_import(
    device: Callable[..., Session], whole: Callable[..., str], version: str, model: str, software: str
) -> None:
    device(whole("a"), version)
    taken = take(TARGET, facts=True)
    assert (taken.model, taken.software, taken.legacy) == (model, software, False)


def test_algorithms_of_2005_are_tried_for_an_import_only(
    device: Callable[..., Session], whole: Callable[..., str]
) -> None:
    device(whole("a"), opening=errors.NoCommonAlgorithmError("a", "kex", False))
    assert take(TARGET).state == "refused"
    assert take(TARGET, facts=True).legacy


@pytest.mark.parametrize(("error", "state"), [
    (errors.UnreachableError("a", "192.0.2.1", "no answer"), "unreachable"),
    (errors.TimedOutError("a", "the login", 40), "unreachable"),
    (errors.SessionLostError("a", "the login"), "unreachable"),
    (errors.AuthenticationRefusedError("a", "x"), "refused"),
    (errors.HostKeyUnknownError("a", "192.0.2.1", "ssh-rsa", "file"), "refused"),
    (errors.HostKeyChangedError("a", "192.0.2.1", "ssh-rsa", "ssh-rsa", "file"), "refused"),
    (errors.EnableRefusedError("a", "again"), "refused"),
])  # fmt: skip
def test_no_session(device: Callable[..., Session], error: FellesdriftError, state: str) -> None:
    device(opening=error)
    taken = take(TARGET)
    assert (taken.state, taken.code, taken.config) == (state, error.code, "")


@pytest.mark.parametrize(("running", "state", "code"), [
    (errors.TimedOutError("a", "show", 30), "unreadable", "FD308"),
    (errors.SessionLostError("a", "show"), "unreadable", "FD307"),
    (errors.CommandRefusedError("a", "show running-config", "% Invalid input"), "refused", "FD309"),
    ("", "unreadable", "FD402"),
    ("hostname a\ninterface Gi", "unreadable", "FD402"),
    ("\x00\x7fnoise", "unreadable", "FD402"),
    ("hostname a\nwireless\n secret-thing\nend", "read", ""),
    ("hostname passordet\nend", "unreadable", "FD902"),
    ("hostname a\nip access-list standard enablet\n permit any\nend", "unreadable", "FD902"),
])  # fmt: skip
def test_what_it_says(device: Callable[..., Session], running: str, state: str, code: str) -> None:
    device(running)
    taken = take(TARGET)
    assert (taken.state, taken.code) == (state, code)
    assert "passordet" not in taken.why + taken.config


def test_a_platform_without_a_reader() -> None:
    taken = take(Target("a", "", 0, "", "", platform="meridian"))
    assert (taken.state, taken.why) == ("unsupported", "platform meridian: this version has no reader for it")


def test_another_devices_answer_is_not_kept(
    device: Callable[..., Session], whole: Callable[..., str], golden: Callable[[str, object], None]
) -> None:
    device(whole("b"))
    taken = of_another("a", take(TARGET))
    assert (taken.state, taken.config) == ("unreadable", "")
    golden("snapshot/of_another", f"{taken.code}: {taken.why}")
    assert of_another("b", take(TARGET)).state == "read"


SECRETS = [
    "enable secret 5 {}",
    "enable password 7 {}",
    "username ola privilege 15 secret 5 {}",
    "snmp-server community {} RO",
    "snmp-server host 10.0.0.1 version 2c {}",
    "tacacs-server key 7 {}",
    "radius-server host 10.0.0.1 key 7 {}",
    "crypto isakmp key {} address 192.0.2.1",
    "key chain K\n key 1\n  key-string 7 {}",
    "ntp authentication-key 1 md5 {} 7",
    "router bgp 65000\n neighbor 10.0.0.1 password 7 {}",
    "line vty 0 4\n password 7 {}",
    "interface Serial0\n ppp chap password 7 {}",
    "interface Serial0\n ppp pap sent-username x password 7 {}",
    "interface Vlan1\n standby 1 authentication md5 key-string 7 {}",
    "interface Vlan1\n standby 1 authentication {}",
    "interface Vlan1\n ip ospf message-digest-key 1 md5 7 {}",
    "interface Vlan1\n ip ospf authentication-key 7 {}",
    "interface Dot11Radio0\n wpa-psk ascii 7 {}",
    "interface Vlan1\n glbp 1 authentication {}",
    "crypto keyring R\n pre-shared-key address 192.0.2.1 key {}",
    "ip ftp password 7 {}",
    "vpdn-group 1\n l2tp tunnel password 7 {}",
    "interface Vlan1\n description login passordet",
    "banner motd ^C\nlogin passordet\nenablet\n^C",
]


@pytest.mark.parametrize("line", SECRETS)
def test_no_planted_secret_is_kept(whole: Callable[..., str], line: str) -> None:
    text = redacted("a", whole("a", line.format("0822455D0A16")), TARGET.secrets())
    assert "<secret>" in text
    for secret in ("0822455D0A16", "passordet", "enablet"):
        assert secret not in text
    assert redacted("a", text, TARGET.secrets()) == text


def test_a_password_that_is_a_name_is_refused(golden: Callable[[str, object], None]) -> None:
    with pytest.raises(FellesdriftError) as caught:
        redacted("a", "hostname passordet-rtr\nend\n", TARGET.secrets())
    golden("snapshot/FD902", caught.value)


def test_a_form_that_the_estates_own_reader_knows_and_the_redaction_not(
    monkeypatch: pytest.MonkeyPatch, golden: Callable[[str, object], None]
) -> None:
    monkeypatch.setattr(taking, "scrub", lambda text, _secrets: text)
    with pytest.raises(FellesdriftError) as caught:
        redacted("a", "hostname a\nenable secret 5 $1$planted\nend\n", ())
    golden("snapshot/FD903", caught.value)
    assert "planted" not in str(caught.value)
