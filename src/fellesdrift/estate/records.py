"""What every record of an estate is made of: its base classes, and the spellings that values must have."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from fellesdrift.estate import addresses


def _address(text: str) -> str:
    try:
        return addresses.canonical_address(text)
    except ValueError as error:
        raise PydanticCustomError("not_an_address", "{why}", {"why": str(error)}) from error


def _prefix(text: str) -> str:
    try:
        return addresses.canonical_prefix(text)
    except ValueError as error:
        raise PydanticCustomError("not_a_prefix", "{why}", {"why": str(error)}) from error


Address = Annotated[str, AfterValidator(_address)]
Prefix = Annotated[str, AfterValidator(_prefix)]
Words = Annotated[str, Field(min_length=1)]


class Model(BaseModel):
    """Frozen, and a key that nobody reads is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Record(Model):
    """A thing that can be assumed: then it says why (`fellesdrift estate assumptions` lists them)."""

    assumed: StrictBool = False
    reason: Words | None = None

    @model_validator(mode="after")
    def _assumed_has_a_reason(self) -> Self:
        if self.assumed and self.reason is None:
            raise PydanticCustomError("assumed_without_reason", "assumed, but no reason is given")
        if self.reason is not None and not self.assumed:
            raise PydanticCustomError("reason_without_assumed", "a reason is given, but not `assumed: true`")
        return self


class Keyed(Record):
    """A record that its section names by a key; the key is put in when it is read."""

    key: str
