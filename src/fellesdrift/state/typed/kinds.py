"""What every kind of typed resource is to those who check and compare it.

A resource is a mapping of attributes; `present` says whether it is there at all, and an absent one is exactly
`{"present": False}`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fellesdrift.state.forms import FLAG, Form
from fellesdrift.state.typed.claims import WHOLE, Claim

PRESENT = "present"

type Resource = dict[str, Any]
type Keys = dict[str, Resource]
type Resources = dict[str, Keys]
type Phase = Literal["make", "remove"]
"""Everything is made before anything is removed."""

ABSENT: Mapping[str, Any] = {PRESENT: False}


@dataclass(frozen=True)
class Attribute:
    """One attribute of a kind.

    form       what a value may be, and the spelling in which it is compared
    claim      what of a value is claimed, and which values mean the same: `claims`
    personal   of a person: in no title, error, diff or public row; it is said to differ, not what it is
    """

    form: Form
    claim: Claim = WHOLE
    personal: bool = False


IS_PRESENT = Attribute(FLAG)


class TypedKind(ABC):
    """One kind. Subclasses are stateless; the catalogue of a family holds one of each.

    name         as desired data names it
    attributes   without `present`, which every kind has
    removable    False: it is there, and nobody takes it away
    """

    name: str
    attributes: Mapping[str, Attribute]
    removable: bool = True

    @abstractmethod
    def key(self, key: str) -> str:
        """A key in the spelling in which it is compared. Raises ValueError(what is expected)."""

    def check(self, _key: str, resource: Resource) -> Resource:
        """What one attribute asks of another. Raises ValueError(what is expected)."""
        return resource


def attribute(kind: TypedKind, name: str) -> Attribute:
    """An attribute of a kind, `present` too."""
    return IS_PRESENT if name == PRESENT else kind.attributes[name]
