"""Local users. WMI reads them, and changes what it can; `net user` does the rest.

A password is given only when a user is made, and can be neither read nor compared. A user that is made is a member of
no group but those that claim it: Windows puts it among the users by itself, and the same command takes it out again.
"""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.state.windows.catalogue.accounts import (
    COMMENT,
    SETTLES,
    USER,
    USERS_SID,
    account_key,
    comment,
    computer,
    name_of,
    net,
    options,
    rows_of,
)
from fellesdrift.state.windows.catalogue.accounts import GROUP as GROUP_CLASS
from fellesdrift.state.windows.errors import PasswordMissingError, RefusedStateError
from fellesdrift.state.windows.forms import FLAG, quoted
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Resource, Scene, Step
from fellesdrift.state.windows.refusals import ManagementPathError

_PROPERTIES = {
    "full_name": "FullName",
    "description": "Description",
    "disabled": "Disabled",
    "password_expires": "PasswordExpires",
    "password_changeable": "PasswordChangeable",
}
# what `net user /add` says of them, and what a user has of whom nothing is said
_WORDS = {
    "full_name": lambda value: f"/fullname:{quoted(value)}",
    "description": comment,
    "disabled": lambda value: f"/active:{'no' if value else 'yes'}",
    "password_changeable": lambda value: f"/passwordchg:{'yes' if value else 'no'}",
}
_LONGEST = 20
# a quote would end the word that the password is
_UNTYPED = '"\r\n'


class UserKind(Kind):
    """Full name, description, whether disabled, whether the password expires and may be changed."""

    name = "user"
    rank = 30
    attributes: Mapping[str, Attribute] = {
        "full_name": Attribute(COMMENT, personal=True),
        "description": Attribute(COMMENT),
        "disabled": Attribute(FLAG),
        "password_expires": Attribute(FLAG),
        "password_changeable": Attribute(FLAG),
    }
    listable = True
    # what a removed user owned and was allowed is gone for good
    purgeable = False

    def key(self, key: str) -> str:
        return account_key(key)

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        rows = rows_of(host, USER, ["Name", *_PROPERTIES.values()], want)
        found: Keys = {} if want is None else {key: dict(ABSENT) for key in want}
        for key, row in rows.items():
            found[key] = {PRESENT: True} | {name: row[prop] for name, prop in _PROPERTIES.items()}
            for name in ("full_name", "description"):
                found[key][name] = found[key][name] or ""
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned: list[Step] = []
        for key, change in changes.items():
            have = scene.have[self.name][key]
            if not have[PRESENT]:
                planned += _made(scene, key, change)
                continue
            name = name_of(scene.host, USER, key)
            _keep_login(scene, key, name, change)
            if not change.get(PRESENT, True):
                title = f"Remove user {key}"
                do = net(title, f"user {quoted(name)} /delete")
                planned.append(Step(self.name, key, title, dict(have), dict(ABSENT), do, SETTLES, phase="remove"))
                continue
            settings = {name: value for name, value in change.items() if name != "description"}
            if settings:
                planned.append(_put(scene, key, name, settings, have))
            if "description" in change:
                title = f"Change description of user {key}"
                do = net(title, f"user {quoted(name)} {comment(change['description'])}")
                before = {"description": have["description"]}
                after = {"description": change["description"]}
                planned.append(Step(self.name, key, title, before, after, do, SETTLES))
        return planned


def _made(scene: Scene, key: str, want: Resource) -> list[Step]:
    where = f"{UserKind.name}/{key}"
    if len(key) > _LONGEST:
        raise RefusedStateError(scene.host.name, where, f"a name of {len(key)} characters", f"at most {_LONGEST}")
    secret = scene.passwords.get(key.lower())
    if secret is None:
        raise PasswordMissingError(scene.host.name, where, key)
    if set(secret) & set(_UNTYPED) or not _fits(secret, scene.host.page):
        raise RefusedStateError(scene.host.name, where, "a password that cannot be typed on the host", "one that can")
    users = name_of(scene.host, GROUP_CLASS, USERS_SID)
    title = f"Create user {key}"
    # /y: a password of more than 14 characters would be asked about
    command = f'user {quoted(key)} "!FD!" /add /y{options(want, _WORDS)}'
    command += f" && net localgroup {quoted(users)} {quoted(key)} /delete"
    after = {name: value for name, value in want.items() if name != "password_expires" or value}
    steps = [Step(UserKind.name, key, title, dict(ABSENT), after, net(title, command, secret), SETTLES)]
    if want.get("password_expires") is False:
        steps.append(_put(scene, key, key, {"password_expires": False}, {"password_expires": True}))
    return steps


def _fits(secret: str, page: str) -> bool:
    try:
        return bool(secret) and secret.encode(page).decode(page) == secret
    except UnicodeError:
        return False


def _put(scene: Scene, key: str, name: str, settings: Resource, have: Resource) -> Step:
    keys = {"Domain": computer(scene.host), "Name": name}

    def do(host: Host) -> None:
        host.client.put(USER, keys, {_PROPERTIES[each]: value for each, value in settings.items()})

    title = f"Change {', '.join(settings)} of user {key}"
    return Step(UserKind.name, key, title, {each: have[each] for each in settings}, settings, do)


def _keep_login(scene: Scene, key: str, name: str, change: Resource) -> None:
    """The account that this session is logged in as stays."""
    if name.lower() == scene.host.login and (change.get("disabled") or not change.get(PRESENT, True)):
        raise ManagementPathError(
            scene.host.name,
            f"{UserKind.name}/{key}",
            "the account that fellesdrift logs in as",
            "another one to be disabled or removed",
        )
