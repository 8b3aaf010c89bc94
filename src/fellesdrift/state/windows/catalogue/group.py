"""Local groups and their members. Members are read of the wanted groups alone: the association of all walks the domain.

A group may be named by its SID, which is the same in every language: S-1-5-32-544 are the administrators.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from fellesdrift.session.wsman import Reference, literal
from fellesdrift.state.windows.catalogue.accounts import (
    ADMINISTRATORS_SID,
    COMMENT,
    FORBIDDEN,
    GROUP,
    SETTLES,
    account_key,
    comment,
    computer,
    is_sid,
    net,
    options,
    refuse_unknown,
    rows_of,
)
from fellesdrift.state.windows.claims import MEMBERS, SAME_TEXT
from fellesdrift.state.windows.errors import RefusedStateError
from fellesdrift.state.windows.forms import FLAG, Form, many, quoted, text
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Resource, Scene, Step
from fellesdrift.state.windows.refusals import ManagementPathError

_MEMBER = text(256, empty=False, without=FORBIDDEN.replace("\\", ""), cmd=True)
# so many paths of groups stay well below what a query may hold
_AT_ONCE = 20
_WORDS = {"description": comment}


def _one_by_one(value: Any) -> dict[str, bool]:
    if not isinstance(value, dict):
        raise TypeError
    return {_MEMBER.take(name): FLAG.take(there) for name, there in value.items()}


class GroupKind(Kind):
    """Description, and members: all of them (`members`), or some that must or must not be in it (`member`)."""

    name = "group"
    rank = 40
    attributes: Mapping[str, Attribute] = {
        "description": Attribute(COMMENT),
        "members": Attribute(many(_MEMBER, same=str.lower), SAME_TEXT),
        "member": Attribute(Form("a mapping from a member's name to true or false", _one_by_one), MEMBERS),
    }
    listable = True
    # what a removed group was allowed is gone for good
    purgeable = False

    def key(self, key: str) -> str:
        return account_key(key)

    def check(self, _key: str, resource: Resource) -> Resource:
        if "members" in resource and "member" in resource:
            raise ValueError("either all members (`members`) or single ones (`member`)")
        return resource

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        rows = rows_of(host, GROUP, ["Domain", "Name", "Description"], want)
        found: Keys = {} if want is None else {key: dict(ABSENT) for key in want}
        claims = {} if want is None else want
        peopled = {
            key: row
            for key, row in rows.items()
            if want is None or {"members", "member"} & claims[key].keys() or not claims[key].get(PRESENT, True)
        }
        members = _members(host, peopled)
        for key, row in rows.items():
            found[key] = {PRESENT: True, "description": row["Description"] or ""}
            if key in members:
                found[key]["members"] = members[key]
                low = {each.lower() for each in members[key]}
                asked = claims.get(key, {}).get("member")
                if asked is not None:
                    found[key]["member"] = {each: each.lower() in low for each in asked}
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned: list[Step] = []
        for key, change in changes.items():
            have = scene.have[self.name][key]
            removing = not change.get(PRESENT, True)
            if have[PRESENT]:
                row = rows_of(scene.host, GROUP, ["Name"], [key])[key]
                name, sid = str(row["Name"]), str(row["SID"])
            elif is_sid(key):
                where = f"{self.name}/{key}"
                raise RefusedStateError(scene.host.name, where, "no group with this SID", "a name, to make one")
            else:
                name, sid = key, ""
            if removing:
                if sid.startswith("S-1-5-32-"):
                    raise RefusedStateError(scene.host.name, f"group/{key}", "a group of Windows itself", "another one")
                title = f"Remove group {key}"
                do = net(title, f"localgroup {quoted(name)} /delete")
                planned.append(Step(self.name, key, title, dict(have), dict(ABSENT), do, SETTLES, phase="remove"))
                continue
            if not have[PRESENT]:
                title = f"Create group {key}"
                do = net(title, f"localgroup {quoted(name)} /add{options(change, _WORDS)}")
                after = {each: value for each, value in change.items() if each not in ("members", "member")}
                planned.append(Step(self.name, key, title, dict(ABSENT), after, do, SETTLES))
            elif "description" in change:
                title = f"Change description of group {key}"
                do = net(title, f"localgroup {quoted(name)} {comment(change['description'])}")
                before = {"description": have["description"]}
                planned.append(Step(self.name, key, title, before, {"description": change["description"]}, do, SETTLES))
            moves = _moves(have, change)
            _keep_login(scene, key, sid, moves)
            refuse_unknown(scene, f"{self.name}/{key}", [member for member, coming in moves.items() if coming])
            planned += [_move(key, name, member, there) for member, there in moves.items()]
        return planned


def _members(host: Host, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """The members of these groups, those of the host's own accounts without a domain."""
    found: dict[str, list[str]] = {key: [] for key in rows}
    by_name = {str(row["Name"]).lower(): key for key, row in rows.items()}
    paths = [_path(row) for row in rows.values()]
    for start in range(0, len(paths), _AT_ONCE):
        where = " OR ".join(f"GroupComponent={literal(path)}" for path in paths[start : start + _AT_ONCE])
        for row in host.client.query("Win32_GroupUser", ["GroupComponent", "PartComponent"], where):
            group, part = cast(Reference, row["GroupComponent"]), cast(Reference, row["PartComponent"])
            key = by_name.get(group.key("Name").lower())
            if key is None:
                continue
            own = part.key("Domain").lower() == str(rows[key]["Domain"]).lower()
            found[key].append(part.key("Name") if own else f"{part.key('Domain')}\\{part.key('Name')}")
    return found


def _path(row: Mapping[str, Any]) -> str:
    return f'Win32_Group.Domain="{row["Domain"]}",Name="{row["Name"]}"'


def _moves(have: Resource, change: Resource) -> dict[str, bool]:
    """Who comes in (True) and who goes out; in first."""
    if "members" not in change:
        wanted = dict(change.get("member", {}))
        there = have.get("member") or {}
        return {name: value for name, value in wanted.items() if value != there.get(name, False)}
    present = {each.lower(): each for each in have.get("members", [])}
    wished = {each.lower(): each for each in change["members"]}
    coming = {name: True for low, name in wished.items() if low not in present}
    return coming | {name: False for low, name in present.items() if low not in wished}


def _move(key: str, name: str, member: str, coming: bool) -> Step:
    title = f"{'Add' if coming else 'Remove'} {member} {'to' if coming else 'from'} group {key}"
    do = net(title, f"localgroup {quoted(name)} {quoted(member)} /{'add' if coming else 'delete'}")
    return Step(GroupKind.name, key, title, {"member": {member: not coming}}, {"member": {member: coming}}, do, SETTLES)


def _keep_login(scene: Scene, key: str, sid: str, moves: Mapping[str, bool]) -> None:
    """The account that this session is logged in as stays an administrator of the host."""
    if sid != ADMINISTRATORS_SID:
        return
    own = computer(scene.host).lower()
    for member, coming in moves.items():
        if not coming and member.lower() in (scene.host.login, f"{own}\\{scene.host.login}"):
            raise ManagementPathError(
                scene.host.name,
                f"{GroupKind.name}/{key}",
                f"{member}, the account that fellesdrift logs in as, would be no administrator any more",
                "this account among the members",
            )
