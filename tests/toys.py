"""One toy member for each catalogue, each a class and nothing else: what a newcomer would add, with no other edit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from core.initializers import Initializer
from core.layers import LAYERS, Elementwise, Layer
from core.losses import LOSSES, Loss
from core.numeric import Array, Shape, Tensors, magnitude
from core.optimizers import OPTIMIZERS, Optimizer
from core.optimizers.base import Change, Slots, rate_field
from core.penalties import PENALTIES, Penalty
from core.spec import number


@dataclass(frozen=True)
class Bump(Elementwise):
    """a = e^{−c z²}."""

    kind = "bump"
    title = "Bump"
    help = "Answers to z near 0 only."
    latex = r"a = e^{-c z^2}"
    slope_latex = r"-2 c z\, a"

    sharpness: float = number(1.0, low=0.0, high=10.0, symbol="c", help="How narrow the bump is.")

    def value(self, z: Array) -> Array:
        return np.exp(-self.sharpness * (z * z))

    def slope_at(self, z: Array, a: Array) -> Array:
        return -2.0 * self.sharpness * z * a


@dataclass(frozen=True)
class Gain(Layer):
    """yⱼ = gⱼ xⱼ."""

    kind = "gain"
    title = "Gain"
    help = "Every feature times a weight of its own."
    latex = r"y_j = g_j\, x_j"
    derivative = r"\delta_j = g_j\, \frac{\partial \ell}{\partial y_j}"

    def param_shapes(self, in_shape: Shape) -> dict[str, Shape]:
        return {"W": in_shape}

    def init(self, rng: np.random.Generator, in_shape: Shape, initializer: Initializer) -> dict[str, Array]:
        return {"W": rng.uniform(0.5, 1.5, in_shape)}

    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        return x * params["W"]

    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        return params["W"] * grad_output, {"W": (grad_output * x).mean(axis=0)}


@dataclass(frozen=True)
class LogCosh(Loss):
    """ℓ = Σ ln cosh(ŷ − y);  ∂ℓ/∂ŷ = tanh(ŷ − y)."""

    kind = "log_cosh"
    title = "Log-cosh"
    help = "Squared error near the target, absolute error far from it."
    latex = r"\ell = \sum_k \ln \cosh(\hat y_k - y_k)"
    gradient = r"\tanh(\hat y - y)"

    def terms(self, predicted: Array, target: Array) -> Array:
        r = magnitude(predicted - target)
        found: Array = r + np.log1p(np.exp(-2.0 * r)) - np.log(2.0)
        return found

    def slope(self, predicted: Array, target: Array) -> Array:
        slope: Array = np.tanh(predicted - target)
        return slope


@dataclass(frozen=True)
class Quartic(Penalty):
    """P = ¼ λ Σ w⁴;  ∂P/∂w = λ w³."""

    kind = "quartic"
    title = "Quartic"
    help = "Pulls large weights much harder than small ones."
    latex = r"P = \tfrac14 \lambda \sum w^4"

    rate: float = number(0.1, low=0.0, high=10.0, symbol="λ", help="How strongly weights are pulled towards 0.")

    def cost(self, weight: Array) -> Any:
        return 0.25 * self.rate * (weight * weight * weight * weight).sum()

    def gradient(self, weight: Array) -> Array:
        return self.rate * weight * weight * weight


@dataclass(frozen=True)
class Waning(Optimizer):
    """v ← ½ (v + g);  Δw = −(η/k) v."""

    kind = "waning"
    title = "Waning mean"
    help = "Steps along a running mean of the gradients, shorter each time."
    latex = r"\Delta w = -\frac{\eta}{k}\, v"
    equations = (r"v \leftarrow \frac{v + g}{2}", r"\Delta w = -\frac{\eta}{k}\, v")

    learning_rate: float = rate_field(0.5)

    def slots(self, value: Array) -> Slots:
        return {"v": np.zeros_like(value)}

    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        v = 0.5 * (slots["v"] + grad)
        return Change(-self.learning_rate / k * v, {"v": v}, {})


def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one line of each, for the length of a test."""
    for catalogue, *kinds in ((LAYERS, Bump, Gain), (LOSSES, LogCosh), (PENALTIES, Quartic), (OPTIMIZERS, Waning)):
        for kind in kinds:
            monkeypatch.setitem(catalogue.members, kind.kind, kind)  # type: ignore[attr-defined]


DOCUMENT = {
    "data": {"kind": "plane", "count": 30},
    "layers": [{"kind": "dense", "units": 3}, {"kind": "bump"}, {"kind": "gain"}, {"kind": "dense", "units": 1}],
    "loss": {"kind": "log_cosh"}, "penalty": {"kind": "quartic", "rate": 0.01}, "optimizer": {"kind": "waning"},
}  # fmt: skip
# One toy at a time beside well-known members, then all of them together.
EXPERIMENTS: dict[str, dict[str, Any]] = {
    "bump": DOCUMENT | {"layers": [{"kind": "dense", "units": 3}, {"kind": "bump"}, {"kind": "dense", "units": 1}],
                        "loss": {"kind": "half_mse"}, "penalty": {"kind": "none"}, "optimizer": {"kind": "sgd"}},
    "gain": DOCUMENT | {"layers": [{"kind": "gain"}, {"kind": "dense", "units": 1}], "loss": {"kind": "mae"},
                        "penalty": {"kind": "l2", "rate": 0.1}, "optimizer": {"kind": "adam"}},
    "log_cosh": DOCUMENT | {"layers": [{"kind": "dense", "units": 2}, {"kind": "tanh"}, {"kind": "dense", "units": 1}],
                            "penalty": {"kind": "none"}, "optimizer": {"kind": "momentum"}},
    "quartic": DOCUMENT | {"layers": [{"kind": "dense", "units": 1}], "loss": {"kind": "half_mse"}, "optimizer": {"kind": "sgd"}},
    "waning": DOCUMENT | {"layers": [{"kind": "dense", "units": 1}], "loss": {"kind": "half_mse"}, "penalty": {"kind": "none"}},
    "all": DOCUMENT,
}  # fmt: skip
