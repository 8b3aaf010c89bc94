"""configure terminal, its timed revert, configure replace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fellesdrift.twin.ios.config import Configuration
from fellesdrift.twin.ios.configure import read, refusal_text
from fellesdrift.twin.ios.registry import Registry
from fellesdrift.twin.ios.syntax import Refusal

if TYPE_CHECKING:
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()
_ENTER = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
_NO_ARCHIVE = "%Turn config archive on before using Rollback Confirmed Change\n"
NOTHING = "%No Rollback Confirmed Change pending\n"


def _unknown(shell: Shell, words: str) -> str:
    """IOS before 12.4(20)T has no such keyword."""
    return refusal_text(Refusal("invalid", len(words)), words, len(shell.prompt))


@registry.command("configure terminal", privilege=15)
def terminal(shell: Shell, _values: Mapping[str, str]) -> str:
    shell.enter_config()
    return _ENTER


@registry.command("configure", privilege=15)
async def configure(shell: Shell, _values: Mapping[str, str]) -> str:
    answer = await shell.ask("Configuring from terminal, memory, or network [terminal]? ")
    if answer.how != "enter" or not "terminal".startswith(answer.text.strip().lower() or "t"):
        return '?Must be "terminal", "memory" or "network"\n'
    shell.enter_config()
    return _ENTER


@registry.command(
    "configure terminal revert timer <minutes:1-120>",
    "configure terminal revert timer idle <idle:1-120>",
    privilege=15,
)
def timed(shell: Shell, values: Mapping[str, str]) -> str:
    device = shell.device
    if not device.knows_revert:
        return _unknown(shell, "configure terminal ")
    if device.archive_path is None:
        return _NO_ARCHIVE
    if device.revert is not None:
        return "%Rollback Confirmed Change already pending. Confirm or revert it first\n"
    idle = "idle" in values
    file = device.arm_revert(int(values["idle" if idle else "minutes"]), idle, shell)
    shell.enter_config()
    return f"Rollback Confirmed Change: Backing up current running config to {file}\n\n{_ENTER}"


@registry.command("configure confirm", privilege=15)
def confirm(shell: Shell, _values: Mapping[str, str]) -> str:
    if not shell.device.knows_revert:
        return _unknown(shell, "configure ")
    return "" if shell.device.confirm_revert() else NOTHING


@registry.command("configure revert now", privilege=15)
def revert_now(shell: Shell, _values: Mapping[str, str]) -> str:
    if not shell.device.knows_revert:
        return _unknown(shell, "configure ")
    if shell.device.revert is None:
        return NOTHING
    shell.device.revert_now()
    return "Total number of passes: 1\nRollback Done\n\n"


@registry.command("configure revert timer <minutes:1-120>", "configure revert timer idle <minutes:1-120>", privilege=15)
def extend(shell: Shell, values: Mapping[str, str]) -> str:
    if not shell.device.knows_revert:
        return _unknown(shell, "configure ")
    if shell.device.revert is None:
        return NOTHING
    shell.device.extend_revert(int(values["minutes"]))
    return ""


@registry.command("configure replace <file:word> [force]", privilege=15)
async def replace(shell: Shell, values: Mapping[str, str]) -> str:
    device = shell.device
    if values["file"] in ("nvram:startup-config", "startup-config"):
        text: str | None = device.startup
    else:
        text = device.flash.get(values["file"].removeprefix("flash:").lstrip("/"))
    if text is None:
        return f"%Error opening {values['file']} (File not found)\n"
    if not shell.history[-1].endswith("force"):
        answer = await shell.ask(
            "This will apply all necessary additions and deletions\n"
            "to replace the current running configuration with the\n"
            "contents of the specified configuration file, which is\n"
            "assumed to be a complete configuration, not a partial\n"
            "configuration. Enter Y if you are sure you want to proceed. ? [no]: "
        )
        if not answer.text.strip().lower().startswith("y"):
            return ""
    config = Configuration(hardware=device.hardware)
    if list(read(text, config)):
        return "%Rollback failed: the file is no configuration of this device\n"
    device.replace_with(config, shell.user)
    return "Total number of passes: 1\nRollback Done\n\n"
