"""Journals of nights that never were: what the engine writes of a stage, however that ends."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fellesdrift.journal import Journal, chain

BEGAN = datetime(2006, 3, 3, 21, 4, 5, tzinfo=UTC)
WAVES = {
    "Internet exit in Drammen": ["drm-fwi1"],
    "Town-hall router": ["san-rtr1"],
    "Core routers": ["drm-core1", "drm-core2"],
}
ROUTE = "0.0.0.0/0"
BEFORE = {
    "route": {ROUTE: {"next_hops": [{"next_hop": "10.61.0.2", "distance": 1, "name": None}]}},
    "interface": {"GigabitEthernet0/2/0": {"description": None, "enabled": False, "ip_address": None}},
}
AFTER = {
    "route": {
        ROUTE: {
            "next_hops": [
                {"next_hop": "10.250.61.1", "distance": 1, "name": None},
                {"next_hop": "10.61.0.2", "distance": 250, "name": "reserve"},
            ]
        }
    },
    "interface": {
        "GigabitEthernet0/2/0": {
            "description": "Fiber til Drammen æøå <b>",
            "enabled": True,
            "ip_address": "10.250.61.2/30",
        }
    },
}
STEPS = ("Set up GigabitEthernet0/2/0", "Add route 0.0.0.0/0 by 10.250.61.1", "Keep route 0.0.0.0/0 by 10.61.0.2")


class Clock:
    """What the journal takes for the time: it stands still until it is set on."""

    def __init__(self) -> None:
        self.time = BEGAN

    def now(self, _: object = None) -> datetime:
        return self.time

    def __getattr__(self, name: str) -> Any:
        return getattr(datetime, name)


class Night:
    """A stage of Sande being recorded."""

    def __init__(self, journal: Journal, clock: Clock, attempt: str = "4f1c2d" + "0" * 26) -> None:
        self.journal = journal
        self.clock = clock
        self.attempt = attempt

    def write(
        self,
        event: str,
        payload: dict[str, Any] | None = None,
        host: str = "",
        *,
        seconds: float = 20,
        personal: dict[str, Any] | None = None,
    ) -> None:
        """One record, so many seconds after the one before."""
        self.clock.time += timedelta(seconds=seconds)
        self.journal.append("sande", "wan_link", self.attempt, host, event, payload or {}, personal)

    def opened(self, *, resumed: bool = False) -> None:
        waves = [{"name": name, "hosts": hosts} for name, hosts in WAVES.items()]
        window = {"start": "2006-03-03T21:00:00+00:00", "end": "2006-03-04T03:00:00+00:00"}
        title = "Fibre to Drammen carries the municipality's traffic"
        payload = {"title": title, "waves": waves, "resumed": resumed, "version": "0.1.0"}
        plan = {"desired": "9" * 64, "waves": "a" * 64}
        self.write("opened", payload | {"window": window, "plan": plan}, seconds=0)

    def gates(self, overridden: str = "", **other: str) -> None:
        """All pass but those given: host of services_before -> its answer. overridden: why the window did not bind."""
        hosts = [host for hosts in WAVES.values() for host in hosts]
        results = [
            {"gate": "reachable", "host": host, "result": "pass", "evidence": "logged in, running configuration read"}
            for host in hosts
        ]
        rule = "report 4.3 rule 1: the platform is there before the users"
        results.append(
            {"gate": "platform_first", "host": "", "result": "pass", "evidence": "the core is done", "rule": rule}
        )
        if overridden:
            late = {"gate": "window_open", "host": "", "result": "fail", "evidence": "the last window was yesterday"}
            results.append(late | {"rule": "the estate's change windows", "overridden": overridden})
        for host in hosts:
            answer = other.get(host.replace("-", "_"), "pass")
            evidence = "4 asked" if answer == "pass" else "no answer: payroll (198.51.100.20 from Vlan10)"
            results.append({"gate": "services_before", "host": host, "result": answer, "evidence": evidence})
        self.write("gates", {"results": results}, seconds=35)

    def asked(self, step: str = "call", answer: str | None = "pass", *, simulated: bool = False) -> None:
        deadline = (self.clock.time + timedelta(minutes=30)).isoformat()
        asked = {"title": "Call the town hall", "instruction": "Dial the switchboard and have it call you back."}
        more = {"role": "duty_operator", "deadline": deadline, "when": "after"}
        self.write("manual_asked", {"step": step, **asked, **more})
        if answer:
            given = {"answer": answer, "simulated": simulated, "evidence": "both ways heard, 2 min"}
            self.write("manual_answered", {"step": step, **given}, seconds=240, personal={"name": "(the operator)"})

    def change(self, host: str, steps: int = len(STEPS)) -> None:
        """A host's change; fewer steps: it was cut off in the next one."""
        self.write("host_intended", {"before": BEFORE, "after": AFTER, "steps": list(STEPS)}, host)
        for title in STEPS[:steps]:
            self.write("step_intended", {"title": title}, host, seconds=2)
            self.write("step_confirmed", {"title": title}, host, seconds=1)
        if steps < len(STEPS):
            self.write("step_intended", {"title": STEPS[steps]}, host, seconds=2)
        else:
            self.write("host_applied", {}, host, seconds=8)

    def waves(self, *names: str) -> None:
        for name in names or WAVES:
            self.write("wave_begun", {"wave": name, "canary": name == "Town-hall router", "hosts": WAVES[name]})
            for host in WAVES[name]:
                self.change(host)
            self.write("wave_ended", {"wave": name, "left": []}, seconds=60)

    def soak(self, *silent: str) -> None:
        """Two rounds; in the second these are silent."""
        until = (self.clock.time + timedelta(minutes=10)).isoformat()
        self.write("soak_begun", {"wave": None, "until": until})
        for number, gone in enumerate(((), silent), 1):
            self.write("soak_checked", {"round": number, "silent": list(gone), "wrong": []}, seconds=300)
        if not silent:
            self.write("soak_ended", {"wave": None, "rounds": 2}, seconds=1)

    def saved(self, *hosts: str) -> None:
        for host in hosts or itertools.chain.from_iterable(WAVES.values()):
            self.write("save_intended", {"title": "save the running configuration"}, host, seconds=4)
            self.write("host_saved", {}, host, seconds=2)

    def back(self, *hosts: str) -> None:
        for host in hosts:
            self.write("back_intended", {"before": AFTER, "after": BEFORE, "steps": list(STEPS)}, host)
            self.write("step_intended", {"title": "Remove route 0.0.0.0/0 by 10.250.61.1"}, host, seconds=2)
            self.write("step_confirmed", {"title": "Remove route 0.0.0.0/0 by 10.250.61.1"}, host, seconds=2)
            self.write("host_back", {}, host, seconds=10)


