"""The links after the first, run on a block of grid points at once: h (G, features + 1, N), examples last, the last row 1.

The row of ones carries the biases: z = (W b)·(h 1) is one product a point.  A tanh before a dense link is left as the sigmoid
r = 1 / (1 + e^{2z}), for tanh z = 1 − 2r: the factor and the shift go into the next link's weights.  Links that are not known
here run by their own `forward`, point by point where they have parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core.landscape import inplace
from core.layers import Layer
from core.network import Network
from core.numeric import Array, Params, Shape

IDLE = frozenset({"identity", "dropout"})  # which change nothing outside a training step

DOUBLED = 2.0 / np.log(2.0)  # e^{2z} = 2^{DOUBLED z}, and powers of 2 are the quicker ones

Link = Callable[[Array, Array], Array]  # (h (G, *shape, N), at (G, 1 + K)) -> h


def augmented(block: int, shape: Shape, dtype: Any) -> Array:
    """Room for a block's outputs, shape (features, N); the row of ones is there.  Without it for outputs of more axes."""
    if len(shape) > 2:
        return np.empty((block, *shape), dtype)
    found = np.empty((block, shape[0] + 1, shape[1]), dtype)
    found[:, -1] = 1.0
    return found


class Chain:
    """Links `places` of the network, for blocks of at most `block` points."""

    def __init__(self, network: Network, terms: Sequence[Params], places: range, count: int, dtype: Any, block: int) -> None:
        self.network, self.terms, self.count, self.dtype, self.block = network, terms, count, dtype, block
        self.places = [i for i in places if network.layers[i].kind not in IDLE]
        self.vector = len(network.shapes[places.start]) == 1
        self.scale, self.squash = self._squash()
        self.links: list[Link] = []
        halved = False
        for k in range(len(self.places)):
            link, halved = self._link(k, halved)
            self.links.append(link)
        self.links += [] if len(network.shapes[places.stop]) == 1 else [self._flattened(network.shapes[places.stop])]
        self.bare = self._kind(len(self.places) - 1) == "dense"  # nothing follows that would need the row of ones

    def run(self, h: Array, at: Array, skip: int = 0) -> Array:
        """The outputs (G, features, N) of the last link; `skip` leaves out what has been done already."""
        for link in self.links[skip:]:
            h = link(h, at)
        return h if self.bare else h[:, :-1]

    def _kind(self, k: int) -> str:
        """The kind of the k-th link here; "" beyond the last."""
        return self.network.layers[self.places[k]].kind if 0 <= k < len(self.places) else ""

    def _halves(self, k: int) -> bool:
        """Is the k-th link a tanh between weights that is left as r?  The first always, others where it is quicker."""
        between = self._kind(k) == "tanh" and self._kind(k + 1) == "dense"
        return between and (k == 0 or (self._kind(k - 1) == "dense" and self.dtype == np.float64))

    def _squash(self) -> tuple[float, float | None]:
        """By what the first input is scaled, and s of σ(s z) where the first link can be read off tables."""
        if not self.vector:
            return 1.0, None
        if self._halves(0):
            return DOUBLED, -2.0
        return 1.0, 1.0 if self._kind(0) == "sigmoid" else None

    def _link(self, k: int, halved: bool) -> tuple[Link, bool]:
        """How the k-th link is run, and whether it leaves r."""
        i = self.places[k]
        layer, vector = self.network.layers[i], len(self.network.shapes[i]) == 1
        if self._halves(k) and vector:
            return _halved, True
        if layer.kind in inplace.ACTIVATIONS:
            return _in_place(layer, vector), False
        if layer.kind == "dense":
            return self._dense(i, halved, DOUBLED if self._halves(k + 1) else 1.0, last=k == len(self.places) - 1), False
        if layer.kind == "flatten":
            return (_same if vector else self._flattened(self.network.shapes[i])), False
        return self._own(i), False

    def _dense(self, i: int, halved: bool, scale: float, *, last: bool) -> Link:
        """z = W h + b of every point: W and b are at·(origin, d₀, d₁)."""
        rows = []
        for params in self.terms:
            w, b = params[i]["W"], params[i]["b"]
            if halved:  # h = 1 − 2r
                w, b = -2.0 * w, b + w.sum(axis=1)
            rows.append(scale * np.concatenate([w, b[:, None]], axis=1).ravel())
        stacked = np.stack(rows).astype(self.dtype)  # (1+K,O·(I+1))
        outputs = self.network.shapes[i + 1][0]
        buffer = augmented(self.block, (outputs - last, self.count), self.dtype)
        inner = buffer if last else buffer[:, :-1]

        def run(h: Array, at: Array) -> Array:
            w = (at.astype(self.dtype, copy=False) @ stacked).reshape(len(at), outputs, -1)
            np.matmul(w, h, out=inner[: len(at)])  # (G,O,I+1)·(G,I+1,N) -> (G,O,N)
            return buffer[: len(at)]

        return run

    def _flattened(self, shape: Shape) -> Link:
        """(G, *shape, N) -> (G, features + 1, N)."""
        buffer = augmented(self.block, (int(np.prod(shape)), self.count), self.dtype)

        def run(h: Array, at: Array) -> Array:
            buffer[: len(h), :-1] = h.reshape(len(h), -1, self.count)
            return buffer[: len(h)]

        return run

    def _own(self, i: int) -> Link:
        """A link by its own forward: grid points are examples like others to it, unless each brings parameters of its own."""
        layer, vector = self.network.layers[i], len(self.network.shapes[i]) == 1
        out = self.network.shapes[i + 1]
        buffer = augmented(self.block, (*out, self.count), self.dtype)

        def run(h: Array, at: Array) -> Array:
            x = np.moveaxis(h[:, :-1] if vector else h, -1, 1)  # (G,N,*shape)
            if self.terms[0][i]:
                y = np.stack([layer.forward(self._params(i, row), one, None) for one, row in zip(x, at, strict=True)])
            else:
                y = layer.forward({}, x.reshape(-1, *x.shape[2:]), None).reshape(*x.shape[:2], *out)
            found = buffer[: len(h)]
            found[:, : out[0]] = np.moveaxis(y, 1, -1)
            return found

        return run

    def _params(self, i: int, at: Array) -> dict[str, Array]:
        """The parameters of link i at one point."""
        return {n: sum(c * params[i][n] for c, params in zip(at, self.terms, strict=True)) for n in self.terms[0][i]}


def _same(h: Array, at: Array) -> Array:
    return h


def _halved(h: Array, at: Array) -> Array:
    """z, scaled by DOUBLED already, to r = 1 / (1 + 2ᶻ): an overflow of the power gives the 0 that is meant."""
    z = h[:, :-1]
    np.exp2(z, out=z)
    z += 1.0
    np.divide(1.0, z, out=z)
    return h


def _in_place(layer: Layer, vector: bool) -> Link:
    """An activation, written over its input."""
    rule = inplace.ACTIVATIONS[layer.kind]

    def run(h: Array, at: Array) -> Array:
        rule(layer, h[:, :-1] if vector else h)
        return h

    return run
