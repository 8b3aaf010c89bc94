"""Desired data, checked and brought into the form in which it is compared."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from fellesdrift.errors import FellesdriftError
from fellesdrift.state.typed.kinds import ABSENT, PRESENT, Resource, Resources, TypedKind, attribute


class DesiredCheck(ABC):
    """Checks the desired data of one family of hosts.

    KINDS      the family's catalogue
    TEXT       what is expected of a key that is no text
    """

    KINDS: ClassVar[Mapping[str, TypedKind]]
    TEXT: ClassVar[str] = "a text"

    @abstractmethod
    def wrong(self, where: str, found: object, expected: str, *, shown: bool = True) -> FellesdriftError:
        """The family's error. shown: False where `found` may be a person's."""

    @abstractmethod
    def twice(self, key: str, others: Iterable[str]) -> str | None:
        """What is expected instead, when a key is one of the others already."""

    def told(self, resource: Resource) -> object:
        """What is shown of a resource whose attributes do not fit together."""
        return resource

    def check(self, desired: Mapping[str, Any]) -> Resources:
        """The desired data in canonical form, `present` always said. Raises `wrong` at the first thing that is."""
        result: Resources = {}
        for name, by_key in self._mapping("desired state", desired).items():
            self.one_of("kind", name, self.KINDS)
            result[name] = {}
            for key, resource in self._mapping(name, by_key).items():
                where = f"{name}/{key}"
                found, checked = self._resource(self.KINDS[name], where, key, resource)
                if expected := self.twice(found, result[name]):
                    raise self.wrong(where, key, expected)
                result[name][found] = checked
        return result

    def one_of(self, where: str, name: object, known: Collection[str]) -> None:
        """Raises `wrong` for a name that is not among the known ones."""
        if name in known:
            return
        near = difflib.get_close_matches(str(name), known, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise self.wrong(where, name, f"{hint}one of {', '.join(known)}")

    def _resource(self, kind: TypedKind, where: str, key: Any, resource: Any) -> tuple[str, Resource]:
        for name in self._mapping(where, resource):
            self.one_of(f"{where} attribute", name, (PRESENT, *kind.attributes))
        if not isinstance(key, str):
            raise self.wrong(where, key, self.TEXT)
        values = {PRESENT: True} | {name: self._value(kind, where, name, value) for name, value in resource.items()}
        try:
            found = kind.key(key)
        except ValueError as error:
            raise self.wrong(where, key, str(error)) from error
        if not values[PRESENT]:
            if len(values) > 1:
                raise self.wrong(where, sorted(values), "nothing beside present: false")
            if not kind.removable:
                raise self.wrong(f"{where} {PRESENT}", False, "nothing: such a thing cannot be removed")
            return found, dict(ABSENT)
        try:
            return found, kind.check(found, values)
        except ValueError as error:
            raise self.wrong(where, self.told(resource), str(error)) from error

    def _value(self, kind: TypedKind, where: str, name: str, value: Any) -> Any:
        known = attribute(kind, name)
        try:
            return known.form.take(value)
        except (ValueError, TypeError) as error:
            expected = str(error) or known.form.expected
            # the cause may hold a value that is not shown
            raise self.wrong(f"{where} {name}", value, expected, shown=not known.personal) from None

    def _mapping(self, where: str, value: object) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise self.wrong(where, value, "a mapping")
        return value
