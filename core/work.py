"""Work that is done in pieces, so that whoever asked for it may stop it, and others have their turn."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
Work = Generator[float, None, T]  # yields how much is done, from 0 to 1; may be given up between any two


def finished(work: Work[T]) -> T:
    """Do all of it."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
