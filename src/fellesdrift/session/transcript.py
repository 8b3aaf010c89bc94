"""What was typed and what the device answered, kept as a file: for an auditor, and for the night on which nothing fits.

A session hands over text that `redaction` has gone through; here it only gets its time and its bound. A transcript is
evidence, not a step: a full disk ends it with one complaint and never the work that it tells of.
"""

from __future__ import annotations

import os
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIMIT = 8 * 1024 * 1024
"""Bytes of one host's transcript. A cutover reads a configuration about ten times; this holds it with room to spare."""
_CUT = "the transcript has reached its bound; the rest of this attempt is not in it"
_SIGNS = {"sent": ">", "received": "<"}


class TranscriptFile:
    """A session's transcript (direction "sent" | "received", text without secrets), added to a file of mode 0600.

    complain   told once when nothing more can be written, and why
    """

    def __init__(self, path: Path, complain: Callable[[str], None], limit: int = LIMIT) -> None:
        self._path = path
        self._complain = complain
        self._limit = limit
        self._open = True

    def __call__(self, direction: str, text: str) -> None:
        """Add one exchange."""
        if not self._open:
            return
        try:
            self._add(_entry(direction, text).encode())
        except OSError as error:
            self._open = False
            self._complain(f"the transcript {self._path.name} ends here: {error.strerror or type(error).__name__}")

    def _add(self, entry: bytes) -> None:
        for folder in (self._path.parent.parent, self._path.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        # opened for each exchange: several sessions of a run, in several processes, add to it one after the other
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self._path, flags, 0o600)
        try:
            room = self._limit - os.fstat(descriptor).st_size
            if room < 0:
                self._open = False
            elif len(entry) <= room:
                os.write(descriptor, entry)
            else:  # what fits, and why no more; from now on the file is above its bound, for every later session
                self._open = False
                os.write(descriptor, entry[:room] + b"\n" + _entry("", _CUT).encode())
        finally:
            os.close(descriptor)


def _entry(direction: str, text: str) -> str:
    """`2026-11-22T21:04:05.123Z > show version`; the lines that follow an answer's first stand under it."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    first, *rest = [_printable(line) for line in text.split("\n")]
    indent = " " * (len(at) + 3)
    return "\n".join([f"{at} {_SIGNS.get(direction, '!')} {first}", *(indent + line for line in rest)]) + "\n"


def _printable(line: str) -> str:
    """A device's control characters would act in the terminal of whoever reads the file."""
    if line.isprintable():
        return line
    return "".join(
        character if character == "\t" or unicodedata.category(character)[0] != "C" else f"\\x{ord(character):02x}"
        for character in line
    )
