"""Where what was said to a device is kept: beside the journal, a folder for each attempt, a file for each host."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import TYPE_CHECKING, Any

from ansible.utils.display import Display
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.cutover.transcripts import folder_of
from fellesdrift.session.transcript import TranscriptFile

if TYPE_CHECKING:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

    from fellesdrift.estate.header import Header
    from fellesdrift.session import Target
    from fellesdrift.session.overlay import OverlayTarget
    from fellesdrift.session.wsman import WindowsTarget

__all__ = ["in_stage", "transcribed"]

require_library()


def transcribed[T: (Target, WindowsTarget, OverlayTarget)](
    target: T, header: Header, permit: dict[str, Any] | None, municipality: str = "", change: str = ""
) -> T:
    """The login, with every session to it written down; as it is outside a stage and outside a named change.

    municipality, change   of a change outside every stage (`day2`)
    """
    if permit:
        folder = folder_of(header.journal, permit["municipality"], permit["stage"], permit["attempt"])
    elif change:
        # a name is anybody's text: what of it a folder can be called, and enough of its digest to be its own
        words = re.sub(r"\W+", "-", change).strip("-")[:40]
        folder = folder_of(header.journal, municipality, "day2", f"{words}-{_digest(change)}")
    else:
        return target
    file = TranscriptFile(folder / f"{target.host}.log", Display().warning)
    return dataclasses.replace(target, transcript=file)


def in_stage[T: (Target, WindowsTarget, OverlayTarget)](
    action: FellesdriftAction, target: T, permit: dict[str, Any], task_vars: dict[str, Any]
) -> T:
    """The login for what only asks: written down within a stage, and not where the whole run only looks."""
    return target if action.check_mode else transcribed(target, action.header(task_vars), permit)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
