"""One Wine for all tests of a run, behind a front end that speaks WS-Man; each test leaves services stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.windows import Running, serving
from support.wine.bridge import Bridge
from support.wine.front import WineFront
from support.wine.machine import MOST_SECONDS, Machine, wine_machine

from fellesdrift.session.wsman import Client, Shell, open_client, open_shell
from fellesdrift.twin.access import Credentials

_FOLDER = Path(__file__).parents[2] / "build" / "wine"


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    with wine_machine(_FOLDER) as made:
        yield made


@pytest.fixture(scope="session")
def wine(machine: Machine) -> Iterator[Running]:
    credentials = Credentials.make()
    bridge = Bridge(machine)
    # answered once Wine is awake: else the first command may wake it, and its services hold that command's pipes
    assert list(bridge.query(r"root\cimv2", "SELECT * FROM Win32_OperatingSystem"))
    with serving(WineFront(machine, bridge, credentials), credentials) as running:
        yield running
    bridge.close()


@pytest.fixture
def client(wine: Running) -> Iterator[Client]:
    with open_client(wine.target(timeout=MOST_SECONDS)) as opened:
        yield opened


@pytest.fixture
def shell(client: Client) -> Iterator[Shell]:
    with open_shell(client) as opened:
        yield opened
