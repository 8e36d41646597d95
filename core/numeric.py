"""What every forward is written in, so that it also runs on complex numbers, dual numbers and symbols.

A layer's `forward` uses NumPy's ufuncs, products, indexing and reshapes, and decides its branches by `primal(x)`, the plain real
numbers inside whatever x is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
Shape: TypeAlias = tuple[int, ...]
Tensors: TypeAlias = Mapping[str, Array]  # the parameters of one link, or their gradients: {"W": …, "b": …}
Params: TypeAlias = tuple[Tensors, ...]  # aligned with the links


def primal(x: Any) -> Array:
    """The real values that x stands for: x itself, its real part, or the value inside a dual number or a symbol."""
    inner = getattr(x, "primal", None)
    return np.real(x) if inner is None else inner


def relu(x: Any) -> Any:
    """max(0, x), with 0 chosen at the tie."""
    return np.where(primal(x) > 0, x, 0.0 * x)


def magnitude(x: Any) -> Any:
    """|x| by branches, so that it stays differentiable by any method away from 0."""
    return np.where(primal(x) < 0, -x, x)


def finite(params: Params) -> bool:
    """Is every number finite?"""
    return all(bool(np.isfinite(a).all()) for tensors in params for a in tensors.values())
