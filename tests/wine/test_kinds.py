"""The kinds of state against Wine: what it can is brought about; what it only says it did is found out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.windows import Running
from support.wine.front import WineWmi
from support.wine.machine import MOST_SECONDS, Machine

from fellesdrift.errors import FellesdriftError
from fellesdrift.state.windows.apply import bring, prepare
from fellesdrift.state.windows.host import Host, open_host

KEY = r"HKLM\SOFTWARE\Fellesdrift"


@pytest.fixture
def host(wine: Running) -> Iterator[Host]:
    with open_host(wine.target(timeout=MOST_SECONDS)) as opened:
        yield opened


@pytest.fixture
def key(host: Host) -> Iterator[str]:
    """A key with a value: of one without any, Wine says an error that Windows does not."""
    assert host.run(f"reg add {KEY} /v Annet /t REG_SZ /d x /f").code == 0
    yield KEY
    assert host.run(f"reg delete {KEY} /f").code == 0


def changed(host: Host, desired: dict[str, Any]) -> list[str]:
    """Bring it about; the steps' titles. What was predicted is what is read, and a second run has no step."""
    planned = prepare(host, desired)
    bring(host, planned)
    assert prepare(host, desired).steps == []
    return [step.title for step in planned.steps]


def refused(host: Host, desired: dict[str, Any]) -> str:
    """The code of the error that it ends with."""
    with pytest.raises(FellesdriftError) as caught:
        bring(host, prepare(host, desired))
    return caught.value.code


def test_a_service_starts_with_what_it_needs_and_stops_before_it(host: Host, machine: Machine) -> None:
    line = r"sc create Avhengig binPath= C:\windows\system32\spoolsv.exe start= demand depend= Spooler"
    assert host.run(line).code == 0
    try:
        assert changed(host, {"service": {"spooler": {"state": "running", "start": "manual"}}}) == [
            "Start service spooler"
        ]
        assert changed(host, {"service": {"Avhengig": {"dependencies": ["SPOOLER"], "state": "stopped"}}}) == []
        assert changed(host, {"service": {"Spooler": {"state": "stopped"}}}) == ["Stop service Spooler"]
        needing = prepare(host, {"service": {"Avhengig": {"state": "running"}}})
        assert [step.title for step in needing.steps] == ["Start service Spooler", "Start service Avhengig"]
    finally:
        assert host.run("sc delete Avhengig").code == 0


def test_what_wine_cannot_do_to_a_service_is_an_error_and_leaves_it(host: Host) -> None:
    for claim in ({"start": "disabled"}, {"account": "NT AUTHORITY\\LocalService"}, {"display_name": "Utskrift"}):
        assert refused(host, {"service": {"Spooler": claim}}) in ("FD322", "FD421", "FD423")
    (row,) = host.client.query("Win32_Service", ["State", "StartMode", "DisplayName"], 'Name="Spooler"')
    assert row == {"State": "Stopped", "StartMode": "Manual", "DisplayName": "Print Spooler"}


def test_texts_of_the_registry(host: Host, key: str) -> None:
    wanted = {"values": {"Ærlig": {"type": "string", "data": "blåbær & <øl>"}, "Tom": {"type": "string", "data": ""}}}
    assert changed(host, {"registry": {key: wanted}}) == [
        f"Set Ærlig of registry key {key}",
        f"Set Tom of registry key {key}",
    ]
    assert "blåbær & <øl>" in host.run(f"reg query {key}").stdout
    assert host.run(rf"reg add {key} /v Ærlig /t REG_SZ /d annet /f").code == 0
    assert changed(host, {"registry": {key: wanted}}) == [f"Set Ærlig of registry key {key}"]


def test_many_values_are_proved_by_the_text_of_reg(host: Host, key: str) -> None:
    """Of numbers and lists Wine's WMI gives nothing: only what `reg` prints shows that they are as desired."""
    values: dict[str, dict[str, Any]] = {f"V{at}": {"type": "dword", "data": at * 1000} for at in range(8)}
    values |= {"Navn": {"type": "string", "data": "blåbær"}, "Rå": {"type": "binary", "data": "0aff"}}
    types = {"dword": "REG_DWORD", "string": "REG_SZ", "binary": "REG_BINARY"}
    lines = [f"reg add {key} /v {name} /t {types[each['type']]} /d {each['data']} /f" for name, each in values.items()]
    assert host.run(" && ".join(lines)).code == 0
    assert changed(host, {"registry": {key: {"values": values}}}) == []
    assert host.run(f"reg add {key} /v V3 /t REG_DWORD /d 1 /f").code == 0
    assert refused(host, {"registry": {key: {"values": values}}}) == "FD322", "V3 cannot be read exactly: not clean"


def test_a_key_without_values_is_an_error_to_wine_and_so_to_us(host: Host, key: str) -> None:
    """259, no more items: whatever it means, it is neither an empty key nor none."""
    empty = {"hDefKey": 0x80000002, "sSubKeyName": key.removeprefix("HKLM\\") + r"\Tom"}
    assert host.client.invoke("StdRegProv", "CreateKey", empty)["ReturnValue"] == 0
    for claim in ({}, {"present": False}):
        assert refused(host, {"registry": {rf"{key}\Tom": claim}}) == "FD421"
    assert host.run(rf"reg delete {key}\Tom /f").code == 0
    assert changed(host, {"registry": {rf"{key}\Tom": {"present": False}}}) == []


def test_a_folder_is_made_and_removed(host: Host, machine: Machine) -> None:
    assert changed(host, {"folder": {r"C:\Drift\Økonomi": {}}}) == [
        r"Create folder C:\Drift",
        r"Create folder C:\Drift\Økonomi",
    ]
    assert (machine.c / "Drift" / "Økonomi").is_dir()
    gone = {"folder": {r"C:\Drift\Økonomi": {"present": False}, r"C:\Drift": {"present": False}}}
    assert len(changed(host, gone)) == 2
    assert not (machine.c / "Drift").exists()


@pytest.mark.parametrize(
    ("desired", "code"),
    [
        # an exit code of 0, and nothing done
        ({"group": {"Driftere": {"description": "x"}}}, "FD424"),
        # an unknown class has no instances, and no fault: nobody is found to make a member of
        ({"user": {"kari": {"full_name": "Rolle"}}}, "FD422"),
        ({"share": {"Felles": {"path": r"C:\windows"}}}, "FD322"),
        # an instance without its size
        ({"file": {r"C:\windows\win.ini": {"content": "x"}}}, "FD323"),
        ({"file": {r"C:\windows\win.ini": {"present": False}}}, "FD323"),
        ({"scheduled_task": {"T": {"program": "cmd.exe", "schedule": {"repeat": "start"}}}}, "FD322"),
        ({"printer_port": {"P": {"address": "192.0.2.9"}}}, "FD432"),
        ({"hotfix": {"KB123456": {}}}, "FD431"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
def test_what_wine_says_it_did_is_read_again(host: Host, desired: dict[str, Any], code: str) -> None:
    with pytest.raises(FellesdriftError) as caught:
        bring(host, prepare(host, desired, passwords={"kari": "Passord-1234"}), speed=10)
    assert caught.value.code == code
    assert "Wine's helper" not in str(caught.value), "the front end's own fault"


def test_nobody_needs_anybody_is_no_answer(wine: Running, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wine's own answer for a class that it has not: no instances, no fault."""
    monkeypatch.setattr(WineWmi, "dependencies", False)
    assert refused(host, {"service": {"Spooler": {"dependencies": []}}}) == "FD421"
    assert refused(host, {"service": {"Spooler": {"state": "running"}}}) == "FD421"
