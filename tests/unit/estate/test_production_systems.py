"""The production estate's servers, systems and people: what the report says, line by line, and no more.

The tables are those of the project report (4.4), typed again here: a slip in the inventory is found by comparison.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from fellesdrift.estate import load_estate
from fellesdrift.estate.assumptions import assumptions

PROJECT = Path(__file__).resolve().parents[3]
MEMBERS = ("drammen", "royken", "sande", "svelvik")

# system: what Drammen, Røyken, Sande and Svelvik have, and the working group's conclusion
SHARED = {
    "case_archive": (("Kontor 2000", "Kontor 2000", "Kontor 2000", "Kontor 2000"), "Kontor 2000"),
    "finance": (("Agresso", "Agresso", "Agresso", "Agresso"), "Agresso"),
    "invoicing": (("Agresso", "Agresso", "KOMFAKT", "KOMFAKT"), "Agresso"),
    "incoming_invoices": (("Agresso", None, "Agresso", None), "Agresso"),
    "tax_accounting": (("NIT Skatt", "NIT Skatt", "NIT Skatt", "NIT Skatt"), "NIT Skatt"),
    "tax_collection": (("Innfordring 2000",) * 4, "Innfordring 2000"),
    "portal": (("dk-digital", "e-factory", "Telenor Portal", "KIOSK"), "dk-digital"),
    "telephony_support": (("Trio Present", "Trio Present", None, None), "Trio Present"),
    "payroll": (("Vivaldi", "NLP", "NLP", "NLP"), None),
}
LINE_OF_BUSINESS = {
    "nursing_care": (("Gerica", "Gerica", "Gerica", "Profil"), "Gerica"),
    "school": (("IST-Extens", "IST-Extens", "IST-Extens", None), "IST-Extens"),
    "health_clinic": (("HS-pro", "Info-doc", "HS-pro", "HS-pro"), "HS-pro"),
    "social_services": (("Oscar", "Familia", "Socio", "Ephorma Humanus"), "Socio"),
    "refugees": (("MD-flyktning",) * 4, "MD-flyktning"),
    "library": (("Bibliofil", "Bibliofil", "Micromark", "Bibliofil"), "Bibliofil"),
    "culture_school": (("Cetus", "Cetus", "Cetus", None), "Cetus"),
}


@pytest.fixture(scope="module")
def estate():
    return load_estate([PROJECT / "inventories" / "production"])


def test_the_tables_are_whole(estate):
    assert list(estate.systems) == [*SHARED, *LINE_OF_BUSINESS]
    assert {key for key, system in estate.systems.items() if system.group == "shared"} == set(SHARED)


@pytest.mark.parametrize("key", [*SHARED, *LINE_OF_BUSINESS])
def test_a_system_is_as_in_its_table(estate, key):
    products, conclusion = {**SHARED, **LINE_OF_BUSINESS}[key]
    system = estate.systems[key]
    assert tuple(system.in_use[member].product for member in MEMBERS) == products
    assert system.recommendation.product == conclusion
    assert "4.4" in system.recommendation.source
    for use in system.in_use.values():
        assert (use.product is None) == (use.run_by is None)


def test_what_is_decided_is_not_what_is_recommended(estate):
    decided = {key: system.decision for key, system in estate.systems.items() if system.decision is not None}
    assert {key: (each.product, tuple(each.adopted_by)) for key, each in decided.items()} == {
        "portal": ("dk-digital", MEMBERS),
        "social_services": ("Socio", ("drammen", "royken")),
    }
    assert {key: system.moves for key, system in estate.systems.items() if system.moves} == {
        "portal": ["royken", "sande", "svelvik"]
    }


def test_what_drammen_runs_for_others_already(estate):
    shared = {key: system.status.shared_for for key, system in estate.systems.items() if system.status.shared_for}
    assert shared == {
        "case_archive": ["drammen", "royken"],
        "finance": list(MEMBERS),
        "nursing_care": ["drammen", "royken"],
        "culture_school": ["drammen", "royken"],
    }
    # Each is a service that a stage must not cut, for the same members.
    for key, members in shared.items():
        assert estate.services[key].protected
        assert set(estate.services[key].used_by) == set(members)
        assert estate.hosts[estate.systems[key].hosts[0]].management_address == estate.services[key].address
    assert estate.systems["incoming_invoices"].status.state == "separate_project"
    assert {member for member, use in estate.systems["payroll"].in_use.items() if use.run_by == "edb"} == set(
        estate.services["payroll"].used_by
    )


def test_sensitive_systems_are_closed_and_say_that_it_is_assumed(estate):
    closed = {key for key, system in estate.systems.items() if system.zone == "closed"}
    assert closed == {"nursing_care", "health_clinic", "social_services", "refugees"}
    for key in closed:
        assert "sensitive personal data" in estate.systems[key].reason
        assert {estate.links[estate.hosts[host].link].zone for host in estate.systems[key].hosts} == {"closed"}


def test_a_system_runs_where_its_operator_is(estate):
    for system in estate.systems.values():
        for use in system.in_use.values():
            assert {estate.hosts[host].municipality for host in use.hosts} <= {use.run_by}


def test_the_hosts_are_as_the_documentation_counts_them(estate):
    platforms = Counter(host.platform for host in estate.hosts.values())
    exchanges = platforms["meridian"] + platforms["succession"]
    text = " ".join((PROJECT / "docs" / "estate.md").read_text(encoding="utf-8").split())
    said = f"{platforms['cisco_ios']} network devices, {platforms['windows_2003']} servers and {exchanges} exchanges"
    assert said in text
    assert len(estate.hosts) == 102


def test_svelvik_has_no_terminal_servers_and_the_others_do(estate):
    having = {estate.hosts[name].municipality for name in estate.groups["terminal_servers"]}
    assert having == {"drammen", "royken", "sande"}
    assert "not what it has" in estate.hosts["svv-meridian1"].reason
    assert {estate.hosts[name].municipality for name in estate.groups["succession_servers"]} == {"drammen"}


def test_oracle_is_separate_for_the_open_and_the_closed_zone(estate):
    shared = set(estate.groups["oracle_servers"]) & set(estate.groups["shared_servers"])
    zones = Counter(estate.links[estate.hosts[name].link].zone for name in shared)
    assert zones == {"open": 2, "closed": 2}


def test_names_of_servers_fit_netbios(estate):
    assert all(len(name) <= 15 for name in estate.groups["windows"])


def test_servers_and_exchanges_are_assumed_and_out_of_reach_of_ordinary_modules(estate):
    servers = {*estate.groups["windows"], *estate.groups["telephony"]}
    assert all(estate.hosts[name].assumed for name in servers)
    for group in ("windows", "telephony"):
        text = (PROJECT / "inventories" / "production" / "group_vars" / f"{group}.yml").read_text(encoding="utf-8")
        assert "ansible_connection: fellesdrift.core.refuse" in text
        (line,) = (line for line in text.splitlines() if line.startswith("ansible_password"))
        assert f"vault_{'windows' if group == 'windows' else 'exchange'}_password" in line
        assert "default=''" in line


def test_exchanges_are_reached_over_telnet_where_the_inventory_says_so(estate):
    assert all(estate.hosts[name].telnet for name in estate.groups["telephony"])
    assert not any(host.telnet for host in estate.hosts.values() if host.platform in ("windows_2003", "cisco_ios"))


def test_only_drammen_is_on_call_round_the_clock(estate):
    always = {contact.municipality for contact in estate.contacts.values() if contact.hours == "always"}
    assert always == {"drammen"}
    assert {contact.role for contact in estate.contacts.values()} <= set(estate.roles)


def test_every_connected_site_has_somebody_to_call(estate):
    called = {contact.site for contact in estate.contacts.values() if contact.site is not None}
    assert called == {key for key, site in estate.sites.items() if site.connected}


def test_numbers_cannot_be_anybodys(estate):
    ranges = [municipality.numbers for municipality in estate.municipalities.values()]
    numbers = [number for each in ranges for number in (each.first, each.last)]
    numbers += [contact.telephone for contact in estate.contacts.values()]
    assert all(number.startswith("+4700") and len(number) == 11 for number in numbers)


def test_there_is_a_night_for_every_stage_of_every_municipality(estate):
    wanted = [(member, stage.id) for stage in estate.stages for member in stage.municipalities]
    assert sorted((window.municipality, window.stage) for window in estate.windows) == sorted(wanted)
    for window in estate.windows:
        start = datetime.strptime(window.start, "%Y-%m-%d %H:%M")
        assert (start.year, start.strftime("%a"), start.hour) == (2006, "Fri", 22)


def test_reasons_are_sentences_that_name_their_ground(estate):
    for each in assumptions(estate):
        assert each.reason[0].isupper()
        assert each.reason.endswith((".", ")", '"')), each
