"""An exchange in a stage whose names retention has erased: what else was changed goes back, and a name stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.action import Action
from support.exchange import CREDENTIALS, Running

from fellesdrift.cutover.emergency import Lookout, plan_of
from fellesdrift.cutover.of_people import parted
from fellesdrift.cutover.permit import Direction, Permit
from fellesdrift.cutover.progress import HostProgress, read_progress
from fellesdrift.journal import Journal, lease, personal
from fellesdrift.journal.lease import Holder
from fellesdrift.state.pbx import KINDS

pytestmark = pytest.mark.usefixtures("collection")
NUMBERS = {"extension_length": 4, "ranges": {}, "assumed": True, "reason": "A test."}
KEY, HOST, SET = ("sande", "telephony"), "x1", "014 0 00 03"
BEFORE = {"name": {"2057": {"name": "Vakt", "language": "ROM", "display": "FIRST,LAST"}}}
AFTER = {"name": {"2057": {"name": "Post", "language": "ROM", "display": "FIRST,LAST"}}}
STAYS = "the names of name/2057 stay as they are: retention has erased what they were"


@dataclass
class Stage:
    """A stage that has changed one exchange, as its journal has it."""

    path: Path
    token: str
    running: Running

    def erased(self, event: str, before: dict[str, Any], after: dict[str, Any], end: str) -> HostProgress:
        """Record a change, and erase what of it is of a person."""
        with Journal.open(self.path, "test") as journal:
            journal.append(*KEY, "a1", HOST, event, *parted({"before": before, "after": after}, KINDS))
            journal.append(*KEY, "a1", HOST, end, {})
            personal.erase(journal, personal.due(journal, -1), "a test")
            return read_progress(journal.current())[KEY].hosts[HOST]

    def turned(self) -> None:
        with Journal.open(self.path, "test") as journal:
            journal.append(*KEY, "a1", "", "rollback_opened", {"reason": "a test"})

    def last(self) -> tuple[str, dict[str, Any] | None]:
        with Journal.open(self.path, "test") as journal:
            record = journal.records()[-1]
        return record.event, record.payload

    def part(self, state: str, *, direction: Direction = "back", check: bool = False, **more: Any) -> dict[str, Any]:
        from ansible_collections.fellesdrift.core.plugins.plugin_utils.family_parts import _CHANGE
        from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_work import PbxWork

        action = Action(path=self.path, name="test", municipality="sande", check_mode=check)
        permit = Permit(*KEY, "a1", self.token, direction).as_data()
        login = {
            "inventory_hostname": HOST,
            "ansible_host": "127.0.0.1",
            "ansible_port": self.running.port(),
            "ansible_user": CREDENTIALS.user,
            "ansible_password": CREDENTIALS.password,
            "fellesdrift_telnet": True,
        }
        work = PbxWork(Lookout(plan_of(NUMBERS), {}, {}))
        return work.change(action, _CHANGE | {"state": state, "permit": permit} | more, login)


@pytest.fixture
def stage(tmp_path: Path, running: Running) -> Iterator[Stage]:
    path = tmp_path / "journal.sqlite"
    with Journal.create(path, "test") as journal:
        with journal.transaction() as connection:
            token = lease.acquire(connection, [KEY[0]], Holder.of_process(os.getpid()))
        journal.append(*KEY, "a1", "", "opened", {"waves": [{"name": "w", "hosts": [HOST]}]})
    yield Stage(path, token, running)


def test_an_exchange_of_which_nothing_but_names_was_changed_is_back(stage: Stage) -> None:
    host = stage.erased("host_intended", BEFORE, AFTER, "host_applied")
    sides = {"resources": host.before, "expected": host.after}
    looked = stage.part("reverted", check=True, **sides)
    assert (looked["changed"], looked["summary"]) == (False, f"unchanged\n{STAYS}")
    stage.turned()
    done = stage.part("reverted", **sides)
    assert (done["status"], done["summary"]) == ("back", f"unchanged\n{STAYS}")
    assert stage.last() == ("host_back", {"erased": ["name/2057"]})


def test_what_was_drained_is_given_back_but_for_an_erased_name(stage: Stage) -> None:
    hall, lobby = ({"set": {SET: {"des": des}}} for des in ("HALL", "3902"))
    stage.erased("drained", BEFORE | hall, AFTER | lobby, "host_drained")
    given = stage.part("given_back", direction="forward")
    assert given["status"] == "given back"
    assert given["summary"].endswith(STAYS)
    assert stage.running.exchange().memory.tables.sets[14, 0, 0, 3].des == "HALL"
    assert stage.last() == ("given_back", {"erased": ["name/2057"]})
