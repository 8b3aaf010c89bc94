"""Ledgers of drift runs, made up for the tests of the reports: names of the estate, findings as a run has them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fellesdrift.drift.model import JUDGED, Canary, Failure, Finding, History, HostResult, Ledger, Remedy, fingerprint
from fellesdrift.drift.sealed import STATES, HostState

STARTED, ENDED = "2026-11-22T02:30:00Z", "2026-11-22T02:41:17Z"
MEND = "ansible-playbook playbooks/mend.yml -i inventories/production --limit {host} -e change=drift-2026-11-22"
HOSTILE = "</pre><script>alert('æøå')</script><img src=http://192.0.2.1/x>\x1b[31m\u202e&\"'\x00\ufffe]]>"
"""Markup, an escape sequence of a terminal, a character that turns the line round, and what no XML may hold."""


def finding(host: str, key: str, attribute: str = "", **given: Any) -> Finding:
    """A finding that is there since two nights, unless given otherwise."""
    data: dict[str, Any] = {
        "kind": "interface",
        "nature": "different",
        "severity": "high",
        "owner": "wan_link",
        "want": "Fibre to drm-core1 GigabitEthernet0/2/0",
        "have": "Reserve til Åsgata skole",
        "first_seen": "2026-11-21T02:40:58Z",
        "last_seen": ENDED,
        "remedy": Remedy(
            steps=[
                "Describe GigabitEthernet0/2/0",
                " interface GigabitEthernet0/2/0",
                "  description Fibre to drm-core1",
            ],
            command=MEND.format(host=host),
        ),
    }
    data |= given
    return Finding(
        fingerprint=fingerprint(host, data["kind"], key, attribute), host=host, key=key, attribute=attribute, **data
    )


def host(name: str, part: str, state: HostState = "clean", **given: Any) -> HostResult:
    """A host of the municipality that its name begins with."""
    places = {"drm": "drammen", "san": "sande", "roy": "royken", "svv": "svelvik"}
    data: dict[str, Any] = {
        "municipality": places[name[:3]],
        "site": f"{name[:3]}_town_hall",
        "platform": "cisco_ios",
        "managed": True,
        "seconds": 4.25,
    }
    return HostResult(host=name, part=part, state=state, **(data | given))


def ledger(hosts: list[HostResult], **given: Any) -> Ledger:
    """A sealed ledger whose sums fit its hosts."""
    counts = Counter(one.state for one in hosts)
    found = sum(len(one.findings) for one in hosts)
    unknown = Counter(one.state for one in hosts if one.asked and one.managed and one.state not in JUDGED)
    gaps = [f"{unknown[state]} {state.replace('_', ' ')}" for state in STATES if unknown[state]]
    data: dict[str, Any] = {
        "run": "5f0c1e9b2a7d4c36",
        "version": "0.1.0",
        "estate": "production",
        "production": True,
        "started": STARTED,
        "ended": ENDED,
        "outcome": "drift" if found else "incomplete" if gaps else "clean",
        "complete": not gaps,
        "gaps": gaps,
        "kinds": ["interface", "route", "access_list", "configuration", "startup"],
        "planned": len(hosts),
        "asked": sum(one.asked for one in hosts),
        "counts": {state: counts.get(state, 0) for state in STATES},
        "coverage": round(sum(counts[state] for state in JUDGED) / max(1, len(hosts)), 4),
        "findings": found,
        "canary": Canary(found=True, planted="interface/GigabitEthernet0/1/description"),
        "history": History(kept=True),
        "hosts": hosts,
    }
    made = Ledger.model_validate(data | given)
    return Ledger.model_validate_json(made.as_json())


_NETWORK = {
    "drm-core1": "core_routers",
    "drm-core2": "core_routers",
    "drm-fwi1": "internet_firewalls",
    "drm-fwz1": "zone_firewalls",
    "san-rtr1": "town_hall_routers",
    "san-fw1": "town_hall_firewalls",
    "san-skole-rtr1": "unit_routers",
    "roy-rtr1": "town_hall_routers",
    "roy-fw1": "town_hall_firewalls",
    "roy-bygg-rtr1": "unit_routers",
    "svv-rtr1": "town_hall_routers",
    "svv-fw1": "town_hall_firewalls",
}
_SERVERS = {
    "drm-dc1": ("domain_controllers", "windows_2003"),
    "drm-ora1": ("oracle_servers", "windows_2003"),
    "drm-ts1": ("terminal_servers", "windows_2003"),
    "drm-cs1": ("succession_servers", "succession"),
    "san-fs1": ("file_servers", "windows_2003"),
    "san-mer1": ("meridian_exchanges", "meridian"),
    "roy-dc1": ("domain_controllers", "windows_2003"),
    "svv-dom1": ("domino_servers", "windows_2003"),
}


def _servers() -> list[HostResult]:
    return [
        host(
            name,
            part,
            "unsupported",
            platform=platform,
            managed=False,
            seconds=0.0,
            why=f"platform {platform}: this version has no reader for it",
        )
        for name, (part, platform) in _SERVERS.items()
    ]


def clean() -> Ledger:
    """Every network device is as it should be; the servers are in nobody's care yet."""
    return ledger([host(name, part) for name, part in _NETWORK.items()] + _servers())


