"""One step length for all weights: gradient descent, momentum, Nesterov's momentum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.numeric import Array
from core.optimizers.base import Change, Optimizer, Slots, rate_field, share_field


@dataclass(frozen=True)
class Sgd(Optimizer):
    """Δw = −η g."""

    kind = "sgd"
    title = "Gradient descent"
    help = "A step against the gradient. Its length is η times the gradient's."
    latex = r"\Delta w = -\eta\, g"
    equations = (r"\Delta w = -\eta\, g",)

    learning_rate: float = rate_field(0.1)

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

    learning_rate: float = rate_field(0.1)
    momentum: float = share_field(0.9, "μ", "How much of the velocity is kept.")

    def slots(self, value: Array) -> Slots:
        """The velocity."""
        return {"velocity": np.zeros_like(value)}

    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        """−η v."""
        velocity = self.momentum * slots["velocity"] + grad
        return Change(-self.learning_rate * velocity, {"velocity": velocity}, {})


@dataclass(frozen=True)
class Nesterov(Momentum):
    """v ← μ v + g;  Δw = −η (g + μ v)  (Nesterov 1983, in the form of Sutskever et al. 2013 and PyTorch)."""

    kind = "nesterov"
    title = "Nesterov momentum"
    help = "Momentum that looks ahead: it steps as if the velocity had already been followed once more."
    latex = r"v \leftarrow \mu v + g,\quad \Delta w = -\eta\,(g + \mu v)"
    equations = (r"v \leftarrow \mu\, v + g", r"\Delta w = -\eta\, (g + \mu\, v)")

    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        """−η (g + μ v)."""
        velocity = self.momentum * slots["velocity"] + grad
        return Change(-self.learning_rate * (grad + self.momentum * velocity), {"velocity": velocity}, {})
