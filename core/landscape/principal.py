"""The principal components of the states that a run visited, of which there are few, each with many parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from core.flat import blocks, length
from core.numeric import Array, Params
from core.spec import SpecError
from core.work import Work

COUNT = 2  # directions that make a plane
BLOCK = 4096  # parameters at a time: of 200 points 6.5 MB, a few hundredths of a second


class Components(NamedTuple):
    """Principal components of M points: what scikit-learn's PCA calls mean_, components_, explained_variance_ and its ratio."""

    mean: Array  # (P,)
    directions: Array  # (K, P), orthonormal
    variance: Array  # (K,), with M − 1 in the denominator
    share: Array  # (K,)


def products(points: int, size: int) -> int:
    """Multiplications of `principal`: a symmetric C Cᵀ for each direction, and three passes over C."""
    return COUNT * points * size * (points // 2 + 3)


def principal(points: Sequence[Params]) -> Work[Components]:
    """C = U S Vᵀ of the centred points (M, P): directions are rows of Vᵀ, variances S² / (M − 1)  (Pearson 1901).

    M is small and P is large, so that U and S are sought where they are cheap, in C Cᵀ = U S² Uᵀ (M, M), and the direction
    v = Cᵀ u / s is made of u (Sirovich 1987).  The squares in C Cᵀ have half of a float's digits, in which a second direction
    would be lost beside a first one of which it is a hundred-millionth: so each is sought in what the ones before leave of C,
    C − C v vᵀ.  Its sign is such that its largest entry is positive, as scikit-learn has it.

    C itself is never there, only a block of its columns at a time.  Raises SpecError where squares are beyond all numbers.
    """
    cloud = _Cloud(points)
    yield from cloud.centre()
    for _ in range(min(COUNT, len(points) - 1)):
        yield from cloud.take_out()
    squares = np.array(cloud.squares)
    share = squares / cloud.total if cloud.total > 0 else squares
    return Components(cloud.mean, cloud.directions[: len(squares)], squares * cloud.scale**2 / (len(points) - 1), share)


class _Cloud:
    """The points less their mean, over their largest coordinate, and less the directions that were found."""

    def __init__(self, points: Sequence[Params]) -> None:
        self.points = points
        size = sum(a.size for tensors in points[0] for a in tensors.values())
        self.mean, self.scale = np.zeros(size), 0.0
        self.directions = np.zeros((COUNT, size))
        self.along = np.zeros((len(points), COUNT))  # C v
        self.squares: list[float] = []  # S² of each direction
        self.total = 0.0  # of all directions there are: the trace of C Cᵀ

    def centre(self) -> Work[None]:
        """The mean, counted from the first point so that points which are all the same have no spread, and the scale."""
        for place, block in blocks(self.points, BLOCK):
            with np.errstate(over="ignore", invalid="ignore"):  # such a spread is refused below
                away = block - block[0]
                middle = away.mean(axis=0)
                self.mean[place] = block[0] + middle
                self.scale = float(np.maximum(self.scale, np.abs(away - middle).max()))
            yield 0.0
        if not np.isfinite(self.scale * self.scale * len(self.points) * len(self.mean)):
            raise SpecError("path", "the run leapt so far that the squares of its ways are beyond all numbers: it has no plane",
                            "look at fewer steps, or take a smaller learning rate")  # fmt: skip

    def take_out(self) -> Work[None]:
        """The direction in which what is left is spread most."""
        k = len(self.squares)
        gram = np.zeros((len(self.points),) * 2)
        for _, left in self._left():
            gram += left @ left.T
            yield k / COUNT
        found, u = self.directions[k], np.linalg.eigh(gram)[1][:, -1]
        for place, left in self._left():
            found[place] = u @ left
            yield k / COUNT
        # What rounding leaves of the directions before, beside one that is far smaller.
        found -= (self.directions[:k] @ found) @ self.directions[:k]
        longest = found[np.abs(found).argmax()] if found.size else 0.0
        found /= np.copysign(length(found), longest) if longest else 1.0
        for place, left in self._left():
            self.along[:, k] += left @ found[place]
            yield k / COUNT
        self.total = self.total or float(np.trace(gram))
        self.squares.append(float(self.along[:, k] @ self.along[:, k]) if longest else 0.0)

    def _left(self) -> Iterator[tuple[slice, Array]]:
        """Columns of C, over its largest entry, less what lies along the directions that were taken out."""
        k = len(self.squares)
        for place, block in blocks(self.points, BLOCK):
            left = (block - self.mean[place]) / (self.scale or 1.0)
            yield place, left - self.along[:, :k] @ self.directions[:k, place]
