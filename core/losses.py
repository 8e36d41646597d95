"""Losses of one example, ℓ(ŷ, y), summed over the outputs; the batch's loss is their mean.  A rule stands beside its gradient."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.numeric import Array, magnitude, primal, relu, sum_outputs
from core.spec import Catalogue, Kind, number

TINY = 1e-300  # the floor under a logarithm's argument: 1/TINY, and a sum of a million of it, is still finite
WHOLE = 1e-9  # shares written to so many digits are taken for a whole; δ is off by no more


@dataclass(frozen=True)
class Loss(Kind):
    """ℓ of every example: predicted (N, K), target (N, K) -> (N,)."""

    gradient: ClassVar[str]  # ∂ℓ/∂ŷ as LaTeX
    domain: ClassVar[tuple[float, float]] = (-np.inf, np.inf)  # where predictions must lie
    classification: ClassVar[bool] = False  # meant for labels rather than amounts
    competing: ClassVar[bool] = False  # outputs are shares of one whole, so that there must be two or more
    signs: ClassVar[bool] = False  # targets are −1 and +1 rather than 0 and 1
    targets: ClassVar[tuple[float, float]] = (-np.inf, np.inf)  # where amounts must lie to be targets
    reads_rest: ClassVar[bool] = False  # its rules take 1 − ŷ as a third argument, where somebody knows it better than 1 − ŷ
    sum_of_squares: ClassVar[float] = 0.0  # c where ℓ = c Σ r², r = ŷ − y; 0 where it is no sum of squares

    @classmethod
    def facts(cls) -> dict[str, Any]:
        """What the catalogue says of a loss."""
        ends = [None if np.isinf(v) else v for v in cls.domain]
        return {"gradient": cls.gradient, "domain": ends, "classification": cls.classification, "signs": cls.signs}

    @property
    def kinked(self) -> bool:
        """Has its rule two slopes at some place, one from either side?"""
        return False

    def beyond(self, interval: tuple[float, float]) -> str:
        """Where predictions must lie, in words, if outputs of such an interval may lie elsewhere; empty if they may not."""
        low, high = self.domain
        if low <= interval[0] and interval[1] <= high:
            return ""
        return f"between {low:g} and {high:g}" if np.isfinite(high) else f"above {low:g}"

    def lacking(self, target: Array) -> str:
        """What the loss needs of amounts (N, K) to take them as targets, where these are not so; empty where they are."""
        low, high = self.targets
        if ((target >= low) & (target <= high)).all():
            return ""
        return f"targets between {low:g} and {high:g}" if np.isfinite(high) else f"targets of at least {low:g}"

    @abstractmethod
    def terms(self, predicted: Array, target: Array) -> Array:
        """What each output adds to ℓᵢ, (N, K)."""

    def per_example(self, predicted: Array, target: Array, *rest: Array) -> Array:
        """ℓᵢ = Σₖ of its terms, (N,)."""
        return sum_outputs(self.terms(predicted, target, *rest))

    @abstractmethod
    def slope(self, predicted: Array, target: Array) -> Array:
        """∂ℓ/∂ŷ, (N, K)."""


@dataclass(frozen=True)
class HalfMse(Loss):
    """ℓ = ½ Σ (ŷ − y)²;  ∂ℓ/∂ŷ = ŷ − y."""

    kind = "half_mse"
    title = "Half squared error"
    help = "The ½ is there so that the derivative is just ŷ − y."
    latex = r"\ell = \tfrac12 \sum_k (\hat y_k - y_k)^2"
    gradient = r"\hat y - y"
    sum_of_squares = 0.5

    def terms(self, predicted: Array, target: Array) -> Array:
        """½ (ŷ − y)²."""
        residual = predicted - target
        squares: Array = 0.5 * (residual * residual)
        return squares

    def slope(self, predicted: Array, target: Array) -> Array:
        """ŷ − y."""
        return predicted - target


@dataclass(frozen=True)
class Mse(Loss):
    """ℓ = Σ (ŷ − y)²;  ∂ℓ/∂ŷ = 2 (ŷ − y)."""

    kind = "mse"
    title = "Squared error"
    help = "Without the ½, a 2 stays in every gradient."
    latex = r"\ell = \sum_k (\hat y_k - y_k)^2"
    gradient = r"2\,(\hat y - y)"
    sum_of_squares = 1.0

    def terms(self, predicted: Array, target: Array) -> Array:
        """(ŷ − y)²."""
        residual = predicted - target
        squares: Array = residual * residual
        return squares

    def slope(self, predicted: Array, target: Array) -> Array:
        """2 (ŷ − y)."""
        return 2.0 * (predicted - target)


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """ℓ = −Σ (y ln ŷ + (1 − y) ln (1 − ŷ));  ∂ℓ/∂ŷ = (ŷ − y) / (ŷ (1 − ŷ))."""

    kind = "binary_cross_entropy"
    title = "Binary cross-entropy"
    help = "For yes-or-no targets: the surprise at the truth, summed over the outputs."
    latex = r"\ell = -\sum_k \bigl(y_k \ln \hat y_k + (1 - y_k) \ln(1 - \hat y_k)\bigr)"
    gradient = r"\frac{\hat y - y}{\hat y\,(1 - \hat y)}"
    domain = (0.0, 1.0)
    classification = True
    targets = (0.0, 1.0)

    reads_rest = True

    def terms(self, predicted: Array, target: Array, rest: Array | None = None) -> Array:
        """−(y ln ŷ + (1 − y) ln (1 − ŷ)), the logarithms' arguments kept at TINY or above; `rest` is 1 − ŷ."""
        rest = 1.0 - predicted if rest is None else rest
        return -(target * _log(predicted, rest) + (1.0 - target) * _log(rest, predicted))

    def slope(self, predicted: Array, target: Array, rest: Array | None = None) -> Array:
        """(ŷ − y) / (ŷ (1 − ŷ)) = (1 − y)/(1 − ŷ) − y/ŷ, in the form in which nothing cancels; `rest` is 1 − ŷ.

        A logarithm that is kept at its floor is level there, and its part of the slope is 0.
        """
        rest = 1.0 - predicted if rest is None else rest
        found: Array = (1.0 - target) * _reciprocal(rest) - target * _reciprocal(predicted)
        return found


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """ℓ = −Σ y ln ŷ;  ∂ℓ/∂ŷ = −y / ŷ."""

    kind = "cross_entropy"
    title = "Cross-entropy"
    help = "For one class of several (one-hot targets): the surprise at the true class."
    latex = r"\ell = -\sum_k y_k \ln \hat y_k"
    gradient = r"-\frac{y}{\hat y}"
    domain = (0.0, 1.0)
    classification = True
    competing = True
    targets = (0.0, 1.0)

    def lacking(self, target: Array) -> str:
        """Shares of a whole: only of those that sum to 1 does softmax make δ = ŷ − y, else δ = ŷ Σy − y."""
        whole = (np.abs(target.sum(axis=1) - 1.0) <= WHOLE).all()
        return super().lacking(target) or ("" if whole else "targets that sum to 1 in every example")

    def terms(self, predicted: Array, target: Array) -> Array:
        """−y ln ŷ, the logarithm's argument kept at TINY or above."""
        return -(target * np.log(_floored(predicted)))

    def slope(self, predicted: Array, target: Array) -> Array:
        """−y / ŷ; 0 where the logarithm is kept at its floor."""
        return -target * _reciprocal(predicted)


