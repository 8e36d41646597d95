"""The training examples as a plan reads them: an epoch in order, cut into batches that are views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from core.experiment import Experiment
from core.numeric import Array
from core.plan.calls import turned
from core.training import epoch_rows


class Batch(NamedTuple):
    """Views of one batch."""

    rows: Array  # [X, 1], (count, inputs + 1)
    columns: Array  # the same turned
    target: Array  # Yᵀ, (outputs, count)


class Examples:
    """The training examples in the order of an epoch, cut into batches, whose views stay where they are."""

    def __init__(self, experiments: Sequence[Experiment], runs: tuple[int, ...]) -> None:
        self.experiments, self.batches = experiments, list[Batch]()
        train, size = experiments[0].train, experiments[0].batch
        self._tables = np.column_stack([train.x, np.ones(len(train))]), train.y
        self._ordered = [np.empty((*runs, *table.shape)) for table in self._tables]
        self._turned: list[tuple[Array, Array]] = []
        whole, rest = divmod(len(train), size)
        for first, places, count in ((0, whole, size), (whole * size, 1, rest))[: 2 if rest else 1]:
            cut = slice(first, first + places * count)
            rows, y = (a[..., cut, :].reshape(*runs, places, count, -1) for a in self._ordered)
            columns, target = (np.empty(turned(a).shape) for a in (rows, y))
            self._turned += [(columns, turned(rows)), (target, turned(y))]
            self.batches += [Batch(*(a[..., k, :, :] for a in (rows, columns, target))) for k in range(places)]

    def order(self, epoch: int) -> None:
        """Put the examples into the order of this epoch."""
        orders = np.array([epoch_rows(e, epoch) for e in self.experiments])
        for table, ordered in zip(self._tables, self._ordered, strict=True):
            table.take(orders.reshape(ordered.shape[:-1]), 0, ordered, "clip")  # clip: straight, as no row is beyond
        for columns, rows in self._turned:
            np.copyto(columns, rows)
