"""A change of one exchange under a name: the work behind the module pbx, with a real journal and the twin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.action import Action
from support.exchange import CREDENTIALS, Running
from support.named_change import Task

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.overlay import OverlayTarget

pytestmark = pytest.mark.usefixtures("collection")
SET = "014 0 00 03"
DESIRED = {"set": {SET: {"des": "HALL", "fields": {"NCOS": 5}}}, "name": {"2057": {"name": "Møterom øst"}}}


@dataclass(kw_only=True)
class ExchangeAction(Action):
    """And the exchange that it is about."""

    running: Running

    def exchange_target(self, _: dict[str, Any]) -> OverlayTarget:
        port = self.running.port()
        return OverlayTarget("x1", "127.0.0.1", port, CREDENTIALS.user, CREDENTIALS.password, telnet=True, quiet=0.3)


def _work() -> Any:
    from ansible_collections.fellesdrift.core.plugins.modules.pbx import ARGUMENT_SPEC
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_named import work

    return work, ARGUMENT_SPEC


@pytest.fixture
def task(tmp_path: Path, running: Running) -> Task:
    return Task(tmp_path / "journal.sqlite", partial(ExchangeAction, running=running), _work)


def test_a_change_is_made_dumped_and_taken_back(task: Task, running: Running) -> None:
    exchange = running.exchange()
    began = running.do(exchange.memory.tables.copy)
    predicted = task(check=True, resources=DESIRED)
    assert (predicted["status"], predicted["changed"], task.events()) == ("planned", True, [])
    made = task(resources=DESIRED, day2="rooms", dump=True)
    assert {name: made[name] for name in ("before", "after", "steps", "diff")} == {
        name: predicted[name] for name in ("before", "after", "steps", "diff")
    }
    assert (made["dumped"], exchange.dumped) == (True, True)
    assert task.events() == [
        "host_intended",
        *["step_intended", "step_confirmed"] * 2,
        "host_applied",
        "save_intended",
        "host_saved",
    ]
    assert "Møterom" not in task.public() + str(made) + str(predicted)
    dumps = exchange.dumps
    again = task(resources=DESIRED, day2="rooms", dump=True)
    assert (again["changed"], again["dumped"], exchange.dumps) == (False, False, dumps)
    back = task(state="reverted", day2="rooms")
    assert (back["status"], back["dumped"], exchange.dumped) == ("back", False, False)
    now = exchange.memory.tables.copy()
    assert (now.sets[14, 0, 0, 3].des, now.names, now.groups) == ("3902", {}, began.groups)


def test_without_a_name_nothing_is_written(task: Task, running: Running) -> None:
    with pytest.raises(FellesdriftError) as caught:
        task(resources=DESIRED)
    assert caught.value.code == "FD613"
    assert running.exchange().dumped
    with pytest.raises(FellesdriftError) as caught:
        task(resources={}, day2="nothing")
    assert caught.value.code == "FD635"


def test_a_dump_that_was_missed_is_made_up_for(task: Task, running: Running) -> None:
    running.fault("edd")
    with pytest.raises(FellesdriftError) as caught:
        task(resources=DESIRED, day2="rooms", dump=True)
    assert caught.value.code == "FD457"
    assert not running.exchange().dumped
    running.heal()
    again = task(resources=DESIRED, day2="rooms", dump=True)
    assert (again["steps"], again["changed"], again["dumped"]) == ([], True, True)
    assert running.exchange().dumped


def test_what_somebody_else_changed_stops_the_way_back(task: Task, running: Running) -> None:
    task(resources=DESIRED, day2="rooms")
    with running.visit() as caller:
        caller.type("LD 20", "REQ: ")
        asked = (("chg", "TYPE: "), ("3902", "TN   "), ("14 3", "ECHG "), ("yes", "ITEM "), ("des LOBBY", "ITEM "))
        caller.talk(*asked, ("", "REQ: "), ("****", ">"))
    with pytest.raises(FellesdriftError) as caught:
        task(state="reverted", day2="rooms")
    assert caught.value.code == "FD633"
    assert "LOBBY" in str(caught.value)
    assert running.exchange().memory.tables.sets[14, 0, 0, 3].des == "LOBBY"


def test_a_name_that_was_erased_stays_and_everything_else_goes_back(task: Task, running: Running) -> None:
    task(resources={"name": {"2057": {"name": "Vakt"}}}, day2="before")
    task(resources=DESIRED, day2="rooms")
    task.erase()
    assert task(state="reverted", day2="rooms")["status"] == "back"
    tables = running.exchange().memory.tables
    assert tables.sets[14, 0, 0, 3].des == "3902"
    assert [one.name for one in tables.names.values()] == ["Møterom øst"], "nobody knows the name that was there"


def test_a_change_of_names_alone_that_were_erased_is_not_called_taken_back(task: Task) -> None:
    task(resources={"name": {"2057": {"name": "Vakt"}}}, day2="before")
    task(resources={"name": {"2057": {"name": "Post"}}}, day2="renamed")
    task.erase()
    with pytest.raises(FellesdriftError) as caught:
        task(state="reverted", day2="renamed")
    assert caught.value.code == "FD628"
    assert "retention has erased" in caught.value.found
    assert task(state="reverted", day2="before")["status"] == "back", "that it was not there is known yet"


def test_gathered_resources_have_no_names(task: Task) -> None:
    task(resources=DESIRED, day2="rooms")
    found = task(state="gathered", kinds=["set", "name"])
    assert found["summary"] == "5 set, 1 name"
    assert found["resources"]["name"]["2057"]["name"] == "(a name)"


def test_a_kind_can_be_purged(task: Task, running: Running) -> None:
    task(resources=DESIRED, day2="rooms")
    assert task(kinds=["set"], resources=DESIRED, purge=["name"], day2="no names")["steps"][0]["kind"] == "name"
    assert running.exchange().memory.tables.names == {}
    task(state="reverted", day2="no names")
    assert running.exchange().memory.tables.names[0, "2057"].name == "Møterom øst"
