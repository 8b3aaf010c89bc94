from __future__ import annotations

import subprocess
import sys

AS_ANSIBLE_DOES = """
import sys
from fellesdrift.commands.lean_ansible import Later
sys.meta_path.insert(0, Later())
try:
    import winrm
except ImportError:
    print("not yet")
import requests
import fellesdrift.drift
import winrm
print(winrm.__name__)
"""


def test_the_libraries_for_windows_are_there_once_the_sweep_is() -> None:
    found = subprocess.run(
        [sys.executable, "-c", AS_ANSIBLE_DOES], check=True, text=True, stdout=subprocess.PIPE
    ).stdout
    assert found == "not yet\nwinrm\n"


def test_it_is_ansible_playbook() -> None:
    command = [sys.executable, "-P", "-m", "fellesdrift.commands.lean_ansible"]
    version = subprocess.run([*command, "--version"], check=True, text=True, stdout=subprocess.PIPE).stdout
    assert version.startswith("ansible-playbook [core ")
    none = subprocess.run([*command, "nosuch.yml"], check=False, text=True, stderr=subprocess.PIPE)
    assert none.returncode != 0
    assert "nosuch.yml" in none.stderr
