"""L(origin + Σ at·d) at many points, a block of them at a time: the same loss as the reference's, with its work shared.

The first link with parameters is linear in them, and they are affine in the coordinates: so its output at any point of the plane
is a sum of three arrays that are computed once, and a block's outputs are one product (G, 3)·(3, features·N).  From there on a
block runs through the links in place.  A link that is not known here is run by its own `forward`, point by point where it has
parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from core.experiment import Experiment
from core.flat import unflat
from core.landscape import inplace
from core.landscape.basis import Basis
from core.layers import Layer
from core.numeric import Array, Params
from core.penalties import BIASES

AFFINE = frozenset({"dense", "conv1d", "conv2d", "embedding"})  # links whose output is linear in their parameters
BLOCK_BYTES = 400_000  # of the widest link's outputs for one block: what stays in a core's cache
MOST_AT_ONCE = 64

Link = Callable[[Array, Array], Array]  # (h (G, *shape, N), at (G, 1 + K)) -> h


class Sweep:
    """The loss over all training examples at many points of one plane, in float64 or float32."""

    def __init__(self, experiment: Experiment, basis: Basis, dtype: Any = np.float64) -> None:
        self.network, self.basis, self.dtype = experiment.network, basis, np.dtype(dtype)
        self.count = len(experiment.train)
        self.targets = np.ascontiguousarray(experiment.train.y.T, dtype=self.dtype)  # (outputs, N)
        self.rows: Array = experiment.train.y
        self.terms = tuple(unflat(row, basis.origin) for row in basis.stacked)  # origin, d₀, d₁, shaped as parameters
        with np.errstate(all="ignore"):
            first, self.start = self._begin(experiment.train.x)
        self.links = [self._link(i) for i in range(first, self._last())]
        widest = max(int(np.prod(shape)) for shape in self.network.shapes[first:])
        self.block = max(1, min(MOST_AT_ONCE, BLOCK_BYTES // (widest * self.count * self.dtype.itemsize)))

    def losses(self, at: Array) -> Array:
        """L at the points at (M, K): (M,) float64."""
        return np.concatenate([np.zeros(0), *self.blocks(at)])

    def blocks(self, at: Array) -> Iterator[Array]:
        """The same, block by block, so that whoever asks can stop or tell how far it is."""
        ones = np.concatenate([np.ones((len(at), 1)), np.asarray(at, dtype=np.float64)], axis=1)
        for start in range(0, len(at), self.block):
            yield self._block(ones[start : start + self.block])

    def _block(self, at: Array) -> Array:
        """The losses of one block: at (G, 1 + K), the first column 1."""
        with np.errstate(all="ignore"):  # what overflows leaves as null
            h = self.start(at)
            for link in self.links:
                h = link(h, at)
            found: Array = self._data(h) + self._penalty(at)
        return found

    def _last(self) -> int:
        """Where the links end whose outputs the loss reads: before the last one, if it is fused with the loss."""
        return len(self.network.layers) - (self.network.head is not None)

    def _begin(self, x: Array) -> tuple[int, Callable[[Array], Array]]:
        """The first link to be run in blocks, and what gives its input: the links before it cost nothing more per point."""
        layers, h = self.network.layers, x
        for i in range(self._last()):
            if self.terms[0][i]:
                if layers[i].kind not in AFFINE:
                    return i, self._repeated(h)
                return i + 1, self._affine(layers[i], h, [params[i] for params in self.terms])
            h = layers[i].forward({}, h, None)
        return self._last(), self._repeated(h)

    def _affine(self, layer: Layer, x: Array, terms: list[Any]) -> Callable[[Array], Array]:
        """f(origin) + Σ at·f(d): three products in all, and one product a block."""
        outputs = [np.moveaxis(layer.forward(params, x, None), 0, -1) for params in terms]
        shape = outputs[0].shape
        stacked = np.stack([y.ravel() for y in outputs]).astype(self.dtype)  # (1+K,F·N)
        return lambda at: (at.astype(self.dtype) @ stacked).reshape(len(at), *shape)  # (G,1+K)·(1+K,F·N) -> (G,F·N)

    def _repeated(self, h: Array) -> Callable[[Array], Array]:
        """The same at every point."""
        moved = np.moveaxis(h, 0, -1).astype(self.dtype)
        return lambda at: np.repeat(moved[None], len(at), axis=0)

    def _link(self, i: int) -> Link:
        """How link i is run."""
        layer = self.network.layers[i]
        if layer.kind in inplace.ACTIVATIONS:
            return _in_place(layer)
        if layer.kind == "dense":
            return self._dense(i)
        if layer.kind == "flatten":
            return lambda h, at: h.reshape(len(h), -1, self.count)
        return self._own_point_by_point(i) if self.terms[0][i] else self._own(layer)

    def _dense(self, i: int) -> Link:
        """z = W h + b of every point: W and b are at·(origin, d₀, d₁)."""
        weights = np.stack([params[i]["W"].ravel() for params in self.terms])  # (1+K,O·I)
        biases = np.stack([params[i]["b"] for params in self.terms])  # (1+K,O)
        outputs = biases.shape[1]

        def run(h: Array, at: Array) -> Array:
            w = (at @ weights).astype(self.dtype).reshape(len(at), outputs, -1)
            z: Array = np.matmul(w, h)  # (G,O,I)·(G,I,N) -> (G,O,N)
            z += (at @ biases).astype(self.dtype)[:, :, None]
            return z

        return run

    def _own(self, layer: Layer) -> Link:
        """A link without parameters, by its own forward: grid points are examples like others to it."""
        return lambda h, at: self._columns(layer.forward({}, self._examples(h), None), len(h))

    def _own_point_by_point(self, i: int) -> Link:
        layer = self.network.layers[i]

        def run(h: Array, at: Array) -> Array:
            outputs = [layer.forward(self._params(i, row), np.moveaxis(one, -1, 0), None) for one, row in zip(h, at, strict=True)]
            return np.stack([np.moveaxis(y, 0, -1) for y in outputs]).astype(self.dtype)

        return run

    def _params(self, i: int, at: Array) -> dict[str, Array]:
        """The parameters of link i at one point."""
        return {n: sum(c * params[i][n] for c, params in zip(at, self.terms, strict=True)) for n in self.terms[0][i]}

    def _examples(self, h: Array) -> Array:
        """(G, *shape, N) -> (G·N, *shape)."""
        return np.moveaxis(h, -1, 1).reshape(-1, *h.shape[1:-1])

    def _columns(self, y: Array, points: int) -> Array:
        """(G·N, *shape) -> (G, *shape, N)."""
        return np.ascontiguousarray(np.moveaxis(y.reshape(points, self.count, *y.shape[1:]), 1, -1), dtype=self.dtype)

    def _data(self, h: Array) -> Array:
        """(1/N) Σ ℓᵢ of every point, (G,)."""
        last, loss = self.network.layers[-1].kind, self.network.loss
        known = inplace.HEADS.get((last, loss.kind)) if self.network.head else inplace.LOSSES.get(loss.kind)
        if known:
            found: Array = known(h, self.targets).astype(np.float64) / self.count
            return found
        per_example = self.network.head.per_example if self.network.head else loss.per_example
        each = per_example(self._examples(h), np.tile(self.rows, (len(h), 1)))
        return np.asarray(each.reshape(len(h), -1).mean(axis=1), dtype=np.float64)

    def _penalty(self, at: Array) -> Any:
        """The penalty of every point, (G,), always in float64."""
        penalty = self.network.penalty
        if penalty.kind == "none" or getattr(penalty, "rate", 1.0) == 0.0:
            return 0.0
        return np.array([penalty.total(self._weights(row)) for row in at])

    def _weights(self, at: Array) -> Params:
        """All parameters that the penalty touches, at one point."""
        moved = at @ self.basis.stacked
        return tuple({n: a for n, a in tensors.items() if n not in BIASES} for tensors in unflat(moved, self.basis.origin))


def _in_place(layer: Layer) -> Link:
    """An activation, written over its input."""
    rule = inplace.ACTIVATIONS[layer.kind]

    def run(h: Array, at: Array) -> Array:
        rule(layer, h)
        return h

    return run
