"""show running-config, show startup-config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fellesdrift.twin.ios.registry import Registry
from fellesdrift.twin.ios.render import block_lines

if TYPE_CHECKING:
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()
_BUILDING = "Building configuration...\n\nCurrent configuration : {} bytes\n{}"


@registry.command("show running-config", "show configuration running", privilege=15)
def running(shell: Shell, _values: Mapping[str, str]) -> str:
    text = shell.device.running_text()
    return _BUILDING.format(len(text.encode()), f"{text}\n")


@registry.command("show running-config interface <name:iface>", privilege=15)
def running_interface(shell: Shell, values: Mapping[str, str]) -> str:
    line = shell.device.config.root.get(f"interface {values['name']}")
    if line is None:
        return f"% Invalid interface {values['name']}\n"
    text = "\n".join(["!", *block_lines(line), "end", ""])
    return _BUILDING.format(len(text.encode()), f"{text}\n")


@registry.command("show startup-config", "show configuration", privilege=15)
def startup(shell: Shell, _values: Mapping[str, str]) -> str:
    text = shell.device.startup
    if not text:
        return "startup-config is not present\n"
    return f"Using {len(text.encode())} out of {shell.device.model.nvram} bytes\n{text}\n"
