"""Loading: what is resolved and what is left alone, from files, several sources, vaults and Ansible's own variables."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager
from support.work import counted

from fellesdrift import estate as package
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import estate_from_variables, load_estate
from fellesdrift.estate.header import estate_header

ESTATE = Path(__file__).resolve().parents[2] / "fixtures" / "estate"


def codes(error: FellesdriftErrors) -> list[str]:
    return [each.code for each in error.errors]


def test_a_folder_and_its_hosts_file_are_the_same_estate():
    assert load_estate([ESTATE]) == load_estate([str(ESTATE / "hosts.yml")])


def test_the_journal_is_the_projects(estate_copy):
    estate = load_estate([estate_copy.inventory])
    assert estate.journal == estate_copy.project / "journal" / "production.sqlite"
    assert estate.production
    assert estate.inventory_dir == estate_copy.inventory
    assert estate.snapshot("san-rtr1") == estate_copy.inventory / "snapshots" / "baseline" / "san-rtr1.cfg"


def test_an_inventory_outside_a_project_has_its_journal_beside_it(estate_copy, tmp_path):
    elsewhere = tmp_path / "estate"
    estate_copy.inventory.rename(elsewhere)
    assert load_estate([elsewhere]).journal == elsewhere / "journal" / "production.sqlite"


def test_a_twin_is_not_production_and_has_its_own_journal(estate_copy, tmp_path):
    estate_copy.append(
        "group_vars/all/twin.yml", f"fellesdrift_twin: {{journal: {tmp_path}/t.sqlite, directory: {tmp_path}}}\n"
    )
    estate = load_estate([estate_copy.inventory])
    assert not estate.production
    assert estate.journal == tmp_path / "t.sqlite"
    assert estate.twin is not None
    assert estate.twin.directory == tmp_path


def test_a_second_source_wins(estate_copy, tmp_path):
    other = tmp_path / "other"
    (other / "host_vars").mkdir(parents=True)
    (other / "hosts.yml").write_text("all: {hosts: {san-rtr1: }}\n", encoding="utf-8")
    (other / "host_vars" / "san-rtr1.yml").write_text("wan_link__note: second\n", encoding="utf-8")
    estate = load_estate([estate_copy.inventory, other])
    assert estate.hosts["san-rtr1"].variables == {"wan_link__note": "second"}
    assert estate.inventory_dir == estate_copy.inventory


def test_role_variables_are_resolved_for_each_host_and_plain(estate_copy, monkeypatch):
    monkeypatch.setenv("WAN_LINK_OWNER", "drift")
    estate_copy.append(
        "group_vars/sande/main.yml",
        """wan_link__name: "{{ inventory_hostname }} at {{ fellesdrift_site }}"