def drift() -> Ledger:
    """Findings of each severity and nature, one host that does not answer, one expected difference."""
    route = finding(
        "san-rtr1",
        "10.10.0.0/16",
        kind="route",
        nature="missing",
        want={"next_hops": [{"next_hop": "GigabitEthernet0/2/0 10.250.61.1", "distance": 1, "name": None}]},
        have=None,
        first_seen=ENDED,
    )
    rule = finding(
        "drm-fwz1",
        "TRANSIT-IN",
        kind="access_list",
        nature="extra",
        severity="medium",
        owner="zone_firewall",
        want=None,
        have=["permit tcp any host 10.10.30.20 eq 1521"],
        first_seen="2026-11-09T02:39:01Z",
    )
    unmanaged = finding(
        "san-skole-rtr1",
        "snmp-server contact Drift, Røyken rådhus",
        kind="configuration",
        nature="unmanaged",
        severity="low",
        owner="",
        want=None,
        have="snmp-server contact Drift, Røyken rådhus",
        remedy=Remedy(note="Nobody claims it. Take it out at the device, or record it: a new baseline."),
    )
    explained = finding("svv-rtr1", "GigabitEthernet0/2/0", "enabled", want=False, have=True).model_copy(
        update={"expected": "stage wan_link of svelvik is running"}
    )
    changed: dict[str, dict[str, Any]] = {
        "san-rtr1": {
            "state": "drift",
            "findings": [finding("san-rtr1", "GigabitEthernet0/2/0", "description"), route],
            "diff": [
                " interface GigabitEthernet0/2/0",
                "-  description Fibre to drm-core1 GigabitEthernet0/2/0",
                "+  description Reserve til Åsgata skole",
                "-ip route 10.10.0.0 255.255.0.0 GigabitEthernet0/2/0 10.250.61.1",
            ],
        },
        "drm-fwz1": {
            "state": "drift",
            "findings": [rule],
            "diff": [" ip access-list extended TRANSIT-IN", "+ permit tcp any host 10.10.30.20 eq 1521"],
        },
        "san-skole-rtr1": {
            "state": "drift",
            "findings": [unmanaged],
            "diff": ["+snmp-server contact Drift, Røyken rådhus"],
        },
        "roy-fw1": {"state": "unreachable", "code": "FD301", "why": "no session came about within 20 s"},
        "roy-bygg-rtr1": {"state": "refused", "code": "FD303", "why": "the login was refused"},
        "svv-rtr1": {"expected": [explained]},
    }
    hosts = [host(name, part, **changed.get(name, {})) for name, part in _NETWORK.items()]
    return ledger(hosts + _servers(), unfinished=["wan_link of svelvik: running"])


