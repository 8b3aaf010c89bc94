"""The filters of the numbering plan, and their documentation held against the inventory's own plan."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
import yaml
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring
from support.plugins import loaded

from fellesdrift.compose import fragments
from fellesdrift.estate import dialling

ROOT = Path(__file__).resolve().parents[3]
FILES = {path.stem: path for path in sorted((ROOT / "filter_plugins").glob("*.py")) if hasattr(dialling, path.stem)}
PLAN = yaml.safe_load((ROOT / "inventories/production/group_vars/all/numbering.yml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.usefixtures("collection")


def test_every_question_is_a_filter_of_playbooks_and_of_fragments():
    names = {function.__name__ for function in dialling.FILTERS}
    assert set(FILES) == names
    assert names <= set(fragments._ENVIRONMENT.filters)


@pytest.mark.parametrize("name", FILES)
def test_a_filter_is_documented_and_its_example_is_true(name):
    module = loaded(FILES[name])
    documentation = get_docstring(
        str(FILES[name]), fragment_loader, collection_name="fellesdrift.core", plugin_type="filter"
    )[0]
    assert module.FilterModule().filters() == {name: getattr(dialling, name)}
    assert documentation["name"] == name
    taken = list(inspect.signature(getattr(dialling, name)).parameters)
    assert documentation["positional"].split(", ") == taken[1:]
    assert set(documentation["options"]) == {"_input", *taken[1:]}

    message = yaml.safe_load(module.EXAMPLES)[0]["ansible.builtin.debug"]["msg"]
    environment = fragments._environment()
    expression = message.replace("fellesdrift.core.", "").removeprefix("{{ ").removesuffix(" }}")
    given = environment.compile_expression(expression)(**PLAN)
    sample = yaml.safe_load(module.RETURN)["_value"]["sample"]
    if name == "steering_codes":
        assert len(sample) < len(given)
        given = {code: given[code] for code in sample}
    assert given == sample


def test_what_the_plan_does_not_have_is_an_error_that_shows_it():
    plan = PLAN["fellesdrift_numbering"]
    with pytest.raises(ValueError, match="'9999' is in no range"):
        dialling.exchange_of_extension("9999", plan)
    with pytest.raises(ValueError, match="no range of the numbering plan is of 'hurum'"):
        dialling.ranges_of_municipality("hurum", plan)
    with pytest.raises(ValueError, match="from 'san-meridian1' to 'hur-meridian1'"):
        dialling.route_towards("san-meridian1", plan, "hur-meridian1")
