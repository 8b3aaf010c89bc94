"""Every error code that can be shown is explained, in the file of its range, and no other code is."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

RANGES = {
    "0": "command-line",
    "1": "estate",
    "2": "compose",
    "3": "session",
    "4": "state",
    "5": "twin",
    "6": "cutover",
    "7": "drift",
    "8": "policy",
}
# a part of a range that has a file of its own
PARTS = {
    "19": "regions",
    "33": "telephony",
    "34": "telephony",
    "42": "windows",
    "43": "windows",
    "44": "windows",
    "45": "telephony",
    "46": "telephony",
    "47": "telephony",
    "48": "telephony",
    "49": "telephony",
    "90": "snapshot",
    "91": "snapshot",
    "92": "twin",
    "93": "secrets",
    "94": "secrets",
}
PARTS |= {str(code): "journal" for code in (*range(600, 612), *range(615, 620), *range(637, 640))}
CODE = re.compile(r"\bFD\d{3}\b")
HEADING = re.compile(r"^## (.*)$", re.MULTILINE)


def page_of(code: str) -> str | None:
    """The page that a code belongs on."""
    return PARTS.get(code[2:]) or PARTS.get(code[2:4]) or RANGES.get(code[2])


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of the constants that are docstrings, of modules, classes and functions, or stand below an attribute."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


@cache
def raised(root: Path) -> dict[str, str]:
    """Codes in the string constants of src/ and the plugins, each with one place; docstrings only tell of codes."""
    found: dict[str, str] = {}
    for folder in ("src", "plugins", "filter_plugins"):
        for path in sorted((root / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            told = docstrings(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                    for code in CODE.findall(node.value):
                        found.setdefault(code, f"{path.relative_to(root)}:{node.lineno}")
    assert found, "no code is raised anywhere: the search is broken"
    return found


def explained(root: Path) -> dict[str, tuple[str, str]]:
    """Codes with a section: the name of the file it is in, and the text of the section."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted((root / "docs/errors").glob("*.md")):
        _, *sections = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for section in sections:
            heading, _, body = section.partition("\n")
            codes = CODE.findall(heading)
            assert len(codes) == 1, f"{path.name}: the section {heading!r} names {len(codes)} codes"
            assert heading.startswith(codes[0]), f"{path.name}: {heading!r} does not start with its code"
            assert codes[0] not in found, f"{codes[0]} is explained twice"
            found[codes[0]] = (path.stem, body.strip())
    return found


def test_every_code_that_is_raised_is_explained(root: Path) -> None:
    known = explained(root)
    missing = sorted(f"{code} ({place})" for code, place in raised(root).items() if code not in known)
    assert not missing, "\n".join(missing)


def test_every_code_that_is_explained_is_raised(root: Path) -> None:
    assert explained(root).keys() - raised(root).keys() == set()


def test_every_section_is_in_the_file_of_its_range_and_says_something(root: Path) -> None:
    known = explained(root)
    assert {code: file for code, (file, _) in known.items() if page_of(code) != file} == {}
    # what it means, what is safe, what to type: that takes more than one short sentence
    assert sorted(code for code, (_, body) in known.items() if len(body) < 80) == []
