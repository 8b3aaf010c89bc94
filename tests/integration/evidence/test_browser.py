"""The evidence as a browser shows and prints it: wide and narrow, folded on a screen, open on paper, offline."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.browser import Browser
from support.recorded import NIGHTS, recorded

from fellesdrift.estate import load_estate
from fellesdrift.evidence import gather
from fellesdrift.evidence.page import page

PROJECT = Path(__file__).parents[3]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
A4 = 842, 595
"""Points, high and wide."""
PRINTED_WIDTH, PRINTED_HEIGHT = 680, 994
"""What is left of A4 between the margins, in CSS pixels."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page for each recorded night."""
    estate = load_estate([PROJECT / "inventories" / "production"])
    made = {}
    for night in NIGHTS:
        folder = tmp_path_factory.mktemp(night)
        with recorded(folder, estate.name, night) as journal:
            here = estate.model_copy(update={"journal": folder / "journal.sqlite"})
            found = gather(here, journal, "sande", "wan_link", now=datetime(2006, 3, 4, 6, tzinfo=UTC))
        made[night] = folder / "evidence.html"
        made[night].write_text(page(found), encoding="utf-8")
    return made


def test_the_page_of_every_ending(tmp_path: Path, pages: dict[str, Path]) -> None:
    """One browser for all that is looked at: starting it is what takes the time."""
    with Browser(tmp_path / "chromium") as browser:
        for night, path in pages.items():
            for width in (1280, 400):
                browser.open(path, width)
                assert browser.see(OVERFLOW) <= 0, f"{night} at {width}"
                assert [url for url in browser.requests if not url.startswith(("file:", "data:"))] == []
                assert browser.problems == []
        _first_page_and_folds(browser, pages["done"])
        _in_red(browser, pages["running"])
        _printed(browser, pages)


def _first_page_and_folds(browser: Browser, path: Path) -> None:
    browser.open(path)
    first = " ".join(browser.see("document.querySelector('.first').innerText").split())
    assert first.startswith("Evidence of a cutover; Drammensregionen Done Fibre to Drammen")
    for wanted in (
        "What was done",
        "For whom Sande",
        "How it ended As planned",
        "What users noticed",
        "Who approves it",
    ):
        assert wanted in first
    assert "Fiber til Drammen æøå" not in browser.see("document.body.innerText")
    browser.see("document.querySelectorAll('details')[1].querySelector('summary').click()")
    assert "Fiber til Drammen æøå <b>" in browser.see("document.body.innerText")
    links = "[...document.querySelectorAll('a[href^=\"#\"]')].map(one => one.getAttribute('href').slice(1))"
    assert browser.see(f"{links}.filter(one => !document.getElementById(one))") == []
    browser.open(path, dark=True)
    assert max(browser.see("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")) < 64


def _in_red(browser: Browser, path: Path) -> None:
    browser.open(path)
    assert browser.see("document.querySelector('.alert').innerText").startswith("This attempt has not ended")
    red, green, blue = browser.see(
        "getComputedStyle(document.querySelector('.alert')).borderTopColor.match(/[0-9]+/g).map(Number)"
    )
    assert red > 2 * max(green, blue)


def _printed(browser: Browser, pages: dict[str, Path]) -> None:
    """The first page holds what somebody reads who decides, and nothing else; what is folded is open."""
    for night, path in pages.items():
        browser.open(path, PRINTED_WIDTH)
        browser.ask("Emulation.setEmulatedMedia", media="print")
        assert browser.see("document.querySelector('.first').getBoundingClientRect().height") < PRINTED_HEIGHT, night
        assert browser.see("getComputedStyle(document.querySelector('.first')).breakAfter") == "page"
        assert browser.see("getComputedStyle(document.querySelector('nav')).display") == "none"
    browser.open(pages["done"], PRINTED_WIDTH)
    browser.ask("Emulation.setEmulatedMedia", media="print")
    assert browser.see("document.querySelector('details pre').getBoundingClientRect().height") > 0
    browser.ask("Emulation.setEmulatedMedia", media="")
    pdf = base64.b64decode(browser.ask("Page.printToPDF", preferCSSPageSize=True)["data"])
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert {(round(float(high)), round(float(wide))) for wide, high in boxes} == {A4}
    assert 5 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 12
