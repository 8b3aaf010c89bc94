"""Asking for an answer at the terminal of the run, a line at a time: the answer, who gives it, and the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.cutover.attempt import Answer
from fellesdrift.cutover.manual import ANSWERS, Answered

if TYPE_CHECKING:
    from fellesdrift.estate import ManualStep


class Dialogue:
    """Feed it the lines that were typed; `prompt` is what it wants next."""

    def __init__(self, step: ManualStep) -> None:
        self._step = step
        self._answer: Answer | None = None
        self._name = ""

    @property
    def prompt(self) -> str:
        """The question that waits for the next line."""
        if self._answer is None:
            return f"{', '.join(ANSWERS)} (a first letter will do)?"
        if not self._name:
            return "your name?"
        return f"evidence: {self._step.evidence or 'a note, or nothing'}?"

    def take(self, line: str) -> Answered | None:
        """The next line; gives the answer when it is complete. A line that answers nothing is asked for again."""
        text = line.strip()
        if self._answer is None:
            self._answer = next((one for one in ANSWERS if text and one.startswith(text.lower())), None)
            return None
        if not self._name:
            self._name = text
            return None
        if not text and self._step.evidence and self._answer == "pass":
            return None
        given = Answered(self._answer, self._name, text)
        self._answer, self._name = None, ""
        return given
