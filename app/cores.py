"""How many computations the process has room for: cores and memory, of which a container leaves less than the machine has."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

GROUPS, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")  # the kernel's control groups, and the process's own
IDLE, EACH = 350_000_000, 250_000_000  # bytes of a process with all that it keeps, and of one large computation under way


def room(workers: int = 1) -> int:
    """Computations at the same time, in each of so many processes that share what they may use; at least one.

    One for each core, as far as memory holds them.
    """
    by_memory = (max(0, limit // workers - IDLE) // EACH for limit in memory_limits())
    return max(1, min([cores() // workers, *by_memory]))


def cores() -> int:
    """The cores that the process may run on, or those in whose time its quota of processor time is spent."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([allowed, *map(math.ceil, processor_quotas())]))


def processor_quotas() -> Iterator[float]:
    """Processor time over time, of every group that limits it: its second version tells both in one file, its first in two."""
    for group in _groups("cpu"):
        told = _words(group / "cpu.max") or _words(group / "cpu.cfs_quota_us") + _words(group / "cpu.cfs_period_us")
        if len(told) == 2 and told[0] not in ("max", "-1"):
            yield int(told[0]) / int(told[1])


def memory_limits() -> Iterator[int]:
    """Bytes, of every group that limits them."""
    for group in _groups("memory"):
        told = _words(group / "memory.max") or _words(group / "memory.limit_in_bytes")
        if told and told[0] != "max":
            yield int(told[0])


def _groups(controller: str) -> Iterator[Path]:
    """The folders of the process's group and of those that it is part of; within a container only the uppermost may be seen."""
    for line in OWN.read_text().splitlines() if OWN.is_file() else ():
        _, controllers, path = line.split(":", 2)  # the second version of the groups has one line, without controllers
        if not controllers or controller in controllers.split(","):
            places = [place for place in path.split("/") if place not in ("", "..")]
            top = GROUPS / controllers
            yield from (top.joinpath(*places[:depth]) for depth in range(len(places) + 1))


def _words(file: Path) -> list[str]:
    return file.read_text().split() if file.is_file() else []
