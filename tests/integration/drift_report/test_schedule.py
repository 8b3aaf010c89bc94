"""The role drift_schedule's files at work: the program under both schedulers, the units as systemd reads them.

The role is applied once, to a folder; fellesdrift's check is played there by a few lines of shell, its `drift publish`
is the real one.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support import ledgers

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent
SECRET = "hemmelig-æøå-4711"
PLAYED = f"""#!/bin/sh
# drift publish: the real one. drift: does what the file `tonight` says
[ "$2" != publish ] || exec '{BIN}/fellesdrift' "$@"
echo "$*" > arguments
env > environment
while [ "$#" -gt 0 ]; do [ "$1" != --out ] || out=$2; shift; done
. ./tonight
"""


@dataclass(frozen=True)
class Controller:
    """The folder that the role was applied to, and what it was told."""

    folder: Path
    variables: dict[str, object]

    @property
    def program(self) -> Path:
        return self.folder / "fellesdrift-drift"

    @property
    def public(self) -> Path:
        return self.folder / "public/current"

    def tonight(self, shell: str) -> None:
        """What the check does."""
        (self.folder / "project/tonight").write_text(shell, encoding="utf-8")

    def run(self, action: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, action],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def status(self) -> dict[str, object]:
        told: dict[str, object] = json.loads((self.public / "status.json").read_text(encoding="utf-8"))
        return told


def applied(folder: Path, **given: object) -> Controller:
    """Apply the role to a folder."""
    for name in ("systemd", "cron.d", "project/.venv/bin"):
        (folder / name).mkdir(parents=True)
    played = folder / "project/.venv/bin/fellesdrift"
    played.write_text(PLAYED, encoding="utf-8")
    played.chmod(0o755)
    variables: dict[str, object] = {
        "drift_schedule__project": str(folder / "project"),
        "drift_schedule__user": str(os.getuid()),
        "drift_schedule__group": str(os.getgid()),
        "drift_schedule__folder": str(folder / "drift"),
        "drift_schedule__public": str(folder / "public/current"),
        "drift_schedule__program": str(folder / "fellesdrift-drift"),
        "drift_schedule__systemd_folder": str(folder / "systemd"),
        "drift_schedule__cron_folder": str(folder / "cron.d"),
        "drift_schedule__activate": False,
        **given,
    }
    done = apply(folder, variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return Controller(folder, variables)


def apply(folder: Path, variables: dict[str, object]) -> subprocess.CompletedProcess[str]:
    return play(folder, [{"ansible.builtin.include_role": {"name": "fellesdrift.core.drift_schedule"}}], variables)


def play(folder: Path, tasks: list[object], variables: dict[str, object]) -> subprocess.CompletedProcess[str]:
    data = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {**variables, "ansible_python_interpreter": sys.executable},
        "tasks": tasks,
    }
    (folder / "play.yml").write_text(json.dumps([data]), encoding="utf-8")
    return subprocess.run(
        [BIN / "ansible-playbook", "-i", "localhost,", folder / "play.yml"],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Controller:
    folder = tmp_path_factory.mktemp("controller")
    secrets = folder / "environment"
    secrets.write_text(f"FELLESDRIFT_DEVICE_PASSWORD='{SECRET}'\n", encoding="utf-8")
    secrets.chmod(0o600)
    (folder / "vault").mkdir()
    vault = folder / "vault/sande"
    vault.write_text(f"{SECRET}\n", encoding="utf-8")
    vault.chmod(0o600)
    client = folder / "project/scripts/vault-password-client"
    client.parent.mkdir(parents=True)
    client.write_text("#!/bin/sh\necho sande@client\n", encoding="utf-8")
    client.chmod(0o755)
    return applied(
        folder,
        drift_schedule__environment_file=str(secrets),
        drift_schedule__vault_folder=str(vault.parent),
        drift_schedule__vault_ids=["sande"],
        drift_schedule__arguments=["--limit", "sande:&managed"],
        drift_schedule__keep=2,
        drift_schedule__on_failure="alert@%n.service",
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[[str], str]:
    """Shell that leaves a ledger of tests/support/ledgers.py and ends as such a run does."""

    def leave(name: str) -> str:
        path, made = tmp_path / f"{name}.json", getattr(ledgers, name)()
        path.write_text(made.as_json(), encoding="utf-8")
        return f"cp '{path}' \"$out/ledger.json\"\nexit {made.exit_code}\n"

    return leave


def units(controller: Controller) -> list[Path]:
    return [controller.folder / "systemd" / f"fellesdrift-drift.{kind}" for kind in ("service", "timer")]


def test_systemd_reads_the_units_without_a_complaint(controller: Controller, tmp_path: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units(controller)], capture_output=True, text=True, check=False
    )
    assert "fellesdrift-drift" not in done.stderr, done.stderr
    assert done.returncode == 0
    broken = tmp_path / "broken.service"
    broken.write_text(units(controller)[0].read_text(encoding="utf-8").replace("TimeoutStartSec=", "TimeoutStart="))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", broken], capture_output=True, text=True, check=False
    )
    assert "'TimeoutStart'" in done.stderr


def test_the_service_keeps_to_itself(controller: Controller) -> None:
    """systemd's own mark for how much a service could do if somebody took it over: 0 nothing, 10 all."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=30", units(controller)[0]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-400:] + done.stderr


