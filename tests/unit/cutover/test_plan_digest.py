"""A stage is resumed by the plan that it was begun with; another one has to be looked at first. Back it always goes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from support.stage_records import close, open_sande, permit_of, touch

from fellesdrift.cutover import opening, plan_digest, planning
from fellesdrift.cutover.plan_digest import digest_plan
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError

KEY = ("sande", "wan_link")


def altered(context: Context, **changes: object) -> Context:
    stages = [context.estate.stages[0].model_copy(update=changes), *context.estate.stages[1:]]
    return dataclasses.replace(context, estate=context.estate.model_copy(update={"stages": stages}))


def test_the_same_plan_has_the_same_digests(context: Context) -> None:
    plan = planning.plan_stage(context, *KEY)
    assert digest_plan(context, plan) == digest_plan(context, planning.plan_stage(context, *KEY))
    assert set(digest_plan(context, plan)) == {"waves", "desired", "probes", "steps", "code"}


def test_its_title_and_its_owner_are_no_part_of_it(context: Context) -> None:
    changed = altered(context, title="Fiber", owner="somebody_else")
    plans = [planning.plan_stage(one, *KEY) for one in (context, changed)]
    assert digest_plan(context, plans[0]) == digest_plan(changed, plans[1])


def test_another_plan_is_refused_and_taken_when_it_is_wanted(context: Context) -> None:
    first = permit_of(open_sande(context))
    touch(context, first, "drm-fwi1", until="applied")
    changed = altered(context, gates=["reachable"])
    with pytest.raises(FellesdriftError) as caught:
        open_sande(changed)
    assert (caught.value.code, "different: steps" in (caught.value.found or "")) == ("FD657", True)
    opened = open_sande(changed, new_plan=True)
    assert permit_of(opened).attempt == first.attempt
    record = context.writable().records()[-1]
    assert (record.payload or {})["new_plan"] is True
    open_sande(changed)  # from now on it is the plan


def test_another_version_of_the_code_is_refused(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    open_sande(context)
    monkeypatch.setattr(plan_digest, "__version__", "9.9.9")
    with pytest.raises(FellesdriftError) as caught:
        open_sande(context)
    assert (caught.value.found or "").endswith("resumed by 9.9.9; different: the version only")


def test_a_changed_role_is_refused(context: Context, tmp_path: Path) -> None:
    role = tmp_path / "wan_link"
    (role / "fragments").mkdir(parents=True)
    for path in (context.roles_path[0] / "wan_link").rglob("*.*"):
        copy = role / path.relative_to(context.roles_path[0] / "wan_link")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    mine = dataclasses.replace(context, roles_path=[tmp_path, *context.roles_path])
    open_sande(mine)
    (role / "README.md").write_text("changed\n", encoding="utf-8")
    with pytest.raises(FellesdriftError) as caught:
        open_sande(mine)
    assert "different: code" in (caught.value.found or "")


def test_it_goes_back_by_any_plan(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(context, permit_of(open_sande(context)), "drm-fwi1", until="applied")
    monkeypatch.setattr(plan_digest, "__version__", "9.9.9")
    back = opening.open_rollback(context, planning.plan_back(context, context.progress()[KEY]))
    assert back.direction == "back"
    # killed there, the same command finishes it
    again = opening.open_stage(context, planning.plan_back(context, context.progress()[KEY]))
    assert again.direction == "back"


def test_a_plan_is_always_shown(context: Context) -> None:
    open_sande(context)
    changed = dataclasses.replace(altered(context, gates=["reachable"]), holder=None)
    assert opening.open_stage(changed, planning.plan_stage(changed, *KEY)).permit is None


def test_a_new_plan_may_not_leave_out_what_was_changed(context: Context) -> None:
    touch(context, permit_of(open_sande(context)), "drm-fwi1", until="step")
    plan = planning.plan_stage(context, *KEY)
    without = dataclasses.replace(plan, waves=[wave for wave in plan.waves if "drm-fwi1" not in wave.hosts])
    with pytest.raises(FellesdriftError) as caught:
        opening.open_stage(context, without, new_plan=True)
    assert (caught.value.code, caught.value.host) == ("FD657", "drm-fwi1")
    assert "rollback" in (caught.value.next_step or "")


def test_a_stage_is_not_done_with_a_host_half_way_that_no_wave_has_any_more(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(context, permit_of(open_sande(context)), "drm-fwi1", until="step")
    plan = planning.plan_stage(context, *KEY)
    without = dataclasses.replace(plan, waves=[wave for wave in plan.waves if "drm-fwi1" not in wave.hosts])
    monkeypatch.setattr(opening, "refuse_dropped", lambda *_: None)
    permit = permit_of(opening.open_stage(context, without, new_plan=True))
    for host in without.hosts:
        touch(context, permit, host)
    with pytest.raises(FellesdriftError) as caught:
        close(context, permit)
    assert (caught.value.code, caught.value.host) == ("FD629", "drm-fwi1")
