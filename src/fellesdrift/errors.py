"""The one shape of an error that a user sees.

Every failure that a user can cause or must act on is a `FellesdriftError` with a code. The code is
explained on docs/errors.md; tests hold the codes raised in src/ against that page.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class FellesdriftError(Exception):
    """An error with a code, the place it belongs to, what was found and what was expected.

    code      "FD" and three digits: 1xx estate, 2xx compose, 3xx session, 4xx state, 5xx twin, 6xx cutover
    problem   one sentence, no secrets
    host, file, key   where; `file` may carry ":line"
    found, expected   short texts
    next_step         what to type or look at
    """

    code: str
    problem: str
    host: str | None = None
    file: str | None = None
    key: str | None = None
    found: str | None = None
    expected: str | None = None
    next_step: str | None = None
    details: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{self.code}: {self.problem}"]
        for label, text in (
            ("file", self.file),
            ("host", self.host),
            ("key", self.key),
            ("found", self.found),
            ("expected", self.expected),
            ("next", self.next_step),
        ):
            if text is not None:
                lines.append(f"  {label + ':':<10}{text}")
        lines.extend(f"  {line}" for line in self.details)
        return "\n".join(lines)


class FellesdriftErrors(Exception):
    """Several errors found in one go (validation reports all of them, not the first).

    errors   at least one, in the order found
    """

    def __init__(self, errors: list[FellesdriftError]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(error) for error in errors))
