"""Folders, small files and shares of a Windows host, against the twin's."""

from __future__ import annotations

import pytest
from support.windows import Running
from support.windows_state import brought, there_and_back

from fellesdrift.state.windows import open_host, prepare
from fellesdrift.state.windows.errors import RefusedStateError, UnreadableStateError

HOSTS = r"C:\WINDOWS\system32\drivers\etc\hosts"
TEXT = '# æøå "a" %PATH% & | > ! ^\n10.61.2.11\tsan-file2\n\n'
LIST = [
    {"account": "S-1-5-32-544", "access": "full"},
    {"account": "Brukere", "access": "change"},
    {"account": "Gjest", "access": "read", "type": "deny"},
]


def test_the_hosts_file(host: Running) -> None:
    there_and_back(host, {"file": {HOSTS: {"content": TEXT}}})
    plan = brought(host, {"file": {HOSTS: {"content": TEXT}}})
    found = host.host.files.find(HOSTS)
    assert found is not None
    assert found.data == TEXT.replace("\n", "\r\n").encode("cp1252")
    assert host.host.files.find(f"{HOSTS}.fellesdrift") is None
    brought(host, plan.before)


@pytest.mark.parametrize(("content", "encoding"), [("", "ansi"), ("blåbærsyltetøy", "oem"), ("en linje\n", "ansi")])
def test_other_files(host: Running, content: str, encoding: str) -> None:
    desired = {
        "folder": {r"D:\Fag\Oppsett": {}},
        "file": {r"D:\Fag\Oppsett\en fil.ini": {"content": content, "encoding": encoding}},
    }
    plan = there_and_back(host, desired)
    assert list(plan.before["folder"]) == [r"D:\Fag", r"D:\Fag\Oppsett"]


def test_a_file_is_removed_and_comes_back(host: Running) -> None:
    there_and_back(host, {"file": {HOSTS: {"present": False}}})


@pytest.mark.parametrize("data", [b"a\nb\r\n", b"\x00\x01", b"a\rb", b"x" * 70000, "å".encode("utf-16")])
def test_a_file_that_could_not_be_put_back_is_never_touched(host: Running, data: bytes) -> None:
    path = r"D:\rar.txt"
    host.do(lambda: host.host.files.write(path, data, host.host.now()))
    with open_host(host.target()) as opened, pytest.raises(UnreadableStateError):
        prepare(opened, {"file": {path: {"content": "a"}}})


def test_a_share_with_its_folder_and_who_may_use_it(host: Running) -> None:
    claim = {"path": r"D:\Nytt\Æøå", "description": "Nytt", "max_users": 10, "permissions": LIST}
    desired = {"share": {"Nytt$": claim}, "folder": {r"D:\Nytt\Æøå": {}}}
    there_and_back(host, desired)
    plan = brought(host, desired)
    assert [entry.mask for entry in host.host.shares["nytt$"].entries] == [0x1200A9, 0x1F01FF, 0x1301BF]
    brought(host, plan.before)


def test_what_is_not_claimed_of_a_share_stays(host: Running) -> None:
    plan = there_and_back(host, {"share": {"felles": {"permissions": LIST}}})
    assert list(plan.before["share"]["felles"]) == ["permissions"]
    there_and_back(host, {"share": {"felles": {"max_users": 3}}})
    assert host.host.shares["felles"].description == "Felles filer"


def test_another_path_is_another_share_with_the_same_rest(host: Running) -> None:
    plan = there_and_back(host, {"share": {"Felles": {"path": r"D:\Data\Hjem"}}})
    assert [step.title for step in plan.steps] == ["Remove share Felles", "Create share Felles"]
    assert plan.after["share"]["Felles"]["description"] == "Felles filer"


def test_a_purge_leaves_what_windows_made_itself(host: Running) -> None:
    plan = brought(host, {"share": {"Felles": {}}}, purge=["share"])
    assert [step.title for step in plan.steps] == ["Remove share Hjem"]
    assert {"c$", "admin$", "ipc$", "felles"} == set(host.host.shares)
    brought(host, plan.before)


@pytest.mark.parametrize(
    "desired",
    [
        {"share": {"Ny": {"path": r"D:\Finnes ikke"}}},
        {"share": {"Ny": {}}},
        {"share": {"Felles": {"permissions": [{"account": "ukjent", "access": "read"}]}}},
        {"file": {r"D:\Finnes ikke\a.txt": {"content": ""}}},
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(host: Running, desired: dict) -> None:
    with open_host(host.target()) as opened, pytest.raises(RefusedStateError):
        prepare(opened, {**desired, "service": {"Dhcp": {"state": "stopped"}}})


def test_the_hosts_own_shares_cannot_be_claimed(host: Running) -> None:
    with open_host(host.target()) as opened, pytest.raises(UnreadableStateError):
        prepare(opened, {"share": {"C$": {"present": False}}})


@pytest.mark.parametrize("lies_in_it", ["folder", "file", "share"])
@pytest.mark.parametrize("there", [True, False])
def test_what_lies_in_a_folder_that_is_to_go_is_refused_first(host: Running, lies_in_it: str, there: bool) -> None:
    inside = r"D:\Gammel\Under"
    claims = {
        "folder": {inside: {}},
        "file": {rf"{inside}.txt": {"content": "x"}},
        "share": {"Under": {"path": inside}},
    }
    desired = {"folder": {r"d:\gammel": {"present": False}}}
    if there:
        brought(host, {"folder": {inside: {}}})
        brought(host, {lies_in_it: claims[lies_in_it]})
    desired[lies_in_it] = desired.get(lies_in_it, {}) | claims[lies_in_it]
    with open_host(host.target()) as session, pytest.raises(RefusedStateError) as caught:
        prepare(session, desired)
    assert caught.value.key.startswith(f"{lies_in_it}/")
    if there:
        gone = {lies_in_it: {key: {"present": False} for key in claims[lies_in_it]}}
        gone["folder"] = {inside: {"present": False}, r"D:\Gammel": {"present": False}}
        brought(host, gone)