@pytest.mark.parametrize(
    ("night", "utc"),
    [
        ("the clock goes forward, 28 March 2027", ["27 02:30", "28 01:30", "29 01:30"]),
        ("the clock goes back, 31 October 2027", ["30 01:30", "31 02:30", "01 02:30"]),
    ],
)
def test_the_timer_elapses_once_in_the_nights_of_a_clock_change(
    controller: Controller, night: str, utc: list[str]
) -> None:
    timer = units(controller)[1].read_text(encoding="utf-8")
    expression = next(line for line in timer.splitlines() if line.startswith("OnCalendar=")).removeprefix("OnCalendar=")
    base = "2027-03-26 12:00:00 UTC" if "March" in night else "2027-10-29 12:00:00 UTC"
    done = subprocess.run(
        ["systemd-analyze", "calendar", f"--base-time={base}", "--iterations=3", expression],
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    elapses = [
        datetime.strptime(" ".join(line.split()[-3:-1]), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        for line in done.stdout.splitlines()
        if line.endswith("UTC")
    ]
    assert [moment.strftime("%d %H:%M") for moment in elapses] == utc
    assert {f"{moment.astimezone(ZoneInfo('Europe/Oslo')):%H:%M}" for moment in elapses} == {"03:30"}


def test_no_secret_is_in_a_file_or_on_a_command_line(controller: Controller, ledger: Callable[[str], str]) -> None:
    for path in (controller.program, *units(controller)):
        assert SECRET not in path.read_text(encoding="utf-8")
    service = units(controller)[0].read_text(encoding="utf-8")
    assert f"LoadCredential=sande:{controller.folder}/vault/sande" in service
    assert f"EnvironmentFile={controller.folder}/environment" in service
    controller.tonight(ledger("clean"))
    assert controller.run("check", FELLESDRIFT_DEVICE_PASSWORD=SECRET, FELLESDRIFT_VAULT_DIR="/nowhere").returncode == 0
    project = controller.folder / "project"
    assert SECRET not in (project / "arguments").read_text(encoding="utf-8")
    told = (project / "environment").read_text(encoding="utf-8")
    assert SECRET in told and "ANSIBLE_VAULT_IDENTITY_LIST=sande@client" in told


@pytest.mark.parametrize(("name", "code"), [("clean", 0), ("drift", 1), ("blind", 2), ("incomplete", 3)])
def test_a_night_ends_as_its_run_and_is_published(
    controller: Controller, ledger: Callable[[str], str], name: str, code: int
) -> None:
    controller.tonight(ledger(name))
    time.sleep(1.1)  # a run's folder is named by the second
    done = controller.run("check")
    assert done.returncode == code, done.stderr
    assert controller.run("publish").returncode == 0
    status = controller.status()
    assert status["outcome"] == getattr(ledgers, name)().outcome
    assert "--limit sande:&managed" in (controller.folder / "project/arguments").read_text(encoding="utf-8")
    assert "(2026-11-22 03:30:00 CET)" in (controller.public / "index.html").read_text(encoding="utf-8")
    # `keep` is 2; the last run that proves something stays beside them
    assert len(list((controller.folder / "drift/runs").iterdir())) <= 3


def test_a_run_that_is_killed_is_published_as_incomplete(controller: Controller, ledger: Callable[[str], str]) -> None:
    """As systemd does it: the whole group is ended at the limit, then ExecStopPost runs."""
    controller.tonight(ledger("clean"))
    time.sleep(1.1)
    controller.run("night")
    time.sleep(1.1)
    controller.tonight("exec sleep 600\n")
    # the limit of the role is whole minutes; here `timeout` ends the same group after two seconds
    done = subprocess.run(["timeout", "2", controller.program, "check"], check=False, timeout=60)
    assert done.returncode == 124
    assert controller.run("publish", EXIT_STATUS="15").returncode == 0
    status = controller.status()
    assert (status["outcome"], status["coverage"]) == ("incomplete", 0.0)
    html = (controller.public / "index.html").read_text(encoding="utf-8")
    assert "Incomplete run: what follows is older" in html


def test_two_runs_never_overlap(controller: Controller) -> None:
    controller.tonight("exit 0\n")
    runs = sorted(path.name for path in (controller.folder / "drift/runs").iterdir())
    public = controller.public.resolve()
    with (controller.folder / "drift/lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for action in ("check", "night"):
            done = controller.run(action)
            assert done.returncode == 75
            assert "another drift run is under way" in done.stderr + done.stdout
        assert controller.run("publish", EXIT_STATUS="75").returncode == 0
    assert sorted(path.name for path in (controller.folder / "drift/runs").iterdir()) == runs
    assert controller.public.resolve() == public


def test_cron_starts_it_at_the_hour_of_the_zone_only(
    controller: Controller, ledger: Callable[[str], str], tmp_path: Path
) -> None:
    """`date` is played: half past three in Oslo, then an hour later."""
    clock = tmp_path / "bin/date"
    clock.parent.mkdir()
    clock.write_text(
        '#!/bin/sh\ncase "$1" in +%H:%M) echo "$TZ $HOUR:30" | cut -d" " -f2 ;; *) exec /bin/date "$@" ;; esac\n'
    )
    clock.chmod(0o755)
    controller.tonight(ledger("drift"))
    arguments = controller.folder / "project/arguments"
    arguments.unlink(missing_ok=True)
    path = f"{clock.parent}:{os.environ['PATH']}"
    time.sleep(1.1)
    assert controller.run("cron", PATH=path, HOUR="04").returncode == 0
    assert not arguments.exists()
    assert controller.run("cron", PATH=path, HOUR="03").returncode == 1
    assert arguments.exists()
    told = (controller.folder / "project/environment").read_text(encoding="utf-8")
    assert f"FELLESDRIFT_DEVICE_PASSWORD={SECRET}" in told
    assert controller.status()["outcome"] == "drift"


def test_what_cannot_work_is_refused(controller: Controller, tmp_path: Path) -> None:
    """Seconds: that the role stops before it installs anything shows only in a play."""
    readable = tmp_path / "open"
    readable.write_text("X=1\n")
    readable.chmod(0o644)
    cases: list[tuple[dict[str, object], str]] = [
        ({"drift_schedule__at": "3:30"}, "drift_schedule__at is HH:MM"),
        ({"drift_schedule__limit_minutes": 180}, "five minutes more than the deadline"),
        ({"drift_schedule__project": "/srv/nowhere"}, "run `make setup` there"),
        ({"drift_schedule__environment_file": str(readable)}, "has to be there, with mode 0600 or 0400"),
    ]
    role = {"ansible.builtin.include_role": {"name": "fellesdrift.core.drift_schedule"}}
    kept = {
        "ansible.builtin.lineinfile": {
            "path": str(tmp_path / "said"),
            "line": "{{ ansible_failed_result | to_json }}",
            "create": True,
            "mode": "0600",
        }
    }
    tasks: list[object] = [{"vars": changed, "block": [role], "rescue": [kept]} for changed, _ in cases]
    done = play(tmp_path, tasks, {**controller.variables, "drift_schedule__program": str(tmp_path / "program")})
    assert done.returncode == 0, done.stdout
    told = (tmp_path / "said").read_text(encoding="utf-8").splitlines()
    assert len(told) == len(cases)
    for line, (_, said) in zip(told, cases, strict=True):
        assert said in line
    assert not (tmp_path / "program").exists()
