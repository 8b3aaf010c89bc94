"""The texts that an operator reads when a cutover stops, whole. What differs by run or machine is masked."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.journal import forge

from fellesdrift.cutover import ending, opening, planning, reconcile, stopping
from fellesdrift.cutover.day2 import Day2Writer
from fellesdrift.cutover.permit import Permit, WriteGuard, refuse_longer_than_lease, refuse_unpermitted
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, refuse_ephemeral

type Case = Callable[[Context, Path], object]


def opened(context: Context) -> Permit:
    permit = opening.open_stage(context, planning.plan_stage(context, "sande", "wan_link")).permit
    assert permit is not None
    return permit


def write(context: Context, permit: Permit, event: str = "host_intended", host: str = "san-rtr1") -> None:
    assert context.journal is not None
    assert context.holder is not None
    before = {"route": {"0.0.0.0/0": {"next_hops": []}}}
    payload: dict[str, Any] = {"before": before, "after": before, "reason": "san-rtr1: FD301: no answer"}
    WriteGuard(context.journal, permit, context.holder, host).record(event, payload)


def elsewhere(context: Context) -> Context:
    assert context.holder is not None
    return dataclasses.replace(context, holder=dataclasses.replace(context.holder, machine="ops2", pid=4711))


def altered(context: Context, **changes: Any) -> Context:
    stage = context.estate.stages[0].model_copy(update=changes)
    return dataclasses.replace(context, estate=context.estate.model_copy(update={"stages": [stage]}))


def forged(context: Context, tmp_path: Path) -> None:
    assert context.journal is not None
    opened(context)
    assert isinstance(context.journal.place, Path)
    forge(context.journal.place, "UPDATE records SET payload = '{}'")
    context.journal.verify()


def held(context: Context, tmp_path: Path) -> None:
    permit = opened(context)
    write(context, permit)
    ending.fail_stage(context, permit, "x")
    ending.settle(context, permit)
    opening.open_stage(context, planning.plan_stage(context, "sande", "wan_link"))


def taken(context: Context, tmp_path: Path) -> None:
    opened(elsewhere(context))
    opened(context)


def after_a_failure(context: Context, tmp_path: Path) -> None:
    permit = opened(context)
    write(context, permit, "host_failed")
    write(context, permit, "step_intended", "drm-core1")


def day2_meanwhile(context: Context, tmp_path: Path) -> None:
    assert context.journal is not None
    assert context.holder is not None
    opened(context)
    change = Day2Writer(
        context.journal, context.holder, "san-rtr1", municipality="sande", shared=False, name="endring 17"
    )
    change.__enter__()


def unfinished(context: Context, tmp_path: Path) -> None:
    ending.close_stage(context, opened(context))


def buried(context: Context, tmp_path: Path) -> None:
    assert context.journal is not None
    for stage in ("wan_link", "zone_firewall"):
        for event in ("opened", "done"):
            context.journal.append("sande", stage, "a", "", event, {})
    opening.open_rollback(context, planning.plan_stage(context, "sande", "wan_link"))


def overtaken(context: Context, tmp_path: Path) -> None:
    plan = planning.plan_stage(context, "sande", "wan_link")
    for event in ("opened", "done"):
        context.writable().append("royken", "wan_link", "a", "", event, {})
    opening.open_stage(context, plan)


def unfinished_elsewhere(context: Context, tmp_path: Path) -> None:
    write(context, opened(context), host="drm-core1")
    opening.open_stage(context, planning.plan_stage(context, "royken", "wan_link"))


def raise_it(error: FellesdriftError) -> None:
    raise error


def stopped(context: Context, tmp_path: Path) -> None:
    permit = opened(context)
    stopping.ask_to_stop(context.writable(), permit, "finish")
    write(context, permit)


def still_drained(context: Context, tmp_path: Path) -> None:
    permit = opened(context)
    before = {"interface": {"GigabitEthernet0/1": {"enabled": True}}}
    guard = WriteGuard(context.writable(), permit, context.acting(), "drm-core1")
    guard.record("drained", {"before": before, "after": {}})
    ending.close_stage(context, permit)


def not_explained(context: Context, tmp_path: Path) -> None:
    known = reconcile.Known(
        {"route": {"0.0.0.0/0": {"next_hops": []}}}, {"route": {"0.0.0.0/0": {"next_hops": ["ours"]}}}
    )
    findings = [
        reconcile.examine("drm-core1", known, {"present": {"route": {"0.0.0.0/0": {"next_hops": []}}}}),
        reconcile.examine("san-rtr1", known, {"present": {"route": {"0.0.0.0/0": {"next_hops": ["theirs"]}}}}),
        reconcile.examine("drm-core2", known, {"evidence": "drm-core2: FD301: the device cannot be reached"}),
    ]
    reconcile.refuse_unknown(context, ("sande", "wan_link"), findings)


def another_plan(context: Context, tmp_path: Path) -> None:
    opened(context)
    changed = altered(context, gates=["reachable"])
    opening.open_stage(changed, planning.plan_stage(changed, "sande", "wan_link"))


CASES: dict[str, Case] = {
    "FD601": lambda context, tmp_path: Journal.create(tmp_path / "journal.sqlite", "x"),
    "FD602": lambda context, tmp_path: Journal.open(tmp_path / "lost.sqlite", "x"),
    "FD603": lambda context, tmp_path: Journal.open(tmp_path / "journal.sqlite", "Et annet sted"),
    "FD604": forged,
    "FD605": lambda context, tmp_path: Journal.create(tmp_path / "journal.sqlite" / "below", "x"),
    "FD606": lambda context, tmp_path: refuse_ephemeral(Path("/dev/shm/journal.sqlite")),
    "FD610": taken,
    "FD611": lambda context, tmp_path: write(context, Permit("sande", "wan_link", "a", "forged", "forward")),
    "FD612": after_a_failure,
    "FD613": lambda context, tmp_path: raise_it(refuse_unpermitted("san-rtr1")),
    "FD614": day2_meanwhile,
    "FD621": lambda context, tmp_path: planning.pending(context, "sande", "wan_lnk"),
    "FD623": lambda context, tmp_path: planning.plan_stage(altered(context, requires=["power"]), "sande", "wan_link"),
    "FD625": held,
    "FD626": lambda context, tmp_path: planning.plan_stage(
        altered(context, waves=context.estate.stages[0].waves[:2]), "sande", "wan_link"
    ),
    "FD627": lambda context, tmp_path: planning.plan_stage(
        altered(
            context,
            waves=[
                *context.estate.stages[0].waves,
                context.estate.stages[0].waves[0].model_copy(update={"hosts": ["zone_firewalls"]}),
            ],
        ),
        "sande",
        "wan_link",
    ),
    "FD628": lambda context, tmp_path: opening.open_rollback(
        context, planning.plan_stage(context, "sande", "wan_link")
    ),
    "FD629": unfinished,
    "FD634": buried,
    "FD642": overtaken,
    "FD643": unfinished_elsewhere,
    "FD653": stopped,
    "FD654": still_drained,
    "FD655": not_explained,
    "FD656": lambda context, tmp_path: reconcile.held_stage(context, "sande", "wan_link"),
    "FD657": another_plan,
    "FD658": lambda context, tmp_path: refuse_longer_than_lease("san-rtr1", 2400.0, 1800.0),
}


@pytest.mark.parametrize("code", CASES)
def test_the_text(code: str, context: Context, tmp_path: Path, golden: Callable[[str, object], None]) -> None:
    with pytest.raises(FellesdriftError) as caught:
        CASES[code](context, tmp_path)
    assert caught.value.code == code
    text = str(caught.value).replace(str(tmp_path), "FOLDER")
    text = re.sub(r"until \d\d:\d\d:\d\d UTC", "until HH:MM:SS UTC", text)
    golden(f"cutover/{code}", re.sub(r"/\S+/main/|/tmp/\S+?/", "FOLDER/", text))
