"""The filters, through Ansible's own templating, by their full names."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from support.plugins import loaded

from fellesdrift.estate import addresses

ROOT = Path(__file__).resolve().parents[3]
FILTERS = [path for path in sorted((ROOT / "filter_plugins").glob("*.py")) if hasattr(addresses, path.stem)]

pytestmark = pytest.mark.usefixtures("collection")


def test_there_are_the_filters_that_fragments_need():
    assert {"ios_mask", "ios_wildcard", "ios_network"} <= {path.stem for path in FILTERS}


@pytest.mark.parametrize("path", FILTERS, ids=lambda path: path.stem)
def test_a_filter_is_documented_and_its_example_is_true(path):
    module = loaded(path)
    filters = module.FilterModule().filters()
    documentation = yaml.safe_load(module.DOCUMENTATION)
    assert list(filters) == [path.stem] == [documentation["name"]]
    assert filters[path.stem] is getattr(addresses, path.stem)

    example = yaml.safe_load(module.EXAMPLES)[0]["ansible.builtin.debug"]["msg"]
    expression = example.removeprefix("{{ ").removesuffix(" }}")
    value, _, call = expression.partition(" | ")
    arguments = [part.strip("'") for part in call.partition("(")[2].rstrip(")").split(", ") if part]
    given = filters[path.stem](value.strip("'"), *arguments)
    assert given == yaml.safe_load(module.RETURN)["_value"]["sample"]
    assert module.EXAMPLES.strip().startswith(f"# gives {given}\n")
    assert set(documentation["options"]) == {"_input", *documentation.get("positional", "").split()}
