"""One simulated router: its configurations, its clock and timers, its life."""

from __future__ import annotations

import asyncio
import secrets as random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.twin.access import Credentials
from fellesdrift.twin.faults import Faults
from fellesdrift.twin.ios import models, secrets
from fellesdrift.twin.ios.config import Configuration
from fellesdrift.twin.ios.configure import Editor, Trouble, hardware_of, read
from fellesdrift.twin.ios.render import body
from fellesdrift.twin.ios.semantics import view_of
from fellesdrift.twin.net.network import Network
from fellesdrift.twin.net.topology import Device

VTYS = 5
BOOT_SECONDS = 60.0
_NOTES = ("! Last configuration change", "! NVRAM config last updated", "! No configuration change")


class Listener(Protocol):
    """A session, as its device sees it."""

    user: str
    line: int
    monitor: bool

    def announce(self, text: str) -> None:
        """Print something that the session did not ask for."""

    def drop(self) -> None:
        """Cut the connection."""

    def replaced(self) -> None:
        """The whole configuration was replaced under a session that may be editing it."""


@dataclass
class Revert:
    """An armed configuration revert. `idle`: the timer starts anew with every command."""

    config: Configuration
    file: str
    minutes: int
    idle: bool
    terminal: Listener
    armed: datetime
    handles: list[asyncio.TimerHandle]

    def stop(self) -> None:
        for handle in self.handles:
            handle.cancel()


@dataclass
class Reload:
    """A scheduled reload."""

    at: datetime
    minutes: int
    reason: str
    user: str
    handles: list[asyncio.TimerHandle]


def stamp(moment: datetime) -> str:
    """`10:00:00 UTC Mon Mar 7 2005`, as IOS writes a moment."""
    return f"{moment:%H:%M:%S} UTC {moment:%a %b} {moment.day} {moment:%Y}"


