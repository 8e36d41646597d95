"""y = the numbers of x in one row."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from core.layers.base import Layer
from core.layers.wires import Index, Part, Wires, one_to_one
from core.numeric import Array, Shape, Tensors


@dataclass(frozen=True)
class Flatten(Layer):
    """y_j = x_{c,r,q}, j = ((c − 1) H + r − 1) W + q: the same numbers, channel by channel and row by row, as one vector."""

    kind = "flatten"
    title = "Flatten"
    help = "Lays feature maps out as one vector, map by map and row by row, so that a dense layer can follow."
    latex = r"f = \operatorname{vec}(a)"
    derivative = r"\frac{\partial \ell}{\partial a} = \operatorname{vec}^{-1}\!\Bigl(\frac{\partial \ell}{\partial f}\Bigr)"

    def shape(self, in_shape: Shape) -> Shape:
        """(the number of numbers,)."""
        return (prod(in_shape),)

    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        """X as (N, numbers)."""
        return x.reshape(len(x), -1)

    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        """∂ℓ/∂y in the shape of x."""
        return grad_output.reshape(x.shape), {}

    def wires(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> Wires:
        """Every number comes from its own place, unchanged."""
        return one_to_one(np.ones(x.size))

    def parts(self, out: Index, into: Index) -> tuple[Part, ...]:
        """No factor: the slope is 1."""
        return ()
