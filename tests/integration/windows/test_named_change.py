"""A change of one Windows host under a name: the work behind the module windows_host, with a real journal and the twin.

What is of a person is in the rows of the journal that are erased, and nowhere else that lasts or is read by others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.action import Action
from support.named_change import Task
from support.windows import Running, windows_host

from fellesdrift.errors import FellesdriftError

pytestmark = pytest.mark.usefixtures("collection")
NAME = "Kari Eksempel"
DESIRED = {"user": {"gjest": {"full_name": NAME, "description": "Vakt ved skranken", "disabled": False}}}


@dataclass(kw_only=True)
class HostAction(Action):
    """And the host that it is about."""

    running: Running

    def windows_target(self, _: dict[str, Any]) -> Any:
        return self.running.target()


def _work() -> Any:
    from ansible_collections.fellesdrift.core.plugins.modules.windows_host import ARGUMENT_SPEC
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.windows_work import change

    return change, ARGUMENT_SPEC


@pytest.fixture
def host() -> Iterator[Running]:
    with windows_host() as running:
        yield running


@pytest.fixture
def task(tmp_path: Path, host: Running) -> Task:
    return Task(tmp_path / "journal.sqlite", partial(HostAction, running=host, speed=50.0), _work)


def guest(running: Running) -> tuple[str, str, bool]:
    user = running.host.accounts.users["gjest"]
    return user.full_name, user.description, user.disabled


def test_a_persons_name_is_told_nowhere_and_leads_back(task: Task, host: Running) -> None:
    began = guest(host)
    predicted = task(check=True, resources=DESIRED)
    made = task(resources=DESIRED, day2="counter")
    assert {name: made[name] for name in ("before", "after", "steps", "diff")} == {
        name: predicted[name] for name in ("before", "after", "steps", "diff")
    }
    assert guest(host) == (NAME, "Vakt ved skranken", False)
    assert NAME not in task.public() + str(made) + str(predicted)
    assert made["after"] == {"user": {"gjest": {"description": "Vakt ved skranken", "disabled": False}}}
    assert "full_name: (another name)" in made["diff"]["after"]
    assert NAME not in str(task(state="gathered", kinds=["user"]))
    assert task(state="reverted", day2="counter")["status"] == "back"
    assert guest(host) == began
    assert NAME not in task.public()


def test_what_was_erased_stays_as_it_is_and_everything_else_goes_back(task: Task, host: Running) -> None:
    _, description, disabled = guest(host)
    task(resources=DESIRED, day2="counter")
    task.erase()
    assert task(state="reverted", day2="counter")["status"] == "back"
    assert guest(host) == (NAME, description, disabled), "nobody knows the name that was there"


def test_a_name_that_was_erased_is_not_taken_for_our_own(task: Task, host: Running) -> None:
    """What a second run of one name found there is what the first had made."""
    _, description, disabled = guest(host)
    task(resources=DESIRED, day2="counter")
    task.erase()
    task(resources={"user": {"gjest": {"full_name": "Ola Eksempel"}}}, day2="counter")
    back = task(state="reverted", day2="counter")
    assert back["summary"].endswith("the names of user/gjest stay as they are: retention has erased what they were")
    assert guest(host) == ("Ola Eksempel", description, disabled)


def test_a_change_of_a_name_alone_that_was_erased_is_not_called_taken_back(task: Task) -> None:
    task(resources={"user": {"gjest": {"full_name": NAME}}}, day2="renamed")
    task.erase()
    with pytest.raises(FellesdriftError) as caught:
        task(state="reverted", day2="renamed")
    assert caught.value.code == "FD628"


def test_what_somebody_else_changed_is_told_without_the_name(task: Task, host: Running) -> None:
    task(resources=DESIRED, day2="counter")

    def changed() -> None:
        host.host.accounts.users["gjest"].full_name = "Ola Eksempel"

    host.do(changed)
    with pytest.raises(FellesdriftError) as caught:
        task(state="reverted", day2="counter")
    assert caught.value.code == "FD633"
    assert "user/gjest/full_name" in str(caught.value)
    assert "Eksempel" not in str(caught.value)
    assert guest(host)[0] == "Ola Eksempel"


def test_a_name_of_the_wrong_form_is_not_shown(task: Task) -> None:
    with pytest.raises(FellesdriftError) as caught:
        task(resources={"user": {"gjest": {"full_name": [NAME]}}}, day2="wrong")
    assert caught.value.code == "FD420"
    assert NAME not in str(caught.value)
    assert caught.value.found == "a value of type list"


@pytest.mark.parametrize("resources", [{"user": None}, {"user": {"gjest": None}}])
def test_what_has_no_form_of_a_record_is_refused(task: Task, resources: dict[str, Any]) -> None:
    with pytest.raises(FellesdriftError) as caught:
        task(check=True, state="reverted", resources=resources)
    assert caught.value.code == "FD420"
