"""The name that sets show for a directory number: LD 95. A name is of a person, and nothing that is said has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fellesdrift.session.overlay import Answers
from fellesdrift.state.forms import Form, choice
from fellesdrift.state.pbx.catalogue.numbers import directory_number
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.pbx.kinds import ABSENT, PRESENT, Attribute, Entry, Keys, Kind, Ref, Resource, Scene, Step
from fellesdrift.state.pbx.prints import Print

_OVERLAY, _DURING = 95, "LD 95 NAME"
_LONGEST = 27
_LANGUAGES, _FORMATS = ("ROM", "ENG", "KAT"), ("FIRST,LAST", "LAST,FIRST")
_NEW = {"language": "ROM", "display": "FIRST,LAST"}


def _text(value: Any) -> str:
    if not isinstance(value, str) or value != value.strip() or not 0 < len(value) <= _LONGEST:
        raise ValueError
    if not value.isprintable() or any(ord(letter) > 0xFF for letter in value):
        raise ValueError
    return value


NAME = Form(f"a name of up to {_LONGEST} letters of Latin-1, no blanks at its ends", _text)


class NameKind(Kind):
    """Names by directory number."""

    name = "name"
    rank = 40
    attributes: Mapping[str, Attribute] = {
        "name": Attribute(NAME, personal=True),
        "language": Attribute(choice(*_LANGUAGES)),
        "display": Attribute(choice(*_FORMATS)),
    }

    def key(self, key: str) -> str:
        return directory_number(key)

    def leans(self, key: str, resource: Resource) -> frozenset[Ref]:
        return frozenset({("code", key)} if resource.get(PRESENT, True) else ())

    def read(self, exchange: Exchange) -> Keys:
        """All names by one print, whatever language they are in."""
        answers = {"REQ": "PRT", "TYPE": "NAME", "CUST": exchange.customer, "CPND_LANG": "", "DN": ""}
        found: Keys = {}
        page = Print(exchange.name, _DURING, exchange.print(_OVERLAY, answers, nothing=True), shown=False)
        for block in page.blocks():
            values = page.values(block, "DN", "CPND_LANG", "NAME", "DISPLAY_FMT")
            known = values["CPND_LANG"] in _LANGUAGES and values["DISPLAY_FMT"] in _FORMATS
            if not values["DN"].isdigit() or values["DN"] in found or not values["NAME"] or not known:
                raise page.refused(*block[0], "a directory number, once, its name, and a known language and format")
            found[values["DN"]] = {
                PRESENT: True,
                "name": values["NAME"],
                "language": values["CPND_LANG"],
                "display": values["DISPLAY_FMT"],
            }
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource], have: Keys) -> list[Step]:
        return [self._step(scene.exchange.customer, key, change, have[key]) for key, change in changes.items()]

    def _step(self, customer: str, key: str, change: Resource, have: Resource) -> Step:
        start = {"TYPE": "NAME", "CUST": customer, "DN": key}
        if not change.get(PRESENT, True):
            entry = Entry(_OVERLAY, {"REQ": "OUT", **start})
            return Step(self.name, key, f"Remove name of {key}", have, dict(ABSENT), (entry,), phase="remove")
        new = not have[PRESENT]
        values = {PRESENT: True, **_NEW, **change} if new else {**have, **change}
        answers: Answers = {
            **start,
            "REQ": "NEW" if new else "CHG",
            "CPND_LANG": values["language"],
            "NAME": values["name"],
            "DISPLAY_FMT": values["display"],
        }
        # all of it, whatever changes: before it is changed back it may be gone with its number
        before = dict(ABSENT) if new else {name: have[name] for name in self.attributes}
        after = values if new else {name: values[name] for name in self.attributes}
        title = f"Add name of {key}" if new else f"Change name of {key}"
        return Step(self.name, key, title, before, after, (Entry(_OVERLAY, answers),))

    def check(self, _key: str, resource: Resource) -> Resource:
        if "name" not in resource:
            raise ValueError("a name: without one the number cannot be named")
        return resource


NAMES = NameKind()
