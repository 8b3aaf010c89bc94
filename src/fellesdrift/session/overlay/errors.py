"""What can go wrong with an exchange, one type each; docs/errors/telephony.md explains the codes.

A code of the exchange's own is shown as it came, with a meaning only where `codes` has one. No text holds a password.
"""

from __future__ import annotations

from collections.abc import Sequence

from fellesdrift.session.errors import SessionError, TimedOutError, UnreachableError
from fellesdrift.session.overlay.codes import CONFLICT, LOCKED_OUT, explained

# prompts that are answered with the name of a person
_PERSONAL = frozenset({"NAME"})
_AGAIN = "read the exchange again before anything else is done"


def told(prompt: str | None, typed: str) -> str:
    """What was typed at a prompt, as a message may have it: it goes to logs, where no names of people belong."""
    if prompt in _PERSONAL:
        return "(a name)"
    return typed or "a bare carriage return"


class ExchangeUnreachableError(UnreachableError):
    """No TCP connection came about."""

    THING = "exchange"
    EXPECTED = "an exchange that answers"


class ExchangeSilentError(TimedOutError):
    """The exchange did not come to a prompt in time. Whether it did what was typed is not known."""

    THING = "exchange"
    EXPECTED = "a prompt"


class ExchangeLoginError(SessionError):
    """The exchange does not accept the login. code_of_exchange: its code, or None."""

    def __init__(self, host: str, username: str, code: str | None) -> None:
        self.code_of_exchange = code
        super().__init__(
            code="FD330",
            problem="the exchange refuses the login",
            host=host,
            found=f"user {username} with a password: {explained(code) if code else 'no LOGGED IN, and no code'}",
            expected="a user that the exchange accepts",
            next_step="see ansible_user and ansible_password; several wrong logins lock everybody out",
        )


class LockedOutError(SessionError):
    """The exchange takes no login for a while, from nobody."""

    def __init__(self, host: str) -> None:
        self.code_of_exchange = LOCKED_OUT
        super().__init__(
            code="FD331",
            problem="the exchange is locked after too many wrong logins",
            host=host,
            found=explained(LOCKED_OUT),
            expected="a login",
            next_step="wait until the exchange lifts it, and find out who tried; correct the password first",
        )


class NoPortError(SessionError):
    """The connection came about, and the exchange ended it before it said anything."""

    def __init__(self, host: str, where: str) -> None:
        super().__init__(
            code="FD332",
            problem="the exchange hangs up at once: most likely none of its ports is free",
            host=host,
            found=f"{where}: the connection ended before a prompt",
            expected="a free port, of which an exchange has few",
            next_step="find out who is logged in, and try again when somebody has left",
        )


class OverlayBusyError(SessionError):
    """Somebody else was in the way until the deadline."""

    def __init__(self, host: str, overlay: int, seconds: float, attempts: int) -> None:
        self.code_of_exchange = CONFLICT
        super().__init__(
            code="FD333",
            problem="another operator is in the way",
            host=host,
            key=f"LD {overlay}",
            found=f"{CONFLICT} at {attempts} attempts within {seconds:g} s",
            expected="a free overlay",
            next_step="find out who works at the exchange, and run the same again afterwards",
        )


class RefusedByExchangeError(SessionError):
    """The exchange answered with a code. The overlay was left, and what the entry had not written yet is cancelled.

    code_of_exchange   the first code
    prompt, typed      what was answered with it
    lines              everything that the exchange said to it
    """

    def __init__(self, host: str, prompt: str, typed: str, codes: Sequence[str], lines: Sequence[str]) -> None:
        self.code_of_exchange = codes[0]
        self.prompt = prompt
        self.typed = typed
        self.lines = tuple(lines)
        super().__init__(
            code="FD334",
            problem="the exchange refuses an answer",
            host=host,
            key=f"{prompt}: {told(prompt, typed)}",
            found=", ".join(explained(code) for code in codes),
            expected="no code",
            next_step="look the code up in the exchange's message guide; nothing was typed after it but ****",
        )


class ExchangePromptError(SessionError):
    """The exchange asks for something that nobody has an answer for, or is not where it should be.

    prompt   the name of the prompt that was found, or what stands in its place
    """

    def __init__(self, host: str, during: str, prompt: str, expected: str) -> None:
        self.prompt = prompt
        super().__init__(
            code="FD335",
            problem="the exchange asks for something unexpected",
            host=host,
            key=during,
            found=prompt,
            expected=expected,
            next_step=f"nothing was answered; {_AGAIN}",
        )


class AnswerUnaskedError(SessionError):
    """The entry is over, and the exchange never asked for something. What it asked for is written.

    unasked   the prompts' names
    """

    def __init__(self, host: str, during: str, unasked: Sequence[str]) -> None:
        self.unasked = tuple(unasked)
        super().__init__(
            code="FD336",
            problem="the exchange never asked for something that was to be answered",
            host=host,
            key=during,
            found=f"no prompt {', '.join(unasked)}",
            expected="each answer asked for; the others are written",
            next_step=_AGAIN,
        )


class GarbledError(SessionError):
    """What came is noise, or more than an answer can be. Nothing is read out of it."""

    def __init__(self, host: str, during: str, found: str) -> None:
        super().__init__(
            code="FD337",
            problem="what the exchange says cannot be read",
            host=host,
            key=during,
            found=found,
            expected="printable text and a prompt",
            next_step=f"see whether the line is sound; {_AGAIN}",
        )


class IdleTooLongError(SessionError):
    """Nothing was typed for so long that the exchange may have logged out, or be about to. Nothing more is typed."""

    def __init__(self, host: str, during: str, idle: float, limit: float) -> None:
        super().__init__(
            code="FD338",
            problem="the session with the exchange was idle for too long",
            host=host,
            key=during,
            found=f"{idle:.0f} s without a line",
            expected=f"less than {limit:g} s",
            next_step="open a new session, and read the exchange first",
        )


class PrintDisturbedError(SessionError):
    """Lines that nobody asked for fell into a print each time, and the rest was never twice the same."""

    def __init__(self, host: str, during: str, attempts: int) -> None:
        super().__init__(
            code="FD339",
            problem="other lines disturb the exchange's print",
            host=host,
            key=during,
            found=f"{attempts} attempts, no two alike",
            expected="a print without other lines in it, or the same one twice",
            next_step="wait until nobody else changes data, or print less at a time",
        )


class AnswerUnfitError(SessionError):
    """An answer cannot be typed as one line, or would be taken for something else. Nothing was typed."""

    def __init__(self, host: str, prompt: str, typed: str, why: str) -> None:
        super().__init__(
            code="FD340",
            problem="an answer cannot be typed at an exchange",
            host=host,
            key=prompt,
            found=f"{told(prompt, ascii(typed))}: {why}",
            expected="one line of Latin-1 text",
            next_step="correct the value where it is described",
        )


class TelnetNotAllowedError(SessionError):
    """The port is telnet's, and the inventory does not allow telnet. Nothing was sent."""

    def __init__(self, host: str) -> None:
        super().__init__(
            code="FD341",
            problem="the password would be sent readable",
            host=host,
            key="fellesdrift_telnet",
            found="port 23, and telnet is not allowed for this host",
            expected="SSH; or telnet, where the exchange has nothing else",
            next_step="set fellesdrift_telnet: true for exactly this host",
        )


class SessionOpenError(SessionError):
    """This process has a session to the exchange already: a second would stand in the first one's way."""

    def __init__(self, host: str) -> None:
        super().__init__(
            code="FD342",
            problem="a session to this exchange is open already",
            host=host,
            expected="one session a host",
            next_step="use the open session, or close it first",
        )
