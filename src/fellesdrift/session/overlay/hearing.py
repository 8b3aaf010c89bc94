"""What an exchange said after a line, taken apart as it comes: the echo, lines that nobody asked for, codes, a prompt.

Anything may be torn: a line that nobody asked for lands in the middle of an echo, of an answer, behind a prompt, which
is not repeated then. So what stands around such a line is looked at joined, too.
"""

from __future__ import annotations

import re
from collections.abc import Container

from fellesdrift.session.overlay.codes import code_of, is_unasked

LOADER, MAINTENANCE, CONFIGURATION, PASSWORD = ">", ".", "=>", "PASS?"
_BARE = frozenset({LOADER, MAINTENANCE, CONFIGURATION, PASSWORD})
# `REQ: `, `TN   `, `  MARP `, `WRT  (ADDS: MEM: 0 DISK: 0.0) `: what ends it says that the name is all there
_PROMPT = re.compile(r"^ *(?P<name>[A-Z][A-Z0-9_]{1,15})(?::? *\([^()]*\)[: ]*|: *| +)$")
# what terminals are filled up with; no letter of any answer
_PADDING = dict.fromkeys(map(ord, "\r\0\x07\x11\x13"))
_NOISE = re.compile(r"[^\x20-\x7e\xa0-\xff\n\t]")
_MOST = 32 * 1024 * 1024


def prompt_of(text: str) -> str | None:
    """The name of the prompt that a text is: `REQ`, `TN`, `.`; None when it is none."""
    bare = text.rstrip()
    if bare in _BARE:
        return bare
    match = _PROMPT.match(text)
    return match["name"] if match else None


def rest_of(prompt: str | None, text: str) -> bool:
    """Whether a text may be the end of that prompt, or the prompt once more."""
    return prompt is not None and prompt in (prompt_of(text), prompt_of(f"{prompt} {text.lstrip()}"))


class Hearing:
    """typed: the line whose echo comes first; None when nothing is echoed, or nothing was typed
    echo: whether an echo is sure to come; without, the end of the typed line is
    prompt: the one that was answered, whose rest may still come: behind `WRT  ` often follows `(ADDS: ...)`

    lines         of the answer, as they came
    codes         those in them, in order
    unsolicited   lines that nobody asked for
    echoed        whether the echo came as it should
    noise         something came that is no text
    """

    def __init__(self, typed: str | None = None, echo: bool = True, prompt: str | None = None) -> None:
        self.lines: list[str] = []
        self.codes: list[str] = []
        self.unsolicited: list[str] = []
        self.echoed = False
        self.noise = False
        self.raw: list[str] = []
        self._size = 0
        self._tail = ""
        self._typed = None if typed is None else typed.strip()
        self._begun = ""
        self._echo = echo
        self._answered = prompt
        self._waits = typed is not None
        self._interrupted = False
        self._breaks: list[int] = []

    def feed(self, text: str) -> None:
        """More was said."""
        self.raw.append(text)
        self._size += len(text)
        text = text.translate(_PADDING)
        if _NOISE.search(text):
            self.noise = True
        *complete, self._tail = (self._tail + text).split("\n")
        for line in complete:
            self._take(line)

    @property
    def too_long(self) -> bool:
        """More than any answer has."""
        return self._size > _MOST

    @property
    def tail(self) -> str:
        """The line that is not complete; nothing as long as it may be the echo."""
        return "" if self._waits else self._tail

    @property
    def disturbed(self) -> bool:
        """Lines that nobody asked for stand within the answer, so that a line of it may be torn."""
        filled = [number for number, line in enumerate(self.lines) if line.strip()]
        return bool(filled) and any(filled[0] < at <= filled[-1] for at in self._breaks)

    def prompt(self, wanted: Container[str] | None = None) -> str | None:
        """The prompt at which it ends, if that is one of these names (None: whichever)."""
        if self._waits:
            return None
        for text in self._ends():
            name = prompt_of(text)
            if name is not None and (wanted is None or name in wanted):
                return name
        return None

    def close(self, name: str) -> None:
        """The prompt of that name is the end: it is no line of the answer."""
        if prompt_of(self._tail) != name and self._interrupted and self.lines:
            self.lines.pop()

    def _ends(self) -> list[str]:
        """What may be the prompt: the last piece, or that behind what was interrupted."""
        found = [self._tail] if self._tail.strip() else []
        if self._interrupted and self.lines and self.lines[-1].strip():
            found.append(self.lines[-1] + self._tail)
        return found

    def _take(self, line: str) -> None:
        if not self._waits:
            self._classify(line)
            return
        joined = (self._begun + line).strip()
        if self._is_echo(joined):
            self.echoed, self._waits = True, False
        elif is_unasked(line):
            self.unsolicited.append(line.rstrip())
        elif joined and str(self._typed).startswith(joined):
            self._begun += line
        elif joined:
            # no echo, or not ours: all of it belongs to the answer
            self._waits = False
            if self._begun:
                self._classify(self._begun)
            self._classify(line)
        elif not self._echo:
            self._waits = False

    def _is_echo(self, joined: str) -> bool:
        typed = str(self._typed)
        rest = joined.removesuffix(typed)
        return joined == typed or (joined.endswith(typed) and rest_of(self._answered, rest))

    def _classify(self, line: str) -> None:
        if is_unasked(line):
            self.unsolicited.append(line.rstrip())
            self._interrupted = True
            return
        code = code_of(line)
        if self._interrupted:
            self._breaks.append(len(self.lines))
            if code is None and self.lines:
                code = code_of(self.lines[-1] + line)
        if code is not None:
            self.codes.append(code)
        self.lines.append(line)
        self._interrupted = False
