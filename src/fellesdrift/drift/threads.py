"""Visits that are no coroutine: each has a thread, which ends with its host's time because everything in it does."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fellesdrift.drift.judge import Answer, failed
from fellesdrift.session.errors import TimedOutError

_THREADS = 64
_pools: dict[int, ThreadPoolExecutor] = {}


def threads() -> ThreadPoolExecutor:
    """Of this process: one that was forked has none of its parent's threads."""
    if os.getpid() not in _pools:
        _pools[os.getpid()] = ThreadPoolExecutor(_THREADS, thread_name_prefix="visit")
    return _pools[os.getpid()]


async def in_time(host: str, work: Callable[[], Answer], seconds: float) -> Answer:
    """What a visit answers, in a thread; an error when its time is over."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.get_running_loop().run_in_executor(threads(), work)
    except TimeoutError:
        return failed("error", TimedOutError(host, "the visit of the drift check", round(seconds, 1)))
