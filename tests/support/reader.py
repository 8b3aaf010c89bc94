"""What an engineer does with a twin whose devices are to be read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from support.lab import Lab, Run
from support.plain_ssh import configure


@dataclass(frozen=True)
class Reader:
    """A twin, and what an engineer does with it. hosts: every host of the estate; devices: those that are read."""

    lab: Lab
    hosts: list[str]
    devices: list[str]

    @property
    def latest(self) -> Path:
        return self.lab.out / "snapshots" / "latest"

    def snapshot(self, *arguments: str) -> Run:
        """Of the network devices, if not said otherwise."""
        limited = () if "--limit" in arguments else ("--limit", "network")
        return self.lab.play("snapshot.yml", *arguments, *limited)

    def index(self) -> dict[str, dict[str, str]]:
        return dict(yaml.safe_load((self.latest / "index.yml").read_text(encoding="utf-8")))

    def report(self) -> dict[str, Any]:
        """The report of the last run; whatever happened, its counts sum to the hosts of the estate."""
        report: dict[str, Any] = json.loads((self.latest / "report.json").read_text(encoding="utf-8"))
        assert set(report["hosts"]) == set(self.hosts)
        assert sum(report["counts"].values()) == len(self.hosts)
        return report

    def login(self, host: str) -> dict[str, Any]:
        """What the twin's inventory says of a device."""
        path = self.lab.out / "host_vars" / host / "zz_twin.yml"
        return dict(yaml.safe_load(path.read_text(encoding="utf-8")))

    def type(self, host: str, *lines: str) -> None:
        """Configure with an SSH client that has nothing to do with fellesdrift."""
        configure(self.login(host), *lines)
