"""show clock, users, logging, privilege, history and the like."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fellesdrift.twin.ios.registry import Registry

if TYPE_CHECKING:
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()


@registry.command("show clock [detail]")
def clock(_shell: Shell, _values: Mapping[str, str]) -> str:
    now = datetime.now(UTC)
    return f"*{now:%H:%M:%S}.{now.microsecond // 1000:03d} UTC {now:%a %b} {now.day} {now:%Y}\n"


@registry.command("show users [all]", "who")
def users(shell: Shell, _values: Mapping[str, str]) -> str:
    text = "    Line       User       Host(s)              Idle       Location\n"
    where = shell.device.network.endpoints.get(shell.device.network.wiring.topology.controller or "")
    for session in shell.device.sessions:
        mine = "*" if session is shell else " "
        at = 514 + session.line
        text += (
            f"{mine}{at:3} vty {session.line}     {session.user:<10} idle                 00:00:00 "
            f"{where.address if where else ''}\n"
        )
    return text


@registry.command("show privilege")
def privilege(shell: Shell, _values: Mapping[str, str]) -> str:
    return f"Current privilege level is {15 if shell.editor else shell.privilege}\n"


@registry.command("show history")
def history(shell: Shell, _values: Mapping[str, str]) -> str:
    return "".join(f"  {line}\n" for line in shell.history)


@registry.command("show logging")
def logging(shell: Shell, _values: Mapping[str, str]) -> str:
    log = shell.device.log
    head = (
        "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited,\n"
        "                0 flushes, 0 overruns, xml disabled, filtering disabled)\n"
        "    Console logging: level debugging, 0 messages logged\n"
        "    Monitor logging: level debugging, 0 messages logged\n"
        f"    Buffer logging: level debugging, {len(log)} messages logged\n\n"
        "Log Buffer (4096 bytes):\n\n"
    )
    return head + "".join(f"{line}\n" for line in log)


@registry.command("show ip ssh")
def ssh(_shell: Shell, _values: Mapping[str, str]) -> str:
    return "SSH Enabled - version 2.0\nAuthentication timeout: 120 secs; Authentication retries: 3\n"


@registry.command("show processes cpu [history | sorted]")
def processes(_shell: Shell, _values: Mapping[str, str]) -> str:
    return "CPU utilization for five seconds: 2%/0%; one minute: 1%; five minutes: 1%\n"


@registry.command("show memory statistics", "show memory summary", privilege=15)
def memory(_shell: Shell, _values: Mapping[str, str]) -> str:
    return (
        "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n"
        "Processor   43A2C2A0   196924768    27361768   169563000   168953404   168913964\n"
        "      I/O    F200000    14680064     4133860    10546204    10523792    10538364\n"
    )
