"""A playbook that tells a secret is caught: the same runs and the same search as in test_leaks.py."""

from __future__ import annotations

import pytest

from .conftest import Vault
from .needles import Needles
from .runs import LOUD, Runner

TELLS = """
- hosts: san-rtr1
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ vault_device_password | b64encode }}"
    - ansible.builtin.copy:
        content: "{{ vault_device_enable }}"
        dest: "{{ lookup('ansible.builtin.env', 'TMPDIR') }}/left-behind"
        mode: "0600"
      delegate_to: localhost
      vars:
        ansible_connection: local
    - ansible.builtin.command:
        argv: ["{{ ansible_playbook_python }}", -c, import time; time.sleep(0.3), "{{ vault_device_enable }}"]
      delegate_to: localhost
      changed_when: false
      no_log: true
      vars:
        ansible_connection: local
        ansible_python_interpreter: "{{ ansible_playbook_python }}"
"""


@pytest.fixture
def told(vault: Vault) -> list[str]:
    runner = Runner(vault)
    playbook = vault.home / "tells.yml"
    playbook.write_text(TELLS, encoding="utf-8")
    with runner.traces.processes:
        runner.play("tells", str(playbook), *LOUD)
    return Needles(vault.secrets).found(runner.collect().places)


def test_it_is_found_on_the_screen_in_the_log_on_disk_and_in_the_process_list(told: list[str]) -> None:
    assert {
        "output of tells: device password",
        "log/tells: device password",
        "tmp/left-behind: enable secret",
        "process list: enable secret",
    } <= set(told), told
