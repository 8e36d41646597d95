"""What was computed and is kept to be had again: as much as fits into so many bytes, the longest unused going first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from core.work import Work

V = TypeVar("V")


class Kept(Generic[V]):
    """Answers by what was asked, of at most `most` bytes together, questions included.

    A number of entries would be no bound: two thousand examples of a visitor's own weigh as much as a hundred presets.
    """

    def __init__(self, most: int) -> None:
        self.most, self.bytes = most, 0
        self._entries: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Hashable, make: Callable[[], V], weigh: Callable[[V], int]) -> V:
        """The answer to this question, made where it is not kept; `weigh` tells the bytes that both hold.

        Two threads may make it at once: then one and the same is given to both.
        """
        entry = self._had(key)
        return entry[0] if entry else self._keep(key, make(), weigh)

    def working(self, key: Hashable, work: Work[V], weigh: Callable[[V], int]) -> Work[V]:
        """The same of an answer that is made in pieces; work that is given up leaves nothing."""
        entry = self._had(key)
        return entry[0] if entry else self._keep(key, (yield from work), weigh)

    def _had(self, key: Hashable) -> tuple[V, int] | None:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def _keep(self, key: Hashable, made: V, weigh: Callable[[V], int]) -> V:
        weight = weigh(made)
        with self._lock:
            if key in self._entries:
                return self._entries[key][0]
            if weight <= self.most:
                self._entries[key] = made, weight
                self.bytes += weight
            while self.bytes > self.most:
                self.bytes -= self._entries.popitem(last=False)[1][1]
        return made
