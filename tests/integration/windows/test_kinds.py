"""Tasks, adapters, printers, logs, time, data sources, terminal services: brought to a state, and back again.

What is predicted, proved and done once holds for all of them; each test adds what is special.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.windows import Running, windows_host

from fellesdrift.errors import FellesdriftError
from fellesdrift.state.windows import (
    Host,
    bring,
    check,
    compare,
    open_host,
    plan,
    prepare,
    read_all,
    read_host,
    three_way,
)
from fellesdrift.state.windows.errors import RefusedError
from fellesdrift.state.windows.kinds import Resources
from fellesdrift.twin.windows import registry
from fellesdrift.twin.windows.cmd import COMMANDS, Context, Output, fail
from fellesdrift.twin.windows.jobs import Trigger, job

ADAPTER = "10.61.2.10"

type Golden = Callable[[str, object], None]


@pytest.fixture
def session(host: Running) -> Iterator[Host]:
    with open_host(host.target()) as opened:
        yield opened


def brought(session: Host, desired: dict[str, Any]) -> Resources:
    """Bring the host there; the steps are exact, once is enough, and the way back is. Returns what was before."""
    planned = prepare(session, desired)
    assert planned.steps
    assert bring(session, planned, speed=50).status == "changed"
    assert prepare(session, desired).steps == []
    assert not three_way(planned.before, planned.after, read_host(session, check(planned.after)))
    return planned.before


def round_trip(session: Host, desired: dict[str, Any]) -> None:
    was = read_all(session, desired)
    before = brought(session, desired)
    bring(session, prepare(session, before), speed=50)
    assert read_all(session, desired) == was
    assert compare(check(before), read_host(session, check(before))) == []


def refusal(session: Host, desired: dict[str, Any]) -> FellesdriftError:
    want = check(desired)
    have = read_host(session, want)
    with pytest.raises(FellesdriftError) as caught:
        plan(session, want, have)
    assert read_host(session, want) == have
    return caught.value


WEEKLY = {"repeat": "weekly", "days": ["mon", "fri"], "at": "02:30"}
TASK = {"program": r"C:\Program Files\natt.exe", "schedule": WEEKLY}


def test_scheduled_tasks(session: Host) -> None:
    every_hour = {"repeat": "minutes", "every": 60, "at": "00:15"}
    brought(
        session,
        {
            "scheduled_task": {
                "Natt æøå": {**TASK, "arguments": "-y D:\\Data\\"},
                "Av": {"program": r"C:\x.cmd", "schedule": every_hour, "enabled": False},
                "Måned": {"program": r"C:\x.cmd", "schedule": {"repeat": "monthly", "day": 31, "at": "23:59"}},
                "Oppstart": {"program": r"C:\x y\x.cmd", "schedule": {"repeat": "start"}},
            }
        },
    )
    round_trip(
        session,
        {
            "scheduled_task": {
                "av": {"schedule": {"repeat": "daily", "every": 2, "at": "04:00"}},
                "Måned": {"enabled": False},
                "Oppstart": {"present": False},
                "Natt æøå": {"arguments": "", "program": r"C:\natt.exe"},
            }
        },
    )
    # what was off is off again after it was replaced
    assert read_all(session, ["scheduled_task"])["scheduled_task"]["Av"]["enabled"] is False


def test_a_task_that_cannot_be_made_again_is_left_alone(session: Host, host: Running) -> None:
    data = job("C:\\x.cmd", "nn", Trigger(0, host.host.now()))
    path = r"C:\WINDOWS\Tasks\Engang.job"
    host.do(lambda: host.host.files.write(path, data, host.host.now()))
    for claim in ({"present": False}, TASK):
        assert refusal(session, {"scheduled_task": {"Engang": claim}}).code == "FD421"
    # one that is not asked for harms nobody; one that is claimed and damaged is no task that is right
    host.do(lambda: host.host.files.write(path, data[:40], host.host.now()))
    other = check({"scheduled_task": {"X": {"present": False}}})
    assert compare(other, read_host(session, other)) == []
    with pytest.raises(FellesdriftError, match="FD421"):
        read_host(session, check({"scheduled_task": {"Engang": TASK}}))
    host.do(lambda: host.host.files.remove(path))


def test_a_network_adapter(session: Host) -> None:
    round_trip(
        session,
        {
            "network_adapter": {
                ADAPTER: {
                    "addresses": ["10.61.2.12/24", f"{ADAPTER}/24"],
                    "gateways": ["10.61.2.1", "10.61.2.2"],
                    "dns_servers": ["192.0.2.1", "192.0.2.2"],
                    "dns_domain": "eksempel.no",
                    "wins_servers": ["192.0.2.3"],
                    "netbios": "on",
                    "dhcp": False,
                }
            }
        },
    )


@pytest.mark.parametrize(
    "claim",
    [
        {"addresses": ["10.61.2.12/24"]},
        {"addresses": ["10.61.2.10/25"]},
        {"gateways": []},
        {"gateways": ["10.61.2.2", "10.61.2.1"]},
        {"dhcp": True},
        {"dns_servers": ["192.0.2.9"], "gateways": ["10.61.2.2"]},
    ],
)
def test_the_management_path_is_kept(session: Host, claim: dict[str, Any], golden: Golden) -> None:
    error = refusal(session, {"network_adapter": {ADAPTER: claim}})
    assert error.code == "FD430"
    if claim == {"addresses": ["10.61.2.12/24"]}:
        golden("windows/FD430", str(error))


def test_an_adapter_that_is_not_there(session: Host, golden: Golden) -> None:
    golden("windows/FD433", str(refusal(session, {"network_adapter": {"10.61.2.99": {"dns_servers": []}}})))
    assert refusal(session, {"event_log": {"Nothing": {"max_kb": 64}}}).code == "FD433"


def test_printers_and_their_ports(session: Host) -> None:
    round_trip(
        session,
        {
            "printer_port": {
                "IP_192.0.2.9": {"address": "192.0.2.9", "protocol": "lpr", "queue": "kø", "snmp": True},
                "IP_192.0.2.21": {"present": False},
                "IP_192.0.2.22": {"port": 9101},
            },
            "printer": {
                "Rådhus": {"driver": "HP LaserJet 4", "port": "IP_192.0.2.9", "share": "Radhus", "location": "2. etg."},
                "Kopirom": {"present": False},
                "Servicetorg": {"share": "", "comment": "x", "port": "LPT1:"},
            },
        },
    )


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ({"printer": {"Ny": {"driver": "Nobody's", "port": "LPT1:"}}}, "FD431"),
        ({"printer": {"Ny": {"driver": "HP LaserJet 4", "port": "IP_192.0.2.99"}}}, "FD422"),
        ({"printer": {"Ny": {"driver": "HP LaserJet 4"}}}, "FD422"),
        ({"printer": {"Ny": {"driver": "HP LaserJet 4", "port": "LPT1:", "share": "kopirom"}}}, "FD422"),
        ({"printer": {"Ny": {"driver": "HP LaserJet 4", "port": "LPT1:", "share": "Felles"}}}, "FD422"),
        ({"printer_port": {"IP_192.0.2.21": {"present": False}}}, "FD422"),
        ({"printer_port": {"IP_192.0.2.9": {"snmp": True}}}, "FD422"),
    ],
)
def test_what_a_printer_needs(session: Host, claim: dict[str, Any], code: str, golden: Golden) -> None:
    error = refusal(session, claim)
    assert error.code == code
    if code == "FD431":
        golden("windows/FD431", str(error))


def test_a_port_that_had_a_queue_comes_back_with_it(session: Host) -> None:
    """What leads back has to be a state that may be desired: lpr, and its queue."""
    desired = {"printer_port": {"IP_arkiv": {"address": "192.0.2.32", "protocol": "lpr", "queue": "lp"}}}
    bring(session, prepare(session, desired), speed=50)
    was = read_all(session, ["printer_port"])
    before = brought(session, {"printer_port": {"IP_arkiv": {"protocol": "raw"}}})
    bring(session, prepare(session, before), speed=50)
    assert read_all(session, ["printer_port"]) == was


@pytest.mark.parametrize("kind", ["printer", "printer_port"])
def test_a_spooler_does_not_stop_under_what_is_desired_of_it(session: Host, kind: str) -> None:
    name = {"printer": "Kopirom", "printer_port": "IP_192.0.2.21"}[kind]
    desired = {"service": {"spooler": {"state": "stopped"}}, kind: {name: {}}}
    error = refusal(session, desired)
    assert (error.code, error.key) == ("FD422", "service/spooler")
    assert prepare(session, {"service": {"spooler": {"state": "stopped"}}}).steps


def test_no_printer_is_not_what_a_stopped_spooler_says(session: Host, host: Running, golden: Golden) -> None:
    host.do(lambda: host.host.services.stop("Spooler"))
    with pytest.raises(FellesdriftError) as caught:
        prepare(session, {"printer": {"Kopirom": {"present": False}}})
    host.do(lambda: host.host.services.start("Spooler"))
    golden("windows/FD432", str(caught.value))


def test_event_logs(session: Host) -> None:
    round_trip(
        session, {"event_log": {"system": {"max_kb": 1024, "overwrite": 7}, "Application": {"overwrite": "never"}}}
    )


def test_the_time_service(session: Host, host: Running) -> None:
    peers = ["ntp.example.net,0x8", "192.0.2.4"]
    desired = {"time_service": {"server": {"source": "both", "peers": peers, "poll_seconds": 3600, "serves": True}}}
    before = brought(session, desired)
    assert host.host.time_peers == " ".join(peers), "the service that runs has been told"
    host.do(lambda: host.host.services.stop("W32Time"))
    bring(session, prepare(session, before), speed=50)
    assert host.host.time_peers == " ".join(peers)
    host.do(lambda: host.host.services.start("W32Time"))
    assert host.host.time_peers == "time.windows.com,0x1", "one that starts reads what is set"


def test_time_settings_that_the_service_refuses_are_put_back(
    session: Host, host: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written and not taken over, they would be as desired for the next run, and the service would ask another one."""
    taken = COMMANDS["w32tm"]

    async def refuse(context: Context, args: list[str]) -> Output:
        done = await taken(context, args)
        return fail("Ingen tilgang.", 5) if "/update" in args else done

    monkeypatch.setitem(COMMANDS, "w32tm", refuse)
    was = read_all(session, ["time_service"])
    for claim in ({"source": "both", "peers": ["192.0.2.4"]}, {"poll_seconds": 3600}, {"serves": True}):
        desired = {"time_service": {"server": claim}}
        with pytest.raises(RefusedError, match="exit code 5; the settings were put back"):
            bring(session, prepare(session, desired), speed=50)
        assert read_all(session, ["time_service"]) == was
        assert prepare(session, desired).steps


