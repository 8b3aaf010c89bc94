"""SSH clients for the simulated devices, and the small network of the unit tests behind real ports."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import asyncssh
import pytest

from fellesdrift.twin.lab import Lab
from fellesdrift.twin.server import Service, make_keys

REPOSITORY = Path(__file__).parents[3]
LEGACY = {
    "kex_algs": ["diffie-hellman-group14-sha1"],
    "encryption_algs": ["aes128-cbc"],
    "mac_algs": ["hmac-sha1"],
    "server_host_key_algs": ["ssh-rsa"],
}


def _small() -> ModuleType:
    path = REPOSITORY / "tests" / "unit" / "twin" / "conftest.py"
    spec = importlib.util.spec_from_file_location("small_network", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SMALL = _small()


class Person:
    """Somebody at an SSH session."""

    def __init__(self, process: asyncssh.SSHClientProcess[str], connection: asyncssh.SSHClientConnection) -> None:
        self.process = process
        self.connection = connection

    async def until(self, end: str, timeout: float = 5.0) -> str:
        """What is printed up to and with `end`."""
        seen = ""

        async def read() -> str:
            nonlocal seen
            while not seen.endswith(end):
                letter = await self.process.stdout.read(1)
                if not letter:
                    raise EOFError(seen)
                seen += letter
            return seen

        return await asyncio.wait_for(read(), timeout)

    async def type(self, line: str, end: str = "#", timeout: float = 5.0) -> str:
        self.process.stdin.write(f"{line}\r")
        return await self.until(end, timeout)

    async def enable(self) -> None:
        await self.until(">")
        await self.type("enable", "Password: ")
        await self.type("a-secret")


@dataclass
class Doors:
    """The small network, open for SSH."""

    lab: Lab
    service: Service

    @asynccontextmanager
    async def visit(self, device: str, password: str = "a-pass", enable: bool = True) -> AsyncIterator[Person]:
        options = LEGACY if self.lab.devices[device].spec.legacy else {}
        connection = await asyncssh.connect(
            "127.0.0.1",
            self.service.fronts[device].port,
            username="fellesdrift",
            password=password,
            known_hosts=asyncssh.import_known_hosts(self.service.known_hosts()),
            client_keys=None,
            config=None,
            **options,
        )
        async with connection:
            process = await connection.create_process(term_type="vt100", term_size=(511, 0))
            person = Person(process, connection)
            if enable and self.lab.devices[device].user_privilege("fellesdrift") < 15:
                await person.enable()
            yield person


Story = Callable[[Doors], Awaitable[None]]


@pytest.fixture
def play() -> Callable[..., None]:
    """play(story, speed): run an async story against the small network with open ports."""

    def run(story: Story, speed: float = 1000.0) -> None:
        async def whole() -> None:
            lab = SMALL.build(speed=speed)
            service = Service(lab, make_keys(lab))
            service.open()
            try:
                await asyncio.wait_for(story(Doors(lab, service)), 30)
            finally:
                service.close()

        asyncio.run(whole())

    return run
