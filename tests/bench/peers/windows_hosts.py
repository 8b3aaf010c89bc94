"""A process with many simulated Windows hosts, each a typical server, for bench_windows.py.

    python windows_hosts.py HOSTS

30 services, 100 registry values, 10 shares, 20 groups, 5 tasks. Says as JSON where they are, and ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from fellesdrift.twin.access import Credentials
from fellesdrift.twin.windows import defaults
from fellesdrift.twin.windows.front import WindowsFront
from fellesdrift.twin.windows.fronts import typed
from fellesdrift.twin.windows.spec import WindowsSpec

KEY = r"HKLM\SOFTWARE\Fellesdrift\Måling"


def typical() -> dict[str, Any]:
    """What such a server is recorded to have, tasks aside."""
    modes = {2: "auto", 3: "manual", 4: "disabled"}
    services = {
        each.name: {
            "display_name": each.title,
            "start": modes[each.start],
            "path": each.path,
            "dependencies": list(each.needs),
        }
        for each in defaults.SERVICES
    }
    for number in range(30 - len(services)):
        services[f"Fagsystem{number}"] = {
            "display_name": f"Fagsystem {number}",
            "start": "auto",
            "path": rf"D:\Fagsystem\{number}\tjeneste.exe",
            "dependencies": ["RpcSs"],
        }
    values = {
        f"Innstilling {number}": {"type": "dword", "data": number}
        if number % 2
        else {"type": "string", "data": rf"D:\Fagsystem\{number}\blåbær"}
        for number in range(100)
    }
    shares = {
        f"Felles{number}": {
            "path": rf"D:\Data\Felles{number}",
            "description": f"Felles {number}",
            "permissions": [{"account": "S-1-1-0", "access": "read", "type": "allow"}],
        }
        for number in range(10)
    }
    groups = {name: {"description": text} for name, text, _ in defaults.GROUPS}
    for number in range(20 - len(groups)):
        groups[f"Gruppe {number}"] = {"description": "Saksbehandlere", "members": ["Administrator", "fellesdrift"]}
    return {"service": services, "registry": {KEY: {"values": values}}, "share": shares, "group": groups}


async def _serve(count: int) -> None:
    credentials, recorded = Credentials.make(), typical()
    fronts = []
    for number in range(count):
        front = WindowsFront(
            WindowsSpec(f"srv{number}", "192.0.2.10", recorded=recorded), credentials, 50.0, lambda: True
        )
        front.open()
        fronts.append(front)
        for task in range(5):
            what = rf'/create /tn "Natt {task}" /tr "D:\natt\{task}.cmd" /sc daily /st 0{task}:00:00 /ru SYSTEM'
            typed(front, f"schtasks {what}")
    ports = {front.spec.name: front.port for front in fronts}
    sys.stdout.write(json.dumps({"ports": ports, "user": credentials.user, "password": credentials.password}) + "\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for front in fronts:
        front.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
