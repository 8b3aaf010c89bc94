"""Small text files, such as the hosts file.

A file is read with `type`, byte by byte: the shell's bytes are taken as they come, and CIM_DataFile's size says whether
they are all. It is written over the shell's input into a file beside it, which then takes its place. No program of the
host could hash one: whole contents are compared, here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from fellesdrift.state.typed.claims import Whole
from fellesdrift.state.windows.catalogue.contents import read_bytes
from fellesdrift.state.windows.catalogue.folder import run, will_be
from fellesdrift.state.windows.catalogue.paths import instance, parent, path_key
from fellesdrift.state.windows.errors import RefusedStateError, UnreadableStateError
from fellesdrift.state.windows.forms import Form, choice, quoted
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Resource, Scene, Step

_CLASS = "CIM_DataFile"
_MOST = 64 * 1024
_SETTLES = 10.0
# what notepad and what cmd of a Norwegian Windows write
_PAGES = {"ansi": "cp1252", "oem": "cp850"}
_BESIDE = ".fellesdrift"


def _content(value: Any) -> str:
    """Lines as they are compared: each with its end, which is a newline here and CR LF on the host."""
    if not isinstance(value, str):
        raise TypeError
    lines = value.replace("\r\n", "\n")
    if len(lines) > _MOST or any(not each.isprintable() and each not in "\t\n" for each in lines):
        raise ValueError
    return lines


def _same(left: Any, right: Any) -> bool:
    """Whether the last line has an end makes no difference."""
    return left == right or (
        isinstance(left, str) and isinstance(right, str) and left.removesuffix("\n") == right.removesuffix("\n")
    )


_FORM = Form(f"a text of up to {_MOST} characters without control characters", _content)


class FileKind(Kind):
    """The whole content of a text file, and which code page it is in."""

    name = "file"
    rank = 20
    attributes: Mapping[str, Attribute] = {
        "content": Attribute(_FORM, Whole(_same)),
        "encoding": Attribute(choice(*_PAGES)),
    }

    def key(self, key: str) -> str:
        return path_key(key)

    def check(self, _key: str, resource: Resource) -> Resource:
        if "content" not in resource:
            raise ValueError("`content`, or `present: false`")
        encoding = resource.get("encoding", "ansi")
        try:
            resource["content"].encode(_PAGES[encoding])
        except UnicodeEncodeError as error:
            raise ValueError(f"characters that {_PAGES[encoding]} has") from error
        return {**resource, "encoding": encoding}

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        found: Keys = {}
        sizes: dict[str, int] = {}
        for key in want or ():
            row = instance(host, _CLASS, key, ["FileSize"])
            found[key] = dict(ABSENT)
            if row is not None:
                sizes[key] = cast(int, row["FileSize"])
        for key, size in sizes.items():
            if size > _MOST:
                raise UnreadableStateError(host.name, f"file/{key}", f"{size} bytes", f"a file of up to {_MOST} bytes")
        data = read_bytes(host, self.name, sizes)
        for key, raw in data.items():
            asked = (want or {})[key].get("encoding", "ansi")
            found[key] = {PRESENT: True, "content": _text(host, key, raw, asked), "encoding": asked}
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned: list[Step] = []
        for key, change in changes.items():
            have = scene.have[self.name][key]
            if not change.get(PRESENT, True):
                title = f"Remove file {key}"
                do = run(title, f"del /f /q {quoted(key)}")
                planned.append(Step(self.name, key, title, dict(have), dict(ABSENT), do, _SETTLES, phase="remove"))
                continue
            folder = parent(key)
            if not will_be(scene, folder):
                raise RefusedStateError(
                    scene.host.name, f"file/{key}", f"no folder {folder}", "its folder, there or desired too"
                )
            want = scene.want[self.name][key]
            after = {name: want[name] for name in ("content", "encoding")}
            digest = hashlib.sha256(_raw(want)).hexdigest()[:12]
            title = f"Write file {key} (SHA-256 {digest})"
            beside = quoted(f"{key}{_BESIDE}")
            # findstr passes lines on as they are; more would make blanks of tabs
            command = f'findstr "^" > {beside} && move /y {beside} {quoted(key)}'
            if not want["content"]:
                command = f"type nul > {quoted(key)}"
            do = run(title, command, _raw(want).decode(scene.host.page) if want["content"] else None)
            before = {name: have[name] for name in after} if have[PRESENT] else dict(ABSENT)
            planned.append(Step(self.name, key, title, before, {PRESENT: True, **after}, do, _SETTLES))
        return planned


def _raw(resource: Resource) -> bytes:
    """The bytes of a file. The last line has an end: findstr waits for it."""
    content: str = resource["content"]
    ended = content if not content or content.endswith("\n") else f"{content}\n"
    return ended.replace("\n", "\r\n").encode(_PAGES[resource["encoding"]])


def _text(host: Host, key: str, raw: bytes, encoding: str) -> str:
    """The text of a file that could be put back as it is. Raises UnreadableStateError."""
    try:
        text = raw.decode(_PAGES[encoding])
        content = _content(text)
    except ValueError:
        content = "\r"
    if "\r" in content or content.count("\n") != raw.count(b"\r\n"):
        expected = f"lines of text in {_PAGES[encoding]}, each ended by CR LF"
        raise UnreadableStateError(host.name, f"file/{key}", f"{len(raw)} bytes of another form", expected)
    return content
