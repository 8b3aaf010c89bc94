"""A change of one exchange under a name, outside every stage: applied, taken back, and dumped when that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import (
    UNTOUCHED,
    narrowed,
    recorded_change,
    refuse_empty,
)
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_change import record_parted
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_results import described, public
from ansible_collections.fellesdrift.core.plugins.plugin_utils.typed_change import TypedChange

from fellesdrift.cutover import conflicts
from fellesdrift.cutover.day2 import changes, read_change
from fellesdrift.errors import FellesdriftError
from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.state.pbx import (
    KINDS,
    bring,
    check,
    compare,
    dump,
    open_exchange,
    prepare,
    read_all,
    read_exchange,
    shown,
    three_way,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.recording import Recorder

    from fellesdrift.estate.header import Header
    from fellesdrift.journal import Journal
    from fellesdrift.state.pbx import Difference, Exchange, Plan, Resources, Step


def work(action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """By `state`, as the module pbx documents it. Raises FellesdriftError."""
    desired = narrowed(check(arguments["resources"]), arguments["kinds"])
    target = action.exchange_target(task_vars)
    if arguments["state"] == "gathered":
        return _gathered(target, arguments["kinds"])
    if arguments["state"] == "reverted" and arguments["day2"] and not desired:
        recorded = recorded_change(action, target.host, arguments["day2"], task_vars)
        desired, arguments["expected"] = recorded.before, recorded.after
        if not desired:
            return UNTOUCHED
    if not desired and not arguments["purge"]:
        raise refuse_empty(target.host)
    if action.check_mode:
        return _planned(target, desired, arguments)
    return NamedChange(action, target, desired, {**arguments, "permit": {}, "deadline": 0}, task_vars).run()


class NamedChange(TypedChange[OverlayTarget]):
    """One change of one exchange. arguments: also `purge` and `dump`."""

    NOT_BACK = "FD458"

    def opened(self) -> AbstractContextManager[Exchange]:
        """A new session to the exchange."""
        return open_exchange(self._target)

    def prepared(self, host: Exchange, desired: Resources) -> Plan:
        """The steps, as dialogues; the way back purges nothing."""
        return prepare(host, desired, purge=self._arguments["purge"] if self._state == "applied" else ())

    def differing(self, host: Exchange, desired: Resources) -> list[Any]:
        """Where the exchange is not as desired; of a name, only that it is another one."""
        return [public(each) for each in _differences(host, desired)]

    def refuse_conflicts(self, host: Exchange, before: Resources, after: Resources) -> None:
        """FD633 when something is neither of both."""
        made = check(after)
        conflicts.refuse(host.name, three_way(check(before), made, read_exchange(host, made)))

    def described(self, plan: Plan, status: str, *, changed: bool) -> dict[str, Any]:
        """A plan that was carried out, as a result without names."""
        return described(self._target.host, plan, status, changed=changed)

    def recorded(self, record: Recorder, event: str, payload: dict[str, Any]) -> None:
        """Names go into the rows that are erased."""
        record_parted(record, event, payload)

    def brought(
        self, host: Exchange, plan: Plan, one: Callable[[Step, Callable[[], None]], None], _header: Header
    ) -> None:
        """Carry a plan out, and prove it."""
        bring(host, plan, carry_out=one)

    def _done(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        result = super()._done(header, journal, record)
        if not self._arguments["dump"] or not (result["changed"] or self._undumped(journal)):
            return result | {"dumped": False}
        return self._dumped(record, result)

    def _undumped(self, journal: Journal) -> bool:
        """Whether an earlier run of this name changed the exchange, and was ended before its dump."""
        name = self._arguments["day2"]
        records = changes(journal.records(stage=""), name) if name else []
        progress = read_change(records, self._target.host)
        return bool(progress.before) and not progress.saved

    def _dumped(self, record: Recorder, result: dict[str, Any]) -> dict[str, Any]:
        """A new session proves that the exchange is as desired; only then everything in memory goes to disk."""
        with self.opened() as host:
            left = self.differing(host, self._desired)
            if left:
                raise FellesdriftError(
                    "FD459",
                    "the exchange is not as desired, so it is not dumped",
                    host=self._target.host,
                    key=left[0].where,
                    found=str(left[0].have),
                    expected=str(left[0].want),
                    next_step="run the same again, and see who else changes the exchange",
                )
            record("save_intended", {"title": "dump what is in memory (EDD)"})
            said = dump(host)
        record("host_saved", {"said": list(said)})
        return result | {"changed": True, "dumped": True, "summary": f"{result['summary']}\ndumped: {said[-1]}"}


def _differences(host: Exchange, desired: Resources) -> list[Difference]:
    want = check(desired)
    return compare(want, read_exchange(host, want))


def _planned(target: OverlayTarget, desired: Resources, arguments: dict[str, Any]) -> dict[str, Any]:
    back = arguments["state"] == "reverted"
    with open_exchange(target) as exchange:
        if back and arguments["expected"]:
            made = check(arguments["expected"])
            conflicts.refuse(exchange.name, three_way(check(desired), made, read_exchange(exchange, made)))
        plan = prepare(exchange, desired, purge=() if back else arguments["purge"])
    status = "planned" if plan.steps else "unchanged"
    return described(target.host, plan, status, changed=bool(plan.steps)) | {"dumped": False}


def _gathered(target: OverlayTarget, kinds: list[str] | None) -> dict[str, Any]:
    with open_exchange(target) as exchange:
        resources = read_all(exchange, list(KINDS) if kinds is None else kinds)
    counts = ", ".join(f"{len(keys)} {kind}" for kind, keys in resources.items())
    return {"changed": False, "resources": shown(resources), "summary": counts or "no resources"}