@pytest.mark.parametrize("x64", [False, True])
def test_data_sources(x64: bool) -> None:
    other = "Fag:32" if x64 else "Annet"
    with windows_host(x64=x64) as running, open_host(running.target()) as session:
        before = brought(
            session,
            {
                "odbc_source": {
                    "Fag": {"driver": "SQL Server", "settings": {"Server": "db1", "Database": "fag"}},
                    other: {"driver": "Oracle in OraHome", "settings": {"Server": "db2"}},
                }
            },
        )
        changed = {"driver": "Oracle in OraHome", "settings": {"server": "db3", "Database": None, "Description": "æ"}}
        round_trip(session, {"odbc_source": {"Fag": changed}})
        ini = r"SOFTWARE\ODBC\ODBC.INI"
        # a password that somebody stored is shown to nobody; and what has one cannot be put back, so it stays
        running.host.registry.put(rf"{ini}\Fag", "PWD", registry.SZ, "hemmelig")
        assert "hemmelig" not in str(read_host(session, check({"odbc_source": {"Fag": {"present": False}}})))
        assert refusal(session, {"odbc_source": {"Fag": {"present": False}}}).code == "FD421"
        key = running.host.registry.find(0x80000002, rf"{ini}\Fag")
        assert key is not None
        del key.values["pwd"]
        running.host.registry.put(rf"{ini}\Fag", "Timeout", registry.DWORD, 5)
        assert sorted(read_all(session, ["odbc_source"])["odbc_source"]) == sorted(["Fag", other])
        for claim in ({"present": False}, {"settings": {"timeout": "5"}}):
            with pytest.raises(FellesdriftError, match="FD421"):
                read_host(session, check({"odbc_source": {"Fag": claim}}))
        running.host.registry.put(rf"{ini}\Fag", "Driver", registry.SZ, r"C:\another.dll")
        have = read_host(session, check({"odbc_source": {"Fag": {}}}))
        assert have["odbc_source"]["Fag"]["driver"] == r"SQL Server (by C:\another.dll)"
        assert refusal(session, {"odbc_source": {"Ny": {"driver": "Nobody's"}}}).code == "FD431"
        if not x64:
            assert refusal(session, {"odbc_source": {"Fag": {}, "Fag:32": {"driver": "x"}}}).code == "FD422"
        del key.values["timeout"]
        running.host.registry.put(rf"{ini}\Fag", "Driver", registry.SZ, r"C:\WINDOWS\system32\SQLSRV32.dll")
        bring(session, prepare(session, before), speed=50)
        assert running.host.registry.find(0x80000002, rf"{ini}\Fag") is None


