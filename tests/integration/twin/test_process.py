"""The twin as a process: up, found again, controlled, down; its inventory; its size."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from support.exchange import Caller
from typer.testing import CliRunner

from fellesdrift import twin
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import load_estate
from fellesdrift.session.wsman import open_client, target_of
from fellesdrift.session.wsman.errors import FaultError
from fellesdrift.twin import process
from fellesdrift.twin.cli import app
from fellesdrift.twin.from_estate import EXCHANGES, SIMULATED, topology_of

REPOSITORY = Path(__file__).parents[3]
PRODUCTION = REPOSITORY / "inventories" / "production"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A twin of the production inventory."""
    out = tmp_path_factory.mktemp("estate") / "twin"
    twin.up(PRODUCTION, out, speed=50)
    yield out
    twin.down(out)


ESTATE = load_estate([PRODUCTION])
DEVICES = [host.name for host in ESTATE.hosts.values() if host.platform in SIMULATED]


def memory(pid: int) -> int:
    """Megabytes that a process holds."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("VmRSS"))) // 1024


def test_every_device_of_the_estate_is_up_and_reachable(running: Path):
    state = twin.status(running)
    assert state.running
    assert state.devices is not None
    assert set(state.devices) == set(DEVICES)
    assert all(device["alive"] and device["manageable"] for device in state.devices.values())


def test_the_services_of_the_estate_work_as_the_report_says(running: Path):
    for address in ("10.10.20.20", "198.51.100.20", "198.51.100.53"):
        answer = twin.control(running, {"do": "trace", "from": "san-rtr1", "to": address, "source": "10.61.1.1"})
        assert answer["reached"], answer
    own_exit = twin.control(running, {"do": "trace", "from": "san-rtr1", "to": "198.51.100.20", "source": "10.61.1.1"})
    assert any("san-fw1" in hop for hop in own_exit["there"])


def test_the_inventory_is_complete_and_private(running: Path):
    estate = load_estate([running])
    assert estate.production is False
    assert estate.journal == running.resolve() / ".state" / "journal.sqlite"
    assert set(estate.hosts) == set(load_estate([PRODUCTION]).hosts)
    for path in (running, running / ".state"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    ours = running / "host_vars" / "san-rtr1" / "zz_twin.yml"
    assert stat.S_IMODE(ours.stat().st_mode) == 0o600
    variables = yaml.safe_load(ours.read_text(encoding="utf-8"))
    assert variables["ansible_host"] == "127.0.0.1"
    exchanges = [host for host in estate.hosts.values() if host.platform in EXCHANGES]
    keys = Path(variables["fellesdrift_known_hosts"]).read_text(encoding="ascii").count("\n")
    assert keys == len(DEVICES) + len(exchanges)
    linked = [path for path in running.rglob("*") if path.is_symlink()]
    assert all(path.exists() and not path.readlink().is_absolute() for path in linked)


@pytest.fixture(scope="module")
def with_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A twin of the estate with a Windows server and an exchange more, whose logins are written down."""
    source = tmp_path_factory.mktemp("servers") / "estate"
    shutil.copytree(PRODUCTION, source)
    hosts = {"drm-test-win1": ("windows_2003", "10.10.0.77"), "drm-test-pbx1": ("meridian", "10.10.0.78")}
    (source / "test.yml").write_text(yaml.safe_dump({"drammen": {"hosts": dict.fromkeys(hosts)}}), encoding="utf-8")
    for name, (platform, address) in hosts.items():
        variables = {
            "fellesdrift_platform": platform,
            "fellesdrift_site": "drm_ops",
            "fellesdrift_link": "drm_management",
            "fellesdrift_management_address": address,
            "ansible_connection": "ansible.builtin.ssh",
            "ansible_host": address,
            "ansible_password": "a-real-one",
        }
        (source / "host_vars" / f"{name}.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
    out = source.parent / "twin"
    twin.up(source, out, speed=50)
    yield out
    twin.down(out)


def test_what_is_not_simulated_only_answers_ping(with_servers: Path):
    state = twin.status(with_servers)
    assert set(state.devices or {}) == set(DEVICES)
    assert not {"drm-test-pbx1", "drm-test-win1"} & set(state.end_hosts or {})
    assert "san_users_pc" in (state.end_hosts or {})
    assert twin.control(with_servers, {"do": "trace", "from": "san-rtr1", "to": "san_users_pc"})["reached"]
    shown = CliRunner().invoke(app, ["status", "--out", str(with_servers)]).stdout
    assert f"{len(DEVICES)} simulated devices\n" in shown
    assert f"{len(state.end_hosts or {})} end hosts" in shown


def test_ansible_itself_reaches_neither_windows_nor_exchanges(with_servers: Path):
    program = Path(sys.executable).parent / "ansible-inventory"
    variables = {}
    for name in ("drm-test-win1", "drm-test-pbx1"):
        done = subprocess.run([program, "-i", with_servers, "--host", name], capture_output=True, text=True, check=True)
        variables[name] = json.loads(done.stdout)
        assert variables[name]["ansible_connection"] == "fellesdrift.core.refuse"
        assert "a-real-one" not in done.stdout
    state = twin.status(with_servers)
    windows, exchanges = state.windows or {}, state.exchanges or {}
    assert variables["drm-test-pbx1"]["ansible_host"] == "127.0.0.1"
    assert variables["drm-test-pbx1"]["twin_ports"] == exchanges["drm-test-pbx1"]["ports"]
    assert variables["drm-test-pbx1"]["ansible_port"] == exchanges["drm-test-pbx1"]["ports"]["ssh"]
    assert variables["drm-test-win1"]["ansible_host"] == "127.0.0.1"
    assert variables["drm-test-win1"]["ansible_port"] == windows["drm-test-win1"]["port"]
    ping = [Path(sys.executable).parent / "ansible", "-i", with_servers, "-m", "ansible.builtin.raw", "-a", "hostname"]
    done = subprocess.run([*ping, "drm-test-win1"], capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode != 0
    assert "FD651" in done.stdout + done.stderr


def test_windows_hosts_are_reached_by_what_the_inventory_says(running: Path):
    """Through the process: the login of the inventory, a fault and a command at the console by the control socket."""
    windows = twin.status(running).windows or {}
    assert set(windows) == {name for name, host in ESTATE.hosts.items() if host.platform == "windows_2003"}
    assert all(host["reachable"] and host["alive"] for host in windows.values())
    name = "san-file1"
    login = yaml.safe_load((running / "host_vars" / name / "zz_twin.yml").read_text(encoding="utf-8"))
    with open_client(target_of(name, login)) as client:
        assert client.query("Win32_Share", ["Path"], "Name='Felles'") == [{"Path": r"D:\Data\Felles"}]
        said = twin.control(running, {"do": "console", "device": name, "lines": ["net stop Spooler", "nonsense"]})[
            "said"
        ]
        assert "gjenkjennes ikke" in said[1]
        assert client.get("Win32_Service", {"Name": "Spooler"}, ["State"]) == {"State": "Stopped"}
        twin.control(running, {"do": "fault", "device": name, "kind": "quota"})
        with pytest.raises(FaultError):
            client.query("Win32_Group", ["Name"])
        for link, reached in (("cut", False), ("mended", True)):
            twin.control(running, {"do": "link", "link": "san_drm_line", "state": link})
            assert (twin.status(running).windows or {})[name]["reachable"] is reached
        twin.control(running, {"do": "fault", "device": name, "kind": "dead"})
        assert not (twin.status(running).windows or {})[name]["alive"]
        twin.control(running, {"do": "heal", "device": name})
        assert client.query("Win32_Group", ["Name"])
    with pytest.raises(FellesdriftError) as caught:
        twin.control(running, {"do": "fault", "device": name, "kind": "syslog"})
    assert caught.value.code == "FD511"


def test_exchanges_are_reached_by_what_the_inventory_says(running: Path):
    """Through the process: a login over telnet, the path, a call between exchanges, a sysload."""
    exchanges = twin.status(running).exchanges or {}
    assert set(exchanges) == {name for name, host in ESTATE.hosts.items() if host.platform in EXCHANGES}
    assert all(host["reachable"] and host["alive"] for host in exchanges.values())
    name = "san-meridian1"
    login = yaml.safe_load((running / "host_vars" / name / "zz_twin.yml").read_text(encoding="utf-8"))

    def control(do: str, **words: object) -> dict[str, object]:
        return twin.control(running, {"do": do, "device": name, **words})

    with Caller(login["twin_ports"]["telnet"]) as caller:
        caller.login(login["ansible_password"], login["ansible_user"])
        control("link", link="san_drm_line", state="cut")
        caller.send(b"\r")
        assert caller.read(0.2) == b""
        assert not (twin.status(running).exchanges or {})[name]["reachable"]
        control("link", link="san_drm_line", state="mended")
        assert caller.until(">") == "\r\nOVL000\r\n>"
        control("fault", kind="occupied", text="20")
        assert "OVL429" in caller.type("LD 20")
        control("heal")
        assert "ISSUE" in control("console", lines=["LD 22", "ISS", "****"])["said"][0]
        shown = CliRunner().invoke(app, ["dial", "drm-meridian1", "112", "--out", str(running)])
        assert (shown.exit_code, shown.stdout.splitlines()[-1]) == (0, "public")
        shown = CliRunner().invoke(app, ["dial", "drm-meridian1", "114", "--out", str(running)])
        assert (shown.exit_code, shown.stdout.splitlines()[-1]) == (1, "vacant")
        last = control("console", lines=["LD 20", "PRT", "DN", "0", "", "", "", "", "****"])["said"][0]
        dn = re.findall(r"DN   (\d{4})\r\nTYPE SL1", last)[-1]
        made = twin.control(running, {"do": "call", "device": "drm-meridian1", "origin": "2400", "digits": dn})
        assert (made["outcome"], made["exchange"]) == ("rings", name)
        assert (twin.status(running).exchanges or {})[name]["calls"] == 1
        control("reload")
        assert (twin.status(running).exchanges or {})[name]["calls"] == 0
        control("hang_up", call=made["call"])
        with pytest.raises(EOFError):
            caller.until("never")
    for wrong in ({"do": "dial", "device": "nobody"}, {"do": "dial", "device": name, "digits": "12a"}):
        with pytest.raises(FellesdriftError) as caught:
            twin.control(running, wrong)
        assert caught.value.code == "FD510"
    with pytest.raises(FellesdriftError) as caught:
        control("hang_up", call="x")
    assert caught.value.code == "FD510"


def test_ansible_reads_it(running: Path):
    program = Path(sys.executable).parent / "ansible-inventory"
    done = subprocess.run([program, "-i", running, "--host", "san-rtr1"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["ansible_host"] == "127.0.0.1"
    assert "WARNING" not in done.stderr


def test_no_secret_is_visible_from_outside(running: Path):
    info = process.find(running)
    assert info is not None
    password = yaml.safe_load((running / "host_vars/san-rtr1/zz_twin.yml").read_text(encoding="utf-8"))[
        "ansible_password"
    ]
    for name in ("cmdline", "environ"):
        assert password.encode() not in Path(f"/proc/{info.pid}/{name}").read_bytes()
    for file in (running / ".state").iterdir():
        if file.is_file():
            assert password.encode() not in file.read_bytes()
    assert password not in "".join(twin.configs(running).values())


def test_it_listens_on_loopback_only(running: Path):
    info = process.find(running)
    assert info is not None
    doors = [port for each in info.exchanges.values() for port in each.values()]
    ports = {f"{port:04X}" for port in (*info.ports.values(), *info.windows.values(), *doors)}
    for line in Path(f"/proc/{info.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        address, port = line.split()[1].split(":")
        if port in ports:
            assert address == "0100007F"
    for line in Path(f"/proc/{info.pid}/net/tcp6").read_text(encoding="ascii").splitlines()[1:]:
        assert line.split()[1].split(":")[1] not in ports


def test_a_second_twin_on_the_same_folder_is_refused(running: Path):
    with pytest.raises(FellesdriftError) as caught:
        twin.up(PRODUCTION, running)
    assert caught.value.code == "FD503"
    assert twin.status(running).running


def test_control_answers_and_refuses(running: Path):
    control = twin.control
    assert (
        control(running, {"do": "console", "device": "drm-fwz1", "lines": ["interface lo9", "nonsense"]})["said"][0]
        == ""
    )
    assert "interface Loopback9" in twin.configs(running)["drm-fwz1"]
    control(running, {"do": "link", "link": "san_drm_line", "state": "cut"})
    assert twin.status(running).cut == ("san_drm_line",)
    devices = twin.status(running).devices or {}
    assert not devices["san-rtr1"]["manageable"]
    control(running, {"do": "link", "link": "san_drm_line", "state": "mended"})
    for request in (
        {},
        {"do": "console", "device": "nobody", "lines": []},
        {"do": "console", "device": "san-rtr1", "lines": "x"},
        {"do": "link", "link": "nowhere", "state": "cut"},
        {"do": "link", "link": "san_fibre", "state": "loose"},
        {"do": "trace", "from": "nobody", "to": "10.0.0.1"},
        {"do": "trace", "from": "san-rtr1", "to": "somewhere"},
        {"do": "trace", "from": "san-rtr1", "to": "10.0.0.1", "source": "x"},
    ):
        with pytest.raises(FellesdriftError) as caught:
            control(running, request)
        assert caught.value.code == "FD510"


def test_the_command_line(running: Path):
    run = CliRunner().invoke
    out = ["--out", str(running)]
    assert json.loads(run(app, ["status", "--json", *out]).stdout)["running"] is True
    assert run(app, ["fault", "san-fw1", "drop", "--at", "3", "--when", "after", *out]).exit_code == 0
    shown = run(app, ["status", *out]).stdout
    assert "san-fw1" in shown
    assert "drop" in shown
    assert run(app, ["fault", "san-fw1", "dead", *out]).exit_code == 0
    assert "dead" in run(app, ["status", *out]).stdout
    assert run(app, ["heal", *out]).exit_code == 0
    assert run(app, ["link", "san_drm_line", "cut", *out]).exit_code == 0
    shown = run(app, ["status", *out]).stdout
    assert "cut off" in shown
    assert "cut: san_drm_line" in shown
    assert run(app, ["trace", "controller", "10.61.254.1", *out]).exit_code == 1
    assert run(app, ["link", "san_drm_line", "mended", *out]).exit_code == 0
    traced = run(app, ["trace", "controller", "10.61.254.1", *out])
    assert traced.exit_code == 0
    assert "there: delivered at san-rtr1" in traced.stdout
    allowed = run(app, ["trace", "san_users_pc", "finance", "--protocol", "tcp", "--port", "443", *out])
    assert allowed.exit_code == 0, allowed.stdout
    assert allowed.stdout.splitlines()[-1] == "answered"
    barred = run(app, ["trace", "edb", "203.0.113.2", "--protocol", "tcp", "--port", "23", *out])
    assert barred.exit_code == 1
    assert "prohibited at drm-fwi1: access list" in barred.stdout.splitlines()[-1]
    assert run(app, ["configs", "san-rtr1", *out]).stdout.startswith("!\n! Last configuration change")
    assert "! san-fw1" in run(app, ["configs", *out]).stdout
    assert isinstance(run(app, ["configs", "nobody", *out]).exception, FellesdriftError)


def test_the_watch_from_the_command_line(running: Path):
    run = CliRunner().invoke
    out = ["--out", str(running)]
    assert run(app, ["watch", "start", *out]).stdout == "the watch is on\n"
    deadline = time.monotonic() + 10
    while json.loads(run(app, ["watch", "report", "--json", *out]).stdout)["rounds"] < 3:
        assert time.monotonic() < deadline
    unharmed = run(app, ["watch", "report", *out])
    assert unharmed.exit_code == 0
    assert "sande\tsan_users_pc\tpayroll\t" in unharmed.stdout
    assert run(app, ["link", "san_drm_line", "cut", *out]).exit_code == 0
    assert run(app, ["link", "san_drm_line", "mended", *out]).exit_code == 0
    harmed = run(app, ["watch", "stop", "--json", *out])
    assert harmed.exit_code == 1
    report = json.loads(harmed.stdout)
    lost = {(flow["municipality"], flow["service"]) for flow in report["flows"] if flow["lost"]}
    assert lost == {("sande", "finance")}
    assert all(loss["reason"].startswith("there: ") for loss in report["losses"]), report["losses"]
    assert isinstance(run(app, ["watch", "report", *out]).exception, FellesdriftError)


def test_up_and_down_from_the_command_line(tmp_path: Path):
    run = CliRunner().invoke
    out = ["--out", str(tmp_path / "twin"), "-i", str(PRODUCTION)]
    assert f"{len(DEVICES)} devices" in run(app, ["up", *out]).stdout
    assert run(app, ["down", *out]).stdout == "twin down\n"
    assert not (tmp_path / "twin").exists()
    assert run(app, ["status", *out]).exit_code == 1
    assert isinstance(run(app, ["down", *out]).exception, FellesdriftError)


def test_it_ends_with_exactly_its_process(tmp_path: Path):
    out = tmp_path / "twin"
    info = twin.up(PRODUCTION, out)
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        state = out / ".state" / "twin.json"
        state.write_text(
            json.dumps({**json.loads(state.read_text(encoding="utf-8")), "pid": stranger.pid}), encoding="utf-8"
        )
        assert twin.status(out).running is False
        with pytest.raises(FellesdriftError):
            twin.control(out, {"do": "status"})
        assert twin.down(out) is False
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
        os.kill(info.pid, signal.SIGTERM)
        os.waitpid(info.pid, 0)
    assert not out.exists()


def test_what_a_killed_twin_left_is_cleaned_up(tmp_path: Path):
    out = tmp_path / "twin"
    first = twin.up(PRODUCTION, out)
    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    assert twin.status(out).running is False
    second = twin.up(PRODUCTION, out)
    assert second.pid != first.pid
    assert twin.down(out) is True


def test_a_twin_that_does_not_answer_is_said_so(tmp_path: Path):
    out = tmp_path / "twin"
    info = twin.up(PRODUCTION, out)
    try:
        Path(info.socket).unlink()
        with pytest.raises(FellesdriftError) as caught:
            twin.control(out, {"do": "status"})
        assert caught.value.code == "FD507"
    finally:
        twin.down(out)


def test_a_deep_folder_and_an_inventory_file(tmp_path: Path):
    source = tmp_path / "estate"
    shutil.copytree(PRODUCTION, source)
    variables = source / "group_vars" / "all"
    merged = {}
    for file in variables.iterdir():
        merged |= yaml.safe_load(file.read_text(encoding="utf-8"))
    shutil.rmtree(variables)
    (source / "group_vars" / "all.yml").write_text(yaml.safe_dump(merged), encoding="utf-8")
    (source / "host_vars" / "san-fw1").mkdir()
    (source / "host_vars" / "san-fw1.yml").rename(source / "host_vars" / "san-fw1" / "main.yml")
    out = tmp_path.joinpath(*["a-rather-long-folder-name"] * 5) / "twin"
    info = twin.up(source / "hosts.yml", out)
    try:
        assert not Path(info.socket).is_relative_to(out)
        assert twin.status(out).running
        assert set(load_estate([out / "hosts.yml"]).hosts) == set(load_estate([PRODUCTION]).hosts)
        assert not (out / "known_hosts.txt").exists()
    finally:
        twin.down(out)
    assert not Path(info.socket).parent.exists()


def test_a_line_that_no_device_knows_stops_it(tmp_path: Path):
    source = tmp_path / "estate"
    shutil.copytree(PRODUCTION, source)
    snapshot = source / "snapshots" / "baseline" / "san-fw1.cfg"
    text = snapshot.read_text(encoding="utf-8").replace(
        "interface FastEthernet0/1\n", "interface FastEthernet0/1\n frobnicate 7\n"
    )
    snapshot.write_text(text, encoding="utf-8")
    with pytest.raises(FellesdriftErrors) as caught:
        twin.up(source, tmp_path / "twin")
    error = caught.value.errors[0]
    assert (error.code, error.host, error.found) == ("FD501", "san-fw1", "frobnicate 7")
    assert str(error.file).startswith(f"{snapshot}:")
    assert not (tmp_path / "twin").exists()


def test_a_missing_snapshot_stops_it(tmp_path: Path):
    source = tmp_path / "estate"
    shutil.copytree(PRODUCTION, source)
    (source / "snapshots" / "baseline" / "san-fw1.cfg").unlink()
    with pytest.raises((FellesdriftError, FellesdriftErrors)):
        twin.up(source, tmp_path / "twin")
    assert not (tmp_path / "twin").exists()


def test_it_writes_over_nothing_else(tmp_path: Path):
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")
    for out in (tmp_path, PRODUCTION, PRODUCTION.parent):
        with pytest.raises(FellesdriftError) as caught:
            twin.up(PRODUCTION, out)
        assert caught.value.code == "FD505"
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "mine"


def test_a_process_that_ends_at_once_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho it is broken >&2\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(FellesdriftError) as caught:
        twin.up(PRODUCTION, tmp_path / "twin")
    assert caught.value.code == "FD504"
    assert not (tmp_path / "twin").exists()


def test_in_the_foreground_it_ends_with_its_terminal(tmp_path: Path):
    out = tmp_path / "twin"
    # a shell that runs the tests in the background has Ctrl-C ignored, and what it starts inherits that
    command = ["env", "--default-signal=INT", sys.executable, "-m", "fellesdrift"]
    command += ["twin", "up", "-i", PRODUCTION, "--out", out, "--foreground"]
    starter = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not twin.status(out).running:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    starter.send_signal(signal.SIGINT)
    assert starter.wait(60) == 0
    assert not out.exists()


def test_a_hundred_devices_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    estate = load_estate([PRODUCTION])
    base = topology_of(estate)
    many = tuple(
        replace(device, name=f"{device.name}-{copy}", management=None) for copy in range(13) for device in base.devices
    )[:100]
    monkeypatch.setattr(process, "topology_of", lambda _estate: replace(base, devices=many, links=()))
    out = tmp_path / "twin"
    start = time.monotonic()
    info = twin.up(PRODUCTION, out)
    took = time.monotonic() - start
    try:
        held = memory(info.pid)
        with capsys.disabled():
            print(f"\n100 devices: {took:.1f} s, {held} MB")
        assert len(info.ports) == 100
        assert held < 300
    finally:
        twin.down(out)
