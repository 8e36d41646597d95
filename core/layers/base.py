"""The contract of a link of the chain: pure functions of what they are handed, nothing kept on `self`."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.initializers import Initializer
from core.layers.wires import Index, Part, Uses, Wires, every_pair
from core.numeric import Array, Shape, Tensors
from core.spec import Kind, SpecError


@dataclass(frozen=True)
class Layer(Kind):
    """One link: y = f(x; params, noise).

    Shapes leave the batch out where they are called `in_shape` or `out_shape`; arrays carry it in front: x (N, *in_shape).
    `backward` is handed everything that it reads, so that it can be called again with another `grad_output`
    (Levenberg-Marquardt pulls back one output after another).
    """

    activation: ClassVar[bool] = False  # elementwise or softmax: gives a from z
    interval: ClassVar[tuple[float, float]] = (-np.inf, np.inf)  # where its outputs lie, for losses that need it
    derivative: ClassVar[str] = ""  # LaTeX of the backward rule: ∂L/∂w of a link with weights, else ∂ℓ/∂x
    bias_derivative: ClassVar[str] = ""  # ∂L/∂b
    handed_back: ClassVar[str] = ""  # ∂ℓ/∂x of a link with weights
    effort: ClassVar[int] = 0  # multiplications in whose time one of its outputs is made, besides its sum of products
    competing: ClassVar[bool] = False  # its outputs are shares of one whole, so that there must be two or more
    affine: ClassVar[bool] = False  # y = Σ w x + b: a derivation may write an output as this sum
    indices: ClassVar[bool] = False  # its input is a list of indices: it can only stand first, on data of words

    @classmethod
    def facts(cls) -> dict[str, Any]:
        """What the catalogue says of a layer beyond its fields."""
        return {"activation": cls.activation, "derivative": cls.derivative}

    def shape(self, in_shape: Shape) -> Shape:
        """The shape of one output.  Raises SpecError (its field relative to the layer) when the input does not fit."""
        return in_shape

    def init(self, rng: np.random.Generator, in_shape: Shape, initializer: Initializer) -> dict[str, Array]:
        """The initial parameters."""
        return {}

    def param_shapes(self, in_shape: Shape) -> dict[str, Shape]:
        """The shape of every parameter."""
        return {}

    @property
    def draws(self) -> bool:
        """Has it noise?  Only then is a generator made for it, at every step."""
        return type(self).noise is not Layer.noise

    @property
    def kinked(self) -> bool:
        """Has its rule two slopes at some place, one from either side?"""
        return False

    def noise(self, rng: np.random.Generator, in_shape: Shape, count: int) -> Array | None:
        """What one training step draws for `count` examples; None for a link without randomness."""
        return None

    def check_input(self, x: Array) -> None:
        """Raises SpecError (its field relative to the layer) where the numbers of x themselves do not fit."""

    @abstractmethod
    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        """y of every example.  Runs on real, complex, dual and symbolic arrays alike."""

    @abstractmethod
    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        """(∂ℓ/∂x per example, mean over the batch of ∂ℓ/∂params), given grad_output = ∂ℓ/∂y per example."""

    def grads_each(self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array) -> dict[str, Array]:
        """∂ℓᵢ/∂params of every example, (N, *shape): the same `backward`, handed one example after another."""
        rows = [slice(i, i + 1) for i in range(len(x))]
        found = [self.backward(params, x[i], y[i], None if noise is None else noise[i], grad_output[i])[1] for i in rows]
        return {name: np.stack([grads[name] for grads in found]) for name in params}

    def rest(self, y: Array, x: Array | None = None) -> Array:
        """1 − y, for losses that need it; a link that knows it without cancellation gives that, by x where that is at hand."""
        return 1.0 - y

    def shown(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> dict[str, Array]:
        """Further arrays of this link that the trace holds: a slope, a mask, the winners of a pooling."""
        return {}

    def wires(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> Wires:
        """∂y/∂x of one example (a batch of one), wire by wire.  This default pulls back one output after another."""
        rows, noise = _copies(x, y.size), None if noise is None else _copies(noise, y.size)
        jacobian, _ = self.backward(params, rows, _copies(y, y.size), noise, _units(y))
        return every_pair(jacobian.reshape(y.size, -1))

    def parts(self, out: Index, into: Index) -> tuple[Part, ...] | None:
        """The factors of the slope from input `into` to output `out`; None where the link cannot say."""
        return None

    def uses(self, params: Tensors, x: Array, y: Array, noise: Array | None, name: str, index: Index) -> Uses:
        """Where one parameter enters one example (a batch of one).  This default pulls back one output after another."""
        rows, noise = _copies(x, y.size), None if noise is None else _copies(noise, y.size)
        each = self.grads_each(params, rows, _copies(y, y.size), noise, _units(y))[name]
        slopes = each.reshape(y.size, -1)[:, int(np.ravel_multi_index(index, each.shape[1:]))]
        out = np.flatnonzero(slopes)
        return Uses(out, np.full(out.shape, -1), slopes[out])


def _copies(a: Array, count: int) -> Array:
    return np.repeat(a, count, axis=0)


def _units(y: Array) -> Array:
    """One row for each output of the example: 1 there and 0 elsewhere, (outputs, *out_shape)."""
    return np.eye(y.size).reshape(y.size, *y.shape[1:])


def flat_features(layer: Kind, in_shape: Shape) -> int:
    """The number of inputs of a link that takes vectors."""
    if len(in_shape) != 1:
        shown = " × ".join(map(str, in_shape))
        raise SpecError("kind", f"{layer.title} expects a vector, got an input of {shown}", "put a flatten layer in front of it")
    return in_shape[0]
