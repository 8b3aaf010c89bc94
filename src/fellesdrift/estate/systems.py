"""The systems of the report (4.4): who runs what today, and, kept apart, what is recommended, decided and done."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from fellesdrift.estate.records import Keyed, Model, Words

# The report's two tables: fellessystemer and fagsystemer.
SystemGroup = Literal["shared", "line_of_business"]
# local: each runs its own; shared: run from the host municipality for `shared_for`; converting, introducing: under way;
# separate_project: settled elsewhere.
SystemState = Literal["local", "shared", "converting", "introducing", "separate_project"]


class InUse(Model):
    """What one municipality has. product: None means not introduced. run_by: a municipality or an external's host.
    hosts: where it runs, as far as the estate knows."""

    product: Words | None
    run_by: str | None = None
    hosts: list[str] = Field(default_factory=list)
    note: Words | None = None


class Recommendation(Model):
    """The working group's conclusion; product: None where it drew none."""

    product: Words | None
    source: Words


class Decision(Model):
    """What the members have decided, each for itself (`adopted_by`). Only an adopted system may be moved (rule 4)."""

    product: Words
    adopted_by: list[str]
    source: Words


class Status(Model):
    """How far it has come."""

    state: SystemState
    shared_for: list[str] = Field(default_factory=list)
    note: Words | None = None


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise PydanticCustomError("not_a_day", "not a day") from error


class Conversion(Model):
    """A member replaces its own product by the shared one (rule 5). done: the day on which it was; None: not yet."""

    done: Annotated[str, AfterValidator(_day)] | None = None
    source: Words


class System(Keyed):
    """zone: where its shared solution belongs. hosts: where that runs, or will. moves: the members whose move is
    planned. conversions: by member. owner, data_controller: keys of `roles`."""

    title: Words
    group: SystemGroup
    zone: str
    in_use: dict[str, InUse]
    recommendation: Recommendation | None = None
    decision: Decision | None = None
    status: Status
    hosts: list[str] = Field(default_factory=list)
    moves: list[str] = Field(default_factory=list)
    conversions: dict[str, Conversion] = Field(default_factory=dict)
    owner: str
    data_controller: str
    source: Words
