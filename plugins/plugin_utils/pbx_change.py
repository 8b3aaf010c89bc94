"""One change of one exchange, with the journal around it: in portions, emergency numbers followed after each step.

What lies in memory only is dumped before the first change, and what was changed after people have said that it works:
each as a part of its own, with its intent in the journal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import left_behind
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_portions import joined
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_typed import ExchangeChange

from fellesdrift.cutover.pbx_portions import portions
from fellesdrift.cutover.pbx_verification import refuse_not_ringing
from fellesdrift.errors import FellesdriftError
from fellesdrift.numbering import KINDS as DIALLED
from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.state.pbx import (
    bring,
    check,
    dump,
    read_all,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.recording import Recorder

    from fellesdrift.cutover.emergency import Lookout
    from fellesdrift.cutover.progress import HostProgress
    from fellesdrift.estate.header import Header
    from fellesdrift.journal import Journal
    from fellesdrift.state.pbx import Exchange, Plan, Resources, Step


class PbxChange(ExchangeChange):
    """One change of one exchange. lookout: what is known of all exchanges."""

    NOT_BACK = "FD485"

    def __init__(
        self,
        action: FellesdriftAction,
        target: OverlayTarget,
        desired: Resources,
        arguments: dict[str, Any],
        task_vars: dict[str, Any],
        lookout: Lookout,
    ) -> None:
        super().__init__(action, target, desired, arguments, task_vars)
        self._lookout = lookout

    def _done(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        match self._state:
            case "backed_up":
                return self._backed_up(journal, record)
            case "dumped" if left := self._left(journal):
                return left_behind(left)
            case "dumped":
                return self._dumped(record)
            case _:
                return super()._done(header, journal, record)

    def brought(
        self, host: Exchange, plan: Plan, one: Callable[[Step, Callable[[], None]], None], header: Header
    ) -> None:
        """Carry a plan out. After each step emergency numbers are followed from every exchange: FD481, FD482."""

        def watched(step: Step, do: Callable[[], None]) -> None:
            one(step, do)
            self._lookout.stepped(host.name, step.effects)
            self._look(step.title)

        bring(host, plan, carry_out=watched)
        self._lookout.read_again(host.name, read_all(host, DIALLED))
        self._look("what was read after the last step")

    def _look(self, during: str) -> None:
        """On the way back nothing is to stop it: it leads to what was there."""
        if self._state == "applied":
            self._lookout.refuse_unreached(during)

    def _applied(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        """Portion by portion, each proven before the next; an attempt that was cut off is gone on with."""
        earlier, plans = self.earlier(journal), []
        with self.opened() as host:
            for portion in portions(check(self._desired)):
                plan = self.prepared(host, portion.desired)
                if plan.steps:
                    self._refuse_no_backup(journal)
                    self._look(f"before {portion.title}")
                    self._carry_out(host, plan, header, record, "host_intended")
                    refuse_not_ringing(self._lookout, host.name, portion.numbers, portion.title)
                    plans.append(plan)
                    host.leave()
        whole = joined(plans)
        if whole.steps or (earlier and (earlier.cut_off or earlier.left)):
            record("host_applied", {})
        return self._result(whole)

    def _refuse_no_backup(self, journal: Journal) -> None:
        """FD480 when nothing shows that memory was dumped before the first change of this attempt."""
        progress = self.earlier(journal)
        if self._arguments["permit"] and not (progress and progress.backed_up):
            raise FellesdriftError(
                "FD480",
                "the exchange was not dumped before it would be changed",
                host=self._target.host,
                key="EDD",
                found="no dump in the journal of this attempt",
                expected="a dump, with its time, before the first step",
                next_step="run the playbook from its start",
            )

    def _backed_up(self, journal: Journal, record: Recorder) -> dict[str, Any]:
        """What is in memory goes to disk once, before the first change of the attempt: half a change is no backup."""
        progress = self.earlier(journal)
        if progress is not None and (progress.backed_up or progress.before):
            return _told("unchanged", "dumped before the first change, by an earlier run")
        with self.opened() as host:
            if not self._differs(host):
                return _told("unchanged", "nothing is to be changed here")
            record("backup_intended", {"title": "dump what is in memory (EDD)"})
            said = dump(host)
        record("backup_dumped", {"said": list(said)})
        return _told("changed", "memory dumped before the first change")

    def _differs(self, host: Exchange) -> bool:
        return bool(self.differing(host, self._desired))

    def _verified(self, record: Recorder) -> dict[str, Any]:
        """A new session proves that the exchange is as desired. It is not dumped yet."""
        with self.opened() as host:
            left = self.differing(host, self._desired)
            self.refuse_differing(left)
            self._lookout.read_again(host.name, read_all(host, DIALLED))
        self._lookout.refuse_unreached("what was read in a new session", [self._target.host])
        if self._arguments["permit"]:
            record("verified", {"attributes": _attributes(self._desired)})
        return _told("unchanged", "as desired, read in a new session; not dumped yet")

    def _dumped(self, record: Recorder) -> dict[str, Any]:
        """The last look, and then the dump: from here on the change outlives a sysload."""
        self._verified(record)
        record("save_intended", {"title": "dump the change (EDD)"})
        with self.opened() as host:
            said = dump(host)
        record("host_saved", {"said": list(said)})
        return _told("changed", "dumped")

    def _prove_back(self, record: Recorder, *, drained: bool) -> None:
        """Proven in a new session, and dumped: somebody's dump, or the nightly one, may have written our change."""
        super()._prove_back(record, drained=drained)
        if self._arguments["permit"] and not drained:
            self._dump_what_is_back(record)

    def _keep_given_back(self, earlier: HostProgress, record: Recorder) -> None:
        """What went back while it was drained could not be dumped then: a sysload would have drained it again."""
        if earlier.back:
            self._dump_what_is_back(record)

    def _dump_what_is_back(self, record: Recorder) -> None:
        record("save_intended", {"title": "dump what is back (EDD)"})
        with self.opened() as host:
            dump(host)


def _attributes(desired: Resources) -> int:
    return sum(len(one) for keys in desired.values() for one in keys.values())


def _told(status: str, summary: str) -> dict[str, Any]:
    return {"changed": status == "changed", "status": status, "steps": [], "summary": summary}
