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
