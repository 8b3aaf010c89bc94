"""write memory, copy, dir, more, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fellesdrift.twin.ios.configure import Editor
from fellesdrift.twin.ios.models import image_file
from fellesdrift.twin.ios.registry import Registry

if TYPE_CHECKING:
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()
_BUILT = "Building configuration...\n[OK]\n"


@registry.command("write [memory]", privilege=15)
def write(shell: Shell, _values: Mapping[str, str]) -> str:
    shell.device.save()
    return _BUILT


@registry.command("write terminal", privilege=15)
def write_terminal(shell: Shell, _values: Mapping[str, str]) -> str:
    text = shell.device.running_text()
    return f"Building configuration...\n\nCurrent configuration : {len(text.encode())} bytes\n{text}\n"


async def _destination(shell: Shell, default: str) -> str | None:
    answer = await shell.ask(f"Destination filename [{default}]? ")
    return None if answer.how != "enter" else answer.text.strip() or default


def _file(name: str) -> str:
    return name.removeprefix("flash:").lstrip("/")


@registry.command("copy running-config startup-config", privilege=15)
async def save(shell: Shell, _values: Mapping[str, str]) -> str:
    name = await _destination(shell, "startup-config")
    if name is None:
        return "%Error copying: aborted by user\n"
    if name != "startup-config":
        shell.device.flash[_file(name)] = shell.device.running_text()
        return _BUILT
    shell.device.save()
    return _BUILT


@registry.command("copy startup-config running-config", privilege=15)
async def merge(shell: Shell, _values: Mapping[str, str]) -> str:
    if await _destination(shell, "running-config") is None:
        return "%Error copying: aborted by user\n"
    return _merge(shell, shell.device.startup)


def _merge(shell: Shell, text: str) -> str:
    """Copying into the running configuration adds, it does not replace."""
    editor = Editor(shell.device.config)
    for line in text.splitlines():
        if line.strip() != "end":
            editor.enter(line)
    shell.device.edited(shell.user)
    return f"{len(text.encode())} bytes copied in 0.4 secs ({len(text.encode()) * 5 // 2} bytes/sec)\n"


@registry.command("copy running-config <target:word>", "copy startup-config <target:word>", privilege=15)
async def copy_out(shell: Shell, values: Mapping[str, str]) -> str:
    target = values["target"]
    if not target.startswith("flash:"):
        return f"%Error opening {target} (No such device)\n"
    name = await _destination(shell, _file(target) or f"{shell.device.config.hostname.lower()}-confg")
    if name is None:
        return "%Error copying: aborted by user\n"
    startup = shell.history[-1].split()[1].lower().startswith("s")
    text = shell.device.startup if startup else shell.device.running_text()
    shell.device.flash[_file(name)] = text
    return f"{len(text.encode())} bytes copied in 0.4 secs ({len(text.encode()) * 5 // 2} bytes/sec)\n"


@registry.command("copy <source:word> running-config", privilege=15)
async def copy_in(shell: Shell, values: Mapping[str, str]) -> str:
    text = shell.device.flash.get(_file(values["source"]))
    if text is None:
        return f"%Error opening {values['source']} (No such file or directory)\n"
    if await _destination(shell, "running-config") is None:
        return "%Error copying: aborted by user\n"
    return _merge(shell, text)


@registry.command("dir [<where:word>]", "dir all-filesystems", privilege=15)
def directory(shell: Shell, _values: Mapping[str, str]) -> str:
    device = shell.device
    total = device.model.flash
    image = image_file(device.model, device.release)
    files = [(image, total // 3), *((name, len(text.encode())) for name, text in device.flash.items())]
    lines = [
        f"{at:5}  -rw-  {size:10}  {device.booted:%b} {device.booted.day:>2} {device.booted:%Y %H:%M:%S} +00:00  {name}"
        for at, (name, size) in enumerate(files, start=1)
    ]
    free = total - sum(size for _, size in files)
    body = "\n".join(lines)
    return f"Directory of flash:/\n\n{body}\n\n{total} bytes total ({free} bytes free)\n"


@registry.command("more <file:word>", privilege=15)
def more(shell: Shell, values: Mapping[str, str]) -> str:
    text = shell.device.flash.get(_file(values["file"]))
    return f"%Error opening {values['file']} (File not found)\n" if text is None else text


@registry.command("delete <file:word>", privilege=15)
async def delete(shell: Shell, values: Mapping[str, str]) -> str:
    name = _file(values["file"])
    answer = await shell.ask(f"Delete filename [{name}]? ")
    name = answer.text.strip() or name
    if not await shell.confirm(f"Delete flash:{name}? [confirm]"):
        return ""
    if shell.device.flash.pop(name, None) is None:
        return f"%Error deleting flash:{name} (File not found)\n"
    return ""


@registry.command("erase startup-config", "write erase", privilege=15)
async def erase(shell: Shell, _values: Mapping[str, str]) -> str:
    question = "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]"
    if await shell.confirm(question):
        shell.device.startup = ""
        return "[OK]\nErase of nvram: complete\n"
    return ""
