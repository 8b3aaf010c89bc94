"""show archive and the state of a timed revert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fellesdrift.twin.device import stamp
from fellesdrift.twin.ios.configure import refusal_text
from fellesdrift.twin.ios.registry import Registry
from fellesdrift.twin.ios.syntax import Refusal

if TYPE_CHECKING:
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()


@registry.command("show archive", privilege=15)
def archive(shell: Shell, _values: Mapping[str, str]) -> str:
    device = shell.device
    path = device.archive_path
    if path is None:
        return "Archive feature not enabled\n"
    following = f"{path}-{len(device.archived) + 1}" if path != "flash:" else f"flash:-{len(device.archived) + 1}"
    lines = [
        "The maximum archive configurations allowed is 10.",
        f"There are currently {len(device.archived)} archive configurations saved.",
        f"The next archive file will be named {following}",
        " Archive #  Name",
    ]
    for at in range(1, 11):
        name = f"flash:{device.archived[at - 1]}" if at <= len(device.archived) else ""
        newest = " <- Most Recent" if at == len(device.archived) else ""
        lines.append(f"   {at:<8} {name}{newest}".rstrip())
    return "\n".join(lines) + "\n"


@registry.command("show archive config rollback timer", privilege=15)
def timer(shell: Shell, _values: Mapping[str, str]) -> str:
    if not shell.device.knows_revert:
        return refusal_text(Refusal("invalid", len("show archive config ")), "", len(shell.prompt))
    revert = shell.device.revert
    if revert is None:
        return "%No Rollback Confirmed Change pending\n"
    return (
        f"Time configured(or reconfigured): {stamp(revert.armed)}\n"
        f"Timer type: {'idle' if revert.idle else 'absolute'} timer\n"
        f"Timer value: {revert.minutes} min\nUser: {revert.terminal.user}\n"
    )
