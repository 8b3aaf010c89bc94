"""Desired data of Windows hosts: what it becomes, and what a person is told who wrote it wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fellesdrift.state.windows import check
from fellesdrift.state.windows.errors import (
    DesiredError,
    NotDoneError,
    PasswordMissingError,
    PredictionError,
    RefusedError,
    RefusedStateError,
    UnknownOutcomeError,
    UnreadableStateError,
)

WRONG: list[Any] = [
    [],
    {"service": {"x": {"stat": "running"}}},
    {"service": {"x": {"state": True}}},
    {"service": {"x": {"state": "running", "start": "disabled"}}},
    {"service": {"x": {"dependencies": ["RpcSs", "rpcss"]}}},
    {"service": {"x": {"present": False, "state": "stopped"}}},
    {"service": {"x": {}, "X": {}}},
    {"service": {17: {}}},
    {"service": {"a/b": {}}},
    {"user": {"x": {"password": "p"}}},
    {"user": {"x": {"description": 'en "merkelig" 100%'}}},
    {"user": {"a|b": {}}},
    {"group": {"x": {"members": ["a"], "member": {"b": True}}}},
    {"group": {"x": {"member": {"b": "yes"}}}},
    {"folder": {r"Data\Felles": {}}},
    {"file": {r"D:\a.txt": {"content": "€ ≠", "encoding": "oem"}}},
    {"file": {r"D:\a.txt": {"content": "a\x00"}}},
    {"file": {r"D:\a.txt": {}}},
    {"share": {"Felles": {"path": r"\\server\share"}}},
    {"share": {"Felles": {"permissions": [{"account": "Alle", "access": "write"}]}}},
    {"share": {"a*": {}}},
    {"registry": {r"HKCU\Software\X": {}}},
    {"registry": {r"HKLM:32\SYSTEM\X": {}}},
    {"registry": {r"HKLM\SOFTWARE\Wow6432Node\X": {}}},
    {"registry": {r"HKLM\SOFTWARE\X": {"values": {"a": {"type": "qword", "data": 1}}}}},
    {"registry": {r"HKLM\SOFTWARE\X": {"values": {"a": {"type": "dword", "data": -1}}}}},
    {"registry": {r"HKLM\SOFTWARE\X": {"values": {"a": None, "A": None}}}},
]


def test_texts_of_wrong_data(golden: Callable[[str, object], None]) -> None:
    shown = []
    for desired in WRONG:
        with pytest.raises(DesiredError) as caught:
            check(desired)
        shown.append(caught.value)
    golden("windows/desired", "\n".join(str(each) for each in shown))


def test_an_unknown_kind_is_told_with_the_nearest_one() -> None:
    with pytest.raises(DesiredError) as caught:
        check({"servcie": {}})
    assert str(caught.value.expected).startswith("did you mean service? one of ")


def test_texts_of_the_others(golden: Callable[[str, object], None]) -> None:
    host = "san-file1"
    shown = [
        UnreadableStateError(host, "service/W32Time/state", "stop pending", "one of running, stopped, paused"),
        RefusedStateError(host, "service/Netlogon/state", "it is disabled", "a service that may start"),
        RefusedError(host, "Stop service Spooler", "Win32_Service.StopService returned 3"),
        NotDoneError(host, "Stop service Spooler", {"state": "running"}, {"state": "stopped"}),
        UnknownOutcomeError(host, "Create user drift", "FD301: the host cannot be reached"),
        PredictionError(host, ["service/Spooler/state: predicted 'stopped', found 'running'"]),
        PasswordMissingError(host, "user/drift", "drift"),
    ]
    golden("windows/state", "\n".join(str(each) for each in shown))


def test_checked_data_is_canonical_and_stays_so() -> None:
    desired = {
        "service": {"Spooler": {}},
        "registry": {r"hkey_local_machine\SOFTWARE\X": {"values": {"a": {"type": "binary", "data": "FF"}}}},
        "file": {r"D:\a.txt": {"content": "a\r\nb"}},
        "share": {"Felles": {"permissions": [{"account": "Alle", "access": "0x1301bf"}]}},
        "group": {"x": {"present": False}},
    }
    checked = check(desired)
    assert checked == {
        "service": {"Spooler": {"present": True}},
        "registry": {
            r"HKLM\SOFTWARE\X": {"present": True, "values": {"a": {"type": "binary", "data": "ff"}}},
        },
        "file": {r"D:\a.txt": {"present": True, "content": "a\nb", "encoding": "ansi"}},
        "share": {
            "Felles": {"present": True, "permissions": [{"account": "Alle", "access": "change", "type": "allow"}]}
        },
        "group": {"x": {"present": False}},
    }
    assert check(checked) == checked
