"""σ(z) on a grid without an exponential a point: e^{z₀ + α z₁ + β z₂} = e^{z₀ + β z₂} · e^{α z₁}, a row's and a column's.

So 1 / (1 + e^{−z}) = D / (D + C) with D = e^{z₀ + β z₂} of the row and C = e^{−α z₁} of the column: a sum and a quotient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from core.landscape.chain import augmented
from core.numeric import Array

LIMITS = {"float64": 700.0, "float32": 80.0}  # |exponents| below these: neither factor nor their sum overflows or vanishes


class Tables:
    """σ(scale · z) with z = terms[0] + α terms[1] + β terms[2], terms (F, N), for tiles of the grid of all (α, β)."""

    def __init__(self, terms: Sequence[Array], scale: float, axes: tuple[Array, Array], dtype: Any, block: int) -> None:
        self.z0, self.z1, self.z2 = ((scale * t).astype(dtype) for t in terms)
        self.alphas, self.betas = (axis.astype(dtype) for axis in axes)
        self.block = block
        self.wide = -(-len(self.alphas) // -(-len(self.alphas) // block))  # equal tiles rather than a narrow last one
        self.columns = np.empty((min(self.wide, len(self.alphas)), *self.z0.shape), dtype)
        self.row = np.empty_like(self.z0)
        self.buffer = augmented(block, self.z0.shape, dtype)

    def fits(self) -> bool:
        """Can no factor overflow or vanish?"""
        a, b = np.abs(self.alphas).max(), np.abs(self.betas).max()
        largest = max(np.abs(self.z0).max() + b * np.abs(self.z2).max(), a * np.abs(self.z1).max())
        return bool(largest < LIMITS[self.z0.dtype.name])

    def tiles(self) -> Iterator[tuple[slice, slice, Array]]:
        """Rows, columns, and σ at their points: (points, F + 1, N), the last row 1, overwritten by the next tile."""
        high = max(1, self.block // self.wide)
        for left in range(0, len(self.alphas), self.wide):
            columns = slice(left, min(left + self.wide, len(self.alphas)))
            c = self._column_factors(self.alphas[columns])
            for top in range(0, len(self.betas), high):
                rows = slice(top, min(top + high, len(self.betas)))
                found = self.buffer[: len(c) * (rows.stop - rows.start)]
                for i, beta in enumerate(self.betas[rows]):
                    self._quotient(beta, c, found[i * len(c) : (i + 1) * len(c), :-1])
                yield rows, columns, found

    def _column_factors(self, alphas: Array) -> Array:
        """C = e^{−α z₁} of a few columns, (columns, F, N)."""
        c = self.columns[: len(alphas)]
        np.multiply(-alphas[:, None, None], self.z1, out=c)
        np.exp(c, out=c)
        return c

    def _quotient(self, beta: Any, c: Array, out: Array) -> None:
        """D / (D + C) with the row's D = e^{z₀ + β z₂}."""
        d = self.row
        np.multiply(beta, self.z2, out=d)
        d += self.z0
        np.exp(d, out=d)
        np.add(c, d, out=out)
        np.divide(d, out, out=out)
