"""From resolved variables to an Estate: records first, then what holds between them, and all errors at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fellesdrift import journal_url
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import (
    checks,
    host_checks,
    names,
    numbering_checks,
    people_checks,
    places,
    policy_checks,
    route_checks,
    snapshot_checks,
    stage_checks,
    system_checks,
    window_checks,
)
from fellesdrift.estate.draft import Draft, KeyPath, Locate, nowhere
from fellesdrift.estate.models import (
    Estate,
    EstateRecord,
    External,
    ExternalHost,
    Host,
    Link,
    Municipality,
    Service,
    Site,
    Twin,
    Zone,
)
from fellesdrift.estate.numbering import Numbering
from fellesdrift.estate.people import Contact, PersonRole, Window
from fellesdrift.estate.policy import Application, PolicyRule
from fellesdrift.estate.stages import Stage
from fellesdrift.estate.systems import System

PREFIX = "fellesdrift_"
NUMBERING = "fellesdrift_numbering"
# Told alone: the inventory is none of ours yet.
NOTHING_DESCRIBED = "FD164"

SECTIONS: dict[str, type[BaseModel]] = {
    "municipalities": Municipality,
    "zones": Zone,
    "sites": Site,
    "links": Link,
    "externals": External,
    "services": Service,
    "roles": PersonRole,
    "contacts": Contact,
    "systems": System,
    "applications": Application,
}
# Lists: their order means something. section -> (model, what it is a list of)
LISTS: dict[str, tuple[type[BaseModel], str]] = {
    "stages": (Stage, "a list of stages, in order"),
    "policy": (PolicyRule, "a list of rules; the first that fits decides"),
    "windows": (Window, "a list of change windows"),
}
# An estate of network devices alone has nothing to say in these.
OPTIONAL = frozenset({"roles", "contacts", "systems", "applications", "policy", "windows"})
# Variables of the estate as a whole; fellesdrift_twin is there in a twin's inventory only.
ESTATE_VARIABLES = frozenset({"fellesdrift_estate", NUMBERING, "fellesdrift_twin"}) | {
    PREFIX + section for section in (*SECTIONS, *LISTS)
}
# Variables of one host: the fields of Host, less what is not written down but found out.
HOST_VARIABLES = frozenset(PREFIX + name for name in Host.model_fields) - {
    PREFIX + name for name in ("name", "groups", "variables")
}


@dataclass
class Variables:
    """Resolved variables. `wide`: those of the estate; `hosts`: by host, its own; `groups`: as Ansible has them.

    `roles_dirs` and `gates`: when given, a stage's role must be a folder in one of them, a gate one of these.
    `files`: also look at the snapshots on disk.
    """

    inventory_dir: Path
    groups: Mapping[str, Sequence[str]]
    wide: Mapping[str, Any]
    hosts: Mapping[str, Mapping[str, Any]]
    locate: Locate = nowhere
    roles_dirs: Sequence[Path] | None = None
    gates: Iterable[str] | None = None
    files: bool = True
    errors: list[FellesdriftError] = field(default_factory=list)


def build(variables: Variables) -> Estate:
    """The estate, or FellesdriftErrors with everything that is wrong with it (codes FD103 to FD164)."""
    if not variables.wide:
        raise FellesdriftErrors([_nothing_described(variables), *variables.errors])
    draft = Draft(
        inventory_dir=variables.inventory_dir,
        groups={name: list(hosts) for name, hosts in variables.groups.items()},
        locate=variables.locate,
        errors=list(variables.errors),
    )
    read_estate(draft, variables.wide)
    if variables.wide.get(NUMBERING) is not None:
        draft.numbering = _record(draft, Numbering, variables.wide[NUMBERING], (NUMBERING,))
    for section, model in SECTIONS.items():
        setattr(draft, section, _read_section(draft, variables.wide, section, model))
    for section, (model, meaning) in LISTS.items():
        getattr(draft, section).extend(_read_list(draft, variables.wide, section, model, meaning))
    groups_of = _groups_of(draft.groups)
    for host, own in variables.hosts.items():
        _read_host(draft, host, own, groups_of.get(host, []))

    for each in (checks, host_checks, people_checks, numbering_checks, system_checks, policy_checks):
        each.check(draft)
    stage_checks.check(draft, variables.roles_dirs, variables.gates)
    window_checks.check(draft)
    if variables.files:
        route_checks.check(draft, snapshot_checks.check(draft))
    if draft.errors or draft.estate is None:
        raise FellesdriftErrors(_merged(draft.errors))
    return _estate(draft, draft.estate)


def _estate(draft: Draft, record: EstateRecord) -> Estate:
    """Everything is right: put it together. A twin's journal is its own, and nothing in a twin is production."""
    journal = str(draft.twin.journal) if draft.twin else record.journal
    return Estate(
        assumed=record.assumed,
        reason=record.reason,
        name=record.name,
        host_municipality=record.host_municipality,
        time_zone=record.time_zone,
        journal=journal_url.place_of(journal, places.project_dir(draft.inventory_dir)),
        retention=record.retention,
        production=record.production and draft.twin is None,
        controller=record.controller,
        snapshots_stale_after_days=record.snapshots_stale_after_days,
        municipalities=draft.municipalities,
        zones=draft.zones,
        sites=draft.sites,
        links=draft.links,
        externals=draft.externals,
        services=draft.services,
        roles=draft.roles,
        contacts=draft.contacts,
        systems=draft.systems,
        applications=draft.applications,
        policy=[rule for _, rule in draft.policy],
        stages=[stage for _, stage in draft.stages],
        windows=[window for _, window in draft.windows],
        numbering=draft.numbering,
        hosts=draft.hosts,
        groups=draft.groups,
        inventory_dir=draft.inventory_dir,
        twin=draft.twin,
    )


