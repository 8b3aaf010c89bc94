"""What somebody else changed since a stage, or a named change, had changed it: told the same for every kind of host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Conflict(Protocol):
    """One attribute with its three values."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def attribute(self) -> str: ...
    @property
    def before(self) -> Any: ...
    @property
    def after(self) -> Any: ...
    @property
    def present(self) -> Any: ...


def refuse(host: str, conflicts: Sequence[Conflict]) -> None:
    """FD633 with all three values of each, when there are any."""
    if not conflicts:
        return
    details = []
    for conflict in conflicts:
        details.append("/".join((conflict.kind, conflict.key, conflict.attribute)))
        for label, value in (("before", conflict.before), ("after", conflict.after), ("now", conflict.present)):
            details.append(f"  {label}: {value}")
    raise FellesdriftError(
        "FD633",
        "somebody else changed what the stage had changed",
        host=host,
        found=f"{len(conflicts)} attributes that are neither the recorded before nor the recorded after",
        expected="the recorded after",
        details=details,
        next_step="set them to one of the two by hand, then run the rollback again",
    )
