"""Activations: a = φ(z), each number by itself.  Each rule stands beside its slope."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.layers.base import Layer
from core.layers.wires import Index, Part, Wires, one_to_one
from core.numeric import Array, Tensors, logistic, normal_cdf, normal_density, primal, relu, softplus
from core.spec import number


@dataclass(frozen=True)
class Elementwise(Layer):
    """a = φ(z), number by number; ∂ℓ/∂z = φ′(z) · ∂ℓ/∂a."""

    activation = True
    effort = 50  # a few passes over arrays; where NumPy has a function of its own, fewer
    derivative = r"\delta = \varphi'(z)\,\frac{\partial \ell}{\partial a}"
    slope_latex: ClassVar[str]  # φ′ as LaTeX

    @classmethod
    def facts(cls) -> dict[str, Any]:
        """The slope's formula, and the interval of the outputs where it is bounded."""
        ends = [None if np.isinf(v) else v for v in cls.interval]
        return super().facts() | {"slope": cls.slope_latex, "interval": ends}

    @abstractmethod
    def value(self, z: Array) -> Array:
        """φ(z)."""

    @abstractmethod
    def slope_at(self, z: Array, a: Array) -> Array:
        """φ′(z), given z and a = φ(z)."""

    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        """a = φ(z)."""
        return self.value(x)

    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        """δ = φ′(z) · ∂ℓ/∂a."""
        return self.slope_at(x, y) * grad_output, {}

    def shown(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> dict[str, Array]:
        """The slopes φ′(z)."""
        return {"slope": self.slope_at(x, y)}

    def wires(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> Wires:
        """φ′(z), number by number."""
        return one_to_one(self.slope_at(x, y))

    def parts(self, out: Index, into: Index) -> tuple[Part, ...]:
        """φ′(zⱼ)."""
        return (Part("slope", into),)


@dataclass(frozen=True)
class Identity(Elementwise):
    """a = z."""

    kind = "identity"
    title = "Identity"
    help = "Passes z on: for regression outputs."
    latex = r"a = z"
    slope_latex = r"1"
    effort = 0

    def value(self, z: Array) -> Array:
        """z."""
        return z + 0.0

    def slope_at(self, z: Array, a: Array) -> Array:
        """1."""
        return np.ones_like(z)


@dataclass(frozen=True)
class Sigmoid(Elementwise):
    """a = 1 / (1 + e⁻ᶻ)."""

    kind = "sigmoid"
    title = "Sigmoid"
    help = "Squeezes z into (0, 1): a probability."
    latex = r"a = \frac{1}{1 + e^{-z}}"
    slope_latex = r"a\,(1 - a)"
    interval = (0.0, 1.0)
    effort = 10

    def value(self, z: Array) -> Array:
        """1 / (1 + e⁻ᶻ), by the side of 0 on which the exponential cannot overflow."""
        return logistic(z)

    def slope_at(self, z: Array, a: Array) -> Array:
        """a (1 − a), with 1 − σ(z) as σ(−z): beyond z ≈ 37, where a rounds to 1, it is still e⁻ᶻ and not 0."""
        return a * logistic(-z)

    def rest(self, y: Array, x: Array | None = None) -> Array:
        """1 − a = σ(−z)."""
        return 1.0 - y if x is None else logistic(-x)


@dataclass(frozen=True)
class Tanh(Elementwise):
    """a = tanh z."""

    kind = "tanh"
    title = "Tanh"
    help = "Squeezes z into (−1, 1), centred at 0."
    latex = r"a = \tanh z"
    slope_latex = r"1 - a^2"
    interval = (-1.0, 1.0)
    effort = 10

    def value(self, z: Array) -> Array:
        """tanh z."""
        a: Array = np.tanh(z)
        return a

    def slope_at(self, z: Array, a: Array) -> Array:
        """1 − a².  Read off a, so beyond |z| ≈ 19, where a rounds to ±1, it is 0 where 4 e^{−2|z|} is meant."""
        return 1.0 - a * a


@dataclass(frozen=True)
class Relu(Elementwise):
    """a = max(0, z)."""

    kind = "relu"
    title = "ReLU"
    help = "Cuts negative z to 0; the slope at exactly 0 is taken as 0."
    latex = r"a = \max(0, z)"
    slope_latex = r"[z > 0]"
    interval = (0.0, np.inf)
    kinked = True
    effort = 10

    def value(self, z: Array) -> Array:
        """max(0, z)."""
        return relu(z)

    def slope_at(self, z: Array, a: Array) -> Array:
        """1 where z > 0, else 0."""
        return np.where(z > 0, 1.0, 0.0)


@dataclass(frozen=True)
class LeakyRelu(Elementwise):
    """a = z for z > 0, else s·z."""

    kind = "leaky_relu"
    title = "Leaky ReLU"
    help = "Like ReLU, but negative z leak through with a small slope."
    latex = r"a = \begin{cases} z & z > 0 \\ s\,z & z \le 0 \end{cases}"
    slope_latex = r"[z > 0] + s\,[z \le 0]"

    slope: float = number(0.01, low=0.0, high=1.0, symbol="s", help="The slope for negative z.")

    @property
    def kinked(self) -> bool:
        """At z = 0: s from the left, 1 from the right."""
        return self.slope != 1.0

    def value(self, z: Array) -> Array:
        """z or s·z."""
        return np.where(primal(z) > 0, z, self.slope * z)

    def slope_at(self, z: Array, a: Array) -> Array:
        """1 where z > 0, else s."""
        return np.where(z > 0, 1.0, self.slope)


@dataclass(frozen=True)
class Elu(Elementwise):
    """a = z for z > 0, else α (eᶻ − 1)  (Clevert et al. 2016)."""

    kind = "elu"
    title = "ELU"
    help = "Like ReLU, but negative z bend smoothly towards −α."
    latex = r"a = \begin{cases} z & z > 0 \\ \alpha\,(e^{z} - 1) & z \le 0 \end{cases}"
    slope_latex = r"[z > 0] + (a + \alpha)\,[z \le 0]"

    alpha: float = number(1.0, low=0.0, high=10.0, above=True, symbol="α", help="How far down negative z can go.")

    @property
    def kinked(self) -> bool:
        """At z = 0: α from the left, 1 from the right."""
        return self.alpha != 1.0

    def value(self, z: Array) -> Array:
        """z or α (eᶻ − 1), the exponential taken of negative numbers only."""
        positive = primal(z) > 0
        return np.where(positive, z, self.alpha * np.expm1(np.where(positive, 0.0 * z, z)))

    def slope_at(self, z: Array, a: Array) -> Array:
        """1 where z > 0, else a + α = α eᶻ."""
        return np.where(z > 0, 1.0, self.alpha * np.exp(np.minimum(z, 0.0)))


@dataclass(frozen=True)
class Softplus(Elementwise):
    """a = ln(1 + eᶻ)."""

    kind = "softplus"
    title = "Softplus"
    help = "A ReLU with a rounded corner; its slope is the sigmoid."
    latex = r"a = \ln(1 + e^{z})"
    slope_latex = r"\frac{1}{1 + e^{-z}}"
    interval = (0.0, np.inf)

    def value(self, z: Array) -> Array:
        """max(0, z) + ln(1 + e⁻|ᶻ|)."""
        return softplus(z)

    def slope_at(self, z: Array, a: Array) -> Array:
        """1 / (1 + e⁻ᶻ)."""
        return logistic(z)


@dataclass(frozen=True)
class Gelu(Elementwise):
    """a = z Φ(z), Φ the normal distribution function, exact  (Hendrycks & Gimpel 2016)."""

    kind = "gelu"
    title = "GELU"
    help = "z, weighted by how likely a standard normal number is to lie below it."
    latex = r"a = z\,\Phi(z)"
    slope_latex = r"\Phi(z) + z\,\varphi_N(z)"
    effort = 300  # one call of a function for every number

    def value(self, z: Array) -> Array:
        """z Φ(z)."""
        return z * normal_cdf(z)

    def slope_at(self, z: Array, a: Array) -> Array:
        """Φ(z) + z e^{−z²/2}/√(2π)."""
        slope: Array = normal_cdf(z) + z * normal_density(z)
        return slope


@dataclass(frozen=True)
class Silu(Elementwise):
    """a = z σ(z), σ the sigmoid."""

    kind = "silu"
    title = "SiLU"
    help = "z, weighted by its sigmoid; also called swish."
    latex = r"a = z\,\sigma(z)"
    slope_latex = r"\sigma(z)\,\bigl(1 + z\,(1 - \sigma(z))\bigr)"

    def value(self, z: Array) -> Array:
        """z / (1 + e⁻ᶻ)."""
        return z * logistic(z)

    def slope_at(self, z: Array, a: Array) -> Array:
        """σ (1 + z (1 − σ)), with 1 − σ(z) as σ(−z), which does not cancel."""
        return logistic(z) * (1.0 + z * logistic(-z))


@dataclass(frozen=True)
class Exp(Elementwise):
    """a = eᶻ.  Above z ≈ 709.8 a float64 cannot hold it: that is told as divergence."""

    kind = "exp"
    title = "Exponential"
    help = "Gives positive numbers that grow by factors: the rate of a Poisson regression."
    latex = r"a = e^{z}"
    slope_latex = r"a"
    interval = (0.0, np.inf)
    effort = 10

    def value(self, z: Array) -> Array:
        """eᶻ."""
        a: Array = np.exp(z)
        return a

    def slope_at(self, z: Array, a: Array) -> Array:
        """a."""
        return a + 0.0
