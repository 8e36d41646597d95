"""What is done with the gradient.  PyTorch's definitions where PyTorch has the optimizer; k counts updates from 1."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from core.numeric import Array
from core.spec import Catalogue, Kind, number

Slots = dict[str, Array]


class Change(NamedTuple):
    """What an optimizer decides for one parameter array."""

    update: Array  # Δw = after − before
    slots: Slots  # what it remembers for the next step
    shown: dict[str, Array]  # what it computed on the way, for display: v̂, m̂ …


@dataclass(frozen=True)
class Optimizer(Kind):
    """An optimizer that reads the gradient, number by number."""

    reads: ClassVar[str] = "gradient"  # or "residuals": it needs residuals and Jacobian
    equations: ClassVar[tuple[str, ...]] = ()  # its steps, as LaTeX, ending in Δw

    @classmethod
    def facts(cls) -> dict[str, Any]:
        """What the catalogue says of an optimizer."""
        return {"reads": cls.reads, "equations": list(cls.equations)}

    def slots(self, value: Array) -> Slots:
        """What is remembered of one parameter array, before the first update."""
        return {}

    @abstractmethod
    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        """The change of one parameter array: its gradient, what was remembered, the number k ≥ 1 of this update, its value."""


@dataclass(frozen=True)
class Sgd(Optimizer):
    """Δw = −η g."""

    kind = "sgd"
    title = "Gradient descent"
    help = "A step against the gradient, as long as the gradient is steep."
    latex = r"\Delta w = -\eta\, g"
    equations = (r"\Delta w = -\eta\, g",)

    learning_rate: float = number(0.1, low=0.0, high=1000.0, above=True, step="log", symbol="η", help="How far one step goes.")

    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        """−η g."""
        return Change(-self.learning_rate * grad, {}, {})


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← μ v + g;  Δw = −η v  (Polyak 1964, in PyTorch's form: the first v is g)."""

    kind = "momentum"
    title = "Momentum"
    help = "A ball with inertia: past gradients go on pushing."
    latex = r"v \leftarrow \mu v + g,\quad \Delta w = -\eta\, v"
    equations = (r"v \leftarrow \mu\, v + g", r"\Delta w = -\eta\, v")

    learning_rate: float = number(0.1, low=0.0, high=1000.0, above=True, step="log", symbol="η", help="How far one step goes.")
    momentum: float = number(0.9, low=0.0, high=1.0, below=True, symbol="μ", help="How much of the velocity is kept.")

    def slots(self, value: Array) -> Slots:
        """The velocity."""
        return {"velocity": np.zeros_like(value)}

    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        """−η v."""
        velocity = self.momentum * slots["velocity"] + grad
        return Change(-self.learning_rate * velocity, {"velocity": velocity}, {})


@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁ m + (1−β₁) g;  s ← β₂ s + (1−β₂) g²;  Δw = −η m̂ / (√ŝ + ε), m̂ = m/(1−β₁ᵏ), ŝ = s/(1−β₂ᵏ)  (Kingma & Ba 2015)."""

    kind = "adam"
    title = "Adam"
    help = "Each weight has a step length of its own, from the mean and the spread of its past gradients."
    latex = r"\Delta w = -\eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}"
    equations = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g",
        r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2",
        r"\hat m = \frac{m}{1 - \beta_1^k}",
        r"\hat v = \frac{v}{1 - \beta_2^k}",
        r"\Delta w = -\eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}",
    )

    learning_rate: float = number(0.01, low=0.0, high=1000.0, above=True, step="log", symbol="η", help="How far one step goes.")
    beta1: float = number(0.9, low=0.0, high=1.0, below=True, symbol="β₁", help="How much of the mean gradient is kept.")
    beta2: float = number(0.999, low=0.0, high=1.0, below=True, symbol="β₂", help="How much of the mean square is kept.")
    epsilon: float = number(1e-8, low=0.0, high=1.0, above=True, step="log", symbol="ε", help="Keeps the division finite.")

    def slots(self, value: Array) -> Slots:
        """The mean m and the mean square v of the gradients."""
        return {"m": np.zeros_like(value), "v": np.zeros_like(value)}

    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        """−η m̂ / (√v̂ + ε); the corrections divide by 1 − βᵏ, k from 1."""
        m = self.beta1 * slots["m"] + (1.0 - self.beta1) * grad
        v = self.beta2 * slots["v"] + (1.0 - self.beta2) * grad * grad
        m_hat = m / (1.0 - self.beta1**k)
        v_hat = v / (1.0 - self.beta2**k)
        update = -self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)
        return Change(update, {"m": m, "v": v}, {"m_hat": m_hat, "v_hat": v_hat})


OPTIMIZERS: Catalogue[Optimizer] = Catalogue("optimizer", Sgd, Momentum, Adam)
