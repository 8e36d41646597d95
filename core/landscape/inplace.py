"""Activations and losses of a block of grid points at once, in place: z (G, features, N), examples last.

Each is the same function as the link's own `forward` or the head's `per_example`; the tests hold them together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.layers.activations import Elu, LeakyRelu
from core.numeric import Array

FEW = 2048  # terms that a product may sum, which is quicker; more are summed pairwise, which is more accurate
MOST_EXPONENT = {"float64": 700.0, "float32": 80.0}  # below which an exponential is a number


def sigmoid(z: Array) -> None:
    """1 / (1 + e⁻ᶻ): an overflow of the exponential gives the 0 that is meant."""
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1.0
    np.divide(1.0, z, out=z)


def leaky_relu(layer: LeakyRelu, z: Array) -> None:
    """max(z, s z), because 0 ≤ s ≤ 1."""
    np.maximum(z, layer.slope * z, out=z)


def elu(layer: Elu, z: Array) -> None:
    """max(0, z) + α (e^min(0, z) − 1): one of the two is 0."""
    below = np.minimum(z, 0.0)
    np.expm1(below, out=below)
    below *= layer.alpha
    np.maximum(z, 0.0, out=z)
    z += below


def softplus(z: Array) -> None:
    """max(0, z) + ln(1 + e⁻|ᶻ|)."""
    rest = np.abs(z)
    np.negative(rest, out=rest)
    np.exp(rest, out=rest)
    np.log1p(rest, out=rest)
    np.maximum(z, 0.0, out=z)
    z += rest


def silu(z: Array) -> None:
    """z σ(z)."""
    share = z.copy()
    sigmoid(share)
    z *= share


def softmax(z: Array) -> None:
    """e^{z − max z}, divided by its sum over the features."""
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)


ACTIVATIONS: dict[str, Callable[[Any, Array], object]] = {
    "sigmoid": lambda layer, z: sigmoid(z),
    "tanh": lambda layer, z: np.tanh(z, out=z),
    "relu": lambda layer, z: np.maximum(z, 0.0, out=z),
    "leaky_relu": leaky_relu,
    "elu": elu,
    "softplus": lambda layer, z: softplus(z),
    "silu": lambda layer, z: silu(z),
    "exp": lambda layer, z: np.exp(z, out=z),
    "softmax": lambda layer, z: softmax(z),
}


def _total(terms: Array) -> Array:
    """The sum over features and examples of every grid point: (G, K, N) -> (G,)."""
    flat = terms.reshape(len(terms), -1)
    if flat.shape[1] <= FEW:
        return flat @ np.ones(flat.shape[1], flat.dtype)
    found: Array = flat.sum(axis=1)
    return found


def squares(z: Array, y: Array) -> Array:
    """Σ (z − y)²."""
    z -= y
    z *= z
    return _total(z)


def half_squares(z: Array, y: Array) -> Array:
    """½ Σ (z − y)²."""
    return 0.5 * squares(z, y)


def logistic(z: Array, y: Array) -> Array:
    """Σ (ln(1 + eᶻ) − y z) = Σ (max(0, z) − y z + ln(1 + e⁻|ᶻ|)); at y = 1 and z > 0 the first two cancel exactly."""
    rest = np.abs(z)
    np.negative(rest, out=rest)
    np.exp(rest, out=rest)
    np.log1p(rest, out=rest)
    rest += np.maximum(z, 0.0)
    z *= y
    rest -= z
    return _total(rest)


def surprise(z: Array, y: Array, signs: Array) -> Array:
    """Σ ln(1 + e^{s z}), s = 1 − 2y, for targets 0 and 1: the same as `logistic`, with half of its work."""
    u = z * signs
    np.exp(u, out=u)
    np.log1p(u, out=u)
    sums = _total(u).astype(np.float64)
    return sums if np.isfinite(sums).all() else logistic(z, y).astype(np.float64)  # an exponential has overflowed


def multinomial(z: Array, y: Array) -> Array:
    """Σ_k y_k (ln Σ_m eᶻᵐ − z_k), without the usual shift by max z where no exponential overflows or vanishes."""
    sums = np.matmul(np.ones((1, z.shape[1]), z.dtype), np.exp(z))[:, 0]  # (G,1,K)·(G,K,N) -> (G,N)
    limit = np.exp(MOST_EXPONENT[z.dtype.name])
    if not (sums.max() < limit and sums.min() > 1.0 / limit):
        top = z.max(axis=1, keepdims=True)
        return multinomial(z - top, y) if np.isfinite(top).all() else np.full(len(z), np.nan)
    np.log(sums, out=sums)
    found: Array = sums @ y.sum(axis=0) - z.reshape(len(z), -1) @ y.ravel()
    return found


def poisson(z: Array, y: Array) -> Array:
    """Σ (eᶻ − y z)."""
    return _total(np.exp(z) - y * z)


# Of a fused head: from z, the input of the last link.
HEADS: dict[tuple[str, str], Callable[[Array, Array], Array]] = {
    ("identity", "half_mse"): half_squares,
    ("identity", "mse"): squares,
    ("sigmoid", "binary_cross_entropy"): logistic,
    ("softmax", "cross_entropy"): multinomial,
    ("exp", "poisson"): poisson,
}
# Of a loss after any other link: from its output.
LOSSES: dict[str, Callable[[Array, Array], Array]] = {"half_mse": half_squares, "mse": squares}
