"""What local users and groups have in common: Win32_UserAccount and Win32_Group, always of the host itself, and `net`.

Without LocalAccount=TRUE a query of either walks the whole domain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fellesdrift.session.wsman import literal
from fellesdrift.session.wsman.errors import FaultError
from fellesdrift.state.windows.errors import RefusedError, RefusedStateError
from fellesdrift.state.windows.forms import quoted, text
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import PRESENT, Scene

USER, GROUP, SYSTEM = "Win32_UserAccount", "Win32_Group", "Win32_SystemAccount"
LOCAL = "LocalAccount=TRUE"
USERS_SID = "S-1-5-32-545"
ADMINISTRATORS_SID = "S-1-5-32-544"
# what accounts may not have in their names
FORBIDDEN = '"/\\[]:;|=,+*?<>@'
COMMENT = text(256, cmd=True)
_SID = re.compile(r"S-1-\d{1,15}(?:-\d{1,10}){1,15}", re.IGNORECASE)
# a command's own exit code says whether it did it, and reading again whether that is so
SETTLES = 5.0


def is_sid(name: str) -> bool:
    """Whether a key is a security identifier, which is the same in every language of Windows."""
    return _SID.fullmatch(name) is not None


def account_key(key: str) -> str:
    """A local account's name, or its SID. Raises ValueError."""
    if not key or len(key) > 256 or set(key) & set(f"{FORBIDDEN}%!^") or key != key.strip(" ."):
        raise ValueError(f"an account's name without any of {FORBIDDEN}%!^, or a SID")
    if not key.isprintable():
        raise ValueError("an account's name, or a SID")
    return key


def rows_of(host: Host, cls: str, properties: list[str], keys: Iterable[str] | None) -> dict[str, dict[str, Any]]:
    """The accounts of the host with these names or SIDs, by key; all of them by name where keys is None."""
    wanted = None if keys is None else list(keys)
    where = LOCAL
    if wanted is not None:
        if not wanted:
            return {}
        names = [f"{'SID' if is_sid(key) else 'Name'}={literal(key)}" for key in wanted]
        where = f"{LOCAL} AND ({' OR '.join(names)})"
    rows = [dict(row) for row in host.client.query(cls, [*properties, "SID"], where)]
    if wanted is None:
        return {str(row["Name"]): row for row in rows}
    found = {}
    for key in wanted:
        for row in rows:
            if str(row["SID" if is_sid(key) else "Name"]).lower() == key.lower():
                found[key] = row
    return found


def name_of(host: Host, cls: str, key: str) -> str:
    """The name of an account that is there. Raises RefusedStateError for a SID that nobody has."""
    if not is_sid(key):
        return key
    rows = rows_of(host, cls, ["Domain", "Name"], [key])
    if key not in rows:
        raise RefusedStateError(host.name, key, "no account with this SID", "a name, to make one")
    return str(rows[key]["Name"])


def sid_of(host: Host, account: str) -> str | None:
    """The SID of NAME, DOMAIN\\NAME or a SID, None for nobody. By its key alone: a query would walk the domain."""
    if is_sid(account):
        return account.upper()
    domain, _, name = account.rpartition("\\")
    for cls in (USER, GROUP, SYSTEM):
        try:
            row = host.client.get(cls, {"Domain": domain or computer(host), "Name": name}, ["SID"])
        except FaultError as fault:
            if not fault.not_there:
                raise
        else:
            return str(row["SID"])
    return None


def refuse_unknown(scene: Scene, where: str, accounts: Iterable[str]) -> None:
    """Raises RefusedStateError (FD422) for an account that is neither there nor desired."""
    made = {
        key.lower() for kind in ("user", "group") for key, claim in scene.want.get(kind, {}).items() if claim[PRESENT]
    }
    for each in accounts:
        if each.lower() not in made and sid_of(scene.host, each) is None:
            expected = "an account of the host, DOMAIN\\name, or a SID"
            raise RefusedStateError(scene.host.name, where, f"nobody is called {each}", expected)


def computer(host: Host) -> str:
    """The name that the host has as a domain of its own accounts."""
    return str(host.system().get("CSName") or "")


def net(title: str, arguments: str, secret: str | None = None) -> Callable[[Host], None]:
    """What carries out a `net` command, judged by its exit code.

    secret   a password, which the command names as !FD!: the shell reads it from stdin, so that no line that is sent
             or kept has it. Only the process `net` itself does, for as long as it runs
    """
    command = f"net {arguments}"

    def do(host: Host) -> None:
        if secret is None:
            result = host.run(command)
        else:
            # backslashes before the closing quote would escape it
            slashes = len(secret) - len(secret.rstrip("\\"))
            result = host.run(f'cmd /v:on /c "set /p FD=& {command}"', secret=secret + "\\" * slashes)
        if result.code != 0:
            raise RefusedError(host.name, title, f"net: exit code {result.code}")

    return do


def options(values: Mapping[str, Any], words: Mapping[str, Callable[[Any], str]]) -> str:
    """The options of `net` for some attributes, each with a blank in front."""
    return "".join(f" {words[name](values[name])}" for name in words if name in values)


def comment(value: str) -> str:
    """The option of `net` for a description."""
    return f"/comment:{quoted(value)}"
