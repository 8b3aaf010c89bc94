"""The registry of a Windows host, against the twin's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from support.windows import Running, windows_host
from support.windows_state import brought, there_and_back

from fellesdrift.state.windows import bring, open_host, prepare
from fellesdrift.state.windows.errors import RefusedStateError, UnreadableStateError

KEY = r"HKLM\SOFTWARE\Kommune\Fag"
VALUES = {
    "": {"type": "string", "data": "standard"},
    "Sti": {"type": "expand_string", "data": r"%SystemRoot%\æøå"},
    "tall": {"type": "dword", "data": 0xFFFFFFFF},
    "bit": {"type": "binary", "data": "00FFab"},
    "liste": {"type": "multi_string", "data": ["en", "to tre"]},
    "tom": {"type": "string", "data": ""},
    "spørsmål?": {"type": "string", "data": "hva? – € “x”"},
    "borte": None,
}


@pytest.fixture(scope="module")
def wide() -> Iterator[Running]:
    with windows_host(x64=True) as running:
        yield running


def test_all_types_in_both_views(wide: Running) -> None:
    narrow = KEY.replace("HKLM", "HKLM:32")
    plan = there_and_back(wide, {"registry": {KEY: {"values": VALUES}, narrow: {"values": {"tom": VALUES["tall"]}}}})
    assert plan.before["registry"][r"HKLM:32\SOFTWARE\Kommune"] == {"present": False}
    brought(wide, {"registry": {narrow: {"values": {"tom": VALUES["tall"]}}}})
    assert wide.host.registry.get(r"SOFTWARE\Wow6432Node\Kommune\Fag", "tom") == 0xFFFFFFFF
    assert wide.host.registry.get(r"SOFTWARE\Kommune\Fag", "tom") is None


def test_a_host_with_one_view_has_the_same_key_by_both_names(host: Running) -> None:
    brought(host, {"registry": {KEY.replace("HKLM", "HKLM:32"): {"values": {"a": VALUES["tall"]}}}})
    with open_host(host.target()) as opened:
        assert prepare(opened, {"registry": {KEY: {"values": {"a": VALUES["tall"]}}}}).steps == []


def test_a_value_of_another_type_and_one_too_many(host: Running) -> None:
    brought(host, {"registry": {KEY: {"values": VALUES}}})
    there_and_back(host, {"registry": {KEY.upper(): {"values": {"TALL": VALUES[""], "Sti": None}}}})
    there_and_back(host, {"registry": {KEY: {"present": False}}})


def test_many_values_are_a_handful_of_requests(host: Running) -> None:
    desired = {
        "registry": {
            rf"HKLM\SOFTWARE\Mange\K{key}": {
                "values": {f"v{number}": {"type": "string", "data": f"æ {number}"} for number in range(10)}
            }
            for key in range(10)
        }
    }
    brought(host, desired)
    with open_host(host.target()) as opened:
        before = opened.client.requests
        assert prepare(opened, desired).steps == []
        assert opened.client.requests - before <= 6
        desired["registry"][r"HKLM\SOFTWARE\Mange\K3"]["values"]["v3"]["data"] = "ny"
        before = opened.client.requests
        assert [step.key for step in prepare(opened, desired).steps] == [r"HKLM\SOFTWARE\Mange\K3"]
        assert opened.client.requests - before <= 8


def test_what_could_not_be_put_back_is_never_touched(host: Running) -> None:
    host.do(lambda: host.host.registry.put(r"SOFTWARE\Rart", "q", 11, b"12345678"))
    for desired in ({"values": {"q": None}}, {"values": {"q": VALUES["tall"]}}, {"present": False}):
        with open_host(host.target()) as opened, pytest.raises(UnreadableStateError):
            prepare(opened, {"registry": {r"HKLM\SOFTWARE\Rart": desired}})


def test_a_key_goes_only_with_those_below_it(host: Running) -> None:
    brought(host, {"registry": {rf"{KEY}\Under": {}}})
    with open_host(host.target()) as opened, pytest.raises(RefusedStateError, match="Under"):
        prepare(opened, {"registry": {KEY: {"present": False}}})
    there_and_back(host, {"registry": {KEY: {"present": False}, rf"{KEY}\Under": {"present": False}}})


@pytest.mark.parametrize(("code", "refused"), [(5, True), (2, False), (259, False)])
def test_a_key_that_may_not_be_looked_into_has_something_below_it(
    host: Running, monkeypatch: pytest.MonkeyPatch, code: int, refused: bool
) -> None:
    """Access denied is no end of what there is; the codes for none are."""
    with open_host(host.target()) as opened:
        bring(opened, prepare(opened, {"registry": {KEY: {}}}))
        ask = opened.client.invoke

        def invoke(cls: str, verb: str, *given: Any) -> Any:
            return {"ReturnValue": code, "sNames": None} if verb == "EnumKey" else ask(cls, verb, *given)

        monkeypatch.setattr(opened.client, "invoke", invoke)
        with pytest.raises(UnreadableStateError, match="EnumKey returned 5") if refused else nullcontext():
            assert prepare(opened, {"registry": {KEY: {"present": False}}}).steps


@pytest.mark.parametrize("gone", [r"hklm\software\skole", r"HKLM:32\SOFTWARE\Skole"])
def test_a_key_below_one_that_is_to_go_is_refused_first(host: Running, gone: str) -> None:
    below = r"HKLM\SOFTWARE\Skole\Fag"
    with open_host(host.target()) as opened, pytest.raises(RefusedStateError) as caught:
        prepare(opened, {"registry": {gone: {"present": False}, below: {}}})
    assert caught.value.key == f"registry/{below}"
