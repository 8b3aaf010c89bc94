"""What a kind of resource is: typed attributes, how it is read, and the steps between what is and what should be.

Keys and most texts of Windows know no case: an attribute's claim decides whether two values mean the same.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

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
from fellesdrift.state.windows.host import Host

__all__ = [
    "ABSENT",
    "PRESENT",
    "Attribute",
    "Keys",
    "Kind",
    "Phase",
    "Resource",
    "Resources",
    "Scene",
    "Step",
    "attribute",
    "by_lower",
]


@dataclass(frozen=True)
class Step:
    """One write.

    before, after   of the attributes that it changes; before is its inverse, as desired data
    do              carries it out; raises RefusedError, SessionError. No secret is in its repr, nor anywhere else here
    settles         seconds that the host may take, after it said yes, until `after` can be read; 0: nothing to wait for
    readable        False for what cannot be read back, such as a password: a lost answer leaves it unknown
    phase           everything is made before anything is removed
    """

    kind: str
    key: str
    title: str
    before: Resource
    after: Resource
    do: Callable[[Host], None] = field(repr=False, compare=False)
    settles: float = 0.0
    readable: bool = True
    phase: Phase = "make"

    @property
    def inverse(self) -> Resources:
        """What takes it back, as desired data."""
        return {self.kind: {self.key: self.before}}


@dataclass(frozen=True)
class Scene:
    """What a kind plans with.

    want, have   of all kinds: the checked desired state, and what was read of it
    host         for what only a difference makes it necessary to read; planning writes nothing
    passwords    by lower-case account name
    """

    want: Resources
    have: Resources
    host: Host
    passwords: Mapping[str, str] = field(repr=False, default_factory=dict)


class Kind(TypedKind):
    """One kind, in `catalogue.KINDS`. Of its attributes and keys: `TypedKind`.

    rank         kinds with a lower one are made earlier and removed later: a folder before the share of it
    listable     all resources of the kind can be read, so it can be gathered and purged
    purgeable    False: removed by name only, never because nobody speaks of it
    """

    rank: int
    listable: bool = False
    purgeable: bool = True

    def key(self, key: str) -> str:
        """A key in the spelling that is compared, without regard to case. Raises ValueError(what is expected)."""
        if not key or key != key.strip() or not key.isprintable():
            raise ValueError("a name without leading or trailing blanks")
        return key

    def ours(self, _key: str, _resource: Resource) -> bool:
        """False for what Windows itself made: it is never purged."""
        return True

    @abstractmethod
    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        """What the host says.

        want   the resources to read, by key, with the attributes that are claimed; None: all of the kind, whole

        Gives every wanted key, in any spelling: ABSENT, or `present` with at least the claimed attributes; whole
        where the claim is `{"present": False}`, for the way back. Raises SessionError, UnreadableStateError.
        """

    @abstractmethod
    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        """The steps, in order, for what differs.

        changes   by key: the wanted values of the attributes that differ; whole for a resource that is to be made,
                  ABSENT for one that is to be removed
        Raises RefusedStateError when the host or the desired state does not allow it. Writes nothing.
        """


def by_lower(keys: Iterable[str]) -> dict[str, str]:
    """The spelling of each key by its lower case."""
    return {key.lower(): key for key in keys}
