"""Which appearance of a number is its MARP: one of them is, and the exchange sees to it. So that nothing is left to
it, the one that is to be MARP is entered as such before another place goes."""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.state.pbx.catalogue.set_draft import Draft, Place, dns
from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.pbx.kinds import Keys, Resource

type Places = dict[str, list[Place]]


def places_of(sets: Mapping[str, Resource | None], customer: int) -> Places:
    """Where each number appears, in the order of terminal numbers."""
    found: Places = {}
    for tn, resource in sorted(sets.items()):
        if resource is not None and resource["customer"] == customer:
            for number, key in dns(resource):
                found.setdefault(key["dn"], []).append((tn, number))
    return found


def settle(host: str, drafts: dict[str, Draft], there: Keys, claims: Keys, customer: int) -> None:
    """Say of every key that is entered whether it is MARP, and enter those that become it. Drafts are changed, and one
    may be added. Raises RefusedStateError (FD452) where it is not clear."""
    final: dict[str, Resource | None] = {**there, **{tn: draft.want for tn, draft in drafts.items()}}
    places = places_of(final, customer)
    for dn in _touched(drafts):
        if dn not in places:
            continue
        said = {place: _claimed(claims, place) for place in places[dn]}
        holder = _holder(host, dn, places[dn], said, there)
        for place in places[dn]:
            _mark(drafts, there, place, place == holder)


def _touched(drafts: dict[str, Draft]) -> list[str]:
    """Numbers that come, go, or are entered again."""
    found: dict[str, None] = {}
    for draft in drafts.values():
        for resource in (draft.have, draft.want):
            for number, key in dns(resource):
                if number in draft.keys or draft.want is None:
                    found[key["dn"]] = None
    return list(found)


def _claimed(claims: Keys, place: Place) -> bool | None:
    key = (claims.get(place[0], {}).get("keys") or {}).get(place[1])
    return None if key is None else key.get("marp")


def _holder(host: str, dn: str, places: list[Place], said: dict[Place, bool | None], there: Keys) -> Place:
    wanted = [place for place in places if said[place]]
    may = wanted or [place for place in places if said[place] is not False]
    now = [place for place in may if _is_marp(there, place, dn)]
    if len(wanted) > 1 or not may or (len(may) > 1 and not now):
        shown = ", ".join(f"{tn} key {number}" for tn, number in places)
        found = "several that are to be" if len(wanted) > 1 else "none that is said to be, or may be"
        raise RefusedStateError(host, f"number {dn}", f"{found}: {shown}", "exactly one appearance with `marp: true`")
    return (wanted or now or may)[0]


def _is_marp(there: Keys, place: Place, dn: str) -> bool:
    key = there.get(place[0], {}).get("keys", {}).get(place[1])
    return bool(key and key.get("dn") == dn and key["marp"])


def _mark(drafts: dict[str, Draft], there: Keys, place: Place, marp: bool) -> None:
    tn, number = place
    draft = drafts.get(tn)
    if draft is None:
        held = there[tn]["keys"][number]
        if held["marp"] == marp or not marp:
            return  # another becomes MARP, and the exchange takes it from this one
        draft = drafts[tn] = Draft(tn, there[tn], there[tn], {})
    if draft.want is None:
        return
    key = {**draft.want["keys"][number], "marp": marp}
    draft.want = {**draft.want, "keys": {**draft.want["keys"], number: key}}
    before = (draft.have or {}).get("keys", {}).get(number)
    if before is None or {**before, "marp": marp} != key or (marp and not before["marp"]):
        draft.keys.add(number)
    else:
        draft.keys.discard(number)
