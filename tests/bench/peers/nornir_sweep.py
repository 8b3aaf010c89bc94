"""nornir with netmiko, 100 threads: read every device's configurations and compare each as text.

netmiko as its own documentation recommends for speed: `fast_cli`, which is its default.
"""

from __future__ import annotations

import sys

from devices import as_expected, commands, given
from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result, Task
from nornir.plugins.runners import ThreadedRunner
from nornir_netmiko.tasks import netmiko_send_command


def look(task: Task) -> Result:
    """One device; its session is closed, as nornir would at the end."""
    said = [task.run(netmiko_send_command, command_string=each, enable=True).result for each in commands()]
    task.host.close_connections()
    return Result(task.host, result=all(as_expected(str(each), task.host["expected"]) for each in said))


def main() -> int:
    """All of them; prints how many are as expected."""
    hosts = Hosts()
    for one in given():
        hosts[one.name] = Host(
            one.name,
            one.address,
            one.port,
            one.username,
            one.password,
            "cisco_ios",
            data={"expected": one.expected},
            connection_options={"netmiko": ConnectionOptions(extras={})},
        )
    ConnectionPluginRegister.auto_register()
    nornir = Nornir(Inventory(hosts, Groups(), Defaults()), runner=ThreadedRunner(num_workers=100))
    found = nornir.run(look)
    print(f"{sum(not each.failed and each[0].result is True for each in found.values())} as expected")
    return 0


if __name__ == "__main__":
    sys.exit(main())