def read_estate(draft: Draft, wide: Mapping[str, Any]) -> None:
    if "fellesdrift_estate" not in wide:
        _missing_variable(draft, "fellesdrift_estate", "the region's name, host municipality, journal and controller")
    else:
        draft.estate = _record(draft, EstateRecord, wide["fellesdrift_estate"], ("fellesdrift_estate",))
        _check_journal(draft)
    if wide.get("fellesdrift_twin") is not None:
        draft.twin = _record(draft, Twin, wide["fellesdrift_twin"], ("fellesdrift_twin",))


def _check_journal(draft: Draft) -> None:
    try:
        journal_url.place_of(draft.estate.journal if draft.estate else "", draft.inventory_dir)
    except FellesdriftError as wrong:
        path = ("fellesdrift_estate", "journal")
        draft.refuse(
            wrong.code, wrong.problem, path, found=wrong.found, expected=wrong.expected, next_step=wrong.next_step
        )


def _nothing_described(variables: Variables) -> FellesdriftError:
    """Hosts, and not one variable of an estate: a beginning, not an estate with everything missing."""
    return FellesdriftError(
        code=NOTHING_DESCRIBED,
        problem="The inventory has hosts, and nothing describes the estate that they belong to.",
        file=places.shown(variables.inventory_dir, variables.inventory_dir),
        found=f"{len(variables.hosts)} host{'' if len(variables.hosts) == 1 else 's'}",
        expected="fellesdrift_estate and the other variables of docs/estate.md",
        next_step="write them, or let playbooks/snapshot.yml write a starting inventory from the devices",
    )


def _missing_variable(draft: Draft, name: str, expected: str) -> None:
    draft.refuse(
        "FD104",
        f"The inventory does not define {name}.",
        (name,),
        expected=expected,
        next_step="define it in group_vars/all/",
        file=places.shown(draft.inventory_dir, draft.inventory_dir),
    )


def _read_section[M: BaseModel](draft: Draft, wide: Mapping[str, Any], section: str, model: type[M]) -> dict[str, M]:
    """One section of named records. Names that were declared are kept even when their record is not good."""
    variable = PREFIX + section
    if variable not in wide and section in OPTIONAL:
        draft.declared[section] = {}
        return {}
    if variable not in wide:
        _missing_variable(draft, variable, "a mapping of names to records; {} when there are none")
        return {}
    raw = wide[variable]
    if not isinstance(raw, Mapping):
        draft.refuse(
            "FD107", f"{variable} is not a mapping.", (variable,), found=_short(raw), expected="a mapping of names"
        )
        return {}
    draft.declared[section] = dict.fromkeys(str(key) for key in raw)
    good: dict[str, M] = {}
    for key, value in raw.items():
        path: KeyPath = (variable, key)
        if not isinstance(key, str):
            draft.refuse("FD107", "A name is not text.", (variable, str(key)), found=_short(key), expected="text")
            continue
        record = _record(draft, model, _with_hosts(draft, value, path) if section == "externals" else value, path, key)
        if record is not None:
            good[key] = record
    return good


