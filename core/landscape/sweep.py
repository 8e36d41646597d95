"""L(origin + Σ at·d) at many points, a block of them at a time: the same loss as the reference's, with its work shared.

Links before the first that the plane moves say the same everywhere and are run once.  That one is linear in its parameters, and
they are affine in the coordinates: so its output at any point of the plane is a sum of three arrays that are computed once, and a
block's outputs are one product (G, 3)·(3, features·N).  On a grid, whose points share their rows and columns, the exponential of
that sum is a product of two factors (`Tables`).  From there on a block runs through the links in place (`Chain`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from core.experiment import Experiment
from core.flat import unflat
from core.landscape import inplace
from core.landscape.basis import Basis
from core.landscape.chain import Chain, augmented
from core.landscape.tables import Tables
from core.numeric import Array
from core.work import Work

AFFINE = frozenset({"dense", "conv1d", "conv2d", "embedding"})  # links whose output is linear in their parameters
BLOCK_BYTES = 500_000  # of the widest link's outputs for one block: with the arrays beside them they stay in a core's cache
MOST_AT_ONCE = 102  # points: two rows of the finest grid that the page asks for


class Sweep:
    """The loss over all training examples at many points of one plane or line, in float64 or float32."""

    def __init__(self, experiment: Experiment, basis: Basis, dtype: Any = np.float64) -> None:
        self.network, self.basis, self.dtype = experiment.network, basis, np.dtype(dtype)
        self.count = len(experiment.train)
        self.rows: Array = experiment.train.y
        self.targets = np.ascontiguousarray(experiment.train.y.T, dtype=self.dtype)  # (outputs, N)
        self.signs = 1.0 - 2.0 * self.targets
        self.hard = bool((np.abs(self.signs) == 1.0).all())  # every target is 0 or 1
        self.terms = tuple(unflat(row, basis.origin) for row in basis.stacked)  # origin, d₀, d₁, shaped as parameters
        last = len(self.network.layers) - (self.network.head is not None)  # before a link that is fused with the loss
        with np.errstate(all="ignore"):
            first, self.outputs = self._begin(experiment.train.x, last)
        # Numbers that the widest link leaves at one point.
        self.widest = max(int(np.prod(shape)) for shape in self.network.shapes[first:]) * self.count
        self.block = max(1, min(MOST_AT_ONCE, BLOCK_BYTES // (self.widest * self.dtype.itemsize)))
        with np.errstate(over="ignore"):  # of weights that a float32 cannot hold
            self.chain = Chain(self.network, self.terms, range(first, last), self.count, self.dtype, self.block)

    @cached_property
    def start(self) -> Callable[[Array], Array]:
        """The chain's input at some points, from their coordinates; made when it is needed, for a grid may do without."""
        return self._repeated() if len(self.outputs) == 1 else self._affine()

    def losses(self, at: Array) -> Work[Array]:
        """L at the points at (M, K): (M,) float64.  A block of points is a piece."""
        ones = np.concatenate([np.ones((len(at), 1)), np.asarray(at, dtype=np.float64)], axis=1)
        found = np.empty(len(at))
        for start in range(0, len(at), self.block):
            part = ones[start : start + self.block]
            with np.errstate(all="ignore"):  # what overflows leaves as null
                found[start : start + len(part)] = self._finish(self.chain.run(self.start(part), part), part)
            yield (start + len(part)) / len(at)
        return found

    def grid(self, alphas: Array, betas: Array) -> Work[Array]:
        """L at every (α, β): rows follow betas, columns alphas.  Yields the share that is done."""
        tables = self._tables(alphas, betas)
        if tables is None:
            return (yield from self._pointwise(alphas, betas))
        found = np.empty((len(betas), len(alphas)))
        places = np.stack(np.broadcast_arrays(1.0, alphas, betas[:, None]), axis=-1)  # (R,S,3)
        done = 0
        for rows, columns, h in tables.tiles():
            at = places[rows, columns].reshape(-1, 3)
            with np.errstate(all="ignore"):
                found[rows, columns] = self._finish(self.chain.run(h, at, skip=1), at).reshape(-1, columns.stop - columns.start)
            done += len(at)
            yield done / found.size
        return found

    def _pointwise(self, alphas: Array, betas: Array) -> Work[Array]:
        at = np.stack(np.meshgrid(alphas, betas), axis=-1).reshape(-1, 2)  # α runs fastest
        losses = yield from self.losses(at)
        return losses.reshape(len(betas), len(alphas))

    def _tables(self, alphas: Array, betas: Array) -> Tables | None:
        """The tables of a first link that is followed by a sigmoid or a tanh; None where they would overflow."""
        squash = self.chain.squash
        if squash is None or len(self.outputs) != 3:
            return None
        tables = Tables(self.outputs, squash, (alphas, betas), self.dtype, self.block)
        return tables if tables.fits() else None

    def _begin(self, x: Array, last: int) -> tuple[int, list[Array]]:
        """The first link to be run in blocks, and its input's terms, examples last: one a direction if it is affine, else one.

        It is the first that the plane moves, unless what is finite in the end is not so there: ∞ − ∞ is no sum of terms.
        """
        first, outputs = self._until(x, last, lambda i: any(np.any(a) for own in self.terms[1:] for a in own[i].values()))
        if all(np.isfinite(y).all() for y in outputs):
            return first, outputs
        return self._until(x, last, lambda i: bool(self.terms[0][i]))

    def _until(self, x: Array, last: int, ends: Callable[[int], bool]) -> tuple[int, list[Array]]:
        """The links before the one at which this ends, run once with the origin's parameters."""
        layers, h = self.network.layers, x
        for i in range(last):
            if ends(i):
                if layers[i].kind not in AFFINE:
                    return i, [_examples_last(h)]
                return i + 1, [_examples_last(layers[i].forward(params[i], h, None)) for params in self.terms]
            h = layers[i].forward(self.terms[0][i], h, None)
        return last, [_examples_last(h)]

    def _affine(self) -> Callable[[Array], Array]:
        """f(origin) + Σ at·f(d): three products in all, and one product a block."""
        shape = self.outputs[0].shape
        stacked = (self.chain.scale * np.stack([y.ravel() for y in self.outputs])).astype(self.dtype)  # (1+K,F·N)
        buffer = augmented(self.block, shape, self.dtype)
        inner = buffer[:, :-1] if self.chain.vector else buffer

        def run(at: Array) -> Array:
            product = at.astype(self.dtype) @ stacked  # (G,1+K)·(1+K,F·N) -> (G,F·N)
            np.copyto(inner[: len(at)], product.reshape(len(at), *shape))
            return buffer[: len(at)]

        return run

    def _repeated(self) -> Callable[[Array], Array]:
        """The same at every point."""
        moved = self.outputs[0]
        buffer = augmented(self.block, moved.shape, self.dtype)
        inner = buffer[:, :-1] if self.chain.vector else buffer

        def run(at: Array) -> Array:
            inner[: len(at)] = moved
            return buffer[: len(at)]

        return run

    def _finish(self, h: Array, at: Array) -> Array:
        """(1/N) Σ ℓᵢ + penalty of every point, (G,) float64."""
        found: Array = self._data(h) + self._penalty(at)
        return found

    def _data(self, h: Array) -> Array:
        last, loss = self.network.layers[-1].kind, self.network.loss
        if self.network.head and loss.kind == "binary_cross_entropy" and self.hard:
            return inplace.surprise(h, self.targets, self.signs) / self.count
        known = inplace.HEADS.get((last, loss.kind)) if self.network.head else inplace.LOSSES.get(loss.kind)
        if known:
            return known(h, self.targets).astype(np.float64) / self.count
        per_example = self.network.head.per_example if self.network.head else self.network.losses
        each = per_example(np.moveaxis(h, -1, 1).reshape(-1, h.shape[1]), np.tile(self.rows, (len(h), 1)))
        return np.asarray(each.reshape(len(h), -1).mean(axis=1), dtype=np.float64)

    def _penalty(self, at: Array) -> Any:
        """The penalty of every point, always in float64."""
        penalty = self.network.penalty
        if penalty.kind == "none" or getattr(penalty, "rate", 1.0) == 0.0:
            return 0.0
        return np.array([penalty.total(unflat(row, self.basis.origin)) for row in at @ self.basis.stacked])


def _examples_last(h: Array) -> Array:
    """(N, *shape) -> (*shape, N), laid out so: strides decide the speed of all that follows."""
    return np.ascontiguousarray(np.moveaxis(h, 0, -1))
