"""Which signals stop a run in order, and which at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.observing import PLUGINS

from fellesdrift.commands.tethered import FRONT_GONE
from fellesdrift.cutover import stopping

type Installed = dict[int, Any]


@pytest.fixture
def signals(collection: None) -> Any:
    """The callback's module."""
    return import_module(f"{PLUGINS}.callback.signals")


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch, signals: Any) -> Iterator[Installed]:
    """signal -> what would be done at it; of the tests' own process nothing is changed."""
    found: Installed = {}
    monkeypatch.setattr(signals.signal, "signal", found.__setitem__)
    stopping.guard_run(guarded=False)
    yield found
    stopping.guard_run(guarded=False)


@pytest.fixture
def told(signals: Any) -> Callable[..., bool]:
    """told(signal, ...): whether a run whose stage is open goes on to its stop in order after all of them."""
    run = object.__new__(signals.CallbackModule)
    run._process, run._play, run._permit, run._opening, run._at_once = os.getpid(), None, None, True, False
    run._at_terminal = []

    def heeds(*numbers: int) -> bool:
        try:
            for number in numbers:
                run._heed(number, None)
        except KeyboardInterrupt:
            return False
        return True

    return heeds


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, FRONT_GONE])
def test_once_is_a_stop_in_order(told: Callable[..., bool], number: int) -> None:
    assert told(number)
    assert stopping.signals() == 1


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, FRONT_GONE])
@pytest.mark.parametrize("gone", [signal.SIGHUP, FRONT_GONE])
def test_nobody_who_goes_away_asks_for_a_stop_at_once(told: Callable[..., bool], first: int, gone: int) -> None:
    """A shell whose terminal goes away and the kernel both send SIGHUP; who has pressed Ctrl-C may close the window."""
    assert told(first, gone, gone)


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, FRONT_GONE])
@pytest.mark.parametrize("again", [signal.SIGINT, signal.SIGTERM])
def test_who_asks_once_more_means_at_once(
    told: Callable[..., bool], installed: Installed, first: int, again: int
) -> None:
    assert not told(first, again)
    assert set(installed) == {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, FRONT_GONE}
    assert set(installed.values()) == {signal.SIG_IGN}


def test_who_goes_away_while_the_stage_goes_back_stops_that_too(told: Callable[..., bool]) -> None:
    """The stop that was asked for before it failed is used up."""
    told(signal.SIGINT)
    stopping.use_up_signals()
    assert told(FRONT_GONE)
    assert stopping.signals() == 2


def test_where_no_stage_may_be_opened_it_is_what_sigterm_is(
    monkeypatch: pytest.MonkeyPatch, signals: Any, installed: Installed
) -> None:
    """Ansible ends its workers at that, and has never heard of the other one."""
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(signals.os, "kill", lambda *what: sent.append(what))
    run = object.__new__(signals.CallbackModule)
    run.v2_playbook_on_start(SimpleNamespace(_file_name=str(Path("playbooks", "plan.yml"))))
    assert list(installed) == [FRONT_GONE]
    installed[FRONT_GONE](FRONT_GONE, None)
    assert sent == [(os.getpid(), signal.SIGTERM)]