wan_link__owner: "{{ lookup('ansible.builtin.env', 'WAN_LINK_OWNER') }}"
wan_link__timers: {hello: 3, factor: 1.5, since: 2005-06-13, lit: true, unset: null, list: [1, "{{ 1 + 1 }}"]}
__wan_link_internal: 1
ansible__odd: 1
""",
    )
    variables = load_estate([estate_copy.inventory]).hosts["san-fw1"].variables
    assert variables == {
        "wan_link__name": "san-fw1 at san_town_hall",
        "wan_link__owner": "drift",
        "wan_link__timers": {
            "hello": 3,
            "factor": 1.5,
            "since": "2005-06-13",
            "lit": True,
            "unset": None,
            "list": [1, 2],
        },
    }
    assert {type(value) for value in variables.values()} == {str, dict}
    assert type(variables["wan_link__timers"]["hello"]) is int
    assert type(variables["wan_link__name"]) is str


def test_known_hosts_is_a_path_beside_the_inventory(estate_copy):
    assert (
        load_estate([estate_copy.inventory]).hosts["san-rtr1"].known_hosts == estate_copy.inventory / "known_hosts.txt"
    )


def test_passwords_are_not_looked_at(estate_copy, monkeypatch):
    for name in ("FELLESDRIFT_DEVICE_PASSWORD", "FELLESDRIFT_DEVICE_ENABLE"):
        monkeypatch.delenv(name, raising=False)
    estate_copy.append("host_vars/san-fw1.yml", "ansible_password: \"{{ lookup('file', '/nonexistent') }}\"\n")
    assert load_estate([estate_copy.inventory]).hosts["san-fw1"].dead_man == "reload"


def test_vaulted_files_and_values_need_no_password(estate_copy):
    secret = VaultSecret(b"not told to the loader")
    vault = VaultLib([("default", secret)])
    cipher = vault.encrypt("ansible_password: x\n", secret=secret).decode()
    (estate_copy.inventory / "group_vars" / "sande" / "vault.yml").write_text(cipher, encoding="utf-8")
    estate_copy.append("host_vars/san-rtr1.yml", "ansible_password: !vault |\n  " + cipher.replace("\n", "\n  ") + "\n")
    estate = load_estate([estate_copy.inventory])
    assert estate.hosts["san-rtr1"].municipality == "sande"


def test_a_roles_secret_is_left_out_and_what_fellesdrift_reads_must_be_none(estate_copy):
    secret = VaultSecret(b"not told to the loader")
    cipher = VaultLib([("default", secret)]).encrypt("x", secret=secret).decode()
    value = "!vault |\n    " + cipher.replace("\n", "\n    ") + "\n"
    estate_copy.append("host_vars/san-rtr1.yml", f"wan_link__key: {value}wan_link__keys: [{{a: 1}}]\n")
    estate_copy.append("host_vars/san-rtr1.yml", f"wan_link__deep:\n  inner: {value}")
    assert load_estate([estate_copy.inventory]).hosts["san-rtr1"].variables == {"wan_link__keys": [{"a": 1}]}

    estate_copy.append("host_vars/san-rtr1.yml", 'wan_link__derived: "{{ wan_link__key }}"\n')
    estate_copy.append("host_vars/drm-fwi1.yml", f"fellesdrift_dead_man: {value}")
    with pytest.raises(FellesdriftErrors) as caught:
        load_estate([estate_copy.inventory])
    assert codes(caught.value) == ["FD103", "FD103"]


def test_the_same_value_given_twice_is_no_difference(estate_copy):
    text = (estate_copy.inventory / "group_vars" / "all" / "zones.yml").read_text(encoding="utf-8")
    estate_copy.append("host_vars/san-fw1.yml", text.removeprefix("---\n"))
    load_estate([estate_copy.inventory])


def test_an_estate_variable_that_cannot_be_resolved_for_one_host_is_a_difference(estate_copy):
    estate_copy.append("host_vars/san-fw1.yml", "fellesdrift_zones: '{{ nothing }}'\n")
    with pytest.raises(FellesdriftErrors) as caught:
        load_estate([estate_copy.inventory])
    assert codes(caught.value) == ["FD108"]


def test_all_errors_at_once(estate_copy):
    estate_copy.replace("group_vars/all/links.yml", "gateway: 10.61.1.1\n", "gatway: 10.61.1.1\n")
    estate_copy.replace("group_vars/all/services.yml", "zone: open", "zone: opne")
    estate_copy.append("host_vars/drm-fwi1.yml", "fellesdrift_dead_man: reload\n")
    estate_copy.remove("snapshots/baseline/san-fw1.cfg")
    estate_copy.append("host_vars/san-fw1.yml", "fellesdrift_dead: none\n")
    with pytest.raises(FellesdriftErrors) as caught:
        load_estate([estate_copy.inventory])
    assert {"FD105", "FD106", "FD112", "FD130", "FD131"} <= set(codes(caught.value))


@pytest.mark.parametrize("sources", [[], ["/nonexistent/inventory"], ["a,b,"], ["/nonexistent/1", "/nonexistent/2"]])
def test_no_inventory_is_an_error_not_an_empty_estate(sources):
    with pytest.raises(FellesdriftErrors) as caught:
        load_estate(sources)
    assert codes(caught.value) == ["FD101"] * max(1, len(sources))


def test_a_snapshot_that_is_no_text(estate_copy):
    (estate_copy.inventory / "snapshots" / "baseline" / "san-fw1.cfg").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FellesdriftErrors) as caught:
        load_estate([estate_copy.inventory])
    assert codes(caught.value) == ["FD132"]


def test_gates_and_roles_that_the_caller_knows(estate_copy):
    stages = "group_vars/all/stages.yml"
    estate_copy.replace(stages, "role: wan_link", "role: fellesdrift.core.wan_link")
    estate_copy.replace(stages, "interface_free", "moon_phase")
    (estate_copy.project / "roles" / "wan_link").mkdir(parents=True)
    gates = ["reachable", "startup_saved", "dead_man", "moon_phase", "services_before"]
    roles = [estate_copy.project / "roles", estate_copy.project / "none"]
    assert load_estate([estate_copy.inventory], roles_dirs=roles, gates=gates).stages[0].role.endswith("wan_link")


def _ansible(path: Path) -> tuple[dict[str, list[str]], HostVars]:
    loader = DataLoader()
    inventory = InventoryManager(loader=loader, sources=[str(path / "hosts.yml")])
    manager = VariableManager(loader=loader, inventory=inventory)
    return inventory.get_groups_dict(), HostVars(inventory, manager, loader)


def test_from_ansibles_own_variables_comes_the_same_estate(estate_copy):
    estate_copy.append(
        "group_vars/sande/main.yml", 'wan_link__name: "{{ inventory_hostname }}"\nfellesdrift_run: registered\n'
    )
    groups, hostvars = _ansible(estate_copy.inventory)
    estate = estate_from_variables(groups, hostvars, str(estate_copy.inventory))
    # A registered result of that name is no error in a task; in the inventory it is.
    estate_copy.replace("group_vars/sande/main.yml", "fellesdrift_run: registered\n", "")
    assert estate == load_estate([estate_copy.inventory])


def test_errors_in_ansibles_own_variables_name_their_places(estate_copy):
    estate_copy.replace("group_vars/all/services.yml", "zone: open", "zone: opne")
    groups, hostvars = _ansible(estate_copy.inventory)
    with pytest.raises(FellesdriftErrors) as caught:
        estate_from_variables(groups, hostvars, estate_copy.inventory)
    assert codes(caught.value) == ["FD112"]
    assert (caught.value.errors[0].file or "").startswith("inventories/production/group_vars/all/services.yml:")


def test_plain_variables_have_no_place():
    with pytest.raises(FellesdriftErrors) as caught:
        estate_from_variables({"all": ["a"]}, {"a": {"fellesdrift_estate": {"name": 1}}}, "/x/inventories/y")
    assert "FD104" in codes(caught.value)
    with pytest.raises(FellesdriftErrors) as caught:
        estate_from_variables({}, {}, "/x/inventories/y")
    assert codes(caught.value) == ["FD101"]


def test_the_header_alone(estate_copy, tmp_path):
    estate = load_estate([estate_copy.inventory])
    _, hostvars = _ansible(estate_copy.inventory)
    header = estate_header(dict(hostvars["san-rtr1"]), estate_copy.inventory)
    assert (header.name, header.journal, header.production) == (estate.name, estate.journal, True)
    assert (header.controller, header.project_dir) == (estate.controller.address, estate_copy.project)
    twin = {"fellesdrift_twin": {"journal": str(tmp_path / "t"), "directory": str(tmp_path)}}
    assert not estate_header({**dict(hostvars["san-rtr1"]), **twin}, estate_copy.inventory).production
    with pytest.raises(FellesdriftErrors) as caught:
        estate_header({}, estate_copy.inventory)
    assert codes(caught.value) == ["FD104"]


def test_questions_about_what_is_not_there():
    estate = load_estate([ESTATE])
    with pytest.raises(FellesdriftError) as caught:
        estate.stage("wan_lnk")
    assert (caught.value.code, caught.value.next_step) == ("FD140", "did you mean 'wan_link'?")
    with pytest.raises(FellesdriftError) as caught:
        estate.select(["platform"], "svelvik")
    assert caught.value.code == "FD140"
    assert estate.link_of("san-rtr1", "GigabitEthernet0/2/0") is estate.links["san_fibre"]
    assert estate.link_of("san-rtr1", "Loopback0") is None
    assert estate.municipality("sande").name == "Sande"
    assert estate.links["drm_open"].other_end("drm-fwz1") is None
    assert estate.links["san_fibre"].end_of("drm-fwz1") is None
    with pytest.raises(AttributeError):
        _ = package.nothing


def test_importing_the_package_imports_neither_ansible_nor_pydantic():
    code = "import sys, fellesdrift.estate.addresses; print({'ansible', 'pydantic'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def loading(folder: Path, count: int) -> int:
    """What is called to load an estate of that many hosts."""
    inventory = folder / str(count) / "inventories" / "big"
    (inventory / "snapshots" / "baseline").mkdir(parents=True)
    hosts = [f"core{number}" for number in range(count)]
    (inventory / "hosts.yml").write_text(
        "all:\n  vars:\n"
        "    fellesdrift_municipality: here\n    fellesdrift_site: hall\n    fellesdrift_platform: cisco_ios\n"
        "    fellesdrift_known_hosts: '{{ inventory_dir }}/known_hosts.txt'\n"
        "    fellesdrift_estate: {name: Big, host_municipality: here, time_zone: Europe/Oslo,\n"
        "      journal: j, production: false, controller: {address: 10.1.0.1, link: lan}}\n"
        "    fellesdrift_municipalities: {here: {name: Here, prefix: 10.1.0.0/16}}\n"
        "    fellesdrift_zones: {users: {title: Users}}\n    fellesdrift_externals: {}\n    fellesdrift_services: {}\n"
        "    fellesdrift_sites: {hall: {name: Hall, municipality: here, kind: town_hall}}\n    fellesdrift_stages: []\n"
        "    fellesdrift_links: {lan: {kind: lan, prefix: 10.1.0.0/16, zone: users, ends: ["
        + ", ".join(
            f"{{host: {host}, interface: Gi0, address: 10.1.1.{number + 1}}}" for number, host in enumerate(hosts)
        )
        + "]}}\n  children:\n    network:\n      hosts:\n"
        + "".join(
            f"        {host}: {{fellesdrift_management_address: 10.1.1.{n + 1}}}\n" for n, host in enumerate(hosts)
        ),
        encoding="utf-8",
    )
    for number, host in enumerate(hosts):
        (inventory / "snapshots" / "baseline" / f"{host}.cfg").write_text(
            f"hostname {host}\n!\ninterface Gi0\n ip address 10.1.1.{number + 1} 255.255.0.0\n!\nend\n",
            encoding="utf-8",
        )
    with counted() as work:
        assert len(load_estate([inventory]).hosts) == count
    return work.calls


def test_four_times_as_many_hosts_take_four_times_the_work(tmp_path):
    loading(tmp_path, 10)  # what is loaded and compiled once
    few, many = loading(tmp_path, 50), loading(tmp_path, 200)
    assert many < 5 * few, (few, many)


def test_the_display_is_given_back(estate_copy, capfd):
    from ansible.utils.display import Display

    load_estate([estate_copy.inventory])
    Display().display("heard again")
    assert capfd.readouterr().out == "heard again\n"
    assert "ANSIBLE_FORCE_COLOR" not in os.environ
