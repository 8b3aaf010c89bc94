"""What the twin says when something is wrong with what it was given: golden texts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.twin import process
from fellesdrift.twin.access import error_of, plain_error
from fellesdrift.twin.control_socket import Control
from fellesdrift.twin.faults import Fault, Faults, fault_of
from fellesdrift.twin.from_estate import topology_of
from fellesdrift.twin.inventory import check_place
from fellesdrift.twin.lab import Lab
from fellesdrift.twin.server import Service, make_keys

Golden = Callable[[str, object], None]


def test_lines_that_no_device_knows(lab: Lab, make: Callable[..., Lab], golden: Golden):
    north = lab.topology.devices[0].config.replace(
        " duplex auto\n", " duplex auto\n frobnicate\n ip address 10.0.1.2\n"
    )
    south = lab.topology.devices[1].config.replace(
        "hostname south", "hostname south\nip route 10.1.1.1 255.0.0.0 10.0.9.1"
    )
    with pytest.raises(FellesdriftErrors) as caught:
        make(north=north, south=south)
    assert [error.code for error in caught.value.errors] == ["FD501"] * 3
    golden("twin/errors/FD501", caught.value)


def test_a_snapshot_that_cannot_be_read(golden: Golden):
    estate = SimpleNamespace(
        hosts={"a": SimpleNamespace(name="a", platform="cisco_ios")}, snapshot=lambda name: Path(f"{name}.cfg")
    )
    with pytest.raises(FellesdriftError) as caught:
        topology_of(estate)
    golden("twin/errors/FD502", caught.value)


def test_a_folder_that_is_in_use(tmp_path: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch):
    info = process.TwinInfo("out", 7, 8, 10.0, "2005-10-03T09:12:40+00:00", "out/.state/control", {})
    monkeypatch.setattr(process, "find", lambda _out: info)
    monkeypatch.setattr(process, "alive", lambda _info: True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FellesdriftError) as caught:
        process.up(Path("source"), Path("out"))
    golden("twin/errors/FD503", caught.value)


def test_a_folder_with_something_else(tmp_path: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("out").mkdir()
    Path("out/mine").touch()
    with pytest.raises(FellesdriftError) as caught:
        check_place(Path("source"), Path("out"))
    golden("twin/errors/FD505", caught.value)


def test_no_twin(tmp_path: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FellesdriftError) as caught:
        process.configs(Path("out"))
    golden("twin/errors/FD506", caught.value)


def test_wrong_requests(lab: Lab, golden: Golden):
    control = Control(Service(lab, make_keys(lab)))
    requests = [
        {"do": "dance"},
        {"do": "fault", "device": "nobody", "kind": "drop"},
        {"do": "fault", "device": "north", "kind": "flood"},
        {"do": "fault", "device": "north", "kind": "drop", "at": 0},
        {"do": "fault", "device": "north", "kind": "drop", "when": "never"},
        {"do": "fault", "device": "north", "kind": "drop", "match": "("},
        {"do": "link", "link": "nowhere", "state": "cut"},
        {"do": "trace", "from": "north", "to": "there"},
        {"do": "trace", "from": "nowhere", "to": "server"},
        {"do": "trace", "from": "north", "to": "server", "protocol": "smtp"},
        {"do": "trace", "from": "north", "to": "server", "protocol": "tcp"},
        {"do": "trace", "from": "north", "to": "server", "port": 25},
        {"do": "watch", "action": "look"},
        {"do": "watch", "action": "stop"},
    ]
    golden("twin/errors/requests", "\n".join(str(error_of(control.answer(each)["error"])) for each in requests))


def test_an_error_survives_the_socket():
    error = FellesdriftError("FD510", "x", host="h", file="f:1", details=["more"])
    assert str(error_of(plain_error(error))) == str(error)


def test_faults_count_commands():
    faults = Faults()
    faults.add(fault_of({"kind": "drop", "at": 2, "match": "^show", "times": 2}))
    commands = ["conf t", "show a", "no show", "show b", "show c", "show d"]
    assert [faults.strike(command) is not None for command in commands] == [False, False, False, True, True, False]
    faults.add(Fault("slow", seconds=0.5))
    faults.add(Fault("slow", seconds=0.25))
    assert faults.delay == 0.75
    faults.heal()
    assert faults.delay == 0
    assert dataclasses.asdict(Fault("dead"))["kind"] == "dead"
