"""The networks that are measured: the sizes of the playground's, one wide batch, one classifier of small images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.experiment import Experiment
from core.numeric import Array
from core.training import epoch_rows

Document = dict[str, Any]
SGD: Document = {"kind": "sgd", "learning_rate": 0.05}
ADAM: Document = {"kind": "adam", "learning_rate": 0.01}


@dataclass(frozen=True)
class Net:
    """Dense links with tanh between them: a logistic unit at the end of a binary task, softmax over several classes."""

    name: str
    units: tuple[int, ...]
    batch: int
    examples: int

    def experiment(self, optimizer: Document) -> Experiment:
        """Random points to learn, in batches."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal((self.examples, self.units[0]))
        one = self.units[-1] == 1
        y = (x[:, :1] > 0).astype(float) if one else np.eye(self.units[-1])[rng.integers(0, self.units[-1], self.examples)]
        layers: list[Document] = []
        for n in self.units[1:-1]:
            layers += [{"kind": "dense", "units": n}, {"kind": "tanh"}]
        layers += [{"kind": "dense", "units": self.units[-1]}, {"kind": "sigmoid" if one else "softmax"}]
        data = {"kind": "points", "x": x.tolist(), "y": y.tolist(), "test_fraction": 0.0}
        return Experiment.parse({"data": data, "layers": layers, "batch_size": self.batch, "optimizer": optimizer,
                                 "loss": {"kind": "binary_cross_entropy" if one else "cross_entropy"}})  # fmt: skip


SMALL = (Net("2-4-2-1, 10", (2, 4, 2, 1), 10, 200), Net("2-8-8-1, 10", (2, 8, 8, 1), 10, 200),
         Net("6 x 8, 10", (2, *(8,) * 6, 1), 10, 200))  # fmt: skip
NETS = (*SMALL, Net("2-8-8-1, 500", (2, 8, 8, 1), 500, 500), Net("64-32-10, 64", (64, 32, 10), 64, 512))


class Batches:
    """x and y of one step after another, in the order in which the reference takes them."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment, self.step = experiment, 0
        self.x, self.y = experiment.train.x, experiment.train.y
        self.per_epoch = -(-len(experiment.train) // experiment.batch)
        self._rows: list[Array] = []

    def rows(self) -> Array:
        """The rows of the coming step; an epoch's order is drawn when it begins."""
        epoch, place = divmod(self.step, self.per_epoch)
        if not place:
            order, size = epoch_rows(self.experiment, epoch), self.experiment.batch
            self._rows = [order[i * size : (i + 1) * size] for i in range(self.per_epoch)]
        self.step += 1
        return self._rows[place]
