"""Every way in which an estate can be wrong that we know of: a name, and what to do to a good one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol

LINKS = "group_vars/all/links.yml"
STAGES = "group_vars/all/stages.yml"
SERVICES = "group_vars/all/services.yml"
MEMBERS = "group_vars/all/municipalities.yml"
ESTATE = "group_vars/all/estate.yml"
SITES = "group_vars/all/sites.yml"
ZONES = "group_vars/all/zones.yml"
EXTERNALS = "group_vars/all/externals.yml"
PEOPLE = "group_vars/all/people.yml"
SYSTEMS = "group_vars/all/systems.yml"
POLICY = "group_vars/all/policy.yml"
APPLICATIONS = "group_vars/all/applications.yml"
WINDOWS = "group_vars/all/windows.yml"
NUMBERING = "group_vars/all/numbering.yml"
BASELINE = "snapshots/baseline"
LATEST = "snapshots/latest"


class Breakable(Protocol):
    def replace(self, file: str, old: str, new: str) -> None: ...
    def append(self, file: str, text: str) -> None: ...
    def write(self, file: str, text: str) -> None: ...
    def remove(self, file: str) -> None: ...
    def forget(self, *folders: str) -> None: ...


Break = Callable[[Breakable], None]


def _replace(file: str, old: str, new: str) -> Break:
    return lambda estate: estate.replace(file, old, new)


def _append(file: str, text: str) -> Break:
    return lambda estate: estate.append(file, text)


def _remove(file: str) -> Break:
    return lambda estate: estate.remove(file)


def _all(*breaks: Break) -> Break:
    def each(estate: Breakable) -> None:
        for one in breaks:
            one(estate)

    return each


def _latest(text: str = "hostname san-fw1\n!\nend\n", *, taken: str = "2009-10-14T07:12:58Z", index: str = "") -> Break:
    """A snapshots/latest with one file, of san-fw1. index: in place of the right one."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    entry = f'san-fw1: {{taken: "{taken}", digest: "{digest}"}}\n'

    def write(estate: Breakable) -> None:
        estate.write(f"{LATEST}/san-fw1.cfg", text)
        estate.write(f"{LATEST}/index.yml", index or entry)

    return write


_PLAN = """---
fellesdrift_numbering:
  extension_length: 4
  stage: wan_link
  ranges:
    drammen: {municipality: drammen, first: "2000", last: "3999", exchange: drm-pbx1, public: "+4700102000"}
    sande:
      municipality: sande
      first: "6000"
      last: "6999"
      exchange: san-pbx1
      exchange_after: drm-pbx1
      public: "+4700610000"
  special_numbers:
    police: {number: "112", kind: emergency, title: Police}
    outside: {number: "0", kind: outside, title: Outside}
    help_desk: {number: "1700", kind: service, exchange: drm-pbx1, title: Help desk}
  trunks:
    san_drm:
      ends:
        - {exchange: san-pbx1, route: 10, access_code: "9010"}
        - {exchange: drm-pbx1, route: 11, access_code: "9011"}
    drm_public:
      public: true
      ends:
        - {exchange: drm-pbx1, route: 1, access_code: "9001"}
"""
_SECOND_EXCHANGE = {
    "hosts.yml": "    drammen_telephony:\n      hosts:\n        drm-pbx1:\n",
    "host_vars/drm-pbx1.yml": "---\nfellesdrift_municipality: drammen\nfellesdrift_site: drm_ops\n"
    "fellesdrift_platform: succession\nfellesdrift_link: drm_open\nfellesdrift_management_address: 10.10.20.60\n",
}


def _numbers(*changes: tuple[str, str]) -> Break:
    """A second exchange and a numbering plan that is right but for the changes."""

    def write(estate: Breakable) -> None:
        for file, text in _SECOND_EXCHANGE.items():
            estate.append(file, text.removeprefix("---\n"))
        estate.write(NUMBERING, _PLAN)
        for old, new in changes:
            estate.replace(NUMBERING, old, new)

    return write


def _window(start: str, end: str, *, stage: str = "wan_link", municipality: str = "sande") -> str:
    return f'  - {{municipality: {municipality}, stage: {stage}, start: "{start}", end: "{end}"}}\n'


_SECOND_STAGE = """  - id: zone_firewall
    title: Rules between the zones
    role: wan_link
    owner: operator
    requires: [{requires}]
    waves:
      - name: Zone firewall
        hosts: ["platform:&zone_firewalls"]
    municipalities: [sande]
"""

