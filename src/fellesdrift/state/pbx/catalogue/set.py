"""Telephones: LD 20, which is linked to LD 10 and LD 11, so that NEW, CHG and OUT work from there too."""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.state.forms import number
from fellesdrift.state.pbx.catalogue import set_forms
from fellesdrift.state.pbx.catalogue.set_draft import Draft, dns, drafts_of
from fellesdrift.state.pbx.catalogue.set_marp import places_of, settle
from fellesdrift.state.pbx.catalogue.set_order import in_order
from fellesdrift.state.pbx.catalogue.set_print import TN, sets_of
from fellesdrift.state.pbx.catalogue.set_steps import CLASSES, Work
from fellesdrift.state.pbx.errors import RefusedStateError, UnreadablePrintError
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.pbx.kinds import Attribute, Keys, Kind, Resource, Scene, Step
from fellesdrift.state.pbx.prints import Print
from fellesdrift.state.typed.claims import MEMBERS, NESTED

_OVERLAY = 20


class SetKind(Kind):
    """Sets by terminal number, as it is printed."""

    name = "set"
    rank = 30
    in_order = True
    shares = True
    attributes: Mapping[str, Attribute] = {
        "type": Attribute(set_forms.TYPE),
        "des": Attribute(set_forms.DES),
        "customer": Attribute(number(0, 99)),
        "class_of_service": Attribute(set_forms.CLASSES, CLASSES),
        "fields": Attribute(set_forms.FIELD_VALUES, MEMBERS),
        "keys": Attribute(set_forms.KEYS, NESTED),
    }

    def key(self, key: str) -> str:
        if not TN.fullmatch(key):
            raise ValueError("a terminal number as it is printed: 014 0 00 03")
        return key

    def codes(self, _key: str, resource: Resource) -> frozenset[str]:
        return frozenset(key["dn"] for _, key in dns(resource))

    def read(self, exchange: Exchange) -> Keys:
        """All sets by one print. That there are none is believed only when no number is on a set either."""
        answers = {"REQ": "PRT", "TYPE": "TNB", "TN": "", "DATE": "", "PAGE": "", "DES": ""}
        page = Print(exchange.name, "LD 20 TNB", exchange.print(_OVERLAY, answers, nothing=True), heading="TYPE TNB")
        if page.nothing:
            _refuse_numbers(exchange)
        return sets_of(page)

    def steps(self, scene: Scene, changes: Mapping[str, Resource], _have: Keys) -> list[Step]:
        if not changes:
            return []
        host, customer = scene.exchange.name, int(scene.exchange.customer)
        there = scene.whole(self)
        drafts = drafts_of(host, changes, there)
        _refuse_other_customers(host, drafts, customer)
        settle(host, drafts, there, scene.want.get(self.name, {}), customer)
        before = places_of(there, customer)
        after = places_of({**there, **{tn: draft.want for tn, draft in drafts.items()}}, customer)
        drafts = {tn: draft for tn, draft in drafts.items() if draft.to_do}
        order = in_order(host, drafts, before, after)
        last = max((at for at, draft in enumerate(order) if draft.want is not None), default=-1)
        work = Work(scene, there, before, after, customer)
        return [work.step(draft, early=at < last) for at, draft in enumerate(order)]


def _refuse_numbers(exchange: Exchange) -> None:
    """FD451 when the exchange prints no set, and yet a number that is on one."""
    answers = {"REQ": "PRT", "TYPE": "DNB", "CUST": exchange.customer, "DN": "", "DATE": "", "PAGE": "", "DES": ""}
    page = Print(exchange.name, "LD 20 DNB", exchange.print(_OVERLAY, answers, nothing=True), heading="TYPE DNB")
    for number_of_line, line in page.lines:
        if line.startswith("TN "):
            raise UnreadablePrintError(
                exchange.name, f"LD 20 DNB, line {number_of_line}", 0, repr(line), "no set, as the print of sets says"
            )


def _refuse_other_customers(host: str, drafts: dict[str, Draft], customer: int) -> None:
    for tn, draft in drafts.items():
        for resource in (draft.have, draft.want):
            if resource is not None and resource.get("customer", 0) != customer:
                found = f"customer {resource['customer']}"
                raise RefusedStateError(host, f"set/{tn}", found, f"a set of customer {customer}, the one worked with")
