"""Which templates are worked out once for all hosts that say the same; and that each host's answer is its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from fellesdrift.estate import Logins, load_estate
from fellesdrift.estate.inventory.template_names import names_in


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{{ a }}", {"a"}),
        ("{{ inventory_dir }}/known_hosts", {"inventory_dir"}),
        ("{{ a | default(lookup('env', 'B', default='c')) }}", {"a"}),
        ("{{ 'x' if a is defined else b.c }}", {"a", "b"}),
        ("no template", set()),
    ],
)
def test_what_a_template_depends_on(template: str, names: set[str]) -> None:
    assert names_in(template) == names


@pytest.mark.parametrize(
    "template",
    [
        "{{ lookup('pipe', 'date') }}",
        "{{ lookup(kind, 'HOME') }}",
        "{{ lookup('env', name) }}",
        "{{ query('env', 'HOME') }}",
        "{{ now() }}",
        "{{ a | random }}",
        "{{ a | shuffle }}",
        "{{ hostvars['b'].c }}",
        "{{ groups['all'] | first }}",
        "{{ vars['a'] }}",
        "{{ a.b() }}",
        "{{ lookup }}",
        "{% for a in b %}{{ a }}{% endfor %}",
        "{% set a = now() %}{{ a }}",
        "{{ a is file }}",
        "{{ broken",
    ],
)
def test_what_may_depend_on_more(template: str) -> None:
    assert names_in(template) is None


def test_an_answer_is_that_of_the_host(tmp_path: Path) -> None:
    """One template of the group; hosts differ in what it names, in that it is there, and in its type."""
    inventory = tmp_path / "inventories" / "x"
    (inventory / "group_vars").mkdir(parents=True)
    hosts = "{a: {n: 1}, b: {n: 1}, c: {n: true}, d: {n: '1'}, e: {}, f: {n: '{{ m }}', m: 1}, g: {n: '{{ m }}', m: 2}}"
    (inventory / "hosts.yml").write_text(f"all: {{hosts: {hosts}}}", encoding="utf-8")
    (inventory / "group_vars" / "all.yml").write_text("ansible_user: u{{ n | default('x') }}", encoding="utf-8")
    logins = Logins()
    with pytest.raises(Exception, match="FD1"):
        load_estate([inventory], logins=logins)
    found = {host: login["ansible_user"] for host, login in logins.items()}
    assert found == {"a": "u1", "b": "u1", "c": "uTrue", "d": "u1", "e": "ux", "f": "u1", "g": "u2"}
