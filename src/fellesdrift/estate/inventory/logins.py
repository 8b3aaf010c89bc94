"""The logins of hosts, as far as they can be known without a password."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleError


class Logins(dict[str, dict[str, Any]]):
    """host -> the variables of its login, so that a host's files are read once. Only hosts whose login can be known
    without a password: one with a secret in it, or that something encrypted may speak of, is Ansible's to resolve.

    limit  which hosts are wanted, as Ansible's --limit says it
    hosts  those, once the inventory is read
    """

    NAMES = frozenset(
        {
            *(f"ansible_{name}" for name in ("host", "port", "user", "password", "become_password")),
            *(f"fellesdrift_{name}" for name in ("exchange_form", "known_hosts", "platform", "ssh_legacy", "telnet")),
            *(f"fellesdrift_winrm_{name}" for name in ("auth", "plain", "code_page")),
        }
    )

    def __init__(self, limit: str | None = None) -> None:
        super().__init__()
        self.limit = limit
        self.hosts: frozenset[str] = frozenset()

    def read(self, host: str, variables: Mapping[str, Any], resolve: Callable[[Any], Any]) -> None:
        """Take over what is plain, or was made so by `resolve`; a brace that is left could be a template still."""
        found = {name: variables[name] for name in self.NAMES if variables.get(name) is not None}
        if not all(isinstance(value, int | str) for value in found.values()):
            return
        try:
            plain = {name: resolve(value) for name, value in found.items()}
        except (AnsibleError, ReferenceError):
            return
        if all(isinstance(value, int) or (isinstance(value, str) and "{" not in value) for value in plain.values()):
            self[host] = plain
