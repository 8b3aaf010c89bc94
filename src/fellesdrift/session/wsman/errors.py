"""What can go wrong with a Windows host, one type each; docs/errors/session.md explains the codes.

Nothing here is decided by a text of the host's: it may be Norwegian. Its own words are shown, and that is all.
"""

from __future__ import annotations

from fellesdrift.session.errors import AuthenticationRefusedError, SessionError, TimedOutError, UnreachableError
from fellesdrift.session.wsman import names


class HostUnreachableError(UnreachableError):
    """No TCP connection came about."""

    THING = "host"
    EXPECTED = "a Windows host that answers"


class LoginRefusedError(AuthenticationRefusedError):
    """The host does not accept the user name and password."""

    THING = "host"
    EXPECTED = "a user that the host accepts, and a member of its administrators"


class NoAnswerError(TimedOutError):
    """The host is connected but did not answer in time. Whether it did what was asked is not known."""

    THING = "host"
    EXPECTED = "an answer; whether the host did it is not known"


class NoListenerError(SessionError):
    """The machine answers, but no WS-Management does: most servers of 2003 have none until somebody enables it."""

    def __init__(self, host: str, where: str, why: str) -> None:
        super().__init__(
            code="FD320",
            problem="the host has no WS-Management: it cannot be managed as it is",
            host=host,
            found=f"{where}: {why}",
            expected="WinRM 1.1 (ports 80 and 443) or 2.0 (5985 and 5986)",
            next_step="docs/windows.md says how WinRM is installed and enabled on Windows Server 2003",
        )


class StackUnsupportedError(SessionError):
    """What answers is too old, or is not Microsoft's."""

    def __init__(self, host: str, found: str) -> None:
        super().__init__(
            code="FD321",
            problem="the host's WS-Management is one that cannot be worked with",
            host=host,
            found=found,
            expected="Microsoft's stack 1.1 or 2.0 (0.5 of 2003 R2 can neither create nor delete)",
            next_step="install WinRM 1.1, or better 2.0 (KB968930), as docs/windows.md says",
        )


class FaultError(SessionError):
    """The host answered with a fault.

    subcode            local name of the innermost SOAP subcode: AccessDenied, EncodingLimit, InvalidSelectors, ...
    code_of_host       WS-Man's or Windows' code, or None
    hresult            of the WMI provider, or None
    said               the host's own words, in its own language; never judged
    """

    def __init__(
        self, host: str, during: str, subcode: str, code_of_host: int | None, hresult: int | None, said: str
    ) -> None:
        self.told = (host, during, subcode, code_of_host, hresult, said)
        self.subcode = subcode
        self.code_of_host = code_of_host
        self.hresult = hresult
        self.said = said
        codes = [subcode]
        if code_of_host is not None:
            codes.append(f"code {code_of_host:#010x}")
        if hresult is not None:
            codes.append(f"HRESULT {hresult:#010x}")
        super().__init__(
            code="FD322",
            problem="the host refuses an operation",
            host=host,
            key=during,
            found=", ".join(code for code in codes if code),
            expected="no fault",
            next_step="look the code up; docs/windows.md lists the frequent ones",
            details=[f"the host says: {' '.join(said.split())}"] if said.strip() else [],
        )

    @property
    def timed_out(self) -> bool:
        """The host's own operation timeout, as of a Receive with nothing to say."""
        return self.code_of_host == names.TIMED_OUT or self.subcode == "TimedOut"

    @property
    def too_large(self) -> bool:
        """An answer that did not fit into the envelope."""
        return self.code_of_host in names.TOO_LARGE or self.subcode == "EncodingLimit"

    @property
    def enumeration_over(self) -> bool:
        """The context of an enumeration has expired."""
        return self.code_of_host in names.ENUMERATION_OVER or self.subcode == "InvalidEnumerationContext"

    @property
    def quota(self) -> bool:
        """The host has as many shells or operations as it allows."""
        return self.code_of_host in names.QUOTA or self.subcode == "QuotaLimit"

    @property
    def not_there(self) -> bool:
        """There is no such instance, shell or command (any more)."""
        return self.hresult == names.NOT_FOUND or self.code_of_host == names.NO_SHELL


class ShellGoneError(FaultError):
    """The shell is not there any more, as after its idle time: the command was not begun."""


class AnswerUnreadableError(SessionError):
    """What came is no answer to what was asked: no XML, another message's, tampered with, a mere HTTP status."""

    def __init__(self, host: str, during: str, found: str) -> None:
        super().__init__(
            code="FD323",
            problem="the host's answer cannot be read",
            host=host,
            key=during,
            found=found,
            expected="a SOAP envelope that answers this request",
            next_step="see what stands between (a proxy, another web server on the port); then read the host again",
        )


class PlainTextRefusedError(SessionError):
    """Basic over HTTP would send the password readable, and the inventory does not allow that. Nothing was sent."""

    def __init__(self, host: str) -> None:
        super().__init__(
            code="FD324",
            problem="the password would be sent readable",
            host=host,
            key="fellesdrift_winrm_auth",
            found="basic over http",
            expected="ntlm, which encrypts every message; or basic over https",
            next_step="set fellesdrift_winrm_auth: ntlm, or fellesdrift_winrm_plain: true for exactly this host",
        )


class ValueUnreadableError(SessionError):
    """A property came in a form that the table of its class does not have: it is not guessed."""

    def __init__(self, host: str, prop: str, found: str, expected: str) -> None:
        super().__init__(
            code="FD325",
            problem="a value of the host cannot be read",
            host=host,
            key=prop,
            found=found,
            expected=expected,
            next_step="compare with the class's definition on the host; the table is session/wsman/classes.py",
        )


class OutputTooLongError(SessionError):
    """A command printed more than is kept. It was ended."""

    def __init__(self, host: str, most: int) -> None:
        super().__init__(
            code="FD326",
            problem="a command printed more than is kept",
            host=host,
            found=f"more than {most} bytes",
            expected="less: a part of an answer is no answer",
            next_step="ask for less, or let the command write into a file",
        )
