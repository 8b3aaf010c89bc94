"""Start, find and end the process of a twin."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.processes import start_time
from fellesdrift.twin import inventory as files
from fellesdrift.twin.access import Credentials, error_of
from fellesdrift.twin.from_estate import exchanges_of, topology_of, windows_of
from fellesdrift.twin.net.topology import Topology, to_plain
from fellesdrift.twin.pbx.spec import PbxSpec
from fellesdrift.twin.pbx.spec import to_plain as exchanges_to_plain
from fellesdrift.twin.windows.spec import WindowsSpec
from fellesdrift.twin.windows.spec import to_plain as windows_to_plain

DEFAULT_SPEED = 10.0
_ENDING = 5.0
_STARTING = 60.0
_ANSWERING = 30.0
# a Unix socket's name has room for 107 bytes
_LONGEST_NAME = 100
# twins that this very process started: the kernel keeps one that has ended until its parent asks
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class TwinInfo:
    """A running twin. `born` is its start time as the kernel counts it: a pid alone may be somebody else's by now.
    `ports`: of the network devices; `windows`: of the Windows hosts; `exchanges`: of each door of the exchanges.
    """

    directory: str
    pid: int
    born: int
    speed: float
    started: str
    socket: str
    ports: dict[str, int]
    end_hosts: int = 0
    windows: dict[str, int] = field(default_factory=dict)
    exchanges: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class TwinStatus:
    """`running` False: nothing else is known. Otherwise per device: port, alive, manageable, sessions, faults, revert,
    reload; the wires that are cut; the addresses of the end hosts, which only answer ping; and per Windows host: port,
    reachable, alive, faults, shells; per exchange: ports, reachable, alive, faults, sessions, dumped, calls.
    """

    running: bool
    info: TwinInfo | None = None
    devices: dict[str, dict[str, Any]] | None = None
    cut: tuple[str, ...] = ()
    end_hosts: dict[str, str] | None = None
    windows: dict[str, dict[str, Any]] | None = None
    exchanges: dict[str, dict[str, Any]] | None = None


def _born(pid: int) -> int | None:
    """When a process started, in clock ticks since the machine did; None when there is no such process."""
    try:
        return start_time(pid)
    except OSError:
        return None


def find(out: Path) -> TwinInfo | None:
    """What an `up` on this folder left behind, alive or not."""
    try:
        return TwinInfo(**json.loads((out / files.STATE / "twin.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def alive(info: TwinInfo | None) -> bool:
    """True when exactly that process still runs."""
    return info is not None and _born(info.pid) == info.born


def _socket_path(state: Path) -> Path:
    path = state.resolve() / "control"
    if len(os.fsencode(path)) <= _LONGEST_NAME:
        return path
    return Path(tempfile.mkdtemp(prefix="fellesdrift-twin-")) / "control"


def up(inventory: Path, out: Path, *, speed: float = DEFAULT_SPEED, foreground: bool = False) -> TwinInfo:
    """Start a twin of an inventory and write the inventory that reaches it to `out`.

    speed       device seconds that pass in one real second: timers, boot and timeouts, not commands
    foreground  stay until interrupted, then take it down again

    Raises FellesdriftError FD503 (one is up already), FD505 (`out` holds something else), FD504 (it did not start),
    FD502 (a snapshot is missing) and FellesdriftErrors of FD501 (lines that no simulated device knows) or FD1xx.
    """
    files.check_place(inventory, out)
    present = find(out)
    if alive(present) and present is not None:
        raise FellesdriftError(
            "FD503",
            "A twin is up on this folder already",
            file=str(out),
            found=f"process {present.pid}, up since {present.started}",
            next_step=f"fellesdrift twin down --out {out}",
        )
    if present is not None:
        _clean(out, present)
    with _child(inventory, out) as child:
        estate = import_module("fellesdrift.estate.inventory.loader").load_estate([inventory])
        topology = topology_of(estate)
        windows, exchanges = windows_of(estate), exchanges_of(estate)
        simulated = {device.name for device in topology.devices} | {spec.name for spec in windows}
        simulated |= {spec.name for spec in exchanges}
        others = [host for host in estate.hosts if host not in simulated]
        info = _start(child, topology, windows, exchanges, others, inventory, out, speed)
    if foreground:
        try:
            child.wait()
        except KeyboardInterrupt:
            down(out)
    return info


@contextmanager
def _child(inventory: Path, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process, started before the estate is loaded: it has libraries of its own to load. Ended on any error."""
    state = out / files.STATE
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    out.chmod(0o700)
    with (state / "log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "fellesdrift.twin.daemon", str(_devices_at_most(inventory))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield child
    except BaseException:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):  # what was not yet handed over cannot be any more
                if pipe is not None:
                    pipe.close()
        files.remove(out)
        raise
    _children[child.pid] = child


def _devices_at_most(inventory: Path) -> int:
    """How many devices the estate may have, before it is read: the process makes host keys meanwhile."""
    base = inventory if inventory.is_dir() else inventory.parent
    return sum(1 for _ in (base / "snapshots" / "baseline").glob("*.cfg"))


