"""Matched pairs of output activation and loss: the canonical links, for which δ = ŷ − y at the output.

They are computed from z in one piece, so that nothing overflows or cancels: |z| = 1000 gives a finite, exact loss and δ.  The one
exception is exp with Poisson at z = +1000: e¹⁰⁰⁰ itself is beyond any float64, so loss and δ are +∞, never NaN, and the run is
told to have diverged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.numeric import Array, primal, softplus, sum_outputs


@dataclass(frozen=True)
class Head:
    """One matched pair.  δ = ∂ℓ/∂z = factor · (ŷ − y)."""

    activation: str
    loss: str
    terms: Callable[[Array, Array], Array]  # (z, y) -> what each output adds to ℓᵢ, (N, K)
    factor: float = 1.0

    @property
    def latex(self) -> str:
        """What δ comes to, as LaTeX."""
        return r"\hat y - y" if self.factor == 1.0 else rf"{self.factor:g}\,(\hat y - y)"

    def per_example(self, z: Array, target: Array) -> Array:
        """ℓᵢ = Σₖ of its terms, (N,)."""
        return sum_outputs(self.terms(z, target))

    def delta(self, predicted: Array, target: Array) -> Array:
        """δ = factor · (ŷ − y)."""
        residual = predicted - target
        return residual if self.factor == 1.0 else self.factor * residual


def _half_squares(z: Array, y: Array) -> Array:
    """½ (z − y)²."""
    r = z - y
    squares: Array = 0.5 * (r * r)
    return squares


def _squares(z: Array, y: Array) -> Array:
    """(z − y)²."""
    r = z - y
    squares: Array = r * r
    return squares


def _logistic(z: Array, y: Array) -> Array:
    """ln(1 + eᶻ) − y z, without cancellation."""
    # y·softplus(−z) + (1 − y)·softplus(z): both parts are non-negative, so nothing cancels
    return y * softplus(-z) + (1.0 - y) * softplus(z)


def _multinomial(z: Array, y: Array) -> Array:
    """y_k (ln Σ_m eᶻᵐ − z_k)."""
    top = primal(z).max(axis=1, keepdims=True)
    shifted = z - top
    log_sum = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    surprise: Array = y * (log_sum - shifted)
    return surprise


def _poisson(z: Array, y: Array) -> Array:
    """eᶻ − y z."""
    found: Array = np.exp(z) - y * z
    return found


_HEADS = (
    Head("identity", "half_mse", _half_squares),
    Head("identity", "mse", _squares, factor=2.0),
    Head("sigmoid", "binary_cross_entropy", _logistic),
    Head("softmax", "cross_entropy", _multinomial),
    Head("exp", "poisson", _poisson),
)
HEADS: dict[tuple[str, str], Head] = {(h.activation, h.loss): h for h in _HEADS}
