"""enable, disable, exit, terminal settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fellesdrift.twin.ios.registry import Registry

if TYPE_CHECKING:
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()
_TRIES = 3


@registry.command("enable [<level:0-15>]")
async def enable(shell: Shell, _values: Mapping[str, str]) -> str:
    if shell.privilege == 15:
        return ""
    if shell.device.check_enable("") is None:
        return "% No password set\n"
    for _ in range(_TRIES):
        answer = await shell.ask("Password: ", echo=False)
        if answer.how != "enter":
            return ""
        if shell.device.check_enable(answer.text):
            shell.privilege = 15
            return ""
        if not answer.text:
            break
    return "% Bad secrets\n\n"


@registry.command("disable [<level:0-15>]")
def disable(shell: Shell, _values: Mapping[str, str]) -> str:
    shell.privilege = 1
    return ""


@registry.command("exit", "logout", "quit")
def leave(shell: Shell, _values: Mapping[str, str]) -> str:
    shell.over = True
    return ""


@registry.command("terminal length <lines:0-512>")
def length(shell: Shell, values: Mapping[str, str]) -> str:
    shell.length = int(values["lines"])
    return ""


@registry.command("terminal width <columns:0-512>")
def width(shell: Shell, values: Mapping[str, str]) -> str:
    shell.width = int(values["columns"])
    return ""


@registry.command("terminal monitor", privilege=15)
def monitor(shell: Shell, _values: Mapping[str, str]) -> str:
    shell.monitor = True
    return ""


@registry.command("terminal no monitor", privilege=15)
def no_monitor(shell: Shell, _values: Mapping[str, str]) -> str:
    shell.monitor = False
    return ""


@registry.command("terminal history [size <n:0-256>]", "terminal no editing", "terminal editing")
def accepted(_shell: Shell, _values: Mapping[str, str]) -> str:
    return ""


@registry.command("clear counters [<interface:iface>]", "clear arp-cache", "clear ip nat translation *", privilege=15)
def clear(_shell: Shell, _values: Mapping[str, str]) -> str:
    return ""


@registry.command("clear logging", privilege=15)
async def clear_logging(shell: Shell, _values: Mapping[str, str]) -> str:
    if await shell.confirm("Clear logging buffer [confirm]"):
        shell.device.log.clear()
    return ""
