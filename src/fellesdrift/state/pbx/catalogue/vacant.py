"""Where numbers go that nobody has: a customer's networking data (LD 15 NET)."""

from __future__ import annotations

from typing import Any, override

from fellesdrift.state.forms import number
from fellesdrift.state.pbx.catalogue.dialling import HIGHEST_LIST, ROUTE_LIST
from fellesdrift.state.pbx.catalogue.section import Section, TableKind, customer_data
from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.pbx.fields import count, switch, values
from fellesdrift.state.pbx.kinds import Attribute, Resource
from fellesdrift.state.pbx.prints import Lines, Print

_SWITCH = switch("VNR", "vacant_routing")
_FURTHER = (ROUTE_LIST, count("FLEN", "length", 16, least=1))
_NAMES = tuple(each.attribute for each in _FURTHER)


class Networking(TableKind):
    """vacant_routing: whether vacant numbers are sent on; only then there are a route_list and a length, the longest
    number that is sent on. Both are null otherwise."""

    def __init__(self) -> None:
        super().__init__("networking", 65, customer_data("NET", _SWITCH, *_FURTHER), removable=False)
        forms = {"route_list": number(0, HIGHEST_LIST, null=True), "length": number(1, 16, null=True)}
        self.attributes = {
            **self.attributes,
            **{name: Attribute(form) for name, form in forms.items()},
        }

    @override
    def check(self, key: str, resource: Resource) -> Resource:
        said = [name for name in _NAMES if resource.get(name) is not None]
        if resource.get("vacant_routing") is False:
            if said:
                raise ValueError(f"no {' and no '.join(said)} without vacant_routing")
            return super().check(key, resource | dict.fromkeys(_NAMES))
        return super().check(key, resource)

    @override
    def attributes_of(self, section: Section, printed: Print, block: Lines) -> dict[str, Any]:
        switched = bool(block) and printed.field(*block[0]) == (_SWITCH.name, "YES")
        found = values(printed, block, section.fields if switched else section.fields[:1])
        return dict.fromkeys(_NAMES) | found

    @override
    def refuse(self, host: str, key: str, section: Section, there: Resource, after: Resource) -> None:
        wrong = [name for name in _NAMES if (after[name] is None) is after["vacant_routing"]]
        if wrong:
            raise RefusedStateError(
                host,
                f"{self.name}/{key}",
                f"vacant_routing {str(after['vacant_routing']).lower()}, {', '.join(wrong)} {after[wrong[0]]}",
                "a route_list and a length with vacant_routing, and none without",
            )

    @override
    def answers(self, section: Section, before: Resource, after: Resource) -> dict[str, Any]:
        asked = section.fields if after["vacant_routing"] else section.fields[:1]
        return {each.name: each.typed(after[each.attribute]) for each in asked}


NETWORKING = Networking()
