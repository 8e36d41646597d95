"""y = m ⊙ x / (1 − drop)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.layers.base import Layer
from core.layers.wires import Index, Part, Wires, one_to_one
from core.numeric import Array, Shape, Tensors
from core.spec import number


@dataclass(frozen=True)
class Dropout(Layer):
    """y = m ⊙ x / (1 − drop), m = 1 with probability 1 − drop, else 0: E[y] = x (Srivastava et al. 2014, inverted scaling)."""

    kind = "dropout"
    title = "Dropout"
    help = "Removes numbers at random while training, anew at every step; the rest are scaled up, so that the mean stays."
    latex = r"d = \frac{m \odot a}{1 - p},\quad m \in \{0, 1\}"
    derivative = r"\frac{\partial \ell}{\partial a} = \frac{m}{1 - p} \odot \frac{\partial \ell}{\partial d}"

    drop: float = number(0.2, low=0.0, high=1.0, below=True, symbol="p", help="The fraction that is removed.")

    def noise(self, rng: np.random.Generator, in_shape: Shape, count: int) -> Array | None:
        """The mask m (count, *in_shape): 1 where a number stays, 0 where it is removed."""
        return (rng.random((count, *in_shape)) >= self.drop).astype(np.float64)

    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        """m ⊙ x / (1 − drop); x itself where nothing is dropped, as in a test."""
        return x + 0.0 if noise is None else x * self._scale(noise)

    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        """m / (1 − drop) ⊙ ∂ℓ/∂y."""
        return grad_output + 0.0 if noise is None else grad_output * self._scale(noise), {}

    def shown(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> dict[str, Array]:
        """The mask."""
        return {"mask": np.ones_like(x) if noise is None else noise}

    def wires(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> Wires:
        """m / (1 − drop), number by number: 0 where the mask cut."""
        return one_to_one(np.ones(x.size) if noise is None else self._scale(noise))

    def parts(self, out: Index, into: Index) -> tuple[Part, ...]:
        """The mask, and the scale that makes up for what it removes."""
        return (Part("mask", into), Part("scale", (), 1.0 / (1.0 - self.drop)))

    def _scale(self, mask: Array) -> Array:
        return mask / (1.0 - self.drop)
