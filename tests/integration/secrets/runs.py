"""What is run on the sealed twin, each run as loud as Ansible can be, and everything that it leaves behind."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from ansible.parsing.vault import VaultLib, VaultSecret

from .conftest import PLANTED_ON, Vault
from .needles import files_below
from .watch import ProcessList

LOUD = ("-vvvv", "--diff")
DAY2 = """
- hosts: HOSTS
  gather_facts: false
  tasks:
    - fellesdrift.core.network_device:
        state: STATE
        day2: endring 17
        resources: RESOURCES
"""
NAMED = {"interface": {"Loopback0": {"description": "Administrasjon"}}}


@dataclass
class Traces:
    """place -> bytes. processes: every command line that was seen; codes: run -> exit code."""

    places: dict[str, bytes] = field(default_factory=dict)
    processes: ProcessList = field(default_factory=ProcessList)
    codes: dict[str, int] = field(default_factory=dict)


class Runner:
    """Runs playbooks on a sealed twin and keeps what they said; `collect` adds what they left on disk."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.traces = Traces()
        (vault.home / "log").mkdir(exist_ok=True)

    def play(self, name: str, playbook: str, *arguments: str, ids: tuple[str, ...] = (), debug: bool = False) -> str:
        """One run; its output."""
        environment = self.vault.environment(*ids) | {"ANSIBLE_LOG_PATH": str(self.vault.home / "log" / name)}
        if debug:
            environment["ANSIBLE_DEBUG"] = "true"
        run = self.vault.lab.play(playbook, *arguments, environment=environment)
        self.traces.codes[name] = run.code
        self.traces.places[f"output of {name}"] = run.output.encode()
        return run.output

    def change(self, name: str, state: str, resources: object, hosts: str, *arguments: str) -> str:
        """A change outside every stage."""
        text = DAY2.replace("HOSTS", hosts).replace("STATE", state).replace("RESOURCES", json.dumps(resources))
        path = self.vault.home / f"{name}.yml"
        path.write_text(text, encoding="utf-8")
        # one by one: two devices of the platform share a lease
        return self.play(name, str(path), *LOUD, "--forks", "1", *arguments)

    def collect(self) -> Traces:
        """Everything below the folder of this test: twin, journal, logs, home folder, temporary files. The vault
        passwords are left out, for they are in their files."""
        self.traces.places |= files_below(self.vault.home, without=[self.vault.passwords])
        self.traces.places["control socket"] = json.dumps(self.vault.lab.do("status")).encode()
        self.traces.places["process list"] = b"\n".join(self.traces.processes.seen)
        return self.traces


def add_role_secret(vault: Vault, value: str) -> None:
    """An encrypted variable of a role, among Sande's."""
    password = VaultSecret((vault.passwords / "sande").read_bytes().strip())
    cipher = VaultLib([("sande", password)]).encrypt(value, secret=password, vault_id="sande").decode()
    text = "---\nwan_link__key: !vault |\n" + "".join(f"  {line}\n" for line in cipher.splitlines())
    (vault.lab.out / "group_vars" / "sande" / "zz_role.yml").write_text(text, encoding="utf-8")


def planted_hosts() -> str:
    """The devices that hold secrets, as a pattern."""
    return ",".join(PLANTED_ON)


def journal_of(vault: Vault) -> Path:
    """The twin's journal."""
    return vault.lab.out / ".state" / "journal.sqlite"
