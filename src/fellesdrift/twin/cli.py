"""`fellesdrift twin ...`: up, down, status, fault, heal, link, trace, configs; watch_cli.py has `watch`."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from fellesdrift.errors import FellesdriftError
from fellesdrift.twin import process
from fellesdrift.twin.options import SOURCE, Inventory, Out, place_of
from fellesdrift.twin.watch_cli import app as watch_app

app = typer.Typer(
    no_args_is_help=True,
    help="Network devices, Windows hosts and telephone exchanges of an inventory, simulated on this machine.",
)

app.add_typer(watch_app, name="watch")


@app.command()
def up(
    inventory: Inventory = SOURCE,
    out: Out = None,
    speed: Annotated[float, typer.Option(min=0.01, help="Device seconds in one real second")] = process.DEFAULT_SPEED,
    foreground: Annotated[bool, typer.Option(help="Stay until interrupted")] = False,
) -> None:
    """Start the twin and write the inventory that reaches it."""
    place = place_of(inventory, out)
    info = process.up(inventory, place, speed=speed, foreground=foreground)
    typer.echo(
        f"twin up: {len(info.ports)} devices, {len(info.windows)} Windows hosts and {len(info.exchanges)} exchanges "
        f"on 127.0.0.1, process {info.pid}; {info.end_hosts} end hosts that only answer ping"
    )
    typer.echo(f"use it:  -i {place}")


@app.command()
def down(inventory: Inventory = SOURCE, out: Out = None) -> None:
    """End the twin and remove its inventory."""
    ran = process.down(place_of(inventory, out))
    typer.echo("twin down" if ran else "the twin had ended by itself; its inventory is removed")


@app.command()
def status(
    inventory: Inventory = SOURCE,
    out: Out = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable")] = False,
) -> None:
    """Say whether the twin is up, and how its devices are. Exit code 1 when it is down."""
    state = process.status(place_of(inventory, out))
    if as_json:
        typer.echo(json.dumps(_plain(state)))
    elif state.running and state.info is not None:
        typer.echo(f"up since {state.info.started}, process {state.info.pid}, speed {state.info.speed:g}")
        devices, ends = state.devices or {}, state.end_hosts or {}
        typer.echo(f"{len(devices)} simulated devices")
        _table(devices)
        windows = state.windows or {}
        silent = sum(1 for host in windows.values() if not (host["reachable"] and host["alive"]))
        typer.echo(f"{len(windows)} Windows hosts over WS-Management, {silent} of them not reachable by the controller")
        exchanges = state.exchanges or {}
        silent = sum(1 for host in exchanges.values() if not (host["reachable"] and host["alive"]))
        typer.echo(f"{len(exchanges)} exchanges, {silent} of them not reachable by the controller")
        typer.echo(
            f"{len(ends)} end hosts (workstations, services): each only answers ping and sends; "
            "nothing on it is simulated"
        )
        for link in state.cut:
            typer.echo(f"cut: {link}")
    else:
        typer.echo("down")
    if not state.running:
        raise typer.Exit(1)


def _plain(state: process.TwinStatus) -> dict[str, Any]:
    return {
        "running": state.running,
        "devices": state.devices,
        "windows": state.windows,
        "exchanges": state.exchanges,
        "end_hosts": state.end_hosts,
        "cut": state.cut,
    }


def _table(devices: dict[str, dict[str, Any]]) -> None:
    rows = [
        (name, str(each["port"]), _state(each), str(each["sessions"]), _faults(each)) for name, each in devices.items()
    ]
    console = Console()
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table("device", "port", "state", "sessions", "faults")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _state(device: dict[str, Any]) -> str:
    if not device["alive"]:
        return "dead"
    return "reachable" if device["manageable"] else "cut off"


def _faults(device: dict[str, Any]) -> str:
    return ", ".join(fault["kind"] for fault in device["faults"]) or "-"


@app.command()
def fault(
    device: str,
    kind: Annotated[
        str,
        typer.Argument(
            help="drop, hang, syslog, garbage, refuse_login, slow, dead or arp; those of Windows hosts and exchanges "
            "are in docs/windows.md and docs/telephony.md"
        ),
    ],
    inventory: Inventory = SOURCE,
    out: Out = None,
    at: Annotated[int | None, typer.Option(help="Strike at the N-th command")] = None,
    when: Annotated[str | None, typer.Option(help="before or after the command is executed")] = None,
    match: Annotated[str | None, typer.Option(help="Count only commands that this regular expression finds")] = None,
    times: Annotated[int | None, typer.Option(help="Strike so often")] = None,
    seconds: Annotated[float | None, typer.Option(help="How slow")] = None,
    text: Annotated[str | None, typer.Option(help="The log message")] = None,
) -> None:
    """Let something go wrong with a device; see docs/twin.md."""
    request = {"do": "fault", "device": device, "kind": kind, "at": at, "when": when, "match": match}
    process.control(place_of(inventory, out), {**request, "times": times, "seconds": seconds, "text": text})
    typer.echo(f"{device}: {kind}")


@app.command()
def heal(
    device: Annotated[str | None, typer.Argument()] = None, inventory: Inventory = SOURCE, out: Out = None
) -> None:
    """Take all faults away, of one device or of all."""
    process.control(place_of(inventory, out), {"do": "heal", "device": device})
    typer.echo(f"{device or 'all devices'}: healed")


@app.command()
def link(
    name: str,
    state: Annotated[str, typer.Argument(help="cut or mended")],
    inventory: Inventory = SOURCE,
    out: Out = None,
) -> None:
    """Dig through a wire, or repair it."""
    process.control(place_of(inventory, out), {"do": "link", "link": name, "state": state})
    typer.echo(f"{name}: {state}")


@app.command()
def trace(
    origin: Annotated[str, typer.Argument(help="A device, `controller`, a server, a workstation or a service")],
    target: Annotated[str, typer.Argument(help="An address, or a name")],
    source: Annotated[str | None, typer.Option(help="Source address")] = None,
    protocol: Annotated[str, typer.Option(help="icmp, tcp or udp")] = "icmp",
    port: Annotated[int | None, typer.Option(help="Destination port of tcp or udp")] = None,
    inventory: Inventory = SOURCE,
    out: Out = None,
) -> None:
    """Follow a packet hop by hop, and its answer back. Exit code 1 when none comes."""
    request = {"do": "trace", "from": origin, "to": target, "source": source, "protocol": protocol, "port": port}
    answer = process.control(place_of(inventory, out), request)
    for title in ("there", "back"):
        for line in answer[title] or []:
            typer.echo(f"{title}: {line}")
    typer.echo(answer["reason"])
    if not answer["reached"]:
        raise typer.Exit(1)


@app.command()
def dial(
    exchange: str,
    digits: str,
    origin: Annotated[str | None, typer.Option(help="The DN of the set that dials; its class decides")] = None,
    inventory: Inventory = SOURCE,
    out: Out = None,
) -> None:
    """Say where a number rings that is dialled at an exchange, and how it gets there. Exit code 1 when none rings."""
    request = {"do": "dial", "device": exchange, "digits": digits, "origin": origin}
    answer = process.control(place_of(inventory, out), request)
    for line in answer["path"]:
        typer.echo(line)
    typer.echo(answer["outcome"])
    if not answer["rings"]:
        raise typer.Exit(1)


@app.command()
def configs(
    device: Annotated[str | None, typer.Argument()] = None, inventory: Inventory = SOURCE, out: Out = None
) -> None:
    """Print the running configurations of all devices, or of one."""
    place = place_of(inventory, out)
    found = process.configs(place)
    if device is not None and device not in found:
        raise FellesdriftError(
            "FD510", "The twin does not know this", key="device", found=device, expected=", ".join(sorted(found))
        )
    for name, text in found.items():
        if device in (None, name):
            typer.echo(text if device else f"! {name}\n{text}")
