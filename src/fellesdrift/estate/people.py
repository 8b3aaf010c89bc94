"""Who is asked and when: roles instead of names (a contact is a role at a place), telephone numbers, change windows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from fellesdrift.estate.records import Keyed, Model, Record, Words


def _number(text: str) -> str:
    digits = text.replace(" ", "")
    if not digits.removeprefix("+").isdecimal() or not digits.isascii() or len(digits) < 2:
        raise PydanticCustomError("not_a_number", "not a telephone number")
    return digits


# Digits with an optional leading +; blanks are for the reader and are taken out.
TelephoneNumber = Annotated[str, AfterValidator(_number)]
Hours = Literal["office", "always"]


class NumberRange(Model):
    """Consecutive numbers of one length, both ends included."""

    first: TelephoneNumber
    last: TelephoneNumber

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if len(self.first) != len(self.last) or self.first[:1] != self.last[:1] or self.first > self.last:
            raise PydanticCustomError("range_out_of_order", "a range goes from a number to a later one of its length")
        return self

    def __contains__(self, number: object) -> bool:
        """Whether a number (digits without blanks) is one of the range."""
        return isinstance(number, str) and len(number) == len(self.first) and self.first <= number <= self.last


class PersonRole(Keyed):
    """What somebody is responsible for, never who it is: chief executive (rådmann), system owner (systemeier), ..."""

    title: Words
    source: Words | None = None


class Contact(Keyed):
    """How a role is reached. Give `site` for one place, else the contact speaks for its municipality."""

    role: str
    municipality: str
    site: str | None = None
    telephone: TelephoneNumber
    hours: Hours = "office"


WINDOW_TIME = "%Y-%m-%d %H:%M"


class Window(Record):
    """When a stage of a municipality may be run: local times of the estate's time zone, "2006-03-03 22:00".
    on_call: the contacts who have agreed to be reached in it, whatever their hours are."""

    municipality: str
    stage: str
    start: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d$")]
    end: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d$")]
    on_call: list[str] = Field(default_factory=list)
    note: Words | None = None

    def instants(self, time_zone: str) -> tuple[datetime, datetime]:
        """Start and end in UTC, of a window that has passed its checks: neither is a time that a clock change leaves
        out or has twice."""
        zone = ZoneInfo(time_zone)
        first, last = (
            datetime.strptime(text, WINDOW_TIME).replace(tzinfo=zone).astimezone(UTC) for text in (self.start, self.end)
        )
        return first, last