def _with_hosts(draft: Draft, value: object, path: KeyPath) -> object:
    """An external's hosts are named records too: give each its key, and refuse the ones that are no mapping."""
    if not isinstance(value, Mapping) or not isinstance(value.get("hosts"), Mapping):
        return value
    declared = dict.fromkeys(str(key) for key in value["hosts"])
    draft.declared[f"external_hosts of {path[-1]}"] = declared
    draft.declared.setdefault("external_hosts", {}).update(declared)
    hosts = {
        str(key): _record(draft, ExternalHost, host, (*path, "hosts", str(key)), str(key))
        for key, host in value["hosts"].items()
    }
    return {**value, "hosts": {key: host for key, host in hosts.items() if host is not None}}


def _read_list[M: BaseModel](
    draft: Draft, wide: Mapping[str, Any], section: str, model: type[M], meaning: str
) -> list[tuple[int, M]]:
    """The good records of a section that is a list, each with its index. Those with an `id` are declared by it."""
    variable = PREFIX + section
    if variable not in wide:
        if section not in OPTIONAL:
            _missing_variable(draft, variable, f"{meaning}; [] when there are none")
        return []
    raw = wide[variable]
    if not isinstance(raw, list):
        draft.refuse("FD107", f"{variable} is not a list.", (variable,), found=_short(raw), expected=meaning)
        return []
    draft.declared[section] = dict.fromkeys(
        item["id"] for item in raw if isinstance(item, Mapping) and isinstance(item.get("id"), str)
    )
    records = [(index, _record(draft, model, item, (variable, index))) for index, item in enumerate(raw)]
    return [(index, record) for index, record in records if record is not None]


def _read_host(draft: Draft, host: str, own: Mapping[str, Any], groups: list[str]) -> None:
    """A host from its own variables. What a host must have is said one by one: FD128."""
    draft.declared.setdefault("hosts", {})[host] = None
    fields = {name.removeprefix(PREFIX): value for name, value in own.items() if name in HOST_VARIABLES}
    missing = [name for name in ("municipality", "site", "platform", "management_address") if fields.get(name) is None]
    for name in missing:
        draft.refuse(
            "FD128",
            f"The host has no {PREFIX}{name}.",
            (PREFIX + name,),
            host=host,
            expected=_EXPECTED_OF_A_HOST[name],
            next_step="set it in host_vars or in one of its groups",
            file=draft.locate(host, ()) or places.shown(draft.inventory_dir, draft.inventory_dir),
        )
    role_variables = {name: value for name, value in own.items() if "__" in name and not name.startswith("_")}
    record = _record(
        draft,
        Host,
        {**fields, "name": host, "groups": groups, "variables": role_variables},
        (),
        host=host,
        ignore_missing=set(missing),
    )
    if record is not None:
        draft.hosts[host] = record


