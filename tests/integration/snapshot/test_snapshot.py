"""Reading a whole estate: what was read is kept, what was not is told, and nothing else changes."""

from __future__ import annotations

import hashlib
import time

from support.reader import Reader

from fellesdrift.estate import load_estate


def test_every_device_is_read_and_nothing_is_changed(reader: Reader) -> None:
    before = reader.lab.configs()
    asked = ("--limit", "network,san-file1,svv-meridian1")
    run = reader.snapshot(*asked)
    assert run.code == 0, run.output
    index, report = reader.index(), reader.report()
    typed = ("san-file1", "svv-meridian1")
    assert sorted(index) == sorted([*reader.devices, *typed])
    assert report["counts"]["read"] == len(reader.devices) + len(typed)
    assert report["left_over"] == []
    for host, entry in index.items():
        path = reader.latest / f"{host}{'.json' if host in typed else '.cfg'}"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["digest"]
        assert path.stat().st_mode & 0o777 == 0o644
        found = report["hosts"][host]
        assert found["findings"] == {"new": [], "gone": [], "different": [], "added": [], "removed": []}
        assert found["unmanaged"], "no stage is done: nothing is managed"
        assert host in run.output
    assert reader.lab.configs() == before
    assert not (reader.lab.out / ".state" / "journal.sqlite").exists()
    load_estate([reader.lab.out])  # what was written passes the check, the devices' names in the index are no groups

    time.sleep(1)
    again = reader.snapshot(*asked)
    assert again.code == 0, again.output
    assert "changed=1" not in again.output
    assert all(reader.index()[host]["taken"] > index[host]["taken"] for host in index)


def test_what_is_not_read_is_named_and_keeps_its_file(reader: Reader) -> None:
    faults = {
        "san-skole-rtr1": ("unreachable", {"kind": "dead"}),
        "drm-core2": ("refused", {"kind": "refuse_login"}),
        "san-sykehjem-rtr1": ("unreadable", {"kind": "garbage", "match": "^show running-config", "times": 5}),
        "san-fw1": ("unreadable", {"kind": "drop", "match": "^show running-config", "when": "after"}),
    }
    assert reader.snapshot("--limit", ",".join([*faults, "drm-fwz1", "drm-core1"])).code == 0
    index = reader.index()
    for host, (_, fault) in faults.items():
        reader.lab.do("fault", device=host, **fault)
    reader.lab.do("console", device="drm-fwz1", lines=["interface GigabitEthernet0/1", "description changed"])
    time.sleep(1)
    run = reader.snapshot()
    assert run.code == 2
    assert "FD901" in run.output
    report, later = reader.report(), reader.index()
    for host, (state, _) in faults.items():
        assert report["hosts"][host]["state"] == state, report["hosts"][host]
        assert report["hosts"][host]["code"].startswith("FD")
        assert later[host] == index[host]  # with the time at which it was read
        assert report["hosts"][host]["taken"] == index[host]["taken"]
        assert f"{host} {state} 0 min old, kept" in run.text()
    assert report["counts"]["read"] == len(reader.devices) - len(faults)
    assert report["hosts"]["drm-fwz1"]["changed"]
    assert all(later[host]["taken"] > index[host]["taken"] for host in index if host not in faults)
    load_estate([reader.lab.out])


def test_a_change_by_somebody_else_is_told_resource_by_resource(reader: Reader) -> None:
    reader.type(
        "san-rtr1",
        "ip route 198.51.100.128 255.255.255.128 10.61.0.2",
        "no ip route 10.61.11.0 255.255.255.0 10.61.255.2",
        "interface GigabitEthernet0/0",
        "description Lagt om i natt",
        "ip access-list standard NYE",
        "permit 10.61.1.0 0.0.0.255",
        "ip domain name andre.example",
    )
    run = reader.snapshot("--limit", "san-rtr1", "--diff")
    assert run.code == 0, run.output
    found = reader.report()["hosts"]["san-rtr1"]
    findings = found["findings"]
    assert findings["new"] == ["route/198.51.100.128/25", "access_list/NYE"]
    assert findings["gone"] == ["route/10.61.11.0/24"]
    assert [(each["key"], each["attribute"], each["latest"]) for each in findings["different"]] == [
        ("GigabitEthernet0/0", "description", "Lagt om i natt")
    ]
    assert (findings["added"], findings["removed"]) == (
        ["ip domain name andre.example"],
        ["ip domain name sande.example"],
    )
    assert {"route/198.51.100.128/25", "access_list/NYE"} <= set(found["unmanaged"])
    assert "san-rtr1: gone: route/10.61.11.0/24" in run.text()