@pytest.mark.parametrize("namespace", ["root/cimv2", "root/cimv2/TerminalServices"])
def test_terminal_services_in_both_namespaces(namespace: str) -> None:
    with windows_host(terminal_namespace=namespace) as running, open_host(running.target()) as session:
        desired = {"terminal_services": {"server": {"connections": True, "logons": False}}}
        round_trip(session, desired)
        brought(session, desired)
        assert "DEAKTIVERT" in session.run("change logon /query").stdout
        session.run("change logon /enable")
        (left,) = compare(check(desired), read_host(session, check(desired)))
        assert (left.attribute, left.have) == ("logons", True)


def test_programs_and_hotfixes_are_only_looked_at(session: Host, host: Running) -> None:
    right = {
        "program": {"Fellesdrift Antivirus": {"version": "4.0"}, "Nothing": {"present": False}},
        "hotfix": {"KB914961": {}, "KB967715": {}, "KB000001": {"present": False}},
    }
    assert prepare(session, right).steps == []
    wrong = {"program": {"Fellesdrift antivirus": {"version": "5.0", "manual": "ring driftsvakten"}}}
    error = refusal(session, wrong)
    assert (error.code, error.found, error.next_step) == ("FD431", "version 4.0", "ring driftsvakten")
    error = refusal(session, {"hotfix": {"KB999999": {}}})
    assert (error.code, error.found, error.expected) == ("FD431", "not installed", "installed")
    assert host.host.mistakes == [], "Win32_Product reconfigures every package of whoever asks it"
