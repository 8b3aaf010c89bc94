"""Desired states of a Windows host as hypothesis makes them: every kind, within what the kind's own check takes.

Keys are few, so that one state meets what another one left; texts have Norwegian letters, and what cmd, reg and XML
would read as something else where the form allows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

PASSWORD = "Passord-1234"
ACCOUNTS = ("kari", "Økonom")
PASSWORDS = dict.fromkeys(ACCOUNTS, PASSWORD)
GONE: Mapping[str, Any] = {"present": False}

_FOLDERS = (r"C:\Drift", r"C:\Drift\Økonomi", r"D:\Data\Felles", r"D:\Felles æ")
_LETTERS = "abcÆøå 1,.-()&<>'"
_SAFE = st.text("abcÆøå 1,.-()", max_size=12).map(str.strip)
_TEXT = st.text(_LETTERS, max_size=12).map(str.strip)
_FLAG = st.booleans()

type Claims = st.SearchStrategy[dict[str, Any]]


def some(**attributes: st.SearchStrategy[Any]) -> Claims:
    """Any of these attributes."""
    return st.fixed_dictionaries({}, optional=attributes)


def there_or_not(claim: Claims) -> Claims:
    """Absence about every fourth time."""
    return st.integers(0, 3).flatmap(lambda number: st.just(dict(GONE)) if number == 0 else claim)


def keyed(claim: Claims, *keys: str, most: int = 2) -> Claims:
    """Some of these keys."""
    return st.dictionaries(st.sampled_from(keys), claim, min_size=1, max_size=most)


_LINES = st.lists(st.text('abcÆøå 1\t"%!^&|<>', max_size=20), max_size=4).map("\n".join)
_VALUE = st.one_of(
    st.none(),
    st.builds(lambda data: {"type": "string", "data": data}, st.text(_LETTERS + '"%\\', max_size=12)),
    st.builds(lambda data: {"type": "expand_string", "data": data}, st.sampled_from(["%TEMP%\\x", "", "æøå"])),
    st.builds(lambda data: {"type": "dword", "data": data}, st.sampled_from([0, 1, 10, 0x7FFFFFFF, 0xFFFFFFFF])),
    st.builds(lambda data: {"type": "binary", "data": data.hex()}, st.binary(max_size=20)),
    st.builds(
        lambda data: {"type": "multi_string", "data": data},
        st.lists(st.text("abcø 1\\0", min_size=1, max_size=5), max_size=3),
    ),
)
_VALUES = st.dictionaries(st.sampled_from(["a", "B", "Ærlig", "", "x y", "1", "q", "z"]), _VALUE, max_size=8)
_SERVICES = ("W32Time", "Spooler", "seclogon", "Alerter", "lanmanworkstation", "lanmanserver", "Browser", "Netlogon")
_START, _STATE = st.sampled_from(["auto", "manual"]), st.sampled_from(["running", "stopped"])
_THERE = ("S-1-1-0", "S-1-5-32-544", "Gjest")
_PERMISSION = st.fixed_dictionaries(
    {
        # those that may not be there are drawn less often: a state with one of them is refused
        "account": st.one_of(st.sampled_from(_THERE), st.sampled_from(_THERE), st.sampled_from(ACCOUNTS)),
        "access": st.sampled_from(["read", "change", "full", "0x1"]),
        "type": st.sampled_from(["allow", "deny"]),
    }
)
_TIMES = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
_DAYS = st.lists(st.sampled_from(["sun", "mon", "tue", "wed", "thu", "fri", "sat"]), min_size=1, unique=True)
_PROGRAM = st.sampled_from([r"C:\Drift\natt.cmd", r"C:\Program Files\natt.exe"])
_SCHEDULE = st.one_of(
    st.just({"repeat": "start"}),
    st.builds(lambda every, at: {"repeat": "daily", "every": every, "at": at}, st.integers(1, 365), _TIMES),
    st.builds(
        lambda every, days, at: {"repeat": "weekly", "every": every, "days": days, "at": at},
        st.integers(1, 52),
        _DAYS,
        _TIMES,
    ),
    st.builds(lambda day, at: {"repeat": "monthly", "day": day, "at": at}, st.integers(1, 31), _TIMES),
    st.builds(lambda every, at: {"repeat": "minutes", "every": every, "at": at}, st.integers(1, 1439), _TIMES),
)
_SERVERS = st.lists(st.sampled_from(["10.61.2.53", "192.0.2.53", "198.51.100.53"]), max_size=2, unique=True)
_SETTINGS = st.dictionaries(st.sampled_from(["Server", "Database", "Språk"]), st.one_of(st.none(), _TEXT))
_DRIVERS = st.sampled_from(["Generic / Text Only", "HP LaserJet 4"])

KINDS: Mapping[str, Claims] = {
    "folder": keyed(there_or_not(st.just({})), *_FOLDERS),
    "file": keyed(
        there_or_not(st.fixed_dictionaries({"content": _LINES, "encoding": st.sampled_from(["ansi", "oem"])})),
        r"C:\WINDOWS\Temp\blåbær.txt",
        r"C:\WINDOWS\system32\drivers\etc\hosts",
        r"C:\Drift\Økonomi\liste.csv",
    ),
    "user": keyed(
        there_or_not(
            some(
                full_name=_SAFE,
                description=_SAFE,
                disabled=_FLAG,
                password_expires=_FLAG,
                password_changeable=_FLAG,
            )
        ),
        *ACCOUNTS,
    ),
    "group": keyed(
        there_or_not(
            st.one_of(
                some(description=_SAFE, members=st.lists(st.sampled_from([*ACCOUNTS, "Gjest"]), unique=True)),
                some(description=_SAFE, member=st.dictionaries(st.sampled_from([*ACCOUNTS, "Gjest"]), _FLAG)),
            )
        ),
        "Driftere",
        "Arkiv æ",
    ),
    "registry": keyed(
        there_or_not(some(values=_VALUES)), r"HKLM\SOFTWARE\Drift", r"HKLM\SOFTWARE\Drift\Under", r"HKU\.DEFAULT\Drift"
    ),
    "service": st.one_of(
        keyed(
            some(start=st.sampled_from(["auto", "manual"]), state=st.sampled_from(["running", "stopped"])), *_SERVICES
        ),
        keyed(some(start=st.just("disabled"), state=st.just("stopped")), *_SERVICES),
        keyed(
            there_or_not(
                st.fixed_dictionaries(
                    {"path": st.sampled_from([r"C:\Drift\agent.exe", r"C:\Drift\annen agent.exe"])},
                    optional={
                        "display_name": st.sampled_from(["Agent", "Ærlig agent"]),
                        "start": _START,
                        "state": _STATE,
                        "dependencies": st.lists(st.sampled_from(["RpcSs", "Spooler", "W32Time"]), unique=True),
                    },
                )
            ),
            "Agent",
            "Vakt",
        ),
    ),
    "share": keyed(
        there_or_not(
            st.fixed_dictionaries(
                {"path": st.sampled_from([r"D:\Data\Felles", r"D:\Data\Hjem", r"C:\Drift"])},
                optional={
                    "description": _TEXT,
                    "max_users": st.one_of(st.none(), st.integers(1, 100)),
                    "permissions": st.lists(
                        _PERMISSION, max_size=3, unique_by=lambda each: (each["account"], each["type"])
                    ),
                },
            )
        ),
        "Felles",
        "Økonomi$",
    ),
    "event_log": keyed(
        some(
            max_kb=st.integers(1, 64).map(lambda number: 64 * number),
            overwrite=st.one_of(st.sampled_from(["when needed", "never"]), st.integers(1, 365)),
        ),
        "System",
        "application",
    ),
    "terminal_services": keyed(some(connections=_FLAG, logons=_FLAG), "server"),
    "printer_port": keyed(
        there_or_not(
            st.one_of(
                st.fixed_dictionaries(
                    {"address": st.sampled_from(["192.0.2.31", "192.0.2.32"]), "protocol": st.just("raw")},
                    optional={"port": st.integers(1, 65535), "snmp": _FLAG},
                ),
                st.fixed_dictionaries(
                    {
                        "address": st.sampled_from(["192.0.2.31", "skriver.example"]),
                        "protocol": st.just("lpr"),
                        "queue": st.sampled_from(["lp", "PASS"]),
                    }
                ),
            )
        ),
        "IP_kopi",
        "IP_arkiv",
    ),
    "printer": keyed(
        there_or_not(
            st.fixed_dictionaries(
                {"driver": _DRIVERS, "port": st.sampled_from(["LPT1:", "FILE:", "IP_kopi"])},
                optional={"share": st.sampled_from(["", "Kopi", "Arkiv"]), "location": _TEXT, "comment": _TEXT},
            )
        ),
        "Kopi 2. etasje",
        "Arkivet",
    ),
    "scheduled_task": keyed(
        there_or_not(
            st.fixed_dictionaries(
                {
                    "program": _PROGRAM,
                    "schedule": _SCHEDULE,
                },
                optional={"arguments": st.sampled_from(["", "-y", "-o D:\\Økonomi\\"]), "enabled": _FLAG},
            )
        ),
        "Natt",
        "Kveld æ",
    ),
    "time_service": keyed(
        some(
            source=st.sampled_from(["peers", "domain", "both", "none"]),
            peers=st.lists(st.sampled_from(["10.61.2.1", "ntp.example,0x8"]), min_size=1, unique=True),
            poll_seconds=st.integers(16, 86400),
            serves=_FLAG,
        ),
        "server",
    ),
    "odbc_source": keyed(
        there_or_not(
            st.fixed_dictionaries(
                {"driver": st.sampled_from(["SQL Server", "Oracle in OraHome"])},
                optional={
                    "settings": st.dictionaries(
                        st.sampled_from(["Server", "Database", "Språk"]), st.one_of(st.none(), _TEXT)
                    )
                },
            )
        ),
        "Fag",
        "Arkiv",
    ),
    "program": keyed(st.just(dict(GONE)), "Finnes ikke"),
    "hotfix": keyed(st.just({}), "KB958644"),
    "network_adapter": keyed(
        some(
            addresses=st.lists(st.sampled_from(["10.61.2.11/24", "192.0.2.9/28"]), max_size=2, unique=True).map(
                lambda more: ["10.61.2.10/24", *more]
            ),
            gateways=st.lists(st.just("10.61.2.2"), max_size=1).map(lambda more: ["10.61.2.1", *more]),
            dns_servers=_SERVERS,
            dns_domain=st.sampled_from(["", "sande.example"]),
            wins_servers=_SERVERS,
            netbios=st.sampled_from(["dhcp", "on", "off"]),
        ),
        "10.61.2.10",
    ),
}


def states(*always: str, most: int = 4) -> st.SearchStrategy[dict[str, Any]]:
    """A desired state of one to so many kinds, with these among them."""
    others = st.lists(
        st.sampled_from(sorted(set(KINDS) - set(always))),
        min_size=0 if always else 1,
        max_size=most - len(always),
        unique=True,
    )
    return others.flatmap(lambda more: st.fixed_dictionaries({name: KINDS[name] for name in (*always, *more)}))
