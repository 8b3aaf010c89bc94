"""Every key exchange with a fixed group, against a server that is not ours and not the client's library."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import pytest

from fellesdrift.session import Target
from fellesdrift.session.key_exchange import Transport
from fellesdrift.session.transport import connect

EXCHANGES = (
    "diffie-hellman-group1-sha1",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
)


class _Anybody(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return True


@contextmanager
def served(key: asyncssh.SSHKey, name: str) -> Iterator[int]:
    """The port of a server that knows this one key exchange."""
    up, ports, stop = threading.Event(), list[int](), list[Callable[[], object]]()

    def greet(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write("welcome\n")
        process.exit(0)

    async def serve() -> None:
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(over.set))
        options = {"server_host_keys": [key], "kex_algs": [name], "process_factory": greet}
        async with await asyncssh.listen("127.0.0.1", 0, server_factory=_Anybody, **options) as server:
            ports.append(server.sockets[0].getsockname()[1])
            up.set()
            await over.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert up.wait(20)
    try:
        yield ports[0]
    finally:
        stop[0]()
        thread.join()


@pytest.mark.parametrize("name", EXCHANGES)
def test_both_sides_agree_on_a_key(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    class Seen(Transport._kex_info[name]):
        def _generate_x(self) -> None:
            super()._generate_x()
            drawn.append(self.name)

    monkeypatch.setitem(Transport._kex_info, name, Seen)
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    with served(key, name) as port:
        known = tmp_path / "known_hosts"
        known.write_text(f"[127.0.0.1]:{port} {key.export_public_key().decode()}", encoding="utf-8")
        target = Target("r1", "127.0.0.1", port, "fellesdrift", "lab", known_hosts=known, legacy=True)
        driver, channel = connect(target)
        try:
            channel.settimeout(10)
            assert channel.recv(100) == b"welcome\r\n"
        finally:
            driver.disconnect()
    assert drawn == [name]
