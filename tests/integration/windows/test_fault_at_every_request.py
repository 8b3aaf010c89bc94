"""A fault at any request of a run: whatever it is, the next run ends as an undisturbed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from support.windows import Running, windows_host
from support.windows_generated import PASSWORDS

from fellesdrift.errors import FellesdriftError
from fellesdrift.state.windows import KINDS, bring, check, open_host, prepare, read_all, read_host
from fellesdrift.state.windows.kinds import Resources

SPEED = 200.0
LISTABLE = sorted(name for name, kind in KINDS.items() if kind.listable)
TASK = {"program": r"C:\Drift\natt.cmd", "schedule": {"repeat": "daily", "every": 1, "at": "02:30"}, "enabled": False}
FEW: dict[str, Any] = {
    "folder": {r"C:\Drift": {}},
    "service": {"W32Time": {"start": "manual", "state": "stopped"}, "Browser": {"state": "stopped"}},
    "registry": {r"HKLM\SOFTWARE\Drift": {"values": {"a": {"type": "string", "data": "æøå"}}}},
    "share": {"Drift": {"path": r"C:\Drift", "description": "Ærlig"}},
}
# what belongs together: a fault meets every request of each, and there are few of them between it and the end
SCENES: dict[str, dict[str, Any]] = {
    "files": {
        "folder": {r"C:\Drift": {}},
        "file": {r"C:\Drift\liste.txt": {"content": "blåbær\nøl\n"}},
        "share": {"Drift": {"path": r"C:\Drift", "description": "Ærlig"}, "Hjem": {"present": False}},
    },
    "accounts": {
        "user": {"kari": {"full_name": "Rolle", "password_expires": False}, "Gjest": {"description": "æøå"}},
        "group": {"Driftere": {"members": ["kari"]}, "Gjester": {"members": []}},
    },
    "services": {
        "service": {
            "W32Time": {"start": "manual", "state": "stopped"},
            "Browser": {"state": "stopped"},
            "Agent": {"path": r"C:\Drift\agent.exe", "dependencies": ["Spooler"], "state": "running"},
        },
        "time_service": {"server": {"source": "peers", "peers": ["10.61.2.1"], "serves": True}},
    },
    "registry": {
        "registry": {
            r"HKLM\SOFTWARE\Drift\Under": {"values": {"a": {"type": "string", "data": "æøå"}}},
            r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion": {"values": {"CSDVersion": None}},
        },
        "odbc_source": {"Fag": {"driver": "SQL Server", "settings": {"Server": "db"}}},
    },
    "printers": {
        "printer_port": {"IP_kopi": {"address": "192.0.2.31"}},
        "printer": {
            "Kopi": {"driver": "HP LaserJet 4", "port": "IP_kopi", "share": "Kopi"},
            "Kopirom": {"comment": "øl"},
            "Servicetorg": {"present": False},
        },
    },
    "settings": {
        "event_log": {"System": {"max_kb": 1024, "overwrite": 7}},
        "terminal_services": {"server": {"connections": True, "logons": False}},
        "scheduled_task": {"Natt": TASK},
    },
    "adapter": {"network_adapter": {"10.61.2.10": {"dns_servers": ["10.61.2.53"], "dns_domain": "sande.example"}}},
}

type Strike = Callable[[Running], None]

FAULTS: dict[str, Strike] = {
    "drop before": lambda host: host.fault("drop", when="before"),
    "drop after": lambda host: host.fault("drop", when="after"),
    "garbage": lambda host: host.fault("garbage"),
    "quota": lambda host: host.fault("quota"),
    "expire": lambda host: host.fault("expire"),
    # a login is refused where there is one: after a connection that was lost
    "login refused and lost": lambda host: (host.fault("refuse_login"), host.fault("drop", when="after"))[0],
    "slow_receive": lambda host: host.fault("slow_receive", seconds=0.8),
    "slow": lambda host: host.fault("slow", seconds=0.8),
}
# what every message can meet; others want a login, a shell, a page
ALWAYS = ("drop before", "drop after", "garbage")


def once(running: Running, desired: dict[str, Any], strike: Strike | None = None, at: int = 0) -> int:
    """One run; how many messages it sent. The fault is there from the message with that number on."""
    sent = 0

    def tell(direction: str, _message: str) -> None:
        nonlocal sent
        sent += direction == "sent"
        if direction == "sent" and sent == at and strike is not None:
            strike(running)

    with open_host(running.target(transcript=tell, timeout=0.5 if strike else 30.0)) as host:
        bring(host, prepare(host, desired, passwords=PASSWORDS), speed=SPEED)
    return sent


def seen(running: Running, desired: dict[str, Any]) -> tuple[Resources, Resources]:
    """All that can be listed, and all that is desired."""
    with open_host(running.target()) as host:
        return read_all(host, LISTABLE), read_host(host, check(desired))


def undisturbed(desired: dict[str, Any]) -> tuple[int, tuple[Resources, Resources]]:
    with windows_host(SPEED) as running:
        return once(running, desired), seen(running, desired)


def disturbed(desired: dict[str, Any], right: tuple[Resources, Resources], name: str, at: int) -> str:
    """What the first run ended with; the second one has to end as an undisturbed one, and a third has nothing to do."""
    with windows_host(SPEED) as running:
        try:
            once(running, desired, FAULTS[name], at)
            ended = "done"
        except FellesdriftError as error:
            ended = error.code
        if name in ALWAYS:
            assert not any(fault.times for fault in running.host.faults.held), "it did not strike"
        running.heal()
        if ended != "done":
            once(running, desired)
        assert seen(running, desired) == right
        with open_host(running.target()) as host:
            assert prepare(host, desired, passwords=PASSWORDS).steps == []
    return ended


def test_a_sample() -> None:
    requests, right = undisturbed(FEW)
    names = ("drop before", "drop after", "garbage", "quota", "login refused and lost")
    ended = Counter(disturbed(FEW, right, names[at % len(names)], at) for at in range(1, requests + 1, 4))
    assert ended["done"] and len(ended) > 2, ended


def test_the_scenes_have_every_kind() -> None:
    """People install programs and hotfixes: there is no step of them."""
    assert {kind for scene in SCENES.values() for kind in scene} == KINDS.keys() - {"program", "hotfix"}


@pytest.mark.long
@pytest.mark.parametrize(("number", "name"), list(enumerate(FAULTS)))
@pytest.mark.parametrize("scene", SCENES)
def test_every_request(scene: str, number: int, name: str) -> None:
    """A lost connection at each; of the others every request meets half."""
    requests, right = undisturbed(SCENES[scene])
    assert requests > 5
    first, step = (1, 1) if name.startswith("drop") else (1 + number % 2, 2)
    for at in range(first, requests + 1, step):
        disturbed(SCENES[scene], right, name, at)


@pytest.mark.long
@pytest.mark.parametrize("name", ["drop before", "drop after"])
def test_a_run_over_everything(name: str) -> None:
    """All scenes in one run: what was lost in one kind leaves the others as they should be."""
    desired = {kind: by_key for scene in SCENES.values() for kind, by_key in scene.items()}
    requests, right = undisturbed(desired)
    for at in range(1, requests + 1, 5):
        disturbed(desired, right, name, at)
