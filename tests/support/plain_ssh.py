"""An SSH client that has nothing to do with fellesdrift: what another engineer changes a device with."""

from __future__ import annotations

from typing import Any

import paramiko


def configure(login: dict[str, Any], *lines: str) -> None:
    """Log in, and type configuration; no line may be refused. login: what a twin's inventory says of the device."""
    with paramiko.SSHClient() as client:
        client.load_host_keys(login["fellesdrift_known_hosts"])
        client.connect(
            login["ansible_host"],
            login["ansible_port"],
            login["ansible_user"],
            login["ansible_password"],
            allow_agent=False,
            look_for_keys=False,
        )
        with client.invoke_shell(width=500) as shell:
            shell.settimeout(20)
            _until(shell, (">", "#"))
            shell.send(b"enable\r")
            # a user with all privileges is not asked for the secret
            if _until(shell, ("#", "assword:")).rstrip().endswith(":"):
                shell.send(f"{login['ansible_become_password']}\r".encode())
                _until(shell, ("#",))
            for line in ["configure terminal", *lines, "end"]:
                shell.send(f"{line}\r".encode())
                seen = _until(shell, ("#",))
                assert "%" not in seen, seen


def _until(shell: paramiko.Channel, ends: tuple[str, ...]) -> str:
    seen = ""
    while not seen.rstrip().endswith(ends):
        seen += shell.recv(4096).decode()
    return seen
