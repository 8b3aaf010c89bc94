"""Who may use a share: its access list, as data and as WMI's objects within objects.

An account is named by its SID, by its name on the host, or as DOMAIN\\name. What is read is spelled as it is desired.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from fellesdrift.state.windows.catalogue.accounts import FORBIDDEN, computer, sid_of
from fellesdrift.state.windows.errors import RefusedStateError, UnreadableStateError
from fellesdrift.state.windows.forms import Form, many, text
from fellesdrift.state.windows.host import Host

_MASKS = {"read": 0x1200A9, "change": 0x1301BF, "full": 0x1F01FF}
_WORDS = {mask: word for word, mask in _MASKS.items()}
_TYPES = {"allow": 0, "deny": 1}
_BY_TYPE = {number: word for word, number in _TYPES.items()}
_MASK = re.compile(r"0x[0-9a-f]{1,8}")
_ACCOUNT = text(256, empty=False, without=FORBIDDEN.replace("\\", ""))
# SE_DACL_PRESENT
_HAS_LIST = 4
EVERYBODY: Mapping[str, str] = {"account": "S-1-1-0", "access": "read", "type": "allow"}
"""What Windows gives a share of which nothing is said, since Server 2003."""


def _permission(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not {"account", "access"} <= value.keys() <= {"account", "access", "type"}:
        raise ValueError
    access = value["access"]
    if not isinstance(access, str) or not (access in _MASKS or _MASK.fullmatch(access)):
        raise ValueError
    if value.get("type", "allow") not in _TYPES:
        raise ValueError
    mask = _MASKS.get(access) or int(access, 16)
    account = _ACCOUNT.take(value["account"])
    return {"account": account, "access": _word(mask), "type": value.get("type", "allow")}


def permissions_form() -> Form:
    """A list of {account, access: read|change|full|0x..., type: allow|deny}."""
    words = " or ".join((*_MASKS, "0x and up to 8 digits"))
    one = Form(f"{{account: NAME or SID, access: {words}, type: allow or deny}}", _permission)
    return many(one, same=lambda each: (each["account"].lower(), each["type"]))


def same_permissions(left: Any, right: Any) -> bool:
    """The order is no difference: Windows itself puts denials first."""
    if left is None or right is None:
        return left is right
    return _sorted(left) == _sorted(right)


def _sorted(entries: Iterable[Mapping[str, str]]) -> list[tuple[str, ...]]:
    return sorted((each["account"].lower(), each["type"], each["access"]) for each in entries)


def _word(mask: int) -> str:
    return _WORDS.get(mask, f"{mask:#x}")


def read_permissions(host: Host, share: str, spelling: Iterable[str]) -> list[dict[str, str]]:
    """The permissions of a share. spelling: how accounts are to be named, where one of these is meant. Raises
    SessionError, UnreadableStateError."""
    answer = host.client.invoke("Win32_LogicalShareSecuritySetting", "GetSecurityDescriptor", {}, {"Name": share})
    found: Any = answer["Descriptor"]
    where = f"share/{share}/permissions"
    if answer["ReturnValue"] != 0 or found is None:
        raise UnreadableStateError(host.name, where, f"GetSecurityDescriptor returned {answer['ReturnValue']}", "0")
    if found["DACL"] is None:
        # no list at all lets everybody do everything; a list without entries nobody anything
        full = {"account": "S-1-1-0", "access": "full", "type": "allow"}
        return [] if int(found["ControlFlags"] or 0) & _HAS_LIST else [full]
    result = []
    for entry in found["DACL"]:
        trustee, kind = entry["Trustee"], _BY_TYPE.get(entry["AceType"])
        if trustee is None or kind is None or entry["AccessMask"] is None:
            raise UnreadableStateError(host.name, where, "an entry of another kind", "entries that allow or deny")
        name = _spelled(host, trustee, spelling)
        result.append({"account": name, "access": _word(entry["AccessMask"] & 0xFFFFFFFF), "type": kind})
    return result


def _spelled(host: Host, trustee: Mapping[str, Any], spelling: Iterable[str]) -> str:
    sid = str(trustee["SIDString"] or "") or _sid_text(bytes(trustee["SID"] or ()))
    name, domain = str(trustee["Name"] or ""), str(trustee["Domain"] or "")
    local = domain.lower() in ("", computer(host).lower()) or sid.startswith("S-1-5-32-")
    # what every Windows has is called otherwise in every language
    known = sid if not name or not sid.startswith("S-1-5-21-") else ""
    own = known or (name if local else f"{domain}\\{name}")
    meant = {sid.lower(), own.lower(), f"{domain}\\{name}".lower(), name.lower() if local else own.lower()} - {""}
    return next((each for each in spelling if each.lower() in meant), own)


def descriptor(host: Host, entries: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """A Win32_SecurityDescriptor, denials first. Raises RefusedStateError for an account that nobody knows."""
    found = []
    for each in sorted(entries, key=lambda entry: entry["type"] != "deny"):
        sid = sid_of(host, each["account"])
        if sid is None:
            raise RefusedStateError(host.name, "permissions", f"nobody is called {each['account']}", "an account")
        mask = _MASKS.get(each["access"]) or int(each["access"], 16)
        trustee = {"SID": list(_sid_bytes(sid)), "SIDString": sid}
        found.append({"AccessMask": mask, "AceFlags": 0, "AceType": _TYPES[each["type"]], "Trustee": trustee})
    return {"ControlFlags": _HAS_LIST, "DACL": found}


def _sid_bytes(text: str) -> bytes:
    """A SID as its bytes ([MS-DTYP], packet representation)."""
    revision, authority, *rest = (int(part) for part in text.split("-")[1:])
    return bytes((revision, len(rest))) + authority.to_bytes(6) + struct.pack(f"<{len(rest)}I", *rest)


def _sid_text(data: bytes) -> str:
    if len(data) < 8 or len(data) != 8 + 4 * data[1]:
        return ""
    numbers = (data[0], int.from_bytes(data[2:8]), *struct.unpack(f"<{data[1]}I", data[8:]))
    return "S-" + "-".join(str(number) for number in numbers)
