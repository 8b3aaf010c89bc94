"""What an estate consists of: plain, frozen records. They know nothing of Ansible, files or each other.

Addresses and prefixes are text in their one canonical spelling ("10.61.0.1", "10.61.0.0/16"). References between
records are keys (a link's name, a host's name); `checks` holds that they lead somewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import names, patterns
from fellesdrift.estate.numbering import Numbering
from fellesdrift.estate.people import Contact, NumberRange, PersonRole, Window
from fellesdrift.estate.policy import Application, PolicyRule
from fellesdrift.estate.records import Address, Keyed, Model, Prefix, Record, Words
from fellesdrift.estate.stages import Stage
from fellesdrift.estate.systems import System

LinkKind = Literal["lan", "leased_line", "fibre", "internet"]
SiteKind = Literal["operations_centre", "town_hall", "unit"]
# What one logs in to. A further one is code: the twin and the snapshots say which they know.
Platform = Literal["cisco_ios", "windows_2003", "succession", "meridian"]
# Those that this version logs in to. All others are described, and stay as they are.
MANAGED: frozenset[str] = frozenset({"cisco_ios"})
SNAPSHOT_SUFFIX = {"cisco_ios": ".cfg", "windows_2003": ".json", "succession": ".json", "meridian": ".json"}
"""The end of a snapshot's name, by platform: a configuration as it was printed, or typed data."""
SUFFIXES = tuple(dict.fromkeys(SNAPSHOT_SUFFIX.values()))
"""Each of them once."""
RETENTION = 365
DeadMan = Literal["revert_timer", "reload", "none"]


class Controller(Model):
    """The machine that fellesdrift runs on, as the devices see it."""

    address: Address
    link: str


class Twin(Model):
    """Says that the inventory is a twin's: devices simulated here, whose clocks run `speed` times as fast. A stage's
    waits (its soaks) pass `wait_speed` times as fast: nothing that is simulated changes by being waited for."""

    journal: Path
    directory: Path
    speed: Annotated[float, Field(gt=0)] = 1.0
    wait_speed: Annotated[float, Field(gt=0)] = 1.0


class Exit(Model):
    """A municipality's own way out to the Internet."""

    host: str
    next_hop: Address


class Municipality(Keyed):
    """A member. `exit`, `uplink` and `fibre` are missing where there is none (the host municipality). `numbers`: its
    public telephone numbers."""

    name: Words
    prefix: Prefix
    numbers: NumberRange | None = None
    town_hall_router: str | None = None
    exit: Exit | None = None
    uplink: str | None = None
    fibre: str | None = None


class Zone(Keyed):
    title: Words


class Site(Keyed):
    """A place. `connected: false`: no network reaches it, and nothing of ours stands there yet."""

    name: Words
    municipality: str
    kind: SiteKind
    connected: StrictBool = True


class LinkEnd(Model):
    """One end: an interface of ours (host, interface), or a cloud (external)."""

    host: str | None = None
    interface: Words | None = None
    external: str | None = None
    address: Address

    @model_validator(mode="after")
    def _ours_or_not(self) -> Self:
        if (self.host is None) == (self.external is None):
            raise PydanticCustomError("end_of_nobody", "an end has either `host` or `external`")
        if (self.host is None) != (self.interface is None):
            raise PydanticCustomError("end_without_interface", "`host` and `interface` belong together")
        return self


class Link(Keyed):
    kind: LinkKind
    prefix: Prefix
    zone: str
    gateway: Address | None = None
    ends: list[LinkEnd]

    def end_of(self, host: str) -> LinkEnd | None:
        """The first end on `host`, or None."""
        return next((end for end in self.ends if end.host == host), None)

    def other_end(self, host: str) -> LinkEnd | None:
        """The far end of a link with two ends, seen from `host`; None for a LAN of more."""
        others = [end for end in self.ends if end.host != host]
        return others[0] if len(self.ends) == 2 and len(others) == 1 else None


class ExternalHost(Keyed):
    """A host that we do not run. `accepts_from`: the senders that it lets in; None means everybody."""

    title: Words | None = None
    address: Address
    accepts_from: list[Prefix] | None = None


class External(Keyed):
    title: Words
    hosts: dict[str, ExternalHost] = Field(default_factory=dict)


class Service(Keyed):
    """What users would notice. Exactly one of `link` (we run it) and `external` (somebody else does)."""

    title: Words
    provided_by: str
    address: Address
    link: str | None = None
    zone: str | None = None
    external: str | None = None
    keep_on_own_exit: StrictBool = False
    used_by: list[str]
    protected: StrictBool
    source: Words | None = None

    @model_validator(mode="after")
    def _ours_or_not(self) -> Self:
        if (self.link is None) == (self.external is None):
            raise PydanticCustomError("service_of_nobody", "a service has either `link` or `external`")
        return self


