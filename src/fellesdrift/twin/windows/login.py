"""The login of one connection: NTLM, bare or within SPNEGO, and Basic where the host allows it."""

from __future__ import annotations

import base64
import binascii

from fellesdrift.twin.windows import spnego, wire
from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.ntlm import Acceptor, NtlmError, Seal, kind_of
from fellesdrift.twin.windows.spec import WindowsSpec


class Login:
    """Who a connection is. NTLM is of the connection, not of the request."""

    def __init__(self, spec: WindowsSpec) -> None:
        self._spec = spec
        self._acceptor: Acceptor | None = None
        self._mechanisms = b""
        self._basic: str | None = None
        self._words: tuple[str, ...] = ()

    @property
    def seal(self) -> Seal | None:
        """What encrypts its messages; None before NTLM is through."""
        return self._acceptor.seal if self._acceptor is not None else None

    @property
    def user(self) -> str:
        """Who is logged in; empty for nobody."""
        return (self._acceptor.user if self._acceptor is not None else None) or self._basic or ""

    def last_words(self) -> tuple[str, ...]:
        """Headers that end the login, for the first answer after it."""
        words, self._words = self._words, ()
        return words

    def refusal(self, host: WindowsHost, header: str) -> bytes | None:
        """None when the request may be worked on; otherwise what to answer."""
        scheme, _, value = header.partition(" ")
        known = bool(self.user)
        try:
            raw = base64.b64decode(value, validate=True)
            if host.faults.has("refuse_login"):
                known = False
            elif scheme.lower() in ("negotiate", "ntlm") and raw:
                token = spnego.unwrapped(raw)
                if kind_of(token.inner) == 1:
                    return self._challenge(host, scheme, token)
                if self._acceptor is not None:
                    self._authenticate(self._acceptor, scheme, token)
                    known = True
            elif scheme.lower() == "basic" and self._spec.basic:
                user, _, password = raw.decode().partition(":")
                known = host.accounts.passwords().get(user.upper()) == password
                self._basic = user if known else None
        except (NtlmError, binascii.Error, UnicodeDecodeError, ValueError):
            self._acceptor = None
            known = False
        if known:
            return None
        offers = ["WWW-Authenticate: Negotiate"]
        if self._spec.basic:
            offers.append('WWW-Authenticate: Basic realm="WSMAN"')
        return wire.response(401, b"", wire.PLAIN, *offers)

    def _challenge(self, host: WindowsHost, scheme: str, token: spnego.Token) -> bytes:
        self._acceptor = Acceptor(self._spec.computer, host.accounts.passwords())
        self._mechanisms = token.mechanisms
        answer = self._acceptor.challenge(token.inner)
        return wire.response(
            401, b"", wire.PLAIN, _offer(scheme, spnego.challenge(answer) if token.wrapped else answer)
        )

    def _authenticate(self, acceptor: Acceptor, scheme: str, token: spnego.Token) -> None:
        """Raises NtlmError."""
        acceptor.authenticate(token.inner)
        if token.wrapped and acceptor.seal is not None:
            signature = acceptor.seal.agree(self._mechanisms, token.signature) if token.signature else b""
            self._words = (_offer(scheme, spnego.completed(signature)),)


def _offer(scheme: str, token: bytes) -> str:
    return f"WWW-Authenticate: {scheme} {base64.b64encode(token).decode()}"
