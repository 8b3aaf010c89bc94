"""Nights on the twin: what is planted is found, nothing is invented, and what cannot be read is said."""

from __future__ import annotations

import json
import random
import time

import pytest
from support.drift import Night

from fellesdrift.drift import ledger
from fellesdrift.drift.model import HostResult
from fellesdrift.estate import load_estate
from fellesdrift.journal import Journal
from fellesdrift.state.network import read_resources

Place = tuple[str, str, str, str]


@pytest.mark.parametrize("nights", [1, pytest.param(3, marks=pytest.mark.long)])
def test_clean_nights_find_nothing(night: Night, nights: int) -> None:
    before = night.lab.configs()
    for _ in range(nights):
        run = night.check(all_hosts=True)
        assert run.code == 0, run.output
        found = night.ledger()
        assert (found.outcome, found.complete, found.findings) == ("clean", True, 0)
        assert found.canary.found
        assert found.history.kept
        assert found.counts["clean"] == len(night.hosts)
    assert night.lab.configs() == before


class Plants:
    """Differences at random, by somebody at a terminal, and where they are to be found."""

    def __init__(self, night: Night, seed: int) -> None:
        self.night = night
        self.chance = random.Random(seed)
        self.places: set[Place] = set()

    def plant(self, host: str) -> None:
        resources = read_resources(self.night.lab.configs()[host])
        named = [name for name, one in resources["interface"].items() if one["description"]]
        lists = [name for name, one in resources["access_list"].items() if one["type"] == "extended"]
        number = self.chance.randrange(1, 250)
        kinds = ["route", "list", "line", "domain"]
        kinds += (["description"] if named else []) + (["entry"] if lists else [])
        lines: list[str] = []
        for kind in self.chance.sample(kinds, self.chance.randint(1, 3)):
            match kind:
                case "route":
                    lines += [f"ip route 198.51.100.{number // 8 * 8} 255.255.255.248 Null0"]
                    self._at(host, "route", f"198.51.100.{number // 8 * 8}/29")
                case "list":
                    lines += [f"ip access-list standard NYE{number}", f"permit 10.99.{number}.0 0.0.0.255"]
                    self._at(host, "access_list", f"NYE{number}")
                case "line":
                    lines += [f"ntp server 203.0.113.{number}"]
                    self._at(host, "configuration", f"ntp server 203.0.113.{number}")
                case "domain":
                    lines += [f"ip domain name natt{number}.example"]
                    self._at(host, "configuration", "ip domain name")
                case "description":
                    name = self.chance.choice(named)
                    lines += [f"interface {name}", f"description Lagt om i natt {number}", "exit"]
                    self._at(host, "interface", name, "description")
                case _:
                    name = self.chance.choice(lists)
                    lines += [f"ip access-list extended {name}", f"permit udp host 203.0.113.{number} any", "exit"]
                    self._at(host, "access_list", name)
        saved = self.chance.random() < 0.5
        self.night.type(host, *lines, *(["do write memory"] if saved else []))
        if not saved:
            self._at(host, "startup", "startup-config")

    def _at(self, host: str, kind: str, key: str, attribute: str = "") -> None:
        self.places.add((host, kind, key, attribute))


def mend(night: Night, hosts: list[HostResult]) -> None:
    """What each remedy says: the command once for all hosts, then what is typed on the device."""
    commands = {one.remedy.command for host in hosts for one in host.findings if one.remedy.command}
    assert all(" playbooks/mend.yml " in command for command in commands)
    limit = ",".join(host.host for host in hosts)
    run = night.lab.play("mend.yml", "--limit", limit, "-e", "change=natt")
    assert run.code == 0, run.output
    for host in hosts:
        by_hand = [one for one in host.findings if one.kind == "configuration"]
        lines = [step[1:] for one in by_hand for step in one.remedy.steps if step.startswith(" ")]
        night.type(host.host, *lines, "do write memory")


@pytest.mark.parametrize("seed", [20091, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 9))])
def test_all_that_is_planted_is_found_nothing_else_is_and_each_remedy_mends_it(night: Night, seed: int) -> None:
    plants = Plants(night, seed)
    for host in plants.chance.sample(night.devices, 5):
        plants.plant(host)
    run = night.check("--diff")
    assert run.code == 1, run.output
    assert night.findings() == plants.places
    drifted = [host for host in night.ledger().hosts if host.state == "drift"]
    assert {one.nature for host in drifted for one in host.findings} <= {"unmanaged", "unsaved"}
    assert all(one.first_seen for host in drifted for one in host.findings)
    mend(night, drifted)
    run = night.check()
    assert run.code == 0, run.output


