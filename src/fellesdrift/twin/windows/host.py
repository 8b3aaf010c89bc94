"""One simulated Windows host: everything that it remembers, its clock, its boots."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fellesdrift.twin.access import Credentials
from fellesdrift.twin.faults import Faults
from fellesdrift.twin.windows import defaults, disks, installed, printers, recorded, terminal
from fellesdrift.twin.windows.accounts import Accounts
from fellesdrift.twin.windows.adapters import Adapter, Stack
from fellesdrift.twin.windows.files import Files
from fellesdrift.twin.windows.permissions import EVERYBODY, Entry
from fellesdrift.twin.windows.registry import DWORD, SZ, Registry
from fellesdrift.twin.windows.services import Services
from fellesdrift.twin.windows.spec import WindowsSpec

BOOT_SECONDS = 60.0
INSTALLED = datetime(2004, 3, 1, 8, 0, tzinfo=UTC)
_LOGS = r"SYSTEM\CurrentControlSet\Services\Eventlog"
_TIME = r"SYSTEM\CurrentControlSet\Services\W32Time\Parameters"
_VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_LOG_BYTES = 16 * 1024 * 1024


@dataclass
class Process:
    """A running program."""

    number: int
    command: str
    started: datetime


@dataclass
class Share:
    """A share of a folder."""

    name: str
    path: str
    description: str
    kind: int = 0
    most: int | None = None
    entries: tuple[Entry, ...] = (EVERYBODY,)


class WindowsHost:
    """State and life of one host. `speed`: device seconds in one real second.

    time_peers   whom the time service asks: what was set when it started, or was told last
    mistakes     what a client did that nobody does to a server in use
    """

    def __init__(self, spec: WindowsSpec, credentials: Credentials, speed: float) -> None:
        self.spec = spec
        self.speed = speed
        self.faults = Faults()
        self.alive = True
        self.on_power_off: list[Callable[[], None]] = []
        self.on_network: list[Callable[[], None]] = []
        self.mistakes: list[str] = []
        self.processes: dict[int, Process] = {}
        self._next_process = 4
        digest = hashlib.sha256(spec.name.encode()).digest()
        numbers = "-".join(str(int.from_bytes(digest[start : start + 4])) for start in (0, 4, 8))
        self.accounts = Accounts(f"S-1-5-21-{numbers}", credentials.user, credentials.password)
        self.registry = Registry(spec.x64)
        self.adapter = Adapter(self.registry, spec)
        self.booted = datetime.now(UTC)
        self.files = Files(INSTALLED)
        for folder in defaults.FOLDERS:
            self.files.make_folder(folder)
        self.files.write(r"C:\WINDOWS\system32\drivers\etc\hosts", defaults.HOSTS_FILE.encode("cp1252"), INSTALLED)
        services = [*defaults.SERVICES]
        for role in spec.roles:
            services += defaults.ROLE_SERVICES.get(role, ())
        self.services = Services(self.registry, services, self.start_process, self.end_process)
        self.shares: dict[str, Share] = {}
        self.free_bytes = dict(disks.FREE)
        self._fill()
        self.time_peers = ""
        self.services.on_start.append(lambda name: self.take_time_settings() if name == "W32Time" else None)
        recorded.take(self, spec.recorded)
        self.services.boot()
        found = [each for role in spec.roles for each in defaults.ROLE_PRINTERS.get(role, ())]
        printers.fill(self, defaults.PRINTER_DRIVERS, tuple(found))

    def _fill(self) -> None:
        for share in (
            Share("ADMIN$", r"C:\WINDOWS", "Ekstern administrasjon", 0x80000000),
            Share("C$", "C:\\", "Standardressurs", 0x80000000),
            Share("IPC$", "", "Ekstern IPC", 0x80000003),
        ):
            self.shares[share.name.lower()] = share
        for role in self.spec.roles:
            for name, path, description in defaults.ROLE_SHARES.get(role, ()):
                self.files.make_folder(path)
                self.shares[name.lower()] = Share(name, path, description)
        for log, _ in defaults.EVENT_LOGS:
            self.registry.put(f"{_LOGS}\\{log}", "MaxSize", DWORD, _LOG_BYTES)
            self.registry.put(f"{_LOGS}\\{log}", "Retention", DWORD, 0)
        installed.fill(self)
        terminal.fill(self)
        self.registry.put(_VERSION, "ProductName", SZ, "Microsoft Windows Server 2003")
        self.registry.put(_VERSION, "CSDVersion", SZ, "Service Pack 2")
        self.registry.put(_VERSION, "CurrentVersion", SZ, "5.2")

    def now(self) -> datetime:
        """The host's own idea of the time; the fault `skew` puts it wrong."""
        wrong = sum(fault.seconds for fault in self.faults.held if fault.kind == "skew")
        return datetime.now(UTC) + timedelta(seconds=wrong)

    def names_by_sid(self) -> dict[str, tuple[str | None, str]]:
        """(domain, name) of everybody who can stand in a permission."""
        found: dict[str, tuple[str | None, str]] = {EVERYBODY.sid: (None, EVERYBODY.name)}
        found |= {sid: (None, name) for name, sid in defaults.SYSTEM_ACCOUNTS}
        for user in self.accounts.users.values():
            found[user.sid] = (self.spec.computer, user.name)
        for group in self.accounts.groups.values():
            domain = "BUILTIN" if group.sid.startswith("S-1-5-32-") else self.spec.computer
            found[group.sid] = (domain, group.name)
        return found

    def take_time_settings(self) -> None:
        """The time service reads its settings: when it starts, and when it is told."""
        self.time_peers = str(self.registry.get(_TIME, "NtpServer") or "")

    def stack(self) -> Stack:
        """What the host is on its network: nothing while it is off."""
        return self.adapter.live if self.alive else Stack((), ())

    def network_changed(self) -> None:
        """Tell everybody who wants to know what the host is on its network."""
        for each in list(self.on_network):
            each()

    def log_path(self, log: str) -> str:
        """The key of an event log's settings."""
        return f"{_LOGS}\\{log}"

    def start_process(self, command: str) -> int:
        """Start a program; its number."""
        number = self._next_process
        self._next_process += 4
        self.processes[number] = Process(number, command, self.now())
        return number

    def end_process(self, number: int) -> None:
        """End a program."""
        self.processes.pop(number, None)

    def power_off(self) -> None:
        """Shut down: every connection ends, and nothing answers until `boot`."""
        self.alive = False
        for each in list(self.on_power_off):
            each()
        self.network_changed()

    def boot(self) -> None:
        """Come up: only what starts by itself runs, and the time of boot is new."""
        self.processes.clear()
        self.booted = self.now()
        self.services.boot()
        terminal.allow_logons(self, True)
        self.adapter.use()
        self.alive = not self.faults.has("dead")
        self.network_changed()

    def real(self, seconds: float) -> float:
        """Device seconds as seconds of this machine."""
        return seconds / self.speed
