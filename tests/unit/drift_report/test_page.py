"""The page's text: whole, escaped, of a bearable size, and legible for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support import ledgers

import fellesdrift.reports
from fellesdrift.reports.page import MOST_FINDINGS, page, page_without_ledger
from fellesdrift.reports.text import visible

OSLO = ZoneInfo("Europe/Oslo")
CSS = (Path(fellesdrift.reports.__file__).parent / "templates/page.css").read_text(encoding="utf-8")
VOID = {"meta", "link", "input"}


class Text(HTMLParser):
    """What of a page is text, line by line, with its elements balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.lines: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.stack.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] not in ("style", "script") and data.strip():
            self.lines.append(" ".join(data.split()))


def read(html: str) -> Text:
    text = Text()
    text.feed(html)
    text.close()
    assert text.stack == []
    return text


def told(html: str) -> str:
    """Its lines, without digests: they change with every field that the ledger gets."""
    return re.sub(r"^[0-9a-f]{64}$", "DIGEST", "\n".join(read(html).lines), flags=re.MULTILINE)


@pytest.mark.parametrize("name", ["clean", "drift", "incomplete", "failure", "blind"])
def test_what_a_page_says(name: str, golden: Callable[[str, object], None]) -> None:
    golden(f"drift_report/page_{name}", told(page(getattr(ledgers, name)(), OSLO)))


def test_the_page_under_a_later_run_that_left_nothing(golden: Callable[[str, object], None]) -> None:
    notice = "The run that began 2026-11-23 02:30:00 UTC ended before it could say anything."
    text = told(page(ledgers.clean(), OSLO, notice))
    golden("drift_report/page_notice", text)
    assert "Incomplete run: what follows is older" in text
    assert notice in read(page_without_ledger(notice)).lines


def test_a_limited_run_says_so_beside_its_outcome() -> None:
    left_out = ledgers.host("san-rtr1", "town_hall_routers", "not_run", asked=False, why="left out by --limit")
    limited = ledgers.ledger(
        [ledgers.host("drm-core1", "core_routers"), left_out], outcome="clean", complete=True, gaps=[]
    )
    lines = read(page(limited)).lines
    assert "only 1 of 2 hosts asked" in lines
    assert ", left out on purpose: left out by --limit" in lines


@pytest.mark.parametrize("name", ["drift", "hostile"])
def test_nothing_leads_outside(name: str) -> None:
    for address in read(page(getattr(ledgers, name)())).addresses:
        assert address.startswith(("#", "data:,")), address
    assert "@import" not in CSS and "url(" not in CSS


def test_text_of_a_device_stays_text() -> None:
    html = page(ledgers.hostile(), OSLO)
    assert "<script>alert" not in html
    assert "<img" not in html
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e\ufffe]", html)
    assert visible(ledgers.HOSTILE) in read(html).lines


def test_ten_thousand_hosts_are_less_than_five_megabytes() -> None:
    html = page(ledgers.huge())
    assert len(html.encode()) < 5_000_000
    assert html.count('class="finding v-high"') == 1000


def test_more_findings_than_anybody_reads_are_counted() -> None:
    many = [ledgers.finding("san-rtr1", f"Vlan{number}", severity="low") for number in range(MOST_FINDINGS)]
    worst = ledgers.finding("san-rtr1", "Vlan9999")
    host = ledgers.host("san-rtr1", "town_hall_routers", "drift", findings=[*many, worst], diff=["+x"] * 5000)
    html = page(ledgers.ledger([host]))
    assert html.count('<details class="finding v-low"') == MOST_FINDINGS - 1
    assert html.count('<details class="finding v-high"') == 1
    lines = read(html).lines
    assert "1 finding of lower severity or later hosts not shown here" in lines
    assert "... 4800 more lines in the ledger" in lines


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_that_wcag_asks_for(scheme: str) -> None:
    light, dark = CSS.split("@media (prefers-color-scheme: dark)")
    set_ = colours(light if scheme == "light" else dark.split("* { box-sizing")[0])
    pairs = [(ink, paper) for ink in ("ink", "soft", "link") for paper in ("paper", "panel")]
    pairs += [(name, f"{name}-back") for name in ("clean", "drift", "bad", "idle")]
    pairs += [("ink", f"{name}-back") for name in ("clean", "drift", "bad", "idle")]
    pairs += [(name, "paper") for name in ("clean", "bad", "drift")]
    for ink, paper in pairs:
        dark_, bright = sorted((luminance(set_[ink]), luminance(set_[paper])))
        assert (bright + 0.05) / (dark_ + 0.05) >= 4.5, f"{scheme}: {ink} on {paper}"
