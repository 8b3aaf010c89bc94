"""What the network and the libraries below say, in our types; and a deadline that holds."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.errors import SessionLostError, UnreachableError
from fellesdrift.session.wsman import WindowsTarget, errors, open_client, target_of
from fellesdrift.session.wsman.client import Client
from fellesdrift.session.wsman.connection import Connection

SECRET = "not <shown> & never"


def target(port: int, **options: Any) -> WindowsTarget:
    known: dict[str, Any] = {"auth": "basic", "plain": True, "timeout": 1.0, "connect_timeout": 1.0}
    return WindowsTarget("san-file1", "127.0.0.1", port, "fellesdrift", SECRET, **{**known, **options})


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port on which every connection is handed to `serve`."""
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            with near:
                try:
                    serve(near)
                except OSError:
                    continue

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


def says(text: bytes) -> Callable[[socket.socket], None]:
    def serve(near: socket.socket) -> None:
        near.recv(65536)
        near.sendall(text)

    return serve


def http(status: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("said", "expected", "code"),
    [
        (http("404 Not Found"), errors.NoListenerError, "FD320"),
        (http("401 Unauthorized"), errors.LoginRefusedError, "FD302"),
        (http("403 Forbidden"), errors.AnswerUnreadableError, "FD323"),
        (http("503 Busy", b"<html>"), errors.AnswerUnreadableError, "FD323"),
        (http("500 Error", b"<html/>"), errors.AnswerUnreadableError, "FD323"),
        (http("500 Error", b"\xff\xff"), errors.AnswerUnreadableError, "FD323"),
        (http("200 OK", b"hello"), errors.AnswerUnreadableError, "FD323"),
        (http("200 OK"), errors.AnswerUnreadableError, "FD323"),
        (b"SSH-2.0-OpenSSH\r\n", SessionLostError, "FD307"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", SessionLostError, "FD307"),
        (b"", SessionLostError, "FD307"),
    ],
)
def test_what_a_server_says(said: bytes, expected: type[Exception], code: str) -> None:
    with server(says(said)) as port, pytest.raises(expected) as caught, open_client(target(port)):
        pass
    assert isinstance(caught.value, FellesdriftError)
    assert caught.value.code == code
    assert SECRET not in str(caught.value)


def drips(first: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    def serve(near: socket.socket) -> None:
        near.sendall(first)
        for _ in range(25):
            near.sendall(drop)
            time.sleep(0.1)

    return serve


@pytest.mark.parametrize(
    "serve", [drips(b"", b""), drips(b"", b"H"), drips(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", b"x")]
)
def test_a_deadline_holds_also_when_bytes_drip(serve: Callable[[socket.socket], None]) -> None:
    started = time.monotonic()
    with server(serve) as port, pytest.raises(errors.NoAnswerError), open_client(target(port)):
        pass
    # the server itself may go on for a while
    assert time.monotonic() - started < 8


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(errors.NoListenerError) as caught, open_client(target(port)):
        pass
    assert "docs/windows.md" in str(caught.value)


def test_no_such_name() -> None:
    nowhere = WindowsTarget("h", "nowhere.invalid", 5985, "u", "p", timeout=5)
    with pytest.raises(UnreachableError), open_client(nowhere):
        pass


def test_basic_is_not_sent_readable() -> None:
    with pytest.raises(errors.PlainTextRefusedError):
        Connection(target(5985, plain=False))
    assert target(5986, plain=False).secure
    Connection(target(5986, plain=False))
    assert target(443).endpoint == "https://127.0.0.1:443/wsman"
    assert "not" not in repr(target(5986))


def test_a_login_comes_from_the_inventory() -> None:
    assert target_of("h", {}) == WindowsTarget("h", "h", 5985, "", "")
    variables = {"ansible_host": "10.0.0.1", "ansible_port": "80", "ansible_user": "u", "ansible_password": "p"}
    assert target_of("h", variables) == WindowsTarget("h", "10.0.0.1", 80, "u", "p")
    allowed = {"fellesdrift_winrm_auth": "basic", "fellesdrift_winrm_plain": True, "fellesdrift_winrm_code_page": 437}
    basic = target_of("h", {**variables, **allowed})
    assert (basic.auth, basic.plain, basic.code_page) == ("basic", True, 437)
    basic.check()
    with pytest.raises(errors.PlainTextRefusedError):
        target_of("h", {**variables, "fellesdrift_winrm_auth": "basic", "fellesdrift_winrm_plain": "yes"}).check()


def test_a_client_belongs_to_one_thread() -> None:
    client = Client(target(9))
    caught: list[Exception] = []

    def other() -> None:
        try:
            client.identify()
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert len(caught) == 1
    client.close()


def test_the_transcript_has_no_secret() -> None:
    heard: list[str] = []
    wanted = target(0, transcript=lambda direction, text: heard.append(f"{direction} {text}"))
    connection = Connection(wanted)
    with pytest.raises(FellesdriftError):
        connection.exchange(b"<x>not &lt;shown&gt; &amp; never not <shown> & never</x>", "x")
    assert heard == ["sent <x><secret> <secret></x>"]
