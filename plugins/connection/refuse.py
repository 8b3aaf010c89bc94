"""A connection that refuses: see DOCUMENTATION."""

from __future__ import annotations

from typing import Any, NoReturn

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: refuse
short_description: Refuse every module that needs a host of Ansible's kind
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - The hosts of an estate have no Python, no PowerShell and no shell. fellesdrift's own actions speak to them from the
    controller and need no connection plugin.
  - With C(ansible_connection=local) a module that was aimed at a router would silently run on the controller. With this
    plugin it fails and says so.
options: {}
"""

EXAMPLES = """
# group_vars/network.yml
ansible_connection: fellesdrift.core.refuse
"""


class Connection(ConnectionBase):
    """Refuses everything that would run on, or copy to, the host."""

    transport = "fellesdrift.core.refuse"
    has_pipelining = True

    def _connect(self) -> Connection:
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> NoReturn:
        """Refuse."""
        self._refuse()

    def put_file(self, in_path: str, out_path: str) -> NoReturn:
        """Refuse."""
        self._refuse()

    def fetch_file(self, in_path: str, out_path: str) -> NoReturn:
        """Refuse."""
        self._refuse()

    def close(self) -> None:
        """Nothing was opened."""

    def _refuse(self, *_: Any) -> NoReturn:
        raise AnsibleConnectionFailure(
            "FD651: this host is no host for ordinary modules\n"
            "  found:    a module that runs on the target\n"
            "  expected: a module of fellesdrift.core, which speaks to the device from the controller\n"
            "  next:     ansible-doc -l fellesdrift.core"
        )
