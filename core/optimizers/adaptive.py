"""A step length of its own for every weight: AdaGrad, RMSprop, Adam, AdamW."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.numeric import Array
from core.optimizers.base import Change, Optimizer, Slots, epsilon_field, rate_field, share_field
from core.spec import number


@dataclass(frozen=True)
class Adagrad(Optimizer):
    """v ← v + g²;  Δw = −η g / (√v + ε)  (Duchi, Hazan & Singer 2011)."""

    kind = "adagrad"
    squares = frozenset({"v"})
    title = "AdaGrad"
    help = "Weights whose gradients have been large take ever smaller steps."
    latex = r"v \leftarrow v + g^2,\quad \Delta w = -\eta\, \frac{g}{\sqrt{v} + \varepsilon}"
    equations = (r"v \leftarrow v + g^2", r"\Delta w = -\eta\, \frac{g}{\sqrt{v} + \varepsilon}")

    learning_rate: float = rate_field(0.1)
    epsilon: float = epsilon_field(1e-10)

    def slots(self, value: Array) -> Slots:
        """The sum v of the squared gradients."""
        return {"v": np.zeros_like(value)}

    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        """−η g / (√v + ε)."""
        v = slots["v"] + grad * grad
        return Change(-self.learning_rate * grad / (np.sqrt(v) + self.epsilon), {"v": v}, {})


@dataclass(frozen=True)
class Rmsprop(Optimizer):
    """v ← ρ v + (1 − ρ) g²;  Δw = −η g / (√v + ε)  (Tieleman & Hinton 2012, lecture 6.5)."""

    kind = "rmsprop"
    squares = frozenset({"v"})
    title = "RMSprop"
    help = "Divides each gradient by the size that this weight's gradients have had of late."
    latex = r"v \leftarrow \rho v + (1 - \rho)\, g^2,\quad \Delta w = -\eta\, \frac{g}{\sqrt{v} + \varepsilon}"
    equations = (r"v \leftarrow \rho\, v + (1 - \rho)\, g^2", r"\Delta w = -\eta\, \frac{g}{\sqrt{v} + \varepsilon}")

    learning_rate: float = rate_field(0.01)
    decay: float = share_field(0.99, "ρ", "How much of the mean square is kept.")
    epsilon: float = epsilon_field(1e-8)

    def slots(self, value: Array) -> Slots:
        """The running mean v of the squared gradients."""
        return {"v": np.zeros_like(value)}

    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        """−η g / (√v + ε)."""
        v = self.decay * slots["v"] + (1.0 - self.decay) * grad * grad
        return Change(-self.learning_rate * grad / (np.sqrt(v) + self.epsilon), {"v": v}, {})


ADAM_EQUATIONS = (
    r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g",
    r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2",
    r"\hat m = \frac{m}{1 - \beta_1^k}",
    r"\hat v = \frac{v}{1 - \beta_2^k}",
)


@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁ m + (1−β₁) g;  v ← β₂ v + (1−β₂) g²;  Δw = −η m̂ / (√v̂ + ε), m̂ = m/(1−β₁ᵏ), v̂ = v/(1−β₂ᵏ)  (Kingma & Ba 2015)."""

    kind = "adam"
    squares = frozenset({"v"})
    title = "Adam"
    help = "Each weight has a step length of its own, from the mean and the size of its past gradients."
    latex = r"\Delta w = -\eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}"
    equations = (*ADAM_EQUATIONS, r"\Delta w = -\eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}")

    learning_rate: float = rate_field(0.01)
    beta1: float = share_field(0.9, "β₁", "How much of the mean gradient is kept.")
    beta2: float = share_field(0.999, "β₂", "How much of the mean square is kept.")
    epsilon: float = epsilon_field(1e-8)

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


@dataclass(frozen=True)
class AdamW(Adam):
    """Δw = −η m̂ / (√v̂ + ε) − η λ w  (Loshchilov & Hutter 2019).  As in PyTorch, every parameter decays, biases too."""

    kind = "adamw"
    title = "AdamW"
    help = "Adam, with a pull towards 0 that is not divided by the gradients' size."
    latex = r"\Delta w = -\eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} - \eta \lambda\, w"
    equations = (*ADAM_EQUATIONS, r"\Delta w = -\eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} - \eta \lambda\, w")

    weight_decay: float = number(0.01, low=0.0, high=10.0, symbol="λ", help="How strongly every parameter decays towards 0.")

    def change(self, grad: Array, slots: Slots, k: int, value: Array) -> Change:
        """Adam's change − η λ w."""
        adam = super().change(grad, slots, k, value)
        return adam._replace(update=adam.update - self.learning_rate * self.weight_decay * value)