def test_what_cannot_be_read_changes_nothing_for_the_others(night: Night) -> None:
    faults = {
        "san-skole-rtr1": ("unreachable", "FD30", {"kind": "dead"}),
        "drm-core2": ("refused", "FD302", {"kind": "refuse_login"}),
        "san-sykehjem-rtr1": ("error", "FD402", {"kind": "garbage", "match": "^show running-config", "times": 5}),
        "san-fw1": ("error", "FD307", {"kind": "drop", "match": "^show startup-config", "when": "after"}),
        "svv-fw1": ("error", "FD308", {"kind": "hang", "match": "^show running-config"}),
        "roy-fw1": ("unreachable", "FD308", {"kind": "hang", "match": "^terminal length"}),
    }
    for host, (_, _, fault) in faults.items():
        night.lab.do("fault", device=host, **fault)
    night.type("drm-fwz1", "ip route 198.51.100.8 255.255.255.248 Null0")
    started = time.monotonic()
    run = night.check("--host-seconds", "8")
    assert time.monotonic() - started < 45
    assert run.code == 1, run.output
    found = {host.host: host for host in night.ledger().hosts}
    assert {host: found[host].state for host in faults} == {host: state for host, (state, _, _) in faults.items()}
    assert [host for host, (_, code, _) in faults.items() if not found[host].code.startswith(code)] == []
    others = {host for host in night.devices if host not in faults}
    assert {host for host in others if found[host].state != "clean"} == {"drm-fwz1"}
    assert night.findings() == {
        ("drm-fwz1", "route", "198.51.100.8/29", ""),
        ("drm-fwz1", "startup", "startup-config", ""),
    }
    told = night.ledger()
    assert not told.complete
    assert told.gaps == ["2 unreachable", "1 refused", "3 error"]
    assert told.counts["clean"] == len(others) - 1


def test_with_no_drift_what_cannot_be_read_makes_a_run_incomplete_and_a_limit_leaves_out(night: Night) -> None:
    night.lab.do("fault", device="san-skole-rtr1", kind="dead")
    run = night.check("--limit", "san-rtr1,san-skole-rtr1", "--host-seconds", "8", "--check")
    assert run.code == 3, run.output
    told = night.ledger()
    assert (told.outcome, told.asked, told.limit) == ("incomplete", 2, "san-rtr1,san-skole-rtr1")
    assert told.counts["not_run"] == len(night.hosts) - 2
    assert not (night.lab.out / ".state" / "journal.sqlite").exists()


def test_a_secret_that_cannot_be_opened_refuses_its_host_alone_and_a_limit_that_means_nobody_is_a_failure(
    night: Night,
) -> None:
    host_vars = night.lab.out / "host_vars" / "san-rtr1"
    secret = host_vars / "zz_vaulted.yml"
    secret.write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n", encoding="ascii")
    try:
        run = night.check("--limit", "san-rtr1,san-fw1", "--check")
    finally:
        secret.unlink()
    assert run.code == 3, run.output
    found = {host.host: (host.state, host.code) for host in night.ledger().hosts if host.asked}
    assert found == {"san-rtr1": ("refused", "FD934"), "san-fw1": ("clean", "")}
    run = night.check("--limit", "san-rtr1,no-such-host", "--check")
    assert run.code == 2, run.output
    told = ledger.read(night.out / ledger.FILE)
    assert told.failure is not None
    assert told.failure.code == "FD740"


def test_kinds_narrow_a_run_and_the_ledger_says_so(night: Night) -> None:
    night.type("san-rtr1", "ntp server 203.0.113.9")
    run = night.check("--limit", "san-rtr1", "--kinds", "route,access_list", "--json")
    assert run.code == 0, run.output
    told = json.loads(run.output)
    assert (told["outcome"], told["kinds"], told["counts"]["clean"]) == ("clean", ["route", "access_list"], 1)


def test_what_an_unfinished_stage_has_touched_is_expected(night: Night) -> None:
    night.type("san-rtr1", "ip route 198.51.100.8 255.255.255.248 Null0")
    before = {"route": {"198.51.100.8/29": {"next_hops": []}}}
    hop = {"next_hop": "Null0", "distance": 1, "name": None}
    after = {"route": {"198.51.100.8/29": {"next_hops": [hop]}}}
    estate = load_estate([night.lab.out])
    with Journal.create(estate.journal, estate.name) as journal:
        journal.append("sande", "wan_link", "1", "", "opened", {})
        payload = {"before": before, "after": after, "steps": []}
        journal.append("sande", "wan_link", "1", "san-rtr1", "host_intended", payload)
    run = night.check("--limit", "san-rtr1")
    assert run.code == 0, run.output
    (host,) = (host for host in night.ledger().hosts if host.host == "san-rtr1")
    assert [one.kind for one in host.expected] == ["route", "startup"]
    assert night.ledger().unfinished == ["wan_link of sande: running"]
    with Journal.open(estate.journal, estate.name) as journal:
        journal.append("sande", "wan_link", "1", "", "rolled_back", {})
        assert journal.verify() == 3
    assert night.check("--limit", "san-rtr1").code == 1


def test_the_playbook_alone_fails_for_drift(night: Night) -> None:
    night.type("san-rtr1", "ip route 198.51.100.8 255.255.255.248 Null0")
    path = night.out / "alone.json"
    run = night.lab.play("drift.yml", "--limit", "san-rtr1", "-e", f"drift_ledger={path}", "--diff")
    assert run.code == 2
    assert "+ip route 198.51.100.8 255.255.255.248 Null0" in run.output
    assert "no ip route 198.51.100.8 255.255.255.248 Null0" in run.output


@pytest.mark.long
def test_a_wrong_inventory_is_a_failure_before_any_device_is_asked(night: Night) -> None:
    links = night.lab.out / "group_vars" / "all" / "zz_wrong.yml"
    links.write_text("fellesdrift_windows: [1]\n", encoding="utf-8")
    try:
        run = night.check()
    finally:
        links.unlink()
    assert run.code == 2, run.output
    found = ledger.read(night.out / ledger.FILE)
    assert found.failure is not None
    assert found.failure.code.startswith("FD1")
