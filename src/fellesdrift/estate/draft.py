"""An estate that is being read: the records that are good so far, and the names that were declared at all.

Checks across records work on a draft, so that one bad link does not make everything that refers to it look unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.models import (
    EstateRecord,
    External,
    Host,
    Link,
    Municipality,
    Service,
    Site,
    Twin,
    Zone,
)
from fellesdrift.estate.numbering import Numbering
from fellesdrift.estate.people import Contact, PersonRole, Window
from fellesdrift.estate.policy import Application, PolicyRule
from fellesdrift.estate.stages import Stage
from fellesdrift.estate.systems import System

KeyPath = tuple[str | int, ...]
# host (None: the estate's own variables), path of keys below the variables -> "file:line", or None when nobody knows.
Locate = Callable[[str | None, KeyPath], str | None]


def nowhere(_host: str | None, _path: KeyPath) -> str | None:
    """For variables that came from no file."""
    return None


def key_text(path: KeyPath) -> str:
    """ "fellesdrift_links.san_fibre.ends[1].host"."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


@dataclass
class Draft:
    """What has been read. `declared`: by section, every name that was written down, good or not."""

    inventory_dir: Path
    groups: dict[str, list[str]]
    locate: Locate
    estate: EstateRecord | None = None
    twin: Twin | None = None
    numbering: Numbering | None = None
    municipalities: dict[str, Municipality] = field(default_factory=dict)
    zones: dict[str, Zone] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    externals: dict[str, External] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    roles: dict[str, PersonRole] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    policy: list[tuple[int, PolicyRule]] = field(default_factory=list)
    stages: list[tuple[int, Stage]] = field(default_factory=list)
    windows: list[tuple[int, Window]] = field(default_factory=list)
    hosts: dict[str, Host] = field(default_factory=dict)
    declared: dict[str, dict[str, None]] = field(default_factory=dict)
    errors: list[FellesdriftError] = field(default_factory=list)

    def names(self, section: str) -> dict[str, None]:
        """Names declared in a section (municipalities, ..., stages, hosts), in order, as the keys of a dict."""
        return self.declared.get(section, {})

    def refuse(
        self,
        code: str,
        problem: str,
        path: KeyPath,
        *,
        host: str | None = None,
        found: object = None,
        expected: str | None = None,
        next_step: str | None = None,
        file: str | None = None,
        details: list[str] | None = None,
    ) -> None:
        """Note one way in which the estate is wrong. `host` is given for a host's own variables."""
        self.errors.append(
            FellesdriftError(
                code=code,
                problem=problem,
                host=host,
                file=file if file is not None else self.locate(host, path),
                key=key_text(path) or None,
                found=None if found is None else str(found),
                expected=expected,
                next_step=next_step,
                details=details or [],
            )
        )
