"""A day-2 change is named, leased, journalled, and never in the way of a stage."""

from __future__ import annotations

import dataclasses

import pytest

from fellesdrift.cutover import stages
from fellesdrift.cutover.day2 import Day2Writer
from fellesdrift.cutover.stages import Context
from fellesdrift.errors import FellesdriftError


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
    stages.open_stage(context, stages.plan_stage(context, "sande", "wan_link"))  # the lease was given back


@pytest.mark.parametrize(("municipality", "shared"), [("sande", False), ("drammen", True)])
def test_it_waits_for_a_stage(context: Context, municipality: str, shared: bool) -> None:
    stages.open_stage(context, stages.plan_stage(context, "sande", "wan_link"))
    with pytest.raises(FellesdriftError) as caught, writer(context, municipality=municipality, shared=shared):
        pass
    assert caught.value.code == "FD614"


def test_another_municipalitys_own_host_may_be_changed_meanwhile(context: Context) -> None:
    stages.open_stage(context, stages.plan_stage(context, "sande", "wan_link"))
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
