"""A wave's beginning and end, and which hosts have to verify once it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.cutover import soak, stopping
from fellesdrift.cutover.progress import read_progress
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from fellesdrift.cutover.permit import Permit
    from fellesdrift.cutover.planning import Context


def begin_wave(context: Context, permit: Permit, wave: str, hosts: list[str]) -> None:
    """Write `wave_begun`. FD611 without the lease, FD653 after a stop was asked for."""
    journal, stage = context.writable(), context.estate.stage(permit.stage)
    stopping.refuse_beginning(journal, permit, context.acting())
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        payload = {"wave": wave, "canary": soak.is_canary(stage, wave), "hosts": hosts}
        permit.write(journal, "wave_begun", payload)


def end_wave(context: Context, permit: Permit, wave: str, hosts: list[str]) -> list[str]:
    """Write `wave_ended`; gives the hosts of it that were left behind."""
    journal = context.writable()
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        progress = read_progress(journal.records(*permit.key))[permit.key]
        left = [host for host in hosts if host in progress.hosts and progress.hosts[host].left]
        permit.write(journal, "wave_ended", {"wave": wave, "left": left})
    return left


def changed_so_far(context: Context, permit: Permit) -> list[str]:
    """The hosts of the waves that were begun, but for those that were left behind: what has to verify now."""
    progress = read_progress(context.writable().records(*permit.key))[permit.key]
    hosts = [host for wave in progress.waves if wave["name"] in progress.shown.waves for host in wave["hosts"]]
    return [host for host in hosts if host not in progress.hosts or not progress.hosts[host].left]
