"""`| include`, `exclude`, `begin` and `section` behind a show command."""

from __future__ import annotations

import re

from fellesdrift.twin.ios.syntax import Refusal

_FILTERS = ("append", "begin", "count", "exclude", "include", "redirect", "section", "tee")


def split(line: str) -> tuple[str, str | None]:
    """`show run | include ip` -> (`show run`, `include ip`)."""
    command, bar, tail = line.partition("|")
    return (command.rstrip(), tail) if bar else (line, None)


def apply(tail: str, text: str, column: int) -> str | Refusal:
    """What the filter leaves; `column` is where the tail begins in what was typed."""
    words = tail.split(maxsplit=1)
    if not words:
        return Refusal("incomplete", column)
    start = column + len(tail) - len(tail.lstrip())
    names = [name for name in _FILTERS if name.startswith(words[0].lower())]
    if len(names) != 1:
        return Refusal("ambiguous" if names else "invalid", start)
    if names[0] not in ("begin", "exclude", "include", "section"):
        return Refusal("invalid", start)
    if len(words) == 1:
        return Refusal("incomplete", column)
    try:
        wanted = re.compile(words[1].strip())
    except re.error:
        return Refusal("invalid", start + len(words[0]) + 1)
    return _FUNCTIONS[names[0]](text.splitlines(keepends=True), wanted)


def _include(lines: list[str], wanted: re.Pattern[str]) -> str:
    return "".join(line for line in lines if wanted.search(line))


def _exclude(lines: list[str], wanted: re.Pattern[str]) -> str:
    return "".join(line for line in lines if not wanted.search(line))


def _begin(lines: list[str], wanted: re.Pattern[str]) -> str:
    for at, line in enumerate(lines):
        if wanted.search(line):
            return "".join(lines[at:])
    return ""


def _section(lines: list[str], wanted: re.Pattern[str]) -> str:
    found, inside = [], False
    for line in lines:
        if not line.startswith(" "):
            inside = bool(wanted.search(line))
        elif not inside and wanted.search(line):
            found.append(line)
            continue
        if inside and line.strip() != "!":
            found.append(line)
    return "".join(found)


_FUNCTIONS = {"include": _include, "exclude": _exclude, "begin": _begin, "section": _section}
