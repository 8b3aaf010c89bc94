"""The process that a twin is. Reads its topology from standard input, says on standard output when it is ready.

    python -m fellesdrift.twin.daemon [DEVICES]

While it waits for the topology it makes host keys, for so many devices at most. Nothing secret is on its command line,
in its environment or in a file of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from fellesdrift.errors import FellesdriftErrors
from fellesdrift.twin.access import Credentials
from fellesdrift.twin.control_socket import Control, several
from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.topology import from_plain
from fellesdrift.twin.pbx.fronts import PbxService
from fellesdrift.twin.pbx.spec import from_plain as exchanges_from_plain
from fellesdrift.twin.server import KeyMaker, Service, make_keys
from fellesdrift.twin.windows.fronts import WindowsService
from fellesdrift.twin.windows.spec import from_plain as windows_from_plain


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


async def _run(order: dict[str, Any], keys: KeyMaker) -> int:
    try:
        lab = Lab(from_plain(order["topology"]), order["speed"], Credentials(**order["credentials"]))
    except FellesdriftErrors as error:
        _say({"errors": several(error)})
        return 2
    service = Service(lab, make_keys(lab, keys.taken()))
    service.open()
    windows = WindowsService(lab, windows_from_plain(order["windows"]))
    windows.open()
    exchanges = PbxService(lab, exchanges_from_plain(order["exchanges"]))
    exchanges.open()
    path = Path(order["socket"])
    server = await Control(service, windows, exchanges).serve(path)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ports = {name: front.port for name, front in service.fronts.items()}
    known_hosts = service.known_hosts() + exchanges.known_hosts()
    _say({"ports": ports, "windows": windows.ports(), "exchanges": exchanges.ports(), "known_hosts": known_hosts})
    # whoever started the twin may go away now
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(quiet, descriptor)
    await stop.wait()
    server.close()
    exchanges.close()
    windows.close()
    service.close()
    path.unlink(missing_ok=True)
    return 0


def main() -> int:
    """Run until SIGTERM; 2 when a configuration did not boot, 1 when nobody said what to simulate."""
    keys = KeyMaker(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    line = sys.stdin.readline()
    return asyncio.run(_run(json.loads(line), keys)) if line else 1


if __name__ == "__main__":
    sys.exit(main())