def test_diff_shows_what_is_otherwise_than_last_time(reader: Reader) -> None:
    assert reader.snapshot("--limit", "san-rtr1").code == 0
    reader.lab.do("console", device="san-rtr1", lines=["interface GigabitEthernet0/0", "description Ny tekst"])
    run = reader.snapshot("--limit", "san-rtr1", "--diff", "--check")
    assert run.code == 0
    assert "+ description Ny tekst" in run.output
    assert "Ny tekst" not in (reader.latest / "san-rtr1.cfg").read_text(encoding="utf-8")


def test_check_mode_writes_nothing_and_says_what_it_would(reader: Reader) -> None:
    run = reader.snapshot("--check", "--limit", "san-rtr1,drm-core1")
    assert run.code == 0, run.output
    assert "would be written" in run.output
    assert not reader.latest.exists()


def test_a_limit_leaves_the_others_alone(reader: Reader) -> None:
    assert reader.snapshot("--limit", "san-rtr1,drm-core1,drm-core2,san-fw1").code == 0
    index = reader.index()
    time.sleep(1)
    run = reader.snapshot("--limit", "san-rtr1,drm-core1")
    assert run.code == 0, run.output
    later, report = reader.index(), reader.report()
    assert {host for host in index if later[host] != index[host]} == {"san-rtr1", "drm-core1"}
    assert report["counts"]["not_run"] == len(reader.hosts) - 2
    assert report["hosts"]["drm-core2"]["why"] == "left out by --limit"
    assert report["hosts"]["drm-core2"]["findings"] is not None  # of the file that is there


def test_a_first_baseline_is_given_by_name_only_and_never_twice(reader: Reader) -> None:
    run = reader.snapshot("--limit", "san-rtr1", "-e", "first_baseline=san-rtr1")
    assert (run.code, "FD907" in run.output) == (2, True), run.output
    assert not reader.latest.exists()
    link = reader.lab.out / "snapshots" / "baseline"
    target = link.readlink()
    link.unlink()
    link.mkdir()
    try:
        run = reader.snapshot("--limit", "san-rtr1,san-fw1", "-e", "first_baseline=san-rtr1")
        assert run.code == 0, run.output
        assert [path.name for path in link.iterdir()] == ["san-rtr1.cfg"]
        assert "there is no baseline" in run.output  # of san-fw1, which nobody asked for
        assert (link / "san-rtr1.cfg").read_bytes() == (reader.latest / "san-rtr1.cfg").read_bytes()
    finally:
        (link / "san-rtr1.cfg").unlink()
        link.rmdir()
        link.symlink_to(target)


def test_no_secret_is_in_what_is_written_or_said(reader: Reader) -> None:
    login = reader.login("san-rtr1")
    secrets = [login["ansible_password"], login["ansible_become_password"]]
    reader.lab.do(
        "console",
        device="san-rtr1",
        lines=[
            "interface GigabitEthernet0/0",
            f"description passord {secrets[0]}",
            "interface GigabitEthernet0/1",
            f"description enable={secrets[1]}.",
            "exit",
            "snmp-server community hemmeligere RO",
        ],
    )
    run = reader.snapshot("--limit", "san-rtr1", "--diff", "-vvv")
    assert run.code == 0, run.output
    text = (reader.latest / "san-rtr1.cfg").read_text(encoding="utf-8")
    assert "description passord <secret>" in text
    assert "description enable=<secret>." in text
    written = "".join(path.read_text(encoding="utf-8") for path in reader.latest.iterdir())
    for secret in [*secrets, "hemmeligere"]:
        assert secret not in written
        assert secret not in run.output
