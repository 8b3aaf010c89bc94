"""Kinds that are tables: what an overlay asks and prints for a sort of thing, as data, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.pbx.fields import Field, value_of, values
from fellesdrift.state.pbx.kinds import ABSENT, PRESENT, Attribute, Entry, Keys, Kind, Ref, Resource, Scene, Step
from fellesdrift.state.pbx.prints import Lines, Print

CUSTOMER = Exchange.customer
_PRINTED_CUSTOMER = f"{int(CUSTOMER):02}"


@dataclass(frozen=True)
class Section:
    """One sort of thing in one overlay.

    overlay     that changes it; prints: that prints it
    head        answers between REQ and the prompt of the code; CUST among them
    code        asks for the number or code; its `dials` says whether that can be dialled. None: a customer has one
    fields      in the order in which they are asked
    word        before the code in a resource's key (`DSC 32`); "" where a kind has only one section
    fixed       lines of a printed block, before the code's, that say nothing new
    leans       what has to be there for each of them
    may_lack    there may be none of it: then a code ends its print, and nothing else is said
    """

    overlay: int
    prints: int
    head: Mapping[str, str]
    code: Field | None
    fields: tuple[Field, ...]
    word: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    may_lack: bool = True
    leans: tuple[Ref, ...] = ()

    def key(self, code: str) -> str:
        """Of a resource."""
        return f"{self.word} {code}".lstrip()

    def asks(self, verb: str, code: str) -> dict[str, str]:
        """The answers up to the code."""
        return {"REQ": verb, **self.head, **({self.code.name: code} if self.code else {})}

    @property
    def during(self) -> str:
        """For people: which print."""
        words = [word.upper() for name, word in self.head.items() if name != "CUST"]
        return " ".join([f"LD {self.prints}", *words])


def customer_data(gate: str, *fields: Field) -> Section:
    """Data of the customer that LD 15 changes under a gate, and LD 21 prints under it."""
    head = {"TYPE": gate.lower(), "CUST": CUSTOMER}
    fixed = {"TYPE": gate, "CUST": _PRINTED_CUSTOMER}
    return Section(15, 21, head, None, fields, fixed=fixed, may_lack=False)


def routes(*fields: Field, code: Field) -> Section:
    """Data that LD 16 changes, and LD 21 prints."""
    head = {"TYPE": "rdb", "CUST": CUSTOMER}
    return Section(16, 21, head, code, fields, fixed={"TYPE": "RDB", "CUST": _PRINTED_CUSTOMER})


def networking(overlay: int, feature: str, *fields: Field, code: Field | None, word: str = "", **head: str) -> Section:
    """Data that LD 86, 87 and 90 change and print."""
    asked = {"CUST": CUSTOMER, "FEAT": feature, **head}
    leans = (("dialling_plan", CUSTOMER),) if code is not None else ()
    return Section(overlay, overlay, asked, code, fields, word, leans=leans)


@dataclass(frozen=True)
class TableStep(Step):
    """A step that knows all of its resource: was, will."""

    was: Resource = field(repr=False, default_factory=dict)
    will: Resource = field(repr=False, default_factory=dict)


class TableKind(Kind):
    """A kind that is described by its sections alone."""

    def __init__(self, name: str, rank: int, *sections: Section, removable: bool = True) -> None:
        self.name = name
        self.rank = rank
        self.removable = self.purgeable = removable
        self.sections = sections
        self.attributes = {each.attribute: Attribute(each.form) for section in sections for each in section.fields}

    # -- desired data

    def key(self, key: str) -> str:
        section, code = self.place(key)
        if section.code is None:
            if code != CUSTOMER:
                raise ValueError(f"the customer {CUSTOMER}")
            return code
        try:
            return section.key(str(section.code.form.take(section.code.read(code))))
        except (ValueError, TypeError) as error:
            raise ValueError(f"{section.key(section.code.form.expected)}") from error

    def place(self, key: str) -> tuple[Section, str]:
        """The section of a key, and the code in it. Raises ValueError(what is expected)."""
        word, _, code = key.rpartition(" ")
        for section in self.sections:
            if section.word == word:
                return section, code
        known = " or ".join(section.word for section in self.sections)
        raise ValueError(f"{known} and a code" if known else "a number")

    def check(self, key: str, resource: Resource) -> Resource:
        section, _ = self.place(key)
        known = {PRESENT, *(each.attribute for each in section.fields)}
        if not set(resource) <= known:
            raise ValueError(f"of {key} only {', '.join(sorted(known - {PRESENT}))}")
        return resource

    # -- the print

    def read(self, exchange: Exchange) -> Keys:
        found: Keys = {}
        for section in self.sections:
            said = exchange.print(section.prints, section.asks("prt", ""), nothing=section.may_lack)
            found |= self.parse(section, Print(exchange.name, section.during, said))
        return found

    def parse(self, section: Section, printed: Print) -> Keys:
        """The resources of a whole print. Raises UnreadablePrintError (FD451)."""
        found: Keys = {}
        for block in printed.blocks():
            key, resource = self._resource(section, printed, block)
            if key in found:
                raise printed.refused(*block[0], f"{key} once")
            found[key] = resource
        return found

    def _resource(self, section: Section, printed: Print, block: Lines) -> tuple[str, Resource]:
        head, rest = block[: len(section.fixed)], block[len(section.fixed) :]
        for (number, line), fixed in zip(head, section.fixed.items(), strict=False):
            if printed.field(number, line) != fixed:
                raise printed.refused(number, line, " ".join(fixed))
        if section.code is None:
            return CUSTOMER, {PRESENT: True, **self.attributes_of(section, printed, rest)}
        if not rest:
            raise printed.refused(*block[-1], f"{section.code.name} behind it")
        _, text = printed.field(*rest[0], section.code.name)
        code = str(value_of(printed, section.code, text, *rest[0]))
        return section.key(code), {PRESENT: True, **self.attributes_of(section, printed, rest[1:])}

    def attributes_of(self, section: Section, printed: Print, block: Lines) -> dict[str, Any]:
        """The attributes in the lines behind a block's head. Raises UnreadablePrintError."""
        return values(printed, block, section.fields)

    # -- dialogues

    def steps(self, scene: Scene, changes: Mapping[str, Resource], have: Keys) -> list[Step]:
        return [self._step(scene.exchange.name, key, change, have[key]) for key, change in changes.items()]

    def _step(self, host: str, key: str, change: Resource, there: Resource) -> Step:
        section, _ = self.place(key)
        if not change.get(PRESENT, True):
            return self.step(section, key, "out", there, dict(ABSENT), ())
        if there[PRESENT]:
            after = {**there, **change}
            self.refuse(host, key, section, there, after)
            return self.step(section, key, "chg", there, after, tuple(change))
        if section.overlay == 15:
            raise RefusedStateError(host, f"{self.name}/{key}", "no such customer", "a customer that the exchange has")
        defaults = {each.attribute: each.default for each in section.fields if each.default is not None}
        after = {PRESENT: True, **defaults, **change}
        missing = self.missing(section, after)
        if missing:
            raise RefusedStateError(
                host, f"{self.name}/{key}", f"nothing, and no {', '.join(missing)}", "all that a new one needs"
            )
        return self.step(section, key, "new", dict(ABSENT), after, ())

    def missing(self, section: Section, after: Resource) -> list[str]:
        """What nobody has said of a new one."""
        return [each.attribute for each in section.fields if each.attribute not in after]

    def refuse(self, host: str, key: str, section: Section, there: Resource, after: Resource) -> None:
        """Raises RefusedStateError for what no dialogue makes of a thing that is there: a text that is to become empty
        where nothing known makes it so, for a bare return would keep it."""
        for each in section.fields:
            if after.get(each.attribute) == "" != there.get(each.attribute, "") and each.erase is None:
                raise RefusedStateError(
                    host,
                    f"{self.name}/{key} {each.attribute}",
                    str(there[each.attribute]),
                    "another value: nothing that an exchange asks makes this one empty",
                )

    def step(
        self, section: Section, key: str, verb: str, before: Resource, after: Resource, changed: Sequence[str]
    ) -> Step:
        """One entry. changed: the attributes that a change is about; none: all of it."""
        _, code = self.place(key)
        answers: dict[str, Any] = section.asks(verb, code)
        if verb != "out":
            answers |= self.answers(section, before, after)
        was, will = self._dialled(section, code, before), self._dialled(section, code, after)
        kept = {PRESENT, *changed} if changed else set(before) | set(after)
        title = {"new": "Add", "chg": "Change", "out": "Remove"}[verb]
        about = f": {', '.join(name for name in changed if name != PRESENT)}" if changed else ""
        return TableStep(
            self.name,
            key,
            f"{title} {self.name.replace('_', ' ')} {key}{about}",
            {name: value for name, value in before.items() if name in kept},
            {name: value for name, value in after.items() if name in kept},
            (Entry(section.overlay, answers),),
            takes=frozenset(value for name, value in will - was),
            frees=frozenset(value for name, value in was - will),
            phase="remove" if verb == "out" else "make",
            was=before,
            will=after,
        )

    def answers(self, section: Section, before: Resource, after: Resource) -> dict[str, Any]:
        """What is typed at the fields' prompts. Everything is typed, so that nothing rests on what a bare return keeps;
        only an empty text is one."""
        return {each.name: self._typed(each, before, after) for each in section.fields}

    def _typed(self, each: Field, before: Resource, after: Resource) -> str:
        value = after[each.attribute]
        if value == "" and before.get(each.attribute):
            return each.erase or ""
        return each.typed(value)

    # -- beside the others

    def codes(self, key: str, resource: Resource) -> frozenset[str]:
        section, code = self.place(key)
        return frozenset(value for _, value in self._dialled(section, code, resource))

    def _dialled(self, section: Section, code: str, resource: Resource) -> frozenset[tuple[str, str]]:
        """(prompt, code): two codes of one resource that change places are not the same ones."""
        if not resource.get(PRESENT, True):
            return frozenset()
        found = {(each.name, str(resource.get(each.attribute) or "")) for each in section.fields if each.dials}
        if section.code is not None and section.code.dials:
            found.add((section.code.name, code))
        return frozenset(each for each in found if each[1])

    def leans(self, key: str, resource: Resource) -> frozenset[Ref]:
        if not resource.get(PRESENT, True):
            return frozenset()
        section, _ = self.place(key)
        named = [(each.refers, resource.get(each.attribute)) for each in section.fields if each.refers]
        return frozenset({*section.leans, *((kind, str(name)) for kind, name in named if kind and name is not None)})

    def aside(self, step: Step, spare: Callable[[int], str | None]) -> tuple[Step, Step] | None:
        section, _ = self.place(step.key)
        if not isinstance(step, TableStep) or not step.was[PRESENT]:
            return None
        moving = [
            each
            for each in section.fields
            if each.dials and step.was[each.attribute] not in ("", step.will.get(each.attribute))
        ]
        codes = {each.attribute: spare(each.dials) for each in moving}
        if not codes or None in codes.values():
            return None
        between = {**step.was, **codes}
        verb = "chg" if step.will[PRESENT] else "out"
        changed = tuple(name for name in step.after if name != PRESENT) if verb == "chg" else ()
        return (
            self.step(section, step.key, "chg", step.was, between, tuple(codes)),
            self.step(section, step.key, verb, between, step.will, changed),
        )
