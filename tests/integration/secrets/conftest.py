"""A twin whose logins come from Ansible Vault and whose devices hold planted secrets."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from support.lab import PRODUCTION, PROJECT, Lab

from fellesdrift import twin

SPEED = 30.0
PLANTED_ON = ("san-rtr1", "drm-core1", "drm-fwi1")
"""Devices that the stage changes: their configurations are read, compared, shown as differences and saved."""


@dataclass
class Vault:
    """A sealed twin. secrets: name -> planted value; environment: of an operator who holds every vault password."""

    lab: Lab
    home: Path
    passwords: Path
    secrets: dict[str, str] = field(default_factory=dict)

    def environment(self, *ids: str) -> dict[str, str]:
        """Of an operator who holds the passwords of these ids (none named: of all), with a home folder of their own."""
        client = PROJECT / "scripts" / "vault-password-client"
        names = ids or tuple(sorted(path.name for path in self.passwords.iterdir()))
        for name in ("home", "tmp"):
            (self.home / name).mkdir(exist_ok=True)
        return {
            "HOME": str(self.home / "home"),
            "TMPDIR": str(self.home / "tmp"),
            "FELLESDRIFT_VAULT_DIR": str(self.passwords),
            "ANSIBLE_VAULT_IDENTITY_LIST": ",".join(f"{name}@{client}" for name in names),
        }


def sealed(lab: Lab, place: Path) -> dict[str, str]:
    """Move the twin's credentials into encrypted values; gives them, and the vault passwords."""
    plain = yaml.safe_load((lab.out / "host_vars" / "san-rtr1" / "zz_twin.yml").read_text(encoding="utf-8"))
    subprocess.run(
        [PROJECT / "scripts" / "vault", "example", "--place", place, "--twin", lab.out],
        check=True,
        cwd=PROJECT,
        env=os.environ,
        capture_output=True,
    )
    found = {"device password": plain["ansible_password"], "enable secret": plain["ansible_become_password"]}
    for file in (place / "passwords").iterdir():
        found[f"vault password of {file.name}"] = file.read_text(encoding="utf-8").strip()
    return found


def plant(lab: Lab) -> dict[str, str]:
    """Put secrets of every kind into devices as somebody at the console would; gives those, and what became of them."""
    typed = {name: f"Plantet-{secrets.token_urlsafe(9)}" for name in ("community", "user", "tacacs", "psk", "hsrp")}
    lines = [
        f"snmp-server community {typed['community']} RO",
        f"username vaktmester secret {typed['user']}",
        f"tacacs-server key {typed['tacacs']}",
        f"crypto isakmp key {typed['psk']} address 192.0.2.99",
        "interface Loopback0",
        f"standby 7 authentication md5 key-string {typed['hsrp']}",
    ]
    before = twin.configs(lab.out)
    for device in PLANTED_ON:
        said = lab.do("console", device=device, lines=lines)["said"]
        assert not any("%" in line for line in str(said).splitlines()), said
    became: dict[str, str] = {}
    for device in PLANTED_ON:
        added = set(twin.configs(lab.out)[device].splitlines()) - set(before[device].splitlines())
        shown = [line.split(" secret 5 ")[1] for line in added if line.startswith("username vaktmester secret 5 ")]
        became |= {f"hash of the user's secret on {device}": value for value in shown}
    assert became, "no device shows the planted user"
    return typed | became


def estate_below(home: Path) -> Path:
    """A small estate of two municipalities, with the production estate's way to the logins."""
    source = home / "estate"
    shutil.copytree(PROJECT / "tests" / "fixtures" / "estate", source)
    shutil.copy(PRODUCTION / "group_vars" / "network.yml", source / "group_vars" / "network.yml")
    return source


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """One twin for a file of tests, sealed; nothing planted yet."""
    home = tmp_path_factory.mktemp("vault")
    lab = Lab(home / "twin")
    twin.up(estate_below(home), lab.out, speed=SPEED)
    try:
        vault = Vault(lab, home, home / "example" / "passwords")
        vault.secrets |= sealed(lab, home / "example")
        yield vault
    finally:
        twin.down(lab.out)