_MOVING = "rules: [platform_first, adopted_system, conversion_done, stays_local, decided]"
_STEP = {
    "id": "calls",
    "title": "A call from the town hall",
    "instruction": "Call the operations centre.",
    "role": "operator",
    "when": "after",
    "minutes": "15",
}


def _step(*steps: dict[str, str], **changes: str) -> str:
    """The key `steps` of a stage; without any, one good step with `changes`."""
    records = [
        f"{{{', '.join(f'{key}: {value}' for key, value in step.items())}}}" for step in steps or [_STEP | changes]
    ]
    return f"steps: [{', '.join(records)}]"


def _stage(*keys: str) -> Break:
    """The first stage with further keys; `rules` in place of its own."""
    lines = "".join(f"    {key}\n" for key in keys if not key.startswith("rules"))
    rules = next((f"    {key}\n" for key in keys if key.startswith("rules")), "")
    old = "    rules: [stays_local, contact_reachable, window_open]\n"
    return _replace(STAGES, old, (rules or old) + lines)


def _calling(*keys: str) -> Break:
    """The stage with an exchange in its last wave."""
    exchange = _replace(STAGES, '["platform:&core_routers"]', '["platform:&core_routers", "{municipality}:&telephony"]')
    return _all(exchange, _stage(*keys)) if keys else exchange


