"""The live view on a real pseudo-terminal: there, whole, given back at the end, and absent where nobody can look."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
PLAYBOOK = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Første oppgave
      ansible.builtin.debug:
        msg: hallo
    - name: Wait a little
      ansible.builtin.wait_for:
        timeout: 1
      check_mode: false
      vars:
        ansible_python_interpreter: PYTHON
"""


def command(folder: Path) -> list[str]:
    """A playbook whose name is that of a goal, without a device; check mode, for it opens no stage."""
    path = folder / "cutover.yml"
    path.write_text(PLAYBOOK.replace("PYTHON", sys.executable), encoding="utf-8")
    return [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "--check", str(path)]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    return kept | {"ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"), "TERM": "xterm-256color"} | more


def on_a_terminal(folder: Path, **more: str) -> tuple[int, str]:
    """Exit code and everything that came out of a terminal of 100 x 30."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    with subprocess.Popen(
        command(folder), cwd=PROJECT, env=environment(**more), stdin=theirs, stdout=theirs, stderr=theirs
    ) as run:
        os.close(theirs)
        seen, limit = b"", time.monotonic() + 60
        while time.monotonic() < limit:
            ready, _, _ = select.select([ours], [], [], 0.2)
            try:
                data = os.read(ours, 65536) if ready else b""
            except OSError:  # the other end is closed
                break
            if ready and not data:
                break
            seen += data
        code = run.wait(timeout=30)
    os.close(ours)
    return code, seen.decode()


def test_a_terminal_has_its_two_lines_and_gets_them_back(tmp_path: Path) -> None:
    code, seen = on_a_terminal(tmp_path, NO_COLOR="1")
    assert code == 0, seen
    assert "\x1b[1m" not in seen and "\x1b[2m" not in seen, "colour that nobody wanted"
    assert "\x1b[1;28r" in seen, "no region was set aside"
    assert "Wait a little | localhost" in seen
    assert "elapsed 0 min 0" in seen
    assert seen.rindex("\x1b[r") > seen.rindex("elapsed"), "the terminal was not given back"
    assert "hallo" in seen and "PLAY RECAP" in seen
    assert "Første oppgave" in seen


@pytest.mark.usefixtures("collection")
@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("FELLESDRIFT_LIVE", "0"), ("", "")])
def test_a_terminal_that_cannot_or_should_not(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.live import wanted

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("FELLESDRIFT_LIVE", raising=False)
    if name:
        monkeypatch.setenv(name, value)
    ours, theirs = pty.openpty()
    ends = os.pipe()
    try:
        assert wanted(theirs) is not bool(name)
        assert not wanted(ends[1])
    finally:
        for descriptor in (ours, theirs, *ends):
            os.close(descriptor)


@pytest.mark.usefixtures("collection")
def test_what_is_ahead() -> None:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.live import Standing, lines

    now = datetime(2006, 3, 3, 21, 30, tzinfo=UTC)
    ahead = {
        "expected": 1500.0,
        "source": "3 rehearsals",
        "time_zone": "Europe/Oslo",
        "window_end": "2006-03-04T03:00:00+00:00",
        "back_by": "2006-03-04T01:20:00+00:00",
        "latest_start": "2006-03-03T23:15:00+00:00",
    }
    hosts = dict.fromkeys(["drm-core1", "drm-core2"])
    standing = Standing(0.0, "sande", "wan_link", "Wave of wan_link: Core routers", hosts, now, ahead)
    first, second = lines(standing, 185, now, 200)
    assert first == "sande wan_link | Wave of wan_link: Core routers | drm-core1 and 1 more"
    assert second == (
        "elapsed 3 min 05 s | expected end 22:55 (from 3 rehearsals) | window left 5 h 30 min | turn back by 02:20 | "
        "latest start 00:15"
    )
    late = lines(standing, 30000, datetime(2006, 3, 4, 4, tzinfo=UTC), 200)[1]
    assert "longer than expected" in late and "THE WINDOW HAS ENDED" in late and "NO TIME LEFT FOR THE WAY BACK" in late
    assert all(len(line) < 60 for line in lines(standing, 185, now, 60))


@pytest.mark.usefixtures("collection")
def test_a_terminal_that_went_away_breaks_nothing() -> None:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.live import LiveView, Standing

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    view = LiveView(Standing(time.monotonic()), theirs, every=0.01)
    view.start()
    os.close(ours)
    os.close(theirs)
    time.sleep(0.1)
    view.draw()
    view.close()
