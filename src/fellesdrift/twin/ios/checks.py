"""What IOS refuses or rewrites beyond the grammar: masks, overlaps, next hops, access lists, secrets.

Each check gets the place and the line and answers None (keep it as it is), `Keep` (keep this instead) or `Said`
(nothing more to do; print this).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fellesdrift.twin.ios import entries, names, secrets
from fellesdrift.twin.ios.config import Block, Configuration, Line
from fellesdrift.twin.ios.grammar import Rule
from fellesdrift.twin.ios.syntax import Match, Refusal
from fellesdrift.twin.net.addresses import FULL, length_of, number, text_of


@dataclass(frozen=True)
class Place:
    """Where a line was typed: the configuration, the block, and the line that the block belongs to."""

    config: Configuration
    block: Block
    owner: Line | None


@dataclass(frozen=True)
class Said:
    """The line is dealt with; `refusal` points at the word that is wrong."""

    text: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Keep:
    """Keep this text, key and these values instead of what was typed; `said` is printed all the same."""

    text: str
    key: str
    values: dict[str, str]
    said: str = ""


Answer = None | Said | Keep
Check = Callable[[Place, Match[Rule], str, bool], Answer]


def interface(place: Place, match: Match[Rule], key: str, negated: bool) -> Answer:
    name = match.values["name"]
    exists = key in place.config.root.lines
    above = names.parent(name)
    possible = exists or (names.is_virtual(name) and (above is None or f"interface {above}" in place.config.root.lines))
    if not possible and name not in place.config.hardware:
        return Said(refusal=Refusal("invalid", len("interface ")))
    if negated and name in place.config.hardware:
        return Said("% Removal of physical interfaces is not permitted\n")
    return None


def address(place: Place, match: Match[Rule], key: str, negated: bool) -> Answer:
    if negated:
        return _no_address(place, match, key)
    host, mask = number(match.values["address"]), number(match.values["mask"])
    length = length_of(mask)
    if length is None or length == 0:
        return Said(f"Bad mask 0x{mask:08X} for address {match.values['address']}\n")
    if length < 31 and host & ~mask & FULL in (0, ~mask & FULL):
        return Said(f"Bad mask /{length} for address {match.values['address']}\n")
    if host >> 24 in (0, 127) or host >> 24 >= 224:
        return Said(f"Not a valid host address - {match.values['address']}\n")
    mine = place.owner.values["name"] if place.owner is not None else ""
    for name, block in place.config.interfaces().items():
        for line in block.starting("ip address"):
            if "mask" not in line.values or (name == mine and (line.key == key or match.rule.key == "ip address")):
                continue
            theirs, wide = number(line.values["address"]), number(line.values["mask"])
            if host & mask & wide == theirs & mask & wide:
                return Said(f"% {text_of(theirs & wide)} overlaps with {name}\n")
    return None


def _no_address(place: Place, match: Match[Rule], key: str) -> Answer:
    have = place.block.get(key)
    typed = match.values.get("address")
    if typed is not None and (have is None or have.values.get("address") != typed):
        return Said("% Invalid address\n")
    if typed is None:
        for line in list(place.block.starting("ip address secondary")):
            del place.block.lines[line.key]
    elif key == "ip address" and any(place.block.starting("ip address secondary")):
        return Said("Must delete secondary before deleting primary\n")
    return None


def access_group(place: Place, match: Match[Rule], key: str, negated: bool) -> Answer:
    have = place.block.get(key)
    if negated and have is not None and have.values["list"] != match.values.get("list"):
        return Said()
    return None


def standby(place: Place, match: Match[Rule], key: str, negated: bool) -> Answer:
    own = place.block.get("ip address")
    virtual = match.values.get("address")
    if negated or virtual is None or own is None or "mask" not in own.values:
        return None
    mask = number(own.values["mask"])
    if number(virtual) & mask != number(own.values["address"]) & mask:
        warning = "% Warning: address is not within a subnet on this interface\n"
        return Keep(match.text, key, match.values, warning)
    if virtual == own.values["address"]:
        return Said(f"% Address {virtual} in group {match.values['group']} - interface's own address\n")
    return None


def encapsulation(place: Place, match: Match[Rule], _key: str, _negated: bool) -> Answer:
    if place.owner is not None and names.kind(place.owner.values["name"]) != "Serial":
        return Said(refusal=Refusal("invalid", len("encapsulation ")))
    # HDLC is what a serial line speaks unless told otherwise, so IOS does not show it
    if match.values.get("protocol") == "hdlc":
        place.block.lines.pop("encapsulation", None)
        return Said()
    return None


def route(place: Place, match: Match[Rule], key: str, negated: bool) -> Answer:
    values = match.values
    prefix, mask = number(values["prefix"]), number(values["mask"])
    if length_of(mask) is None or prefix & ~mask & FULL:
        return Said("%Inconsistent address and mask\n")
    if negated:
        return _no_route(place, match, key)
    hop = values.get("hop")
    if hop is not None:
        if number(hop) == 0 or number(hop) >> 24 in (0, 127) or number(hop) >> 24 >= 224:
            return Said("%Invalid next hop address\n")
        for block in place.config.interfaces().values():
            if any(line.values.get("address") == hop for line in block.starting("ip address")):
                return Said("%Invalid next hop address (it's this router)\n")
    if values.get("distance") == "1":
        # the distance of a static route unless told otherwise: IOS takes it and does not show it
        text = match.text.replace(f" {hop or values.get('out')} 1", f" {hop or values.get('out')}")
        return Keep(text, key, {name: value for name, value in values.items() if name != "distance"})
    return None


def _no_route(place: Place, match: Match[Rule], key: str) -> Answer:
    values = match.values
    if "hop" in values or "out" in values:
        doomed = [key] if key in place.block.lines else []
    else:
        stem = f"ip route {values['prefix']} {values['mask']} "
        doomed = [line.key for line in place.block.starting(stem)]
    for each in doomed:
        del place.block.lines[each]
    return Said() if doomed else Said("%No matching route to delete\n")


def access_list(place: Place, match: Match[Rule], key: str, negated: bool) -> Answer:
    standard = match.values["type"] == "standard"
    have = place.config.root.get(key)
    if have is not None and have.values["type"] != match.values["type"]:
        return Said(f"% A named {have.values['type']} IP access list with this name already exists\n")
    numbered_standard = entries.is_standard_number(match.values["list"])
    if not negated and numbered_standard is not None and numbered_standard != standard:
        return Said("% Invalid access list name.\n")
    return None


def resequence(place: Place, match: Match[Rule], _key: str, _negated: bool) -> Answer:
    found = place.config.root.get(f"ip access-list {match.values['list']}")
    if found is None or found.block is None:
        return Said("% Access list does not exist\n")
    entries.resequence(found.block, int(match.values["start"]), int(match.values["step"]))
    return Said()


def entry(place: Place, match: Match[Rule], _key: str, negated: bool) -> Answer:
    """A line below `ip access-list`."""
    if "only" in match.values:
        if place.block.lines.pop(match.values["only"], None) is None:
            return Said("% Specified entry doesn't exist.\n")
        return Said()
    standard = place.owner is not None and place.owner.values["type"] == "standard"
    text = entries.canonical(match.values, standard)
    if negated:
        if not entries.remove(place.block, text):
            return Said("% Specified entry doesn't exist.\n")
        return Said()
    values = {name: value for name, value in match.values.items() if name != "seq"}
    said = entries.add(place.block, match.values.get("seq"), Line(match.rule, "", text, values))
    return Said(said or "")


def numbered(place: Place, match: Match[Rule], _key: str, negated: bool) -> Answer:
    """`access-list N ...`; `no access-list N ...` takes the whole list away, as it does on the real thing."""
    name = match.values["list"]
    key = f"ip access-list {name}"
    if negated:
        place.config.root.lines.pop(key, None)
        return Said()
    standard = bool(entries.is_standard_number(name))
    result = entries.read(match.values["entry"], standard)
    if isinstance(result, Refusal):
        return Said(refusal=Refusal(result.kind, result.column + len(f"access-list {name} ")))
    if key not in place.config.root.lines:
        kind = "standard" if standard else "extended"
        place.config.root.lines[key] = Line(
            match.rule, key, f"ip access-list {kind} {name}", {"type": kind, "list": name}, Block()
        )
    target = place.config.root.lines[key]
    block = target.block if target.block is not None else Block()
    values = {name: value for name, value in result.values.items() if name != "seq"}
    entries.add(block, None, Line(result.rule, "", entries.canonical(result.values, standard), values))
    return Said()


def secret(place: Place, match: Match[Rule], key: str, negated: bool) -> Answer:
    """`enable secret` and `password`: shown as type 5, or type 7 with `service password-encryption`."""
    if negated:
        return None
    level, shown = _hidden(place, match.values.get("level"), match.values["value"], " secret" in match.rule.pattern)
    if shown is None:
        return Said("ERROR: The secret you entered is not a valid encrypted secret.\n")
    words = " ".join(word for word in (match.rule.key, level, shown) if word)
    return Keep(words, key, {"level": level, "value": shown})


def _hidden(place: Place, level: str | None, value: str, strong: bool) -> tuple[str, str | None]:
    if level in (None, "", "0"):
        if strong:
            return "5", secrets.type5(value, secrets.salt())
        if "service password-encryption" in place.config.root.lines:
            return "7", secrets.type7(value)
        return "", value
    if level == "5" and not secrets.is_type5(value):
        return "5", None
    return level or "", value


def username(place: Place, match: Match[Rule], key: str, negated: bool) -> Answer:
    if negated:
        return None
    user, have = match.values["user"], place.block.get(key)
    values = dict(have.values) if have is not None else {}
    values |= {name: value for name, value in match.values.items() if name in ("user", "privilege")}
    if "value" in match.values:
        strong = f" secret {match.values['value']}" in match.text
        words = match.values["value"].split(maxsplit=1)
        level, value = (words[0], words[1]) if len(words) == 2 and words[0].isdigit() else (None, match.values["value"])
        level, shown = _hidden(place, level, value, strong)
        if shown is None:
            return Said("ERROR: The secret you entered is not a valid encrypted secret.\n")
        values |= {"kind": "secret" if strong else "password", "level": level, "value": shown}
    text = f"username {user}"
    if values.get("privilege", "1") != "1":
        text += f" privilege {values['privilege']}"
    if "kind" in values:
        text += " ".join(word for word in (f" {values['kind']}", values["level"], values["value"]) if word)
    return Keep(text, key, values)


def hostname(_place: Place, match: Match[Rule], _key: str, negated: bool) -> Answer:
    name = match.values.get("name", "")
    if not negated and not (name[0].isalpha() and all(letter.isalnum() or letter in "-_." for letter in name)):
        return Said("% Hostname contains one or more illegal characters.\n")
    return None


def domain_name(_place: Place, match: Match[Rule], key: str, negated: bool) -> Answer:
    """12.3 writes `ip domain-name`, 12.4 `ip domain name`; both are understood, and kept as typed."""
    return None if negated else Keep(match.text, key, match.values)


def ssh(_place: Place, match: Match[Rule], _key: str, _negated: bool) -> Answer:
    how = match.values.get("how", "")
    return Keep(match.text, f"ip ssh {how.split(' ', maxsplit=1)[0]}", match.values)


def logging_host(_place: Place, match: Match[Rule], key: str, negated: bool) -> Answer:
    """12.4 takes `logging host A` and shows `logging A`."""
    if negated or "how" in match.values:
        return None
    return Keep(f"logging {match.values['server']}", key, match.values)


CHECKS: dict[str, Check] = {
    "interface": interface,
    "address": address,
    "access_group": access_group,
    "standby": standby,
    "encapsulation": encapsulation,
    "route": route,
    "list": access_list,
    "resequence": resequence,
    "entry": entry,
    "numbered": numbered,
    "secret": secret,
    "username": username,
    "hostname": hostname,
    "domain_name": domain_name,
    "ssh": ssh,
    "logging_host": logging_host,
}
