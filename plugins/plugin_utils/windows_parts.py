"""The parts of a stage on Windows hosts."""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils import family_parts
from ansible_collections.fellesdrift.core.plugins.plugin_utils.family_parts import Job, Works
from ansible_collections.fellesdrift.core.plugins.plugin_utils.windows_work import change, gate, verify

_WORKS = Works("windows", change, gate, verify)


def jobs_of(asked: dict[str, Any]) -> list[Job]:
    """The jobs of a part, in the order of its hosts."""
    return family_parts.jobs_of(asked, _WORKS)
