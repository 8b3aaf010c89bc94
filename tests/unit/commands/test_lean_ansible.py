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
import fellesdrift.drift.run
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


LEAN = """
import subprocess, sys
from fellesdrift.commands.lean_ansible import lighten
lighten()
started = []
class Told(subprocess.Popen):
    def __init__(self, command, *more, **other):
        started.append(command[0])
        super().__init__(command, *more, **other)
subprocess.Popen = Told
import asyncssh
from asyncssh.encryption import get_encryption_algs
from asyncssh.kex import get_kex_algs
from asyncssh.mac import get_mac_algs
from asyncssh.public_key import get_public_key_algs
from fellesdrift.session import reading
from fellesdrift.session.algorithms import WITH_2005
there = {*get_encryption_algs(), *get_kex_algs(), *get_mac_algs(), *get_public_key_algs()}
offered = {*WITH_2005.kex, *WITH_2005.keys, *WITH_2005.ciphers, *WITH_2005.macs}
print(sorted(name for name in offered if name.encode() not in there))
print(started)
print([name for name in ("asyncssh.crypto.umac", "asyncssh.crypto.x509") if name in sys.modules])
for legacy in (False, True):
    reading.options_of(legacy, ("ssh-ed25519",), "somebody")
"""


def test_what_is_left_out_of_the_library_of_ssh_is_nothing_that_is_offered() -> None:
    found = subprocess.run([sys.executable, "-c", LEAN], check=True, text=True, stdout=subprocess.PIPE).stdout
    assert found == "[]\n[]\n[]\n"
