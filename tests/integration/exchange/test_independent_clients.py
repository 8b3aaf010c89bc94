"""Clients that share nothing with the twin: netmiko's terminal server over telnet, OpenSSH and asyncssh over SSH.

asyncssh is on both sides of one of them; OpenSSH shares nothing with it, and the telnet clients nothing at all.
"""

from __future__ import annotations

import asyncio
import os
import pty
import select
import subprocess
import time
from pathlib import Path

import asyncssh
import pytest
from netmiko.terminal_server import TerminalServerTelnet
from support.exchange import CREDENTIALS, Running, exchanges
from support.small_exchange import small


def test_netmiko_by_hand(running: Running) -> None:
    """Its own telnet code negotiates; the login and every answer are typed as an operator would."""
    connection = TerminalServerTelnet(
        host="127.0.0.1",
        port=running.port(),
        username=CREDENTIALS.user,
        password=CREDENTIALS.password,
        device_type="generic_termserver_telnet",
        default_enter="\r",
        auto_connect=True,
    )

    def typed(line: str, pattern: str) -> str:
        connection.write_channel(f"{line}\r")
        return str(connection.read_until_pattern(pattern))

    try:
        connection.read_until_pattern(">")
        typed(f"LOGI {CREDENTIALS.user}", r"PASS\?")
        assert "LOGGED IN" in typed(CREDENTIALS.password, "\n>")
        typed("LD 20", "REQ:")
        typed("prt", "TYPE:")
        for answer, pattern in (("tnb", "TN "), ("14 3", "DATE"), ("", "PAGE"), ("", "DES")):
            typed(answer, pattern)
        assert "KEY  00 SCR 2057 0     MARP" in typed("", "REQ:")
        typed("****", ">")
        assert "LOGGED OUT" in typed("LOGO", "\n>")
    finally:
        connection.disconnect()


def until(master: int, end: bytes, seconds: float = 10.0) -> bytes:
    seen = b""
    deadline = time.monotonic() + seconds
    while not seen.endswith(end):
        ready, _, _ = select.select([master], [], [], max(0, deadline - time.monotonic()))
        assert ready, seen
        seen += os.read(master, 4096)
    return seen


def test_openssh(running: Running, tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    known.write_text(running.service.known_hosts(), encoding="ascii")
    command = ["ssh", "-F", "none", "-tt", "-p", str(running.port(door="ssh")), "-l", CREDENTIALS.user]
    options = [f"UserKnownHostsFile={known}", "PreferredAuthentications=password", "StrictHostKeyChecking=yes"]
    master, slave = pty.openpty()
    asked = {"SSH_ASKPASS": str(_answer(tmp_path)), "SSH_ASKPASS_REQUIRE": "force"}
    process = subprocess.Popen(
        [*command, *(word for option in options for word in ("-o", option)), "127.0.0.1"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={**os.environ, **asked},
    )
    os.close(slave)
    try:
        until(master, b">")
        os.write(master, b"\r")
        assert b"OVL111" in until(master, b">"), "SSH's login is not the exchange's"
        os.write(master, f"LOGI {CREDENTIALS.user}\r".encode())
        until(master, b"PASS?")
        os.write(master, f"{CREDENTIALS.password}\r".encode())
        assert b"LOGGED IN" in until(master, b">")
    finally:
        process.terminate()
        process.wait()
        os.close(master)


def _answer(folder: Path) -> Path:
    program = folder / "answer"
    program.write_text(f"#!/bin/sh\necho {CREDENTIALS.password}\n", encoding="ascii")
    program.chmod(0o700)
    return program


def test_asyncssh(running: Running) -> None:
    known = running.service.known_hosts()

    async def story() -> None:
        options = {"username": CREDENTIALS.user, "client_keys": None, "config": None}
        port = running.port(door="ssh")
        with pytest.raises(asyncssh.PermissionDenied):
            await asyncssh.connect(
                "127.0.0.1", port, password="wrong", known_hosts=asyncssh.import_known_hosts(known), **options
            )
        async with asyncssh.connect(
            "127.0.0.1",
            port,
            password=CREDENTIALS.password,
            known_hosts=asyncssh.import_known_hosts(known),
            **options,
        ) as connection:
            process = await connection.create_process(term_type="vt100", encoding=None)
            seen = b""
            for line, end in ((b"", b">"), (b"LOGI LOGINID", b"PASS?"), (b"secret-1", b">"), (b"LD 22", b"REQ ")):
                process.stdin.write(line + b"\r" if line else b"")
                while not seen.endswith(end):
                    seen += await asyncio.wait_for(process.stdout.read(100), 5)
            assert b"LOGGED IN LOGINID" in seen
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.run("ld 22", check=True)

    asyncio.run(story())


def test_a_session_freezes_with_its_path(tmp_path: Path) -> None:
    """As through the simulated network: nothing is lost, nothing moves, no banner comes."""
    with exchanges(small(tmp_path)) as running:
        front = running.service.fronts["x1"]
        with running.visit() as caller:
            there = front.reachable
            running.do(lambda: setattr(front, "reachable", lambda: False))
            caller.send(b"\r")
            assert caller.read(0.2) == b""
            running.do(lambda: setattr(front, "reachable", there))
            running.do(front.network_changed)
            assert caller.until(">") == "\r\nOVL000\r\n>"
