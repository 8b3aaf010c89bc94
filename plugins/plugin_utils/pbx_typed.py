"""How an exchange is read, planned, told and written down, in a stage and outside of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_results import described, public
from ansible_collections.fellesdrift.core.plugins.plugin_utils.typed_change import TypedChange

from fellesdrift.cutover import conflicts
from fellesdrift.cutover.of_people import parted
from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.state.pbx import KINDS, check, compare, open_exchange, prepare, read_exchange, three_way

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_results import Told, Whole
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.recording import Recorder

    from fellesdrift.state.pbx import Exchange, Plan, Resources


class ExchangeChange(TypedChange[OverlayTarget]):
    """One change of one exchange. Names are in no result, and in the journal where they are erased."""

    def opened(self) -> AbstractContextManager[Exchange]:
        """A new session to the exchange."""
        return open_exchange(self._target)

    def prepared(self, host: Exchange, desired: Resources) -> Plan:
        """The steps, as dialogues."""
        return prepare(host, desired)

    def differing(self, host: Exchange, desired: Resources) -> list[Told]:
        """Where the exchange is not as desired; of a name, only that it is another one."""
        want = check(desired)
        return [public(each) for each in compare(want, read_exchange(host, want))]

    def refuse_conflicts(self, host: Exchange, before: Resources, after: Resources) -> None:
        """FD633 when something is neither of both."""
        refuse_conflicts(host, before, after)

    def described(self, plan: Plan | Whole, status: str, *, changed: bool) -> dict[str, Any]:
        """A plan that was carried out, as a result without names."""
        return described(self._target.host, plan, status, changed=changed)

    def recorded(self, record: Recorder, event: str, payload: dict[str, Any]) -> None:
        """Names go into the rows that are erased."""
        record_parted(record, event, payload)


def refuse_conflicts(host: Exchange, before: Resources, after: Resources) -> None:
    """FD633 when something is neither what was recorded before a change nor what was recorded after it."""
    # recorded as it was read, and only what was changed: it is no desired state, which would have to be whole
    conflicts.refuse(host.name, three_way(check(before), after, read_exchange(host, after)))


def record_parted(record: Recorder, event: str, payload: dict[str, Any]) -> None:
    """Write it, with names in the rows that are erased."""

    def is_personal(kind: str, name: str) -> bool:
        known = KINDS[kind].attributes.get(name)
        return known is not None and known.personal

    told, theirs = parted(payload, is_personal)
    record(event, told, theirs or None)
