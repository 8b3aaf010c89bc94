"""What is read in a process of its own comes back whole, and so does what went wrong there."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from fellesdrift.drift.apart import apart
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import Estate


def test_an_estate_comes_back_as_it_was(estate: Estate) -> None:
    found = apart(lambda: estate)
    assert found == estate
    assert found is not estate
    assert found.model_dump_json() == estate.model_dump_json()
    hosts = list(found.hosts)
    for name in hosts:
        assert found.hosts[name].model_fields_set == estate.hosts[name].model_fields_set
    assert found.model_dump(exclude_unset=True) == estate.model_dump(exclude_unset=True)


def test_it_is_another_process() -> None:
    assert apart(os.getpid) != os.getpid()


def test_it_has_a_name_in_lists_of_processes() -> None:
    assert apart(lambda: Path("/proc/self/comm").read_text(encoding="ascii")) == "drift-estate\n"


def test_errors_come_back_with_all_their_words() -> None:
    wrong = [FellesdriftError("FD104", "one", host="a", file="b:3", details=["c"]), FellesdriftError("FD105", "two")]

    def several() -> None:
        raise FellesdriftErrors(wrong)

    def one() -> None:
        raise wrong[0]

    with pytest.raises(FellesdriftErrors) as caught:
        apart(several)
    assert caught.value.errors == wrong
    with pytest.raises(FellesdriftError, match="FD104") as single:
        apart(one)
    assert single.value == wrong[0]


def test_a_fault_of_ours_is_told() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        apart(lambda: 1 // 0)


def test_a_process_that_is_killed_is_an_error() -> None:
    with pytest.raises(FellesdriftError, match="FD741"):
        apart(lambda: os.kill(os.getpid(), signal.SIGKILL))
