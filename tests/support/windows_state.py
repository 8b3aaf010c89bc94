"""Bringing a simulated Windows host to a desired state and back, each time with what must hold of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fellesdrift.state.windows import Plan, bring, check, compare, open_host, prepare, read_host
from support.windows import Running

SPEED = 50.0


def brought(running: Running, desired: Mapping[str, Any], **options: Any) -> Plan:
    """Make it so. What was predicted is what is read in a new session, and a second run has nothing to do."""
    with open_host(running.target()) as host:
        plan = prepare(host, desired, **options)
        bring(host, plan, speed=SPEED)
    with open_host(running.target()) as host:
        assert compare(plan.after, read_host(host, plan.after)) == []
        assert prepare(host, desired, **options).steps == []
    return plan


def there_and_back(running: Running, desired: Mapping[str, Any], **options: Any) -> Plan:
    """As brought, and then back by the recorded before alone: everything that was touched is as it was."""
    with open_host(running.target()) as host:
        planned = prepare(host, desired, **options)
        was = read_host(host, planned.before)
    plan = brought(running, desired, **options)
    assert plan.steps
    back = brought(running, plan.before, passwords=options.get("passwords"))
    assert back.steps
    with open_host(running.target()) as host:
        now = read_host(host, check(plan.before))
    assert compare(check(plan.before), now) == []
    assert {kind: set(keys) for kind, keys in now.items()} == {kind: set(keys) for kind, keys in was.items()}
    return plan
