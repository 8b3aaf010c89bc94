"""Clients that share no code with the twin's server side: the ssh program, and cisco.ios over paramiko."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from fellesdrift import twin

REPOSITORY = Path(__file__).parents[3]
PRODUCTION = REPOSITORY / "inventories" / "production"
# what a user of today's OpenSSH has to say to reach a router of 2005
OLD = [
    "-oKexAlgorithms=+diffie-hellman-group14-sha1",
    "-oHostKeyAlgorithms=+ssh-rsa",
    "-oCiphers=+aes128-cbc",
    "-oMACs=+hmac-sha1",
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    out = tmp_path_factory.mktemp("clients") / "twin"
    twin.up(PRODUCTION, out, speed=50)
    yield out
    twin.down(out)


def access(running: Path, host: str) -> dict[str, str]:
    text = (running / "host_vars" / host / "zz_twin.yml").read_text(encoding="utf-8")
    loaded: dict[str, str] = yaml.safe_load(text)
    return loaded


def ssh(running: Path, host: str, *more: str) -> list[str]:
    reach = access(running, host)
    return [
        "ssh",
        "-F/dev/null",
        f"-oUserKnownHostsFile={reach['fellesdrift_known_hosts']}",
        "-oStrictHostKeyChecking=yes",
        "-oPubkeyAuthentication=no",
        *OLD,
        f"-p{reach['ansible_port']}",
        f"{reach['ansible_user']}@127.0.0.1",
        *more,
    ]


class Typist:
    """Drives a program through a pseudo-terminal, with the standard library only."""

    def __init__(self, command: list[str]) -> None:
        self.pid, self.line = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)
        self.seen = ""

    def until(self, pattern: str, timeout: float = 10.0) -> str:
        deadline = time.monotonic() + timeout
        while not re.search(pattern, self.seen):
            ready, _, _ = select.select([self.line], [], [], max(deadline - time.monotonic(), 0))
            assert ready, f"waiting for {pattern}, saw {self.seen!r}"
            self.seen += os.read(self.line, 4096).decode()
        seen, self.seen = self.seen, ""
        return seen

    def type(self, text: str, pattern: str) -> str:
        os.write(self.line, f"{text}\r".encode())
        return self.until(pattern)

    def end(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        os.close(self.line)
        return os.waitstatus_to_exitcode(status)


def test_a_person_with_plain_ssh(running: Path):
    reach = access(running, "san-rtr1")
    person = Typist(ssh(running, "san-rtr1"))
    person.until(r"assword: $")
    person.type(reach["ansible_password"], r"san-rtr1>$")
    person.type("enable", r"Password: $")
    assert reach["ansible_become_password"] not in person.type(reach["ansible_become_password"], r"san-rtr1#$")
    assert "% Invalid input detected at '^' marker." in person.type("show ip rout3", r"#$")
    person.type("conf t", r"\(config\)#$")
    person.type("int g0/0", r"\(config-if\)#$")
    person.type("descr Innbyggertorget på rådhuset", r"\(config-if\)#$")
    person.type("end", r"rtr1#$")
    person.type("terminal length 10", r"#$")
    assert "Innbyggertorget på rådhuset" in person.type("show run | section Ethernet0/0", r"#$")
    assert "--More--" in person.type("show run", r"More-- $")
    os.write(person.line, b"q")
    person.until(r"#$")
    assert "!!!!!" in person.type("ping 10.10.20.20 source g0/0", r"#$")
    os.write(person.line, b"exit\r")
    person.end()


def test_one_command_with_plain_ssh(running: Path, tmp_path: Path):
    helper = tmp_path / "ask"
    helper.write_text(f"#!/bin/sh\necho '{access(running, 'san-fw1')['ansible_password']}'\n", encoding="utf-8")
    helper.chmod(0o700)
    environment = {**os.environ, "SSH_ASKPASS": str(helper), "SSH_ASKPASS_REQUIRE": "force"}
    done = subprocess.run(
        ssh(running, "san-fw1", "show version"),
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 0
    assert "san-fw1 uptime is" in done.stdout


def test_a_modern_client_is_told_why_it_cannot_connect(running: Path):
    reach = access(running, "san-fw1")
    command = ["ssh", "-F/dev/null", "-oBatchMode=yes", f"-p{reach['ansible_port']}", "x@127.0.0.1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert "no matching key exchange method found" in done.stderr


PLAY = """\
- hosts: san-rtr1
  gather_facts: false
  vars:
    ansible_connection: ansible.netcommon.network_cli
    ansible_network_os: cisco.ios.ios
    ansible_network_cli_ssh_type: paramiko
    ansible_become: true
    ansible_become_method: enable
    ansible_host_key_checking: false
  tasks:
    - cisco.ios.ios_facts:
        gather_subset: [min, hardware, config, interfaces]
        gather_network_resources: [interfaces, l3_interfaces, acls, static_routes]
      register: gathered
    - cisco.ios.ios_config:
        parents: interface GigabitEthernet0/1
        lines: [description pushed by cisco.ios, bandwidth 4000]
        save_when: modified
      register: first
    - cisco.ios.ios_config:
        parents: interface GigabitEthernet0/1
        lines: [description pushed by cisco.ios, bandwidth 4000]
      register: second
    - cisco.ios.ios_config:
        parents: interface GigabitEthernet0/1
        lines: [ip address 10.10.10.10 255.0.255.0]
      register: wrong
      ignore_errors: true
    - cisco.ios.ios_command:
        commands:
          - show startup-config | include pushed
          - command: reload in 5
            prompt: '\\[confirm\\]'
            answer: "\\r"
          - reload cancel
      register: shown
    - ansible.builtin.copy:
        dest: "{{ result }}"
        content: "{{ {'facts': gathered.ansible_facts, 'first': first, 'second': second, 'wrong': wrong,
                      'shown': shown.stdout} | to_json }}"
      delegate_to: localhost
      become: false
      vars:
        ansible_connection: local
