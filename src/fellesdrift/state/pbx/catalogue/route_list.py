"""Route lists (LD 86 RLB): the routes of a call, tried one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, override

from fellesdrift.state.forms import Form
from fellesdrift.state.pbx.catalogue.dialling import HIGHEST_DIGITS, HIGHEST_LIST, HIGHEST_ROUTE
from fellesdrift.state.pbx.catalogue.section import Section, TableKind, networking
from fellesdrift.state.pbx.fields import Field, count, switch, values
from fellesdrift.state.pbx.kinds import Attribute, Ref, Resource
from fellesdrift.state.pbx.prints import Lines, Print

_ENTRY = count("ENTR", "entry", 63)
_LOCAL = switch("LTER", "local", default=False)
_ROUTE = count("ROUT", "route", HIGHEST_ROUTE)
_REST = (count("FRL", "level", 7, default=0), count("DMI", "digit_manipulation", HIGHEST_DIGITS, default=0))
_FIELDS = (_ENTRY, _LOCAL, _ROUTE, *_REST)


def _asked(entry: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of an entry: one that ends in the exchange itself has no route."""
    return tuple(field for field in _FIELDS if field is not _ROUTE or not entry[_LOCAL.attribute])


def _taken(value: Any, place: int) -> dict[str, Any]:
    """An entry with all that it has. Raises ValueError, TypeError."""
    if not isinstance(value, Mapping) or not set(value) <= {field.attribute for field in _FIELDS}:
        raise TypeError
    defaults = {each.attribute: each.default for each in (_LOCAL, *_REST)}
    found = {_ENTRY.attribute: place, **defaults, **value}
    if found[_LOCAL.attribute]:
        if found.pop(_ROUTE.attribute, None) is not None:
            raise ValueError
    elif _ROUTE.attribute not in found:
        raise ValueError
    return {field.attribute: field.form.take(found[field.attribute]) for field in _asked(found)}


def _entries(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value:
        raise TypeError
    found = [_taken(each, place) for place, each in enumerate(value)]
    if len({each[_ENTRY.attribute] for each in found}) < len(found):
        raise ValueError
    return sorted(found, key=lambda each: int(each[_ENTRY.attribute]))


_ATTRIBUTE = "entries"
_FORM = Form(
    "a list of entries: entry (0 to 63, each once; its place, where nothing is said), route or local: true, level "
    "(0 to 7), digit_manipulation (its number, 0 for none)",
    _entries,
)


class RouteList(TableKind):
    """entries: [{entry, local, route, level, digit_manipulation}], in the order in which they are tried."""

    def __init__(self) -> None:
        index = count("RLI", "number", HIGHEST_LIST)
        super().__init__("route_list", 25, networking(86, "rlb", code=index))
        self.attributes = {_ATTRIBUTE: Attribute(_FORM)}

    @override
    def check(self, key: str, resource: Resource) -> Resource:
        return resource

    @override
    def attributes_of(self, section: Section, printed: Print, block: Lines) -> dict[str, Any]:
        lines = [printed.field(number, line) for number, line in block]
        starts = [at for at, (name, _) in enumerate(lines) if name == _ENTRY.name]
        if not starts or starts[0]:
            raise printed.refused(*(block[0] if block else (0, "")), f"{_ENTRY.name} first")
        found = []
        for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
            local = (_LOCAL.name, "YES") in lines[start:end]
            found.append(values(printed, block[start:end], _asked({_LOCAL.attribute: local})))
        try:
            return {_ATTRIBUTE: _entries(found)}
        except ValueError:
            raise printed.refused(*block[0], "each entry once") from None

    @override
    def leans(self, key: str, resource: Resource) -> frozenset[Ref]:
        found = {("route", str(each["route"])) for each in resource.get(_ATTRIBUTE, ()) if not each["local"]}
        index = {each["digit_manipulation"] for each in resource.get(_ATTRIBUTE, ())} - {0}
        return super().leans(key, resource) | found | {("digit_manipulation", str(number)) for number in index}

    @override
    def missing(self, section: Section, after: Resource) -> list[str]:
        return [] if _ATTRIBUTE in after else [_ATTRIBUTE]

    @override
    def answers(self, section: Section, before: Resource, after: Resource) -> dict[str, Any]:
        """Those that go are removed last, so that the list is never empty."""
        was = {each[_ENTRY.attribute]: each for each in before.get(_ATTRIBUTE, ())}
        will = {each[_ENTRY.attribute]: each for each in after[_ATTRIBUTE]}
        written = [each for number, each in will.items() if was.get(number) != each]
        gone = [f"X{number}" for number in was if number not in will]
        found = {
            field.name: [field.typed(each[field.attribute]) for each in written if field in _asked(each)]
            for field in _FIELDS
        }
        return found | {_ENTRY.name: [*found[_ENTRY.name], *gone, ""]}


ROUTE_LIST = RouteList()
