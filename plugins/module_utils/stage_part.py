"""The arguments that the modules of a part of a stage have in common; their documentation is
plugins/doc_fragments/stage_part.py."""

from __future__ import annotations

from typing import Any

STAGE_PART: dict[str, Any] = {
    "run": {"type": "dict", "required": True},
    "wave": {"type": "dict", "default": {}},
    "best_effort": {"type": "bool", "default": False},
}
