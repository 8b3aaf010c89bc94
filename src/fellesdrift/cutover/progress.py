"""Where each stage stands, read off the journal's records. No state is kept anywhere else."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from fellesdrift.cutover.attempt import Attempt
from fellesdrift.cutover.of_people import whole
from fellesdrift.journal import exists

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from fellesdrift.estate import Estate
    from fellesdrift.journal import Record

type State = Literal["pending", "running", "stopped", "going back", "held", "done", "rolled back"]

_STATE_AFTER: dict[str, State] = {
    "opened": "running",
    "refused": "pending",
    "stopped": "stopped",
    "failed": "going back",
    "rollback_opened": "going back",
    "held": "held",
    "done": "done",
    "rolled_back": "rolled back",
}
AT_WORK: frozenset[State] = frozenset({"running", "going back"})
"""States in which a run is at work, or was killed."""
UNFINISHED: frozenset[State] = frozenset({"running", "stopped", "going back", "held"})
_PRESENT = "present"
MEMBERWISE = frozenset(
    {("registry", "values"), ("group", "member"), ("odbc_source", "settings")}
    | {("set", "fields"), ("set", "keys"), ("hunt_group", "members")}
)
"""The (kind, attribute)s of Windows hosts and of exchanges whose value is a mapping that is claimed, and changed,
member by member. Here as data: reading a journal shall not wait for the session that the kinds need."""
NESTED = frozenset({("set", "keys")})
"""Those of them whose members are mappings that are claimed by their own members."""


@dataclass
class HostProgress:
    """What an attempt did to one host.

    before, after   kind -> key -> attribute -> value of every attribute that the attempt set out to change; the
                    first record of an attribute's `before` wins, for a resumed attempt finds its own half-done work
    confirmed       titles of the steps that the device confirmed, in order; of its way back once that was begun
    pending_step    the step whose intent was written and whose end was not
    going_back      a way back was begun and its end was not written: the device's revert may be pending
    backed_up       what an exchange had in memory before the attempt is on its disk
    undo            what undoes a change that was cut off: what was there when it was begun. Since `before` others may
                    have changed the host, where it was changed to its end, or taken back, in between
    again           the change that was intended last is of a host that this attempt had changed already, as when
                    somebody else has changed it since: what undoes it leads to what was found, not to `before`
    """

    before: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    after: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    undo: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    confirmed: list[str] = field(default_factory=list)
    pending_step: str | None = None
    applied: bool = False
    back: bool = False
    going_back: bool = False
    saved: bool = False
    again: bool = False
    drained: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    draining: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    drain_cut: bool = False
    left: str | None = None
    backed_up: bool = False

    @property
    def cut_off(self) -> bool:
        """Whether its change was begun and its end was not written."""
        return bool(self.before) and not self.applied and not self.back

    @property
    def midway(self) -> bool:
        """Whether its change, or its way back, was begun and nobody knows how it ended."""
        return self.going_back or self.cut_off


@dataclass
class StageProgress:
    """Where one stage of one municipality stands.

    failures   why hosts failed since the stage was last opened; one is enough to stop every other host
    shown      people's answers, waves and soaks of the attempt
    waves      name, hosts and quorum of each wave, as the stage was last opened
    version    of the code that last opened it
    plan       part of the plan -> its digest, as it was last opened
    stop       how a stop was asked for since; None when it was not
    reconciled what was chosen when the held stage was last reconciled; None when it was not, or is used up
    on_way_back whether it is going back, or was when it was stopped or held
    asked_back whether its way back was asked for; False while it is one because something failed
    taking_in  the hosts that a further run takes in, which an earlier one had left behind; [] in any other run
    settled    what had been shown of the others before they are taken in, which holds when they are not
    """

    municipality: str
    stage: str
    state: State = "pending"
    attempt: str = ""
    since: datetime | None = None
    hosts: dict[str, HostProgress] = field(default_factory=dict)
    reason: str | None = None
    held_hosts: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    shown: Attempt = field(default_factory=Attempt)
    waves: list[dict[str, Any]] = field(default_factory=list)
    version: str = ""
    plan: dict[str, str] = field(default_factory=dict)
    stop: Literal["finish", "now"] | None = None
    reconciled: Literal["continue", "back"] | None = None
    asked_back: bool = False
    on_way_back: bool = False
    taking_in: list[str] = field(default_factory=list)
    settled: Attempt | None = None

    def last_confirmed(self, host: str) -> str:
        """The title of the last step that a host has confirmed of what it is in the middle of; "none" when it was
        none. What was changed to its end, and is to go back, has confirmed nothing of that yet."""
        one = self.hosts[host]
        begun = not self.on_way_back or one.midway
        return one.confirmed[-1] if begun and one.confirmed else "none"

    @property
    def finalized(self) -> bool:
        """Whether somebody has declared that there is no way back."""
        return self.shown.finalized

    @property
    def touched(self) -> list[str]:
        """The hosts that may have been changed and are not back, in the order in which they were touched."""
        return [name for name, host in self.hosts.items() if host.before and not host.back]

    @property
    def in_hand(self) -> list[str]:
        """The touched hosts, and those that are drained: an opening that is refused would leave them to nobody."""
        return list(dict.fromkeys([*self.touched, *self.drained]))

    @property
    def takes_back(self) -> bool:
        """Whether the next run of the stage goes on with its way back: the last one was killed on it, or, where only
        those being taken in go back, stopped."""
        return self.state == "going back" or (self.state == "stopped" and self.on_way_back and bool(self.taking_in))

    @property
    def astray(self) -> list[str]:
        """The touched hosts that a way back of this run is for: all, but only those being taken in when it is that."""
        return [name for name in self.touched if not self.taking_in or name in self.taking_in]

    @property
    def drained(self) -> list[str]:
        """The hosts that are drained for a wave and not given back."""
        return [name for name, host in self.hosts.items() if host.drained]

    @property
    def midway(self) -> list[str]:
        """The hosts of which nobody knows whether they are before or after."""
        return [name for name, host in self.hosts.items() if host.midway]

    @property
    def left(self) -> dict[str, str]:
        """The hosts that were left behind -> why."""
        return {name: host.left for name, host in self.hosts.items() if host.left is not None}


def read_progress(
    records: Iterable[Record], known: dict[tuple[str, str], StageProgress] | None = None
) -> dict[tuple[str, str], StageProgress]:
    """(municipality, stage id) -> progress, for every stage that has a record. known: what those before these records
    said, which is brought forward."""
    stages = {} if known is None else known
    for record in records:
        if not record.stage:  # a change outside of any, or something about the journal itself
            continue
        key = (record.municipality, record.stage)
        progress = stages.setdefault(key, StageProgress(*key))
        payload = whole(record)
        _read_state(progress, record, payload)
        match record.event:
            case "opened":
                _read_opening(progress, record, payload)
            case "stop_asked":
                progress.stop = payload["how"]
            case "reconciled":
                progress.reconciled = payload["choice"]
            case "host_failed":
                progress.failures.append(str(payload.get("reason")))
            case "host_intended":
                _forget_what_was_seen_of(progress, record.host)
            case _:
                pass
        if record.host:
            read_host_event(progress.hosts.setdefault(record.host, HostProgress()), record.event, payload)
        else:
            progress.shown.read(record)
    return stages


def _read_state(progress: StageProgress, record: Record, payload: dict[str, Any]) -> None:
    taken_in = record.event == "done" and progress.state != "going back" and not payload.get("refused")
    if record.event == "done" and not taken_in and progress.settled is not None:
        progress.shown = progress.settled
    if record.event == "way_back_resumed":
        progress.state, progress.stop = "going back", None
    if record.event in _STATE_AFTER:
        if record.event not in ("stopped", "held"):
            progress.on_way_back = _STATE_AFTER[record.event] == "going back"
        progress.state = _STATE_AFTER[record.event]
        progress.since = record.at
        progress.reason = payload.get("reason")
        progress.held_hosts = list(payload.get("hosts", [])) if record.event == "held" else []
        progress.stop = progress.reconciled = None
        # a way back that was stopped or held is opened anew, and is asked for then
        progress.asked_back = record.event == "rollback_opened"
    if record.event in ("rollback_opened", "done"):
        progress.taking_in, progress.settled = [], None


def _read_opening(progress: StageProgress, record: Record, payload: dict[str, Any]) -> None:
    progress.failures = []
    if record.attempt != progress.attempt:
        progress.attempt, progress.hosts, progress.shown = record.attempt, {}, Attempt()
    elif payload.get("resumed") and progress.plan != dict(payload.get("plan") or {}):
        progress.shown.forget_what_was_seen()
    elif payload.get("taking_in") and not progress.taking_in:
        progress.settled = copy.deepcopy(progress.shown)
    progress.waves = list(payload.get("waves", []))
    progress.taking_in = list(payload.get("taking_in", []))
    progress.version, progress.plan = payload.get("version", ""), dict(payload.get("plan") or {})


def _forget_what_was_seen_of(progress: StageProgress, host: str) -> None:
    progress.shown.changed(host, progress.waves)
    if progress.settled is not None and host not in progress.taking_in:
        progress.settled.changed(host, progress.waves)


def unfinished_on(progress: dict[tuple[str, str], StageProgress], host: str) -> set[tuple[str, str]]:
    """The (municipality, stage id)s that are begun, not ended, and have changed that host. What they made of it is no
    part of what compose() says of the completed ones."""
    return {
        key for key, stage in progress.items() if stage.state in UNFINISHED and host in (*stage.touched, *stage.drained)
    }


def completed(progress: dict[tuple[str, str], StageProgress]) -> set[tuple[str, str]]:
    """The (municipality, stage id) pairs that are done: what compose() takes."""
    return {key for key, stage in progress.items() if stage.state == "done"}


def completed_in(estate: Estate) -> set[tuple[str, str]]:
    """The same, as the estate's journal has it now; it is only read. None is done where there is no journal yet.
    Raises FellesdriftError FD6xx when it is there and cannot be read."""
    if not exists(estate.journal):
        return set()
    from fellesdrift.journal import Journal  # it brings SQLAlchemy, for which nobody waits who has no journal yet

    with Journal.reading(estate.journal, estate.name) as journal:
        return completed(read_progress(journal.current())) if journal else set()


def read_host_event(host: HostProgress, event: str, payload: dict[str, Any]) -> None:
    """Bring a host's progress forward by one record."""
    match event:
        case "host_intended":
            host.again = host.applied and not host.back
            host.undo = joined(payload["before"], {} if host.applied or host.back else host.undo)
            host.before = joined(payload["before"], host.before)
            host.after = joined(host.after, payload["after"])
            host.back = host.applied = host.saved = host.going_back = False
            host.left = None
        case "back_intended":
            host.going_back, host.confirmed = True, []
        case "step_intended":
            host.pending_step = payload["title"]
        case "step_confirmed":
            host.confirmed.append(payload["title"])
            host.pending_step = None
        case "host_applied":
            host.applied, host.left = True, None
        case "host_reverted" if host.again:
            host.applied, host.pending_step = True, None
        case "host_reverted" | "host_back":
            host.back, host.going_back, host.pending_step = True, False, None
        case "host_saved":
            host.saved, host.left = True, None
        case "host_left":
            host.left = str(payload["reason"])
        case "backup_dumped":
            host.backed_up = True
        case _:
            _read_drain(host, event, payload)


