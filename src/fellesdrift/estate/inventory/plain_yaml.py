"""YAML that is plain: mappings, lists, text and numbers, read without noting where each value stands.

Ansible's reader notes the place of every key and value, which is most of what reading a host's files costs. A file that
is plain says the same without; any other is left to Ansible. A test holds that both give the same.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_STR, _INT, _BOOL, _NULL = (f"tag:yaml.org,2002:{name}" for name in ("str", "int", "bool", "null"))
_NUMBER = re.compile(r"0|-?[1-9][0-9]*")
_BOOLS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# tags (vault, unsafe), anchors and merged keys, templates (which Ansible has to mark), and JSON
_NOT_PLAIN = re.compile(r"[!&*]|<<|\{\{|\{%|\{#|\A\s*[\[{\"]")


class _NotPlainError(Exception):
    """Left to Ansible."""


def plain_mapping(text: str) -> dict[str, Any] | None:
    """The file's mapping; None for one that is not plain, or none at all."""
    if _NOT_PLAIN.search(text):
        return None
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        return _mapping(node) if isinstance(node, yaml.MappingNode) else None
    except (yaml.YAMLError, _NotPlainError):
        return None
    finally:
        loader.dispose()


def _mapping(node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        if key.tag != _STR or key.value in found:  # what a key given twice means is Ansible's to say
            raise _NotPlainError
        found[key.value] = _value(value)
    return found


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    if node.tag == _STR:
        return node.value
    if node.tag == _INT and _NUMBER.fullmatch(node.value):
        return int(node.value)
    if node.tag == _BOOL:
        return _BOOLS[node.value.lower()]
    if node.tag == _NULL:
        return None
    raise _NotPlainError
