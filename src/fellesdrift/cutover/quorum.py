"""Leaving a dead host behind, where the wave's quorum allows it, by name.

Only a host that does not answer and was not touched: one that was touched and is in an unknown state must be brought
back, or the stage is held. What was left behind is in no way clean: it is named wherever the stage is called done, and
the next run of the cutover takes it in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.progress import read_progress
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from fellesdrift.cutover.permit import Permit
    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.journal import Journal

type Waves = Sequence[Mapping[str, Any]]
"""name, hosts and quorum of each wave (planning.Wave.as_data)"""


def met_without(waves: Waves, left: Collection[str]) -> bool:
    """Whether every wave's quorum is met when these hosts are left behind; without a quorum it needs all its hosts."""
    for wave in waves:
        done = [host for host in wave["hosts"] if host not in left]
        needed = wave.get("quorum")
        if len(done) < (len(wave["hosts"]) if needed is None else min(needed, len(wave["hosts"]))):
            return False
    return True


def leave_behind(journal: Journal, permit: Permit, holder: lease.Holder, host: str, reason: str) -> bool:
    """Write `host_left` for a host that does not answer, if that may be; False when it may not. FD611 without the
    lease."""
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, holder)
        progress = read_progress(journal.current(*permit.key)).get(permit.key)
        if progress is None or progress.state != "running" or progress.failures or permit.direction != "forward":
            return False
        mine = progress.hosts.get(host)
        if mine is not None and (mine.drained or mine.midway or (mine.before and not mine.back)):
            return False
        if not met_without(progress.waves, {*progress.left, host}):
            return False
        journal.append(*permit.key, permit.attempt, host, "host_left", {"reason": reason})
        return True


def left_hosts(journal: Journal, key: tuple[str, str]) -> dict[str, str]:
    """The hosts that the attempt at that (municipality, stage id) has left behind -> why."""
    progress: StageProgress | None = read_progress(journal.current(*key)).get(key)
    return progress.left if progress else {}


def excused(waves: Waves, results: Iterable[Mapping[str, Any]]) -> set[str]:
    """The hosts that answer no gate at all and may be left behind for it: all of them together, or none."""
    answered: dict[str, list[str]] = {}
    for result in results:
        answered.setdefault(str(result["host"]), []).append(str(result["result"]))
    changed = {host for wave in waves for host in wave["hosts"]}
    silent = {host for host, given in answered.items() if host in changed and set(given) == {"inconclusive"}}
    return silent if silent and met_without(waves, silent) else set()


def without_left(probes: Iterable[dict[str, Any]], left: Collection[str]) -> list[dict[str, Any]]:
    """The probes that do not ask for a host that was left behind (probes.py puts the host in front of their names)."""
    return [probe for probe in probes if str(probe["name"]).partition(" ")[0] not in left]
