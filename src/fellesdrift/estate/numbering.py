"""The numbering plan: whose an extension is, which exchange has it today and after the stage, and how they are cabled.

Extensions and codes are text: "0110" and "110" are two things to dial. What follows from a plan (steering codes, the
exchange of an extension) is in `dialling`, which needs no models.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from fellesdrift.estate.people import TelephoneNumber
from fellesdrift.estate.records import Model, Record, Words

Digits = Annotated[str, Field(pattern=r"^[0-9]+$")]
RouteNumber = Annotated[int, Field(strict=True, ge=0, le=511)]
"""Routes of a customer are numbered from 0 to 511."""
SpecialKind = Literal["emergency", "outside", "attendant", "service"]


class ExtensionRange(Record):
    """Consecutive extensions of a municipality, both ends included.

    exchange, exchange_after   the host that has them today, and after the stage (None: the same one)
    public                     the public number of the first; None: none of them has one
    """

    municipality: str
    first: Digits
    last: Digits
    exchange: str
    exchange_after: str | None = None
    public: TelephoneNumber | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if len(self.first) != len(self.last) or self.first > self.last:
            raise PydanticCustomError("range_out_of_order", "a range goes from a number to a later one of its length")
        return self


class SpecialNumber(Record):
    """What is dialled besides extensions.

    emergency   the public network, from every exchange, by itself and behind the outside code
    outside     all that follows is a number of the public network (access code 1)
    attendant   each exchange's own
    service     rings at `exchange`, reached from all
    """

    number: Digits
    kind: SpecialKind
    exchange: str | None = None
    title: Words

    @model_validator(mode="after")
    def _a_service_is_somewhere(self) -> Self:
        if (self.kind == "service") != (self.exchange is not None):
            raise PydanticCustomError("number_of_nobody", "a service number has an `exchange`, and no other has one")
        return self


class TrunkEnd(Model):
    """One end: the route's number there, and the code that seizes it directly."""

    exchange: str
    route: RouteNumber
    access_code: Digits | None = None


class TrunkLine(Record):
    """Lines between two exchanges, or with `public` from one to the public network."""

    ends: list[TrunkEnd]
    public: StrictBool = False

    @model_validator(mode="after")
    def _has_its_ends(self) -> Self:
        if len(self.ends) != (1 if self.public else 2):
            raise PydanticCustomError("trunk_without_ends", "a line has two ends, and one to the public network one")
        return self


class Numbering(Record):
    """The variable fellesdrift_numbering. `stage`: the id of the stage after which `exchange_after` holds."""

    extension_length: Annotated[int, Field(strict=True, ge=2, le=7)]
    stage: Words | None = None
    ranges: dict[str, ExtensionRange] = Field(default_factory=dict)
    special_numbers: dict[str, SpecialNumber] = Field(default_factory=dict)
    trunks: dict[str, TrunkLine] = Field(default_factory=dict)