def incomplete() -> Ledger:
    """Nothing was found, and the window ended before Røyken and Svelvik were read."""
    late: dict[str, Any] = {
        "state": "not_run",
        "code": "FD709",
        "why": "the run's time was over before the host had been read",
        "seconds": 0.0,
    }
    return ledger(
        [host(name, part, **(late if name[:3] in ("roy", "svv") else {})) for name, part in _NETWORK.items()]
        + _servers()
    )


def blind() -> Ledger:
    """The canary's difference was not found: all that is clean proves nothing."""
    return ledger(
        [host(name, part) for name, part in _NETWORK.items()],
        outcome="failure",
        canary=Canary(found=False, planted="interface/GigabitEthernet0/1/description", why="nothing"),
        history=History(kept=False, why="the run is a failure: it saw nothing"),
        failure=Failure(code="FD710", text="FD710: the seeded difference was not found\n  found:    nothing"),
    )


def failure() -> Ledger:
    """It ended before it had looked at any host."""
    return ledger(
        [],
        outcome="failure",
        complete=False,
        gaps=["no host was looked at"],
        planned=0,
        asked=0,
        canary=Canary(found=False, planted="", why="it was not asked"),
        history=History(kept=False, why="the run is a failure: it saw nothing"),
        failure=Failure(code="FD705", text="FD705: the desired state is empty\n  expected: at least one resource"),
    )


def hostile() -> Ledger:
    """A device and an inventory that try to be markup, wherever text of theirs is shown."""
    bad = finding("san-rtr1", HOSTILE, HOSTILE, want=HOSTILE, have={HOSTILE: HOSTILE}, owner=HOSTILE, expected="")
    bad = bad.model_copy(update={"remedy": Remedy(steps=[HOSTILE], command=HOSTILE, note=HOSTILE)})
    explained = bad.model_copy(update={"expected": HOSTILE, "fingerprint": "0" * 64})
    given: dict[str, Any] = {"municipality": HOSTILE, "site": HOSTILE, "part": HOSTILE, "platform": HOSTILE}
    hosts = [
        host("san-rtr1", HOSTILE).model_copy(
            update={**given, "state": "drift", "findings": [bad], "expected": [explained], "diff": ["+" + HOSTILE]}
        ),
        host("san-fw1", HOSTILE).model_copy(
            update={**given, "state": "error", "host": HOSTILE, "code": HOSTILE, "why": HOSTILE}
        ),
    ]
    return ledger(
        hosts,
        estate=HOSTILE,
        limit=HOSTILE,
        gaps=[HOSTILE],
        unfinished=[HOSTILE],
        canary=Canary(found=False, planted=HOSTILE, why=HOSTILE),
        history=History(kept=False, why=HOSTILE),
        failure=Failure(code=HOSTILE, text=HOSTILE),
        outcome="failure",
        complete=False,
    )


def huge(number: int = 10_000) -> Ledger:
    """So many hosts: 1 in 20 with two findings and a difference, 1 in 40 that does not answer."""
    parts = ("core_routers", "town_hall_routers", "town_hall_firewalls", "unit_routers", "unit_switches")
    hosts = []
    for index in range(number):
        prefix, name = ("drm", "san", "roy", "svv")[index % 4], f"{index:05d}-rtr1"
        one, given = f"{prefix}-{name}", {}
        if index % 20 == 0:
            found = [finding(one, f"GigabitEthernet0/{port}", "description") for port in range(2)]
            lines = [
                text for port in range(2) for text in (f"-  description want {port}", f"+  description have {port}")
            ]
            given = {"state": "drift", "findings": found, "diff": lines}
        elif index % 40 == 1:
            given = {"state": "unreachable", "code": "FD301", "why": f"no session to {one} came about within 20 s"}
        municipality = f"kommune_{index * 40 // number:02d}"
        hosts.append(host(one, parts[index % 5], municipality=municipality, **given))
    return ledger(hosts)
