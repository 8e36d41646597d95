"""The step of which a derivation tells: its trace, and one example's chain, wire by wire."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.experiment import Experiment
from core.layers.wires import Index, Uses, Wires
from core.network import Network
from core.numeric import Array, Shape
from core.state import State
from core.trace import Trace
from core.training import stepping
from core.work import Work, finished


@dataclass(frozen=True)
class Told:
    """One step and one of its examples.

    Boundaries are the places between the links: boundary 0 is the input, boundary b the output of link b − 1.  Nodes are numbered
    flat.  The chain of products ends at boundary `end`, where ∂ℓ/∂(node) is known without it: at the outputs, or, where the last
    link and the loss are a matched pair, one link earlier, at δ = ŷ − y.
    """

    experiment: Experiment
    state: State
    trace: Trace
    noises: tuple[Array | None, ...]
    row: int

    @classmethod
    def of(cls, experiment: Experiment, state: State, example: int = 0) -> Told:
        """The whole step at once; see `telling`."""
        return finished(cls.telling(experiment, state, example))

    @classmethod
    def telling(cls, experiment: Experiment, state: State, example: int = 0) -> Work[Told]:
        """Take the step, in its pieces; `example` is the row of its batch, modulo the batch's length."""
        _, trace = yield from stepping(experiment, state, example)
        count = len(trace.batch.indices)
        noises = experiment.network.noises(experiment.seed, state.step, count)
        return cls(experiment, state, trace, tuple(noises), example % count)

    @property
    def network(self) -> Network:
        """The chain of links."""
        return self.experiment.network

    @property
    def count(self) -> int:
        """How many examples the batch has."""
        return len(self.trace.batch.indices)

    @property
    def end(self) -> int:
        """The boundary at which the chain of products ends."""
        return len(self.network.layers) - (self.network.head is not None)

    def shape(self, boundary: int) -> Shape:
        """The shape of one example there."""
        return self.network.shapes[boundary]

    def index(self, boundary: int, node: int) -> Index:
        """The indices of a node."""
        return tuple(int(i) for i in np.unravel_index(node, self.shape(boundary)))

    def value(self, boundary: int) -> Array:
        """The numbers of the example there, flat."""
        links = self.trace.layers
        found: Array = (links[boundary - 1].output if boundary else links[0].input)[self.row].ravel()
        return found

    def grad(self, boundary: int) -> Array:
        """∂ℓ/∂(every node) of the example, flat."""
        links = self.trace.layers
        found: Array = (links[boundary - 1].grad_output if boundary else links[0].grad_input)[self.row].ravel()
        return found

    @cached_property
    def _wires(self) -> dict[int, Wires]:
        return {}

    def wires(self, link: int) -> Wires:
        """The wires of a link that end in the chain, of the example."""
        if link not in self._wires:
            trace, one = self.trace.layers[link], slice(self.row, self.row + 1)
            noise = self.noises[link]
            self._wires[link] = self.network.layers[link].wires(
                self.trace.before[link], trace.input[one], trace.output[one], None if noise is None else noise[one]
            )
        return self._wires[link]

    def uses(self, link: int, name: str, index: Index, row: int | None = None) -> Uses:
        """Where a parameter enters an example of the batch (the told one)."""
        row = self.row if row is None else row
        trace, noise, one = self.trace.layers[link], self.noises[link], slice(row, row + 1)
        layer, params = self.network.layers[link], self.trace.before[link]
        return layer.uses(params, trace.input[one], trace.output[one], None if noise is None else noise[one], name, index)
