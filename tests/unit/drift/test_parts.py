"""Each host has one part: what it is, not where it stands."""

from __future__ import annotations

from fellesdrift.drift.request import Request
from fellesdrift.drift.summing import _part
from fellesdrift.estate import Estate


def test_a_lan_is_no_part_of_the_platform(estate: Estate) -> None:
    request = Request("run", estate, [], frozenset(), lambda _host: None, ())
    parts = {name: _part(request, host) for name, host in estate.hosts.items()}
    assert parts["drm-archive1"] == "application_servers"
    assert parts["drm-core1"] == "core_routers"
    assert parts["drm-ctx08"] == "terminal_servers"
    assert not request.places & set(parts.values())
    assert {"drammen_open", "royken_servers"} <= request.places
