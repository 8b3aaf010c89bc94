"""A wave's beginning and end, and which hosts have to verify once it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.cutover import stopping

if TYPE_CHECKING:
    from fellesdrift.cutover.holding import Holding


def begin_wave(holding: Holding, wave: str, hosts: list[str], *, canary: bool = False) -> None:
    """Write `wave_begun`. FD611 without the lease, FD653 after a stop was asked for."""
    stopping.refuse_beginning(holding.journal, holding.permit, holding.holder)
    holding.write("wave_begun", {"wave": wave, "canary": canary, "hosts": hosts})


def end_wave(holding: Holding, wave: str, hosts: list[str]) -> list[str]:
    """Write `wave_ended`; gives the hosts of it that were left behind."""
    known = holding.progress().hosts
    left = [host for host in hosts if host in known and known[host].left]
    holding.write("wave_ended", {"wave": wave, "left": left})
    return left


def changed_so_far(holding: Holding, wave: str) -> list[str]:
    """The hosts of the waves up to this one, or of all ("" is after the last), but for those that were left behind:
    what has to verify now. What a run that was cut off had begun of a later wave is half done, and its turn comes."""
    progress = holding.progress()
    hosts: list[str] = []
    for each in progress.waves:
        hosts += each["hosts"]
        if each["name"] == wave:
            break
    return [host for host in hosts if host not in progress.hosts or not progress.hosts[host].left]