def _read_drain(host: HostProgress, event: str, payload: dict[str, Any]) -> None:
    match event:
        case "drained":
            host.drained = joined(payload["before"], host.drained)
            host.draining = joined(host.draining, payload["after"])
            host.drain_cut = True
        case "host_drained":
            host.drain_cut = False
        case "giving_back":
            host.drain_cut = True
        case "given_back":
            host.drained, host.draining, host.drain_cut = {}, {}, False
        case _:
            pass


def joined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both joined attribute by attribute; the second wins. A resource that is not there has nothing but that."""
    result: dict[str, Any] = {}
    for resources in (first, second):
        for kind, keys in resources.items():
            for key, attributes in keys.items():
                known = result.setdefault(kind, {}).setdefault(key, {})
                if not attributes.get(_PRESENT, True):
                    known.clear()
                elif not known.get(_PRESENT, True):
                    known[_PRESENT] = True
                for name, value in attributes.items():
                    known[name] = _members(known.get(name), value, (kind, name))
    return result


def _members(first: Any, second: Any, of: tuple[str, str]) -> Any:
    if of not in MEMBERWISE or not isinstance(first, dict):
        return second
    if of not in NESTED:
        return first | second
    return first | {
        name: first[name] | value if isinstance(value, dict) and isinstance(first.get(name), dict) else value
        for name, value in second.items()
    }
