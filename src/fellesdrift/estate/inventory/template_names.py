"""What a template's result depends on: so that one in a group's file is not worked out anew for every host of it."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, TemplateError, nodes

# what gives the same for the same words, whenever it is asked, and knows nothing beside them
_FILTERS = frozenset({"default", "d", "int", "string", "lower", "upper", "replace", "trim", "bool"})
_TESTS = frozenset({"defined", "undefined", "none", "string", "number", "true", "false"})
_ENVIRONMENT_LOOKUPS = frozenset({"env", "ansible.builtin.env"})
_LOOKUP = "lookup"
# names that are no variables of the inventory: functions, and what knows of other hosts
_OTHER = frozenset({"query", "q", "now", "undef", "omit", "vars", "hostvars", "groups", "environment", "range", "dict"})
_OTHER_JINJA = frozenset({"lipsum", "cycler", "joiner", "namespace", "self", "super", "caller", "loop", "varargs"})


@lru_cache(maxsize=512)
def names_in(template: str) -> frozenset[str] | None:
    """The variables on which alone its result depends, the process's environment aside; None: on more, or unknown."""
    try:
        tree = Environment(autoescape=True).parse(template)
    except TemplateError:
        return None
    calls = list(tree.find_all(nodes.Call))
    lookups = [call for call in calls if _is_environment(call)]
    names = [name.name for name in tree.find_all(nodes.Name)]
    if (
        len(lookups) != len(calls)
        or names.count(_LOOKUP) != len(lookups)
        or any(one.name not in _FILTERS for one in tree.find_all(nodes.Filter))
        or any(one.name not in _TESTS for one in tree.find_all(nodes.Test))
        or not all(isinstance(one, nodes.Output) for one in tree.find_all(nodes.Stmt))
    ):
        return None
    used = frozenset(names) - {_LOOKUP}
    return None if used & (_OTHER | _OTHER_JINJA) else used


def _is_environment(call: nodes.Call) -> bool:
    first = call.args[0] if call.args else None
    return (
        isinstance(call.node, nodes.Name)
        and call.node.name == _LOOKUP
        and isinstance(first, nodes.Const)
        and first.value in _ENVIRONMENT_LOOKUPS
        and all(isinstance(one, nodes.Const) for one in call.args)
    )
