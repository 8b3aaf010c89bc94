"""The arrows between the rooms go one way (docs/architecture.md); the twin shares nothing with what it checks."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[3] / "src" / "fellesdrift"
MAY_USE = {
    "estate": set(),
    "session": set(),
    "policy": {"estate"},
    "numbering": {"estate"},
    "compose": {"estate", "numbering", "policy"},
    "state": {"session"},
    "snapshots": {"state", "session", "estate"},
    "journal": set(),
    "cutover": {"compose", "journal", "numbering", "policy", "state", "session", "estate"},
    "evidence": {"cutover", "estate", "journal", "reports"},
    "chaos": {"cutover", "estate", "journal", "state", "twin"},
    "drift": {"compose", "cutover", "estate", "journal", "session", "snapshots", "state", "twin"},
    "reports": {"drift", "snapshots"},
    "twin": {"estate"},
    "vault": set(),
    "regions": {"estate"},
    "commands": {
        "chaos",
        "compose",
        "cutover",
        "drift",
        "estate",
        "evidence",
        "journal",
        "numbering",
        "regions",
        "reports",
        "session",
        "snapshots",
        "state",
        "twin",
    },
}
TERMINAL = {
    "netmiko": {"session"},
    "paramiko": {"session"},
    "asyncssh": {"session", "twin"},
    "hier_config": {"state"},
    "aerleon": {"policy"},
}
"""The rooms that may rest on a library. asyncssh is on both sides of the reading sessions: docs/verified.md says what
keeps that from hiding a fault."""


@cache
def imports(file: Path) -> frozenset[str]:
    """Full names of all modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import hides an arrow"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return frozenset(found)


def files(room: str) -> list[Path]:
    found = sorted((SOURCE / room).rglob("*.py"))
    assert found, f"no such room: {room}"
    return found


@pytest.mark.parametrize("room", MAY_USE)
def test_a_room_uses_only_what_it_may(room: str) -> None:
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == set(MAY_USE), "a room is missing from the table"
    for file in files(room):
        used = {name.split(".")[1] for name in imports(file) if name.startswith("fellesdrift.")} & rooms
        assert used <= MAY_USE[room] | {room}, f"{file.relative_to(SOURCE)} uses {sorted(used)}"


def test_only_the_inventorys_room_knows_ansible() -> None:
    for file in SOURCE.rglob("*.py"):
        uses = any(name.split(".")[0] in ("ansible", "ansible_collections") for name in imports(file))
        assert not uses or file.relative_to(SOURCE).parts[:2] == ("estate", "inventory"), file


@pytest.mark.parametrize(("library", "rooms"), TERMINAL.items())
def test_a_library_stays_in_its_rooms(library: str, rooms: set[str]) -> None:
    for file in SOURCE.rglob("*.py"):
        used = any(name.split(".")[0] == library for name in imports(file))
        assert not used or file.relative_to(SOURCE).parts[0] in rooms, f"{file} uses {library}"


def test_filter_plugins_are_pure() -> None:
    for file in sorted((SOURCE.parents[1] / "filter_plugins").glob("*.py")):
        used = {name for name in imports(file) if name.startswith("fellesdrift.")}
        assert used <= {"fellesdrift.estate", "fellesdrift.estate.addresses", "fellesdrift.estate.dialling"}, (
            f"{file} uses {used}"
        )
