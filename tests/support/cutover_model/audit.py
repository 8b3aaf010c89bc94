"""What must hold of the journal and the devices, whatever happened in whatever order.

`Audit.read` takes the new records after every move; `explain` holds each device against what the journal says of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fellesdrift.compose import compose
from fellesdrift.cutover.progress import completed, read_progress
from support.cutover_model.hosts import flat
from support.cutover_model.shown import ShownAudit
from support.cutover_model.small_estate import BASELINE, DAY2, DRAINED, USUAL
from support.cutover_model.world import Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from fellesdrift.cutover.planning import Context
    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.journal import Record
    from support.cutover_model.people import People
    from support.cutover_model.world import Device


_WHOLE = ("host_intended", "back_intended", "drained", "giving_back")
"""The records that hold the before and the after of a change."""
_TURNS = ("opened", "rollback_opened", "failed", "way_back_resumed")
_OF_THE_STAGE = ("host_intended", "host_applied", "host_saved", "host_back", "host_reverted", "host_left")


@dataclass
class HostBook:
    """What the journal says that a device may hold. allowed: place -> the values that are explained. earlier: those
    before a change of what was changed already, which is undone to what somebody else has made of it."""

    allowed: dict[Any, list[Any]] = field(default_factory=dict)
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    last: str = ""
    pending: str | None = None
    saved_since_change: bool = True
    drained: set[Any] = field(default_factory=set)
    applied: bool = False
    earlier: dict[Any, list[Any]] | None = None


class Audit:
    """Reads the journal as an auditor would, record by record."""

    def __init__(
        self, context: Context, devices: dict[str, Device], people: People, composed: Callable[..., Any] = compose
    ) -> None:
        self._context = context
        self._composed = composed
        self._devices = devices
        self.records: list[Record] = []
        self.hosts = {name: HostBook() for name in devices}
        self._failed: set[str] = set()
        self.shown = ShownAudit(context.estate, people)

    def read(self) -> list[Record]:
        """The records since the last time, each checked against those before it."""
        journal = self._context.writable()
        read = len(self.records)
        if journal.head()[0] == (self.records[-1].seq if self.records else 0):
            return []
        self.records = journal.records()
        new = self.records[read:]
        for record in new:
            self._nothing_begins_after_a_failure(record)
            if record.host:
                self._host_record(record)
            elif record.event == "done":
                self._done(record)
            elif record.event == "rolled_back":
                self._back(record)
            elif record.event == "held":
                self._held(record)
            elif record.event == "stopped":
                self._stopped(record)
            elif record.event == "refused":
                self._nothing_is_drained(record)
            self.shown.read(record)
        return new

    def writes(self, device: Device, why: str) -> None:
        """Called in the moment in which a device is changed: is it in the journal already?"""
        self.read()
        book = self.hosts[device.name]
        expected = {
            "step": ("step_intended",),
            "arm": ("host_intended", "back_intended", "drained", "giving_back"),
            "confirm": ("step_confirmed", "undo_intended"),
            "save": ("save_intended", "step_confirmed", "undo_intended", "back_intended", "host_back"),
            # its intent is that of the change that is taken back; without a journal the device comes first
            "back": ("undo_intended", "step_intended", "step_confirmed", *_WHOLE),
        }[why]
        assert why == "save" or book.last in expected, f"{device.name}: {why} after the record {book.last}"

    def _nothing_begins_after_a_failure(self, record: Record) -> None:
        """One host that fails is enough: no other one is touched any more, until somebody opens the stage again."""
        attempt = record.attempt
        if record.event in ("opened", "rollback_opened", "failed"):
            self._failed.discard(attempt)
        elif record.event == "host_failed":
            self._failed.add(attempt)
        else:
            begun = record.event in ("host_intended", "drained", "wave_begun")
            assert attempt not in self._failed or not begun, f"{record.host} after a failure"

    def _nothing_stands_on_air(self, progress: dict[tuple[str, str], StageProgress]) -> None:
        """A stage that is done stands on those that it requires."""
        for (municipality, stage), found in progress.items():
            for needed in self._context.estate.stage(stage).requires:
                below = progress.get((municipality, needed))
                if found.state not in ("pending", "rolled back"):
                    # one that takes in who was left behind is as done as before for all others
                    assert below is not None and (below.state == "done" or below.taking_in), (
                        f"{stage} of {municipality} stands on {needed}"
                    )

    def _nobody_is_cut_off(self, progress: dict[tuple[str, str], StageProgress]) -> None:
        """What all share lets everybody in whose stage is done, whatever others are in the middle of."""
        let_in = self._devices["core1"].get(("access_list", "members", "entries"))
        for (municipality, stage), found in progress.items():
            if stage == "link" and (found.state == "done" or found.taking_in):
                assert municipality in let_in, f"{municipality} has moved, and {let_in} are let in"

    def _host_record(self, record: Record) -> None:
        book, payload = self.hosts[record.host], record.payload or {}
        event = record.event.removeprefix("day2_")
        match event:
            case "host_intended" | "back_intended" | "drained" | "giving_back":
                book.earlier = dict(book.allowed) if event == "host_intended" and book.applied else None
                book.applied = False
                book.before, book.after = flat(payload["before"]), flat(payload["after"])
                for place, value in book.before.items():
                    book.allowed[place] = [value, book.after[place]]
                if event == "drained":
                    book.drained |= set(book.before)
                book.saved_since_change = False
            case "given_back":
                self._settled(record.host, book.drained)
                book.drained = set()
            case "step_intended":
                # nothing is taken twice, and nothing before the one ahead of it was confirmed
                book.pending = payload["title"]
            case "step_confirmed":
                assert book.pending == payload["title"], f"{record.seq}: confirmed without an intent"
                book.pending = None
            case "host_saved" | "host_back":
                self._settled(record.host)
                book.saved_since_change = True
            case "host_applied":
                book.applied = True
            case "host_reverted" if book.earlier is not None:
                book.allowed, book.applied = book.earlier, True
            case "host_reverted":
                self._settled(record.host)
            case "host_left":
                self._left(record)
            case _:
                pass
        book.last = event

    def _left(self, record: Record) -> None:
        """Left behind is who was not touched, or is back, and only where its wave has enough without it."""
        mine = [one for one in self.records if one.attempt == record.attempt and one.seq <= record.seq]
        last = {one.host: one.event for one in mine if one.event in _OF_THE_STAGE}
        told = [one.event for one in mine if one.host == record.host and one.event in _OF_THE_STAGE]
        # applied without an intent: a later stage had made it what this one makes of it, and nothing was to be changed
        touched = [event for event in told if event in ("host_intended", "host_back", "host_reverted")]
        assert touched[-1:] != ["host_intended"], f"{record.host} is left behind after {told}"
        for wave in self._context.estate.stage(record.stage).waves:
            hosts = self._context.estate.select(wave.hosts, record.municipality)
            there = [host for host in hosts if last.get(host) != "host_left"]
            assert len(there) >= (wave.quorum or len(hosts)), f"{wave.name} is left with {there} alone"

    def _settled(self, host: str, places: set[Any] | None = None) -> None:
        """From now on the device holds what it holds: said to be done or back, and so it must be. What is drained is
        settled by being given back, and nothing else is by that."""
        book, device = self.hosts[host], self._devices[host]
        for place in set(book.allowed) - book.drained if places is None else places:
            if place not in device.foreign:
                assert device.get(place) in book.allowed[place], f"{host} {place}"
                book.allowed[place] = [device.get(place)]

    def _done(self, record: Record) -> None:
        """Every host of it verified and saved, by the journal and in truth."""
        attempt = [one for one in self.records if one.attempt == record.attempt and one.host]
        verified = (record.payload or {})["verified"]
        left = (record.payload or {})["left"]
        assert verified, "done with no host verified"
        self._nothing_is_drained(record)
        stage = self._context.estate.stage(record.stage)
        for wave in stage.waves:
            hosts = self._context.estate.select(wave.hosts, record.municipality)
            assert set(hosts) <= {*verified, *left}, f"{wave.name} is called done without all of {hosts}"
            done = [host for host in hosts if host not in left]
            assert len(done) >= (wave.quorum or len(hosts)), f"{wave.name} is called done with {done} alone"
        for host in [*verified, *left]:
            events = [one.event for one in attempt if one.host == host and one.seq < record.seq]
            last = [event for event in events if event in _OF_THE_STAGE][-1:]
            assert last == ["host_left" if host in left else "host_saved"], f"{host} is called done after {last}"

    def _nothing_is_drained(self, record: Record) -> None:
        """By the journal and, where nobody else drains, in truth."""
        for name in self._devices:
            mine = [one for one in self.records if one.host == name and one.attempt == record.attempt]
            last = [one.event for one in mine if one.seq < record.seq and one.event in ("drained", "given_back")]
            assert last[-1:] != ["drained"], f"{record.event} while {name} is drained"
        core = self._devices["core1"]
        # another municipality's unfinished stage may have drained the core meanwhile: that is not this one's to say
        others = {
            one.attempt: one.event
            for one in self.records
            if one.host == "core1" and one.attempt != record.attempt and one.event in ("drained", "given_back")
        }
        theirs = "drained" in others.values()
        assert theirs or core.get(DRAINED) == USUAL, f"{record.event} with a core that was not given back"

    def _back(self, record: Record) -> None:
        """What is said to be back is back: by the journal here, in truth by `explain`."""
        self._nothing_is_drained(record)
        attempt = [one for one in self.records if one.attempt == record.attempt and one.host and one.seq < record.seq]
        for host in {one.host for one in attempt if one.event == "host_intended"}:
            last = [
                one.event
                for one in attempt
                if one.host == host and one.event in ("host_intended", "host_back", "host_reverted")
            ]
            assert last[-1] != "host_intended", f"{host} is called back and is not"

    def _stopped(self, record: Record) -> None:
        """Somebody has asked for it, and nothing is half way or drained."""
        self._nothing_is_drained(record)
        mine = [one for one in self.records if one.attempt == record.attempt and one.seq < record.seq]
        asked = [one.event for one in mine if one.event in (*_TURNS, "stop_asked")]
        assert asked[-1:] == ["stop_asked"], f"stopped after {asked}"
        begun = max(one.seq for one in mine if one.event in _TURNS)
        rounds = [one.payload or {} for one in mine if one.event == "soak_checked" and one.seq > begun]
        wrong = [one["wrong"] for one in rounds if one["wrong"]]
        assert not wrong, "stopped where it is, although what was moved no longer holds"
        last = {one.host: one.event for one in mine if one.event in _OF_THE_STAGE or one.event == "back_intended"}
        midway = [host for host, event in last.items() if event in ("host_intended", "back_intended")]
        assert not midway, f"stopped with {midway} half way"

    def _held(self, record: Record) -> None:
        payload = record.payload or {}
        assert payload["hosts"], "held by nobody"
        drained = {host for host in payload["hosts"] if f"{host}: drained" in payload["reason"]}
        assert set(payload["last_confirmed"]) | drained == set(payload["hosts"])
        # past the point of no return it is what no longer holds that is told; the hosts are all that were changed
        final = "no way back" in payload["reason"]
        assert final or all(host in payload["reason"] for host in payload["hosts"])
        assert record.municipality in payload["next"]
        assert record.stage in payload["next"]
        told = [one for one in self.records if one.attempt == record.attempt]
        turns = [one.event for one in told if one.event in ("opened", "rollback_opened", "failed")]
        for host, said in payload["last_confirmed"].items():
            mine = [one for one in told if one.host == host]
            if turns[-1:] != ["opened"]:  # of its way back, and of nothing before that
                begun = [one.seq for one in mine if one.event == "back_intended"]
                intended = [one.seq for one in mine if one.event == "host_intended"]
                whole = [one.seq for one in mine if one.event in ("host_applied", "host_reverted")]
                if begun[-1:] > intended[-1:]:
                    mine = [one for one in mine if one.seq > begun[-1]]
                elif whole[-1:] > intended[-1:]:
                    mine = []
            confirmed = [(one.payload or {})["title"] for one in mine if one.event == "step_confirmed"]
            assert said == (confirmed or ["none"])[-1], f"{host}: {said} is not its last confirmed step"

    def explain(self) -> None:
        """Every device holds, at every place that was ever touched, a value that the journal explains; and where
        nothing is on its way, exactly what compose says on top of what there was at first."""
        progress = read_progress(self.records)
        self._nothing_stands_on_air(progress)
        self._nobody_is_cut_off(progress)
        self.shown.compare(progress)
        estate = self._context.estate
        on_the_way = {
            host
            for stage in progress.values()
            if stage.state not in ("pending", "done", "rolled back")
            for host in [*stage.hosts, *_hosts_of(estate, stage)]
        }
        on_the_way |= {host for stage in progress.values() for host in stage.left}
        done = completed(progress)
        for name, device in self._devices.items():
            assert device.startup.get(DRAINED) in (None, USUAL), f"{name} would come up drained"
            book = self.hosts[name]
            for place, values in book.allowed.items():
                assert place in device.foreign or device.get(place) in values, f"{name} {place}: {device.get(place)}"
            if name in on_the_way or device.foreign:
                continue
            expected = dict(BASELINE.get(estate.hosts[name].groups[1], {}))
            expected |= flat(self._composed(name, estate, done, self._context.roles_path))
            expected = {place: value for place, value in expected.items() if value is not None}
            found = {place: value for place, value in device.running.items() if place != DAY2}
            assert found == expected, f"{name} is not what the stages make of it"


def _hosts_of(estate: Any, stage: Any) -> list[str]:
    return [host for wave in estate.stage(stage.stage).waves for host in estate.select(wave.hosts, stage.municipality)]