class Host(Record):
    """A device. `link`: the LAN that a server or an exchange stands on; a network device's places are the links' ends.
    `variables` are its role variables: all whose name has `__` in it, resolved."""

    name: str
    municipality: str
    site: str
    platform: Platform
    management_address: Address
    link: str | None = None
    dead_man: DeadMan = "none"
    shared: StrictBool = False
    ssh_legacy: StrictBool = False
    telnet: StrictBool = False
    exchange_form: Literal["small", "large"] | None = None
    winrm_auth: Literal["ntlm", "basic"] = "ntlm"
    winrm_plain: StrictBool = False
    winrm_code_page: Annotated[int, Field(strict=True, gt=0)] = 850
    required_services: list[Words] = Field(default_factory=list)
    free_megabytes: Annotated[int, Field(strict=True, gt=0)] = 500
    probe_source: Words | None = None
    known_hosts: Path | None = None
    model: Words | None = None
    software: Words | None = None
    groups: list[str] = Field(default_factory=list)
    variables: dict[str, Any] = Field(default_factory=dict)


class EstateRecord(Record):
    """The variable fellesdrift_estate. `snapshots_stale_after_days`: a snapshot in snapshots/latest that is older is an
    error; without it none is."""

    name: Words
    host_municipality: str
    time_zone: str
    journal: Words
    retention: Annotated[int, Field(strict=True, gt=0)] = RETENTION
    production: StrictBool
    controller: Controller
    snapshots_stale_after_days: Annotated[int, Field(strict=True, gt=0)] | None = None


class Estate(Record):
    """A whole estate that has passed every check. journal: a file, or a database's URL. retention: days that what the
    journal holds of people is kept."""

    name: str
    host_municipality: str
    time_zone: str
    journal: Path | str
    retention: int = RETENTION
    production: bool
    controller: Controller
    snapshots_stale_after_days: int | None = None
    municipalities: dict[str, Municipality]
    zones: dict[str, Zone]
    sites: dict[str, Site]
    links: dict[str, Link]
    externals: dict[str, External]
    services: dict[str, Service]
    roles: dict[str, PersonRole] = Field(default_factory=dict)
    contacts: dict[str, Contact] = Field(default_factory=dict)
    systems: dict[str, System] = Field(default_factory=dict)
    applications: dict[str, Application] = Field(default_factory=dict)
    policy: list[PolicyRule] = Field(default_factory=list)
    stages: list[Stage]
    windows: list[Window] = Field(default_factory=list)
    numbering: Numbering | None = None
    hosts: dict[str, Host]
    groups: dict[str, list[str]]
    inventory_dir: Path
    twin: Twin | None = None

    def stage(self, stage_id: str) -> Stage:
        """The stage of that id. Raises FD140 when there is none."""
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise _unknown("stage", stage_id, [stage.id for stage in self.stages])

    def municipality(self, key: str) -> Municipality:
        """The municipality of that key. Raises FD140 when there is none."""
        if key in self.municipalities:
            return self.municipalities[key]
        raise _unknown("municipality", key, list(self.municipalities))

    def select(self, wanted: list[str] | tuple[str, ...], municipality: str) -> list[str]:
        """The hosts that `wanted` names, in order, each once. Each pattern is resolved by itself (as Ansible does, but
        without --limit) after `{municipality}` is replaced. Raises FD140 for an unknown municipality, FD126 for a
        pattern that names no known group or host."""
        self.municipality(municipality)
        return patterns.select(self.groups, list(self.hosts), wanted, municipality)

    def link_of(self, host: str, interface: str) -> Link | None:
        """The link at that interface, or None: nothing is planned there."""
        for link in self.links.values():
            if any(end.host == host and end.interface == interface for end in link.ends):
                return link
        return None

    def snapshot(self, host: str) -> Path:
        """Where the baseline of `host` is: what it said before the first move."""
        record = self.hosts.get(host)
        suffix = SNAPSHOT_SUFFIX.get(record.platform, ".cfg") if record is not None else ".cfg"
        return self.inventory_dir / "snapshots" / "baseline" / f"{host}{suffix}"


def _unknown(what: str, key: str, known: list[str]) -> FellesdriftError:
    return FellesdriftError(
        code="FD140",
        problem=f"There is no {what} {key!r} in the estate.",
        found=key,
        expected=names.one_of(known),
        next_step=names.did_you_mean(key, known),
    )