@dataclass(frozen=True)
class Mae(Loss):
    """ℓ = Σ |ŷ − y|;  ∂ℓ/∂ŷ = sign(ŷ − y), 0 where they are equal."""

    kind = "mae"
    title = "Absolute error"
    help = "An outlier pulls no harder than any other example: the slope is always −1 or 1."
    latex = r"\ell = \sum_k \lvert \hat y_k - y_k \rvert"
    gradient = r"\operatorname{sign}(\hat y - y)"
    kinked = True

    def terms(self, predicted: Array, target: Array) -> Array:
        """|ŷ − y|."""
        return magnitude(predicted - target)

    def slope(self, predicted: Array, target: Array) -> Array:
        """sign(ŷ − y)."""
        sign: Array = np.sign(predicted - target)
        return sign


@dataclass(frozen=True)
class Huber(Loss):
    """ℓ = Σ ½ r² where |r| ≤ d, else d (|r| − ½ d), r = ŷ − y;  ∂ℓ/∂ŷ = r cut off at ±d  (Huber 1964; δ is the chain's here)."""

    kind = "huber"
    title = "Huber"
    help = "Squared error for small residuals, absolute error for large ones."
    latex = (
        r"\ell = \sum_k \begin{cases} \tfrac12 r_k^2 & \lvert r_k \rvert \le d \\"
        r" d\,(\lvert r_k \rvert - \tfrac12 d) & \text{else} \end{cases},\quad r = \hat y - y"
    )
    gradient = r"\max(-d, \min(d,\, \hat y - y))"

    delta: float = number(1.0, low=0.0, high=1000.0, above=True, symbol="d", help="Where the parabola becomes a straight line.")

    def terms(self, predicted: Array, target: Array) -> Array:
        """½ r² or d (|r| − ½ d)."""
        r = predicted - target
        size = magnitude(r)
        return np.where(primal(size) <= self.delta, 0.5 * (r * r), self.delta * (size - 0.5 * self.delta))

    def slope(self, predicted: Array, target: Array) -> Array:
        """min(d, max(−d, ŷ − y))."""
        cut: Array = np.clip(predicted - target, -self.delta, self.delta)
        return cut


