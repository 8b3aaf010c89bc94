"""What only people may do on a Windows host, or nobody at the moment (FD43x, docs/errors/windows.md)."""

from __future__ import annotations

from fellesdrift.state.windows.errors import RefusedStateError, UnreadableStateError, WindowsStateError


class ManagementPathError(RefusedStateError):
    """A step could cut the way over which the host is managed. Nothing was changed."""

    def __init__(self, host: str, key: str, found: str, expected: str) -> None:
        WindowsStateError.__init__(
            self,
            code="FD430",
            problem="the desired state could cut the way over which the host is managed",
            host=host,
            key=key,
            found=found,
            expected=expected,
            next_step="change this at the host's console, then the inventory; or correct the desired state",
        )


class ByHandError(RefusedStateError):
    """Something is missing, or too much, that only people install or remove. Nothing was changed."""

    def __init__(self, host: str, key: str, found: str, expected: str, manual: str) -> None:
        WindowsStateError.__init__(
            self,
            code="FD431",
            problem="this is done by hand: nothing is installed or removed unseen",
            host=host,
            key=key,
            found=found,
            expected=expected,
            next_step=manual,
        )


class NotServedError(UnreadableStateError):
    """A service that would say what there is does not run: an empty answer would be none. Nothing was changed."""

    def __init__(self, host: str, key: str, service: str, state: str) -> None:
        WindowsStateError.__init__(
            self,
            code="FD432",
            problem="the service that knows this does not run, so nobody can say what there is",
            host=host,
            key=key,
            found=f"{service}: {state}",
            expected=f"{service}: Running",
            next_step="start the service first (`kinds: [service]` narrows a run to it), then run the same again",
        )


class NoSuchPartError(RefusedStateError):
    """The host has no such part: no such adapter, no such log. Such a thing is not made by anybody's wish."""

    def __init__(self, host: str, key: str, found: str, expected: str) -> None:
        WindowsStateError.__init__(
            self,
            code="FD433",
            problem="the host has no such part, and it cannot be made",
            host=host,
            key=key,
            found=found,
            expected=expected,
            next_step="correct the key; gathering the kind shows those that there are",
        )
