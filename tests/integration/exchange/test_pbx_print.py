"""The module pbx_print, run by Ansible itself in check mode against an exchange over telnet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from support.exchange import CREDENTIALS, Running

ROOT = Path(__file__).parents[3]
PLAY = """\
- hosts: x1
  gather_facts: false
  tasks:
    - fellesdrift.core.pbx_print: {print: licences}
      register: licences
    - fellesdrift.core.pbx_print: {print: set, filter: "14 3"}
      register: one
    - fellesdrift.core.pbx_print: {print: feature}
      register: refused
      failed_when: false
    - ansible.builtin.copy:
        content: "{{ [licences, one, refused] | to_json }}"
        dest: "{{ found }}"
        mode: "0600"
      delegate_to: localhost
      vars: {ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
      check_mode: false
"""


def test_prints_by_ansible(running: Running, tmp_path: Path) -> None:
    (tmp_path / "play.yml").write_text(PLAY, encoding="utf-8")
    login = {
        "ansible_host": "127.0.0.1",
        "ansible_port": running.port(),
        "ansible_user": CREDENTIALS.user,
        "ansible_password": CREDENTIALS.password,
        "fellesdrift_telnet": True,
        "fellesdrift_exchange_form": "small",
        "found": str(tmp_path / "found.json"),
    }
    done = subprocess.run(
        [
            Path(sys.executable).parent / "ansible-playbook",
            "--check",
            "-i",
            "x1,",
            "-e",
            json.dumps(login),
            tmp_path / "play.yml",
        ],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    licences, one, refused = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert licences["parsed"]["DIGITAL TELEPHONES"]["left"] == 166
    assert licences["lines"][0] == "ANALOGUE TELEPHONES      128    LEFT   125    USED     3 "
    assert set(one["parsed"]) == {"014 0 00 03"}
    assert one["parsed"]["014 0 00 03"]["keys"]["00"]["dn"] == "2057"
    assert refused["code"] == "FD460"
    assert not any(each["changed"] for each in (licences, one, refused))
    assert running.exchange().dumped, "nothing was written"
