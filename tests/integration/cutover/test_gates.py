"""Nothing gets past the gates, and nothing that is refused leaves a trace on a device."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from support.lab import Lab
from support.observing import hostvars_of, observer, run_of

from fellesdrift.estate import load_estate

WAVE = "Wave of wan_link: Core routers"
ROUTERS = ("san-rtr1", "san-skole-rtr1")
SERVERS = ("san-file1", "san-ts1")
EXCHANGES = ("drm-succession1", "san-meridian1")
SECONDS = 8


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--limit", "san-rtr1"], 2, "FD622"),
        pytest.param(["--limit", "sande"], 2, "FD622", marks=pytest.mark.long),  # the other does not name a group
        (["--tags", "cutover"], 2, "FD620"),
        pytest.param(["--skip-tags", "cutover"], 2, "FD620", marks=pytest.mark.long),  # any tag is refused
        (["--skip-tags", "always"], 3, "FD640"),
        pytest.param(
            ["--start-at-task", "Take each stage in its order"], 2, "fellesdrift_pending", marks=pytest.mark.long
        ),
        (["--start-at-task", WAVE], 3, "FD640"),
        (["-e", "stage=wan_lnk"], 2, "FD621"),
        (["-e", "window=overridden"], 2, "FD641"),
        (["-e", '{"stage_run": {"waves": []}}'], 2, "FD624"),
        (["-e", "window=overridden", "-e", "reason=fibre cut; the service manager"], 2, "cut; the service manager"),
        (["-e", '{"fellesdrift_gates": {"gates": []}}'], 2, "FD105"),
    ],
)
def test_a_partial_run_is_refused(still: Lab, arguments: list[str], code: int, says: str) -> None:
    before = still.configs()
    run = still.play("cutover.yml", *arguments)
    assert (run.code, says in run.output) == (code, True), run.output
    assert still.configs() == before
    assert still.records() == []


def test_check_and_diff_predict_and_write_nothing(still: Lab) -> None:
    before = still.configs()
    run = still.play("cutover.yml", "--check", "--diff")
    assert run.code == 0, run.output
    assert "planned, 6 steps" in run.output
    assert "+ip route 10.61.0.0 255.255.0.0 GigabitEthernet0/2/0 10.250.61.2" in run.output
    assert "pass: stays_local (report 4.3 and 4.4, rules 3 and 6)" in run.text()
    assert "pass: window_open (the estate's change windows): a rehearsal keeps no window" in run.text()
    assert still.configs() == before
    assert still.records() == []


def test_each_gate_that_fails_is_told_and_stops_it(lab: Lab) -> None:
    lab.do("console", device="san-rtr1", lines=["interface GigabitEthernet0/0", "description changed at night"])
    lab.do("link", link="san_internet", state="cut")
    before = lab.configs()
    run = lab.play("cutover.yml", "-e", "window=planned")
    assert run.code == 2
    assert "FD630" in run.output
    assert "fail startup_saved san-rtr1" in run.text()
    # the estate answers beside the devices: the windows of 2006 are over
    assert "fail window_open the estate" in run.text()
    assert "fail services_before san-rtr1" in run.text()
    assert "payroll" in run.output
    assert lab.configs() == before
    assert lab.stage().state == "pending"
    plan = lab.play("plan.yml")
    assert plan.code == 2
    assert "startup_saved on san-rtr1" in plan.output
    assert "planned, 6 steps" in plan.output  # what stands in the way does not hide what would change


def test_what_cannot_be_asked_is_inconclusive(lab: Lab) -> None:
    lab.do("fault", device="san-skole-rtr1", kind="refuse_login")
    run = lab.play("cutover.yml")
    assert run.code == 2
    assert "inconclusive reachable san-skole-rtr1" in run.text()
    assert lab.stage().state == "pending"
    plan = lab.play("plan.yml")
    assert plan.code == 2
    assert "FD302" in plan.text()
    assert "FD636" not in plan.text(), "a plan has no stage open, and writes no failure down"


@pytest.mark.long  # that any one of them is enough is held without a playbook, for all gates (tests/unit/cutover)
def test_a_service_that_is_down_before_stops_it(lab: Lab) -> None:
    lab.do("link", link="san_internet", state="cut")
    run = lab.play("cutover.yml")
    assert run.code == 2
    assert "fail services_before san-rtr1" in run.text()
    assert lab.stage().state == "pending"


def test_a_stray_playbook_cannot_write(lab: Lab, tmp_path: Path) -> None:
    """Neither without a permit nor with a forged one, even while the stage is open."""
    stray = tmp_path / "stray.yml"
    stray.write_text(
        """