"""


def test_cisco_ios_gathers_facts_and_pushes_lines(running: Path, tmp_path: Path):
    play, result = tmp_path / "play.yml", tmp_path / "result.json"
    play.write_text(PLAY, encoding="utf-8")
    program = Path(sys.executable).parent / "ansible-playbook"
    (tmp_path / "ansible.cfg").write_text("[defaults]\nhost_key_checking = false\n", encoding="utf-8")
    environment = {**os.environ, "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg")}
    done = subprocess.run(
        [program, "-i", running, play, "-e", f"result={result}"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(result.read_text(encoding="utf-8"))
    facts = said["facts"]
    assert facts["ansible_net_hostname"] == "san-rtr1"
    assert facts["ansible_net_model"] == "2821"
    assert facts["ansible_net_version"] == "12.4(24)T"
    assert facts["ansible_net_filesystems"] == ["flash:"]
    assert "10.61.254.1" in facts["ansible_net_all_ipv4_addresses"]
    assert facts["ansible_net_interfaces"]["GigabitEthernet0/0"]["operstatus"] == "up"
    assert facts["ansible_net_interfaces"]["GigabitEthernet0/2/0"]["lineprotocol"] == "down"
    neighbours = facts["ansible_net_neighbors"]
    assert neighbours["Serial0/0/0"][0]["host"] == "drm-core1"
    resources = facts["ansible_network_resources"]
    routes = [
        route["dest"]
        for family in resources["static_routes"]
        for each in family["address_families"]
        for route in each["routes"]
    ]
    assert "0.0.0.0/0" in routes
    assert said["first"]["changed"] is True
    assert said["second"]["changed"] is False
    assert "Bad mask" in said["wrong"]["msg"]
    assert "pushed by cisco.ios" in said["shown"][0]
    assert "SHUTDOWN ABORTED" in said["shown"][2]