def _start(
    child: subprocess.Popen[bytes],
    topology: Topology,
    windows: tuple[WindowsSpec, ...],
    exchanges: tuple[PbxSpec, ...],
    others: list[str],
    source: Path,
    out: Path,
    speed: float,
) -> TwinInfo:
    credentials = Credentials.make()
    path = _socket_path(out / files.STATE)
    order = {
        "topology": to_plain(topology),
        "windows": windows_to_plain(windows),
        "exchanges": exchanges_to_plain(exchanges),
        "speed": speed,
        "credentials": asdict(credentials),
        "socket": str(path),
    }
    ready = _hand_over(child, order, out)
    if "errors" in ready:
        raise FellesdriftErrors([error_of(each) for each in ready["errors"]])
    doors = ready["exchanges"]
    access = files.Access(ready["ports"], credentials, ready["known_hosts"], speed, others, ready["windows"], doors)
    files.generate(source, out, access)
    info = TwinInfo(
        directory=str(out.resolve()),
        pid=child.pid,
        born=_born(child.pid) or 0,
        speed=speed,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        socket=str(path),
        ports=ready["ports"],
        end_hosts=len(topology.endpoints) - len(windows) - len(exchanges),
        windows=ready["windows"],
        exchanges=doors,
    )
    target = out / files.STATE / "twin.json"
    target.write_text(json.dumps(asdict(info), indent=1) + "\n", encoding="utf-8")
    target.chmod(0o600)
    return info


def _hand_over(child: subprocess.Popen[bytes], order: dict[str, Any], out: Path) -> dict[str, Any]:
    if child.stdin is None or child.stdout is None:
        raise _stillborn(out)
    try:
        child.stdin.write(json.dumps(order).encode() + b"\n")
        child.stdin.close()
        line = child.stdout.readline()
    except OSError as error:
        raise _stillborn(out) from error
    child.stdout.close()
    if not line:
        raise _stillborn(out)
    ready: dict[str, Any] = json.loads(line)
    return ready


def _stillborn(out: Path) -> FellesdriftError:
    log = out / files.STATE / "log"
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:] if log.exists() else []
    return FellesdriftError(
        "FD504",
        "The twin's process did not start",
        found=last[0] if last else "it ended without a word",
        expected="it says that it is ready",
        next_step="python -m fellesdrift.twin.daemon </dev/null",
    )


def _clean(out: Path, info: TwinInfo) -> None:
    """Remove what a twin that is gone has left behind."""
    if child := _children.pop(info.pid, None):
        child.wait()
    path = Path(info.socket)
    path.unlink(missing_ok=True)
    if path.parent != Path(info.directory) / files.STATE and path.parent.name.startswith("fellesdrift-twin-"):
        path.parent.rmdir()
    files.remove(out)


def down(out: Path) -> bool:
    """End the twin of this folder and remove its inventory; False when it had ended by itself.

    Raises FellesdriftError FD506 when there was none.
    """
    info = find(out)
    if info is None:
        raise _nothing(out)
    running = alive(info)
    if running:
        os.kill(info.pid, signal.SIGTERM)
        deadline = time.monotonic() + _ENDING
        while alive(info):
            if time.monotonic() > deadline:
                os.kill(info.pid, signal.SIGKILL)
            time.sleep(0.01)
    _clean(out, info)
    return running


def _nothing(out: Path) -> FellesdriftError:
    return FellesdriftError(
        "FD506",
        "There is no twin here",
        file=str(out),
        found="no twin that runs",
        next_step=f"fellesdrift twin up --out {out}",
    )


def control(out: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Send a request (see control_socket.py) to the twin of this folder and return its answer.

    Raises FellesdriftError FD506 when none is up, FD507 when it does not answer, FD510 or FD511 for a wrong request.
    """
    info = find(out)
    if info is None or not alive(info):
        raise _nothing(out)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_ANSWERING)
            line.connect(info.socket)
            line.sendall(json.dumps(request).encode() + b"\n")
            with line.makefile("rb") as reader:
                answer: dict[str, Any] = json.loads(reader.readline())
    except (OSError, ValueError) as error:
        raise FellesdriftError(
            "FD507",
            "The twin does not answer",
            file=info.socket,
            found=type(error).__name__,
            next_step=f"fellesdrift twin down --out {out}",
        ) from error
    if "error" in answer:
        raise error_of(answer["error"])
    return answer


def status(out: Path) -> TwinStatus:
    """Whether a twin is up here, and how its devices are."""
    info = find(out)
    if not alive(info):
        return TwinStatus(False)
    answer = control(out, {"do": "status"})
    return TwinStatus(
        True, info, answer["devices"], tuple(answer["cut"]), answer["end_hosts"], answer["windows"], answer["exchanges"]
    )


def windows_states(out: Path) -> dict[str, str]:
    """All that each Windows host remembers, as text: two moments with the same text are the same."""
    found: dict[str, str] = control(out, {"do": "windows_states"})["windows"]
    return found


def exchange_states(out: Path) -> dict[str, str]:
    """All that lies in each exchange's memory, as text: two moments with the same text are the same."""
    found: dict[str, str] = control(out, {"do": "exchange_states"})["exchanges"]
    return found


def configs(out: Path) -> dict[str, str]:
    """Every device's running configuration, as `show running-config` prints it below its heading."""
    found: dict[str, str] = control(out, {"do": "configs"})["configs"]
    return found
