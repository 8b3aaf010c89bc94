"""One connection to one host: a message out, a message in, and every failure in our types."""

from __future__ import annotations

from xml.sax.saxutils import escape

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError
from winrm.exceptions import InvalidCredentialsError, WinRMTransportError

from fellesdrift.session.errors import SessionError, SessionLostError
from fellesdrift.session.redaction import scrub
from fellesdrift.session.wsman import errors
from fellesdrift.session.wsman.target import WindowsTarget
from fellesdrift.session.wsman.transport import DeadlineTransport, UnfitAnswerError


class Connection:
    """Lives as long as its host: after any failure the next message is sent over a new login."""

    def __init__(self, target: WindowsTarget) -> None:
        target.check()
        self.target = target
        self.requests = 0
        self._secrets = [target.password, escape(target.password)]
        self._transport: DeadlineTransport | None = None

    def close(self) -> None:
        """Close the connection; the next message opens another."""
        if self._transport is not None:
            self._transport.close_session()
            self._transport = None

    def hide(self, *secrets: str) -> None:
        """Further secrets that no transcript may show."""
        self._secrets += [form for secret in secrets for form in (secret, escape(secret))]

    def exchange(self, message: bytes, during: str) -> tuple[bytes, bool]:
        """(what came back, True when the host calls it a fault).

        Raises HostUnreachableError, NoListenerError, LoginRefusedError, SessionLostError, NoAnswerError and
        AnswerUnreadableError.
        """
        settled = self._transport is not None
        transport = self._transport or DeadlineTransport(self.target)
        self._transport = transport
        self._tell("sent", message)
        self.requests += 1
        try:
            with transport.within(self.target.timeout):
                answer, fault = transport.send_message(message), False
        except WinRMTransportError as error:
            if error.code == 500 and error.response_text:
                answer, fault = error.response_text.encode(), True
            else:
                self.close()
                raise self._status(error.code, during, settled) from error
        except Exception as error:
            # these libraries raise what their own parsers do (KeyError, struct.error, ...) on an answer that is noise
            self.close()
            raise self._translated(error, transport, during, settled) from error
        self._tell("received", answer)
        return answer, fault

    def _status(self, status: int, during: str, settled: bool) -> SessionError:
        """An HTTP status that is no fault of WS-Man."""
        if status == 404 and not settled:
            return errors.NoListenerError(self.target.host, self._where, "a web server, without WS-Management")
        if status == 400 and settled:
            # what a host says to a message that was encrypted for a connection that is gone
            return SessionLostError(self.target.host, during)
        return errors.AnswerUnreadableError(self.target.host, during, f"HTTP status {status}")

    def _translated(self, error: Exception, transport: DeadlineTransport, during: str, settled: bool) -> SessionError:
        host, target = self.target.host, self.target
        if transport.overdue or isinstance(error, requests.ReadTimeout):
            return errors.NoAnswerError(host, during, target.timeout)
        if isinstance(error, (InvalidCredentialsError, PermissionError)):
            # asked again in the middle: the connection under the login is another one
            if settled:
                return SessionLostError(host, during)
            return errors.LoginRefusedError(host, target.username, target.auth)
        if isinstance(error, requests.exceptions.SSLError):
            return errors.AnswerUnreadableError(host, during, "no TLS connection that can be trusted")
        if isinstance(error, (requests.RequestException, ConnectionError)):
            return self._broken(error, during)
        unfit = isinstance(error, UnfitAnswerError)
        return errors.AnswerUnreadableError(host, during, str(error) if unfit else f"noise ({type(error).__name__})")

    def _broken(self, error: Exception, during: str) -> SessionError:
        """No connection, or not any more."""
        causes = _causes(error)
        if isinstance(error, requests.ConnectTimeout):
            why = f"no answer within {self.target.connect_timeout:g} s"
            return errors.HostUnreachableError(self.target.host, self._where, why)
        if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
            return errors.NoListenerError(self.target.host, self._where, "connection refused")
        if any(isinstance(cause, (NewConnectionError, NameResolutionError)) for cause in causes):
            said = next((cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror), None)
            return errors.HostUnreachableError(self.target.host, self._where, (said or "no connection").lower())
        return SessionLostError(self.target.host, during)

    @property
    def _where(self) -> str:
        return f"{self.target.address} port {self.target.port}"

    def _tell(self, direction: str, message: bytes) -> None:
        if self.target.transcript is not None:
            self.target.transcript(direction, scrub(message.decode(errors="replace"), self._secrets))


def _causes(error: BaseException) -> list[BaseException]:
    """An exception and all that led to it, also what requests and urllib3 keep among their arguments."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and each not in found:
            found.append(each)
            waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return found
