"""The reading session against the other one: the same bytes, the same errors, from every device and every fault.

asyncssh is under the twin's devices too. What it reads there is therefore held against what paramiko reads, which
shares nothing with the twin, and it logs in to a server of paramiko, with each key exchange alone.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import paramiko
import pytest
import yaml

from fellesdrift.regions import Wanted, generate
from fellesdrift.session import Target, errors, key_exchange_reading, open_session, reading
from fellesdrift.session.algorithms import disabled_algorithms, offered_algorithms
from fellesdrift.session.reading import open_reading
from fellesdrift.twin import configs, down, up

HOST = "san-rtr1"
COMMANDS = (
    "show running-config",
    "show startup-config",
    "show ip route",
    "show ip interface brief",
    "show access-lists",
)
Outcome = list[str] | errors.SessionError


def waiting(target: Target, commands: tuple[str, ...]) -> Outcome:
    """Over paramiko."""
    try:
        with open_session(target) as session:
            return [session.show(command) for command in commands] + [session.hostname]
    except errors.SessionError as error:
        return error


def reading_(target: Target, commands: tuple[str, ...]) -> Outcome:
    """Over asyncssh."""

    async def work() -> Outcome:
        try:
            async with open_reading(target) as session:
                return [await session.show(command) for command in commands] + [session.hostname]
        except errors.SessionError as error:
            return error

    return asyncio.run(work())


CLIENTS = (waiting, reading_)


@dataclass(frozen=True)
class Modern:
    """A twin with the ssh of today."""

    directory: Path

    def target(self, host: str) -> Target:
        found = yaml.safe_load((self.directory / "host_vars" / host / "zz_twin.yml").read_text(encoding="utf-8"))
        login = [found[f"ansible_{name}"] for name in ("host", "port", "user", "password", "become_password")]
        return Target(host, *login, known_hosts=Path(found["fellesdrift_known_hosts"]))


@pytest.fixture(scope="module")
def modern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Modern]:
    """A made-up region with the ssh of today."""
    folder = tmp_path_factory.mktemp("modern")
    wanted = Wanted(municipalities=2, hosts=5, seed=1, legacy=False)
    up(generate(folder / "inventories" / "region", wanted), folder / "twin")
    try:
        yield Modern(folder / "twin")
    finally:
        down(folder / "twin")


def both(target: Target, *commands: str) -> tuple[Outcome, Outcome]:
    first, second = (client(target, commands) for client in CLIENTS)
    return first, second


def test_both_bring_the_same_text_from_every_device(lab: Any) -> None:
    assert all(lab.legacy.values()), "this was meant to try the key exchange of 2005"
    for host in lab.legacy:
        first, second = both(lab.target(host), *COMMANDS)
        assert isinstance(first, list)
        assert first == second, host
        assert "Building configuration" in first[0]


def test_both_bring_the_same_text_by_the_ssh_of_today(modern: Any) -> None:
    for host in configs(modern.directory):
        first, second = both(modern.target(host), *COMMANDS)
        assert isinstance(first, list)
        assert first == second, host


def test_both_bring_the_same_text_from_many_at_once(lab: Any) -> None:
    targets = [lab.target(host) for host in lab.legacy]

    async def work() -> list[str]:
        async def one(target: Target) -> str:
            async with open_reading(target) as session:
                return await session.show("show running-config")

        return await asyncio.gather(*map(one, targets))

    for target, text in zip(targets, asyncio.run(work()), strict=True):
        with open_session(target) as session:
            assert session.show("show running-config") == text


@pytest.mark.parametrize(
    "fault", [{"kind": "syslog", "match": "show running-config"}, {"kind": "slow", "seconds": 0.1}]
)
def test_noise_and_slowness_change_nothing(lab: Any, fault: dict[str, Any]) -> None:
    clean = waiting(lab.target(HOST), COMMANDS[:1])
    for client in CLIENTS:
        lab.fault(HOST, **fault)
        assert client(lab.target(HOST), COMMANDS[:1]) == clean
        lab.ask(do="heal", device=HOST)


@pytest.mark.parametrize(
    ("fault", "changes", "error"),
    [
        ({"kind": "refuse_login"}, {}, errors.AuthenticationRefusedError),
        (None, {"password": "Very-Secret-Indeed"}, errors.AuthenticationRefusedError),
        (None, {"enable_secret": "wrong"}, errors.EnableRefusedError),
        (None, {"enable_secret": None}, errors.EnableRefusedError),
        (None, {"known_hosts": Path("/nowhere/known_hosts")}, errors.HostKeyUnknownError),
        (None, {"address": "router.invalid"}, errors.UnreachableError),
        (None, {"platform": "meridian"}, errors.PlatformUnsupportedError),
        ({"kind": "drop", "match": "show running-config", "when": "before"}, {}, errors.SessionLostError),
        ({"kind": "drop", "match": "show running-config", "when": "after"}, {}, errors.SessionLostError),
        ({"kind": "hang", "match": "show run", "when": "before"}, {"read_timeout": 1.0}, errors.TimedOutError),
        ({"kind": "hang", "match": "show run", "when": "after"}, {"read_timeout": 1.0}, errors.TimedOutError),
        ({"kind": "hang", "at": 1}, {"read_timeout": 1.0}, errors.TimedOutError),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told_in_the_same_words(lab: Any, fault: Any, changes: Any, error: type[Exception]) -> None:
    told = []
    for client in CLIENTS:
        if fault is not None:
            lab.fault(HOST, **fault)
        found = client(lab.target(HOST, **changes), COMMANDS[:1])
        lab.ask(do="heal", device=HOST)
        assert isinstance(found, error), found
        assert "Very-Secret" not in str(found)
        told.append(str(found))
    assert told[0] == told[1]


def test_a_refused_command_and_a_question(lab: Any) -> None:
    for command in ("show nonsense", "reload in 30"):
        first, second = both(lab.target(HOST), command)
        assert isinstance(first, errors.SessionError)
        assert str(first) == str(second)
    with open_session(lab.target(HOST)) as session:
        assert session.show("show reload").startswith("No reload is scheduled")


def test_a_changed_host_key(lab: Any, tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    target = lab.target(HOST, known_hosts=known)
    other = paramiko.RSAKey.generate(2048)
    known.write_text(f"[{target.address}]:{target.port} ssh-rsa {other.get_base64()}\n", encoding="utf-8")
    first, second = both(target, "show clock")
    assert isinstance(second, errors.HostKeyChangedError)
    assert str(first) == str(second)


def test_a_router_of_2005_needs_to_be_called_one(lab: Any) -> None:
    old = next(host for host, legacy in lab.legacy.items() if legacy)
    found = reading_(lab.target(old, legacy=False), ("show clock",))
    assert isinstance(found, errors.NoCommonAlgorithmError)
    assert "fellesdrift_ssh_legacy: true" in str(found)


@pytest.mark.parametrize("says", [b"", b"220 welcome\r\n" * 2000, b"SSH-1.5-old\r\n", None])
def test_something_listens_that_does_not_speak_ssh(lab: Any, says: bytes | None) -> None:
    """None: it hangs up at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def take() -> None:
            taken.append(server.accept()[0])
            if says is None:
                taken[0].close()
            else:
                taken[0].sendall(says)

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        begin = time.monotonic()
        target = lab.target(HOST, port=server.getsockname()[1], connect_timeout=0.5, read_timeout=0.5)
        found = reading_(target, ("show clock",))
        assert isinstance(found, errors.UnreachableError | errors.TimedOutError | errors.SessionLostError)
        assert time.monotonic() - begin < 5
        thread.join()
        taken[0].close()


