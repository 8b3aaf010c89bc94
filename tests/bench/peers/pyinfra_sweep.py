"""pyinfra: a fact of one raw command over its ssh connector for each configuration, compared as text.

It wraps a command in `sh -c` unless it is told that there is no shell, and knows no dialogue: no `enable`. So the
login has to be privileged at once, and the fact is one `show` in an exec channel.
"""

from __future__ import annotations

import sys

import greenlets
from devices import as_expected, commands, given
from pyinfra.api import Config, FactBase, Host, Inventory, State
from pyinfra.api.connect import connect_all, disconnect_all
from pyinfra.api.facts import get_facts


class Said(FactBase):
    """The text of an answer."""

    def command(self, asked: str) -> str:
        return asked

    def process(self, output: list[str]) -> str:
        return "\n".join(output)


def _by_name(answers: dict[Host, object]) -> dict[str, str]:
    return {host.name: str(text) for host, text in answers.items()}


def main() -> int:
    """All of them; prints how many are as expected."""
    devices = {one.name: one for one in given()}
    hosts = [
        (
            one.name,
            {
                "ssh_hostname": one.address,
                "ssh_port": one.port,
                "ssh_user": one.username,
                "ssh_password": one.password,
                "ssh_allow_agent": False,
                "ssh_look_for_keys": False,
                "ssh_known_hosts_file": "/dev/null",
                "ssh_strict_host_key_checking": "no",
            },
        )
        for one in devices.values()
    ]
    config = Config(PARALLEL=100, SHELL=None)
    state = State(Inventory((hosts, {})), config)
    connect_all(state)
    answers = [get_facts(state, Said, args=(each,)) for each in commands()]
    right = [
        name
        for name, one in devices.items()
        if all(as_expected(said.get(name, ""), one.expected) for said in map(_by_name, answers))
    ]
    print(f"{len(right)} as expected")
    disconnect_all(state)
    return 0


__all__ = ["greenlets"]

if __name__ == "__main__":
    sys.exit(main())
