"""Generated desired states on hosts in generated states: what was predicted is what is there, once is enough, nothing
else is touched, and the recorded before leads back."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from support.windows import Running, windows_host
from support.windows_generated import KINDS as GENERATED
from support.windows_generated import PASSWORDS, states

from fellesdrift.errors import FellesdriftError
from fellesdrift.state.windows import KINDS, Plan, bring, check, compare, open_host, prepare, read_all, read_host
from fellesdrift.state.windows.kinds import Resources
from fellesdrift.state.windows.refusals import NotServedError

SPEED = 200.0
LISTABLE = sorted(name for name, kind in KINDS.items() if kind.listable)
# what a host may say before anything was written: the state cannot be made, or not by us
REFUSED = ("FD421", "FD422", "FD430", "FD431", "FD432", "FD433")
SHARE = 18
USUAL = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": True, "database": None}


def whole(running: Running) -> Resources:
    """All that can be listed of a host. What a stopped service would have to say is unknown: the kind is left out."""
    found: Resources = {}
    with open_host(running.target()) as host:
        for name in LISTABLE:
            with suppress(NotServedError):
                found |= read_all(host, [name])
    return found


def untouched(plan: Plan, before: Resources, after: Resources) -> None:
    """What no step was about is as it was."""
    for name in before.keys() & after.keys():
        was = before[name]
        touched = {key.lower() for key in plan.after.get(name, {})}
        for key in was.keys() | after[name].keys():
            if key.lower() not in touched and name not in _together(plan):
                assert was.get(key) == after[name].get(key), f"{name}/{key}"


def _together(plan: Plan) -> set[str]:
    """Kinds whose resources change with those of another one: who is removed is in no group any more."""
    return {"group"} if "user" in plan.after else set()


def bring_about(running: Running, desired: dict[str, Any]) -> Plan | None:
    """None where the host refuses, and nothing was written."""
    before = whole(running)
    with open_host(running.target()) as host:
        try:
            plan = prepare(host, desired, passwords=PASSWORDS)
        except FellesdriftError as error:
            assert error.code in REFUSED, str(error)
            plan = None
        else:
            bring(host, plan, speed=SPEED)
    after = whole(running)
    if plan is None:
        assert after == before
        return None
    untouched(plan, before, after)
    with open_host(running.target()) as host:
        assert compare(plan.after, read_host(host, plan.after)) == []
        again = prepare(host, desired, passwords=PASSWORDS)
        assert [step.title for step in again.steps] == []
    return plan


def transition(first: dict[str, Any], second: dict[str, Any], done: Counter[str]) -> None:
    with windows_host(SPEED) as running:
        plans = [bring_about(running, each) for each in (first, second)]
        done.update({f"kind {step.kind}" for each in plans if each is not None for step in each.steps})
        plan = plans[-1]
        done["refused" if plan is None else "done" if plan.steps else "nothing to do"] += 1
        if plan is None or not plan.steps:
            return
        back = bring_about(running, check(plan.before))
        assert back is not None, "the way back is refused"
        with open_host(running.target()) as host:
            assert compare(check(plan.before), read_host(host, check(plan.before))) == []


def run(examples: int, *always: str) -> Counter[str]:
    """How so many pairs of an actual and a desired state ended, each with these kinds in both."""
    done: Counter[str] = Counter()

    @settings(max_examples=examples, phases=(Phase.explicit, Phase.generate, Phase.shrink), **USUAL)
    @given(states(*always), states(*always))
    def generated(first: dict[str, Any], second: dict[str, Any]) -> None:
        transition(first, second, done)

    generated()
    return done


def test_every_kind_is_generated() -> None:
    assert GENERATED.keys() == KINDS.keys()


def test_a_few_generated_states() -> None:
    done = run(6)
    assert done["done"] > done["refused"]


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(KINDS))
def test_many_generated_states(name: str) -> None:
    """A share of 300 pairs for each kind; a third of it at least takes steps of that kind."""
    done = run(SHARE, name)
    assert sum(done[each] for each in ("done", "nothing to do", "refused")) >= SHARE
    # people install programs: where one is desired there is nothing to do, or it is refused
    assert done[f"kind {name}"] > SHARE / 3 or name in ("program", "hotfix"), done
