"""The lease: one writer, taken over only from the provably dead or the overdue."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, lease
from fellesdrift.journal.lease import Holder
from fellesdrift.journal.tables import leases
from fellesdrift.state.network.apply import LONGEST, wait_for_switch

NAMES = ["sande", "platform"]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", "test") as made:
        yield made


@pytest.fixture
def me() -> Holder:
    return Holder.of_process(os.getpid())


def take(journal: Journal, names: list[str], holder: Holder) -> str:
    with journal.transaction() as connection:
        return lease.acquire(connection, names, holder)


def renew(journal: Journal, token: str, holder: Holder) -> timedelta:
    with journal.transaction() as connection:
        return lease.check_and_renew(connection, token, holder)


def expire(journal: Journal) -> None:
    with journal.transaction() as connection:
        past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        connection.execute(update(leases).values(expires=past, expires_uptime=lease.uptime() - 1))


def test_taken_shown_and_given_back(journal: Journal, me: Holder) -> None:
    token = take(journal, NAMES, me)
    assert renew(journal, token, me) == lease.LENGTH
    with journal.transaction() as connection:
        lease.release(connection, token)
    with pytest.raises(FellesdriftError) as caught:
        renew(journal, token, me)
    assert caught.value.code == "FD611"


def test_somebody_alive_elsewhere_keeps_it(journal: Journal, me: Holder) -> None:
    elsewhere = dataclasses.replace(me, machine="ops2")
    take(journal, ["platform"], elsewhere)
    with pytest.raises(FellesdriftError) as caught:
        take(journal, NAMES, me)
    assert caught.value.code == "FD610"
    assert "ops2" in (caught.value.found or "")
    # all or nothing: sande was not taken either
    with journal.transaction() as connection:
        assert connection.execute(select(leases.c.name)).scalars().all() == ["platform"]


def test_a_live_process_of_this_machine_keeps_it(journal: Journal, me: Holder) -> None:
    take(journal, NAMES, Holder.of_process(os.getppid()))
    with pytest.raises(FellesdriftError):
        take(journal, NAMES, me)


def test_a_dead_process_of_this_machine_loses_it(journal: Journal, me: Holder) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    holder = Holder.of_process(sleeper.pid)
    assert not holder.provably_dead()
    old = take(journal, NAMES, holder)
    sleeper.kill()
    sleeper.wait()
    assert holder.provably_dead()
    new = take(journal, NAMES, me)
    assert new != old
    with pytest.raises(FellesdriftError):
        renew(journal, old, holder)


def test_a_zombie_is_dead(me: Holder) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    holder = Holder.of_process(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, not yet reaped
    assert holder.provably_dead()
    child.wait()


def test_a_reused_number_or_another_boot_is_dead(me: Holder) -> None:
    assert dataclasses.replace(me, started=me.started - 1).provably_dead()
    assert dataclasses.replace(me, boot="another").provably_dead()
    assert not dataclasses.replace(me, machine="another", started=0).provably_dead()


def test_of_another_machine_of_the_same_name_nobody_knows(me: Holder) -> None:
    """A copied virtual machine, a container: started at another time, or with processes of its own."""
    assert not dataclasses.replace(me, boot="another", machine_id="another").provably_dead()
    assert not dataclasses.replace(me, boot="another", machine_id="").provably_dead()
    assert not dataclasses.replace(me, processes="pid:[1]", started=0).provably_dead()


def test_who_has_lost_one_of_its_leases_has_lost_them_all(journal: Journal, me: Holder) -> None:
    elsewhere = dataclasses.replace(me, machine="ops2")
    old = take(journal, ["platform", "sande"], elsewhere)
    expire(journal)
    take(journal, ["sande"], me)
    with journal.transaction() as connection:
        assert [each.name for each in lease.held(connection)] == ["sande"]
    with pytest.raises(FellesdriftError) as caught:
        renew(journal, old, elsewhere)
    assert caught.value.code == "FD611"


def test_an_overdue_lease_can_be_taken_and_no_longer_shown(journal: Journal, me: Holder) -> None:
    elsewhere = dataclasses.replace(me, machine="ops2")
    old = take(journal, NAMES, elsewhere)
    expire(journal)
    with pytest.raises(FellesdriftError):
        renew(journal, old, elsewhere)
    take(journal, NAMES, me)


def test_a_stolen_token_is_worth_nothing(journal: Journal, me: Holder) -> None:
    token = take(journal, NAMES, Holder.of_process(os.getppid()))
    with pytest.raises(FellesdriftError) as caught:
        renew(journal, token, me)
    assert caught.value.code == "FD611"


def test_the_same_process_may_take_it_again(journal: Journal, me: Holder) -> None:
    assert take(journal, NAMES, me) != take(journal, NAMES, me)


def test_a_steps_deadline_is_shorter_than_what_is_left_of_the_lease() -> None:
    """Every intent renews the lease; a device that is lost after it is given up before the lease runs out."""
    longest_answer = 60
    assert wait_for_switch(LONGEST, 1.0) + longest_answer < lease.LENGTH.total_seconds()


def test_who_holds_what(journal: Journal, me: Holder) -> None:
    assert journal.leases() == []
    token = take(journal, NAMES, me)
    assert [(held.name, held.holder) for held in journal.leases()] == [("platform", me), ("sande", me)]
    now = datetime.now(UTC)
    held = journal.leases()[0]
    assert held.live(now)
    assert not held.live(now + lease.LENGTH)
    assert not dataclasses.replace(held, holder=dataclasses.replace(me, started=me.started + 1)).live(now)
    with journal.transaction() as connection:
        lease.release(connection, token)
    assert journal.leases() == []


class Jumped(datetime):
    """This machine's clock, set wrong by `by`."""

    by = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime.now(UTC) + cls.by


@pytest.mark.parametrize("by", [timedelta(days=-400), timedelta(hours=-1), timedelta(hours=1), timedelta(days=4000)])
def test_a_clock_that_jumps_neither_ends_nor_lengthens_a_lease(
    journal: Journal, me: Holder, by: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Holder.of_process(os.getppid())
    token = take(journal, NAMES, me)
    monkeypatch.setattr(lease, "datetime", Jumped)
    monkeypatch.setattr(Jumped, "by", by)
    with pytest.raises(FellesdriftError) as caught:
        take(journal, NAMES, other)
    assert caught.value.code == "FD610"
    assert renew(journal, token, me) == lease.LENGTH
    until = journal.leases()[0].expires
    assert abs(until - Jumped.now() - lease.LENGTH) < timedelta(minutes=1)  # what is said is right by this clock
    up = lease.uptime()
    monkeypatch.setattr(lease, "uptime", lambda: up + lease.LENGTH.total_seconds() + 1)
    with pytest.raises(FellesdriftError) as caught:
        renew(journal, token, me)
    assert caught.value.code == "FD611"
    take(journal, NAMES, other)


def test_the_uptime_goes_on() -> None:
    first = lease.uptime()
    assert lease.uptime() > first > 0


def test_a_lease_that_is_none_is_said(journal: Journal, me: Holder) -> None:
    take(journal, NAMES, me)
    with journal.transaction() as connection:
        connection.execute(update(leases).values(holder="{"))
    with pytest.raises(FellesdriftError) as caught:
        journal.leases()
    assert (caught.value.code, caught.value.key) == ("FD605", "lease platform")
