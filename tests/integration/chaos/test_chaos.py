"""Whatever breaks while a stage runs, it ends as the seed says. The table: `fellesdrift rehearse --chaos 1..50`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.lab import PRODUCTION, PROJECT

from fellesdrift.commands.chaos import one

SHORT = 45
"""A gate refuses the stage at once: the whole way of a seed, in the least time."""


def check(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("ANSIBLE_CONFIG", str(PROJECT / "ansible.cfg"))
    outcome = one(seed, PRODUCTION, tmp_path / "twin", "sande", "wan_link")
    assert outcome.wrong == [], "\n".join([*outcome.row(), *outcome.runs])


def test_a_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(SHORT, tmp_path, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 51))
def test_fifty_seeds(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(seed, tmp_path, monkeypatch)
