"""How an exchange is read, planned, told and written down, in a stage and outside of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.fellesdrift.core.plugins.plugin_utils.typed_change import Told, TypedChange

from fellesdrift.cutover import conflicts
from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.state.pbx import KINDS, check, compare, open_exchange, prepare, read_exchange, three_way, told

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from fellesdrift.state.pbx import Exchange, Plan, Resources


class ExchangeChange(TypedChange[OverlayTarget]):
    """One change of one exchange. Names are in no result, and in the journal where they are erased."""

    KINDS = KINDS

    def opened(self) -> AbstractContextManager[Exchange]:
        """A new session to the exchange."""
        return open_exchange(self._target)

    def prepared(self, host: Exchange, desired: Resources) -> Plan:
        """The steps, as dialogues."""
        return prepare(host, desired)

    def differing(self, host: Exchange, desired: Resources) -> list[Told]:
        """Where the exchange is not as desired; of a name, only that it is another one."""
        want = check(desired)
        return [Told(each.where, *told(each)) for each in compare(want, read_exchange(host, want))]

    def refuse_conflicts(self, host: Exchange, before: Resources, after: Resources) -> None:
        """FD633 when something is neither of both."""
        refuse_conflicts(host, before, after)


def refuse_conflicts(host: Exchange, before: Resources, after: Resources) -> None:
    """FD633 when something is neither what was recorded before a change nor what was recorded after it."""
    # recorded as it was read, and only what was changed: it is no desired state, which would have to be whole
    conflicts.refuse(host.name, three_way(check(before), after, read_exchange(host, after)))
