"""What of an attribute is claimed, and so compared, recorded and put back: all of it, or a part."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any


class Claim(ABC):
    """How a wanted value and a present one are put together. `have` may be None: the attribute is not there."""

    @abstractmethod
    def differs(self, want: Any, have: Any) -> Iterator[tuple[str | None, Any, Any]]:
        """(member, wanted, present) of each part that is not as wanted; member None: the whole value."""

    @abstractmethod
    def gather(self, parts: list[tuple[str | None, Any]]) -> Any:
        """The wanted parts of `differs`, as one value again."""

    @abstractmethod
    def narrowed(self, have: Any, claimed: Any) -> Any:
        """Of a present value what stands in the place of what is claimed."""

    @abstractmethod
    def joined(self, first: Any, then: Any) -> Any:
        """Both, where `then` wins."""


class Whole(Claim):
    """All of a value. same: whether two values mean the same."""

    def __init__(self, same: Callable[[Any, Any], bool] = operator.eq) -> None:
        self._same = same

    def differs(self, want: Any, have: Any) -> Iterator[tuple[str | None, Any, Any]]:
        if not self._same(have, want):
            yield None, want, have

    def gather(self, parts: list[tuple[str | None, Any]]) -> Any:
        return parts[-1][1]

    def narrowed(self, have: Any, _claimed: Any) -> Any:
        return have

    def joined(self, _first: Any, then: Any) -> Any:
        return then


class Members(Claim):
    """A mapping, claimed member by member; None is a member that is not there. A member that is a mapping itself is
    claimed by its own members where they are nested, whole where it is to be absent."""

    def __init__(self, *, nested: bool = False) -> None:
        self._nested = nested

    def differs(self, want: Any, have: Any) -> Iterator[tuple[str | None, Any, Any]]:
        for member, wanted in want.items():
            found = self._find(have, member)
            if self._part(wanted, found) != wanted:
                yield member, wanted, found

    def gather(self, parts: list[tuple[str | None, Any]]) -> Any:
        return dict(parts)

    def narrowed(self, have: Any, claimed: Any) -> Any:
        return {member: self._narrow(self._find(have, member), wanted) for member, wanted in claimed.items()}

    def joined(self, first: Any, then: Any) -> Any:
        result = dict(first or {})
        for member, value in then.items():
            held = result.get(member)
            if self._nested and isinstance(held, dict) and isinstance(value, dict):
                result[member] = {**held, **value}
            else:
                result[member] = value
        return result

    def _find(self, have: Any, member: str) -> Any:
        """A member of a present value; None when it is not there."""
        return (have or {}).get(member)

    def _part(self, wanted: Any, found: Any) -> Any:
        """What is compared with what is wanted."""
        if self._nested and isinstance(wanted, dict) and isinstance(found, dict):
            return {name: found.get(name) for name in wanted}
        return found

    def _narrow(self, found: Any, wanted: Any) -> Any:
        """As `_part`; one that is to be replaced or taken away is kept whole, for the way back."""
        return found if wanted is None else self._part(wanted, found)


class Words(Claim):
    """A list of words of which each has its place: a word is claimed, and stands where another stood.

    place   the words that can stand where a word stands, itself among them
    """

    def __init__(self, place: Callable[[str], frozenset[str]]) -> None:
        self._place = place

    def differs(self, want: Any, have: Any) -> Iterator[tuple[str | None, Any, Any]]:
        there = set(have or ())
        for word in want:
            if word not in there:
                yield word, word, next(iter(self.narrowed(have or (), [word])), None)

    def gather(self, parts: list[tuple[str | None, Any]]) -> Any:
        return [word for _, word in parts]

    def narrowed(self, have: Any, claimed: Any) -> Any:
        places = [self._place(word) for word in claimed]
        return [word for word in have or () if any(word in place for place in places)]

    def joined(self, first: Any, then: Any) -> Any:
        taken = [self._place(word) for word in then]
        return [*(word for word in first or () if not any(word in place for place in taken)), *then]


WHOLE: Claim = Whole()
MEMBERS: Claim = Members()
NESTED: Claim = Members(nested=True)
