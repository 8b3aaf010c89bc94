"""Where and how to log in to one device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fellesdrift.session.errors import PlatformUnsupportedError

PLATFORMS = ("cisco_ios",)
"""Kinds of devices whose command line is known here."""
WINDOWS = "windows_2003"
"""The hosts that `session.wsman` works with."""
EXCHANGES = ("succession", "meridian")
"""The hosts that `session.overlay` works with."""


@dataclass(frozen=True)
class Target:
    """One device's login.

    host              inventory name, for messages
    address, port     where its SSH server listens
    known_hosts       OpenSSH known_hosts file; None means the user's own
    legacy            may use the key exchanges, ciphers and host keys of 2005 (inventory: fellesdrift_ssh_legacy)
    connect_timeout   seconds for TCP, and again for the key exchange
    read_timeout      seconds for the login, and for each answer
    transcript        told what every session to the device sends and receives, unless `open_session` is given another
    """

    host: str
    address: str
    port: int
    username: str
    password: str = field(repr=False)
    enable_secret: str | None = field(default=None, repr=False)
    platform: str = "cisco_ios"
    known_hosts: Path | None = None
    legacy: bool = False
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    transcript: Callable[[str, str], None] | None = field(default=None, repr=False, compare=False)

    def secrets(self) -> tuple[str, ...]:
        """The texts that must not be seen anywhere."""
        return tuple(secret for secret in (self.password, self.enable_secret) if secret)

    @property
    def where(self) -> str:
        """As it stands in a file of known hosts."""
        return self.address if self.port == 22 else f"[{self.address}]:{self.port}"

    @property
    def known_hosts_file(self) -> Path:
        """The file that has the device's key."""
        return self.known_hosts or Path("~/.ssh/known_hosts")


def refuse_platform(target: Target) -> None:
    """PlatformUnsupportedError for a device that has no command line known here."""
    if target.platform not in PLATFORMS:
        raise PlatformUnsupportedError(target.host, target.platform, ", ".join(PLATFORMS))
