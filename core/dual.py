"""x + ẋ ε with ε² = 0: arrays that carry their derivative along, so that any `forward` also computes a derivative.

NumPy hands its functions over to `Dual` (`__array_ufunc__`, `__array_function__`), so the very same code of the links runs on
them.  The rules are those of a first course: sum, product, quotient, chain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.lib.stride_tricks import sliding_window_view

from core.numeric import NORMAL_CDF, Array, Shape, normal_cdf, normal_density

# φ′ of the elementary functions, given x and y = φ(x)
SLOPES: dict[Any, Callable[[Array, Array], Any]] = {
    np.exp: lambda x, y: y,
    np.expm1: lambda x, y: y + 1.0,
    np.log: lambda x, y: 1.0 / x,
    np.log1p: lambda x, y: 1.0 / (1.0 + x),
    np.tanh: lambda x, y: 1.0 - y * y,
    np.sqrt: lambda x, y: 0.5 / y,
    np.square: lambda x, y: 2.0 * x,
    np.sin: lambda x, y: np.cos(x),
    NORMAL_CDF: lambda x, y: normal_density(x),
}
# functions that only move numbers, linear in their first argument
MOVES = {np.pad, np.moveaxis, np.take_along_axis, sliding_window_view}
COMPARISONS = {np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal, np.isfinite}


class Dual(NDArrayOperatorsMixin):
    """An array x (primal) with its derivative ẋ (tangent), of one shape."""

    __slots__ = ("primal", "tangent")

    def __init__(self, primal: Array, tangent: Array) -> None:
        shape = np.shape(primal)
        # asked first: NumPy takes longer over what changes nothing than over the sum of two small arrays
        self.primal, self.tangent = primal, tangent if np.shape(tangent) == shape else np.broadcast_to(tangent, shape, subok=True)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """The derivative rule of one of NumPy's functions."""
        if method != "__call__" or options:
            return NotImplemented
        values = [value(x) for x in inputs]
        if ufunc in COMPARISONS:
            return ufunc(*values)
        if ufunc is np.negative:
            return Dual(-self.primal, -self.tangent)
        if ufunc in SLOPES:
            y = normal_cdf(values[0]) if ufunc is NORMAL_CDF else ufunc(*values)
            return Dual(y, SLOPES[ufunc](values[0], y) * self.tangent)
        return _RULES[ufunc](*inputs) if ufunc in _RULES else NotImplemented

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """What only chooses or moves numbers does the same to their derivatives."""
        if func is np.where:
            condition, yes, no = args
            return Dual(np.where(condition, value(yes), value(no)), np.where(condition, tangent(yes), tangent(no)))
        if func in MOVES:
            first, *rest = args
            return Dual(func(first.primal, *rest, **kwargs), func(first.tangent, *rest, **kwargs))
        return NotImplemented

    @property
    def shape(self) -> Shape:
        """The shape of both."""
        return np.shape(self.primal)

    @property
    def T(self) -> Dual:
        """The transpose."""
        return Dual(self.primal.T, self.tangent.T)

    def __len__(self) -> int:
        return len(self.primal)

    def __getitem__(self, key: Any) -> Dual:
        return Dual(self.primal[key], self.tangent[key])

    def reshape(self, *shape: Any) -> Dual:
        """The same numbers in another shape."""
        return Dual(self.primal.reshape(*shape), self.tangent.reshape(*shape))

    def transpose(self, *axes: int) -> Dual:
        """The axes in another order."""
        return Dual(self.primal.transpose(*axes), self.tangent.transpose(*axes))

    def swapaxes(self, one: int, other: int) -> Dual:
        """Two axes exchanged."""
        return Dual(self.primal.swapaxes(one, other), self.tangent.swapaxes(one, other))

    def sum(self, axis: Any = None, keepdims: bool = False) -> Dual:
        """The derivative of a sum is the sum of the derivatives."""
        return Dual(self.primal.sum(axis=axis, keepdims=keepdims), self.tangent.sum(axis=axis, keepdims=keepdims))

    def mean(self) -> Dual:
        """The derivative of a mean is the mean of the derivatives."""
        return Dual(self.primal.mean(), self.tangent.mean())


def value(x: Any) -> Any:
    """The number itself."""
    return x.primal if isinstance(x, Dual) else x


def tangent(x: Any) -> Any:
    """The derivative: 0 of a constant."""
    return x.tangent if isinstance(x, Dual) else 0.0


def _sum(operation: Any) -> Callable[[Any, Any], Dual]:
    """(x ± y)′ = x′ ± y′."""
    return lambda x, y: Dual(operation(value(x), value(y)), operation(tangent(x), tangent(y)))


def _product(operation: Any) -> Callable[[Any, Any], Dual]:
    """(x y)′ = x′ y + x y′, of numbers or of matrices; the part of a constant is not computed."""

    def rule(x: Any, y: Any) -> Dual:
        parts = [operation(x.tangent, value(y))] if isinstance(x, Dual) else []
        parts += [operation(value(x), y.tangent)] if isinstance(y, Dual) else []
        return Dual(operation(value(x), value(y)), parts[0] if len(parts) == 1 else parts[0] + parts[1])

    return rule


def _quotient(x: Any, y: Any) -> Dual:
    """(x/y)′ = (x′ − (x/y) y′) / y."""
    found = value(x) / value(y)
    return Dual(found, (tangent(x) - found * y.tangent) / y.primal if isinstance(y, Dual) else x.tangent / y)


_RULES: dict[Any, Callable[[Any, Any], Dual]] = {
    np.add: _sum(np.add),
    np.subtract: _sum(np.subtract),
    np.multiply: _product(np.multiply),
    np.matmul: _product(np.matmul),
    np.divide: _quotient,
}
