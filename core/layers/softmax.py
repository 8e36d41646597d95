"""Softmax: the activation whose outputs share a row, so that it has a Jacobian where others have a slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.layers.base import Layer, flat_features
from core.layers.wires import Index, Part, Wires, every_pair
from core.numeric import Array, Shape, Tensors, primal


@dataclass(frozen=True)
class Softmax(Layer):
    """aⱼ = e^{zⱼ} / Σₘ e^{zₘ}; ∂aⱼ/∂zₘ = aⱼ ([j = m] − aₘ)."""

    kind = "softmax"
    title = "Softmax"
    help = "Turns a row of z into probabilities that sum to 1."
    latex = r"a_j = \frac{e^{z_j}}{\sum_m e^{z_m}}"
    derivative = r"\delta_m = a_m \Bigl(\frac{\partial \ell}{\partial a_m} - \sum_j a_j \frac{\partial \ell}{\partial a_j}\Bigr)"
    activation = True
    interval = (0.0, 1.0)
    competing = True

    def shape(self, in_shape: Shape) -> Shape:
        """That of its input, a vector."""
        flat_features(self, in_shape)
        return in_shape

    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        """e^{z − max z}, divided by its sum: the shift changes nothing and keeps the exponential finite."""
        e: Array = np.exp(x - primal(x).max(axis=1, keepdims=True))
        a: Array = e / e.sum(axis=1, keepdims=True)
        return a

    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        """Jᵀ ∂ℓ/∂a, without building J: δₖ = aₖ Σₘ aₘ (gₖ − gₘ) = a ⊙ (d − Σ a d), d = g − g of the largest output.

        A nearly certain output has a ≈ 1: its own g would cancel nearly whole, so it is taken away before it is multiplied.
        """
        d = grad_output - np.take_along_axis(grad_output, y.argmax(axis=1)[:, None], axis=1)
        return y * (d - (y * d).sum(axis=1, keepdims=True)), {}

    def rest(self, y: Array, x: Array | None = None) -> Array:
        """1 − aⱼ = Σ of the other outputs: nothing cancels."""
        others: Array = y @ (1.0 - np.eye(y.shape[1]))
        return others

    def shown(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> dict[str, Array]:
        """The Jacobian of every example, (N, C, C): rows j (outputs a), columns m (inputs z)."""
        return {"jacobian": self._jacobian(y)}

    def _jacobian(self, y: Array) -> Array:
        """aⱼ ([j = m] − aₘ), with 1 − aⱼ as the sum of the others, (N, C, C)."""
        own = np.eye(y.shape[1])
        return y[:, :, None] * np.where(own == 1.0, self.rest(y)[:, :, None], -y[:, None, :])

    def wires(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> Wires:
        """Every z reaches every a: ∂aⱼ/∂zₘ = aⱼ ([j = m] − aₘ)."""
        return every_pair(self._jacobian(y)[0])

    def parts(self, out: Index, into: Index) -> tuple[Part, ...]:
        """An entry of the Jacobian."""
        return (Part("jacobian", (*out, *into)),)