- hosts: san-rtr1
  gather_facts: false
  tasks:
    - fellesdrift.core.network_device:
        resources: {interface: {GigabitEthernet0/0: {description: stray}}}
        permit: "{{ forged | default({}) }}"
""",
        encoding="utf-8",
    )
    before = lab.configs()
    bare = lab.play(str(stray))
    assert bare.code == 2
    assert "FD613" in bare.output
    forged = {"municipality": "sande", "stage": "wan_link", "attempt": "a", "token": "t", "direction": "forward"}
    assert "FD611" in lab.play(str(stray), "-e", json.dumps({"forged": forged})).output
    assert lab.configs() == before


def test_a_named_day2_change_is_journalled(lab: Lab, tmp_path: Path) -> None:
    playbook = tmp_path / "day2.yml"
    playbook.write_text(
        """
- hosts: san-rtr1
  gather_facts: false
  tasks:
    - fellesdrift.core.network_device:
        resources: {interface: {GigabitEthernet0/0: {description: Brukere i rådhuset}}}
        day2: endring 17
""".replace("rådhuset", "raadhuset"),
        encoding="utf-8",
    )
    run = lab.play(str(playbook))
    assert run.code == 0, run.output
    assert "description Brukere i raadhuset" in lab.configs()["san-rtr1"]
    assert {record.event for record in lab.records()} >= {"day2_host_intended", "day2_host_applied"}
    assert lab.play(str(playbook)).output.count("changed=0") == 1


def asked(still: Lab, *hosts: str) -> dict[str, Any]:
    """host -> gate -> its answer, of one task for all these hosts (and for all exchanges)."""
    estate = load_estate([still.out])
    arguments = {"part": "gate", "run": run_of(estate, list(hosts), SECONDS)}
    result = observer().work(arguments, {"hostvars": hostvars_of(estate, still.out)})
    return {host: {each["gate"]: each for each in result["hosts"][host]["gates"]} for host in hosts}


@pytest.mark.usefixtures("collection")
def test_all_families_answer_in_one_task(still: Lab) -> None:
    found = asked(still, *ROUTERS, *SERVERS, *EXCHANGES)
    assert {each["result"] for one in found.values() for each in one.values()} == {"pass"}
    assert [list(found[host]) for host in (ROUTERS[0], SERVERS[0], EXCHANGES[0])] == [
        ["reachable", "services_before"],
        ["reachable"],
        ["emergency_before", "reachable", "sets_idle"],
    ]


@pytest.mark.usefixtures("collection")
def test_those_that_hang_hold_nobody_else_up(still: Lab) -> None:
    """One of each family: the others answer, also the exchange for which all of them have to be read."""
    hung = ("san-skole-rtr1", "san-ts1", "san-meridian1")
    for host in hung:
        still.do("fault", device=host, kind="slow", seconds=60)
    begin = time.monotonic()
    try:
        found = asked(still, *ROUTERS, *SERVERS, *EXCHANGES)
    finally:
        for host in hung:
            still.do("heal", device=host)
    assert time.monotonic() - begin < SECONDS + 10
    for host, one in found.items():
        results = {each["result"] for each in one.values()}
        assert results == ({"inconclusive"} if host in hung else {"pass"}), one
    assert "FD692" in found["san-meridian1"]["reachable"]["evidence"]


@pytest.mark.usefixtures("collection")
def test_an_exchange_that_lets_nobody_in_is_inconclusive_alone(still: Lab) -> None:
    """Each has lines of its own to the public network, so the others' emergency numbers are known without it."""
    still.do("fault", device="drm-meridian1", kind="refuse_login")
    try:
        found = asked(still, "drm-meridian1", "drm-succession1", "san-rtr1")
    finally:
        still.do("heal", device="drm-meridian1")
    assert {each["result"] for each in found["drm-meridian1"].values()} == {"inconclusive"}
    assert "FD330" in found["drm-meridian1"]["reachable"]["evidence"]
    assert {each["result"] for host in ("drm-succession1", "san-rtr1") for each in found[host].values()} == {"pass"}


def test_an_ordinary_module_is_refused(still: Lab, tmp_path: Path) -> None:
    playbook = tmp_path / "raw.yml"
    playbook.write_text("- hosts: san-rtr1\n  gather_facts: false\n  tasks:\n    - raw: hostname\n", encoding="utf-8")
    run = still.play(str(playbook))
    assert run.code != 0
    assert "FD651" in run.output
