"""A network is a chain of links that ends in a loss: its forward sweep, and the backward sweep that is the chain rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from core.heads import HEADS, Head
from core.initializers import Initializer
from core.layers import Layer
from core.losses import Loss
from core.numeric import Array, Params, Shape
from core.penalties import Penalty
from core.randomness import generator
from core.spec import SpecError

Noises = Sequence[Array | None]


class Pullback(NamedTuple):
    """What the backward sweep leaves at one link."""

    grad_output: Array  # ∂ℓ/∂y of every example
    grad_input: Array  # ∂ℓ/∂x of every example
    grads: dict[str, Array]  # mean over the batch of ∂ℓ/∂params, without the penalty


@dataclass(frozen=True)
class Network:
    """ŷ = f_L(… f_1(x)),  L = mean ℓ(ŷ, y) + penalty."""

    layers: tuple[Layer, ...]
    loss: Loss
    penalty: Penalty
    in_shape: Shape

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes along the chain: the input's, then every link's output.  Raises SpecError where a link does not fit."""
        shapes = [self.in_shape]
        for i, layer in enumerate(self.layers):
            try:
                shapes.append(layer.shape(shapes[-1]))
            except SpecError as error:
                raise SpecError(f"layers.{i}.{error.field}", error.message, error.hint) from error
        return tuple(shapes)

    @cached_property
    def head(self) -> Head | None:
        """The matched pair of the last link and the loss, if they are one."""
        return HEADS.get((self.layers[-1].kind, self.loss.kind)) if self.layers else None

    @cached_property
    def param_shapes(self) -> tuple[dict[str, Shape], ...]:
        """The shape of every parameter, aligned with the links."""
        return tuple(layer.param_shapes(shape) for layer, shape in zip(self.layers, self.shapes, strict=False))

    @cached_property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(int(np.prod(shape)) for shapes in self.param_shapes for shape in shapes.values())

    @cached_property
    def effort(self) -> int:
        """Multiplications in whose time the outputs of one example are made, besides the sums of products."""
        return sum(layer.effort * int(np.prod(shape)) for layer, shape in zip(self.layers, self.shapes[1:], strict=True))

    @cached_property
    def kinks(self) -> tuple[str, ...]:
        """What gives L(θ) corners: the titles, each once, of the kinked links behind a parameter, of the loss and the penalty."""
        trained = [i for i, shapes in enumerate(self.param_shapes) if shapes]
        links = [layer.title for layer in self.layers[trained[0] :] if layer.kinked] if trained else []
        others = [self.loss.title] * self.loss.kinked + [self.penalty.title] * self.penalty.kinked
        return tuple(dict.fromkeys(links + others))

    def init(self, seed: int, initializer: Initializer) -> Params:
        """The initial parameters; link i draws from (seed, init, i)."""
        links = enumerate(zip(self.layers, self.shapes, strict=False))
        return tuple(layer.init(generator(seed, "init", i), shape, initializer) for i, (layer, shape) in links)

    def noises(self, seed: int, step: int, count: int) -> list[Array | None]:
        """The noise of one training step; link i draws from (seed, noise, step, i)."""
        links = enumerate(zip(self.layers, self.shapes, strict=False))
        return [
            layer.noise(generator(seed, "noise", step, i), shape, count) if layer.draws else None for i, (layer, shape) in links
        ]

    def forward(self, params: Params, x: Array, noises: Noises | None = None) -> list[Array]:
        """[x, output of link 0, output of link 1, …]; without noises the links run as in a test."""
        outputs = [x]
        for i, layer in enumerate(self.layers):
            outputs.append(layer.forward(params[i], outputs[-1], noises[i] if noises else None))
        return outputs

    def per_example(self, outputs: Sequence[Array], target: Array) -> Array:
        """ℓᵢ, (N,), from the outputs of `forward`; fused with the last link where they are a matched pair."""
        return self.head.per_example(outputs[-2], target) if self.head else self.losses(outputs[-1], target)

    def loss_terms(self, outputs: Sequence[Array], target: Array) -> Array:
        """What each output adds to ℓᵢ, (N, K), likewise."""
        if self.head:
            return self.head.terms(outputs[-2], target)
        return self.loss.terms(outputs[-1], target, *self._rest([outputs[-1]]))

    def losses(self, predicted: Array, target: Array) -> Array:
        """ℓᵢ, (N,), from the last link's outputs alone."""
        return self.loss.per_example(predicted, target, *self._rest([predicted]))

    def _rest(self, outputs: Sequence[Array]) -> tuple[Array, ...]:
        """1 − ŷ, as the last link knows it, by its input where that is among these, for a loss that reads it."""
        if not self.loss.reads_rest or not self.layers:
            return ()
        return (self.layers[-1].rest(outputs[-1], outputs[-2] if len(outputs) > 1 else None),)

    def backward(self, params: Params, outputs: Sequence[Array], target: Array, noises: Noises | None = None) -> list[Pullback]:
        """The gradient's way back, one Pullback a link: a link's grad_output is the next link's grad_input."""
        grad = self.loss.slope(outputs[-1], target, *self._rest(outputs))
        found: list[Pullback] = []
        for i in reversed(range(len(self.layers))):
            x, y, noise = outputs[i], outputs[i + 1], noises[i] if noises else None
            if self.head and i == len(self.layers) - 1:
                grad_input, grads = self.head.delta(y, target), dict[str, Array]()
            else:
                grad_input, grads = self.layers[i].backward(params[i], x, y, noise, grad)
            found.append(Pullback(grad, grad_input, grads))
            grad = grad_input
        return found[::-1]

    def objective(self, params: Params, x: Array, target: Array, noises: Noises | None = None) -> Any:
        """L = (1/N) Σ ℓᵢ + penalty as one number of the parameters' own kind: real, complex, dual or symbol."""
        return self.per_example(self.forward(params, x, noises), target).mean() + self.penalty.sum(params)

    def mean_loss(self, params: Params, x: Array, target: Array, noises: Noises | None = None) -> float:
        """L = (1/N) Σ ℓᵢ + penalty."""
        return float(self.per_example(self.forward(params, x, noises), target).mean()) + self.penalty.total(params)

    def gradient(self, params: Params, x: Array, target: Array, noises: Noises | None = None) -> Params:
        """dL/d(every parameter), the penalty's part included."""
        outputs = self.forward(params, x, noises)
        return self.with_penalty(params, tuple(p.grads for p in self.backward(params, outputs, target, noises)))

    def with_penalty(self, params: Params, grads: Params) -> Params:
        """The gradients of the data, plus the penalty's."""
        return tuple(
            {name: g + self.penalty.gradient_of(name, params[i][name]) for name, g in tensors.items()}
            for i, tensors in enumerate(grads)
        )
