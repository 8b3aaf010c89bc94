"""One session with one exchange, for all kinds: an overlay stays loaded as long as it is needed, prints are kept until
something is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from fellesdrift.session.overlay import Answers, OverlaySession, OverlayTarget, Said, open_overlay

if TYPE_CHECKING:
    from fellesdrift.state.pbx.kinds import Keys, Kind

type Opener = Callable[[OverlayTarget], AbstractContextManager[OverlaySession]]
FORMS = ("small", "large")


class Exchange:
    """One exchange. Of one thread, as its session.

    form       "small", "large", or None: not told
    customer   whose data is read and written; desired data speaks of this one
    """

    customer = "0"

    def __init__(self, target: OverlayTarget, form: str | None, opener: Opener) -> None:
        self.form = form
        self._target = target
        self._opener = opener
        self._opened: AbstractContextManager[OverlaySession] | None = None
        self._session: OverlaySession | None = None
        self._whole: dict[str, Keys] = {}

    @property
    def name(self) -> str:
        """As the inventory has it."""
        return self._target.host

    @property
    def session(self) -> OverlaySession:
        """The session; opened when somebody needs it first, or again after it was lost. Raises SessionError."""
        if self._session is None:
            self._opened = self._opener(self._target)
            self._session = self._opened.__enter__()
        return self._session

    def whole(self, kind: Kind) -> Keys:
        """All of a kind, read once between two writes; not to be changed. Raises what `Kind.read` does."""
        if kind.name not in self._whole:
            self._whole[kind.name] = kind.read(self)
        return self._whole[kind.name]

    def print(self, overlay: int, answers: Answers, *, nothing: bool = False) -> Said:
        """An entry that changes nothing. nothing: a code that ends it says that there is nothing to print. Raises
        SessionError."""
        return self._loaded(overlay).print(answers, nothing=nothing)

    def enter(self, overlay: int, answers: Answers, *, accept: Iterable[str] = (), within: float | None = None) -> Said:
        """An entry that writes; what was read before is forgotten. Raises SessionError."""
        self.forget()
        return self._loaded(overlay).answer(answers, accept=accept, within=within)

    def forget(self) -> None:
        """What was read may not be so any more."""
        self._whole.clear()

    def leave(self) -> None:
        """Leave the overlay that is loaded: nobody else can use it meanwhile. Raises SessionLostError."""
        if self._session is not None and self._session.overlay is not None:
            self._session.leave()

    def renew(self) -> None:
        """After a lost line: a new session is opened when it is needed."""
        self.forget()
        self.close()

    def close(self) -> None:
        """Log out."""
        if self._opened is not None:
            opened, self._opened, self._session = self._opened, None, None
            opened.__exit__(None, None, None)

    def _loaded(self, overlay: int) -> OverlaySession:
        session = self.session
        if session.overlay != overlay:
            session.load(overlay)
        return session


@contextmanager
def open_exchange(target: OverlayTarget, form: str | None = None, opener: Opener = open_overlay) -> Iterator[Exchange]:
    """A session with one exchange, opened at once. Raises SessionError."""
    exchange = Exchange(target, form or target.form, opener)
    try:
        _ = exchange.session
        yield exchange
    finally:
        exchange.close()
