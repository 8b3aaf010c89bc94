"""An option that carries a secret says so: Ansible then shows it nowhere, whatever an operator asks it to show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SECRET = re.compile(
    r"(?:^|_)(?:password|passphrase|passwd|secret|community|token|psk|(?:private|api|pre_shared)_?key)s?(?:$|_)"
)


def options(tree: ast.AST) -> Iterator[tuple[str, ast.Dict]]:
    """Every `"name": {...}` of a file whose value looks like an option (it has a type), suboptions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Dict):
                    names = [inner.value for inner in value.keys if isinstance(inner, ast.Constant)]
                    if "type" in names:
                        yield key.value, value


def hidden(option: ast.Dict) -> bool:
    """Whether an option has no_log: True."""
    return any(
        isinstance(key, ast.Constant)
        and key.value == "no_log"
        and isinstance(value, ast.Constant)
        and value.value is True
        for key, value in zip(option.keys, option.values, strict=True)
    )


def careless(text: str) -> list[str]:
    """Names of the options that look like a secret and are not hidden."""
    return [name for name, option in options(ast.parse(text)) if SECRET.search(name) and not hidden(option)]


def test_every_option_that_carries_a_secret_is_hidden(root: Path) -> None:
    files = [*(root / "plugins/modules").glob("*.py"), *(root / "plugins/module_utils").glob("*.py")]
    known = {path.name: [name for name, _ in options(ast.parse(path.read_text(encoding="utf-8")))] for path in files}
    assert "resources" in known["network_device.py"], "no option is found: the search is broken"
    found = {path.name: careless(path.read_text(encoding="utf-8")) for path in files}
    assert {name: options for name, options in found.items() if options} == {}


def test_the_search_sees_a_careless_one() -> None:
    spec = """SPEC = {"enable_secret": {"type": "str"}, "users": {"type": "list",
    "options": {"password": {"type": "str"}}}, "api_key": {"type": "str", "no_log": True}, "key": {"type": "str"},
    "tokens": {"type": "list", "no_log": False}}"""
    assert sorted(careless(spec)) == ["enable_secret", "password", "tokens"]
