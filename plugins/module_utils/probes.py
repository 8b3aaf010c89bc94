"""The argument specification of `probes`; its documentation is plugins/doc_fragments/probes.py."""

from __future__ import annotations

PROBES = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "name": {"type": "str", "required": True},
        "address": {"type": "str", "required": True},
        "source": {"type": "str", "required": True},
        "protected": {"type": "bool", "required": True},
    },
}
