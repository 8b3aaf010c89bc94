"""Whether emergency numbers get out, from every exchange: before the first step, after each one, and after the last.

Computed from what the exchanges were read to have, and from what was confirmed since. It is no call: what people answer
for is asked of people.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from fellesdrift import numbering
from fellesdrift.errors import FellesdriftError
from fellesdrift.numbering.follow import Network
from fellesdrift.numbering.switch import Switch
from fellesdrift.state.pbx import KINDS
from fellesdrift.state.pbx.compare import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fellesdrift.estate.numbering import Numbering
    from fellesdrift.numbering import Answer, Reach
    from fellesdrift.state.pbx.kinds import Effect, Resources

_EMERGENCY = "emergency"
_SHOWN = 3


class Lookout:
    """What is known of all exchanges, for the threads of a part. plan: the numbering plan; unread: host -> why it could
    not be read."""

    def __init__(self, plan: Numbering, states: Mapping[str, Resources], unread: Mapping[str, str]) -> None:
        self._plan = plan
        self._states = dict(states)
        self._cabling = numbering.cabling_of(plan)
        # an exchange that has not changed is not indexed again after each step of another one
        self._switches = {host: Switch(host, resources) for host, resources in states.items()}
        self.unread = dict(unread)
        self._lock = threading.Lock()

    @property
    def numbers(self) -> list[str]:
        """The emergency numbers of the plan."""
        return [each.number for each in self._plan.special_numbers.values() if each.kind == _EMERGENCY]

    def known(self, host: str) -> Resources | None:
        """What an exchange was read to have; None when it could not be."""
        with self._lock:
            return self._states.get(host)

    def read_again(self, host: str, resources: Resources) -> None:
        """An exchange was read: this is what it has."""
        with self._lock:
            self._hold(host, resources)
            self.unread.pop(host, None)

    def stepped(self, host: str, effects: Iterable[Effect]) -> None:
        """A step was confirmed: what it changes is so from now on."""
        with self._lock:
            known = {kind: dict(keys) for kind, keys in self._states.get(host, {}).items()}
            for each in effects:
                keys = known.setdefault(each.kind, {})
                keys[each.key] = joined(KINDS[each.kind], keys.get(each.key, {}), each.after)
            self._hold(host, known)

    def reach(self, hosts: Iterable[str] | None = None) -> list[Reach]:
        """Each emergency number at each exchange of the plan, or of these."""
        return numbering.emergency(self._network(), self.numbers, self._all() if hosts is None else hosts)

    def refuse_unreached(self, during: str, hosts: Iterable[str] | None = None) -> None:
        """FD481 when an emergency number does not get out of an exchange (of the plan, or of these); FD482 when that is
        not known."""
        if not self.numbers:
            raise _no_numbers()
        found = self.reach(hosts)
        lost = [each for each in found if each.reaches is False]
        unknown = [each for each in found if each.reaches is None]
        if lost:
            raise _lost(lost, during)
        if unknown:
            raise _unknown(unknown, self.unread, during)

    def judged(self, host: str) -> tuple[bool | None, str]:
        """(whether all of them get out of that exchange, None when it is not known; the evidence, one line)."""
        if not self.numbers:
            return None, "the numbering plan has no emergency number"
        found = self.reach([host])
        bad = [each for each in found if not each.reaches]
        if not bad:
            return True, f"{', '.join(self.numbers)} reach the public network (computed)"
        known = any(each.reaches is False for each in bad)
        return (False if known else None), "; ".join(str(each.answer) for each in bad[:_SHOWN])

    def ring(self, host: str, digits: str) -> Answer:
        """Where a number rings that is dialled at an exchange by who may dial everything."""
        return self._network().ring(host, digits)

    def _all(self) -> list[str]:
        ranges, trunks = self._plan.ranges.values(), self._plan.trunks.values()
        named = [name for each in ranges for name in (each.exchange, each.exchange_after) if name]
        return list(dict.fromkeys([*named, *(end.exchange for line in trunks for end in line.ends)]))

    def _network(self) -> Network:
        with self._lock:
            return Network(dict(self._switches), self._cabling)

    def _hold(self, host: str, resources: Resources) -> None:
        self._states[host] = resources
        self._switches[host] = Switch(host, resources)


def _lost(lost: Sequence[Reach], during: str) -> FellesdriftError:
    return FellesdriftError(
        "FD481",
        "an emergency number does not reach the public network",
        host=lost[0].host,
        key=during,
        found=f"{len(lost)}: {', '.join(f'{each.number} at {each.host}' for each in lost[:_SHOWN])}",
        expected="every emergency number, from every exchange",
        next_step="fellesdrift dial HOST NUMBER says where the number goes",
        details=[str(each.answer) for each in lost],
    )


def _unknown(unknown: Sequence[Reach], unread: Mapping[str, str], during: str) -> FellesdriftError:
    return FellesdriftError(
        "FD482",
        "it is not known whether emergency numbers reach the public network",
        host=unknown[0].host,
        key=during,
        found=f"{len(unknown)}: {', '.join(f'{each.number} at {each.host}' for each in unknown[:_SHOWN])}",
        expected="every exchange read, and every emergency number followed to its end",
        next_step="see what keeps the exchange from being read",
        details=[f"{host}: {why}" for host, why in unread.items()] + [str(each.answer) for each in unknown],
    )


def _no_numbers() -> FellesdriftError:
    return FellesdriftError(
        "FD482",
        "it is not known whether emergency numbers reach the public network",
        key="fellesdrift_numbering.special_numbers",
        found="no number of the kind `emergency`",
        expected="at least one",
    )


def plan_of(data: dict[str, Any] | None) -> Numbering:
    """The numbering plan of an opened stage. FD483 when the estate has none."""
    from fellesdrift.estate.numbering import Numbering

    if data is None:
        raise FellesdriftError(
            "FD483",
            "exchanges are not changed without a numbering plan",
            key="fellesdrift_numbering",
            found="nothing",
            expected="the ranges, the lines and the emergency numbers of the estate",
            next_step="docs/telephony/numbering.md",
        )
    return Numbering.model_validate(data)
