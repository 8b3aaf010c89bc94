"""Values as Ansible reads them: whether one is a template or a secret, and without Ansible's tags."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ansible.parsing.vault import EncryptedString

_TEMPLATE = ("{{", "{%", "{#")
# what there mostly is first: asking for Mapping takes ten times as long
_MAPPINGS, _LISTS = (dict, Mapping), (list, tuple)


def has_template(value: Any) -> bool:
    # asked of every word of every host: the types that there mostly are come first, and loops make no objects
    if isinstance(value, str):
        return "{" in value and any(mark in value for mark in _TEMPLATE)
    if isinstance(value, _MAPPINGS):
        for key, inner in value.items():
            if has_template(key) or has_template(inner):
                return True
    elif isinstance(value, _LISTS):
        for inner in value:
            if has_template(inner):
                return True
    return False


def is_secret(value: Any) -> bool:
    """Whether a value, or anything in it, is encrypted with Ansible Vault."""
    if isinstance(value, _MAPPINGS):
        return any(is_secret(inner) for inner in value.values())
    if isinstance(value, _LISTS):
        return any(is_secret(inner) for inner in value)
    return isinstance(value, EncryptedString)


def plain(value: Any) -> Any:
    """Built-in types only: Ansible's tags (where a value was written) end here."""
    if isinstance(value, str):
        # hosts say much the same: each word once
        return sys.intern(str(value))
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, _MAPPINGS):
        return {plain(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, _LISTS):
        return [plain(inner) for inner in value]
    for kind in (int, float):
        if isinstance(value, kind):
            return kind(value)
    # Dates, encrypted values and whatever else a YAML file can hold: as text. The models say what belongs there.
    return str(value)
