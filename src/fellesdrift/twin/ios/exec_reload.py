"""reload, now and later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fellesdrift.twin.device import stamp
from fellesdrift.twin.ios.registry import Registry

if TYPE_CHECKING:
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()
_ABORTED = "\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n"


async def _save_first(shell: Shell) -> bool:
    """Ask about an unsaved configuration; False to give up."""
    while shell.device.modified():
        answer = await shell.ask("\nSystem configuration has been modified. Save? [yes/no]: ")
        word = answer.text.strip().lower()
        if answer.how != "enter":
            return False
        if word and "yes".startswith(word):
            shell.device.save()
            shell.terminal.write("Building configuration...\n[OK]\n")
            return True
        if word and "no".startswith(word):
            return True
        shell.terminal.write("% Please answer 'yes' or 'no'.\n")
    return True


@registry.command("reload [<reason:line>]", privilege=15)
async def reload(shell: Shell, _values: Mapping[str, str]) -> str:
    if await _save_first(shell) and await shell.confirm("Proceed with reload? [confirm]"):
        shell.device.reload_now()
    return ""


@registry.command("reload in <minutes:1-34560> [<reason:line>]", privilege=15)
async def reload_in(shell: Shell, values: Mapping[str, str]) -> str:
    if not await _save_first(shell):
        return ""
    minutes = int(values["minutes"])
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    reason = values.get("reason", "")
    shell.terminal.write(
        f"Reload scheduled for {stamp(at)} (in {_span(minutes * 60)}) by {shell.user} on vty{shell.line}\n"
    )
    if reason:
        shell.terminal.write(f"Reload reason: {reason}\n")
    if not await shell.confirm("Proceed with reload? [confirm]"):
        return ""
    shell.device.schedule_reload(minutes, reason, shell.user)
    shell.device.syslog(
        f"%SYS-5-SCHEDULED_RELOAD: Reload requested for {stamp(at)} at {stamp(datetime.now(UTC))} by {shell.user} "
        f"on vty{shell.line}. Reload Reason: {reason or 'Reload Command'}."
    )
    return ""


@registry.command("reload cancel", privilege=15)
def cancel(shell: Shell, _values: Mapping[str, str]) -> str:
    if not shell.device.cancel_reload():
        return "%No reload is scheduled.\n"
    shell.device.broadcast(_ABORTED)
    shell.device.syslog(f"%SYS-5-SCHEDULED_RELOAD_CANCELLED: Scheduled reload cancelled at {stamp(datetime.now(UTC))}")
    return ""


@registry.command("show reload")
def show_reload(shell: Shell, _values: Mapping[str, str]) -> str:
    reload = shell.device.reload
    if reload is None:
        return "No reload is scheduled.\n"
    # the device's clock runs faster than its timers say, by the twin's speed
    passed = (datetime.now(UTC) - (reload.at - timedelta(minutes=reload.minutes))).total_seconds() * shell.device.speed
    left = max(reload.minutes * 60 - passed, 0)
    text = f"Reload scheduled for {stamp(reload.at)} (in {_span(left)}) by {reload.user} on vty{shell.line}\n"
    return text + (f"Reload reason: {reload.reason}\n" if reload.reason else "")


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    hours, rest = divmod(minutes, 60)
    if hours:
        return f"{hours} hour{'s' * (hours != 1)} and {rest} minute{'s' * (rest != 1)}"
    return f"{rest} minute{'s' * (rest != 1)}" if rest else f"{int(seconds)} seconds"
