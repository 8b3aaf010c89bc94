"""The evidence of a stage that has just ended, put beside the estate: for people, so it never makes a run fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible.utils.display import Display
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library
from jinja2 import TemplateError

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.places import project_dir
from fellesdrift.evidence import gather
from fellesdrift.evidence.page import page
from fellesdrift.reports import files

if TYPE_CHECKING:
    from fellesdrift.cutover.permit import Permit
    from fellesdrift.cutover.planning import Context

__all__ = ["keep"]

require_library()


def keep(context: Context, permit: Permit) -> list[str]:
    """Write reports/evidence/MUNICIPALITY-STAGE-ATTEMPT.html and .json; gives a line for people. What keeps it from
    being written is a warning: the journal has everything, and `fellesdrift evidence` makes it again."""
    try:
        key = (permit.municipality, permit.stage)
        # nothing erases names from a file when they are erased from the journal
        found = gather(context.estate, context.journal, *key, permit.attempt, names=False)
        folder = project_dir(context.estate.inventory_dir) / "reports" / "evidence"
        name = f"{permit.municipality}-{permit.stage}-{permit.attempt[:8]}"
        files.write(folder / f"{name}.html", page(found))
        files.write(folder / f"{name}.json", found.as_json())
    except (FellesdriftError, TemplateError, OSError, LookupError, ValueError, TypeError, AttributeError) as error:
        Display().warning(f"the evidence was not written ({type(error).__name__}): fellesdrift evidence makes it again")
        return []
    return [f"evidence: reports/evidence/{name}.html"]
