"""What is written down of a host, as one whole configuration in normal form.

The baseline says what the device was before the first move. Named changes outside a stage and the stages that are
completed say what was made of it since, and both are data: the prediction of what the device prints follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fellesdrift.compose import Claims, Resources, compose_claims
from fellesdrift.cutover.of_people import whole
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import places
from fellesdrift.state.network import intend, normalise, redact
from fellesdrift.state.network.text import body

if TYPE_CHECKING:
    from pathlib import Path

    from fellesdrift.estate import Estate
    from fellesdrift.journal import Record


@dataclass
class Recorded:
    """What a device is held against.

    normal    its normal form; None: that of `printed`, made when it is asked for
    claims    (kind, key, attribute) -> the role that claims it
    printed   as a device printed it, where nothing was made of it since; else None
    """

    normal: str | None
    claims: Claims = field(default_factory=dict)
    printed: str | None = None
    _seen: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The normal form. Raises ConfigurationUnreadableError."""
        if self.normal is None:
            self.normal = normalise(self.printed or "")
        return self.normal

    def is_printed(self, running: str) -> bool:
        """Whether that is, but for secrets and what does not last, what stands in a text as it was printed, and that
        text is whole. Quick; that it is not proves nothing."""
        if self.printed is None or self._seen == running:
            return self.printed is not None
        recorded = body(redact(self.printed))
        if not (recorded.endswith("\nend") and "\nhostname " in recorded) or recorded != body(redact(running)):
            return False
        self._seen = running
        return True


@dataclass(frozen=True)
class Writings:
    """Where it is all written: the estate, the completed stages, the named changes (host -> resources, in order)."""

    estate: Estate
    roles_path: Sequence[Path]
    completed: Set[tuple[str, str]]
    changes: Mapping[str, Sequence[Resources]]

    def of(self, host: str) -> Recorded:
        """What is written down of a host. FD704 when there is no baseline, FD2xx, FD4xx."""
        text = self._baseline(host)
        desired, claims = compose_claims(host, self.estate, self.completed, self.roles_path)
        steps = [*self.changes.get(host, ()), desired]
        if not any(steps):
            return Recorded(None, claims, text)
        for resources in steps:
            text = intend(text, resources) if resources else text
        return Recorded(text, claims)

    def _baseline(self, host: str) -> str:
        path = self.estate.snapshot(host)
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise FellesdriftError(
                "FD704",
                "there is nothing to hold this device against",
                host=host,
                file=places.shown(path, self.estate.inventory_dir),
                found=type(error).__name__,
                expected="its baseline: what it said before the first move",
                next_step=f"ansible-playbook playbooks/snapshot.yml --limit {host} -e first_baseline={host}",
            ) from error


def named_changes(records: Iterable[Record]) -> dict[str, list[Resources]]:
    """host -> what each named change outside a stage made of it, oldest first: only those that were carried through.
    One that was taken back is two of them.

    A stage that is taken back leaves what was there before it, also of what a named change had put back to the stage's
    own values meanwhile: that is one more of them.
    """
    intended: dict[tuple[str, str], Resources] = {}
    before: dict[tuple[str, str, str], dict[str, Resources]] = {}
    found: dict[str, list[Resources]] = {}
    for record in records:
        payload, one = whole(record), (record.attempt, record.host)
        stage = (record.municipality, record.stage, record.attempt)
        match record.event:
            case "day2_host_intended" | "day2_back_intended":
                intended[one] = payload.get("after", {})
            case "day2_host_reverted":
                intended.pop(one, None)
            case "day2_host_applied" | "day2_host_back" if one in intended:
                found.setdefault(record.host, []).append(intended.pop(one))
            case "host_intended":
                there = before.setdefault(stage, {})
                there[record.host] = _joined(payload.get("before", {}), there.get(record.host, {}))
            case "rolled_back":
                for host, resources in before.pop(stage, {}).items():
                    if host in found:
                        found[host].append(_touched_by(found[host], resources))
            case _:
                pass
    return found


def _joined(first: Resources, second: Resources) -> Resources:
    """Both; of an attribute that is in both, the second's value."""
    joined: Resources = {}
    for resources in (first, second):
        for kind, keys in resources.items():
            for key, attributes in keys.items():
                joined.setdefault(kind, {}).setdefault(key, {}).update(attributes)
    return joined


def _touched_by(changes: Iterable[Resources], resources: Resources) -> Resources:
    """What of `resources` any of the changes speaks of."""
    spoken = {
        (kind, key, name)
        for one in changes
        for kind, keys in one.items()
        for key, names in keys.items()
        for name in names
    }
    kept: Resources = {}
    for kind, keys in resources.items():
        for key, attributes in keys.items():
            if mine := {name: value for name, value in attributes.items() if (kind, key, name) in spoken}:
                kept.setdefault(kind, {})[key] = mine
    return kept
