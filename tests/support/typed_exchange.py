"""The tables of a simulated exchange as typed resources, without a session: what a reader of its prints must find.

For tests of what is computed from resources; `tests/unit/numbering/test_read.py` holds it against real prints.
"""

from __future__ import annotations

from typing import Any

from fellesdrift.twin.pbx.records import Entry, Set
from fellesdrift.twin.pbx.tables import Tables
from fellesdrift.twin.pbx.tn import printed

type Resources = dict[str, dict[str, dict[str, Any]]]


def typed(tables: Tables, customer: int = 0) -> Resources:
    """Everything that a call may need. Raises KeyError for a customer that is not there."""
    esn, block = tables.esn[customer], tables.customers[customer]
    routed = block.get("VNR") == "YES"
    return {
        "set": {printed(each.tn): _set(each) for each in tables.sets.values()},
        "hunt_group": {
            str(each.number): {
                "pilot": each.pilot,
                "size": each.size,
                "members": {str(at): dict(each.members).get(at) for at in range(each.size)},
            }
            for each in tables.groups.values()
        },
        "attendant": {str(customer): {"dn": block.get("ATDN")}},
        "networking": {
            str(customer): {
                "vacant_routing": routed,
                "route_list": int(block.get("RLI")) if routed else None,
                "length": int(block.get("FLEN")) if routed else None,
            }
        },
        "dialling_plan": {
            str(customer): {
                "digits": int(esn.get("NCDP")),
                "access_code_1": esn.get("AC1"),
                "access_code_2": esn.get("AC2"),
            }
        },
        "steering_code": {
            f"{each.kind} {each.code}": {"digit_manipulation": each.target}
            if each.kind == "LSC"
            else {"length": each.length, "route_list": each.target}
            for each in tables.steering.values()
        },
        "special_number": {
            f"{each.access} {each.code}": {"length": each.length, "route_list": each.route_list}
            for each in tables.specials.values()
        },
        "route": {
            str(each.number): {"direction": each.direction, "access_code": each.access}
            for each in tables.routes.values()
        },
        "route_list": {
            str(each.number): {"entries": [_entry(entry) for entry in each.entries]} for each in tables.lists.values()
        },
        "digit_manipulation": {
            str(each.number): {"delete": each.delete, "insert": each.insert} for each in tables.digits.values()
        },
    }


def _set(each: Set) -> dict[str, Any]:
    return {
        "type": each.type,
        "customer": each.customer,
        "fields": {"NCOS": "0"} | dict(each.fields),
        "keys": {
            f"{key.number:02}": {"function": key.function, "dn": key.dn, "marp": key.marp, "value": key.value}
            for key in each.keys
        },
    }


def _entry(entry: Entry) -> dict[str, Any]:
    found = {"entry": entry.number, "local": entry.local, "level": entry.level, "digit_manipulation": entry.digits}
    return found if entry.local else found | {"route": entry.route}
