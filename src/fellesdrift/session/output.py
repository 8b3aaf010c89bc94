"""What a device said, taken apart. Pure functions; newlines are already `\\n`.

An IOS command line echoes what is typed, prints, and ends with a prompt. Two kinds of lines come uninvited: log
messages (`%FACILITY-SEVERITY-MNEMONIC: text`, with a time stamp before them) and the countdown of a scheduled reload
(`*** --- SHUTDOWN in 0:05:00 ---`). Cisco's System Message Guide describes the form of the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SYSLOG = re.compile(
    r"^(?:\d+: )?"  # service sequence-numbers
    r"(?:[*.]?[A-Z][a-z]{2} +\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z][A-Za-z]{1,5})?: "  # datetime
    r"|\d\d:\d\d:\d\d: |\d+[ywd]\d+[wdh]: )?"  # uptime
    r"%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+: ?.*$"
)
_MAY_BE_UNSOLICITED = re.compile(r"%|^(?:\*\*\*|Rollback)", re.MULTILINE)
BROADCAST = re.compile(r"^(?:\*\*\*(?: --- SHUTDOWN .* ---)?|Rollback Confirmed Change: rolling to:.*)\s*$")
# a question at the end of what was printed; the device waits for an answer and no prompt will come
QUESTION = re.compile(r"(?:\[confirm\]|\[(?:yes/no|yes|no)\]:?|\]\?|[Pp]assword:)[ ]*$")
FIRST_PROMPT = re.compile(r"(?:^|\n)([A-Za-z0-9][\w.-]*)([>#]) ?$")
# what may stand in a prompt after the host's name
_PROMPT_END = re.compile(r"[\w.-]*(?P<mode>\(config[^)\n]*\))?(?P<end>[>#]) ?$")


@dataclass(frozen=True)
class Answer:
    """body: the printed text, no echo and no prompt; prompt: as printed; unsolicited: lines taken out;
    disturbed: some of them stood inside the echo or the body (not merely before or after)."""

    body: str
    prompt: str
    unsolicited: list[str]
    disturbed: bool


def newlines(text: str) -> str:
    """IOS ends lines with \\r\\n, now and then \\r\\r\\n; a lone \\r stays for the next chunk to decide."""
    while "\r\r\n" in text:
        text = text.replace("\r\r\n", "\r\n")
    return text.replace("\r\n", "\n")


def is_unsolicited(line: str) -> bool:
    """Whether a line is a log message or a reload countdown."""
    # most lines have neither: asking first keeps a sweep of many devices cheap
    return ("%" in line and SYSLOG.match(line) is not None) or (
        line.startswith(("***", "Rollback")) and BROADCAST.match(line) is not None
    )


def device_errors(body: str) -> list[str]:
    """The lines with which IOS refuses: those that begin with `%` and are no log message."""
    if "%" not in body:
        return []
    return [line for line in body.split("\n") if line.startswith("%") and not is_unsolicited(line)]


class Prompt:
    """Any prompt of this device. In configuration mode IOS cuts a long host name short: 16 characters are enough.

    No pattern of its own: making one takes a tenth of the time that a device of a sweep takes.
    """

    def __init__(self, hostname: str) -> None:
        self.name = hostname[:16]

    def match(self, line: str) -> re.Match[str] | None:
        """Whether a line is one; group `mode`: (config), (config-if), or None."""
        return _PROMPT_END.match(line, len(self.name)) if line.startswith(self.name) else None


def take_answer(text: str, command: str, prompt: Prompt) -> Answer | None:
    """The answer to `command`, or None while it is not complete.

    The prompt counts only after the command's echo: a prompt that the device repeats after a log message, before it
    has even read the command, must not be taken for the end.
    """
    kept = list(enumerate(text.split("\n")))
    unsolicited: list[tuple[int, str]] = []
    if _MAY_BE_UNSOLICITED.search(text):
        lines, kept = kept, []
        for number, line in lines:
            (unsolicited if is_unsolicited(line) else kept).append((number, line))
    start = _after_echo(kept, command, prompt)
    if start is None or (unsolicited and unsolicited[-1][0] == text.count("\n")):  # a message still being printed
        return None
    end = len(kept) - 1
    # a log message after the prompt leaves an empty last line behind it
    while end >= start and not kept[end][1] and unsolicited and unsolicited[-1][0] > kept[start - 1][0]:
        end -= 1
    if end < start or not prompt.match(kept[end][1]):
        return None
    body = [line for _, line in kept[start:end]]
    first, last = _first_echo_line(kept, start, command), kept[end][0]
    return Answer(
        "\n".join(body),
        kept[end][1],
        [line for _, line in unsolicited],
        any(first < number < last for number, _ in unsolicited),
    )


def _first_echo_line(kept: list[tuple[int, str]], start: int, command: str) -> int:
    """Number of the line where the echo begins (it may be torn in two)."""
    return kept[start - 1][0] if kept[start - 1][1].endswith(command) else kept[start - 2][0]


def _after_echo(kept: list[tuple[int, str]], command: str, prompt: Prompt) -> int | None:
    """Index after the echo, None while it is not there. Repeated prompts and empty lines may stand before it."""
    index = 0
    while index < len(kept) and (not kept[index][1].strip() or prompt.match(kept[index][1])):
        index += 1
    for length in (1, 2):
        echo = "".join(line for _, line in kept[index : index + length])
        if index + length < len(kept) and _is_echo(echo, command, prompt):
            return index + length
    return None


def _is_echo(line: str, command: str, prompt: Prompt) -> bool:
    line = line.rstrip()
    return line == command or (line.endswith(command) and bool(prompt.match(line.removesuffix(command))))
