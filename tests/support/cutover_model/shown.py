"""What must hold of people, waves, soaks and points of no return, read off the journal as an auditor would."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.cutover_model.small_estate import HANDED_OVER

if TYPE_CHECKING:
    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.estate import Estate
    from fellesdrift.estate.stages import Stage
    from fellesdrift.journal import Record
    from support.cutover_model.people import People

type Key = tuple[str, str]
_BACK = frozenset({"failed", "rollback_opened", "back_intended", "host_back", "rolled_back"})


@dataclass
class Shown:
    """One attempt as far as it has come. passed: manual steps. rounds: of the soak that is going on, by wave. checked:
    waves whose one verification went well; soaked: those whose soak ended. no_return: there is no way back. taking_in:
    the hosts that a further run is for; kept: what holds again when that one has gone back."""

    attempt: str = ""
    asked: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    rounds: dict[str, list[list[str]]] = field(default_factory=dict)
    checked: set[str] = field(default_factory=set)
    soaked: set[str] = field(default_factory=set)
    waves: list[str] = field(default_factory=list)
    failed: bool = False
    no_return: bool = False
    taking_in: list[str] = field(default_factory=list)
    kept: Shown | None = None

    def changed(self, host: str, stage: Stage, hosts_of: dict[str, list[str]]) -> None:
        """What was seen before a host is changed is no word on what it is after."""
        of = {name for name, hosts in hosts_of.items() if host in hosts}
        moments = ["after", "finalize"] + ["canary"] * any(wave.canary and wave.name in of for wave in stage.waves)
        self.passed -= _of(stage, *moments)
        self.checked -= of
        self.soaked -= of | {""}
        if self.kept is not None and host not in self.taking_in:
            self.kept.changed(host, stage, hosts_of)

    def restore(self) -> None:
        """Those that were to be taken in went back, and of the others what was seen holds."""
        kept = self.kept
        if kept is not None:
            self.asked, self.passed, self.checked = kept.asked, kept.passed, kept.checked
            self.soaked, self.waves = kept.soaked, kept.waves


class ShownAudit:
    """Reads every record of every stage, one after the other."""

    def __init__(self, estate: Estate, people: People) -> None:
        self._estate = estate
        self._people = people
        self._shown: dict[Key, Shown] = {}
        self.finalizing: set[Key] = set()

    def read(self, record: Record) -> None:
        """Hold one more record against those before it."""
        if not record.stage:
            return
        key, payload = (record.municipality, record.stage), record.payload or {}
        shown = self._shown.setdefault(key, Shown())
        stage = self._estate.stage(record.stage)
        assert not (shown.no_return and record.event in _BACK and record.attempt == shown.attempt), (
            f"{record.event} past the point of no return"
        )
        match record.event:
            case "opened":
                self._opened(key, shown, record)
            case "host_intended":
                hosts_of = {wave.name: self._estate.select(wave.hosts, record.municipality) for wave in stage.waves}
                shown.changed(record.host, stage, hosts_of)
            case "failed" | "rollback_opened":
                self._back(shown, stage, record.event)
            case "manual_asked" | "manual_answered":
                self._answer(shown, stage, record.event, payload)
            case "wave_begun":
                self._wave(shown, stage, payload["wave"])
            case "soak_begun" | "soak_checked" | "soak_ended":
                self._soak(shown, record.event, payload)
            case "done":
                self._done(shown, stage)
            case "finalized":
                self._finalized(shown, stage, key, payload)
            case "reconciled":
                wrong = [
                    one["host"] for one in payload["results"] if one["result"] not in ("before", "after", "between")
                ]
                assert not wrong, f"reconciled with {wrong}"
            case _:
                pass

    def _opened(self, key: Key, shown: Shown, record: Record) -> None:
        taking_in = (record.payload or {})["taking_in"]
        if record.attempt != shown.attempt:
            shown = self._shown[key] = Shown(record.attempt)
        elif taking_in and not shown.taking_in:
            shown.kept = copy.deepcopy(shown)
        shown.failed, shown.taking_in = False, taking_in

    def _back(self, shown: Shown, stage: Stage, event: str) -> None:
        ahead = _of(stage, "before")
        shown.asked, shown.passed = shown.asked & ahead, shown.passed & ahead
        shown.rounds, shown.checked, shown.soaked, shown.waves = {}, set(), set(), []
        shown.failed = True
        if event == "rollback_opened":
            shown.taking_in, shown.kept = [], None

    def compare(self, progress: dict[Key, StageProgress]) -> None:
        """The engine sees a way back where there is one, and none where there is none."""
        for key, mine in self._shown.items():
            if mine.attempt:
                there = progress[key].shown.no_way_back is None
                assert there != mine.no_return, f"{key}: {progress[key].shown.no_way_back}"

    def _answer(self, shown: Shown, stage: Stage, event: str, payload: dict[str, Any]) -> None:
        step = payload["step"]
        if event == "manual_asked":
            shown.asked.add(step)
            shown.passed.discard(step)
            return
        assert step in shown.asked, f"{step} was answered before it was asked"
        if payload["answer"] == "pass":
            by = self._people.simulated if payload["simulated"] else self._people.given
            assert step in by, f"nobody has answered {step} with pass"
            shown.passed.add(step)
            shown.no_return |= step == HANDED_OVER == stage.reversible_until and not payload["simulated"]

    def _wave(self, shown: Shown, stage: Stage, name: str) -> None:
        """Nothing is built on a canary that was not verified, answered for and soaked."""
        assert _of(stage, "before") <= shown.passed, f"{name} begins before people have passed it"
        for wave in stage.waves:
            if wave.name == name:
                break
            assert wave.name in shown.waves, f"{name} begins before {wave.name}"
            assert not wave.canary or {wave.name} <= shown.checked, f"{name} begins before its canary was verified"
            assert not wave.canary or _of(stage, "canary") <= shown.passed, (
                f"{name} begins before its canary has passed"
            )
            assert not wave.soak or wave.name in shown.soaked, f"{name} begins before the soak of {wave.name}"
        shown.waves.append(name)

    def _soak(self, shown: Shown, event: str, payload: dict[str, Any]) -> None:
        wave = payload["wave"] or ""
        if event == "soak_begun":
            shown.rounds[wave] = []
        elif event == "soak_checked":
            wrong = [host for host, one in payload["hosts"].items() if one["result"] != "pass"]
            assert payload["hosts"], "a round without hosts"
            assert payload["wrong"] == wrong
            shown.rounds.setdefault(wave, []).append(wrong)
            if payload["round"] == 0:
                (shown.checked.discard if wrong else shown.checked.add)(wave)
        else:
            rounds = shown.rounds[wave]
            assert len(rounds) >= payload["rounds"], f"a soak of {len(rounds)} rounds"
            assert not any(rounds), f"soaked although {rounds} was wrong"
            shown.soaked.add(wave)

    def _done(self, shown: Shown, stage: Stage) -> None:
        kept, shown.taking_in = shown.kept, []
        if shown.failed:  # hosts that were to be taken in went back, and the others are as they were: done
            shown.restore()
        shown.kept = None
        if shown.failed and kept:
            return
        assert _of(stage, "before", "canary", "after") <= shown.passed, f"done, and passed only {shown.passed}"
        assert not stage.soak or "" in shown.soaked, "done without its soak"
        assert shown.waves[-1:] == [stage.waves[-1].name], "done before its last wave"

    def _finalized(self, shown: Shown, stage: Stage, key: Key, payload: dict[str, Any]) -> None:
        assert key in self.finalizing, "nobody has asked to finalize it"
        assert _of(stage, "finalize") <= shown.passed, "finalized, and not everybody has passed it"
        assert payload["hosts"]
        assert all(one["result"] == "pass" for one in payload["hosts"].values()), "finalized unverified"
        shown.no_return = True


def _of(stage: Stage, *when: str) -> set[str]:
    return {step.id for step in stage.steps if step.when in when}
