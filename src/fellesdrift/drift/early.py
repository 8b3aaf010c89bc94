"""The estate, read while Ansible starts: reading takes one core as long as starting takes the other.

Whoever starts Ansible begins it, the sweep takes it. Only an estate without a fault is taken: where there is one, it is
read again by the sweep, which knows every folder that roles may lie in, and tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fellesdrift.drift.apart import Apart, apart
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import places

if TYPE_CHECKING:
    from fellesdrift.estate import Estate, Logins

_begun: list[_Begun] = []


@dataclass(frozen=True)
class Question:
    """sources: of the inventory, absolute. limit: which hosts are wanted, as Ansible's --limit says it."""

    sources: tuple[Path, ...]
    limit: str | None

    @property
    def project(self) -> Path:
        """The folder of the project that the inventory belongs to."""
        return places.project_of(self.sources[0])


class _Begun(NamedTuple):
    question: Question
    roles: frozenset[Path]
    work: Apart[tuple[Estate, Logins]]


def asked(sources: Sequence[str | Path], limit: str | None) -> Question:
    """The question for these sources, as somebody typed them."""
    return Question(tuple(Path(source).expanduser().absolute() for source in sources), limit)


def begin(question: Question, own: Path) -> None:
    """Begin to read, in a child of this process. Once in a process, and before it has another thread.

    own   the folder of the collection, whose roles any project may use
    """
    roles = places.roles_dirs(question.project, own)
    work = Apart(partial(_read, question, roles))
    _begun[:] = [_Begun(question, _resolved(roles), work)]


def take(question: Question, roles: Sequence[Path]) -> tuple[Estate, Logins]:
    """What was begun, if it was for the same question and found no fault; else read now, in a child of this process.

    roles   folders that hold roles; what was begun may not have looked into any other
    Raises as `apart` does.
    """
    for begun in _begun:
        if begun.question == question and begun.roles <= _resolved(roles):
            with suppress(FellesdriftError, FellesdriftErrors):
                return begun.work.result()
    return apart(partial(_read, question, roles))


def _resolved(roles: Sequence[Path]) -> frozenset[Path]:
    return frozenset(path.resolve() for path in roles)


def _read(question: Question, roles: Sequence[Path]) -> tuple[Estate, Logins]:
    """From its files, as `estate_check` reads it: all hosts' variables, resolved in a play, cost ten times that."""
    from fellesdrift.estate import Logins, load_estate  # only what reads needs what they need

    logins = Logins(question.limit)
    return load_estate(question.sources, roles_dirs=roles, logins=logins), logins
