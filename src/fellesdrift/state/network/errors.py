"""What can be wrong with desired data, a configuration, or a change to it (FD4xx, docs/errors/state.md)."""

from __future__ import annotations

from fellesdrift.errors import FellesdriftError


class StateError(FellesdriftError):
    """Any failure of state/network."""


class DesiredError(StateError):
    """The desired data is wrong: unknown kind or attribute, a value of the wrong form."""

    def __init__(self, key: str, found: object, expected: str) -> None:
        super().__init__(
            code="FD401",
            problem="the desired state is not of a known form",
            key=key,
            found=repr(found),
            expected=expected,
            next_step="correct the fragment of the role that claims this key",
        )


class ConfigurationUnreadableError(StateError):
    """What the device printed is no whole configuration."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(
            code="FD402",
            problem="the configuration that the device printed is not whole",
            found=found,
            expected=expected,
            next_step="look at `show running-config` on the device; nothing is known about it until it can be read",
        )


class MissingOnDeviceError(StateError):
    """The desired state names an interface or an access list that would not exist."""

    def __init__(self, key: str, found: str, expected: str) -> None:
        super().__init__(
            code="FD403",
            problem="the desired state names something that the device does not have",
            key=key,
            found=found,
            expected=expected,
            next_step="correct the name in the inventory, or fit the hardware",
        )


class UnsupportedPresentError(StateError):
    """The present configuration of a claimed key has a form that cannot be put back."""

    def __init__(self, key: str, line: str, expected: str) -> None:
        super().__init__(
            code="FD404",
            problem="the device has a line for a claimed key that is not understood",
            key=key,
            found=line,
            expected=expected,
            next_step="change this line by hand to a known form, or leave the key out of the desired state",
        )


class UnsafeListChangeError(StateError):
    """An access list cannot be changed without being too open or too closed in between."""

    def __init__(self, key: str, found: str, expected: str) -> None:
        super().__init__(
            code="FD405",
            problem="the access list cannot be changed safely while it is in use",
            key=key,
            found=found,
            expected=expected,
            next_step="give the new list another name and move the references to it",
        )


class ManagementCutError(StateError):
    """A step would take away the way by which the device is managed."""

    def __init__(self, host: str, step: str, line: str, found: str, expected: str) -> None:
        super().__init__(
            code="FD406",
            problem="a step would cut the path to the controller",
            host=host,
            key=f"{step}: {line}",
            found=found,
            expected=expected,
            next_step="give the device another way to the controller first",
        )


class PredictionError(StateError):
    """After the change the configuration is not the predicted one."""

    def __init__(self, host: str, diff: list[str]) -> None:
        super().__init__(
            code="FD407",
            problem="after the change the configuration is not the predicted one",
            host=host,
            found=f"{sum(line[:1] in '+-' for line in diff)} lines differ (- predicted, + found)",
            expected="exactly the predicted configuration",
            next_step="see whether somebody else changed the device at the same time",
            details=diff,
        )


class RevertPendingError(StateError):
    """A way back that is not ours is already armed on the device."""

    def __init__(self, host: str, found: str) -> None:
        super().__init__(
            code="FD408",
            problem="the device already waits to go back to an earlier state",
            host=host,
            found=found,
            expected="no revert timer and no scheduled reload",
            next_step="find out who armed it; then `configure confirm` or `reload cancel` on the device",
        )


class UnsavedError(StateError):
    """Startup and running configuration differ."""

    def __init__(self, host: str, diff: list[str]) -> None:
        super().__init__(
            code="FD409",
            problem="the device's startup configuration is not its running one",
            host=host,
            found=f"{sum(line[:1] in '+-' for line in diff)} lines differ (- startup, + running)",
            expected="the same configuration in both",
            next_step="look at the difference; then `write memory` on the device, or undo it",
            details=diff,
        )


class DeadManError(StateError):
    """The dead man's switch cannot be armed, or is not armed although the device accepted it."""

    def __init__(self, host: str, dead_man: str, found: str, expected: str) -> None:
        super().__init__(
            code="FD410",
            problem="the dead man's switch cannot be relied on",
            host=host,
            key=f"fellesdrift_dead_man: {dead_man}",
            found=found,
            expected=expected,
            next_step="nothing was changed; give the device the feature or choose another switch in the inventory",
        )


class AnswerUnreadableError(StateError):
    """The device's answer to a question has an unknown form."""

    def __init__(self, host: str, command: str, found: str, expected: str) -> None:
        super().__init__(
            code="FD411",
            problem="the device's answer is not understood",
            host=host,
            key=command,
            found=found or "nothing",
            expected=expected,
        )


class ProbeFailedError(StateError):
    """A service that must work did not answer."""

    def __init__(self, host: str, probe: str, when: str, found: str, expected: str) -> None:
        super().__init__(
            code="FD412",
            problem="a service that must keep working does not answer",
            host=host,
            key=f"{probe}, {when}",
            found=found,
            expected=expected,
            next_step="see `show ip route` and `traceroute` on the device towards that address",
        )


class NotSavedError(StateError):
    """`write memory` did not make startup and running equal."""

    def __init__(self, host: str, diff: list[str]) -> None:
        super().__init__(
            code="FD413",
            problem="the configuration was not saved",
            host=host,
            found=f"{sum(line[:1] in '+-' for line in diff)} lines differ (- startup, + running)",
            expected="startup equal to running after `write memory`",
            next_step="see the space in NVRAM (`dir nvram:`), then `write memory` on the device",
            details=diff,
        )


class RevertIncompleteError(StateError):
    """The way back was taken and the configuration is still not the one before."""

    def __init__(self, host: str, diff: list[str]) -> None:
        super().__init__(
            code="FD414",
            problem="the device did not go back to the configuration before",
            host=host,
            found=f"{sum(line[:1] in '+-' for line in diff)} lines differ (- before, + found)",
            expected="exactly the configuration before",
            next_step="compare with the recorded configuration and correct the lines by hand",
            details=diff,
        )


class StillAwayError(StateError):
    """After the session was lost the device could not be read again in time: its state is unknown."""

    def __init__(self, host: str, seconds: float, last: str, why: str) -> None:
        super().__init__(
            code="FD415",
            problem="the device was lost during the change and did not come back",
            host=host,
            key=f"last confirmed step: {last}",
            found=f"not readable for {seconds:g} s; last: {why}",
            expected="the device back, by its dead man's switch at the latest",
            next_step="reach the device by its console and run this again",
        )


class OverlapError(StateError):
    """An address would overlap with that of an interface which keeps it; IOS refuses that half-way."""

    def __init__(self, key: str, found: str, other: str) -> None:
        super().__init__(
            code="FD416",
            problem="the address overlaps with another interface's",
            key=key,
            found=found,
            expected=f"a network of its own: {other} has this one",
            next_step="correct the address plan, or claim the other interface's address too",
        )


class StoppedError(StateError):
    """The program itself failed during the change."""

    def __init__(self, host: str, what: str) -> None:
        super().__init__(
            code="FD417",
            problem="the change was stopped by a fault of this program",
            host=host,
            found=what,
            expected="none",
            next_step="read the device again before anything else is done",
        )


class HandsOffError(StateError):
    """Who wanted the change may not act on the device any more, not even to take it back: somebody else does, or will.
    The device's own switch acts."""

    def __init__(self, cause: FellesdriftError) -> None:
        super().__init__(**vars(cause))
