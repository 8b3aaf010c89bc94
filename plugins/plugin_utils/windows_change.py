"""One change of one Windows host, with the journal around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.typed_change import Told, TypedChange

from fellesdrift.cutover import conflicts
from fellesdrift.session.wsman import WindowsTarget
from fellesdrift.state.windows import KINDS, bring, check, compare, open_host, prepare, read_host, three_way, told

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from contextlib import AbstractContextManager

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

    from fellesdrift.estate.header import Header
    from fellesdrift.state.windows import Host, Plan, Resources, Step


class WindowsChange(TypedChange[WindowsTarget]):
    """One change of one host.

    purge       kinds of which everything that is not desired is removed
    passwords   by account name; in no record, result or transcript
    """

    KINDS = KINDS
    NOT_BACK = "FD445"

    def __init__(
        self,
        action: FellesdriftAction,
        target: WindowsTarget,
        desired: Resources,
        arguments: dict[str, Any],
        task_vars: dict[str, Any],
        *,
        purge: Collection[str] = (),
        passwords: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(action, target, desired, arguments, task_vars, transcript=not passwords)
        self._purge = purge
        self._passwords = passwords

    def opened(self) -> AbstractContextManager[Host]:
        """A new session to the host."""
        return open_host(self._target)

    def prepared(self, host: Host, desired: Resources) -> Plan:
        """What is desired, and of what is applied the rest of `purge` gone."""
        if self._state in ("applied", "drained"):
            return prepare(host, desired, purge=self._purge, passwords=self._passwords)
        return prepare(host, desired)

    def differing(self, host: Host, desired: Resources) -> list[Told]:
        """Where the host is not as desired; of a person's name, only that it is another one."""
        want = check(desired)
        return [Told(each.where, *told(each)) for each in compare(want, read_host(host, want))]

    def refuse_conflicts(self, host: Host, before: Resources, after: Resources) -> None:
        """FD633 when something is neither of both."""
        refuse_conflicts(host, before, after)

    def brought(self, host: Host, plan: Plan, one: Callable[[Step, Callable[[], None]], None], header: Header) -> None:
        """Carry a plan out."""
        bring(host, plan, carry_out=one, speed=header.speed)


def refuse_conflicts(host: Host, before: Resources, after: Resources) -> None:
    """FD633 when something is neither what was recorded before a change nor what was recorded after it."""
    made = check(after)
    conflicts.refuse(host.name, three_way(check(before), made, read_host(host, made)))
