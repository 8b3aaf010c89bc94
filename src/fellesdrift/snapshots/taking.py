"""One device read in one session: its configuration without secrets, or why there is none."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from fellesdrift import session as sessions
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import exchange_snapshots, snapshots, typed_snapshots, windows_snapshots
from fellesdrift.session.errors import (
    CommandRefusedError,
    SessionLostError,
    TimedOutError,
    UnreachableError,
)
from fellesdrift.session.redaction import scrub
from fellesdrift.session.target import PLATFORMS
from fellesdrift.state.network import read_resources
from fellesdrift.state.network.device import Device

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fellesdrift.session import CliSession, Target

State = Literal["read", "unreachable", "refused", "unreadable", "unsupported", "not_run"]
STATES: tuple[State, ...] = ("read", "unreachable", "refused", "unreadable", "unsupported", "not_run")

_NO_COMMON_ALGORITHM = "FD305"
_VERSION = re.compile(r"^Cisco IOS Software, .*?, Version ([^ ,]+)", re.MULTILINE)
_OLDER_VERSION = re.compile(r"^IOS \(tm\) .*?, Version ([^ ,]+)", re.MULTILINE)
_MODEL = re.compile(r"^[Cc]isco (\S+) .*with \S+ bytes of memory", re.MULTILINE)


@dataclass(frozen=True)
class Taken:
    """What became of one host.

    state          "read", or why it is not: no session came about (unreachable), the device or this side refused it
                   (refused), what it said is no whole configuration of it (unreadable), this version has no reader for
                   its platform (unsupported), it was not asked (not_run)
    code, why      of the error; empty when it was read
    config         the redacted text as it is written, with a newline at its end
    taken          UTC, "2026-11-22T15:40:00Z"
    model, software, legacy   as it said itself, when it was asked for (`facts`)
    """

    state: State
    code: str = ""
    why: str = ""
    config: str = ""
    taken: str = ""
    model: str = ""
    software: str = ""
    legacy: bool = False


def now() -> str:
    """The present in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def failed(state: State, error: FellesdriftError) -> Taken:
    """A host that was not read, and the one line that says why."""
    found = f": {error.found}" if error.found else ""
    return Taken(state, error.code, " ".join(f"{error.problem}{found}".split()))


def take(target: Target, *, facts: bool = False) -> Taken:
    """Read a device. Raises nothing that a device can cause.

    facts   for a device that nothing is known of yet: ask for its model and software, and allow the algorithms of
            2005 when it has no others
    """
    if target.platform not in PLATFORMS:
        return Taken("unsupported", "", f"platform {target.platform or 'not given'}: this version has no reader for it")
    taken = _once(target, facts)
    if facts and not target.legacy and taken.code == _NO_COMMON_ALGORITHM:
        return _once(replace(target, legacy=True), facts)
    return taken


def _once(target: Target, facts: bool) -> Taken:
    with ExitStack() as stack:
        try:
            session = stack.enter_context(sessions.open_session(target))
        except FellesdriftError as error:
            silent = isinstance(error, UnreachableError | TimedOutError | SessionLostError)
            return failed("unreachable" if silent else "refused", error)
        try:
            return _read(session, target, facts)
        except FellesdriftError as error:
            return failed("refused" if isinstance(error, CommandRefusedError) else "unreadable", error)


def _read(session: CliSession, target: Target, facts: bool) -> Taken:
    running = Device(session).read_running()
    config = redacted(target.host, running, target.secrets())
    version = session.show("show version") if facts else ""
    model, software = _MODEL.search(version), _VERSION.search(version) or _OLDER_VERSION.search(version)
    return Taken(
        "read",
        config=config,
        taken=now(),
        model=f"Cisco {model[1]}" if model else "",
        software=software[1] if software else "",
        legacy=target.legacy,
    )


def redacted(host: str, running: str, secrets: Sequence[str]) -> str:
    """A running configuration without secrets: those that it holds, and those with which the session was opened,
    wherever they stand (a description, a banner). `running` is whole.

    Raises FellesdriftError FD902 when a password of the session is a word that the configuration is made of, FD903
    when the text still has something in a place of secrets.
    """
    text = scrub(running, secrets).rstrip("\n") + "\n"
    if _skeleton(text) != _skeleton(running):
        raise FellesdriftError(
            "FD902",
            "a password of this session is also a name or a word in the device's configuration",
            host=host,
            found="without it, the text would say something else than the device does",
            expected="a password that stands nowhere else",
            next_step="change the password on the device",
        )
    lines = snapshots.read(text).secret_lines
    if lines:
        raise FellesdriftError(
            "FD903",
            "the configuration has a secret of a form that is not known how to take out",
            host=host,
            found=f"a value in line {', '.join(map(str, lines))} of {len(text.splitlines())}",
            expected=f"{snapshots.REDACTED} in its place",
            next_step="report the line's form, without the secret; the device was read and nothing was written",
        )
    return text


def _skeleton(text: str) -> tuple[str | None, bool, list[tuple[str, str]]]:
    """The names by which everything else finds its way."""
    found = snapshots.read(text)
    try:
        resources = read_resources(text)
    except FellesdriftError:
        return None, False, []
    return found.hostname, found.complete, [(kind, key) for kind, keys in resources.items() for key in keys]


def hostname_of(config: str) -> str | None:
    """As its running configuration says; of a Windows host in small letters; of an exchange as it was asked for."""
    if exchange_snapshots.is_exchange(config):
        return exchange_snapshots.read(config).exchange
    if typed_snapshots.is_typed(config):
        return windows_snapshots.read(config).computer.lower()
    return snapshots.read(config).hostname


def of_another(host: str, taken: Taken) -> Taken:
    """The answer as it is, or unreadable when the device that answered is not `host`."""
    if taken.state != "read":
        return taken
    said, typed = hostname_of(taken.config), typed_snapshots.is_typed(taken.config)
    windows = typed and not exchange_snapshots.is_exchange(taken.config)
    if said == (windows_snapshots.computer_of(host).lower() if windows else host):
        return taken
    error = FellesdriftError(
        "FD904",
        "the device that answered has another name",
        host=host,
        found=f"hostname {said}",
        expected=f"hostname {host}",
        next_step="see where ansible_host and ansible_port lead; rename one of the two when it is the right device",
    )
    return failed("unreadable", error)
