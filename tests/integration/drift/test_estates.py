"""The drift check over estates that are not as they began: after a cutover, and larger ones of which a tenth is ill."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from support.drift import Night
from support.lab import Lab

from fellesdrift import twin
from fellesdrift.estate import load_estate
from fellesdrift.regions import Wanted, generate

FAULTS = {
    "unreachable": [{"kind": "dead"}, {"kind": "hang", "match": "^terminal length"}],
    "refused": [{"kind": "refuse_login"}],
    "error": [
        {"kind": "hang", "match": "^show running-config"},
        {"kind": "garbage", "match": "^show running-config", "times": 5},
        {"kind": "drop", "match": "^show startup-config", "when": "after"},
    ],
}


@pytest.mark.long
def test_after_a_cutover_what_a_role_claims_has_an_owner_and_is_mended(night: Night) -> None:
    assert night.lab.play("cutover.yml", "-e", "stage=wan_link").code == 0
    assert night.check().code == 0
    night.type("san-rtr1", "no ip route 10.10.0.0 255.255.0.0 10.251.61.1 250")
    run = night.check()
    assert run.code == 1, run.output
    (host,) = (host for host in night.ledger().hosts if host.state == "drift")
    found = {(one.kind, one.key, one.nature, one.severity, one.owner.rsplit(".", 1)[-1]) for one in host.findings}
    assert found == {
        ("route", "10.10.0.0/16", "different", "high", "wan_link"),
        ("startup", "startup-config", "unsaved", "medium", ""),
    }
    assert night.lab.play("mend.yml", "--limit", "san-rtr1", "-e", "change=natt").code == 0
    assert night.check().code == 0
    assert night.lab.rollback().code == 0
    assert night.check().code == 0


@pytest.mark.long
def test_a_tenth_that_is_ill_changes_nothing_for_the_rest(tmp_path: Path) -> None:
    inventory = generate(
        tmp_path / "inventories" / "region", Wanted(municipalities=6, hosts=100, seed=4, servers=False)
    )
    out = tmp_path / "inventories" / "twin"
    twin.up(inventory, out, speed=60.0)
    try:
        estate = load_estate([inventory])
        night = Night(Lab(out), list(estate.hosts), list(estate.hosts), tmp_path / "reports")
        assert night.check().code == 0
        chance = random.Random(4)
        # at the ends of their lines: what stands behind a dead router is unreachable too
        leaves = [name for name, host in estate.hosts.items() if "unit_routers" in host.groups]
        chosen = chance.sample(leaves, 14)
        expected = {}
        for host in chosen[:10]:
            state = chance.choice(list(FAULTS))
            night.lab.do("fault", device=host, **chance.choice(FAULTS[state]))
            expected[host] = state
        for host in chosen[10:]:
            night.type(host, "ip route 198.51.100.8 255.255.255.248 Null0", "do write memory")
            expected[host] = "drift"
        started = time.monotonic()
        run = night.check("--host-seconds", "10", "--deadline", "3")
        assert time.monotonic() - started < 120
        assert run.code == 1, run.output
        assert {host: state for host, state in night.states().items() if state != "clean"} == expected
        assert night.findings() == {(host, "route", "198.51.100.8/29", "") for host in chosen[10:]}
        assert sum(night.ledger().counts.values()) == len(estate.hosts)
    finally:
        twin.down(out)
