"""The part of an Ansible action that the work behind a module asks for, with a real journal."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fellesdrift.journal import Journal
from fellesdrift.journal.lease import Holder


@dataclass(kw_only=True)
class Action:
    """path: of the journal. name: of the estate. speed: how many times faster than on the wall its waits pass."""

    path: Path
    name: str
    municipality: str
    speed: float = 1000.0
    check_mode: bool = False

    def header(self, _: dict[str, Any]) -> Any:
        return SimpleNamespace(journal=self.path, name=self.name, speed=self.speed)

    def journal(self, _: Any) -> Journal:
        return Journal.open(self.path, self.name)

    def holder(self) -> Holder:
        return Holder.of_process(os.getpid())

    def variable(self, name: str, _: dict[str, Any], default: Any = None) -> Any:
        return {"fellesdrift_municipality": self.municipality}.get(name, default)
