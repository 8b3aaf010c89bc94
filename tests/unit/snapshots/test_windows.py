"""Snapshots of Windows hosts: their form, whose names are in them, and what is otherwise than in the baseline."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import load_estate
from fellesdrift.estate.typed_snapshots import Kinds, SnapshotFormError
from fellesdrift.estate.windows_snapshots import WindowsSnapshot, read, secrets_in, text_of
from fellesdrift.snapshots.store import Latest, digest_of
from fellesdrift.snapshots.typed_findings import compare_typed, unmanaged_typed
from fellesdrift.snapshots.windows_reading import answered, lasting, people_in, without_people
from fellesdrift.state.windows import KINDS as STATE_KINDS

PRODUCTION = Path(__file__).parents[3] / "inventories" / "production"
WORDS = st.text(max_size=12)
KINDS = st.dictionaries(
    st.sampled_from(["service", "share", "registry", "group"]),
    st.dictionaries(WORDS, st.dictionaries(WORDS.filter(lambda name: name != "present"), st.integers() | WORDS)),
)


def snapshot(**kinds: dict[str, dict[str, object]]) -> str:
    return text_of(WindowsSnapshot("SAN-FILE1", {}, kinds))


@given(KINDS)
def test_what_is_written_is_read_again(kinds: Kinds) -> None:
    text = text_of(WindowsSnapshot("SAN-FILE1", {"version": "5.2"}, kinds, {"printer": "FD322"}))
    found = read(text)
    whole = {kind: {key: {"present": True, **one} for key, one in keys.items()} for kind, keys in kinds.items()}
    assert (found.computer, found.kinds, found.unread) == ("SAN-FILE1", whole, {"printer": "FD322"})
    assert text_of(found) == text
    assert text.count("\n") == 8 + sum(2 * bool(keys) + len(keys) + (not keys) for keys in kinds.values())


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"schema": "fellesdrift.windows/1"}', snapshot()[:-4], "hostname san-rtr1\nend\n"]
)
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(SnapshotFormError):
        read(text)


@pytest.mark.parametrize("kinds", [[], {"service": []}, {"service": {"Spooler": "auto"}}])
def test_a_wrong_shape_is_told_with_its_place(kinds: object) -> None:
    text = snapshot().replace('"kinds": {\n }', f'"kinds": {kinds!r}'.replace("'", '"'))
    with pytest.raises(SnapshotFormError, match=r"kinds|service"):
        read(text)


def test_every_windows_host_of_the_estate_has_a_baseline_without_people_and_secrets() -> None:
    estate = load_estate([PRODUCTION])
    for host in estate.groups["windows"]:
        found = read(estate.snapshot(host).read_text(encoding="utf-8"))
        assert found.computer == host.upper()
        assert found.kinds["service"].keys() >= {"RpcSs", "WinRM", "W32Time"}
        assert not found.unread
        assert not secrets_in(found)
        assert found.kinds["user"].keys() == {"Administrator", "Gjest", "fellesdrift"}
    assert "Assumed" in (PRODUCTION / "snapshots" / "baseline" / "ABOUT").read_text(encoding="utf-8")


STATE = {
    "user": {"Administrator": {"present": True}, "karinordmann": {"present": True, "full_name": "Kari"}},
    "group": {
        "Brukere": {"present": True, "members": ["Administrator", "karinordmann", "SANDE\\olanordmann", "Lesere"]},
        "Lesere": {"present": True, "members": []},
    },
    "service": {
        "Fagsystem": {"account": ".\\svc_fag", "start": "auto", "state": "running"},
        "Gammel": {"account": "SANDE\\olanordmann", "start": "manual", "state": "running"},
        "W32Time": {"account": "LocalSystem", "start": "auto"},
    },
}


def test_nobodys_name_is_kept_and_how_many_there_are_is() -> None:
    known = {"administrator", "svc_*"}
    found = without_people(STATE, known)
    assert found["user"] == {"Administrator": {"present": True}, "<person 1>": {"present": True}}
    assert found["group"]["Brukere"]["members"] == ["Administrator", "Lesere", "<person 1>", "<person 2>"]
    assert [one["account"] for one in found["service"].values()] == [".\\svc_fag", "<person 1>", "LocalSystem"]
    assert "ordmann" not in str(found)
    assert people_in(STATE, known) == {"karinordmann", "SANDE\\olanordmann"}


def test_what_does_not_last_and_secrets_are_left_out() -> None:
    values = {"DefaultPassword": {"type": "string", "data": "hemmelig"}, "Tall": {"type": "dword", "data": 1}}
    found = lasting({**STATE, "registry": {"HKLM\\X": {"present": True, "values": values}}})
    assert "state" not in found["service"]["Gammel"]
    assert found["service"]["Fagsystem"]["state"] == "running"
    claimed = lasting(STATE, {"service": {"gammel": {"state": "stopped"}}})
    assert claimed["service"]["Gammel"]["state"] == "running"
    assert found["registry"]["HKLM\\X"]["values"] == {
        "DefaultPassword": {"type": "string", "data": "<secret>"},
        "Tall": values["Tall"],
    }
    assert "hemmelig" not in str(found)
    assert secrets_in(WindowsSnapshot("X", {}, {"registry": {"HKLM\\X": {"values": values}}})) == [
        "registry/HKLM\\X/DefaultPassword"
    ]


def test_printers_are_asked_for_where_something_prints() -> None:
    everything = answered({"service": {"Spooler": {"state": "running"}}})
    assert everything == frozenset(STATE_KINDS)
    assert everything - answered({"service": {"SPOOLER": {"state": "stopped"}}}) == {"printer", "printer_port"}


def test_differences_from_the_baseline() -> None:
    before = snapshot(service={"Spooler": {"start": "auto"}, "Alerter": {"start": "disabled"}})
    after = snapshot(service={"SPOOLER": {"start": "manual"}, "Ny": {"start": "auto"}})
    found = compare_typed(before, after)
    assert (found.new, found.gone) == (["service/Ny"], ["service/Alerter"])
    assert [(one.key, one.attribute, one.baseline, one.latest) for one in found.different] == [
        ("Spooler", "start", "auto", "manual")
    ]
    assert unmanaged_typed(after, {"service": {"spooler": {}}}) == ["service/Ny"]
    with pytest.raises(FellesdriftError, match="FD713"):
        compare_typed("{}", after)


def test_the_latest_snapshot_has_a_name_of_its_form(tmp_path: Path) -> None:
    latest, text = Latest(tmp_path), snapshot()
    latest.write({"san-file1": (text, "2026-11-22T15:40:00Z"), "san-rtr1": ("end\n", "2026-11-22T15:40:00Z")}, "{}")
    assert {path.name for path in latest.folder.iterdir()} >= {"san-file1.json", "san-rtr1.cfg"}
    assert latest.text("san-file1") == text
    assert latest.index()["san-file1"].digest == digest_of(text)
