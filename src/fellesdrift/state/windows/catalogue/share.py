"""Shares of folders: Win32_Share, and the permissions of the share (not those of the folder).

SetShareInfo replaces everything that it is not told, so it is told everything; another path is another share. The masks
are those that Windows' own dialogue gives for Read, Change and Full Control.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from fellesdrift.state.typed.claims import Whole
from fellesdrift.state.windows.catalogue.accounts import refuse_unknown
from fellesdrift.state.windows.catalogue.folder import will_be
from fellesdrift.state.windows.catalogue.permissions import (
    EVERYBODY,
    descriptor,
    permissions_form,
    read_permissions,
    same_permissions,
)
from fellesdrift.state.windows.claims import SAME_TEXT
from fellesdrift.state.windows.errors import RefusedError, RefusedStateError, UnreadableStateError
from fellesdrift.state.windows.forms import DESCRIPTION, Form, number
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Phase, Resource, Scene, Step

_CLASS = "Win32_Share"
_PROPERTIES = ["Name", "Path", "Description", "Type", "AllowMaximum", "MaximumAllowed"]
_DISK = 0
# SHI_USES_UNLIMITED, lmshare.h
_UNLIMITED = 0xFFFFFFFF
_NAME = re.compile(r"[^\"/\\\[\]:|<>+=;,?*\x00-\x1f]{1,80}")
_SHARED = re.compile(r"[A-Za-z]:(?:\\|(?:\\[^\\/:*?\"<>|]+)+)")


def _path(value: Any) -> str:
    if not isinstance(value, str) or _SHARED.fullmatch(value) is None:
        raise ValueError
    return value


class ShareKind(Kind):
    """Folder, description, how many may use it at once, and who may."""

    name = "share"
    rank = 70
    attributes: Mapping[str, Attribute] = {
        "path": Attribute(Form(r"a folder such as D:\Data\Felles", _path), SAME_TEXT),
        "description": Attribute(DESCRIPTION),
        "max_users": Attribute(number(1, 0xFFFFFFFE, null=True)),
        "permissions": Attribute(permissions_form(), Whole(same_permissions)),
    }
    listable = True

    def key(self, key: str) -> str:
        if _NAME.fullmatch(key) is None or key != key.strip():
            raise ValueError("a share's name of up to 80 characters, without any of \" / \\ [ ] : | < > + = ; , ? *")
        return key

    def ours(self, _key: str, resource: Resource) -> bool:
        """C$, ADMIN$ and IPC$ are Windows' own; so is what shares no folder."""
        return resource.get("path") is not None

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        found: Keys = {} if want is None else {key: dict(ABSENT) for key in want}
        spelled = {key.lower(): key for key in found}
        for row in host.query_named(_CLASS, _PROPERTIES, "Name", want):
            name = str(row["Name"])
            key = name if want is None else spelled.get(name.lower())
            if key is None or (want is None and row["Type"] != _DISK):
                continue
            if row["Type"] != _DISK:
                kind = f"a share of type {row['Type']}"
                raise UnreadableStateError(host.name, f"share/{key}", kind, "a shared folder")
            found[key] = {
                PRESENT: True,
                "path": row["Path"],
                "description": row["Description"] or "",
                "max_users": None
                if row["AllowMaximum"] or row["MaximumAllowed"] == _UNLIMITED
                else row["MaximumAllowed"],
            }
            claim: Resource = {PRESENT: False} if want is None else want[key]
            if "permissions" in claim or not claim.get(PRESENT, True):
                spelling = [each["account"] for each in claim.get("permissions", [])]
                found[key]["permissions"] = read_permissions(host, name, spelling)
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned: list[Step] = []
        for key, change in changes.items():
            have = scene.have[self.name][key]
            if not change.get(PRESENT, True):
                planned.append(_remove(key, have, "remove"))
                continue
            if have[PRESENT]:
                have = {"permissions": read_permissions(scene.host, key, []), **have}
            want = {**have, **scene.want[self.name][key]}
            accounts = [each["account"] for each in want.get("permissions", [])]
            refuse_unknown(scene, f"share/{key}/permissions", accounts)
            if not have[PRESENT]:
                planned.append(_create(scene, key, want))
            elif "path" in change:
                # a share cannot be moved
                planned += [_remove(key, have, "make"), _create(scene, key, want)]
            else:
                title = f"Change {', '.join(change)} of share {key}"
                before = {name: have[name] for name in change}
                do = _act(title, "SetShareInfo", want, {"Name": key})
                planned.append(Step(self.name, key, title, before, dict(change), do))
        return planned


def _create(scene: Scene, key: str, want: Resource) -> Step:
    where = f"share/{key}"
    if "path" not in want:
        raise RefusedStateError(scene.host.name, where, "no such share, and no `path` to make it of", "`path`")
    if not will_be(scene, want["path"]):
        found = f"no folder {want['path']}"
        raise RefusedStateError(scene.host.name, where, found, "its folder, there or desired too (kind folder)")
    title = f"Create share {key}"
    do = _act(title, "Create", {**want, "name": key}, None)
    return Step(ShareKind.name, key, title, dict(ABSENT), {PRESENT: True, **want}, do)


def _remove(key: str, have: Resource, phase: Phase) -> Step:
    title = f"Remove share {key}"

    def do(host: Host) -> None:
        _judge(host, title, "Delete", host.client.invoke(_CLASS, "Delete", {}, {"Name": key}))

    return Step(ShareKind.name, key, title, dict(have), dict(ABSENT), do, phase=phase)


def _act(title: str, method: str, want: Resource, keys: Mapping[str, str] | None) -> Callable[[Host], None]:
    def do(host: Host) -> None:
        arguments: dict[str, Any] = {}
        if keys is None:
            arguments |= {"Name": want["name"], "Path": want["path"], "Type": _DISK}
        most = want.get("max_users")
        arguments["MaximumAllowed"] = _UNLIMITED if most is None else most
        arguments["Description"] = want.get("description", "")
        # accounts that an earlier step made are known only now
        arguments["Access"] = descriptor(host, want.get("permissions", [EVERYBODY]))
        _judge(host, title, method, host.client.invoke(_CLASS, method, arguments, keys))

    return do


def _judge(host: Host, title: str, method: str, answer: Mapping[str, Any]) -> None:
    if answer["ReturnValue"] != 0:
        raise RefusedError(host.name, title, f"{_CLASS}.{method} returned {answer['ReturnValue']}")
