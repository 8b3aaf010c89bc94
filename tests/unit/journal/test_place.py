"""Where a journal may be, and what a URL must not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal
from fellesdrift.journal_url import place_of

SECRET = "not-to-be-seen"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://fellesdrift:{SECRET}@db.example.net/fellesdrift",
        f"postgresql://fellesdrift:{SECRET}@/x?host=/run/postgresql",
        f"postgresql://db.example.net/x?user=fellesdrift&password={SECRET}",
        f"postgresql://db.example.net/x?PassWord={SECRET}",
        f"postgresql://db.example.net/x?sslpassword={SECRET}",
        f"mysql://fellesdrift:{SECRET}@db.example.net/x",
    ],
)
def test_a_password_in_a_url_is_refused_and_not_repeated(url: str) -> None:
    for refuse in (lambda: place_of(url, Path("/srv")), lambda: Journal.open(url, "x")):
        with pytest.raises(FellesdriftError) as caught:
            refuse()
        assert caught.value.code == "FD600"
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["mysql://db.example.net/x", "sqlite:///x", "postgresql://db.example.net", "http://x/y"]
)
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(FellesdriftError) as caught:
        place_of(url, Path("/srv"))
    assert (caught.value.code, caught.value.key) == ("FD600", "fellesdrift_estate.journal")


def test_a_path_begins_at_the_folder_and_a_url_stays(tmp_path: Path) -> None:
    assert place_of("journal/production.sqlite", tmp_path) == tmp_path / "journal" / "production.sqlite"
    assert place_of("/var/lib/x.sqlite", tmp_path) == Path("/var/lib/x.sqlite")
    for url in (
        "postgresql://fellesdrift@db.example.net:5432/journal?sslmode=verify-full",
        "postgresql://?service=name",
    ):
        assert place_of(url, tmp_path) == url


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    url = f"postgresql://fellesdrift@/journal?host={tmp_path}"
    for work in (lambda: Journal.read_only(url, "x"), lambda: Journal.create(url, "x")):
        with pytest.raises(FellesdriftError) as caught:
            work()
        assert (caught.value.code, caught.value.file) == ("FD609", url)