WAYS: dict[str, Break] = {
    # --- the inventory itself ---
    "empty_inventory": lambda estate: estate.write("hosts.yml", "---\nall: {}\n"),
    "broken_yaml": _replace("group_vars/all/zones.yml", "fellesdrift_zones:\n", "fellesdrift_zones: [\n"),
    "broken_hosts_file": _replace("hosts.yml", "all:\n  children:", "all:\n  chldren:"),
    "broken_yaml_of_hosts": _replace("hosts.yml", "  children:\n    # Everything", "  children: [\n    # Everything"),
    "duplicate_key": _append(ZONES, "  open:\n    title: Again\n"),
    "unresolvable_template": _append("host_vars/san-fw1.yml", "wan_link__note: '{{ no_such_variable }}'\n"),
    "missing_variable": _remove(ZONES),
    "unknown_variable": _append("host_vars/san-fw1.yml", "fellesdrift_dead_mann: none\n"),
    "unknown_variable_of_all": _append("group_vars/network.yml", "fellesdrift_plattform: cisco_ios\n"),
    "estate_variable_of_one_host": _append("host_vars/san-fw1.yml", "fellesdrift_zones: {}\n"),
    # --- records ---
    "unknown_key": _replace(LINKS, "gateway: 10.61.1.1\n", "gatway: 10.61.1.1\n"),
    "unknown_key_in_an_end": _replace(
        LINKS, "{external: internet, address: 192.0.2.1}", "{extern: internet, address: 192.0.2.1}"
    ),
    "unknown_key_in_an_external_host": _replace(EXTERNALS, "accepts_from:", "accept_from:"),
    "key_given_as_a_key": _append(ZONES, "  extra:\n    key: open\n    title: Extra\n"),
    "missing_key": _replace(SITES, "    municipality: sande\n    kind: town_hall\n", "    kind: town_hall\n"),
    "wrong_type": _replace(SERVICES, "    protected: false\n", "    protected: maybe\n"),
    "wrong_kind": _replace(SITES, "kind: town_hall", "kind: townhall"),
    "not_a_record": _append(ZONES, "  extra: just a word\n"),
    "not_a_mapping": _replace(ZONES, "fellesdrift_zones:\n", "fellesdrift_zones: nothing\nx_unused:\n"),
    "not_a_list": _replace(STAGES, "fellesdrift_stages:\n", "fellesdrift_stages: {}\nx_unused:\n"),
    "name_is_a_number": _append(ZONES, "  60:\n    title: Sixty\n"),
    "bad_prefix": _replace(LINKS, "prefix: 10.61.1.0/24", "prefix: 10.61.1.1/24"),
    "bad_address": _replace(LINKS, "address: 10.61.1.1}", "address: 10.61.1.256}"),
    "end_of_nobody": _replace(LINKS, "{external: internet, address: 192.0.2.1}", "{address: 192.0.2.1}"),
    "end_without_interface": _replace(
        LINKS, "{host: san-rtr1, interface: GigabitEthernet0/0, address", "{host: san-rtr1, address"
    ),
    "service_without_place": _replace(SERVICES, "    link: drm_open\n", ""),
    "assumed_without_reason": _replace(SITES, "    reason: Stands for a school; the report names no units.\n", ""),
    "reason_without_assumed": _replace(
        ZONES, "    title: Users, their workstations and terminals\n", "    title: Users\n    reason: Because\n"
    ),
    "host_assumed_without_reason": _replace("host_vars/drm-fwz1.yml", "fellesdrift_reason:", "x_reason:"),
    # --- references ---
    "unknown_municipality": _replace(SERVICES, "used_by: [sande, drammen]", "used_by: [sandde, drammen]"),
    "unknown_municipality_of_a_host": _replace("group_vars/sande/main.yml", "sande", "svelvik"),
    "unknown_site": _replace("host_vars/san-fw1.yml", "san_town_hall", "san_town_hal"),
    "unknown_zone": _replace(SERVICES, "zone: open", "zone: opne"),
    "unknown_link": _replace(MEMBERS, "fibre: san_fibre", "fibre: san_fiber"),
    "unknown_host": _replace(MEMBERS, "town_hall_router: san-rtr1", "town_hall_router: san-rtr2"),
    "unknown_provider": _replace(SERVICES, "provided_by: edb", "provided_by: ebd"),
    "unknown_external": _replace(
        LINKS, "{external: internet, address: 203.0.113.1}", "{external: internett, address: 203.0.113.1}"
    ),
    "unknown_time_zone": _replace(ESTATE, "Europe/Oslo", "Europe/Drammen"),
    # --- links and addresses ---
    "one_end": _replace(LINKS, "      - {host: san-rtr1, interface: GigabitEthernet0/2/0, address: 10.250.61.2}\n", ""),
    "no_end": _replace(
        LINKS,
        "    ends:\n      - {host: drm-fwz1, interface: GigabitEthernet0/3, address: 10.10.30.1}\n",
        "    ends: []\n",
    ),
    "interface_at_two_links": _replace(
        LINKS, "host: san-rtr1, interface: Serial0/1/1", "host: san-rtr1, interface: Serial0/1/0"
    ),
    "address_outside_its_link": _replace(
        LINKS, "interface: Serial0/0, address: 10.61.255.6", "interface: Serial0/0, address: 10.61.255.16"
    ),
    "address_of_the_network": _replace(
        LINKS, "interface: Serial0/0, address: 10.61.255.6", "interface: Serial0/0, address: 10.61.255.7"
    ),
    "address_used_twice": _replace(
        LINKS,
        "host: drm-fwz1, interface: GigabitEthernet0/1, address: 10.10.255.5",
        "host: drm-fwz1, interface: GigabitEthernet0/1, address: 10.10.255.4",
    ),
    "management_address_used_twice": _replace("host_vars/drm-fwz1.yml", "10.10.254.4", "10.10.254.3"),
    "overlapping_links": _replace(LINKS, "prefix: 10.10.255.0/28", "prefix: 10.10.0.0/16"),
    "overlapping_municipalities": _replace(MEMBERS, "prefix: 10.61.0.0/16", "prefix: 10.0.0.0/8"),
    "service_outside_its_link": _replace(SERVICES, "address: 10.10.20.20", "address: 10.10.30.20"),
    "service_not_at_its_external": _replace(SERVICES, "address: 198.51.100.20", "address: 198.51.100.21"),
    "own_exit_missing": _replace(
        SERVICES,
        "    keep_on_own_exit: true\n    used_by: [sande]",
        "    keep_on_own_exit: true\n    used_by: [drammen]",
    ),
    # --- hosts ---
    "host_without_site": _replace("host_vars/san-fw1.yml", "fellesdrift_site: san_town_hall\n", ""),
    "host_without_anything": _replace(
        "hosts.yml",
        "            drm-core2:\n",
        "            drm-core2:\n        further:\n          hosts:\n            dmz-rtr1:\n",
    ),
    "unknown_platform": _replace(
        "group_vars/network.yml", "fellesdrift_platform: cisco_ios", "fellesdrift_platform: cisco_catos"
    ),
    "site_of_another_municipality": _replace("host_vars/san-fw1.yml", "san_town_hall", "drm_ops"),
    "reload_on_a_shared_host": _append("host_vars/drm-fwi1.yml", "fellesdrift_dead_man: reload\n"),
    # --- stages ---
    "unknown_role": _replace(STAGES, "role: wan_link", "role: wan_lnk"),
    "unknown_gate": _replace(STAGES, "startup_saved", "startup_save"),
    "unknown_requirement": _replace(STAGES, "requires: []", "requires: [fibre_lit]"),
    "stages_in_a_circle": lambda estate: (
        estate.replace(STAGES, "requires: []", "requires: [zone_firewall]"),
        estate.append(STAGES, _SECOND_STAGE.format(requires="wan_link")),
    )[-1],
    "stage_requires_a_later_one": lambda estate: (
        estate.replace(STAGES, "requires: []", "requires: [zone_firewall]"),
        estate.append(STAGES, _SECOND_STAGE.format(requires="")),
    )[-1],
    "stage_id_twice": lambda estate: estate.append(
        STAGES, _SECOND_STAGE.format(requires="").replace("id: zone_firewall", "id: wan_link")
    ),
    "stages_in_a_circle_over_municipalities": _all(
        _replace(STAGES, "requires: []", 'requires: ["drammen:zone_firewall"]'),
        _append(
            STAGES,
            _SECOND_STAGE.format(requires='"sande:wan_link"').replace(
                "municipalities: [sande]", "municipalities: [drammen]"
            ),
        ),
    ),
    "stages_in_a_circle_with_the_platform": _all(
        _replace(STAGES, "requires: []", 'requires: ["platform:zone_firewall"]'),
        _append(
            STAGES,
            _SECOND_STAGE.format(requires='"sande:wan_link"').replace(
                "municipalities: [sande]", "municipalities: [drammen]"
            ),
        ),
    ),
    "requirement_of_an_unknown_municipality": _replace(STAGES, "requires: []", 'requires: ["drammn:wan_link"]'),
    "requirement_that_is_never_had": _replace(STAGES, "requires: []", 'requires: ["platform:wan_link"]'),
    "stage_of_an_unknown_owner": _replace(STAGES, "owner: operator", "owner: oprator"),
    "stage_of_nobody": _replace(STAGES, "    owner: operator\n", ""),
    "unknown_rule": _replace(STAGES, "window_open]", "windows_open]"),
    "stage_of_an_unknown_system": _stage("systems: [portl]", _MOVING),
    "stage_lets_an_unknown_system_stay": _stage("staying: [payrol]"),
    "stage_moves_what_stays": _stage("systems: [portal]", "staying: [portal]", _MOVING),
    "stage_moves_and_leaves_rules_out": _stage("systems: [portal]"),
    "canary_is_not_the_first": _replace(
        STAGES, 'routers"]\n      - name', 'routers"]\n        canary: true\n      - name'
    ),
    "two_canaries": _all(
        _replace(STAGES, 'firewalls"]\n', 'firewalls"]\n        canary: true\n'),
        _replace(STAGES, 'routers"]\n      - name', 'routers"]\n        canary: true\n      - name'),
    ),
    "quorum_of_nobody": _replace(STAGES, 'firewalls"]\n', 'firewalls"]\n        quorum: 0\n'),
    "quorum_is_never_reached": _replace(STAGES, 'firewalls"]\n', 'firewalls"]\n        quorum: 2\n'),
    "quorum_leaves_a_router_behind": _replace(STAGES, 'core_routers"]\n', 'core_routers"]\n        quorum: 1\n'),
    "drain_of_an_unknown_group": _replace(
        STAGES,
        'firewalls"]\n',
        'firewalls"]\n        drain: {hosts: [farm], resources: {logon: {all: {enabled: false}}}}\n',
    ),
    "drain_of_nothing": _replace(
        STAGES, 'firewalls"]\n', 'firewalls"]\n        drain: {hosts: [platform], resources: {}}\n'
    ),
    "step_of_an_unknown_role": _stage(_step(role="operatr")),
    "step_at_no_time": _stage(_step(when="later")),
    "step_without_a_deadline": _stage(_step(minutes="0")),
    "step_id_twice": _stage(_step(_STEP, _STEP)),
    "step_id_is_the_end": _stage(_step(_STEP | {"id": "finalize"})),
    "step_of_a_canary_that_is_not_there": _stage(_step(when="canary")),
    "nobody_calls_an_emergency_number": _calling(),
    "emergency_numbers_are_called_too_late": _calling(_step(when="finalize", emergency_call="true")),
    "role_without_a_contact": _stage(_step(role="chief_executive")),
    "reversible_until_nothing": _stage(_step(), "reversible_until: call"),
    "soak_without_a_round": _stage("soak: {minutes: 10, every: 15}"),
    "soak_longer_than_its_window": _stage("soak: {minutes: 400, every: 15}"),
    "window_shorter_than_soak_and_steps": _stage("soak: {minutes: 200, every: 15}", _step(minutes="160")),
    "timeout_longer_than_a_lease": _stage("timeouts: {wave: 1800}"),
    "timeout_of_an_unknown_phase": _stage("timeouts: {waves: 600}"),
    "pattern_reaches_nobody": _replace(STAGES, '"{municipality}:&town_hall_routers"', '"{municipality}:&core_routers"'),
    "pattern_of_an_unknown_group": _replace(STAGES, "&town_hall_routers", "&town_hall_router"),
    "pattern_is_empty": _replace(STAGES, '"{municipality}:&town_hall_routers"', '":&"'),
    "pattern_is_no_expression": _replace(STAGES, '"{municipality}:&town_hall_routers"', '"~san-(rtr"'),
    "host_in_two_waves": _replace(STAGES, '"platform:&core_routers"', '"platform:!zone_firewalls"'),
    # --- snapshots ---
    "snapshot_missing": _remove(f"{BASELINE}/san-skole-rtr1.cfg"),
    "snapshot_of_another_host": _replace(f"{BASELINE}/san-fw1.cfg", "hostname san-fw1", "hostname san-fw2"),
    "snapshot_cut_off": _replace(f"{BASELINE}/san-fw1.cfg", "!\nend\n", "!\n"),
    "snapshot_without_a_hostname": _replace(f"{BASELINE}/san-fw1.cfg", "hostname san-fw1\n", ""),
    "secret_in_a_snapshot": _replace(
        f"{BASELINE}/san-fw1.cfg", "enable secret 5 <secret>", "enable secret 5 $1$abcd$0123456789abcdefghijkl"
    ),
    "snapshot_disagrees": _replace(f"{BASELINE}/san-rtr1.cfg", "ip address 10.61.1.1 255", "ip address 10.61.1.2 255"),
    "snapshot_without_the_interface": _replace(
        f"{BASELINE}/san-rtr1.cfg", "interface GigabitEthernet0/2/0", "interface GigabitEthernet0/3/0"
    ),
    "management_address_on_no_interface": _replace("host_vars/drm-fwz1.yml", "10.10.254.4", "10.10.254.14"),
    "probe_source_on_no_interface": _replace(
        "group_vars/town_hall_routers.yml", "GigabitEthernet0/0", "GigabitEthernet0/9"
    ),
    "no_place_for_the_revert_timer": _replace(f"{BASELINE}/san-rtr1.cfg", " path flash:san-rtr1-\n", ""),
    "secret_in_a_latest_snapshot": _latest("hostname san-fw1\nenable secret 5 $1$abcd$0123456789abcdefghijkl\nend\n"),
    "latest_snapshot_changed": _all(
        _latest(), lambda estate: estate.write(f"{LATEST}/san-fw1.cfg", "hostname san-fw1\n!\n! mine\nend\n")
    ),
    "latest_snapshot_without_its_file": _all(_latest(), _remove(f"{LATEST}/san-fw1.cfg")),
    "latest_snapshot_outside_the_index": _latest(index="{}\n"),
    "latest_snapshot_from_the_future": _latest(taken="2999-01-01T00:00:00Z"),
    "latest_index_is_broken": _latest(index="san-fw1: [\n"),
    "latest_index_is_no_mapping": _latest(index="- san-fw1\n"),
    "latest_index_without_a_time": _latest(index="san-fw1: {digest: abc}\n"),
    "latest_snapshots_are_stale": _all(
        _latest(),
        _replace(ESTATE, "  production: true\n", "  production: true\n  snapshots_stale_after_days: 30\n"),
    ),
    "days_are_no_number": _replace(
        ESTATE, "  production: true\n", "  production: true\n  snapshots_stale_after_days: thirty\n"
    ),
    # --- routes ---
    "nobody_at_the_next_hop": _replace(
        f"{BASELINE}/san-rtr1.cfg",
        "ip route 10.61.12.0 255.255.255.0 10.61.255.6",
        "ip route 10.61.12.0 255.255.255.0 10.61.1.9",
    ),
    "route_over_an_interface_without_a_link": _replace(
        f"{BASELINE}/drm-core1.cfg",
        "ip route 10.61.0.0 255.255.0.0 10.251.61.2",
        "ip route 10.61.0.0 255.255.0.0 Serial1/1",
    ),
    "unrouted_prefix": _replace(f"{BASELINE}/san-rtr1.cfg", "ip route 10.61.12.0 255.255.255.0 10.61.255.6\n", ""),
    "route_in_a_circle": _replace(
        f"{BASELINE}/san-rtr1.cfg",
        "ip route 10.61.12.0 255.255.255.0 10.61.255.6\n",
        "ip route 10.61.12.0 255.255.255.0 10.251.61.1\n",
    ),
    "route_out_of_the_estate": _all(
        _replace(f"{BASELINE}/drm-core1.cfg", "ip route 10.61.0.0 255.255.0.0 10.251.61.2\n", ""),
        _replace(f"{BASELINE}/drm-fwi1.cfg", "ip route 10.0.0.0 255.0.0.0 10.10.255.1\n", ""),
    ),
    "route_to_nobody": _replace(
        f"{BASELINE}/drm-core1.cfg",
        "ip route 10.61.0.0 255.255.0.0 10.251.61.2",
        "ip route 10.61.0.0 255.255.0.0 Null0",
    ),
    "route_over_a_dark_fibre": _replace(
        f"{BASELINE}/drm-core1.cfg",
        "ip route 10.61.0.0 255.255.0.0 10.251.61.2",
        "ip route 10.61.0.0 255.255.0.0 GigabitEthernet0/2/0 10.250.61.2",
    ),
    "controller_on_a_link_without_a_device": _all(
        _append(
            LINKS,
            "  far: {kind: lan, prefix: 10.62.0.0/24, zone: users, ends: [{external: internet, address: 10.62.0.1}]}\n",
        ),
        _replace(
            ESTATE, "    address: 10.10.0.10\n    link: drm_management\n", "    address: 10.62.0.10\n    link: far\n"
        ),
    ),
    # --- where hosts stand ---
    "server_without_a_link": _replace("host_vars/drm-app1.yml", "fellesdrift_link: drm_open\n", ""),
    "server_on_an_unknown_link": _replace("host_vars/drm-app1.yml", "drm_open", "drm_opne"),
    "server_on_a_line": _replace(
        "host_vars/san-app1.yml",
        "fellesdrift_link: san_servers\nfellesdrift_management_address: 10.61.2.10\n",
        "fellesdrift_link: san_skole_line\nfellesdrift_management_address: 10.61.2.10\n",
    ),
    "server_outside_its_link": _replace("host_vars/san-app1.yml", "10.61.2.10", "10.61.3.10"),
    "server_at_the_gateways_address": _replace("host_vars/san-app1.yml", "10.61.2.10", "10.61.2.1"),
    "two_servers_at_one_address": _replace("host_vars/san-pbx1.yml", "10.61.2.60", "10.61.2.10"),
    "network_device_on_a_link": _append("host_vars/san-fw1.yml", "fellesdrift_link: san_transit\n"),
    "network_device_outside_the_group": _all(
        _replace("hosts.yml", "          hosts:\n            san-skole-rtr1:\n", "          hosts:\n"),
        _append("host_vars/san-skole-rtr1.yml", "fellesdrift_platform: cisco_ios\n"),
    ),
    "server_in_the_group_of_devices": _replace(
        "hosts.yml",
        "          hosts:\n            san-fw1:\n",
        "          hosts:\n            san-fw1:\n            san-app1:\n",
    ),
    "names_differ_in_case": _all(
        _replace("hosts.yml", "        san-pbx1:\n\n", "        san-pbx1:\n        SAN-pbx1:\n\n"),
        lambda estate: estate.write(
            "host_vars/SAN-pbx1.yml",
            "fellesdrift_municipality: sande\nfellesdrift_site: san_town_hall\nfellesdrift_link: san_servers\n"
            "fellesdrift_management_address: 10.61.2.61\n",
        ),
    ),
    "municipalities_differ_in_case": _append(MEMBERS, "  Sande: {name: Sande, prefix: 10.64.0.0/16}\n"),
    "host_at_a_site_without_a_network": _replace("host_vars/san-app1.yml", "san_town_hall", "san_kino"),
    "connected_site_without_anything": _replace(SITES, "    connected: false\n", ""),
    # --- systems ---
    "system_in_an_unknown_zone": _replace(
        SYSTEMS,
        "    title: Portal\n    group: shared\n    zone: open\n",
        "    title: Portal\n    group: shared\n    zone: opne\n",
    ),
    "system_on_an_unknown_host": _replace(
        SYSTEMS, "    hosts: [drm-app2]\n    owner", "    hosts: [drm-app3]\n    owner"
    ),
    "system_in_use_on_an_unknown_host": _replace(
        SYSTEMS, "run_by: sande, hosts: [san-app1]", "run_by: sande, hosts: [san-ap1]"
    ),
    "system_run_by_nobody": _replace(SYSTEMS, "run_by: edb", "run_by: ebd"),
    "system_of_an_unknown_owner": _replace(
        SYSTEMS, "    moves: [sande]\n    owner: system_owner\n", "    moves: [sande]\n    owner: system_owners\n"
    ),
    "system_used_by_an_unknown_municipality": _replace(
        SYSTEMS, "      sande: {product: null}\n", "      sande: {product: null}\n      svelvik: {product: KIOSK}\n"
    ),
    "system_forgets_a_municipality": _replace(SYSTEMS, "      sande: {product: null}\n", ""),
    "system_adopted_by_an_unknown_municipality": _replace(
        SYSTEMS, "adopted_by: [drammen, sande]", "adopted_by: [drammn, sande]"
    ),
    "system_shared_for_an_unknown_municipality": _replace(
        SYSTEMS, "shared_for: [drammen, sande]", "shared_for: [drammen, sandee]"
    ),
    "system_shared_for_nobody": _replace(SYSTEMS, "{state: shared, shared_for: [drammen, sande]}", "{state: shared}"),
    "system_moves_an_unknown_municipality": _replace(SYSTEMS, "moves: [sande]", "moves: [sanda]"),
    "undecided_system_is_moved": _replace(
        SYSTEMS,
        "    decision: {product: dk-digital, adopted_by: [drammen, sande], source: report 4.4}\n",
        "",
    ),
    "conversion_of_an_unknown_municipality": _append(
        SYSTEMS, "    conversions: {svelvik: {done: null, source: report 4.4}}\n"
    ),
    "conversion_on_no_day": _append(SYSTEMS, '    conversions: {sande: {done: "2006-02-30", source: report 4.4}}\n'),
    "system_not_adopted_by_who_is_moved": _replace(SYSTEMS, "adopted_by: [drammen, sande]", "adopted_by: [drammen]"),
    "closed_system_on_an_open_host": _replace(
        SYSTEMS, "    hosts: [drm-app2]\n    owner", "    hosts: [drm-app1]\n    owner"
    ),
    "closed_system_in_use_on_an_open_host": _replace(
        SYSTEMS, "run_by: drammen, hosts: [drm-app2]", "run_by: drammen, hosts: [drm-app1]"
    ),
    "unknown_state_of_a_system": _replace(SYSTEMS, "{state: converting}", "{state: decided}"),
    # --- people ---
    "contact_of_an_unknown_role": _replace(PEOPLE, "role: operator", "role: operater"),
    "contact_of_an_unknown_municipality": _replace(PEOPLE, "municipality: sande", "municipality: svelvik"),
    "contact_at_an_unknown_site": _replace(PEOPLE, "site: drm_ops", "site: drm_op"),
    "contact_at_a_site_of_another_municipality": _replace(PEOPLE, "site: drm_ops", "site: san_town_hall"),
    "number_outside_its_range": _replace(PEOPLE, "+4700610010", "+4700620010"),
    "number_is_none": _replace(PEOPLE, "+4700610010", "+47 local 10"),
    "ranges_overlap": _replace(MEMBERS, 'first: "+4700610000"', 'first: "+4700190000"'),
    "range_out_of_order": _replace(MEMBERS, 'last: "+4700619999"', 'last: "+4700600000"'),
    # --- numbering plan ---
    "extension_range_of_an_unknown_municipality": _numbers(("municipality: drammen", "municipality: dramen")),
    "extensions_at_an_unknown_exchange": _numbers(("      exchange: san-pbx1\n", "      exchange: san-pbx2\n")),
    "extensions_at_a_router": _numbers(("exchange_after: drm-pbx1", "exchange_after: drm-core1")),
    "extensions_in_two_ranges": _numbers(('last: "3999"', 'last: "6000"')),
    "extensions_of_another_length": _numbers(('first: "2000", last: "3999"', 'first: "20000", last: "39999"')),
    "extensions_out_of_order": _numbers(('last: "6999"', 'last: "5999"')),
    "extension_is_no_text": _numbers(('first: "6000"', "first: 6000")),
    "extensions_move_with_no_stage": _numbers(("  stage: wan_link\n", "")),
    "extensions_move_with_an_unknown_stage": _numbers(("stage: wan_link", "stage: telephone")),
    "extensions_with_public_numbers_of_others": _numbers(('public: "+4700610000"', 'public: "+4700619500"')),
    "code_begins_an_extension": _numbers(('number: "1700"', 'number: "60"')),
    "code_begins_another_code": _numbers(('number: "1700"', 'number: "1120"')),
    "access_code_begins_a_code": _numbers(('number: "1700"', 'number: "90"')),
    "service_number_without_an_exchange": _numbers(("kind: service, exchange: drm-pbx1", "kind: service")),
    "emergency_numbers_are_none": _numbers(("kind: emergency", "kind: attendant")),
    "trunk_with_one_end": _numbers(("      public: true\n", "")),
    "route_leads_to_two_places": _numbers(('drm-pbx1, route: 1, access_code: "9001"', "drm-pbx1, route: 11")),
    "range_without_a_route": _numbers(('san-pbx1, route: 10, access_code: "9010"', "drm-pbx1, route: 12")),
    # --- windows ---
    "window_of_an_unknown_municipality": _replace(WINDOWS, "municipality: sande", "municipality: sandee"),
    "window_with_an_unknown_contact": _replace(WINDOWS, "sande_it", "sande_ti"),
    "window_of_an_unknown_stage": _replace(WINDOWS, "stage: wan_link", "stage: wan_lnk"),
    "window_of_a_stage_of_others": _replace(WINDOWS, "municipality: sande", "municipality: drammen"),
    "window_ends_before_it_begins": _replace(WINDOWS, "2006-03-04 04:00", "2006-03-03 04:00"),
    "window_on_no_day": _replace(WINDOWS, "2006-03-03 22:00", "2006-02-30 22:00"),
    "window_at_no_time": _replace(WINDOWS, "2006-03-03 22:00", "2006-03-03 22.00"),
    # In Europe/Oslo the clock went from 02:00 to 03:00 on 26 March 2006, and back from 03:00 on 29 October.
    "window_at_a_time_that_is_left_out": _replace(WINDOWS, "2006-03-04 04:00", "2006-03-26 02:30"),
    "window_at_a_time_that_comes_twice": _append(WINDOWS, _window("2006-10-29 02:30", "2006-10-29 05:00")),
    "windows_overlap": _append(WINDOWS, _window("2006-03-04 03:59", "2006-03-04 06:00")),
    "windows_in_the_wrong_order": _all(
        _append(STAGES, _SECOND_STAGE.format(requires="wan_link")),
        _append(WINDOWS, _window("2006-02-03 22:00", "2006-02-04 04:00", stage="zone_firewall")),
    ),
    # --- policy ---
    "policy_of_an_unknown_zone": _replace(POLICY, "sources: [management]", "sources: [managment]"),
    "policy_of_an_unknown_application": _replace(
        POLICY, "applications: [finance, web]", "applications: [finance, webb]"
    ),
    "policy_rule_id_twice": _replace(POLICY, "id: nothing_closed", "id: finance"),
    "policy_rule_is_shadowed": _append(
        POLICY,
        "  - id: web\n    title: Web\n    sources: [users]\n    destinations: [open]\n    applications: [web]\n"
        "    action: deny\n",
    ),
    "policy_rule_is_shadowed_by_several": _append(
        POLICY,
        "  - id: closed\n    title: Closed\n    sources: [management, users]\n    destinations: [closed]\n"
        "    action: permit\n",
    ),
    "port_is_none": _replace(APPLICATIONS, "tcp/443", "tcp/65536"),
    # --- an inventory that is none of ours yet ---
    "nothing_describes_the_estate": lambda estate: estate.forget("group_vars", "host_vars"),
}
