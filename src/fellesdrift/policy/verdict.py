"""Is what the table permits permitted, and what it denies denied? Computed from what a device reports of itself.

For every flow: the list at the interface by which the device itself would send an answer, the list at the interface by
which it sends the packet on, and for a permitted flow the answers the other way. Last, whatever the lists let through
besides, whoever it pretends to come from (the device itself aside). A form that is not known gives `inconclusive`,
never a pass. Nothing is sent: cables, neighbours and translation are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from fellesdrift.policy import acl, boxes
from fellesdrift.policy.boxes import Box, Interval
from fellesdrift.policy.filtering import Filtering
from fellesdrift.policy.rows import Row, intervals, service_box

type Answer = Literal["permit", "deny", "mixed", "inconclusive"]
type Way = tuple[str, str]
_INSPECTED = {boxes.TCP: "tcp", boxes.UDP: "udp", boxes.ICMP: "icmp"}
REST = "everything else"


@dataclass(frozen=True)
class FlowVerdict:
    """One flow. expect: what the table says; answer: what the device does. why: a counter-example, or the line that is
    not understood."""

    rule: str
    expect: Literal["permit", "deny"]
    source: str
    destination: str
    service: str
    answer: Answer
    why: str = ""

    @property
    def right(self) -> bool:
        """Whether the device does what the table says."""
        return self.answer == self.expect

    def text(self) -> str:
        """One line for people."""
        flow = f"{self.rule}: {self.source} to {self.destination}, {self.service}"
        return f"{flow}: {self.answer} instead of {self.expect}" + (f" ({self.why})" if self.why else "")


@dataclass(frozen=True)
class Report:
    """What was found on one device; `basis` says how."""

    verdicts: list[FlowVerdict]
    basis: Literal["computed"] = "computed"

    def count(self, expect: str) -> int:
        """How many flows are, as the table says, permitted ("permit") or forbidden ("deny")."""
        return sum(1 for verdict in self.verdicts if verdict.right and verdict.expect == expect)

    @property
    def wrong(self) -> list[FlowVerdict]:
        """Flows that are known not to be as the table says."""
        return [verdict for verdict in self.verdicts if not verdict.right and verdict.answer != "inconclusive"]

    @property
    def unknown(self) -> list[FlowVerdict]:
        """Flows of which nothing is known."""
        return [verdict for verdict in self.verdicts if verdict.answer == "inconclusive"]

    def as_data(self) -> dict[str, Any]:
        """Counts as JSON data."""
        counts = {"permitted": self.count("permit"), "forbidden": self.count("deny")}
        return counts | {"wrong": len(self.wrong), "inconclusive": len(self.unknown), "basis": self.basis}


@dataclass(frozen=True)
class _Flow:
    """A flow of the table; parts: what no earlier row decides of it, cut by the interfaces in and out ("": no way)."""

    verdict: FlowVerdict
    parts: list[tuple[Way, Box]] = field(default_factory=list)


def judge(filtering: Filtering, rows: Sequence[Row]) -> Report:
    """All flows of the rows that cross this device, and what it lets through besides."""
    return _Judge(filtering).report(rows)


class _Judge:
    def __init__(self, filtering: Filtering) -> None:
        self._device = filtering
        self._ways = filtering.forwarding()
        self._own = filtering.own()
        self._allowed: dict[Way, list[Box]] = {}

    def report(self, rows: Sequence[Row]) -> Report:
        flows = list(self._flows(rows))
        for flow in flows:
            if flow.verdict.expect == "permit":
                for way, box in flow.parts:
                    self._allowed.setdefault(way, []).append(box)
        verdicts = [self._verdict(flow) for flow in flows]
        return Report([*verdicts, *(self._rest() if rows else ())])

    # -- the table on this device

    def _flows(self, rows: Sequence[Row]) -> Iterator[_Flow]:
        earlier: list[Box] = []
        for row in rows:
            mine: list[Box] = []
            for source in row.sources:
                for destination in row.destinations:
                    for service in row.services:
                        whole = list(_packets(row, source, destination, service))
                        mine += whole
                        parts = [part for box in boxes.without(whole, earlier) for part in self._cut(box)]
                        if parts:
                            verdict = FlowVerdict(row.rule, row.action, source, destination, service, row.action)
                            yield _Flow(verdict, parts)
            earlier += mine

    def _cut(self, box: Box) -> Iterator[tuple[Way, Box]]:
        """By the way in and the way out; what does not cross the device, or is for itself, is left out."""
        for source, entries in self._pieces(box[0]):
            for destination, exits in self._pieces(box[1]):
                for way in ((one, other) for one in entries or {""} for other in exits or {""}):
                    if way[0] != way[1]:
                        yield way, (source, destination, *box[2:])

    def _pieces(self, interval: Interval) -> Iterator[tuple[Interval, frozenset[str]]]:
        """The device's own addresses are left out: what is for itself does not cross it, and nobody else is it."""
        for piece, out in self._ways:
            if shared := boxes.overlap(interval, piece):
                for part in boxes.outside((own for own in self._own if boxes.overlap(own, shared)), shared):
                    yield part, out

    # -- what the device does

    def _verdict(self, flow: _Flow) -> FlowVerdict:
        if self._device.unknown:
            return replace(flow.verdict, answer="inconclusive", why=self._device.unknown[0])
        passed = refused = False
        why = ""
        for way, box in flow.parts:
            if "" in way:
                refused, why = True, why or f"no way: {boxes.example(box)}"
                continue
            asked = [box] if flow.verdict.expect == "permit" else boxes.without([box], self._replies_to(way))
            done = self._through(way, asked)
            if flow.verdict.expect == "permit":
                for reply in boxes.replies(box):
                    if not self._inspected(way, reply):
                        back = self._through((way[1], way[0]), [reply])
                        done.denied += back.denied
                        done.unknown += back.unknown
                        done.entry = done.entry or back.entry
            if done.unknown:
                return replace(flow.verdict, answer="inconclusive", why=f"`{done.entry}`")
            passed, refused = passed or bool(done.permitted), refused or bool(done.denied)
            odd = done.denied if flow.verdict.expect == "permit" else done.permitted
            why = why or (boxes.example(odd[0]) if odd else "")
        answer: Answer = "mixed" if passed and refused else "permit" if passed else "deny"
        return replace(flow.verdict, answer=answer, why="" if answer == flow.verdict.expect else why)

    def _through(self, way: Way, packets: Sequence[Box]) -> acl.Decided:
        """The list on the way in, then the one on the way out. A way over a disabled interface is none."""
        entry, leave = self._device.interfaces[way[0]], self._device.interfaces[way[1]]
        first = acl.decide(self._list(entry.access_in), packets)
        second = acl.decide(self._list(leave.access_out), first.permitted)
        return acl.Decided(
            second.permitted, first.denied + second.denied, first.unknown + second.unknown, first.entry or second.entry
        )

    def _list(self, name: str | None) -> Sequence[str] | None:
        return None if name is None else self._device.lists.get(name)

    def _inspected(self, way: Way, answer: Box) -> bool:
        protocol = _INSPECTED[answer[2][0]]
        entry, leave = self._device.interfaces[way[0]], self._device.interfaces[way[1]]
        return protocol in entry.inspect_in or protocol in leave.inspect_out

    def _replies_to(self, way: Way) -> list[Box]:
        """Answers that go this way: they belong to permitted flows, whatever the rows say of questions."""
        return [answer for box in self._allowed.get((way[1], way[0]), ()) for answer in boxes.replies(box)]

    # -- what it does besides

    def _rest(self) -> Iterator[FlowVerdict]:
        """For each pair of interfaces: is there a packet that the lists let through and no row permits?"""
        for entry in self._device.entrances():
            for leave in self._device.interfaces:
                targets = [piece for piece, out in self._pieces(boxes.ADDRESSES) if leave in out]
                if entry != leave and targets:
                    yield self._rest_of((entry, leave), targets)

    def _rest_of(self, way: Way, targets: Sequence[Interval]) -> FlowVerdict:
        right = FlowVerdict(REST, "deny", f"all from {way[0]}", f"all to {way[1]}", "any", "deny")
        if self._device.unknown:
            return replace(right, answer="inconclusive", why=self._device.unknown[0])
        names = (self._device.interfaces[way[0]].access_in, self._device.interfaces[way[1]].access_out)
        for text in (text for name in names for text in self._list(name) or ()):
            if (rule := acl.read(text)) is not None and rule.boxes is None:
                return replace(right, answer="inconclusive", why=f"`{text}`")
        expected = [*self._allowed.get(way, ()), *self._replies_to(way)]
        own: list[Box] = [(address, *boxes.EVERYTHING[1:]) for address in self._own]
        for box in self._let_in(names[0]):
            for target in targets:
                shared = boxes.intersect(box, (boxes.ADDRESSES, target, *boxes.EVERYTHING[2:]))
                odd = boxes.without(boxes.without([shared], expected), own) if shared else []
                if odd and (passed := self._through(way, odd).permitted):
                    return replace(right, answer="mixed", why=boxes.example(passed[0]))
        return right

    def _let_in(self, name: str | None) -> Iterator[Box]:
        """What the entries of a list permit, each by itself; everything where there is no list."""
        rules = [rule for text in self._list(name) or () if (rule := acl.read(text)) is not None]
        if not rules:
            yield boxes.EVERYTHING
        for rule in rules:
            if rule.permit:
                yield from rule.boxes or ()


def _packets(row: Row, source: str, destination: str, service: str) -> Iterable[Box]:
    wanted = service_box(service)
    for senders in intervals(source, row.not_from):
        for receivers in intervals(destination):
            yield (senders, receivers, *wanted[2:])