def done(night: Night) -> None:
    night.opened()
    night.gates()
    night.waves()
    night.asked()
    night.soak()
    night.saved()
    night.write("done", {"verified": ["drm-fwi1", "san-rtr1", "drm-core1", "drm-core2"]})


def rolled_back(night: Night) -> None:
    """The second wave takes the payroll away from Sande."""
    night.opened()
    night.gates()
    night.waves("Internet exit in Drammen")
    night.write("wave_begun", {"wave": "Town-hall router", "canary": True, "hosts": ["san-rtr1"]})
    night.change("san-rtr1")
    reason = "san-skole-rtr1: FD631: san-skole-rtr1 no longer reaches what it must"
    night.write("host_failed", {"reason": reason}, "san-skole-rtr1")
    night.write("failed", {"reason": reason})
    night.back("san-rtr1", "drm-fwi1")
    night.write("rolled_back", {"reason": reason})


def held(night: Night) -> None:
    """The town-hall router does not come back."""
    night.opened()
    night.gates()
    night.waves("Internet exit in Drammen")
    night.write("wave_begun", {"wave": "Town-hall router", "canary": True, "hosts": ["san-rtr1"]})
    night.change("san-rtr1", steps=1)
    reason = "san-rtr1: FD301: nothing answers at its address"
    night.write("host_failed", {"reason": reason}, "san-rtr1")
    night.write("failed", {"reason": reason})
    night.back("drm-fwi1")
    last = "san-rtr1: not back, last confirmed step: Set up GigabitEthernet0/2/0"
    night.write("held", {"hosts": ["san-rtr1"], "reason": last, "next": "rollback.yml"})


def running(night: Night) -> None:
    """In the middle of the second wave, with a step that nobody has answered and one that a rehearsal did."""
    night.opened()
    night.gates()
    night.asked("patched", simulated=True)
    night.waves("Internet exit in Drammen")
    night.write("wave_begun", {"wave": "Town-hall router", "canary": True, "hosts": ["san-rtr1"]})
    night.change("san-rtr1", steps=2)
    night.asked("call", None)


def refused(night: Night) -> None:
    night.opened()
    night.gates(san_rtr1="fail", drm_core2="inconclusive")
    reason = "services_before on san-rtr1: fail; services_before on drm-core2: inconclusive"
    night.write("refused", {"reason": reason})


def overridden(night: Night) -> None:
    """An emergency: nobody waits for the window. Weeks later somebody declares it final."""
    night.opened()
    night.gates("The line to the nursing home is cut; the head of operations decided.")
    night.waves("Internet exit in Drammen")
    night.saved("drm-fwi1")
    night.write("done", {"verified": ["drm-fwi1"]})
    night.write("finalized", {"reason": "nothing was reported", "hosts": {}}, seconds=21 * 24 * 3600)


NIGHTS: dict[str, Callable[[Night], None]] = {
    "done": done,
    "rolled_back": rolled_back,
    "held": held,
    "running": running,
    "refused": refused,
    "overridden": overridden,
}


@contextmanager
def recorded(folder: Path, estate: str, *nights: str) -> Iterator[Journal]:
    """A journal in which these nights follow each other; the clock is the night's own, salts are not random."""
    with pytest.MonkeyPatch.context() as patch, Journal.create(folder / "journal.sqlite", estate) as journal:
        clock = Clock()
        patch.setattr(chain, "datetime", clock)
        patch.setattr(chain.secrets, "token_hex", lambda length: "5" * 2 * length)
        for number, name in enumerate(nights):
            night = Night(journal, clock, f"{number + 1:x}f1c2d" + "0" * 26)
            NIGHTS[name](night)
            clock.time += timedelta(days=7)
        yield journal
