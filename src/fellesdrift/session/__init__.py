"""Sessions: one a host, with typed errors (FD3xx, docs/errors/session.md).

    from fellesdrift.session import Target, open_session

    Target(host, address, port, username, password, enable_secret=None, platform="cisco_ios", known_hosts=None,
           legacy=False, connect_timeout=10.0, read_timeout=30.0)              # seconds; secrets are not in its repr

    with open_session(target, transcript=None) as session:      # -> CliSession, in enable mode, paging off
        session.show("show running-config")                     # -> text without echo, prompt and unsolicited lines
        session.configure(["interface Gi0/1", " no shutdown"])  # -> what the device said; `configure terminal` to `end`
        session.configure(lines, entry="configure terminal revert timer 5")
        session.execute("reload in 5", answers=[(r"Save\\?", "no"), (r"\\[confirm\\]", "")])
        session.unsolicited                                     # -> syslog and broadcast lines seen so far
        session.hostname                                        # -> as its prompt says

`transcript` is a callable (direction "sent" | "received", text); known secrets and redacted values never reach it.

Every failure is a FellesdriftError subclass of `fellesdrift.session.errors`:
    UnreachableError FD301, AuthenticationRefusedError FD302, HostKeyUnknownError FD303, HostKeyChangedError FD304,
    NoCommonAlgorithmError FD305, EnableRefusedError FD306, SessionLostError FD307, TimedOutError FD308,
    CommandRefusedError FD309 (.command, .device_said), UnexpectedPromptError FD310, OutputDisturbedError FD311,
    PlatformUnsupportedError FD312
After SessionLostError, TimedOutError and UnexpectedPromptError the session is closed: what would come next is unknown.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fellesdrift.session.target import Target

if TYPE_CHECKING:
    from fellesdrift.session.cli import CliSession, open_session

__all__ = ["CliSession", "Target", "open_session"]


def __getattr__(name: str) -> Any:
    """netmiko and paramiko take a third of a second to import; who only reads (`reading`) needs neither."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.cli"), name)
