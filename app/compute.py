"""Computing happens in threads, as many at once as the process has room for, so that it never delays the event loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

import anyio
import anyio.to_thread

from app.metrics import METRICS
from app.settings import SETTINGS

T = TypeVar("T")


@cache
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(SETTINGS.threads)


async def compute(work: Callable[[], T]) -> T:
    """What `work()` gives, computed in a thread when one is free."""
    return await anyio.to_thread.run_sync(_timed, work, limiter=_limiter())


def _timed(work: Callable[[], T]) -> T:
    before = time.perf_counter()
    try:
        return work()
    finally:
        METRICS.computed(time.perf_counter() - before)