@dataclass(frozen=True)
class Poisson(Loss):
    """ℓ = Σ (ŷ − y ln ŷ);  ∂ℓ/∂ŷ = 1 − y/ŷ.  The part of −ln P(y | ŷ) that depends on ŷ."""

    kind = "poisson"
    title = "Poisson"
    help = "For counts: how surprising y events are where ŷ are expected."
    latex = r"\ell = \sum_k (\hat y_k - y_k \ln \hat y_k)"
    gradient = r"1 - \frac{y}{\hat y}"
    domain = (0.0, np.inf)
    targets = (0.0, np.inf)

    def terms(self, predicted: Array, target: Array) -> Array:
        """ŷ − y ln ŷ, the logarithm's argument kept at TINY or above."""
        found: Array = predicted - target * np.log(_floored(predicted))
        return found

    def slope(self, predicted: Array, target: Array) -> Array:
        """1 − y/ŷ; 1 where the logarithm is kept at its floor."""
        return 1.0 - target * _reciprocal(predicted)


@dataclass(frozen=True)
class Hinge(Loss):
    """ℓ = Σ max(0, 1 − y ŷ), y = ±1;  ∂ℓ/∂ŷ = −y where y ŷ < 1, else 0  (Cortes & Vapnik 1995)."""

    kind = "hinge"
    title = "Hinge"
    help = "For classes −1 and 1: an example that is right by a margin of 1 no longer counts."
    latex = r"\ell = \sum_k \max(0,\, 1 - y_k \hat y_k)"
    gradient = r"-y\,[\,y \hat y < 1\,]"
    classification = True
    signs = True
    kinked = True

    def lacking(self, target: Array) -> str:
        """Signs."""
        return "" if (np.abs(target) == 1.0).all() else "targets −1 or +1"

    def terms(self, predicted: Array, target: Array) -> Array:
        """max(0, 1 − y ŷ)."""
        return relu(1.0 - target * predicted)

    def slope(self, predicted: Array, target: Array) -> Array:
        """−y where y ŷ < 1."""
        return np.where(target * predicted < 1.0, -target, 0.0)


def _log(x: Array, rest: Array) -> Array:
    """ln x of a share x = 1 − rest: where x is nearly 1, ln(1 − rest) has digits that x has lost."""
    large = primal(x) > 0.5
    return np.where(large, np.log1p(-np.where(large, rest, 0.0 * rest)), np.log(np.where(large, 0.0 * x + 1.0, _floored(x))))


def _floored(x: Array) -> Array:
    """x, kept at TINY or above: what underflowed to 0 must not become an infinity."""
    return np.where(primal(x) > TINY, x, 0.0 * x + TINY)  # of x's own kind: a symbol stays a symbol


def _reciprocal(x: Array) -> Array:
    """The slope of ln max(x, TINY): 1/x, and 0 on the floor."""
    above = x > TINY
    return np.where(above, 1.0 / np.where(above, x, 1.0), 0.0)


LOSSES: Catalogue[Loss] = Catalogue("loss", HalfMse, Mse, Mae, Huber, BinaryCrossEntropy, CrossEntropy, Poisson, Hinge)
