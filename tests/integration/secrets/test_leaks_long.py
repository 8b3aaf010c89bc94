"""The rest of an operator's day, and what goes wrong in it: as test_leaks.py, with more runs and more debugging."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from support.lab import PROJECT

from .conftest import Vault, plant
from .needles import Needles
from .runs import LOUD, NAMED, Runner, add_role_secret, planted_hosts

pytestmark = pytest.mark.long
PROGRAM = Path(sys.executable).parent / "ansible"


@pytest.fixture(scope="module")
def runner(vault: Vault) -> Runner:
    vault.secrets |= plant(vault.lab)
    vault.secrets["role variable"] = f"Rolle-{secrets.token_urlsafe(9)}"
    add_role_secret(vault, vault.secrets["role variable"])
    runner = Runner(vault)
    runner.change("saved", "saved", {"interface": {"Loopback0": {"enabled": True}}}, planted_hosts())
    return runner


def nothing_found(runner: Runner) -> None:
    found = Needles(runner.vault.secrets).found(runner.collect().places)
    assert not found, "\n".join(found)


def test_a_day_of_work(runner: Runner) -> None:
    with runner.traces.processes:
        # the vault of these runs has no passwords of servers and exchanges
        runner.play("snapshot", "snapshot.yml", *LOUD, "--limit", "network")
        runner.play("cutover", "cutover.yml", *LOUD, debug=True)
        runner.play("second", "cutover.yml", *LOUD)
        runner.change("named", "applied", NAMED, planted_hosts())
        runner.change("saved again", "saved", NAMED, planted_hosts())
        runner.change("back", "reverted", {}, planted_hosts())
        runner.play("status", "status.yml", *LOUD)
        runner.play("rollback", "rollback.yml", *LOUD, "-e", "stage=wan_link", debug=True)
    codes = {name: code for name, code in runner.traces.codes.items() if code}
    assert codes == {}, {name: runner.traces.places[f"output of {name}"][-3000:] for name in codes}
    nothing_found(runner)


@pytest.mark.parametrize(
    "fault",
    [
        {"device": "san-rtr1", "kind": "refuse_login"},
        {"device": "san-rtr1", "kind": "drop", "match": "^ip route 0.0.0.0"},
        {"device": "drm-core1", "kind": "garbage", "match": "show running-config"},
        {"device": "drm-fwi1", "kind": "dead"},
    ],
    ids=lambda fault: str(fault["kind"]),
)
def test_a_run_that_fails(runner: Runner, fault: dict[str, str]) -> None:
    name = f"failed by {fault['kind']}"
    runner.vault.lab.do("fault", **fault)
    try:
        runner.play(name, "cutover.yml", *LOUD, debug=True)
    finally:
        runner.vault.lab.do("heal")
    assert runner.traces.codes[name] != 0
    nothing_found(runner)


def test_a_wrong_password_is_not_shown_either(runner: Runner) -> None:
    """A login that a device refuses: what was tried is a secret too, and a typing error away from the right one."""
    wrong = f"Feil-{secrets.token_urlsafe(9)}"
    runner.vault.secrets["wrong password"] = wrong
    file = runner.vault.passwords.parent / "passwords" / "wrong.yml"
    file.write_text(f'---\nansible_password: "{wrong}"\n', encoding="utf-8")
    runner.play("wrong password", "plan.yml", *LOUD, "-e", f"@{file}", debug=True)
    assert runner.traces.codes["wrong password"] != 0
    nothing_found(runner)


def test_ad_hoc_modules(runner: Runner, tmp_path: Path) -> None:
    """Reading a device by hand, whatever Ansible's own callback prints of a result."""
    for module, arguments in (
        ("fellesdrift.core.network_device", "state=gathered"),
        ("fellesdrift.core.network_probe", '{"probes": []}'),
        ("ansible.builtin.ping", ""),
    ):
        done = subprocess.run(
            [PROGRAM, planted_hosts(), "-i", runner.vault.lab.out, "-m", module, "-a", arguments, *LOUD],
            cwd=PROJECT,
            env={**runner.vault.environment(), "PATH": "/usr/bin:/bin", "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg")},
            check=False,
            capture_output=True,
        )
        runner.traces.places[f"ad-hoc {module}"] = done.stdout + done.stderr
    assert b"resources" in runner.traces.places["ad-hoc fellesdrift.core.network_device"]
    nothing_found(runner)
