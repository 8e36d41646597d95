"""Work that is done in pieces, so that whoever asked for it may stop it, and others have their turn."""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter
from typing import TypeVar

import numpy as np

T = TypeVar("T")
Work = Generator[float, None, T]  # yields how much is done, from 0 to 1; may be given up between any two


def finished(work: Work[T]) -> T:
    """Do all of it."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def quiet(work: Work[T]) -> Work[T]:
    """The same; what overflows is told as divergence and not as a warning.

    NumPy's `errstate` is of a context, which a piece has to itself: one that stood around a `yield` would be somebody else's.
    """
    while True:
        with np.errstate(all="ignore"):
            try:
                done = next(work)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
        yield done


def timed(work: Work[T]) -> Work[tuple[T, float]]:
    """What comes of it, and the seconds of its own pieces: others have their turn between two of them."""
    seconds = 0.0
    while True:
        begun = perf_counter()
        try:
            done = next(work)
        except StopIteration as end:
            return end.value, seconds + perf_counter() - begun
        seconds += perf_counter() - begun
        yield done


class Stages:
    """Work after work as one: it yields how much of all is done, each weighed as it was counted, and never less than before."""

    def __init__(self, *weights: float) -> None:
        whole = sum(weights) or 1.0
        self.ends = [sum(weights[: k + 1]) / whole for k in range(len(weights))]
        self.begun, self.done = 0, 0.0

    def then(self, work: Work[T]) -> Work[T]:
        """The next of them, and what comes of it."""
        end, begin = self.ends[self.begun], self.done
        self.begun += 1
        while True:
            try:
                share = next(work)
            except StopIteration as ended:
                self.done = max(self.done, end)
                return ended.value  # type: ignore[no-any-return]
            self.done = min(1.0, max(self.done, begin + (end - begin) * share))
            yield self.done
