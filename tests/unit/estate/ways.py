"""Every way in which an estate can be wrong that we know of: a name, and what to do to a good one."""

from __future__ import annotations

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
BASELINE = "snapshots/baseline"


class Breakable(Protocol):
    def replace(self, file: str, old: str, new: str) -> None: ...
    def append(self, file: str, text: str) -> None: ...
    def write(self, file: str, text: str) -> None: ...
    def remove(self, file: str) -> None: ...


Break = Callable[[Breakable], None]


def _replace(file: str, old: str, new: str) -> Break:
    return lambda estate: estate.replace(file, old, new)


def _append(file: str, text: str) -> Break:
    return lambda estate: estate.append(file, text)


def _remove(file: str) -> Break:
    return lambda estate: estate.remove(file)


_SECOND_STAGE = """  - id: zone_firewall
    title: Rules between the zones
    role: wan_link
    requires: [{requires}]
    waves:
      - name: Zone firewall
        hosts: ["platform:&zone_firewalls"]
    municipalities: [sande]
"""

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
}
