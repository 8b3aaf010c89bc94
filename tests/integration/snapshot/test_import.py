"""The first inventory of an estate, from addresses and logins alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.lab import ANSIBLE_PLAYBOOK, PRODUCTION, PROJECT, Run
from support.reader import Reader

from fellesdrift import twin
from fellesdrift.estate import Estate, load_estate, snapshots
from fellesdrift.session import Target, open_session


@pytest.fixture
def bare(reader: Reader, tmp_path: Path) -> Path:
    """Hosts by numbers, where they are and how to log in; not one variable of fellesdrift's."""
    wanted = ("ansible_host", "ansible_port", "ansible_user", "ansible_password", "ansible_become_password")
    hosts = {
        f"device{number}": {name: reader.login(host)[name] for name in wanted}
        for number, host in enumerate(reader.devices)
    }
    path = tmp_path / "bare.yml"
    path.write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
    (tmp_path / "inventories").mkdir()
    return path


def play(bare: Path, reader: Reader, *arguments: str) -> Run:
    known = reader.login(reader.devices[0])["fellesdrift_known_hosts"]
    done = subprocess.run(
        [
            *(str(ANSIBLE_PLAYBOOK), str(PROJECT / "playbooks/snapshot.yml"), "-i", str(bare)),
            *("-e", f"known_hosts={known}", "-e", f"import_to={bare.parent / 'inventories/ny'}", *arguments),
        ],
        cwd=PROJECT,
        env=os.environ | {"ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=200,
        check=False,
    )
    return Run(done.returncode, done.stdout)


def wires(estate: Estate, devices: list[str]) -> set[tuple[str, frozenset[tuple[str, str, str]]]]:
    """Prefix and ends of every link that is lit at a device; kinds and names are for people to choose."""
    said = {name: snapshots.read(estate.snapshot(name).read_text(encoding="utf-8")).interfaces for name in devices}
    return {
        (link.prefix, frozenset((end.host or "", end.interface or "", end.address) for end in link.ends))
        for link in estate.links.values()
        if any(end.host in said and said[end.host][str(end.interface)].address for end in link.ends)
    }


def test_an_estate_is_imported_and_its_twin_starts(bare: Path, reader: Reader, tmp_path: Path) -> None:
    run = play(bare, reader, "-e", "controller=10.10.0.10")
    assert run.code == 0, run.output
    assert f"{len(reader.devices)} hosts: {len(reader.devices)} read" in run.text()
    made = tmp_path / "inventories" / "ny"
    assert [path.name for path in made.parent.iterdir()] == ["ny"]
    estate, real = load_estate([made]), load_estate([PRODUCTION])
    assert set(estate.hosts) == set(reader.devices)
    assert wires(estate, reader.devices) == wires(real, reader.devices)
    for name, host in estate.hosts.items():
        assert host.software == real.hosts[name].software
        assert host.ssh_legacy == real.hosts[name].ssh_legacy
        assert host.assumed
    assert estate.hosts["san-rtr1"].model == real.hosts["san-rtr1"].model
    for text in (path.read_text(encoding="utf-8") for path in made.rglob("*") if path.is_file()):
        for host in reader.devices:
            assert reader.login(host)["ansible_password"] not in text
    assert (made / "snapshots/baseline/san-rtr1.cfg").read_bytes() == (
        made / "snapshots/latest/san-rtr1.cfg"
    ).read_bytes()
    login = reader.login("san-rtr1")
    with open_session(
        Target(
            *("san-rtr1", "127.0.0.1", login["ansible_port"], login["ansible_user"], login["ansible_password"]),
            enable_secret=login["ansible_become_password"],
            known_hosts=made / "known_hosts.txt",
            legacy=True,
        )
    ) as session:
        assert session.hostname == "san-rtr1"

    checked = subprocess.run(
        [sys.executable, "-m", "fellesdrift", "estate", "check", "-i", made],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "no errors" in checked.stdout

    out = tmp_path / "inventories" / "twin"
    twin.up(made, out, speed=30.0)
    try:
        state = twin.status(out).devices or {}
        assert {name for name, device in state.items() if device["manageable"]} == set(reader.devices)
    finally:
        twin.down(out)

    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    again = play(bare, reader, "-e", "controller=10.10.0.10")
    assert (again.code, "FD910" in again.output) == (2, True), again.output
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


def test_all_or_nothing(bare: Path, reader: Reader, tmp_path: Path) -> None:
    reader.lab.do("fault", device="san-rtr1", kind="refuse_login")
    run = play(bare, reader, "-e", "controller=10.10.0.10")
    assert (run.code, "FD915" in run.output, "FD302" in run.output) == (2, True, True), run.output
    assert list((tmp_path / "inventories").iterdir()) == []
    number = reader.devices.index("san-rtr1")
    run = play(bare, reader, "--limit", f"all:!device{number}", "--check", "-e", "controller=10.10.0.10")
    assert run.code == 0, run.output
    assert "would be made" in run.output
    assert "note: 10.61.11.0/24: No static route" in run.output  # Sande's school is behind the one that is left out
    assert "not_run" not in run.output
    assert list((tmp_path / "inventories").iterdir()) == []


def test_this_machine_must_stand_somewhere(bare: Path, reader: Reader, tmp_path: Path) -> None:
    run = play(bare, reader)  # from 127.0.0.1, which is on no link
    assert (run.code, "FD912" in run.output) == (2, True), run.output
    assert list((tmp_path / "inventories").iterdir()) == []
