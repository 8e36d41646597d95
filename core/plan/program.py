"""One step as a list of bound calls: the forward pass, δ, the gradient's products and the descent."""

from __future__ import annotations

import math
from functools import partial
from itertools import groupby
from typing import NamedTuple

import numpy as np

from core.layers import Elementwise
from core.layers.activations import Identity
from core.numeric import Array
from core.plan.arena import Arena
from core.plan.calls import Call, activate, from_output, general_slope, product, take_slopes, turned
from core.plan.descent import Descent
from core.plan.examples import Batch


class Flat(NamedTuple):
    """Buffers of all links one behind the other, in which neighbouring links are one vector."""

    outputs: Array
    slopes: Array
    scratch: Array


class Program:
    """The calls of one step for batches of one size: forward, backward, the gradient's products and the descent, all bound."""

    def __init__(self, arena: Arena, descent: Descent, count: int) -> None:
        self.arena = arena
        self.head = arena.experiment.network.head
        blocks, rooms = arena.blocks, arena.rooms
        shapes = [(*arena.runs, n, count) for n in arena.rows]
        sizes = [math.prod(shape) for shape in shapes]
        outputs, deltas = np.split(arena.kept_by(count), 2)
        slopes, scratch = rooms.take(sum(sizes)), rooms.take(sum(sizes))
        self._flat = Flat(outputs, slopes, scratch)
        self.spans = [slice(end - size, end) for end, size in zip(np.cumsum(sizes).tolist(), sizes, strict=True)]
        self._outs, self._whole, self._slopes, self._scratch = (
            [flat[span].reshape(shape) for span, shape in zip(self.spans, shapes, strict=True)]
            for flat in (outputs, deltas, slopes, scratch)
        )
        for a in self._outs[:-1]:
            a[..., -1, :] = 1.0
        units = [b.units for b in blocks]
        self.outputs, self.deltas, self.slopes = (
            [a[..., :n, :] for a, n in zip(whole, units, strict=True)] for whole in (self._outs, self._whole, self._slopes)
        )
        self.zs = [
            out if from_output(b.activation) else rooms.take(*out.shape) for b, out in zip(blocks, self.outputs, strict=True)
        ]
        self._before = [*self._forward(), *self._slope_calls()]
        self._after, self._descent = self._backward(), descent.calls(count)

    def calls(self, batch: Batch) -> list[Call]:
        """The calls of a step on one batch: only three of them look at it."""
        begin = product(self.arena.weights[0], batch.columns, self.zs[0])
        end = product(self.deltas[0], batch.rows, self.arena.products[0])
        return [begin, *self._before, *self._head(batch.target), *self._after, end, *self._descent]

    def _forward(self) -> list[Call]:
        """Zₗ = Wₗ Aₗ₋₁, then the activation; of the first link only the activation."""
        calls: list[Call] = []
        for i, block in enumerate(self.arena.blocks):
            if i:
                calls.append(product(self.arena.weights[i], self._outs[i - 1], self.zs[i]))
            calls += activate(block.activation, self.zs[i], self.outputs[i])
        return calls

    def _slope_calls(self) -> list[Call]:
        """φ′ of all links but a fused last one; neighbours with the same activation in one go: their buffers are neighbours."""
        blocks = self.arena.blocks
        calls: list[Call] = []
        for activation, group in groupby(range(len(blocks) - bool(self.head)), key=lambda i: blocks[i].activation):
            chosen = list(group)
            if from_output(activation):
                span = slice(self.spans[chosen[0]].start, self.spans[chosen[-1]].stop)
                calls += take_slopes(activation, *(flat[span] for flat in self._flat))
            elif isinstance(activation, Elementwise):
                calls += [partial(general_slope, activation, self.zs[i], self.outputs[i], self.slopes[i]) for i in chosen]
        return calls

    def _head(self, target: Array) -> list[Call]:
        """Δ at the output."""
        predicted, delta = self.outputs[-1], self.deltas[-1]
        if self.head:
            calls: list[Call] = [partial(np.subtract, predicted, target, delta)]
            factor = self.head.factor
            return calls if factor == 1.0 else [*calls, partial(np.multiply, delta, np.array(factor), delta)]
        slope = self.arena.experiment.loss.slope  # of elementwise rules: indifferent to which axis is which
        calls = [lambda: np.copyto(delta, slope(predicted, target))]
        if not isinstance(self.arena.blocks[-1].activation, Identity):
            calls.append(partial(np.multiply, delta, self.slopes[-1], delta))
        return calls

    def _backward(self) -> list[Call]:
        """N · dWₗ = Δₗ Aₗ₋₁ᵀ and Δₗ₋₁ = (Wₗᵀ Δₗ) ⊙ φ′, of all links but the first; nobody reads the Δ of a row of ones."""
        calls: list[Call] = []
        for i in range(len(self.arena.blocks) - 1, 0, -1):
            calls.append(product(self.deltas[i], turned(self._outs[i - 1]), self.arena.products[i]))
            flat = isinstance(self.arena.blocks[i - 1].activation, Identity)
            back = self._whole[i - 1] if flat else self._scratch[i - 1]  # in place is slower than into another buffer
            calls.append(product(turned(self.arena.weights[i]), self.deltas[i], back))
            calls += [] if flat else [partial(np.multiply, back, self._slopes[i - 1], self._whole[i - 1])]
        return calls
