"""Folders: there or not. Win32_Directory says whether, `mkdir` and `rmdir` change it; only an empty one is removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fellesdrift.state.windows.catalogue.paths import instance, parent, path_key
from fellesdrift.state.windows.errors import RefusedError, RefusedStateError
from fellesdrift.state.windows.forms import quoted
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import PRESENT, Attribute, Keys, Kind, Phase, Resource, Scene, Step

_CLASS = "Win32_Directory"
_SETTLES = 5.0


class FolderKind(Kind):
    """A folder, with the folders above it, each a step of its own."""

    name = "folder"
    rank = 10
    attributes: Mapping[str, Attribute] = {}

    def key(self, key: str) -> str:
        return path_key(key)

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        return {key: {PRESENT: is_there(host, key)} for key in want or ()}

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        _refuse_to_remove_around(scene)
        made: dict[str, Step] = {}
        removed = [key for key, change in changes.items() if not change[PRESENT]]
        for key in sorted(changes.keys() - set(removed)):
            missing = [key]
            while (above := parent(missing[-1])) and "\\" in above and not is_there(scene.host, above):
                missing.append(above)
            for each in reversed(missing):
                made.setdefault(each.lower(), _step("Create", "mkdir", each, "make"))
        # what is inside another one goes first
        gone = [_step("Remove", "rmdir", key, "remove") for key in sorted(removed, key=str.lower, reverse=True)]
        return [*made.values(), *gone]


def is_there(host: Host, path: str) -> bool:
    """Whether a folder is there. Raises SessionError."""
    return instance(host, _CLASS, path, ["Name"]) is not None


def will_be(scene: Scene, path: str) -> bool:
    """Whether a folder is there or will be made, itself or on the way to one below it. Raises SessionError."""
    if _to_go(scene, path):
        return False
    wanted = [f"{key}\\".lower() for key, claim in scene.want.get(FolderKind.name, {}).items() if claim[PRESENT]]
    return any(key.startswith(f"{path}\\".lower()) for key in wanted) or is_there(scene.host, path)


def _to_go(scene: Scene, path: str) -> str:
    """The desired-absent folder that a path is or lies in; "" when there is none."""
    gone = (key for key, claim in scene.want.get(FolderKind.name, {}).items() if not claim[PRESENT])
    return next((key for key in gone if f"{path}\\".lower().startswith(f"{key}\\".lower())), "")


def _refuse_to_remove_around(scene: Scene) -> None:
    """Nothing that is desired may lie in a folder that is to go. Raises RefusedStateError."""
    claims = [
        (name, key, claim["path"] if name == "share" else key)
        for name in (FolderKind.name, "file", "share")
        for key, claim in scene.want.get(name, {}).items()
        if claim[PRESENT] and (name != "share" or "path" in claim)
    ]
    for name, key, path in claims:
        if folder := _to_go(scene, path):
            raise RefusedStateError(
                scene.host.name, f"{name}/{key}", f"folder {folder} is to be removed", "a folder that stays"
            )


def _step(word: str, command: str, key: str, phase: Phase) -> Step:
    title = f"{word} folder {key}"
    there = phase == "remove"
    do = run(title, f"{command} {quoted(key)}")
    return Step(FolderKind.name, key, title, {PRESENT: there}, {PRESENT: not there}, do, _SETTLES, phase=phase)


def run(title: str, command: str, stdin: str | None = None) -> Callable[[Host], None]:
    """What carries out a line of cmd, judged by its exit code."""

    def do(host: Host) -> None:
        result = host.run(command, stdin=stdin)
        if result.code != 0:
            raise RefusedError(host.name, title, f"exit code {result.code}")

    return do
