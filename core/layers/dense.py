"""z = x Wᵀ + b."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.initializers import Initializer
from core.layers.base import Layer, flat_features
from core.layers.wires import Index, Part, Uses, Wires, alone, every_pair, met
from core.numeric import Array, Shape, Tensors
from core.spec import integer


@dataclass(frozen=True)
class Dense(Layer):
    """zⱼ = Σₖ wⱼₖ xₖ + bⱼ: every input reaches every unit (Rumelhart, Hinton & Williams 1986)."""

    kind = "dense"
    title = "Dense"
    help = "Every input reaches every unit through a weight of its own."
    latex = r"z_j = \sum_k w_{jk}\, x_k + b_j"
    derivative = r"\frac{\partial L}{\partial w_{jk}} = \frac1N \sum_i \delta_{ij}\, x_{ik}"
    bias_derivative = r"\frac{\partial L}{\partial b_{j}} = \frac1N \sum_i \delta_{ij}"
    handed_back = r"\frac{\partial \ell}{\partial x_k} = \sum_j w_{jk}\, \delta_j"
    affine = True

    units: int = integer(4, low=1, high=256, symbol="n", help="How many units, and so outputs, the layer has.")

    def shape(self, in_shape: Shape) -> Shape:
        """(units,)."""
        flat_features(self, in_shape)
        return (self.units,)

    def param_shapes(self, in_shape: Shape) -> dict[str, Shape]:
        """W (out, in), b (out,)."""
        return {"W": (self.units, flat_features(self, in_shape)), "b": (self.units,)}

    def init(self, rng: np.random.Generator, in_shape: Shape, initializer: Initializer) -> dict[str, Array]:
        """W drawn by the initializer with fan-in `in` and fan-out `out`."""
        inputs = flat_features(self, in_shape)
        return {
            "W": initializer.weights(rng, (self.units, inputs), inputs, self.units),
            "b": initializer.biases(rng, (self.units,), inputs, self.units),
        }

    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        """Z = X Wᵀ + b."""
        return x @ params["W"].T + params["b"]  # (N,I)·(I,O) -> (N,O)

    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        """∂ℓ/∂X = Δ W;  dW = Δᵀ X / N;  db = Σᵢ δᵢ / N."""
        delta = grad_output
        grads = {"W": delta.T @ x / len(x), "b": delta.sum(axis=0) / len(x)}  # (O,N)·(N,I) -> (O,I)
        return delta @ params["W"], grads  # (N,O)·(O,I) -> (N,I)

    def wires(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> Wires:
        """∂zⱼ/∂xₖ = wⱼₖ."""
        return every_pair(params["W"])

    def parts(self, out: Index, into: Index) -> tuple[Part, ...]:
        """wⱼₖ."""
        return (Part("W", (*out, *into)),)

    def uses(self, params: Tensors, x: Array, y: Array, noise: Array | None, name: str, index: Index) -> Uses:
        """wⱼₖ meets xₖ on the way to zⱼ; bⱼ meets nothing."""
        out = np.array([index[0]])
        return alone(out) if name == "b" else met(out, np.array([index[1]]), x)
