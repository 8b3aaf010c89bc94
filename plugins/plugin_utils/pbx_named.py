"""A change of one exchange under a name, outside every stage: applied, taken back, and dumped where that is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import (
    UNTOUCHED,
    narrowed,
    recorded_change,
    refuse_empty,
)
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_typed import ExchangeChange, refuse_conflicts
from ansible_collections.fellesdrift.core.plugins.plugin_utils.typed_results import described, with_what_stays

from fellesdrift.cutover.day2 import changes, read_change
from fellesdrift.errors import FellesdriftError
from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.state.pbx import (
    KINDS,
    bring,
    check,
    dump,
    open_exchange,
    prepare,
    read_all,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.recording import Recorder

    from fellesdrift.estate.header import Header
    from fellesdrift.journal import Journal
    from fellesdrift.state.pbx import Exchange, Plan, Resources, Step


def work(action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """By `state`, as the module pbx documents it. Raises FellesdriftError."""
    desired = narrowed(check(arguments["resources"]), arguments["kinds"])
    target = action.exchange_target(task_vars)
    if arguments["state"] == "gathered":
        return _gathered(target, arguments["kinds"])
    if arguments["state"] == "reverted" and arguments["day2"] and not desired:
        recorded = recorded_change(action, target.host, arguments["day2"], task_vars)
        desired = recorded.before
        arguments |= {"expected": recorded.after, "erased": recorded.erased}
        if not desired:
            return UNTOUCHED
    if not desired and not arguments["purge"]:
        raise refuse_empty(target.host)
    if action.check_mode:
        return _planned(target, desired, arguments)
    return NamedChange(action, target, desired, {**arguments, "permit": {}, "deadline": 0}, task_vars).run()


class NamedChange(ExchangeChange):
    """One change of one exchange. arguments: also `purge` and `dump`."""

    NOT_BACK = "FD458"

    def prepared(self, host: Exchange, desired: Resources) -> Plan:
        """The steps, as dialogues; the way back purges nothing."""
        return prepare(host, desired, purge=self._arguments["purge"] if self._state == "applied" else ())

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
                    found=left[0].have,
                    expected=left[0].want,
                    next_step="run the same again, and see who else changes the exchange",
                )
            record("save_intended", {"title": "dump what is in memory (EDD)"})
            said = dump(host)
        record("host_saved", {"said": list(said)})
        return result | {"changed": True, "dumped": True, "summary": f"{result['summary']}\ndumped: {said[-1]}"}


def _planned(target: OverlayTarget, desired: Resources, arguments: dict[str, Any]) -> dict[str, Any]:
    back = arguments["state"] == "reverted"
    with open_exchange(target) as exchange:
        if back and arguments["expected"]:
            refuse_conflicts(exchange, desired, arguments["expected"])
        plan = prepare(exchange, desired, purge=() if back else arguments["purge"])
    status = "planned" if plan.steps else "unchanged"
    result = described(KINDS, target.host, plan, status, changed=bool(plan.steps)) | {"dumped": False}
    return with_what_stays(result, arguments.get("erased"))


def _gathered(target: OverlayTarget, kinds: list[str] | None) -> dict[str, Any]:
    with open_exchange(target) as exchange:
        resources = read_all(exchange, list(KINDS) if kinds is None else kinds)
    counts = ", ".join(f"{len(keys)} {kind}" for kind, keys in resources.items())
    return {"changed": False, "resources": shown(resources), "summary": counts or "no resources"}
