"""The twin of the production inventory, an hour of its devices in a minute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from fellesdrift.estate.inventory.loader import load_estate
from fellesdrift.session import Target, open_session
from fellesdrift.state import network
from fellesdrift.state.network.device import Device
from fellesdrift.twin import configs, control, down, up

PRODUCTION = Path(__file__).parents[3] / "inventories/production"


@dataclass(frozen=True)
class Lab:
    """A running twin, seen from the client's side."""

    directory: Path
    legacy: dict[str, bool]

    def target(self, host: str, **changes: Any) -> Target:
        found = yaml.safe_load((self.directory / "host_vars" / host / "zz_twin.yml").read_text(encoding="utf-8"))
        values: dict[str, Any] = {
            "host": host,
            "address": found["ansible_host"],
            "port": found["ansible_port"],
            "username": found["ansible_user"],
            "password": found["ansible_password"],
            "enable_secret": found["ansible_become_password"],
            "known_hosts": Path(found["fellesdrift_known_hosts"]),
            "legacy": self.legacy[host],
            "connect_timeout": 5.0,
            "read_timeout": 10.0,
            **changes,
        }
        return Target(**values)

    def ask(self, **request: Any) -> dict[str, Any]:
        return control(self.directory, request)

    def fault(self, host: str, kind: str, **how: Any) -> None:
        self.ask(do="fault", device=host, kind=kind, **how)

    def running(self, host: str) -> str:
        """Normal form, read past the session under test."""
        return network.normalise(configs(self.directory)[host])


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    directory = tmp_path_factory.mktemp("session") / "twin"
    up(PRODUCTION, directory, speed=60)
    try:
        estate = load_estate([PRODUCTION])
        devices = [host for host in estate.hosts.values() if host.platform == "cisco_ios"]
        yield Lab(directory, {host.name: host.ssh_legacy for host in devices})
    finally:
        down(directory)


@pytest.fixture
def lab(twin: Lab) -> Iterator[Lab]:
    """The twin as its snapshots have it, before and after."""
    before = {host: twin.running(host) for host in twin.legacy}
    yield twin
    twin.ask(do="heal")
    for host, text in before.items():
        if twin.running(host) != text:
            with open_session(twin.target(host)) as session:
                session.execute("configure replace nvram:startup-config force")
                assert twin.running(host) == text


@pytest.fixture
def with_device(lab: Lab) -> Callable[..., Any]:
    """with_device("san-rtr1", lambda device: ...) in a session of its own."""

    def run(host: str, use: Callable[[Device], Any]) -> Any:
        with open_session(lab.target(host)) as session:
            return use(Device(session))

    return run