class Router:
    """One device.

    speed   device seconds that pass in one real second, for its timers and its boot
    """

    def __init__(self, spec: Device, network: Network, credentials: Credentials, speed: float) -> None:
        self.spec = spec
        self.name = spec.name
        self.network = network
        self.credentials = credentials
        self.speed = speed
        self.faults = Faults()
        self.sessions: list[Listener] = []
        self.alive = True
        self.log: deque[str] = deque(maxlen=200)
        self.flash: dict[str, str] = {}
        self.archived: list[str] = []
        self.revert: Revert | None = None
        self.reload: Reload | None = None
        self.reload_reason = "power-on"
        self.overdue = False
        self.on_power_off: list[Callable[[], None]] = []
        self.on_wake: list[Callable[[], None]] = []
        self.booted = datetime.now(UTC)
        self.changed_at: datetime | None = None
        self.changed_by = credentials.user
        self.saved_at: datetime | None = None
        text = self._with_secrets(spec.config)
        self.hardware = hardware_of(text)
        self.config = Configuration(hardware=self.hardware)
        troubles = list(read(text, self.config))
        if troubles:
            raise FellesdriftErrors([self._trouble(trouble) for trouble in troubles])
        self.model = models.MODELS.get(spec.model) or models.guess(self.config.version, self.hardware)
        self.heading = _heading(text)
        self.open_login = f"username {credentials.user}" not in self.config.root.lines
        self.startup = self.running_text()
        self.boot_text = self.startup
        self.publish()

    def _with_secrets(self, text: str) -> str:
        """Snapshots hold `<secret>` in place of every secret; the device gets real ones."""
        lines = []
        for line in text.splitlines():
            plain = self.credentials.enable if line.startswith("enable ") else self.credentials.password
            shown = line
            if secrets.PLACEHOLDER in line:
                before = line.split(secrets.PLACEHOLDER, maxsplit=1)[0].split()
                level = before[-1] if before else ""
                value = plain
                if level == "5":
                    value = secrets.type5(plain, "twin")
                elif level == "7":
                    value = secrets.type7(plain)
                elif not line.startswith(("enable ", "username ")):
                    value = random.token_hex(6)
                shown = line.replace(secrets.PLACEHOLDER, value)
            lines.append(shown)
        return "\n".join(lines) + "\n"

    def _trouble(self, trouble: Trouble) -> FellesdriftError:
        return FellesdriftError(
            "FD501",
            "The twin does not understand a line of this configuration",
            host=self.name,
            file=f"{self.spec.origin or self.name}:{trouble.number}",
            found=trouble.line.strip(),
            expected="a line that the device accepts",
            next_step="correct the line, or teach the twin the command (src/fellesdrift/twin/ios/grammar.py)",
            details=[
                "the device says:",
                *(f"  {line}" for line in (trouble.line, *trouble.said.rstrip().splitlines())),
            ],
        )

    @property
    def release(self) -> str:
        return self.spec.software or models.RELEASES.get(self.config.version, f"{self.config.version}(1)")

    @property
    def knows_revert(self) -> bool:
        """`configure ... revert timer` came with 12.4(20)T."""
        return self.config.version not in ("12.2", "12.3")

    def real(self, seconds: float) -> float:
        """Device seconds as seconds of this machine."""
        return seconds / self.speed

    # configuration

    def running_text(self) -> str:
        """`show running-config` from the first `!` to `end`."""
        notes = self.heading
        if self.changed_at is not None:
            notes = [f"! Last configuration change at {stamp(self.changed_at)} by {self.changed_by}"]
            if self.saved_at is not None:
                notes.append(f"! NVRAM config last updated at {stamp(self.saved_at)} by {self.changed_by}")
        heading = ["!", *notes, "!"] if notes else ["!"]
        return "\n".join(heading) + "\n" + body(self.config) + "end\n"

    def publish(self) -> None:
        """Tell the network what the configuration means now."""
        if self.alive:
            self.network.update(self.name, view_of(self.config))

    def edited(self, user: str) -> None:
        """Somebody changed the configuration."""
        self.changed_at = datetime.now(UTC)
        self.changed_by = user
        self.publish()

    def save(self) -> None:
        """`write memory`."""
        self.saved_at = datetime.now(UTC)
        self.startup = self.running_text()

    def modified(self) -> bool:
        """True when running and startup differ beyond their headings."""
        return _plain(self.running_text()) != _plain(self.startup)

    def replace_with(self, config: Configuration, user: str) -> None:
        """Put a whole configuration in the place of the running one."""
        self.config = config.copy()
        for session in self.sessions:
            session.replaced()
        self.edited(user)

    def console(self, lines: list[str]) -> list[str]:
        """Configure as somebody at the console would; returns what the device said, line by line."""
        editor = Editor(self.config)
        said = [editor.enter(line) for line in lines]
        self.edited("console")
        self.syslog("%SYS-5-CONFIG_I: Configured from console by console")
        return said

    # messages

    def syslog(self, message: str) -> None:
        """Log a message: into the buffer, and to sessions with `terminal monitor`."""
        moment = datetime.now(UTC)
        line = f"*{moment:%b} {moment.day:>2} {moment:%H:%M:%S}.{moment.microsecond // 1000:03d}: {message}"
        self.log.append(line)
        for session in self.sessions:
            if session.monitor:
                session.announce(f"{line}\n")

    def broadcast(self, text: str) -> None:
        """What every terminal sees, whether it wants to or not."""
        for session in self.sessions:
            session.announce(text)

    # timed revert

    def arm_revert(self, minutes: int, idle: bool, terminal: Listener) -> str:
        """Remember the running configuration and start the timer; returns the file that holds the copy."""
        moment = datetime.now(UTC)
        path = self.archive_path or "flash:"
        prefix = path.removeprefix("flash:")
        thousandths = f"{moment.microsecond // 1000:03d}"
        file = f"{prefix}{moment:%b}-{moment.day:->2}-{moment:%H-%M-%S}.{thousandths}-{len(self.archived)}"
        self.flash[file] = self.running_text()
        self.archived.append(file)
        self.revert = Revert(
            self.config.copy(), f"flash:{file}", minutes, idle, terminal, moment, self._timers(minutes)
        )
        what = "IDLETIMER" if idle else "ABSTIMER"
        self.syslog(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up current running config to flash:{file}")
        self.syslog(
            f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_{what}: User: {terminal.user}(Priv: 15, View: 0): "
            f"Scheduled to rollback to config flash:{file} in {minutes} minutes"
        )
        return f"flash:{file}"

    @property
    def archive_path(self) -> str | None:
        archive = self.config.root.get("archive")
        return None if archive is None or archive.block is None else archive.block.value("path", "path")

    def _timers(self, minutes: int) -> list[asyncio.TimerHandle]:
        """The revert itself, and the warning one minute before it."""
        loop = asyncio.get_running_loop()
        return [
            loop.call_later(self.real(minutes * 60), self.revert_now),
            loop.call_later(self.real((minutes - 1) * 60), self._warn_of_revert),
        ]

    def _warn_of_revert(self) -> None:
        if self.revert is not None and self.alive:
            keep = 'Enter "configure confirm" if you wish to keep what you\'ve configured'
            self._tell(self.revert, f"Rollback Confirmed Change: Rollback will begin in one minute.\n{keep}\n")
            self.syslog(
                "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_WARNING_ABSTIMER: System will rollback to config "
                f"{self.revert.file} in one minute. {keep}"
            )

    def _tell(self, revert: Revert, text: str) -> None:
        """Print at the terminal where the timer was armed, while it is still there."""
        if revert.terminal in self.sessions:
            revert.terminal.announce(text)

    def touch_revert(self) -> None:
        """A key was pressed: an idle timer starts anew."""
        if self.revert is not None and self.revert.idle:
            self.extend_revert(self.revert.minutes)

    def extend_revert(self, minutes: int) -> None:
        """Start the timer anew."""
        if self.revert is not None:
            self.revert.stop()
            self.revert.minutes = minutes
            self.revert.armed = datetime.now(UTC)
            self.revert.handles = self._timers(minutes)

    def confirm_revert(self) -> bool:
        """`configure confirm`; False when nothing is pending."""
        if self.revert is None:
            return False
        self.revert.stop()
        self.revert = None
        self.syslog("%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: confirm the configuration change")
        return True

    def revert_now(self) -> None:
        """The timer fired, or somebody asked for it: back to the configuration of the time it was armed."""
        revert = self.revert
        if revert is None:
            return
        if not self.alive:
            # a device that hangs does it as soon as it works again
            self.overdue = True
            return
        revert.stop()
        self.revert = None
        self._tell(revert, f"Rollback Confirmed Change: rolling to:{revert.file}\n")
        self.syslog(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: {revert.file}")
        self.replace_with(revert.config, revert.terminal.user)
        self.syslog("%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_END: Rollback Done")

    # reload

    def schedule_reload(self, minutes: int, reason: str, user: str) -> None:
        """`reload in M`: warn every terminal five minutes and one minute before."""
        self.cancel_reload()
        loop = asyncio.get_running_loop()
        handles = [loop.call_later(self.real(minutes * 60), self._reload, "Reload Command")]
        for left in (5, 1):
            if minutes > left:
                warning = f"\n\n***\n*** --- SHUTDOWN in 0:0{left}:00 ---\n***\n"
                handles.append(loop.call_later(self.real((minutes - left) * 60), self.broadcast, warning))
        self.reload = Reload(datetime.now(UTC) + timedelta(minutes=minutes), minutes, reason, user, handles)

    def cancel_reload(self) -> bool:
        """`reload cancel`; False when none is scheduled."""
        if self.reload is None:
            return False
        for handle in self.reload.handles:
            handle.cancel()
        self.reload = None
        return True

    def _reload(self, reason: str) -> None:
        self.reload_now(reason)

    def reload_now(self, reason: str = "Reload Command") -> None:
        """Sessions drop, the device is dead while it boots, and comes back with its startup configuration."""
        self.cancel_reload()
        if self.revert is not None:
            self.revert.stop()
            self.revert = None
        self.power(False)
        self.reload_reason = reason
        asyncio.get_running_loop().call_later(self.real(BOOT_SECONDS), self._boot)

    def _boot(self) -> None:
        self.config = Configuration(hardware=self.hardware)
        for _ in read(self.startup, self.config):
            # a line that it once printed itself is understood again; the tests hold that
            continue
        self.booted = datetime.now(UTC)
        self.heading = _heading(self.startup)
        self.changed_at = None
        self.log.clear()
        if not self.faults.has("dead"):
            self.power(True)

    def power(self, alive: bool) -> None:
        """Switch the device off (its sessions end) or on."""
        if not alive:
            for session in list(self.sessions):
                session.drop()
            self.sessions.clear()
            for each in list(self.on_power_off):
                each()
        self.alive = alive
        self.network.set_alive(self.name, alive)
        self.publish()
        for waiter in list(self.on_wake):
            waiter()

    def hang(self, dead: bool) -> None:
        """The device stops in its tracks (nothing is answered or forwarded, its sessions freeze), or goes on."""
        self.alive = not dead
        self.network.set_alive(self.name, self.alive)
        self.publish()
        if self.alive and self.overdue:
            self.overdue = False
            self.revert_now()
        for waiter in list(self.on_wake):
            waiter()

    # logging in

    def user_privilege(self, user: str) -> int:
        line = self.config.root.get(f"username {user}")
        return int(line.values.get("privilege", "1")) if line is not None else 1

    def check_password(self, user: str, password: str) -> bool:
        """True for a user of the configuration with the right password."""
        if self.faults.has("refuse_login"):
            return False
        line = self.config.root.get(f"username {user}")
        if line is None:
            twin = self.credentials
            return self.open_login and random.compare_digest(f"{user} {password}", f"{twin.user} {twin.password}")
        return secrets.verify(password, line.values.get("level", ""), line.values.get("value", ""))

    def check_enable(self, password: str) -> bool | None:
        """None when the device has no enable secret."""
        for key in ("enable secret", "enable password"):
            line = self.config.root.get(key)
            if line is not None:
                return secrets.verify(password, line.values.get("level", ""), line.values.get("value", ""))
        return None


def _heading(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(_NOTES)]


def _plain(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("! "))
