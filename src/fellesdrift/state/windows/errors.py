"""What can be wrong with a Windows host's desired state, or a change to it (FD42x, docs/errors/windows.md)."""

from __future__ import annotations

from fellesdrift.errors import FellesdriftError
from fellesdrift.state.typed.errors import seen


class WindowsStateError(FellesdriftError):
    """Any failure of state/windows."""


class DesiredError(WindowsStateError):
    """The desired data is wrong: unknown kind or attribute, a value of the wrong form. The host was asked nothing.

    shown   False where the value may be a person's
    """

    def __init__(self, key: str, found: object, expected: str, *, shown: bool = True) -> None:
        super().__init__(
            code="FD420",
            problem="the desired state is not of a known form",
            key=key,
            found=seen(found, shown=shown),
            expected=expected,
            next_step="correct the fragment of the role that claims this key",
        )


class UnreadableStateError(WindowsStateError):
    """What the host has for a claimed key cannot be read, or could not be put back. Nothing was changed."""

    def __init__(self, host: str, key: str, found: str, expected: str) -> None:
        super().__init__(
            code="FD421",
            problem="the host has something for a claimed key that cannot be read or put back",
            host=host,
            key=key,
            found=found,
            expected=expected,
            next_step="change it by hand to a known form, or leave the key out of the desired state",
        )


def known[Value](host: str, key: str, value: object, kind: type[Value]) -> Value:
    """A property that every host must have, and of this type: null is no answer. Raises UnreadableStateError."""
    if not isinstance(value, kind):
        raise UnreadableStateError(host, key, "null" if value is None else str(value), kind.__name__)
    return value


class RefusedStateError(WindowsStateError):
    """The desired state cannot be made on this host as it is. Nothing was changed."""

    def __init__(self, host: str, key: str, found: str, expected: str, next_step: str | None = None) -> None:
        super().__init__(
            code="FD422",
            problem="the desired state cannot be made on this host",
            host=host,
            key=key,
            found=found,
            expected=expected,
            next_step=next_step or "correct the desired state of this host",
        )


class RefusedError(WindowsStateError):
    """The host answered a step with a code that means no."""

    def __init__(self, host: str, step: str, found: str, expected: str = "0") -> None:
        super().__init__(
            code="FD423",
            problem="the host refuses a step",
            host=host,
            key=step,
            found=found,
            expected=expected,
            next_step="docs/errors/windows.md lists the codes; the steps before this one are done",
        )


class NotDoneError(WindowsStateError):
    """The host was read again after a step, and does not show it."""

    def __init__(self, host: str, step: str, found: object, expected: object) -> None:
        super().__init__(
            code="FD424",
            problem="the host did not do a step",
            host=host,
            key=step,
            found=str(found),
            expected=str(expected),
            next_step="run the same again: it reads the host first and does what is still missing",
        )


class UnknownOutcomeError(WindowsStateError):
    """An answer was lost, and the host could not be read afterwards, or what was done cannot be read."""

    def __init__(self, host: str, step: str, found: str) -> None:
        super().__init__(
            code="FD425",
            problem="it is not known whether the host did a step",
            host=host,
            key=step,
            found=found,
            expected="an answer, or a host that can be read",
            next_step="run the same again when the host answers: it reads the host first",
        )


class PredictionError(WindowsStateError):
    """After the steps the host is not what was predicted."""

    def __init__(self, host: str, details: list[str]) -> None:
        super().__init__(
            code="FD426",
            problem="after the change the host is not what was predicted",
            host=host,
            found=f"{len(details)} attribute{' differs' if len(details) == 1 else 's differ'}",
            expected="exactly the predicted state",
            next_step="see whether somebody else changed the host at the same time, then run the same again",
            details=details,
        )


class PasswordMissingError(WindowsStateError):
    """An account is to be made, or a service is to run as one, and nobody gave its password. Nothing was changed."""

    def __init__(self, host: str, key: str, account: str) -> None:
        super().__init__(
            code="FD427",
            problem="there is no password for an account",
            host=host,
            key=key,
            found=f"no password of {account}",
            expected="one in `passwords`, from Ansible Vault",
            next_step="give windows_host `passwords`; it is used when the account is made, and shown nowhere",
        )
