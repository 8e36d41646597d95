"""Where the weights start.  Biases start at 0 unless the kind says otherwise."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from core.numeric import Array, Shape
from core.spec import Catalogue, Kind, SpecError, number


@dataclass(frozen=True)
class Initializer(Kind):
    """Draws a link's parameters, given how many numbers flow into and out of one unit."""

    @abstractmethod
    def weights(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """The initial weights of one link."""

    def biases(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """The initial biases of one link: 0."""
        return np.zeros(shape)


@dataclass(frozen=True)
class Zeros(Initializer):
    """w = 0."""

    kind = "zeros"
    title = "Zeros"
    help = "Every weight starts at 0: hidden units stay alike for ever, because nothing breaks their symmetry."
    latex = r"w = 0"

    def weights(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """0."""
        return np.zeros(shape)


@dataclass(frozen=True)
class Constant(Initializer):
    """w = b = c."""

    kind = "constant"
    title = "Constant"
    help = "Every weight and bias starts at the same value."
    latex = r"w = b = c"

    value: float = number(0.5, low=-10.0, high=10.0, symbol="c", help="The value of every weight and bias.")

    def weights(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """c."""
        return np.full(shape, float(self.value))

    def biases(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """c."""
        return np.full(shape, float(self.value))


@dataclass(frozen=True)
class Uniform(Initializer):
    """w ~ U(low, high)."""

    kind = "uniform"
    title = "Uniform"
    help = "Weights drawn evenly between two bounds."
    latex = r"w \sim U(\mathrm{low}, \mathrm{high})"

    low: float = number(-0.5, low=-10.0, high=10.0, help="The smallest weight.")
    high: float = number(0.5, low=-10.0, high=10.0, help="The largest weight.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low >= self.high:
            raise SpecError("low", f"expected a number below high (={self.high:g}), got {self.low:g}", "swap the two bounds")

    def weights(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """U(low, high)."""
        return rng.uniform(self.low, self.high, shape)


@dataclass(frozen=True)
class Normal(Initializer):
    """w ~ N(0, std²)."""

    kind = "normal"
    title = "Normal"
    help = "Weights drawn from a normal distribution around 0."
    latex = r"w \sim N(0, \sigma^2)"

    std: float = number(0.5, low=0.0, high=10.0, symbol="σ", help="The standard deviation of the weights.")

    def weights(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """N(0, std²)."""
        return rng.normal(0.0, self.std, shape)


@dataclass(frozen=True)
class _Scaled(Initializer):
    """Weights of a variance that the fans decide."""

    @abstractmethod
    def variance(self, fan_in: int, fan_out: int) -> float:
        """Var(w)."""


@dataclass(frozen=True)
class _ScaledUniform(_Scaled):
    def weights(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """U(−r, r) with r = √(3 Var)."""
        reach = np.sqrt(3.0 * self.variance(fan_in, fan_out))
        return rng.uniform(-reach, reach, shape)


@dataclass(frozen=True)
class _ScaledNormal(_Scaled):
    def weights(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """N(0, Var)."""
        return rng.normal(0.0, np.sqrt(self.variance(fan_in, fan_out)), shape)


@dataclass(frozen=True)
class XavierUniform(_ScaledUniform):
    """w ~ U(−r, r), r = √(6 / (fan_in + fan_out))  (Glorot & Bengio 2010)."""

    kind = "xavier_uniform"
    title = "Xavier uniform"
    help = "Keeps the size of signals and gradients even across tanh and sigmoid layers."
    latex = r"w \sim U(-r, r),\; r = \sqrt{6 / (n_{\mathrm{in}} + n_{\mathrm{out}})}"

    def variance(self, fan_in: int, fan_out: int) -> float:
        """2 / (fan_in + fan_out)."""
        return 2.0 / (fan_in + fan_out)


@dataclass(frozen=True)
class XavierNormal(_ScaledNormal):
    """w ~ N(0, 2 / (fan_in + fan_out))  (Glorot & Bengio 2010)."""

    kind = "xavier_normal"
    title = "Xavier normal"
    help = "The normal form of Xavier's rule."
    latex = r"w \sim N\bigl(0,\, 2 / (n_{\mathrm{in}} + n_{\mathrm{out}})\bigr)"

    def variance(self, fan_in: int, fan_out: int) -> float:
        """2 / (fan_in + fan_out)."""
        return 2.0 / (fan_in + fan_out)


@dataclass(frozen=True)
class HeUniform(_ScaledUniform):
    """w ~ U(−r, r), r = √(6 / fan_in)  (He et al. 2015)."""

    kind = "he_uniform"
    title = "He uniform"
    help = "Made for ReLU, which halves the variance of its input."
    latex = r"w \sim U(-r, r),\; r = \sqrt{6 / n_{\mathrm{in}}}"

    def variance(self, fan_in: int, fan_out: int) -> float:
        """2 / fan_in."""
        return 2.0 / fan_in


@dataclass(frozen=True)
class HeNormal(_ScaledNormal):
    """w ~ N(0, 2 / fan_in)  (He et al. 2015)."""

    kind = "he_normal"
    title = "He normal"
    help = "The normal form of He's rule."
    latex = r"w \sim N(0,\, 2 / n_{\mathrm{in}})"

    def variance(self, fan_in: int, fan_out: int) -> float:
        """2 / fan_in."""
        return 2.0 / fan_in


@dataclass(frozen=True)
class LecunNormal(_ScaledNormal):
    """w ~ N(0, 1 / fan_in)  (LeCun et al. 1998, «Efficient BackProp»)."""

    kind = "lecun_normal"
    title = "LeCun normal"
    help = "Gives z a variance of about 1 when the inputs have it."
    latex = r"w \sim N(0,\, 1 / n_{\mathrm{in}})"

    def variance(self, fan_in: int, fan_out: int) -> float:
        """1 / fan_in."""
        return 1.0 / fan_in


INITIALIZERS: Catalogue[Initializer] = Catalogue(
    "init", XavierUniform, XavierNormal, HeUniform, HeNormal, LecunNormal, Uniform, Normal, Constant, Zeros
)
