"""All exec commands together."""

from __future__ import annotations

from functools import cache

from fellesdrift.twin.ios import exec_basic, exec_configure, exec_files, exec_probe, exec_reload
from fellesdrift.twin.ios.registry import Command
from fellesdrift.twin.ios.shows import archive, config, hardware, interfaces, ip, system
from fellesdrift.twin.ios.syntax import Matcher

MODULES = (
    exec_basic,
    exec_configure,
    exec_files,
    exec_probe,
    exec_reload,
    archive,
    config,
    hardware,
    interfaces,
    ip,
    system,
)


@cache
def matcher(privilege: int) -> Matcher[Command]:
    """What may be typed at `>` (1) or at `#` (15)."""
    found = [command for module in MODULES for command in module.registry.commands]
    return Matcher([(command.pattern, command) for command in found if command.privilege <= privilege])
