"""What must hold for the numbering plan: every number is one thing, and can be reached from every exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fellesdrift.estate import dialling, names
from fellesdrift.estate.draft import Draft, KeyPath, key_text
from fellesdrift.estate.numbering import ExtensionRange, Numbering
from fellesdrift.estate.people import NumberRange
from fellesdrift.estate.references import refers

VARIABLE = "fellesdrift_numbering"
EXCHANGES = frozenset({"succession", "meridian"})


def check(draft: Draft) -> None:
    """All checks of the numbering plan; an estate without one has none."""
    plan = draft.numbering
    if plan is None:
        return
    for key, each in plan.ranges.items():
        _range(draft, plan, each, (VARIABLE, "ranges", key))
    for key, special in plan.special_numbers.items():
        if special.exchange is not None:
            _exchange(draft, special.exchange, (VARIABLE, "special_numbers", key, "exchange"))
    _stage(draft, plan)
    _trunks(draft, plan)
    _overlaps(draft, plan)
    _codes(draft, plan)
    _reached(draft, plan)
    _emergency(draft, plan)


def _range(draft: Draft, plan: Numbering, each: ExtensionRange, path: KeyPath) -> None:
    refers(draft, "municipalities", "FD110", each.municipality, (*path, "municipality"))
    _exchange(draft, each.exchange, (*path, "exchange"))
    if len(each.first) != plan.extension_length:
        draft.refuse(
            "FD181",
            "The extensions are not as long as those of the plan.",
            (*path, "first"),
            found=f"{each.first} to {each.last}",
            expected=f"{plan.extension_length} digits, as extension_length says",
        )
    if each.exchange_after is not None:
        _exchange(draft, each.exchange_after, (*path, "exchange_after"))
        if plan.stage is None:
            draft.refuse(
                "FD187",
                "The range moves, and the plan does not say with which stage.",
                (*path, "exchange_after"),
                found=each.exchange_after,
                expected=f"`stage:` in {VARIABLE}, the id of a stage",
            )
    _public(draft, each, path)


def _stage(draft: Draft, plan: Numbering) -> None:
    known = draft.names("stages")
    if plan.stage is not None and "stages" in draft.declared and plan.stage not in known:
        draft.refuse(
            "FD187",
            f"There is no stage {plan.stage!r}, with which ranges would move.",
            (VARIABLE, "stage"),
            found=plan.stage,
            expected=names.one_of(known),
            next_step=names.did_you_mean(plan.stage, known),
        )


def _exchange(draft: Draft, name: str, path: KeyPath) -> None:
    """It is a host, and a telephone exchange."""
    host = draft.hosts.get(name)
    if refers(draft, "hosts", "FD114", name, path) and host is not None and host.platform not in EXCHANGES:
        known = [each.name for each in draft.hosts.values() if each.platform in EXCHANGES]
        draft.refuse(
            "FD186",
            "The host is no telephone exchange.",
            path,
            found=f"{name}, {host.platform}",
            expected=names.one_of(known),
            next_step=names.did_you_mean(name, known),
        )


def _public(draft: Draft, each: ExtensionRange, path: KeyPath) -> None:
    """The public numbers of a range are numbers of its municipality, all of them."""
    owner = draft.municipalities.get(each.municipality)
    if each.public is None or owner is None or owner.numbers is None:
        return
    plan = {"ranges": {"": each.model_dump()}}
    first, last = (dialling.public_number(extension, plan) for extension in (each.first, each.last))
    if first not in owner.numbers or last not in owner.numbers:
        draft.refuse(
            "FD188",
            f"Public numbers of the range are none of {each.municipality!r}.",
            (*path, "public"),
            found=f"{first} to {last}",
            expected=_text(owner.numbers),
        )


def _text(numbers: NumberRange) -> str:
    return f"{numbers.first} to {numbers.last}"


def _trunks(draft: Draft, plan: Numbering) -> None:
    """Lines end at exchanges, and a route leads to one place."""
    seen: dict[tuple[str, int], KeyPath] = {}
    for key, line in plan.trunks.items():
        for index, end in enumerate(line.ends):
            path: KeyPath = (VARIABLE, "trunks", key, "ends", index)
            _exchange(draft, end.exchange, (*path, "exchange"))
            first = seen.setdefault((end.exchange, end.route), (*path, "route"))
            if first != (*path, "route"):
                draft.refuse(
                    "FD185",
                    f"The route of {end.exchange} leads to two places.",
                    (*path, "route"),
                    found=end.route,
                    expected="a route of its own for each line",
                    details=[f"also at: {key_text(first)}", f"in:      {draft.locate(None, first)}"],
                )


def _overlaps(draft: Draft, plan: Numbering) -> None:
    """No extension is in two ranges. Extensions of one length are in the order of their digits."""
    ordered = sorted(plan.ranges.items(), key=lambda item: (len(item[1].first), item[1].first, item[1].last))
    widest: tuple[str, ExtensionRange] | None = None
    for key, each in ordered:
        if widest is not None and len(each.first) == len(widest[1].first) and each.first <= widest[1].last:
            draft.refuse(
                "FD180",
                "Two ranges have extensions in common.",
                (VARIABLE, "ranges", key, "first"),
                found=f"{each.first} to {each.last} of {key!r} and {widest[1].first} to {widest[1].last} "
                f"of {widest[0]!r}",
                expected="ranges that do not overlap",
            )
        if widest is None or len(each.last) > len(widest[1].last) or each.last > widest[1].last:
            widest = (key, each)


@dataclass(frozen=True)
class _Dialled:
    """A code that is dialled: what it is, where it is said, and at which exchange only (None: at all)."""

    code: str
    what: str
    path: KeyPath
    exchange: str | None = None


def _all_codes(plan: Numbering) -> Iterator[_Dialled]:
    for key, special in plan.special_numbers.items():
        yield _Dialled(special.number, special.title, (VARIABLE, "special_numbers", key, "number"))
    for key, line in plan.trunks.items():
        for index, end in enumerate(line.ends):
            if end.access_code is not None:
                path: KeyPath = (VARIABLE, "trunks", key, "ends", index, "access_code")
                yield _Dialled(end.access_code, f"route {end.route} of {end.exchange}", path, end.exchange)


def _codes(draft: Draft, plan: Numbering) -> None:
    """An exchange rings when a code is complete, so none may be the beginning of another, nor of an extension."""
    before: list[_Dialled] = []
    for each in _all_codes(plan):
        others = [f"extensions of {name}" for name, other in plan.ranges.items() if _begins_in(each.code, other)]
        others += [f"{other.code}, {other.what}" for other in before if _clash(each, other)]
        before.append(each)
        if others:
            draft.refuse(
                "FD182",
                "What is dialled is the beginning of something else, or something else is its beginning.",
                each.path,
                found=f"{each.code}, {each.what}; and {names.listed(others)}",
                expected="a code that nothing else begins with, and that begins with nothing else",
            )


def _clash(one: _Dialled, other: _Dialled) -> bool:
    """At one exchange, and one begins with the other."""
    together = one.exchange is None or other.exchange is None or one.exchange == other.exchange
    return together and (one.code.startswith(other.code) or other.code.startswith(one.code))


def _begins_in(code: str, each: ExtensionRange) -> bool:
    """Whether an extension of the range begins with the code, or is a beginning of it."""
    length = len(each.first)
    low, high = code[:length].ljust(length, "0"), code[:length].ljust(length, "9")
    return low <= each.last and each.first <= high


def _reached(draft: Draft, plan: Numbering) -> None:
    """From every exchange of the plan lines lead to every other one that has numbers, before and after the stage."""
    owners: dict[str, KeyPath] = {}
    for key, each in plan.ranges.items():
        owners.setdefault(each.exchange, (VARIABLE, "ranges", key, "exchange"))
        if each.exchange_after is not None:
            owners.setdefault(each.exchange_after, (VARIABLE, "ranges", key, "exchange_after"))
    for key, special in plan.special_numbers.items():
        if special.exchange is not None:
            owners.setdefault(special.exchange, (VARIABLE, "special_numbers", key, "exchange"))
    exchanges = _of_plan(draft, plan, owners)
    for owner, path in owners.items():
        if owner not in exchanges:
            continue  # told already: it is no exchange
        without = [each for each in exchanges if owner not in dialling.reachable(each, plan)]
        if without:
            draft.refuse(
                "FD183",
                f"No lines lead to {owner} from {names.listed(without)}: its numbers have no route there.",
                path,
                found=owner,
                expected="lines in `trunks`, over other exchanges or directly",
            )


def _of_plan(draft: Draft, plan: Numbering, owners: Iterable[str]) -> list[str]:
    """The exchanges that the plan speaks of, each once; without names that are none."""
    ends = [end.exchange for line in plan.trunks.values() for end in line.ends]
    known = {name for name, host in draft.hosts.items() if host.platform in EXCHANGES}
    return [name for name in dict.fromkeys([*owners, *ends]) if name in known]


def _emergency(draft: Draft, plan: Numbering) -> None:
    """There are emergency numbers, and from every exchange a way to the public network."""
    if not any(special.kind == "emergency" for special in plan.special_numbers.values()):
        draft.refuse(
            "FD189",
            "The plan has no emergency number, so nothing would hold that one is reached.",
            (VARIABLE, "special_numbers"),
            found=names.listed(special.number for special in plan.special_numbers.values()) or "none",
            expected="the numbers of `kind: emergency`, such as 110, 112 and 113",
        )
    owners = [each.exchange for each in plan.ranges.values()]
    for exchange in _of_plan(draft, plan, owners):
        try:
            dialling.public_route(exchange, plan)
        except ValueError:
            draft.refuse(
                "FD184",
                f"No lines lead from {exchange} to the public network: emergency numbers have no route there.",
                (VARIABLE, "trunks"),
                found=exchange,
                expected="a line with `public: true` at it, or at an exchange that it reaches",
            )
