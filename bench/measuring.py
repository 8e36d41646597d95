"""Timing of several ways to do the same, in turn, in one process, so that a busy machine slows them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

SLOW = 0.2  # seconds: a way whose one step takes longer is timed SLOW_ROUNDS times at most
SLOW_ROUNDS = 1
WARM = 3  # steps that are not timed, in every round


@dataclass(frozen=True)
class Effort:
    """How hard to measure: the rounds, and the seconds that one way is given in each."""

    rounds: int = 21
    seconds: float = 0.02
    patience: float = 60.0  # seconds; ways that would take longer for one step are left out


QUICK = Effort(rounds=1, seconds=0.001, patience=0.5)


class Timing(NamedTuple):
    """Microseconds of processor time a step."""

    median: float
    least: float


def interleaved(ways: Mapping[str, Callable[[int], object]], effort: Effort) -> dict[str, Timing]:
    """Median and least microseconds a step of every way; way(n) takes n steps.

    Processor time of the process, all its threads: being put aside for other processes is nobody's fault.
    """
    amounts = {name: _amount(way, effort) for name, way in ways.items()}
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(effort.rounds):
        first = turn % len(ways)
        for name in [*list(ways)[first:], *list(ways)[:first]]:  # so that each follows each in the caches
            steps, alone = amounts[name]
            if alone < SLOW or turn < SLOW_ROUNDS:
                if alone < SLOW:
                    ways[name](WARM)  # after the others the caches are cold
                found[name].append(1e6 * _seconds(ways[name], steps) / steps)
    return {name: Timing(median(times), min(times)) for name, times in found.items()}


def _amount(way: Callable[[int], object], effort: Effort) -> tuple[int, float]:
    """How many steps fill a round, and the seconds of one step, warmed up."""
    first = _seconds(way, 1)
    alone = first if first > SLOW else min(_seconds(way, 3) / 3 for _ in range(2))
    return max(1, int(effort.seconds / alone)), alone


def _seconds(way: Callable[[int], object], steps: int) -> float:
    begin = time.process_time()
    way(steps)
    return max(time.process_time() - begin, 1e-9)


def table(title: str, columns: Sequence[str], rows: Mapping[str, Mapping[str, str]]) -> str:
    """Rows of cells by column, aligned; a cell that is not there is a dash."""
    width = max(len(title), *map(len, rows)) + 2
    widths = [max(len(c), *(len(cells.get(c, "–")) for cells in rows.values())) + 2 for c in columns]
    lines = [title.ljust(width) + "".join(c.rjust(w) for c, w in zip(columns, widths, strict=True))]
    for name, cells in rows.items():
        lines.append(name.ljust(width) + "".join(cells.get(c, "–").rjust(w) for c, w in zip(columns, widths, strict=True)))
    return "\n".join(lines)
