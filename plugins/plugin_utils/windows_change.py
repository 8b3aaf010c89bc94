"""One change of one Windows host, with the journal around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.typed_change import TypedChange
from ansible_collections.fellesdrift.core.plugins.plugin_utils.windows_results import described, refuse_conflicts

from fellesdrift.session.wsman import WindowsTarget
from fellesdrift.state.windows import bring, check, compare, open_host, prepare, read_host

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from contextlib import AbstractContextManager

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

    from fellesdrift.estate.header import Header
    from fellesdrift.state.windows import Difference, Host, Plan, Resources, Step


class WindowsChange(TypedChange[WindowsTarget]):
    """One change of one host.

    purge       kinds of which everything that is not desired is removed
    passwords   by account name; in no record, result or transcript
    """

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

    def differing(self, host: Host, desired: Resources) -> list[Difference]:
        """Where the host is not as desired."""
        want = check(desired)
        return compare(want, read_host(host, want))

    def refuse_conflicts(self, host: Host, before: Resources, after: Resources) -> None:
        """FD633 when something is neither of both."""
        refuse_conflicts(host, before, after)

    def described(self, plan: Plan, status: str, *, changed: bool) -> dict[str, Any]:
        """A plan that was carried out, as a result."""
        return described(self._target.host, plan, status, changed=changed)

    def brought(self, host: Host, plan: Plan, one: Callable[[Step, Callable[[], None]], None], header: Header) -> None:
        """Carry a plan out."""
        bring(host, plan, carry_out=one, speed=header.speed)
