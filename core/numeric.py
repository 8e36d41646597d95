"""What every forward is written in, so that it also runs on complex numbers, dual numbers and symbols.

A layer's `forward` uses NumPy's ufuncs, products, indexing and reshapes, and decides its branches by `primal(x)`, the plain real
numbers inside whatever x is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
Shape: TypeAlias = tuple[int, ...]
Tensors: TypeAlias = Mapping[str, Array]  # the parameters of one link, or their gradients: {"W": …, "b": …}
Params: TypeAlias = tuple[Tensors, ...]  # aligned with the links

ROOT_HALF = math.sqrt(0.5)
ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


def primal(x: Any) -> Array:
    """The real values that x stands for: x itself, its real part, or the value inside a dual number or a symbol."""
    inner = getattr(x, "primal", None)
    if inner is not None:
        return inner  # type: ignore[no-any-return]
    return np.asarray(_INNER(x), dtype=np.float64) if is_symbolic(x) else np.real(x)


def is_symbolic(x: Any) -> bool:
    """Is it an array of Python objects, which are symbols?"""
    return isinstance(x, np.ndarray) and x.dtype.kind == "O"


def _inner(v: Any) -> float:
    return float(v.primal if hasattr(v, "primal") else v)


_INNER = np.frompyfunc(_inner, 1, 1)


def sum_outputs(x: Array) -> Array:
    """Σₖ xᵢₖ: (N, K) -> (N,)."""
    found: Array = x.sum(axis=1)
    return found


def relu(x: Array) -> Array:
    """max(0, x), with 0 chosen at the tie.  The 0 is of x's own kind (0 · x), so that a symbol stays a symbol, and is no −0."""
    return np.where(primal(x) > 0, x, 0.0 * x + 0.0)


def magnitude(x: Array) -> Array:
    """|x| by branches, so that it stays differentiable by any method away from 0."""
    return np.where(primal(x) < 0, -x, x)


def softplus(z: Array) -> Array:
    """ln(1 + eᶻ) = max(0, z) + ln(1 + e⁻|ᶻ|), by one branch: at z = 0 the parts' slopes must add up to ½ for every witness."""
    positive = primal(z) > 0
    return np.where(positive, z, 0.0 * z) + _log1p(np.exp(np.where(positive, -z, z)))


def _log1p(w: Any) -> Array:
    """ln(1 + w).  NumPy's own of complex numbers takes |1 + w| first, which loses the digits of a small w."""
    if not (isinstance(w, np.ndarray) and w.dtype.kind == "c"):
        plain: Array = np.log1p(w)
        return plain
    x, y = w.real, w.imag
    found: Array = 0.5 * np.log1p(x * (2.0 + x) + y * y) + 1j * np.arctan2(y, 1.0 + x)
    return found


def logistic(z: Array) -> Array:
    """1 / (1 + e⁻ᶻ), by the side of 0 on which the exponential cannot overflow."""
    positive = primal(z) >= 0
    e = np.exp(np.where(positive, -z, z))  # e⁻|ᶻ|
    return np.where(positive, 1.0, e) / (1.0 + e)


def normal_density(x: Array) -> Array:
    """φ(x) = e^{−x²/2} / √(2π)."""
    return np.exp(-0.5 * (x * x)) / ROOT_TWO_PI


def normal_cdf(x: Array) -> Array:
    """Φ(x) = ½ erfc(−x/√2), to the last bits also in the far tail, where ½ (1 + erf) would cancel."""
    if type(x) is np.ndarray and x.dtype.kind in "fc":
        return _normal_cdf_of_numbers(x)
    found: Array = NORMAL_CDF(x)
    return found.astype(x.dtype) if is_symbolic(found) else found


def _normal_cdf_of_numbers(x: Array) -> Array:
    """Φ of plain numbers, real or complex as in `_normal_cdf`; the C library's erfc itself is mapped over them.

    Rational functions over whole arrays (Cody 1969, as in fdlibm) take half of its time on thousands of numbers, but five times
    as long on the hundred that a small network has, and are off by up to four units in the last place.
    """
    arguments = x.real.astype(np.float64) * -ROOT_HALF
    erfc = np.fromiter(map(math.erfc, arguments.ravel().data), np.float64, x.size).reshape(x.shape)
    found = np.empty_like(x)
    found.real = 0.5 * erfc
    if x.dtype.kind == "c":
        found.imag = x.imag * normal_density(x.real)
    return found


def _normal_cdf(v: Any) -> Any:
    """Φ of one number.  Of an imaginary part only the first power is kept: it is a complex step, whose square vanishes."""
    if hasattr(v, "normal_cdf"):
        return v.normal_cdf()
    if isinstance(v, complex):
        x = v.real
        return complex(0.5 * math.erfc(-x * ROOT_HALF), v.imag * math.exp(-0.5 * x * x) / ROOT_TWO_PI)
    return 0.5 * math.erfc(-v * ROOT_HALF)


NORMAL_CDF = np.frompyfunc(_normal_cdf, 1, 1)


def exact_sum(values: Iterable[float]) -> float:
    """Σ v, rounded once; infinite or NaN where a value is, or where the sum is beyond a float64."""
    numbers = list(values)
    try:
        return math.fsum(numbers)
    except (ValueError, OverflowError):  # fsum refuses inf − inf, and sums that are too large
        with np.errstate(all="ignore"):
            return float(np.sum(numbers))


def finite(params: Iterable[Tensors]) -> bool:
    """Is every number finite?"""
    return all(bool(np.isfinite(a).all()) for tensors in params for a in tensors.values())
