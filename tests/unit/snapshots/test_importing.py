"""A whole inventory that passes the check, or none."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.configurations import CONFIGS, mutated

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import load_estate
from fellesdrift.snapshots.host_keys import lines_for
from fellesdrift.snapshots.importing import check_devices, import_estate, refuse_unread
from fellesdrift.snapshots.report import Source, report_of
from fellesdrift.snapshots.starting import Read
from fellesdrift.snapshots.taking import Taken

TIME = "2026-11-22T15:40:00Z"


def config(name: str, address: str, *more: str) -> str:
    return "\n".join(
        [f"hostname {name}", "interface FastEthernet0/0", f" ip address {address} 255.255.255.0", *more, "end", ""]
    )


def read(name: str, address: str, *more: str) -> Read:
    return Read(name, address, 22, config(name, address, *more), TIME)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "inventories").mkdir()
    return tmp_path / "inventories" / "ny"


def test_it_passes_the_check_whatever_it_is_called(target: Path) -> None:
    for name in ("ny", "2005", "a-rtr1", "network", "Ås og Ø", "---"):
        place = target.with_name(name)
        made = import_estate(place, [read("a-rtr1", "10.1.1.1")], ["10.1.1.9"], ["10.1.1.1 ssh-rsa AAAA"])
        assert (made.hosts, made.links, made.notes) == (1, 1, [])
        estate = load_estate([place])
        assert (estate.name, estate.controller.address) == (name, "10.1.1.9")
        assert estate.hosts["a-rtr1"].management_address == "10.1.1.1"
        assert (place / "known_hosts.txt").read_text(encoding="utf-8") == "10.1.1.1 ssh-rsa AAAA\n"
    assert {path.name for path in target.parent.iterdir()} == {"ny", "2005", "a-rtr1", "network", "Ås og Ø", "---"}


def test_where_it_is_reached_is_kept(target: Path) -> None:
    device = replace(
        read("a", "10.1.1.1"), address="192.0.2.9", port=2022, legacy=True, model="Cisco 2821", software="12.4"
    )
    import_estate(target, [device], ["10.1.1.9"], [])
    text = (target / "host_vars/a.yml").read_text(encoding="utf-8")
    assert "ansible_host: 192.0.2.9\nansible_port: 2022\nfellesdrift_ssh_legacy: true\n" in text


def test_it_changes_nothing_that_is_there(target: Path, golden: Callable[[str, object], None], monkeypatch) -> None:
    monkeypatch.chdir(target.parent.parent)
    target.mkdir()
    with pytest.raises(FellesdriftError) as caught:
        import_estate(Path("inventories/ny"), [read("a", "10.1.1.1")], ["10.1.1.9"], [])
    golden("snapshot/FD910", caught.value)
    assert list(target.iterdir()) == []
    with pytest.raises(FellesdriftError, match="FD910"):
        import_estate(target / "x" / "y", [read("a", "10.1.1.1")], ["10.1.1.9"], [])


def test_what_stands_in_its_way(target: Path, golden: Callable[[str, object], None]) -> None:
    with pytest.raises(FellesdriftError) as caught:
        import_estate(
            target, [Read("a", "192.0.2.9", 22, "hostname a\nend\n", TIME), read("b", "10.1.1.1")], ["10.1.1.9"], []
        )
    golden("snapshot/FD911", caught.value)
    with pytest.raises(FellesdriftError) as caught:
        import_estate(target, [read("a", "10.1.1.1")], ["127.0.0.1", "10.1.1.1", "10.1.1.255", "me"], [])
    golden("snapshot/FD912", caught.value)
    with pytest.raises(FellesdriftErrors) as several:
        check_devices([read("a", "10.1.1.1"), read("a", "10.1.2.1"), read("b", "10.1.3.1")])
    golden("snapshot/FD913", several.value)
    with pytest.raises(FellesdriftErrors) as several:
        check_devices([])
    golden("snapshot/FD914", several.value)
    silent = {
        "a": Source(Taken("read", config="x")),
        "b": Source(Taken("refused", "FD302", "no")),
        "c": Source(Taken("not_run")),
    }
    with pytest.raises(FellesdriftError) as caught:
        refuse_unread(report_of("ny", TIME, silent))
    golden("snapshot/FD915", caught.value)
    assert list(target.parent.iterdir()) == []


def test_one_that_does_not_pass_is_not_made(target: Path) -> None:
    twice = "interface Loopback0\n ip address 10.9.9.9 255.255.255.255"
    with pytest.raises(FellesdriftErrors) as caught:
        both = [read("a", "10.1.1.1", twice), read("b", "10.1.2.1", twice)]
        import_estate(target, [replace(each, address="127.0.0.1") for each in both], ["10.1.1.9"], [])
    assert {error.code for error in caught.value.errors} == {"FD119"}
    assert str(target) in str(caught.value) or "inventories/ny" in str(caught.value)
    assert list(target.parent.iterdir()) == []


def test_a_lan_that_no_static_route_leads_to_is_taken_for_transit(target: Path) -> None:
    lan = "interface FastEthernet0/1\n ip address 10.2.2.1 255.255.255.0"
    devices = [read("a", "10.1.1.1"), read("b", "10.1.1.2", lan)]
    made = import_estate(target, devices, ["10.1.1.9"], [])
    assert [note.partition(":")[0] for note in made.notes] == ["10.2.2.0/24"]
    link = load_estate([target]).links["net_10_2_2_0_24"]
    assert (link.zone, link.assumed) == ("transit", True)
    assert "No static route" in str(link.reason)


def test_check_only_leaves_nothing(target: Path) -> None:
    made = import_estate(target, [read("a", "10.1.1.1")], ["10.1.1.9"], [], check_only=True)
    assert made.hosts == 1
    assert list(target.parent.iterdir()) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(min_value=0))
def test_damaged_configurations_end_in_an_inventory_or_in_errors(target: Path, seed: int) -> None:
    chance = random.Random(seed)
    place = target.with_name(f"m{seed}")
    devices = [Read(name, "127.0.0.1", 22, mutated(text, chance), TIME) for name, text in list(CONFIGS.items())[:6]]
    try:
        import_estate(place, devices, ["10.10.0.10"], [])
        load_estate([place])
    except (FellesdriftError, FellesdriftErrors):
        assert not place.exists()


def test_host_keys_are_found_by_name_port_and_hash(tmp_path: Path) -> None:
    salt = b"a salt of twenty byt"
    digest = base64.b64encode(hmac.new(salt, b"[192.0.2.3]:2022", hashlib.sha1).digest()).decode()
    file = tmp_path / "known"
    file.write_text(
        "# comment here too\n@revoked 192.0.2.1 ssh-rsa BAD\n192.0.2.1,other ssh-rsa AAA note\n192.0.2.1 ssh-dss BBB\n"
        f"|1|{base64.b64encode(salt).decode()}|{digest} ssh-rsa CCC\n|1|broken ssh-rsa DDD\n192.0.2.9 ssh-rsa EEE\n",
        encoding="utf-8",
    )
    assert lines_for(file, [("192.0.2.1", 22), ("192.0.2.3", 2022)]) == [
        "192.0.2.1 ssh-rsa AAA",
        "192.0.2.1 ssh-dss BBB",
        "[192.0.2.3]:2022 ssh-rsa CCC",
    ]
    assert lines_for(tmp_path / "none", [("192.0.2.1", 22)]) == []
