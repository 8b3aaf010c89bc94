"""The cmd shell of a Norwegian Windows Server 2003, as far as management uses it. What it prints is in code page 850.

A line is cut at `&&`, `||` and `&`, and may end in `> FILE` or `>> FILE`. A program that is not there gives code 1 and
cmd's sentence, also `powershell`: nothing here pretends to have worked.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fellesdrift.twin.windows.host import WindowsHost

PAGE = "cp850"
# what cmd does itself
_OWN = ("mkdir", "md", "dir", "type", "del", "erase", "rmdir", "rd", "copy", "move", "ren", "exit", "ver")
_CUT = re.compile(r"(\s*(?:&&|\|\||&)\s*)(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
_CMD = re.compile(r"cmd(?:\.exe)?(?P<options>(?:\s+/(?!c\b)\S+)*)\s+/c(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_INTO = re.compile(r"\s*(>>?)\s*(\"[^\"]+\"|\S+)\s*$")
_UNKNOWN = (
    "'{}' gjenkjennes ikke som en intern eller ekstern kommando,\r\net kjørbart program eller en satsvis fil.\r\n"
)


@dataclass
class Output:
    """What a command left."""

    code: int = 0
    stdout: str = ""
    stderr: str = ""


@dataclass
class Context:
    """Where a command runs. `wait` sleeps so many device seconds; `tell` prints at once.

    delayed !NAME! is a variable, put in when a command runs and not when its line is read (`cmd /v:on`)
    batch   False in code page 65001: before 2008 R2, .cmd and .bat files do nothing there, and that with success
    """

    host: WindowsHost
    user: str
    stdin: Callable[[], Awaitable[str]]
    wait: Callable[[float], Awaitable[None]]
    reboot: Callable[[], None]
    tell: Callable[[str], None]
    folder: str = r"C:\Documents and Settings"
    batch: bool = True
    variables: dict[str, str] = field(default_factory=dict)
    delayed: bool = False


type Command = Callable[[Context, list[str]], Awaitable[Output]]
COMMANDS: dict[str, Command] = {}


def command(*names: str) -> Callable[[Command], Command]:
    """Register a command under its names."""

    def register(function: Command) -> Command:
        for name in names:
            COMMANDS[name] = function
        return function

    return register


def fail(text: str, code: int = 1) -> Output:
    """A command that went wrong, with its text on stderr."""
    return Output(code, "", f"{text}\r\n")


def words(line: str) -> list[str]:
    """The words of a command line; quotes hold blanks together, backslashes are letters, `\\"` is a quote."""
    if '\\"' in line and line.split(maxsplit=1)[0].lower() not in _OWN:
        return _escaped(line)
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.escape, lexer.quotes, lexer.commenters = True, "", '"', ""
    try:
        return list(lexer)
    except ValueError:
        return line.split()


def _escaped(line: str) -> list[str]:
    """As the C library of a program takes its line apart: backslashes count only before a quote."""
    found: list[str] = []
    word, open_quote, started = "", False, False
    for piece in re.findall(r'\\*"|\\+|[^\\"]', line):
        if piece.endswith('"'):
            slashes = len(piece) - 1
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                open_quote = not open_quote
            started = True
        elif piece.isspace() and not open_quote:
            if started:
                found.append(word)
            word, started = "", False
        else:
            word, started = word + piece, True
    return [*found, word] if started else found


def absolute(context: Context, path: str) -> str:
    """A path as seen from the current folder."""
    expanded = re.sub("%systemroot%", lambda _: r"C:\WINDOWS", path, flags=re.IGNORECASE)
    if re.match(r"[A-Za-z]:", expanded):
        return expanded
    return "C:" + expanded if expanded.startswith("\\") else f"{context.folder}\\{expanded}"


async def run(context: Context, line: str) -> Output:
    """A whole line."""
    inner = _CMD.fullmatch(line.strip())
    if inner is not None:
        # the quotes around all of what another cmd is to run are its own
        rest = inner["rest"].strip()
        rest = rest[1:-1] if len(rest) > 1 and rest[0] == rest[-1] == '"' else rest
        delayed = context.delayed or "/v:on" in inner["options"].lower()
        return await run(replace(context, delayed=delayed, variables=dict(context.variables)), rest)
    total = Output()
    mark = "&"
    for number, part in enumerate(_CUT.split(line.strip())):
        if number % 2:
            mark = part.strip()
            continue
        if (mark == "&&" and total.code) or (mark == "||" and not total.code):
            continue
        done = await _one(context, part)
        total = Output(done.code, total.stdout + done.stdout, total.stderr + done.stderr)
    return total


def _expanded(context: Context, text: str) -> str:
    if not context.delayed:
        return text
    return re.sub("!([^!]+)!", lambda match: context.variables.get(match[1].lower(), ""), text)


async def _one(context: Context, part: str) -> Output:
    into = _INTO.search(part)
    text = _expanded(context, part[: into.start()] if into else part)
    split = words(text)
    name = split[0].lower().removesuffix(".exe").removesuffix(".com").rpartition("\\")[2] if split else ""
    if name.startswith("echo"):
        done = Output(0, f"{text.strip()[5:]}\r\n")
    elif name in COMMANDS:
        done = await COMMANDS[name](context, split[1:])
    else:
        done = await _file(context, split[0]) if split else Output()
    return _redirected(context, done, into)


async def _file(context: Context, name: str) -> Output:
    """A .cmd or .bat file, line by line; anything else is not there."""
    found = context.host.files.find(absolute(context, name))
    if found is None or found.data is None or not name.lower().endswith((".cmd", ".bat")):
        return Output(1, "", _UNKNOWN.format(name))
    total = Output()
    for line in found.data.decode(PAGE).splitlines() if context.batch else ():
        done = await run(context, line.removeprefix("@"))
        total = Output(done.code, total.stdout + done.stdout, total.stderr + done.stderr)
    return total


def _redirected(context: Context, done: Output, into: re.Match[str] | None) -> Output:
    if into is None:
        return done
    if into[2].lower() == "nul":
        return Output(done.code, "", done.stderr)
    path = absolute(context, into[2].strip('"'))
    old = context.host.files.find(path)
    before = old.data if old is not None and old.data is not None and into[1] == ">>" else b""
    data = before + done.stdout.encode(PAGE, errors="replace")
    if not context.host.files.write(path, data, context.host.now()):
        return fail("Finner ikke angitt bane.")
    return Output(done.code, "", done.stderr)
