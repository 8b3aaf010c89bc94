"""Where and how to log in to one Windows host."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fellesdrift.session.wsman.errors import PlainTextRefusedError

# WinRM 1.1 listens on 80 and 443, 2.0 on 5985 and 5986
TLS_PORTS = frozenset({443, 5986})
_DEFAULT_PORT = 5985
_LEAST = 0.05


@dataclass(frozen=True)
class WindowsTarget:
    """One host's login.

    host           inventory name, for messages
    scheme         None: https on the ports 443 and 5986, else http
    auth           ntlm (every message encrypted over http) or basic
    plain          basic may be used over http (inventory: fellesdrift_winrm_plain)
    code_page      of the host's command shell; 850 is the OEM page of a Norwegian Windows
    timeout        seconds for each exchange of messages, login included: nothing takes longer
    max_envelope   bytes of one message, WinRM's MaxEnvelopeSizekb; 150 kB is the default of 1.1 and 2.0
    verify         check the certificate of https: True, False, or a file of authorities
    until          a moment of time.monotonic() after which nothing is waited for any more, whatever `timeout` says
    transcript     told every message, ("sent" | "received", text), without the known secrets
    """

    host: str
    address: str
    port: int
    username: str
    password: str = field(repr=False)
    scheme: Literal["http", "https"] | None = None
    auth: Literal["ntlm", "basic"] = "ntlm"
    plain: bool = False
    path: str = "/wsman"
    code_page: int = 850
    connect_timeout: float = 10.0
    timeout: float = 30.0
    max_envelope: int = 153600
    verify: bool | str = True
    until: float | None = field(default=None, compare=False)
    transcript: Callable[[str, str], None] | None = field(default=None, repr=False, compare=False)

    def left(self) -> float:
        """Seconds that the next exchange of messages may take."""
        return self.timeout if self.until is None else min(self.timeout, max(self.until - time.monotonic(), _LEAST))

    @property
    def secure(self) -> bool:
        """True over https."""
        return self.scheme == "https" if self.scheme is not None else self.port in TLS_PORTS

    @property
    def endpoint(self) -> str:
        """The URL of the service."""
        return f"{'https' if self.secure else 'http'}://{self.address}:{self.port}{self.path}"

    def check(self) -> None:
        """Raises PlainTextRefusedError (FD324) when the password would go over the wire readable."""
        if self.auth == "basic" and not self.secure and not self.plain:
            raise PlainTextRefusedError(self.host)


def target_of(host: str, variables: Mapping[str, Any]) -> WindowsTarget:
    """The login of one host, from its inventory variables (resolved).

    ansible_host, ansible_port (5985), ansible_user, ansible_password
    fellesdrift_winrm_auth        ntlm (default) or basic
    fellesdrift_winrm_plain       true: basic may go over http
    fellesdrift_winrm_code_page   of the command shell (850)
    """
    return WindowsTarget(
        host=host,
        address=str(variables.get("ansible_host") or host),
        port=int(variables.get("ansible_port") or _DEFAULT_PORT),
        username=str(variables.get("ansible_user") or ""),
        password=str(variables.get("ansible_password") or ""),
        auth="basic" if variables.get("fellesdrift_winrm_auth") == "basic" else "ntlm",
        plain=variables.get("fellesdrift_winrm_plain") is True,
        code_page=int(variables.get("fellesdrift_winrm_code_page") or 850),
    )
