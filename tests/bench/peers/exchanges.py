"""A process with simulated exchanges, for bench_pbx.py.

    python exchanges.py SETS...

One exchange for each number of sets, x0, x1, ...: most of them digital, a fifth analogue, with names, hunt groups, a
line to the public network and one to another exchange. Says as JSON where they are, and ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import sys

from fellesdrift.twin.access import Credentials
from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.topology import Topology
from fellesdrift.twin.pbx.fronts import PbxService
from fellesdrift.twin.pbx.made import kinds_of
from fellesdrift.twin.pbx.spec import PUBLIC, PbxSpec, Plan, Trunk, licences

USER, PASSWORD = "BENCH", "bench-1"


def spec(name: str, sets: int) -> PbxSpec:
    """An exchange with so many sets: five digits, from 20000 on."""
    last = 20000 + sets + 199
    plan = Plan(20000, sets, False, 5, (20000, last), (("other", last + 1, last + 1000),))
    trunks = (Trunk(1, PUBLIC), Trunk(10, "other", 10))
    return PbxSpec(name, "", plan=plan, trunks=trunks, licences=licences(kinds_of(plan), ip=False))


async def main() -> None:
    """Stand until the input ends."""
    specs = tuple(spec(f"x{number}", int(sets)) for number, sets in enumerate(sys.argv[1:]))
    lab = Lab(Topology((), (), (), (), None, ()), 1.0, Credentials(USER, PASSWORD, ""))
    service = PbxService(lab, specs)
    service.open()
    ports = {name: front.ports["telnet"] for name, front in service.fronts.items()}
    for name in service.fronts:
        service.console(name, ["LD 22", "ISS", "****"])  # made before anybody measures
    print(json.dumps({"user": USER, "password": PASSWORD, "ports": ports}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    service.close()


asyncio.run(main())
