"""Where and how to log in to one exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fellesdrift.session.overlay.errors import TelnetNotAllowedError
from fellesdrift.session.target import Target

_TELNET, _SSH = 23, 22


@dataclass(frozen=True)
class OverlayTarget:
    """One exchange's login. Times are in seconds.

    host                  inventory name, for messages
    username, password    of the exchange itself (LOGI); of SSH too, where `ssh_login` has no others
    ssh_login             (user, password) of SSH
    telnet                log in over telnet, which sends the password readable (inventory: fellesdrift_telnet)
    known_hosts, legacy   of SSH, as for every device
    connect_timeout       for TCP, and again for SSH's key exchange
    timeout               for each line that is typed, until the next prompt: nothing takes longer
    quiet                 a prompt that nobody expects counts once nothing has followed it for so long
    farewell              for leaving the overlay, and again for logging out
    busy_for              how long an overlay that somebody else is in is tried again
    busy_first, busy_most the first pause between two attempts, and the longest; each is twice the one before
    idle                  how long nothing may be typed; the exchange ends a session by itself some time later
    until                 when the session has to be over (time.monotonic); no answer is waited for any longer
    form                  how terminal numbers are typed: "small" (`c u`), "large" (`l s c u`); None: nobody has said
    transcript            told every line, ("sent" | "received", text), without passwords
    """

    host: str
    address: str
    port: int
    username: str
    password: str = field(repr=False)
    ssh_login: tuple[str, str] | None = field(default=None, repr=False)
    telnet: bool = False
    known_hosts: Path | None = None
    legacy: bool = False
    connect_timeout: float = 10.0
    timeout: float = 30.0
    quiet: float = 1.0
    farewell: float = 5.0
    busy_for: float = 300.0
    busy_first: float = 1.0
    busy_most: float = 30.0
    idle: float = 600.0
    form: str | None = None
    until: float | None = None
    transcript: Callable[[str, str], None] | None = field(default=None, repr=False, compare=False)

    @property
    def where(self) -> str:
        """For messages."""
        return f"{self.address} port {self.port}"

    def secrets(self) -> tuple[str, ...]:
        """The texts that must not be seen anywhere, the longest first."""
        found = {self.password, self.ssh_login[1] if self.ssh_login else ""} - {""}
        return tuple(sorted(found, key=len, reverse=True))

    def ssh(self) -> Target:
        """The login of SSH."""
        username, password = self.ssh_login or (self.username, self.password)
        return Target(
            host=self.host,
            address=self.address,
            port=self.port,
            username=username,
            password=password,
            platform="terminal_server",
            known_hosts=self.known_hosts,
            legacy=self.legacy,
            connect_timeout=self.connect_timeout,
            read_timeout=self.timeout,
        )


def target_of(host: str, variables: Mapping[str, Any]) -> OverlayTarget:
    """The login of one exchange, from its inventory variables (resolved).

    ansible_host, ansible_port (22, or 23 with telnet), ansible_user, ansible_password
    fellesdrift_telnet        true: over telnet; SSH otherwise
    fellesdrift_exchange_form small or large
    fellesdrift_known_hosts, fellesdrift_ssh_legacy
    Raises TelnetNotAllowedError (FD341) for telnet's port without it.
    """
    telnet = variables.get("fellesdrift_telnet") is True
    port = int(variables.get("ansible_port") or (_TELNET if telnet else _SSH))
    if port == _TELNET and not telnet:
        raise TelnetNotAllowedError(host)
    known_hosts = variables.get("fellesdrift_known_hosts")
    return OverlayTarget(
        host=host,
        address=str(variables.get("ansible_host") or host),
        port=port,
        username=str(variables.get("ansible_user") or ""),
        password=str(variables.get("ansible_password") or ""),
        telnet=telnet,
        known_hosts=Path(str(known_hosts)) if known_hosts else None,
        legacy=variables.get("fellesdrift_ssh_legacy") is True,
        form=variables.get("fellesdrift_exchange_form") or None,
    )
