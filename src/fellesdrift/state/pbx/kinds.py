"""What a kind of an exchange is: typed attributes, how all of it is printed, and the steps between what is and what
should be, as dialogues.

Keys and values are in the spelling in which the exchange prints them; `check` brings desired data into it, so that two
values are the same only when they are equal.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fellesdrift.session.overlay import Answers
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.typed.kinds import (
    ABSENT,
    PRESENT,
    Attribute,
    Keys,
    Phase,
    Resource,
    Resources,
    TypedKind,
    attribute,
)

__all__ = [
    "ABSENT",
    "PRESENT",
    "Attribute",
    "Effect",
    "Entry",
    "Keys",
    "Kind",
    "Phase",
    "Ref",
    "Resource",
    "Resources",
    "Scene",
    "Step",
    "attribute",
]

type Ref = tuple[str, str]
"""What can be leant on: (kind, key), or ("code", a code that can be dialled)."""


@dataclass(frozen=True)
class Entry:
    """One entry of a dialogue: the overlay, and an answer for every prompt that will be asked.

    accept   codes of the exchange's that are no failure
    within   seconds for each line, where one takes longer than usual
    """

    overlay: int
    answers: Answers = field(repr=False)
    accept: tuple[str, ...] = ()
    within: float | None = None


@dataclass(frozen=True)
class Effect:
    """What becomes of one resource: of the attributes that change, before and after. One that is there no more is
    ABSENT after, and whole before."""

    kind: str
    key: str
    before: Resource = field(repr=False)
    after: Resource = field(repr=False)


@dataclass(frozen=True)
class Step:
    """One write, judged as a whole by reading the exchange again.

    before, after   of the attributes that it changes; before is its inverse, as desired data
    dialogue        the entries that carry it out, in order
    also            what the exchange does to other resources of its own accord with it: a number that leaves its last
                    set takes its name along
    takes, frees    codes that can be dialled from then on, or no longer: a code is free before another that begins
                    with it, or that it begins with, is taken
    leaves          numbers that leave a set by it, whether another one has them or not
    lists           numbers that a hunt group has from then on: none of them may leave a set afterwards
    phase, rank     everything is made before anything is removed; within a phase by rank: the kind's, or this one
    title           for people, without personal data
    """

    kind: str
    key: str
    title: str
    before: Resource = field(repr=False)
    after: Resource = field(repr=False)
    dialogue: tuple[Entry, ...] = field(repr=False)
    also: tuple[Effect, ...] = ()
    takes: frozenset[str] = frozenset()
    frees: frozenset[str] = frozenset()
    leaves: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    phase: Phase = "make"
    rank: int | None = None

    @property
    def effects(self) -> tuple[Effect, ...]:
        """On every resource; its own first."""
        return (Effect(self.kind, self.key, self.before, self.after), *self.also)

    @property
    def inverse(self) -> Resources:
        """What takes it back, as desired data."""
        found: Resources = {}
        for each in self.effects:
            found.setdefault(each.kind, {})[each.key] = each.before
        return found


@dataclass(frozen=True)
class Scene:
    """What a kind plans with; planning writes nothing.

    want       of all kinds, checked
    steps      of the kinds with a lower rank, planned already
    exchange   whose prints are read once: `whole` costs nothing the second time
    """

    want: Resources
    exchange: Exchange
    steps: Sequence[Step] = ()

    def whole(self, kind: Kind) -> Keys:
        """All resources of a kind, as they are now: before the first step."""
        return self.exchange.whole(kind)

    def claims(self, kind: str, key: str) -> Resource:
        """What is desired of a resource; {} for nothing."""
        return self.want.get(kind, {}).get(key, {})


class Kind(TypedKind):
    """One kind, in `catalogue.KINDS`. Of its attributes and keys: `TypedKind`.

    rank         kinds with a lower one are planned and made earlier, and removed later
    purgeable    False: removed by name only, never because nobody speaks of it
    in_order     its steps stay in the order in which `steps` gives them; otherwise only those of one key do
    shares       a code of its may be on several of its resources at once, as a number on sets
    """

    rank: int
    purgeable: bool = True
    in_order: bool = False
    shares: bool = False

    def key(self, key: str) -> str:
        """A key in the exchange's spelling. Raises ValueError(what is expected)."""
        if not key or key != key.strip() or not key.isprintable():
            raise ValueError("a text without leading or trailing blanks")
        return key

    def ours(self, _key: str, _resource: Resource) -> bool:
        """False for what is never purged."""
        return True

    def codes(self, _key: str, _resource: Resource) -> frozenset[str]:
        """What of a resource can be dialled."""
        return frozenset()

    def leans(self, _key: str, _resource: Resource) -> frozenset[Ref]:
        """What has to be there as long as a resource is, by the attributes that are given."""
        return frozenset()

    def aside(self, _step: Step, _spare: Callable[[int], str | None]) -> tuple[Step, Step] | None:
        """A step in two, the first of which takes a spare code instead of those that are in the way; None where no such
        way is known. spare: a free code of at most so many digits."""
        return None

    @abstractmethod
    def read(self, exchange: Exchange) -> Keys:
        """All of the kind, whole, `present` said, by as few entries as possible: one print, whatever there is.

        Raises SessionError, and UnreadablePrintError (FD451) for any line that it does not understand, and for a print
        that is empty where there must be something.
        """

    @abstractmethod
    def steps(self, scene: Scene, changes: Mapping[str, Resource], have: Keys) -> list[Step]:
        """The steps for what differs.

        changes   by key: the wanted values of what differs; all that is claimed for a resource that is to be made,
                  ABSENT for one that is to be removed. Empty, where only the steps of other kinds matter
        have      by key, for every key that is desired: what will be there after the steps that are planned already
        Raises RefusedStateError (FD452) when the exchange or the desired state does not allow it. Writes nothing.
        """
