"""The bare NumPy calls of a grid, on arrays of its sizes, a row at a time, and nothing else.

A sweep that does what these do is no quicker than they are: a loop's time over theirs is the most that it can gain on a machine.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

Part = Callable[[], object]


def parts(units: tuple[int, ...], count: int, side: int, dtype: Any) -> dict[str, Part]:
    """For one row of `side` points: the first link's tanh off tables, the products, the other tanhs, the loss."""
    rng = np.random.default_rng(0)

    def drawn(*shape: int) -> Any:
        return rng.uniform(0.5, 1.5, shape).astype(dtype)

    first = units[1]
    factors, row = drawn(side, first, count), drawn(first, count)
    hidden = [np.ones((side, n + 1, count), dtype) for n in units[1:-1]]
    last = drawn(side, units[-1], count)
    weights = [drawn(side, m, n + 1) for n, m in pairwise(units[1:])]
    outputs = [*(h[:, :-1] for h in hidden[1:]), last]
    squashed = hidden[0][:, :-1]
    return {
        "first link": lambda: (np.add(factors, row, out=squashed), np.divide(row, squashed, out=squashed)),
        "products": lambda: [np.matmul(w, h, out=z) for w, h, z in zip(weights, hidden, outputs, strict=True)],
        "tanh": lambda: [_tanh(h[:, :-1]) for h in hidden[1:]],
        "loss": lambda: _loss(last, units[-1]),
    }


def _tanh(z: Any) -> None:
    """The quicker of two ways: in float64 a power of 2, a sum and a quotient."""
    if z.dtype == np.float32:
        np.tanh(z, out=z)
        return
    np.exp2(z, out=z)
    z += 1.0
    np.divide(1.0, z, out=z)


def _loss(z: Any, outputs: int) -> Any:
    """The transcendental functions of the cross-entropies and their sums."""
    e = np.exp(-z)
    return np.log1p(e).sum() if outputs == 1 else np.log(np.matmul(np.ones((1, outputs), z.dtype), e)).sum()
