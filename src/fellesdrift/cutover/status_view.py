"""What of an estate the status needs, as plain data that can be kept: reading a whole inventory takes longer than the
status may."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from fellesdrift.estate import Estate


@dataclass(frozen=True)
class StageView:
    """One stage of one municipality. requires: (municipality, stage id); windows: (start, end), ISO 8601 UTC; lasts:
    seconds that it may take at worst, its way back included; reversible_until: a manual step's id, or finalize."""

    municipality: str
    stage: str
    title: str
    owner: str
    requires: list[tuple[str, str]]
    windows: list[tuple[str, str]]
    lasts: float
    reversible_until: str


@dataclass(frozen=True)
class View:
    """The stages in the estate's order, municipality by municipality. windows_kept: whether windows bind here. roles:
    id -> title."""

    name: str
    time_zone: str
    inventory: str
    journal: str
    windows_kept: bool
    roles: dict[str, str]
    stages: list[StageView]

    @property
    def inventory_dir(self) -> Path:
        """As in an estate; next_command shows it from the project's folder."""
        return Path(self.inventory)

    @property
    def place(self) -> Path | str:
        """Where the journal is: a file, or a database's URL."""
        return self.journal if "://" in self.journal else Path(self.journal)

    def as_data(self) -> dict[str, Any]:
        """JSON data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """From `as_data`. TypeError or KeyError when it is something else."""
        stages = [
            StageView(
                **one
                | {name: [(str(first), str(second)) for first, second in one[name]] for name in ("requires", "windows")}
            )
            for one in data["stages"]
        ]
        return cls(**data | {"stages": stages})


def view_of(estate: Estate) -> View:
    """The view of a whole estate."""
    from fellesdrift.cutover import windows  # who has a view already needs none of what this stands on

    stages = []
    for municipality in estate.municipalities:
        for stage in estate.stages:
            if municipality not in stage.municipalities:
                continue
            hosts = {host for wave in stage.waves for host in estate.select(wave.hosts, municipality)}
            owner = estate.roles.get(stage.owner or "")
            stages.append(
                StageView(
                    municipality,
                    stage.id,
                    stage.title,
                    owner.title if owner else "",
                    stage.required(municipality, estate.host_municipality),
                    [(_utc(span.start), _utc(span.end)) for span in windows.spans(estate, municipality, stage.id)],
                    windows.length(stage, len(hosts)).whole.total_seconds(),
                    stage.reversible_until,
                )
            )
    return View(
        estate.name,
        estate.time_zone,
        str(estate.inventory_dir),
        str(estate.journal),
        windows.are_kept(estate),
        {name: role.title for name, role in estate.roles.items()},
        stages,
    )


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
