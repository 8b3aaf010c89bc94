"""What can go wrong in a session, one type each. Texts hold no secrets; docs/errors/session.md explains them."""

from __future__ import annotations

from typing import ClassVar

from fellesdrift.errors import FellesdriftError


class SessionError(FellesdriftError):
    """Any failure of a session; catch this for "the device could not be worked with"."""


class UnreachableError(SessionError):
    """No TCP connection, or nothing there that speaks as it should."""

    THING: ClassVar = "device"
    EXPECTED: ClassVar = "an SSH server that answers"

    def __init__(self, host: str, where: str, why: str) -> None:
        super().__init__(
            code="FD301",
            problem=f"the {self.THING} cannot be reached",
            host=host,
            found=f"{where}: {why}",
            expected=self.EXPECTED,
            next_step=f"see whether the {self.THING} is up, and ansible_host, ansible_port and the path to it right",
        )


class AuthenticationRefusedError(SessionError):
    """The device does not accept the user name and password. how: the method, where there are several."""

    THING: ClassVar = "device"
    EXPECTED: ClassVar = "a user that the device accepts"

    def __init__(self, host: str, username: str, how: str = "") -> None:
        super().__init__(
            code="FD302",
            problem=f"the {self.THING} refuses the login",
            host=host,
            found=f"user {username} with a password" + (f", by {how}" if how else ""),
            expected=self.EXPECTED,
            next_step="see ansible_user and ansible_password for this host",
        )


class HostKeyUnknownError(SessionError):
    """known_hosts has no key for this address."""

    def __init__(self, host: str, where: str, offered: str, known_hosts: str) -> None:
        super().__init__(
            code="FD303",
            problem="the device's host key is not known",
            host=host,
            file=known_hosts,
            key=where,
            found=offered,
            expected="the same key in the file of known hosts",
            next_step="compare the fingerprint with `show ip ssh` or `show crypto key mypubkey rsa` on the console, "
            "then add the key to the file",
        )


class HostKeyChangedError(SessionError):
    """known_hosts has another key for this address: another device, or somebody between."""

    def __init__(self, host: str, where: str, offered: str, known: str, known_hosts: str) -> None:
        super().__init__(
            code="FD304",
            problem="the device shows another host key than the known one",
            host=host,
            file=known_hosts,
            key=where,
            found=offered,
            expected=known,
            next_step="find out on the console why the key changed before any password is sent there",
        )


class NoCommonAlgorithmError(SessionError):
    """Client and device share no key exchange, cipher, MAC or host key type."""

    def __init__(self, host: str, detail: str, legacy: bool) -> None:
        super().__init__(
            code="FD305",
            problem="the device and this program share no SSH algorithm",
            host=host,
            found=detail,
            expected="the algorithms of 2005 too" if legacy else "today's algorithms only",
            next_step="see `show ip ssh` on the device: SSH version 2 and a key of at least 768 bits"
            if legacy
            else "if the device is too old for today's algorithms, set fellesdrift_ssh_legacy: true for it",
        )


class EnableRefusedError(SessionError):
    """The device does not accept the enable secret, or none was given."""

    def __init__(self, host: str, why: str) -> None:
        super().__init__(
            code="FD306",
            problem="the device refuses privileged mode",
            host=host,
            found=why,
            expected="the prompt of privileged mode (#)",
            next_step="see ansible_become_password (the enable secret) for this host",
        )


class SessionLostError(SessionError):
    """The connection broke. Whether the last command was executed is not known."""

    def __init__(self, host: str, during: str) -> None:
        super().__init__(
            code="FD307",
            problem="the session with the device was lost",
            host=host,
            found=f"the connection ended during {during}",
            expected="an answer; whether the device executed it is not known",
            next_step="read the device again before anything else is done",
        )


class TimedOutError(SessionError):
    """The device is connected but did not answer in time."""

    THING: ClassVar = "device"
    EXPECTED: ClassVar = "the prompt"

    def __init__(self, host: str, during: str, seconds: float) -> None:
        super().__init__(
            code="FD308",
            problem=f"the {self.THING} did not answer in time",
            host=host,
            found=f"no end of the answer within {seconds:g} s during {during}",
            expected=self.EXPECTED,
            next_step=f"read the {self.THING} again before anything else is done",
        )


class CommandRefusedError(SessionError):
    """The device answered a command with an error.

    command       the line that was sent
    device_said   the error lines, joined by newlines
    """

    def __init__(self, host: str, command: str, device_said: str) -> None:
        self.command = command
        self.device_said = device_said
        super().__init__(
            code="FD309",
            problem="the device refused a command",
            host=host,
            key=command,
            found=" / ".join(device_said.splitlines()),
            expected="no error",
            next_step="see whether this model and version know the command",
        )


class UnexpectedPromptError(SessionError):
    """The device asks something nobody expected, or is in another mode than it should be."""

    def __init__(self, host: str, during: str, found: str, expected: str) -> None:
        super().__init__(
            code="FD310",
            problem="the device is not where it should be in the dialogue",
            host=host,
            key=during,
            found=found,
            expected=expected,
            next_step="read the device again before anything else is done",
        )


class OutputDisturbedError(SessionError):
    """Log messages fell into an answer each time, and the rest was never twice the same."""

    def __init__(self, host: str, command: str, attempts: int) -> None:
        super().__init__(
            code="FD311",
            problem="log messages disturb the device's answer",
            host=host,
            key=command,
            found=f"{attempts} attempts, no two alike",
            expected="an answer without log messages in it, or the same one twice",
            next_step="stop the messages on this line (`terminal no monitor`) or wait until the device is quiet",
        )


class PlatformUnsupportedError(SessionError):
    """There is no driver for this kind of device."""

    def __init__(self, host: str, platform: str, known: str) -> None:
        super().__init__(
            code="FD312",
            problem="this kind of device has no command-line driver here",
            host=host,
            key="fellesdrift_platform",
            found=platform,
            expected=known,
        )