def test_a_port_where_nothing_listens(lab: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        first, second = both(lab.target(HOST, port=free.getsockname()[1]), "show clock")
    assert isinstance(second, errors.UnreachableError)
    assert str(first) == str(second)


def test_a_log_that_cannot_be_written_holds_up_no_session(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    class Seen(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(record.name)

    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [Seen()])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    assert isinstance(reading_(lab.target(HOST), ("show clock",)), list)
    assert not [name for name in written if name.split(".")[0] != "asyncio"]


def test_both_clients_offer_the_same() -> None:
    for legacy in (False, True):
        barred = disabled_algorithms(legacy)
        offer = offered_algorithms(legacy)
        transport = vars(paramiko.Transport)
        for kind, ours in (("kex", offer.kex), ("keys", offer.keys), ("ciphers", offer.ciphers), ("macs", offer.macs)):
            theirs = [name for name in transport[f"_preferred_{kind}"] if name not in barred.get(kind, [])]
            assert sorted(ours) == sorted(theirs)


# -- a server of paramiko, which shares nothing with asyncssh

EXCHANGES = (
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "diffie-hellman-group1-sha1",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
)


class _Anybody(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if password == "lab" else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_pty_request(self, *_how: object) -> bool:
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        threading.Thread(target=_talk, args=(channel,), daemon=True).start()
        return True


def _talk(channel: paramiko.Channel) -> None:
    """A privileged prompt; every command is answered with a line of æøå, torn into single bytes."""
    channel.sendall(b"\r\nWelcome #\r\nr1#")
    typed = b""
    while data := channel.recv(1000):
        typed += data
        while b"\n" in typed:
            command, _, typed = typed.partition(b"\n")
            for byte in command + "\r\nSøre rådhus æ\r\nr1#".encode():
                channel.sendall(bytes([byte]))


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Target]]:
    """A target of which the server knows one key exchange and one cipher."""
    closing: list[Any] = []

    def serve(kex: str, cipher: str) -> Target:
        key = paramiko.RSAKey.generate(2048)
        listening = socket.create_server(("127.0.0.1", 0))
        closing.append(listening)

        def take() -> None:
            transport = paramiko.Transport(listening.accept()[0])
            closing.append(transport)
            options = transport.get_security_options()
            options.kex, options.ciphers = (kex,), (cipher,)
            transport.add_server_key(key)
            transport.start_server(event=threading.Event(), server=_Anybody())

        threading.Thread(target=take, daemon=True).start()
        port = listening.getsockname()[1]
        known = tmp_path / "known_hosts"
        known.write_text(f"[127.0.0.1]:{port} ssh-rsa {key.get_base64()}\n", encoding="utf-8")
        return Target("r1", "127.0.0.1", port, "fellesdrift", "lab", known_hosts=known, legacy=True)

    yield serve
    for each in reversed(closing):
        each.close()


@pytest.mark.parametrize("kex", EXCHANGES)
def test_a_server_of_paramiko_understands_it(server: Callable[..., Target], kex: str) -> None:
    cipher = "3des-cbc" if "group1-" in kex else "aes128-ctr"
    assert reading_(server(kex, cipher), ("show clock",)) == ["Søre rådhus æ", "r1"]


def test_a_wrong_password_at_a_server_of_paramiko(server: Callable[..., Target]) -> None:
    target = server("curve25519-sha256@libssh.org", "aes128-ctr")
    wrong = Target(**{**vars(target), "password": "wrong"})
    assert isinstance(reading_(wrong, ("show clock",)), errors.AuthenticationRefusedError)


def test_a_group_that_the_device_chose(modern: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a group that OpenSSL does not know: the twin's devices give a known one."""
    monkeypatch.setattr(key_exchange_reading, "_KNOWN_TO_OPENSSL", ())
    drawn: list[int] = []

    class Seen(key_exchange_reading.PowDH):
        def __init__(self, g: int, p: int, bits: int) -> None:
            super().__init__(g, p, bits)
            drawn.append(bits)

    monkeypatch.setattr(key_exchange_reading, "PowDH", Seen)
    target = modern.target(next(iter(configs(modern.directory))))

    async def work() -> str:
        options = reading.options_of(legacy=True, keys=("ssh-ed25519",), username="fellesdrift")
        only = asyncssh.SSHClientConnectionOptions(options, kex_algs=["diffie-hellman-group-exchange-sha256"])
        login = {"username": target.username, "password": target.password}
        async with asyncssh.connect(
            target.address, target.port, options=only, known_hosts=None, config=None, **login
        ) as one:
            return str((await one.run("show clock", check=False)).stdout)

    assert asyncio.run(work())
    assert drawn == [2047]
