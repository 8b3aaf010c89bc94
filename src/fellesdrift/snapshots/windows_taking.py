"""One Windows host read in one session: its snapshot, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import windows_snapshots as form
from fellesdrift.estate.typed_snapshots import SnapshotFormError
from fellesdrift.session.errors import SessionLostError, TimedOutError, UnreachableError
from fellesdrift.session.redaction import scrub
from fellesdrift.session.wsman.errors import NoListenerError, StackUnsupportedError
from fellesdrift.snapshots.taking import Taken, failed, now
from fellesdrift.snapshots.windows_reading import Scope, built_in, lasting, read_state, without_people
from fellesdrift.state.windows import Host, open_host

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fellesdrift.session.wsman import WindowsTarget

_SYSTEM = {"caption": "Caption", "version": "Version", "service_pack": "CSDVersion", "language": "OSLanguage"}


def take_windows(target: WindowsTarget, scope: Scope) -> Taken:
    """Read a host. Raises nothing that a host can cause."""
    in_session = False
    try:
        with open_host(target) as host:
            in_session = True
            return Taken("read", config=_text(host, scope), taken=now())
    except NoListenerError as error:
        return failed("unsupported", error)
    except StackUnsupportedError as error:
        return failed("unsupported", error)
    except FellesdriftError as error:
        if in_session:
            return failed("unreadable", error)
        silent = isinstance(error, UnreachableError | TimedOutError | SessionLostError)
        return failed("unreachable" if silent else "refused", error)


def _text(host: Host, scope: Scope) -> str:
    computer, system = system_of(host)
    kinds, unread = read_state(host, scope)
    known = {*scope.accounts, *built_in(host), host.login}
    snapshot = form.WindowsSnapshot(computer, system, without_people(lasting(kinds), known), unread)
    text = scrub(form.text_of(snapshot), (host.client.target.password,))
    try:
        problem = "" if _skeleton(form.read(text)) == _skeleton(snapshot) else "another name, or other keys"
    except SnapshotFormError as error:
        problem = str(error)
    if problem:
        raise FellesdriftError(
            "FD902",
            "a password of this session is also a name or a word in the device's configuration",
            host=host.name,
            found=f"without it, the text would say something else than the device does: {problem}",
            expected="a password that stands nowhere else",
            next_step="change the password on the device",
        )
    return text


def _skeleton(snapshot: form.WindowsSnapshot) -> tuple[str, list[tuple[str, str]]]:
    return snapshot.computer, sorted((kind, key) for kind, keys in snapshot.kinds.items() for key in keys)


def system_of(host: Host) -> tuple[str, Mapping[str, object]]:
    """(NetBIOS name, what the host says of itself)."""
    row = host.system()
    return str(row.get("CSName") or ""), {name: row.get(prop) for name, prop in _SYSTEM.items()}
