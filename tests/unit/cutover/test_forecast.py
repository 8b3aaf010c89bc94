"""What a stage took before, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from support.recorded import recorded

from fellesdrift.cutover import forecast
from fellesdrift.cutover.planning import Context
from fellesdrift.estate import Estate
from fellesdrift.estate.models import Twin

IN_THE_WINDOW = datetime(2006, 3, 3, 21, 30, tzinfo=UTC)


def test_it_learns_from_the_journal(tmp_path: Path, estate: Estate) -> None:
    with recorded(tmp_path, estate.name, "done") as journal:
        ahead = forecast.of(Context(estate, [], journal), "royken", "wan_link")
    assert 1200 < ahead["expected"] < 1500
    assert ahead["source"] == "1 earlier run of this stage in the journal"
    assert forecast.described(ahead) == [
        "it took 22 min before (learned from 1 earlier run of this stage in the journal)"
    ]


def test_a_run_that_was_cut_off_teaches_nothing(tmp_path: Path, estate: Estate) -> None:
    nowhere = estate.model_copy(
        update={"inventory_dir": tmp_path / "inventories" / "production"}
    )  # nobody has rehearsed
    with recorded(tmp_path, estate.name, "running") as journal:
        ahead = forecast.of(Context(nowhere, [], journal), "royken", "wan_link")
    assert (ahead["expected"], ahead["source"], forecast.described(ahead)) == (None, "", [])


def test_the_window_says_until_when_there_is_a_way_back(tmp_path: Path, estate: Estate) -> None:
    with recorded(tmp_path, estate.name) as journal:
        ahead = forecast.of(Context(estate, [], journal), "sande", "wan_link", IN_THE_WINDOW)
        closed = forecast.of(Context(estate, [], journal), "sande", "wan_link", datetime(2006, 5, 1, tzinfo=UTC))
    assert ahead["window_end"] == "2006-03-04T03:00:00+00:00"
    assert ahead["latest_start"] < ahead["back_by"] < ahead["window_end"]
    assert closed["window_end"] is None


def test_rehearsals_are_remembered_beside_the_inventories(tmp_path: Path, estate: Estate) -> None:
    inventory = tmp_path / "inventories" / "twin"
    inventory.mkdir(parents=True)
    lab = Twin(journal=Path("j"), directory=Path("d"))
    twin = estate.model_copy(update={"inventory_dir": inventory, "twin": lab})
    with recorded(tmp_path, estate.name, "done") as journal:
        forecast.remember(Context(twin, [], journal), "sande", "wan_link")
    forecast.remember(Context(estate, [], None), "sande", "wan_link")
    production = estate.model_copy(update={"inventory_dir": tmp_path / "inventories" / "production"})
    ahead = forecast.of(Context(production, [], None), "royken", "wan_link")
    assert ahead["source"] == "1 rehearsal"
    (tmp_path / "reports" / "rehearsed.json").write_text("[garbage", encoding="utf-8")
    assert forecast.of(Context(production, [], None), "royken", "wan_link")["expected"] is None
