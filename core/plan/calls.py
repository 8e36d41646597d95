"""NumPy's calls bound to their buffers: products, activations and their slopes, in place wherever that is quicker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from core.layers import Elementwise, Layer, Softmax
from core.layers.activations import Identity, Relu, Sigmoid, Tanh
from core.numeric import Array

Call = Callable[[], Any]
ZERO, ONE = np.array(0.0), np.array(1.0)  # 0-d arrays are quicker operands than Python's floats


def product(a: Array, b: Array, out: Array) -> Call:
    """a · b into `out`; over a leading axis by matmul, else by the quicker bound `dot`."""
    return partial(a.dot, b, out) if a.ndim == 2 and out.flags.c_contiguous else partial(np.matmul, a, b, out)


def turned(a: Array) -> Array:
    """Aᵀ, a view: BLAS reads a factor either way."""
    return a.swapaxes(-1, -2)


def from_output(activation: Layer) -> bool:
    """Can φ be taken in place, and φ′ be read off a = φ(z)?"""
    return isinstance(activation, (Identity, Tanh, Sigmoid, Relu, Softmax))


def activate(activation: Layer, z: Array, a: Array) -> list[Call]:
    """a = φ(z)."""
    if isinstance(activation, Identity):
        return []
    if isinstance(activation, Tanh):
        return [partial(np.tanh, z, a)]
    if isinstance(activation, Relu):
        return [partial(np.maximum, z, ZERO, out=a)]
    if isinstance(activation, Sigmoid):  # an exponential that overflows gives the 0 that is meant
        return [partial(np.negative, z, a), partial(np.exp, a, a), partial(np.add, a, ONE, a), partial(np.divide, ONE, a, a)]
    if isinstance(activation, Softmax):  # e^{z − max z} / Σ, over the features
        top = np.empty((*a.shape[:-2], 1, a.shape[-1]))
        highest = partial(np.maximum.reduce, z, axis=-2, out=top, keepdims=True)
        total = partial(np.add.reduce, a, axis=-2, out=top, keepdims=True)
        return [highest, partial(np.subtract, z, top, a), partial(np.exp, a, a), total, partial(np.divide, a, top, a)]
    if isinstance(activation, Elementwise):
        return [partial(_general_value, activation, z, a)]
    raise TypeError(f"no calls for {activation.kind}")


def take_slopes(activation: Layer, a: Array, s: Array, scratch: Array) -> list[Call]:
    """φ′ read off a."""
    if isinstance(activation, Tanh):
        return [partial(np.square, a, scratch), partial(np.subtract, ONE, scratch, s)]
    if isinstance(activation, Sigmoid):
        return [partial(np.subtract, ONE, a, scratch), partial(np.multiply, a, scratch, s)]
    return [partial(np.sign, a, s)] if isinstance(activation, Relu) else []


def _general_value(activation: Elementwise, z: Array, a: Array) -> None:
    a[...] = activation.value(z)


def general_slope(activation: Elementwise, z: Array, a: Array, s: Array) -> None:
    """φ′ by the activation's own rule."""
    s[...] = activation.slope_at(z, a)
