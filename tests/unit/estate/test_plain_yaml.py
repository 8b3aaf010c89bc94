"""What is read quickly is what Ansible reads; what might not be is left to Ansible."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible.parsing.dataloader import DataLoader

from fellesdrift.errors import FellesdriftErrors
from fellesdrift.estate import Logins, load_estate
from fellesdrift.estate.inventory.plain_yaml import plain_mapping

PROJECT = Path(__file__).parents[3]
FILES = sorted(path for path in (PROJECT / "inventories" / "production").rglob("*.yml") if path.name != "hosts.yml")
PLAIN = """\
# æøå
a: 1
b: -20
c: [x, "two words", '3']
d: {e: true, f: No, g: ~, h: }
i: |
  several
  lines
port: 0
"""


def test_every_file_of_an_estate() -> None:
    quick = 0
    for path in FILES:
        found = plain_mapping(path.read_text(encoding="utf-8"))
        if found is not None:
            quick += 1
            assert found == DataLoader().load_from_file(str(path), cache="none"), path
    assert quick > len(FILES) / 2


def test_what_is_plain(tmp_path: Path) -> None:
    path = tmp_path / "plain.yml"
    path.write_text(PLAIN, encoding="utf-8")
    found = plain_mapping(PLAIN)
    assert found == DataLoader().load_from_file(str(path))
    assert found is not None
    assert found["d"] == {"e": True, "f": False, "g": None, "h": None}


@pytest.mark.parametrize(
    "text",
    [
        "a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162",
        "a: !unsafe x",
        "a: &x 1\nb: *x",
        "a: {<<: {b: 1}}",
        "a: '{{ b }}'",
        "a: '{% if b %}'",
        "a: 1\na: 2",
        "a: {b: 1, b: 2}",
        "a: 2026-11-22",
        "a: 12:30",
        "a: 0x10",
        "a: 010",
        "a: 1_000",
        "a: 1.5",
        "1: a",
        '{"a": 1}',
        "- a",
        "a",
        "",
        "a: [1",
        "a: 1\n---\nb: 2",
    ],
)
def test_what_is_left_to_ansible(text: str) -> None:
    assert plain_mapping(text) is None


def estate_with(tmp_path: Path, host_vars: str, limit: str | None = None) -> Logins:
    """The logins of two hosts, one with those variables."""
    logins = Logins(limit)
    inventory = tmp_path / "inventories" / "x"
    (inventory / "host_vars").mkdir(parents=True)
    (inventory / "hosts.yml").write_text("all: {hosts: {a: {ansible_host: 192.0.2.1}, b: }}", encoding="utf-8")
    (inventory / "host_vars" / "b.yml").write_text(host_vars, encoding="utf-8")
    with pytest.raises(Exception, match="FD1"):
        load_estate([inventory], logins=logins)
    return logins


@pytest.mark.parametrize(
    "says",
    [
        "ansible_user: '{{ x }}'",
        "ansible_password: a{b",
        "ansible_password: !vault x",
        "ansible_user: ['{{ y }}']\ny: z",
        "ansible_password: '{{ y }}{'\ny: z",
        "ansible_host: '{{ [y] }}'\ny: z",
    ],
)
def test_a_login_that_cannot_be_known_as_text_is_not_among_them(tmp_path: Path, says: str) -> None:
    assert estate_with(tmp_path, says) == {"a": {"ansible_host": "192.0.2.1"}}


def test_a_plain_login(tmp_path: Path) -> None:
    found = estate_with(tmp_path, "ansible_port: 2222\nansible_password: abc\nother: x\nansible_user:")
    assert found["b"] == {"ansible_port": 2222, "ansible_password": "abc"}


def test_a_login_of_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FELLESDRIFT_DEVICE_PASSWORD", "frå miljøet")
    lookup = "lookup('ansible.builtin.env', 'FELLESDRIFT_DEVICE_PASSWORD', default='')"
    says = f"ansible_password: \"{{{{ vault_x | default({lookup}) }}}}\"\nansible_host: '{{{{ y }}}}'\ny: 192.0.2.7"
    assert estate_with(tmp_path, says)["b"] == {"ansible_password": "frå miljøet", "ansible_host": "192.0.2.7"}


def test_where_something_encrypted_was_passed_over_no_login_is_known(tmp_path: Path) -> None:
    assert estate_with(tmp_path, "$ANSIBLE_VAULT;1.1;AES256\n6162") == {}


def test_a_limit_says_whose_logins_are_wanted(tmp_path: Path) -> None:
    found = estate_with(tmp_path, "ansible_port: 2222", "all:!a")
    assert (found.hosts, dict(found)) == ({"b"}, {"b": {"ansible_port": 2222}})


@pytest.mark.parametrize("limit", ["c", "a,c", "a:&b", "@no_such_file"])
def test_a_limit_that_means_no_host_is_refused(tmp_path: Path, limit: str) -> None:
    (tmp_path / "inventories").mkdir()
    inventory = tmp_path / "inventories" / "hosts.yml"
    inventory.write_text("all: {hosts: {a: , b: }}", encoding="utf-8")
    with pytest.raises(FellesdriftErrors, match="FD740"):
        load_estate([inventory], logins=Logins(limit))
