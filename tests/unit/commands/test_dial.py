"""`fellesdrift dial`: what it prints, what it rests on, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fellesdrift.cli import app
from fellesdrift.commands import dial as command
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate, exchange_snapshots, load_estate
from fellesdrift.snapshots.store import Entry, Latest, digest_of, index_text

PRODUCTION = Path(__file__).parents[3] / "inventories" / "production"
TAKEN = "2026-11-22T15:40:00Z"

type Dial = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def production() -> Estate:
    return load_estate([PRODUCTION], files=False)


@pytest.fixture
def estate(production: Estate, tmp_path: Path) -> Estate:
    """The estate with snapshots of its own: the baselines of its exchanges, and nothing read since."""
    folder = tmp_path / "inventories" / "mine"
    (folder / "snapshots" / "baseline").mkdir(parents=True)
    (folder / "snapshots" / "latest").mkdir()
    found = production.model_copy(update={"inventory_dir": folder})
    for host in ("san-meridian1", "drm-meridian1", "svv-meridian1"):
        found.snapshot(host).write_bytes(production.snapshot(host).read_bytes())
    return found


@pytest.fixture
def dial(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> Dial:
    monkeypatch.setattr(command, "load", lambda _: estate)

    def run(*arguments: str) -> tuple[int, str]:
        outcome = CliRunner().invoke(app, ["dial", *arguments], catch_exceptions=False)
        return outcome.exit_code, outcome.output

    return run


def read_since(estate: Estate, host: str, change: Callable[[str], str] = str, *, digest: str | None = None) -> None:
    """The exchange was read: its baseline, changed."""
    latest = Latest(estate.inventory_dir)
    text = change(estate.snapshot(host).read_text(encoding="utf-8"))
    (latest.folder / f"{host}.json").write_text(text, encoding="utf-8")
    index = index_text({host: Entry(TAKEN, digest or digest_of(text))})
    (latest.folder / "index.yml").write_text(index, encoding="utf-8")


def forwarded(text: str) -> str:
    """2001 of drm-meridian1 sends its calls to 2003."""
    snapshot = exchange_snapshots.read(text)
    sets = snapshot.kinds["set"].values()
    (keys,) = (each["keys"] for each in sets if (each["keys"]["00"] or {}).get("dn") == "2001")
    number = next(number for number, key in keys.items() if key and key["function"] == "CFW")
    keys[number] = {**keys[number], "value": "16 2003"}
    return exchange_snapshots.text_of(snapshot)


def test_a_number_of_another_exchange(dial: Dial, golden: Callable[[str, str], None]) -> None:
    code, output = dial("svv-meridian1", "6001")
    assert code == 0
    golden("commands/dial", output)


def test_the_latest_read_is_what_counts(estate: Estate, dial: Dial) -> None:
    read_since(estate, "drm-meridian1", forwarded)
    code, output = dial("san-meridian1", "2001")
    assert code == 0
    assert "rings 2003 of drm-meridian1" in output
    assert f"  drm-meridian1: snapshots/latest, read {TAKEN}\n" in output
    assert "  san-meridian1: snapshots/baseline, as it was before the first move\n" in output
    assert "rings 2001 of drm-meridian1" in dial("san-meridian1", "2001", "--baseline")[1]


def test_json_for_scripts(estate: Estate, dial: Dial) -> None:
    read_since(estate, "drm-meridian1")
    code, output = dial("san-meridian1", "2001", "--json")
    found = json.loads(output)
    assert code == 0
    assert (found["result"], found["computed"], found["rings_at"]["host"]) == ("rings", True, "drm-meridian1")
    assert [step["host"] for step in found["path"]] == ["san-meridian1", "san-meridian1", "drm-meridian1"]
    assert found["read"]["drm-meridian1"] == {
        "source": f"snapshots/latest, read {TAKEN}", "taken": TAKEN, "known": True,
    }  # fmt: skip
    assert found["read"]["san-meridian1"]["taken"] is None


def test_a_number_that_does_not_ring(dial: Dial) -> None:
    code, output = dial("san-meridian1", "6900")
    assert code == 1
    assert output.startswith("6900 dialled at san-meridian1: vacant (computed)\n")


def test_the_caller_counts(dial: Dial) -> None:
    assert dial("san-meridian1", "2001", "--from", "6001")[0] == 0
    with pytest.raises(FellesdriftError, match="no set has the number 6900"):
        dial("san-meridian1", "2001", "--from", "6900")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("drm-fwz1", "2001"), "FD470"),
        (("san-meridian1", "+4700102001"), "FD471"),
        (("san-meridian1", "7001"), "FD472"),
    ],
)
def test_what_cannot_be_answered(
    dial: Dial, golden: Callable[[str, str], None], arguments: tuple[str, str], name: str
) -> None:
    with pytest.raises(FellesdriftError) as caught:
        dial(*arguments)
    assert caught.value.code == name
    golden(f"commands/{name}", str(caught.value))


def test_a_snapshot_that_was_changed_is_none_and_no_older_one_takes_its_place(estate: Estate, dial: Dial) -> None:
    read_since(estate, "drm-meridian1", digest="0" * 64)
    with pytest.raises(FellesdriftError, match="drm-meridian1: was not read"):
        dial("san-meridian1", "2001")


@pytest.mark.parametrize(
    "text", ["{}", "not JSON", '{"schema": "fellesdrift.exchange/1", "exchange": "other", "kinds": {}}']
)
def test_a_snapshot_that_is_none_of_this_exchange(estate: Estate, dial: Dial, text: str) -> None:
    read_since(estate, "san-meridian1", lambda _: text)
    with pytest.raises(FellesdriftError) as caught:
        dial("san-meridian1", "2001")
    assert caught.value.code == "FD472"
