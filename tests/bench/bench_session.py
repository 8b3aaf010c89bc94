"""One read of one device: log in, enable, running and startup configuration, leave.

fellesdrift.session against two others on the same device, in turns: netmiko as its documentation shows it, and a bare
asyncssh dialogue that waits for the prompts it knows will come (the floor: it checks nothing). Once with the key
exchange and ciphers of today, once with those of 2005. CPU time is the client's; the device has a process of its own.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import asyncssh
import yaml
from cryptography.utils import CryptographyDeprecationWarning
from measure import Cost, Goals, median, table, twin_of
from netmiko import ConnectHandler
from paramiko.packet import Packetizer

from fellesdrift.regions import Wanted, generate
from fellesdrift.regions.writing import plan
from fellesdrift.session import Target, open_session
from fellesdrift.state.network import normalise

SMALL = Wanted(municipalities=2, hosts=5, seed=1)
DEVICE = next(device.name for device in plan(SMALL).devices if device.group == "town_hall_routers")
COMMANDS = ("show running-config", "show startup-config")
ROUNDS = 9
TODAY = {
    "kex_algs": ["curve25519-sha256"],
    "server_host_key_algs": ["ssh-ed25519"],
    "encryption_algs": ["aes128-ctr"],
    "mac_algs": ["hmac-sha2-256"],
}
OLD = {
    "kex_algs": ["diffie-hellman-group14-sha1"],
    "server_host_key_algs": ["ssh-rsa"],
    "encryption_algs": ["aes128-cbc"],
    "mac_algs": ["hmac-sha1"],
}

Read = Callable[[Target], list[str]]


def ours(target: Target) -> list[str]:
    """fellesdrift.session."""
    with open_session(target) as session:
        return [session.show(command) for command in COMMANDS]


def netmiko(target: Target) -> list[str]:
    """netmiko with its defaults."""
    with ConnectHandler(
        device_type=target.platform,
        host=target.address,
        port=target.port,
        username=target.username,
        password=target.password,
        secret=target.enable_secret,
    ) as device:
        device.enable()
        return [str(device.send_command(command)) for command in COMMANDS]


def bare(target: Target) -> list[str]:
    """asyncssh, and a reader that knows what comes."""
    return asyncio.run(_bare(target))


async def _bare(target: Target) -> list[str]:
    async with asyncssh.connect(
        target.address,
        target.port,
        username=target.username,
        password=target.password,
        known_hosts=str(target.known_hosts),
        client_keys=None,
        config=None,
        **(OLD if target.legacy else TODAY),
    ) as connection:
        process = await connection.create_process(term_type="vt100", term_size=(511, 0))

        async def until(end: str) -> str:
            seen = ""
            while not seen.endswith(end):
                seen += await process.stdout.read(65_536)
            return seen

        async def ask(command: str, end: str = f"{target.host}#") -> str:
            process.stdin.write(f"{command}\n")
            return await until(end)

        await until(f"{target.host}>")
        await ask("enable", "Password: ")
        await ask(target.enable_secret or "")
        await ask("terminal length 0")
        return [await ask(command) for command in COMMANDS]


CLIENTS: dict[str, Read] = {"fellesdrift.session": ours, "netmiko, defaults": netmiko, "asyncssh, bare (floor)": bare}


def _normal(text: str) -> str:
    """The configuration in what a client gives back: some leave the echo and the prompt."""
    return normalise(text[text.index("\nversion ") : text.rindex("\nend") + 4])


def measured(read: Read, target: Target) -> tuple[Cost, str]:
    """One read's cost, and the configuration that it brought, in normal form."""
    used, start = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    texts = read(target)
    wall, now = time.monotonic() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    running, startup = (_normal(text.replace("\r", "")) for text in texts)
    if running != startup:
        raise SystemExit(f"running and startup configuration of {target.host} differ: one was not read whole")
    return Cost(wall, cpu, 0), running


def target_of(out: Path, legacy: bool) -> Target:
    """The device's login, from the twin's inventory."""
    found = yaml.safe_load((out / "host_vars" / DEVICE / "zz_twin.yml").read_text(encoding="utf-8"))
    return Target(
        host=DEVICE,
        address=found["ansible_host"],
        port=found["ansible_port"],
        username=found["ansible_user"],
        password=found["ansible_password"],
        enable_secret=found["ansible_become_password"],
        known_hosts=Path(found["fellesdrift_known_hosts"]),
        legacy=legacy,
    )


def compare(folder: Path, legacy: bool) -> dict[str, Cost]:
    """Medians by client."""
    costs: dict[str, list[Cost]] = {name: [] for name in CLIENTS}
    with twin_of(generate(folder / "inventories" / "region", replace(SMALL, legacy=legacy)), folder / "twin"):
        target = target_of(folder / "twin", legacy)
        seen = {name: measured(read, target)[1] for name, read in CLIENTS.items()}  # and everything is loaded
        if len(set(seen.values())) != 1:
            raise SystemExit(f"the clients read different configurations: {', '.join(seen)}")
        for _ in range(ROUNDS):
            for name, read in CLIENTS.items():
                costs[name].append(measured(read, target)[0])
        count, lines = packets(target)
        print(f"\none read of {DEVICE} receives {count} packets of ssh for {lines} lines")
    return {name: median(all_of) for name, all_of in costs.items()}


def packets(target: Target) -> tuple[int, int]:
    """Packets of ssh that one read of ours receives, and the lines of text in them."""
    original = Packetizer.read_message
    with patch.object(Packetizer, "read_message", autospec=True, side_effect=original) as received:
        lines = sum(len(text.splitlines()) for text in ours(target))
    return received.call_count, lines


def main() -> int:
    """Measure, print, judge."""
    # the floor uses the group14 of 2005 by a library that says each time that it is old
    warnings.filterwarnings("ignore", category=CryptographyDeprecationWarning)
    goals = Goals()
    with tempfile.TemporaryDirectory() as folder:
        for legacy in (False, True):
            found = compare(Path(folder, str(legacy)), legacy)
            floor, peer = found["asyncssh, bare (floor)"], found["netmiko, defaults"]
            rows = [
                [
                    name,
                    f"{cost.wall * 1000:.0f}",
                    f"{cost.wall / floor.wall:.2f}",
                    f"{cost.wall / peer.wall:.2f}",
                    f"{cost.cpu * 1000:.1f}",
                    f"{cost.cpu / floor.cpu:.2f}",
                    f"{cost.cpu / peer.cpu:.2f}",
                ]
                for name, cost in found.items()
            ]
            heads = ["one read", "wall ms", "/ floor", "/ netmiko", "CPU ms", "/ floor", "/ netmiko"]
            kind = "ssh of 2005 (group14-sha1, aes128-cbc)" if legacy else "ssh of today (curve25519, aes128-ctr)"
            table(f"A session, {kind}, medians of {ROUNDS}", heads, rows)
            mine = found["fellesdrift.session"]
            text = f"{mine.wall / peer.wall:.2f} of its wall time"
            goals.hold("a read is faster than netmiko's own", mine.wall < peer.wall, text)
    return goals.verdict()


if __name__ == "__main__":
    sys.exit(main())
