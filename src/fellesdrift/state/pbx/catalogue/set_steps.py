"""The steps of sets, in their order, with what the exchange does of its own accord after each."""

from __future__ import annotations

from typing import Any

from fellesdrift.state.pbx.catalogue import set_dialogue, set_forms
from fellesdrift.state.pbx.catalogue.name import NAMES
from fellesdrift.state.pbx.catalogue.set_draft import Draft, dns
from fellesdrift.state.pbx.catalogue.set_marp import Places
from fellesdrift.state.pbx.catalogue.set_order import numbers_of
from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.pbx.exchange import FORMS, Exchange
from fellesdrift.state.pbx.kinds import ABSENT, PRESENT, Effect, Keys, Resource, Scene, Step
from fellesdrift.state.typed.claims import Words

CLASSES = Words(set_forms.place_of)


def form_of(exchange: Exchange, sets: Keys) -> str:
    """How terminal numbers are typed: as the inventory says, or as those that are there tell. Raises RefusedStateError
    (FD452) when neither does."""
    if exchange.form in FORMS:
        return exchange.form
    parts = [[int(part) for part in tn.split()] for tn in sets]
    if any(shelf or card for _, shelf, card, _ in parts):
        return "large"
    # a large system's loops are multiples of four
    if any(loop % 4 for loop, _, _, _ in parts):
        return "small"
    raise RefusedStateError(
        exchange.name,
        "fellesdrift_exchange_form",
        f"{exchange.form or 'nothing'}, and {len(sets)} sets that do not tell",
        "small (terminal numbers are typed `c u`) or large (`l s c u`)",
        "set fellesdrift_exchange_form for this host",
    )


class Work:
    """Goes through the drafts in their order, and keeps what is there after each."""

    def __init__(self, scene: Scene, sets: Keys, places: Places, final: Places, customer: int) -> None:
        self._scene = scene
        self._sets = dict(sets)
        self._customer = customer
        self._form = form_of(scene.exchange, sets)
        self._places = {dn: [tn for tn, _ in found] for dn, found in places.items()}
        self._began = frozenset(places)
        self._final = final
        self._lost: set[str] = set()

    def step(self, draft: Draft, *, early: bool) -> Step:
        tn = set_dialogue.typed_tn(draft.tn, self._form)
        comes, leaves = numbers_of(draft)
        if draft.want is None:
            have = self._sets.pop(draft.tn)
            title, dialogue = f"Remove set {draft.tn}", set_dialogue.out(tn, have["type"])
            before, after = have, dict(ABSENT)
        elif draft.have is None:
            title = f"Add {draft.want['type']} {draft.tn}"
            dialogue = set_dialogue.new(tn, draft.want, self._customer)
            before, after = dict(ABSENT), {**draft.want, PRESENT: True}
            self._sets[draft.tn] = draft.want
        else:
            have = self._sets[draft.tn]
            title = f"Change set {draft.tn}"
            before, after = changed(draft, have)
            dialogue = set_dialogue.change(tn, have["type"], items_of(draft.change), entered(draft, have))
            self._sets[draft.tn] = draft.want
        taken, freed, also = self._follow(draft, comes, leaves)
        return Step(
            "set",
            draft.tn,
            title,
            before,
            after,
            (dialogue,),
            also=tuple(also),
            takes=frozenset(taken),
            frees=frozenset(freed),
            leaves=frozenset(leaves),
            phase="remove" if draft.want is None and not early else "make",
        )

    def _follow(self, draft: Draft, comes: set[str], leaves: set[str]) -> tuple[set[str], set[str], list[Effect]]:
        """What the exchange does of its own accord: MARP goes from others, names go with numbers that are gone."""
        also = [
            effect for number, key in dns(draft.want) if number in draft.keys for effect in self._unmark(draft, key)
        ]
        taken = {dn for dn in comes if dn not in self._places}
        for dn in comes:
            self._places.setdefault(dn, []).append(draft.tn)
        freed = set()
        for dn in sorted(leaves):
            self._places[dn].remove(draft.tn)
            if not self._places[dn]:
                del self._places[dn]
                freed.add(dn)
                also += self._forget_name(dn)
        return taken - self._began, freed - self._final.keys(), also

    def _unmark(self, draft: Draft, key: dict[str, Any]) -> list[Effect]:
        found = []
        if not key["marp"]:
            return []
        for tn in self._places.get(key["dn"], []):
            for number_of_key, other in dns(self._sets.get(tn)) if tn != draft.tn else ():
                if other["dn"] == key["dn"] and other["marp"]:
                    self._put(tn, number_of_key, {**other, "marp": False})
                    was, now = ({"keys": {number_of_key: {"marp": marp}}} for marp in (True, False))
                    found.append(Effect("set", tn, was, now))
        return found

    def _put(self, tn: str, number_of_key: str, key: dict[str, Any]) -> None:
        self._sets[tn] = {**self._sets[tn], "keys": {**self._sets[tn]["keys"], number_of_key: key}}

    def _forget_name(self, dn: str) -> list[Effect]:
        held = self._scene.whole(NAMES).get(dn)
        if held is None or dn in self._lost:
            return []
        if dn in self._final and "name" not in self._scene.claims("name", dn):
            raise RefusedStateError(
                self._scene.exchange.name,
                f"number {dn}",
                "it leaves its last set for a while, and its name goes with it",
                f"name/{dn} in the desired state, so that it is named again",
            )
        self._lost.add(dn)
        return [Effect("name", dn, held, dict(ABSENT))]


def changed(draft: Draft, have: Resource) -> tuple[Resource, Resource]:
    """(before, after) of a set that stays: keys whole, everything else as far as it changes."""
    want: Resource = draft.want or {}
    before: Resource = {}
    after: Resource = {}
    if "des" in draft.change:
        before["des"], after["des"] = have["des"], draft.change["des"]
    if "fields" in draft.change:
        after["fields"] = dict(draft.change["fields"])
        before["fields"] = {name: have["fields"][name] for name in after["fields"]}
    if "class_of_service" in draft.change:
        after["class_of_service"] = list(draft.change["class_of_service"])
        before["class_of_service"] = CLASSES.narrowed(have["class_of_service"], after["class_of_service"])
    if draft.keys:
        numbers = sorted(draft.keys)
        before["keys"] = {number: have["keys"].get(number) for number in numbers}
        after["keys"] = {number: want["keys"].get(number) for number in numbers}
    return before, after


def items_of(change: Resource) -> list[str]:
    """What is typed at ITEM, but for keys."""
    found = [f"DES {change['des']}"] if "des" in change else []
    found += [f"{name} {value or 'X'}" for name, value in change.get("fields", {}).items()]
    if change.get("class_of_service"):
        found.append(f"CLS {' '.join(change['class_of_service'])}")
    return found


def entered(draft: Draft, have: Resource) -> list[tuple[str, dict[str, Any] | None]]:
    """The keys to enter, in order. Where a number goes from one key of the set to another, its old key is emptied
    first: no set has a number twice."""
    want: Resource = draft.want or {}
    wanted = [(number, want["keys"].get(number)) for number in sorted(draft.keys, key=int)]
    empty = [(number, key) for number, key in wanted if key is None]
    others = [(number, key) for number, key in wanted if key is not None]
    held = {key["dn"]: number for number, key in dns(have)}
    moving = {held.get(key.get("dn", "")) for number, key in others if held.get(key.get("dn", "")) != number}
    # key 00 cannot be empty
    empty += [(number, None) for number, _ in others if number in moving and number != "00"]
    return [*empty, *others]
