"""DOT's spelling: quoting, labels of several rows, colours and lines. Knows nothing of estates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

FONT = "Helvetica,Arial,sans-serif"
# Light fills that dark text stays readable on, told apart by more than hue (a reader may print it or see few colours).
PALETTE = ("#cfe8cf", "#f6c9c9", "#d9d2ee", "#efe3cf", "#e3e3e3", "#f5f5f5", "#cfe2f7", "#f7dcc2", "#d4efef", "#fff1c2")


def quoted(text: str) -> str:
    """A name or a plain label. What it holds cannot end it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def html(rows: Iterable[str]) -> str:
    """A label of several rows; they are markup already."""
    return "<" + "<BR/>".join(rows) + ">"


def bold(text: str) -> str:
    return f"<B>{escape(text)}</B>"


def small(text: str) -> str:
    return f'<FONT POINT-SIZE="9" COLOR="#444444">{escape(text)}</FONT>'


def colour(keys: Sequence[str], key: str) -> str:
    """The fill of `key`, by its place among `keys`; white when it is none of them."""
    return PALETTE[list(keys).index(key) % len(PALETTE)] if key in keys else "#ffffff"


def legend(title: str, fills: Sequence[tuple[str, str]], words: Sequence[str], per_row: int = 3) -> str:
    """A table for the graph's own label: title, fills (colour, meaning) in rows, then a row for each of `words`."""
    cells = [
        f'<TD BGCOLOR="{fill}" BORDER="1" WIDTH="22"></TD><TD ALIGN="LEFT">{escape(meaning)}   </TD>'
        for fill, meaning in fills
    ]
    rows = [f"<TR>{''.join(cells[start : start + per_row])}</TR>" for start in range(0, len(cells), per_row)]
    said = "".join(f'<TR><TD COLSPAN="{2 * per_row}" ALIGN="LEFT">{escape(text)}</TD></TR>' for text in words)
    return (
        '<<TABLE BORDER="0" CELLSPACING="3" CELLPADDING="2">'
        f'<TR><TD COLSPAN="{2 * per_row}"><FONT POINT-SIZE="18">{escape(title)}</FONT></TD></TR>'
        f"{''.join(rows)}{said}</TABLE>>"
    )
