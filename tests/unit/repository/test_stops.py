"""The pages for 02:00: one for each way to stop, each whole; and every command in the documentation is one."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import typer
from ansible.parsing.splitter import parse_kv

from fellesdrift.cli import app
from fellesdrift.cutover.progress import State

DOCS = Path(__file__).parents[3] / "docs"
PAGES = sorted(path for path in (DOCS / "stops").glob("*.md") if path.name != "README.md")
PARTS = ["What it means", "What is safe", "What to type", "When that does not help"]
COMMAND = re.compile(r"`(fellesdrift [a-z][^`]*)`")
VARIABLES = re.compile(r"""-e ((?=["']?[a-z_]+=)(?:"[^"\n]*"|'[^'\n]*'|[^\s`"'])+)""")
NEVER_A_STOP = {"running", "done", "pending"}


def commands() -> list[tuple[str, str]]:
    """(file, command) of every command line that stands in the documentation."""
    files = [DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md"))]
    return [
        (str(file.relative_to(DOCS.parent)), " ".join(found.split()))
        for file in files
        for found in COMMAND.findall(file.read_text(encoding="utf-8"))
    ]


def test_ansible_keeps_the_whole_of_every_variable_that_is_to_be_typed() -> None:
    """It ends a value at its first blank, and what comes after is lost, or refused (FD624)."""
    files = [DOCS.parent / "README.md", *DOCS.rglob("*.md"), *DOCS.parent.glob("roles/*/README.md")]
    found = 0
    for file in [*files, *DOCS.parent.glob("playbooks/**/*.yml")]:
        for typed in VARIABLES.findall(file.read_text(encoding="utf-8")):
            found += 1
            [given] = shlex.split(typed)
            assert "_raw_params" not in parse_kv(given), f"{file.name}: -e {typed}"
    assert found > 30


@cache
def command_line() -> typer.core.TyperCommand | typer.core.TyperGroup:
    """What `fellesdrift` alone is; making it of its functions takes longer than to look a command up."""
    return typer.main.get_command(app)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_every_part_and_is_found(page: Path) -> None:
    assert re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE) == PARTS
    assert f"]({page.name})" in (DOCS / "stops" / "README.md").read_text(encoding="utf-8")


def test_every_state_that_a_stage_can_stop_in_has_its_page() -> None:
    index = (DOCS / "stops" / "README.md").read_text(encoding="utf-8")
    for state in get_args(State.__value__):
        assert f"| `{state}`" in index, state


def test_every_code_that_the_index_names_is_explained() -> None:
    explained = set()
    for page in (DOCS / "errors").glob("*.md"):
        explained |= set(re.findall(r"^## (FD\d+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    for page in (DOCS / "stops").glob("*.md"):
        assert set(re.findall(r"FD\d{3}", page.read_text(encoding="utf-8"))) <= explained, page


@pytest.mark.parametrize(("file", "line"), sorted(set(commands())), ids=lambda value: value)
def test_a_command_in_the_documentation_is_one(file: str, line: str) -> None:
    # a shell's own words end the command; "..." stands for what the reader fills in
    words = shlex.split(re.split(r" [|&;>] ", line)[0].replace("...", "x"))[1:]
    command = command_line()
    context = command.make_context("fellesdrift", [], resilient_parsing=True)
    while hasattr(command, "get_command") and words and not words[0].startswith("-"):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found, f"{file}: {line}: there is no {name}"
        command = found
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}
    used = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert used <= known, f"{file}: {line}: no {', '.join(sorted(used - known))}"
