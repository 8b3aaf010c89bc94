"""Every role says what it takes, once, and has a scenario that runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
ROLES = sorted(path for path in (ROOT / "roles").glob("*") if path.is_dir())
SCENARIOS = sorted(path.parent for path in (ROOT / "tests/molecule").glob("*/molecule.yml"))


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def options(role: Path) -> dict[str, Any]:
    found: dict[str, Any] = load(role / "meta/argument_specs.yml")["argument_specs"]["main"].get("options") or {}
    return found


def defaults(role: Path) -> dict[str, Any]:
    path = role / "defaults/main.yml"
    return (load(path) or {}) if path.is_file() else {}


def test_there_are_roles_and_scenarios() -> None:
    assert ROLES, "roles/ holds no role"
    assert SCENARIOS, "tests/molecule/ holds no scenario"


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_a_role_has_its_papers(role: Path) -> None:
    assert [
        name for name in ("README.md", "meta/main.yml", "meta/argument_specs.yml") if not (role / name).is_file()
    ] == []


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_a_role_names_its_variables_after_itself(role: Path) -> None:
    assert [name for name in options(role) if not name.startswith(f"{role.name}__")] == []


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_the_defaults_of_a_role_are_those_of_its_argument_spec(role: Path) -> None:
    said = {name: option["default"] for name, option in options(role).items() if "default" in option}
    assert defaults(role) == said
    assert [name for name, option in options(role).items() if "default" in option and option.get("required")] == []


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_the_readme_of_a_role_names_all_its_variables(role: Path) -> None:
    readme = (role / "README.md").read_text(encoding="utf-8")
    assert [name for name in options(role) if name not in readme] == []


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_a_role_has_a_scenario_that_drifts_and_rolls_back(role: Path) -> None:
    sequence = [
        step.split()[0]
        for step in load(ROOT / "tests/molecule" / role.name / "molecule.yml")["scenario"]["test_sequence"]
    ]
    assert {"converge", "idempotence", "verify", "side_effect"} <= set(sequence)
    assert sequence.index("converge") < sequence.index("idempotence") < sequence.index("side_effect")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_every_playbook_of_a_scenario_exists(scenario: Path) -> None:
    """Molecule only warns of a step without its playbook, and passes; `side_effect X.yml` needs side_effect.yml too."""
    shared = load(ROOT / ".config/molecule/config.yml")["scenario"]["test_sequence"]
    wanted = set()
    for step in load(scenario / "molecule.yml").get("scenario", {}).get("test_sequence", shared):
        action, *playbooks = step.split()
        wanted |= {f"{'converge' if action == 'idempotence' else action}.yml", *playbooks} - {"syntax.yml"}
    assert [name for name in sorted(wanted) if not (scenario / name).is_file()] == []
