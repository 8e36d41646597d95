"""The one memory of a plan: every buffer is a view of it, all parameters of all runs are one vector."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from core.experiment import Experiment
from core.numeric import Array, Params
from core.plan.blocks import Block


class Rooms:
    """Zeros for a plan's buffers, cut one after another out of whole pages of memory.

    A small plan's lie close together, and in the same order in every plan.  Each begins with a line of the cache: sums and
    products of long vectors that do not take twice as long.
    """

    PAGE, LINE, LEAST = 512, 8, 8192  # in numbers of eight bytes: 4 KiB, 64 bytes, 64 KiB

    def __init__(self) -> None:
        self._free = np.empty(0)

    def take(self, *shape: int) -> Array:
        """A buffer of this shape."""
        size = math.prod(shape)
        if size > self._free.size:
            block = max(self.LEAST, size)
            pages = np.zeros(block + self.PAGE)
            self._free = pages[-pages.ctypes.data // 8 % self.PAGE :][:block]
        found, self._free = self._free[:size], self._free[_lines(size) :]
        return found.reshape(shape)


def _lines(size: int) -> int:
    """How many numbers whole lines of the cache hold that hold `size`."""
    return -(-size // Rooms.LINE) * Rooms.LINE


class Record(NamedTuple):
    """What one step leaves to read, and where in it."""

    row: Array  # a view of the arena, (width)
    kept: int  # where the outputs and the deltas behind them begin
    params: int


class Arena:
    """The parameters of one run or several, their update and the gradient's sums, and what a step leaves to be recorded.

    A bias is the weight of a row of ones: of link l the parameters are [Wₗ bₗ], (units, inputs + 1), of all links one behind the
    other, and of several runs on a leading axis.
    """

    def __init__(self, experiments: Sequence[Experiment], blocks: list[Block], *, leading: bool) -> None:
        self.experiments, self.blocks, self.experiment = experiments, blocks, experiments[0]
        self.runs: tuple[int, ...] = (len(experiments),) if leading else ()
        self.step = self.began = 0  # updates taken, and how many of them before the optimizers' memories began
        sizes = [b.units * (b.inputs + 1) for b in blocks]
        self.rows = [*(b.units + 1 for b in blocks[:-1]), blocks[-1].units]  # nothing reads a row of ones behind the last
        self.rooms = Rooms()
        count, rest = self.experiment.batch, len(self.experiment.train) % self.experiment.batch
        self.kept, shape = 2 * math.prod(self.runs) * sum(self.rows), (*self.runs, sum(sizes))  # `kept`: numbers of one example
        whole, size = _lines(self.kept * count), math.prod(shape)
        self.width = whole + _lines(size)  # of a record of one step: outputs and deltas, then the parameters
        # Before the parameters a whole batch, behind them the short one at the end of an epoch: both are recorded by one copy.
        shared = self.rooms.take(self.width + (whole if rest else 0))
        self.params = shared[whole : whole + size].reshape(shape)
        self.update = self.rooms.take(*shape)
        self.powers = self.rooms.take(2, *shape)  # of the gradient, summed over the batch
        self.sums = self.powers[0]
        self.weights = [self._cut(self.params, i, sizes) for i in range(len(blocks))]
        self.products = [self._cut(self.sums, i, sizes) for i in range(len(blocks))]
        self.records = {count: Record(shared[: self.width], 0, whole)}  # by the number of a batch's examples
        if rest:
            self.records[rest] = Record(shared[whole : whole + self.width], _lines(size), 0)

    def _cut(self, flat: Array, i: int, sizes: list[int]) -> Array:
        block, start = self.blocks[i], sum(sizes[:i])
        return flat[..., start : start + sizes[i]].reshape(*self.runs, block.units, block.inputs + 1)

    @property
    def k(self) -> int:
        """The number of the update under way, since the optimizers' memories began."""
        return self.step - self.began

    def kept_by(self, count: int) -> Array:
        """Where a step on `count` examples leaves its outputs and, behind them, its deltas."""
        record = self.records[count]
        return record.row[record.kept : record.kept + self.kept * count]

    def flat(self, tensors: Sequence[Any]) -> Array:
        """W and b of every dense link of one run as one vector."""
        return np.concatenate([np.column_stack([t["W"], t["b"]]).ravel() for t in tensors])

    def unflat(self, flat: Array) -> Params:
        """A flat vector of one run as parameters aligned with the links."""
        found: list[dict[str, Array]] = [{} for _ in self.experiment.layers]
        start = 0
        for b in self.blocks:
            both = flat[start : start + b.units * (b.inputs + 1)].reshape(b.units, b.inputs + 1)
            found[b.dense] = {"W": both[:, :-1].copy(), "b": both[:, -1].copy()}
            start += both.size
        return tuple(found)
