"""The page as a browser shows it: read, wide and narrow, light and dark, without its script, printed, and offline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support import ledgers
from support.browser import Browser

from fellesdrift.reports.page import page

LEDGERS = ("clean", "drift", "incomplete", "blind", "failure", "hostile")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("chromium")) as started:
        yield started


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The page of a ledger of tests/support/ledgers.py, as a file."""
    folder = tmp_path_factory.mktemp("pages")

    def write(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_text(page(getattr(ledgers, name)(), ZoneInfo("Europe/Oslo")), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("name", LEDGERS)
@pytest.mark.parametrize("width", [1280, 400])
def test_it_fits_the_window_and_asks_for_nothing(
    browser: Browser, written: Callable[[str], Path], name: str, width: int
) -> None:
    browser.open(written(name), width)
    assert browser.see(OVERFLOW) <= 0
    assert browser.see("[...document.querySelectorAll('h2')].every(one => one.getBoundingClientRect().height < 80)")
    assert [url for url in browser.requests if not url.startswith(("file:", "data:"))] == []
    assert browser.problems == []
    assert browser.see("performance.getEntriesByType('resource').filter(one => /^http/.test(one.name)).length") == 0


def test_a_page_that_asks_for_something_is_seen_to(browser: Browser, tmp_path: Path) -> None:
    careless = tmp_path / "careless.html"
    careless.write_text("<!doctype html><img src='http://192.0.2.1/x.png'><div style='width: 3000px'>x</div>")
    browser.open(careless)
    assert "http://192.0.2.1/x.png" in browser.requests
    assert browser.see(OVERFLOW) > 0


def test_what_is_read_first(browser: Browser, written: Callable[[str], Path]) -> None:
    browser.open(written("drift"))
    top = browser.see("document.querySelector('header').innerText")
    assert "Drift Incomplete 4 findings on 3 hosts" in " ".join(top.split())
    assert "2026-11-22 02:30:00 UTC (2026-11-22 03:30:00 CET)" in top
    assert "coverage 50.0 %; canary found; not complete" in " ".join(top.split())
    text = browser.see("document.body.innerText")
    assert "1 unreachable" in text and "roy-fw1" in text and "FD301" in text
    assert "stage wan_link of svelvik is running" in text


def test_differences_are_folded_until_somebody_asks(browser: Browser, written: Callable[[str], Path]) -> None:
    browser.open(written("drift"))
    assert browser.see("document.querySelectorAll('details').length") >= 8
    assert browser.see("document.querySelectorAll('details[open]').length") == 0
    assert "Reserve til Åsgata skole" not in browser.see("document.body.innerText")
    browser.see("document.querySelector('.finding summary').click()")
    text = browser.see("document.body.innerText")
    assert "Reserve til Åsgata skole" in text
    assert ledgers.MEND.format(host="san-rtr1") in text


def test_a_cell_leads_to_its_hosts(browser: Browser, written: Callable[[str], Path]) -> None:
    browser.open(written("drift"))
    links = "[...document.querySelectorAll('a[href^=\"#\"]')].map(one => one.getAttribute('href').slice(1))"
    assert browser.see(f"{links}.filter(one => !document.getElementById(one))") == []
    cell = "[...document.querySelectorAll('td a')].find(one => one.innerText.includes('unreachable'))"
    assert "royken" in browser.see(f"document.querySelector({cell}.getAttribute('href')).innerText")


def test_an_incomplete_run_says_so_in_words_and_in_red(browser: Browser, written: Callable[[str], Path]) -> None:
    browser.open(written("incomplete"))
    assert "5 not run" in browser.see("document.querySelector('.alert:not([hidden])').innerText")
    red, green, blue = browser.see(
        "getComputedStyle(document.querySelector('.alert')).borderTopColor.match(/[0-9]+/g).map(Number)"
    )
    assert red > 2 * max(green, blue)


def test_a_night_that_left_nothing_comes_first(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "notice.html"
    path.write_text(page(ledgers.clean(), notice="The run that began 2026-11-23 ended before it could say anything."))
    browser.open(path, 400)
    assert browser.see("document.querySelector('h1').innerText").startswith("Incomplete The newest run left no result.")
    assert browser.see("document.querySelector('.alert').innerText").startswith("Incomplete run: what follows is older")
    assert browser.see(OVERFLOW) <= 0


def test_text_of_a_device_does_not_become_markup(browser: Browser, written: Callable[[str], Path]) -> None:
    browser.open(written("hostile"))
    assert browser.see("document.querySelectorAll('img').length") == 0
    assert browser.see("document.querySelectorAll('script').length") == 1
    assert "<script>alert('æøå')</script>" in browser.see("document.body.innerText")
    assert browser.problems == []


def test_it_is_whole_without_its_script(browser: Browser, written: Callable[[str], Path]) -> None:
    browser.open(written("drift"), script=False)
    assert browser.see("getComputedStyle(document.getElementById('search')).display") == "none"
    assert browser.see("document.querySelectorAll('.finding').length") == 5
    assert "roy-fw1" in browser.see("document.body.innerText")


def test_the_search_leaves_what_fits(browser: Browser, written: Callable[[str], Path]) -> None:
    browser.open(written("drift"))
    browser.see(
        "(() => { const q = document.getElementById('q'); q.value = 'fwz1 transit';"
        " q.dispatchEvent(new Event('input')); })()"
    )
    shown = "[...document.querySelectorAll('.finding')].filter(one => one.offsetParent).map(one => one.innerText)"
    assert ["drm-fwz1" in text for text in browser.see(shown)] == [True]
    assert " of " in browser.see("document.getElementById('hits').innerText")


def test_an_old_page_says_that_it_is_old(browser: Browser, tmp_path: Path) -> None:
    old = tmp_path / "old.html"
    old.write_text(page(ledgers.ledger([], ended="2026-01-01T03:00:00Z", planned=0, asked=0)), encoding="utf-8")
    browser.open(old)
    assert "Is the check still run every night?" in browser.see("document.body.innerText")


def test_it_can_be_printed_and_seen_in_the_dark(browser: Browser, written: Callable[[str], Path]) -> None:
    browser.open(written("drift"), dark=True)
    assert max(browser.see("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")) < 64
    assert browser.printed().startswith(b"%PDF-")
    assert browser.picture().startswith(b"\x89PNG")


def test_ten_thousand_hosts_are_shown(browser: Browser, written: Callable[[str], Path]) -> None:
    """A page of a region: what a small one cannot show is that the browser bears it."""
    browser.open(written("huge"))
    assert browser.see("document.querySelectorAll('.finding').length") == 1000
    assert browser.see("document.querySelectorAll('table.matrix tbody tr').length") == 40
    assert browser.see(OVERFLOW) <= 0
