"""What can be wrong with an exchange's desired state, a print of it, or a change to it (FD45x,
docs/errors/telephony.md). No text holds a name of a person."""

from __future__ import annotations

from fellesdrift.errors import FellesdriftError
from fellesdrift.state.typed.errors import seen, shortened


class PbxStateError(FellesdriftError):
    """Any failure of state/pbx."""


class DesiredError(PbxStateError):
    """The desired data is wrong: unknown kind or attribute, a value of the wrong form. The exchange was asked nothing.

    shown   False where the value may be a person's
    """

    def __init__(self, key: str, found: object, expected: str, *, shown: bool = True) -> None:
        super().__init__(
            code="FD450",
            problem="the desired state of an exchange is not of a known form",
            key=key,
            found=seen(found, shown=shown),
            expected=expected,
            next_step="correct the fragment of the role that claims this key",
        )


class UnreadablePrintError(PbxStateError):
    """A print has a line that is not understood, lacks one, or is empty. Nothing is read out of it.

    during   the print: `LD 20 TNB`; line: the number within it, from 1, 0 for the whole print
    """

    def __init__(self, host: str, during: str, line: int, found: str, expected: str) -> None:
        super().__init__(
            code="FD451",
            problem="a print of the exchange is not understood",
            host=host,
            key=f"{during}, line {line}" if line else during,
            found=shortened(found),
            expected=expected,
            next_step="compare the exchange's print with docs/telephony.md; nothing was changed",
        )


class RefusedStateError(PbxStateError):
    """The desired state cannot be made on this exchange as it is. Nothing was typed but prints."""

    def __init__(self, host: str, key: str, found: str, expected: str, next_step: str | None = None) -> None:
        super().__init__(
            code="FD452",
            problem="the desired state cannot be made on this exchange",
            host=host,
            key=key,
            found=found,
            expected=expected,
            next_step=next_step or "correct the desired state of this exchange",
        )


class StepRefusedError(PbxStateError):
    """The exchange answered a step with a code, or asked for something else. The steps before it are done.

    code_of_exchange   its code, or None
    """

    def __init__(self, host: str, step: str, found: str, code: str | None, state: str) -> None:
        self.code_of_exchange = code
        super().__init__(
            code="FD453",
            problem="the exchange refuses a step",
            host=host,
            key=step,
            found=found,
            expected="no code, and no other prompt than the overlay's known ones",
            next_step="look the code up in the exchange's message guide; run the same again when it is settled",
            details=[f"read again after it: {state}"],
        )


class NotDoneError(PbxStateError):
    """The exchange was read again after a step, and does not show it."""

    def __init__(self, host: str, step: str, found: str, expected: str) -> None:
        super().__init__(
            code="FD454",
            problem="the exchange did not do a step",
            host=host,
            key=step,
            found=found,
            expected=expected,
            next_step="run the same again: it reads the exchange first and does what is still missing",
        )


class UnknownOutcomeError(PbxStateError):
    """The line was lost during a step, and the exchange could not be read afterwards."""

    def __init__(self, host: str, step: str, found: str) -> None:
        super().__init__(
            code="FD455",
            problem="it is not known whether the exchange did a step",
            host=host,
            key=step,
            found=found,
            expected="an exchange that can be read",
            next_step="run the same again when the exchange answers: it reads the exchange first",
        )


class PredictionError(PbxStateError):
    """After the steps the exchange is not what was predicted."""

    def __init__(self, host: str, details: list[str]) -> None:
        super().__init__(
            code="FD456",
            problem="after the change the exchange is not what was predicted",
            host=host,
            found=f"{len(details)} attribute{' differs' if len(details) == 1 else 's differ'}",
            expected="exactly the predicted state",
            next_step="see whether somebody else changed the exchange at the same time, then run the same again",
            details=details,
        )


class DumpError(PbxStateError):
    """EDD did not say that it is done. What is in memory is as desired; what is on disk is not known."""

    def __init__(self, host: str, found: str) -> None:
        super().__init__(
            code="FD457",
            problem="the exchange did not confirm its dump",
            host=host,
            key="EDD",
            found=found,
            expected="EDD without a code, and something said about the dump",
            next_step="look at the exchange's disk, and dump again; until then a sysload loses the change",
        )
