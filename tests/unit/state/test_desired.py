"""Every way in which desired data can be wrong has its own text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.state import network

Golden = Callable[[str, object], None]


def route(*hops: Any, prefix: str = "10.0.0.0/8") -> dict[str, Any]:
    return {"route": {prefix: {"next_hops": list(hops)}}}


def interface(**values: Any) -> dict[str, Any]:
    return {"interface": {"GigabitEthernet0/0": values}}


def a_list(entries: Any, list_type: Any = "extended", name: str = "IN") -> dict[str, Any]:
    return {"access_list": {name: {"type": list_type, "entries": entries}}}


WRONG: dict[str, Any] = {
    "kind": {"interfaces": {}},
    "kind_far": {"vlan": {}},
    "not_a_mapping": {"interface": ["GigabitEthernet0/0"]},
    "attribute": interface(adress="10.0.0.1/24"),
    "interface_name": {"interface": {"Gi 0/0": {}}},
    "enabled": interface(enabled="yes"),
    "description_question": interface(description="why?"),
    "description_empty": interface(description=""),
    "address_without_length": interface(ip_address="10.0.0.1"),
    "address_of_the_network": interface(ip_address="10.0.0.0/24"),
    "address_nonsense": interface(ip_address="10.0.0.300/24"),
    "bandwidth": interface(bandwidth=True),
    "nat": interface(nat="both"),
    "access_group": interface(access_group_in="two words"),
    "prefix_host_bits": route(prefix="10.0.0.1/8"),
    "prefix_nonsense": route(prefix="ten"),
    "next_hops_missing": {"route": {"10.0.0.0/8": {}}},
    "next_hop": route({"next_hop": "10.0.0"}),
    "next_hop_missing": route({"distance": 1}),
    "next_hop_attribute": route({"next_hop": "10.0.0.1", "metric": 1}),
    "next_hop_twice": route({"next_hop": "10.0.0.1"}, {"next_hop": "10.0.0.1", "distance": 250}),
    "distance": route({"next_hop": "10.0.0.1", "distance": 256}),
    "route_name": route({"next_hop": "10.0.0.1", "name": "two words"}),
    "list_name": a_list(["permit ip any any"], name="two words"),
    "list_type": a_list(["permit ip any any"], "dynamic"),
    "list_type_by_number": a_list(["permit any"], "standard", "101"),
    "entries_missing": {"access_list": {"IN": {"type": "extended"}}},
    "entry_not_text": a_list([10]),
    "entry_form": a_list(["permit ip any"]),
    "entry_twice": a_list(["deny   ip any any", "deny ip any any"]),
    "entries_only_remarks": a_list(["remark nothing else"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_desired_data(name: str, golden: Golden) -> None:
    with pytest.raises(FellesdriftError) as caught:
        network.check(WRONG[name])
    assert caught.value.code == "FD401"
    golden(f"state/desired_{name}", caught.value)


def test_desired_data_in_canonical_form() -> None:
    desired = {
        "interface": {"Serial0/0": {"ip_address": "negotiated", "description": None}},
        "route": {
            "0.0.0.0/0": {
                "next_hops": [{"next_hop": "10.61.0.2", "distance": 250}, {"next_hop": "Serial0/0 10.1.1.1"}]
            },
            "10.0.0.0/8": {"next_hops": [{"next_hop": "Null0"}]},
        },
        "access_list": {
            "101": {"type": "extended", "entries": ["deny   ip any any", "remark a", "remark a"]},
            "GONE": {"type": "extended", "entries": []},
        },
    }
    assert network.check(desired) == {
        "interface": {"Serial0/0": {"ip_address": "negotiated", "description": None}},
        "route": {
            "0.0.0.0/0": {
                "next_hops": [
                    {"next_hop": "Serial0/0 10.1.1.1", "distance": 1, "name": None},
                    {"next_hop": "10.61.0.2", "distance": 250, "name": None},
                ]
            },
            "10.0.0.0/8": {"next_hops": [{"next_hop": "Null0", "distance": 1, "name": None}]},
        },
        "access_list": {
            "101": {"type": "extended", "entries": ["deny ip any any", "remark a", "remark a"]},
            "GONE": {"type": None, "entries": []},
        },
    }