def _groups_of(groups: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The groups that each host is in, without those that say nothing."""
    found: dict[str, list[str]] = {}
    for name, members in groups.items():
        if name not in ("all", "ungrouped"):
            for host in members:
                found.setdefault(host, []).append(name)
    return found


_EXPECTED_OF_A_HOST = {
    "municipality": "a key of fellesdrift_municipalities",
    "site": "a key of fellesdrift_sites",
    "platform": "what one logs in to, such as cisco_ios",
    "management_address": "the IPv4 address at which fellesdrift logs in",
}


def _record[M: BaseModel](
    draft: Draft,
    model: type[M],
    value: object,
    path: KeyPath,
    key: str | None = None,
    *,
    host: str | None = None,
    ignore_missing: set[str] | None = None,
) -> M | None:
    """One record, or None after noting everything that is wrong with it."""
    if not isinstance(value, Mapping):
        draft.refuse("FD107", "This is not a record.", path, found=_short(value), expected="a mapping of keys")
        return None
    if key is not None and "key" in value:
        _unknown_key(draft, model, (*path, "key"), value["key"])
        return None
    try:
        return model.model_validate({**value, "key": key} if key is not None else dict(value))
    except ValidationError as error:
        for detail in error.errors():
            if not (detail["loc"] and detail["loc"][0] in (ignore_missing or ())):
                _explain(draft, model, detail, path, host=host)
        return None


def _explain(draft: Draft, model: type[BaseModel], detail: ErrorDetails, path: KeyPath, *, host: str | None) -> None:
    """One of pydantic's complaints as one of ours."""
    location: KeyPath = tuple(detail["loc"])
    if host is not None and location:
        location = (PREFIX + str(location[0]), *location[1:])
    where = (*path, *location)
    kind = detail["type"]
    if kind == "extra_forbidden":
        _unknown_key(draft, model, where, detail["input"], tuple(detail["loc"]))
    elif kind == "missing":
        draft.refuse(
            "FD104", f"The key {location[-1]!r} is missing.", where, host=host, file=draft.locate(host, where[:-1])
        )
    elif kind in ("assumed_without_reason", "reason_without_assumed"):
        name = "assumed" if kind == "assumed_without_reason" else "reason"
        at = (*where, PREFIX + name if host is not None else name)
        draft.refuse(
            "FD109",
            f"What is assumed says why: {detail['msg']}.",
            at,
            host=host,
            expected="`assumed: true` and `reason:` together, or neither",
        )
    else:
        draft.refuse(
            "FD107",
            f"{detail['msg'][:1].upper()}{detail['msg'][1:]}."
            if kind in _EXPECTATIONS
            else "The value is not what belongs here.",
            where,
            host=host,
            found=None if kind.startswith(("end_", "number_of", "service_", "trunk_")) else _short(detail["input"]),
            expected=_EXPECTATIONS.get(kind) or _expectation(detail),
        )


def _unknown_key(
    draft: Draft, model: type[BaseModel], where: KeyPath, value: object, location: KeyPath | None = None
) -> None:
    """A key that nothing reads: a typing error, or something that belongs elsewhere."""
    known = sorted(_fields_at(model, (location or where[-1:])[:-1]) - {"key"})
    name = str(where[-1])
    draft.refuse(
        "FD106",
        f"Nothing reads the key {name!r}.",
        where,
        found=_short(value),
        expected=names.one_of(known),
        next_step=names.did_you_mean(name, known),
    )


def _fields_at(model: type[BaseModel], location: KeyPath) -> set[str]:
    """The keys that the record at `location` inside `model` may have."""
    current = model
    for step in location:
        if isinstance(step, str) and step in current.model_fields:
            inner = _model_in(current.model_fields[step].annotation)
            current = inner or current
    return set(current.model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The record type inside an annotation such as `list[LinkEnd]` or `Exit | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        if inner is not NoneType and (found := _model_in(inner)) is not None:
            return found
    return None


_EXPECTATIONS = {
    "not_an_address": "an IPv4 address, such as 10.61.1.1",
    "not_a_prefix": "an IPv4 network, such as 10.61.1.0/24",
    "not_a_day": 'a day, such as "2006-03-03"',
    "not_a_number": "digits, with a + before the country code",
    "not_a_port": "tcp/PORT, udp/PORT or icmp/echo; PORT-PORT for a range",
    "number_of_nobody": "`kind: service` and `exchange:` together, or neither",
    "trunk_without_ends": "two ends, or one and `public: true`",
    "range_out_of_order": "first and last of one length, in order",
}


def _expectation(detail: ErrorDetails) -> str:
    """Pydantic's words, without the repetition of what kind of error it is."""
    if detail["type"].startswith("bool"):
        return "true or false"
    if detail["type"] == "string_pattern_mismatch":
        return f"text of the form {detail['ctx']['pattern']}"
    message = detail["msg"]
    for start in ("Input should be ", "Input should "):
        message = message.removeprefix(start)
    return message


def _short(value: object) -> str:
    """A value as it stands, cut where it gets long."""
    text = "nothing (null)" if value is None else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _merged(errors: list[FellesdriftError]) -> list[FellesdriftError]:
    """The same error of many hosts (a typing error in a group's file) is told once, with who else has it."""
    first: dict[Hashable, FellesdriftError] = {}
    more: Counter[Hashable] = Counter()
    for error in errors:
        identity: Hashable = (error.code, error.problem, error.file, error.key, error.found, error.expected)
        if error.host is None:
            first[id(error)] = error
        elif identity in first:
            more[identity] += 1
        else:
            first[identity] = error
    for identity, count in more.items():
        first[identity].host = f"{first[identity].host} and {count} more"
    return list(first.values())
