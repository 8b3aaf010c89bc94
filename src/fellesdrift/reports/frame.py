"""The frame of every page: templates, one style and one script named by their digests, and nothing from outside."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fellesdrift.reports import text

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent / "templates"


@cache
def environment(*folders: Path) -> Environment:
    """Templates of `folders`, then the shared ones (frame.html.j2); every value is escaped, none may be missing. What
    a page needs beside `line`, `visible` and `moment` it adds to the filters."""
    made = Environment(
        loader=FileSystemLoader([*folders, HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(line=text.line, visible=text.visible, moment=text.moment)
    return made


def render(templates: Environment, template: str, styles: Sequence[Path], script: Path, **variables: Any) -> str:
    """A page with its styles and script inside; its own policy lets it run nothing else."""
    style, code = "".join(path.read_text(encoding="utf-8") for path in styles), script.read_text(encoding="utf-8")
    return templates.get_template(template).render(
        style=style, script=code, style_digest=_digest(style), script_digest=_digest(code), **variables
    )


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
