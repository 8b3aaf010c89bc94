"""A day-2 change is named, leased, journalled, and never in the way of a stage."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from support.stage_records import AFTER, BEFORE, guard, open_sande, permit_of

from fellesdrift.cutover import ending, opening, planning
from fellesdrift.cutover.day2 import Day2Writer, changes, read_change
from fellesdrift.cutover.planning import Context
from fellesdrift.cutover.progress import HostProgress
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease


def writer(context: Context, *, shared: bool = False, municipality: str = "sande") -> Day2Writer:
    assert context.journal is not None
    assert context.holder is not None
    return Day2Writer(
        context.journal, context.holder, "san-rtr1", municipality=municipality, shared=shared, name="endring 17"
    )


def test_it_is_journalled_with_its_name_and_no_stage_counts_it(context: Context) -> None:
    with writer(context) as day2:
        day2.record("host_intended", {"before": {}, "after": {}})
    assert context.journal is not None
    [record] = context.journal.records()
    assert (record.event, record.host) == ("day2_host_intended", "san-rtr1")
    assert (record.payload or {})["change"] == "endring 17"
    assert context.progress() == {}
    opening.open_stage(context, planning.plan_stage(context, "sande", "wan_link"))  # the lease was given back


@pytest.mark.parametrize(("municipality", "shared"), [("sande", False), ("drammen", True)])
def test_it_waits_for_a_stage(context: Context, municipality: str, shared: bool) -> None:
    opening.open_stage(context, planning.plan_stage(context, "sande", "wan_link"))
    with pytest.raises(FellesdriftError) as caught, writer(context, municipality=municipality, shared=shared):
        pass
    assert caught.value.code == "FD614"


def test_another_municipalitys_own_host_may_be_changed_meanwhile(context: Context) -> None:
    opening.open_stage(context, planning.plan_stage(context, "sande", "wan_link"))
    with writer(context, municipality="svelvik") as day2:
        day2.record("host_intended", {})


def test_it_needs_the_lease(context: Context) -> None:
    assert context.holder is not None
    elsewhere = dataclasses.replace(context, holder=dataclasses.replace(context.holder, machine="ops2"))
    with writer(elsewhere), pytest.raises(FellesdriftError) as caught, writer(context):
        pass
    assert caught.value.code == "FD610"


def test_after_its_end_it_cannot_write(context: Context) -> None:
    with writer(context) as day2:
        pass
    with pytest.raises(FellesdriftError) as caught:
        day2.record("host_intended", {})
    assert caught.value.code == "FD611"


def says(description: str | None) -> dict[str, Any]:
    """Resources that say one thing, of which a test needs no more than that it differs from another."""
    return {"interface": {"GigabitEthernet0/0": {"description": description}}}


def made(context: Context, before: str | None, after: str | None, *ends: str) -> None:
    """A run under the name `endring 17`, up to and with these events."""
    with writer(context) as day2:
        day2.record("host_intended", {"before": says(before), "after": says(after)})
        for event in ends:
            day2.record(event, {})


def known(context: Context, host: str = "san-rtr1", name: str = "endring 17") -> HostProgress:
    assert context.journal is not None
    return read_change(changes(context.journal.records(), name), host)


def test_what_a_change_did_is_found_by_its_name(context: Context) -> None:
    made(context, None, "Brukere", "host_applied")
    assert (known(context).before, known(context).after, known(context).applied) == (says(None), says("Brukere"), True)
    assert known(context, name="endring 18") == HostProgress()
    assert known(context, host="san-skole-rtr1") == HostProgress()


def test_a_change_that_was_made_again_goes_back_to_its_first_before(context: Context) -> None:
    made(context, None, "Brukere", "host_applied")
    made(context, "somebody's hands", "Brukere", "host_applied")
    assert (known(context).before, known(context).after) == (says(None), says("Brukere"))


def test_a_run_that_undid_itself_leaves_the_runs_before_it(context: Context) -> None:
    made(context, None, "Brukere", "host_applied")
    made(context, "somebody's hands", "Brukere", "host_reverted")
    assert (known(context).before, known(context).applied) == (says(None), True)
    made(context, "other hands", "Brukere")
    assert not known(context).applied


def test_a_change_that_undid_itself_at_once_did_nothing(context: Context) -> None:
    made(context, None, "Brukere", "host_reverted")
    assert known(context) == HostProgress()


def test_after_the_way_back_the_name_begins_anew(context: Context) -> None:
    made(context, None, "Brukere", "host_applied", "host_back")
    # still known, so that the way back can be asked for twice, and proves itself by reading
    assert (known(context).before, known(context).back) == (says(None), True)
    made(context, "Innbyggere", "Brukere", "host_applied")
    assert known(context).before == says("Innbyggere")


def test_two_hosts_of_one_run_share_the_lease_until_the_last_is_done(context: Context) -> None:
    with writer(context, shared=True, municipality="drammen") as first:
        with writer(context, shared=True, municipality="drammen") as second, writer(context, shared=True) as third:
            for one in (first, second, third, first):
                one.record("host_intended", {})
        first.record("host_applied", {})
        other = dataclasses.replace(context, holder=dataclasses.replace(context.acting(), machine="ops2"))
        with pytest.raises(FellesdriftError) as caught, writer(other, shared=True, municipality="svelvik"):
            pass
        assert caught.value.code == "FD610"
    with writer(other, shared=True, municipality="svelvik") as later:
        later.record("host_intended", {})


def test_who_shares_a_lease_is_not_shown_as_a_lease(context: Context) -> None:
    with writer(context, shared=True, municipality="drammen"), context.writable().transaction() as connection:
        assert [one.name for one in lease.held(connection)] == ["drammen", "platform"]


@pytest.mark.parametrize(("seconds", "code"), [(60.0, None), (1800.0, "FD658")])
def test_what_takes_longer_than_the_lease_is_refused(context: Context, seconds: float, code: str | None) -> None:
    with writer(context) as day2:
        if code is None:
            day2.hold(seconds)
            return
        with pytest.raises(FellesdriftError) as caught:
            day2.hold(seconds)
        assert caught.value.code == code


def test_what_a_held_stage_has_half_way_is_not_changed_beside_it(context: Context) -> None:
    """It would be saved as it is, with what is drained."""
    permit = permit_of(open_sande(context))
    drained = guard(context, permit, "san-rtr1")
    drained.record("drained", {"before": BEFORE, "after": AFTER})
    drained.record("host_drained", {})
    back = permit_of(ending.fail_stage(context, permit, "x"))
    assert ending.settle(context, back).state == "held"
    with pytest.raises(FellesdriftError) as caught, writer(context):
        pass
    assert (caught.value.code, "half way or drained" in caught.value.problem) == ("FD614", True)
