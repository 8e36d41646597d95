"""All parameters as one vector, and back: link by link, name by name, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from core.address import Address
from core.numeric import Array, Params


def flat(params: Params) -> Array:
    """(P,): every number of the parameters."""
    return np.concatenate([np.zeros(0), *(a.ravel() for tensors in params for a in tensors.values())])


def blocks(points: Sequence[Params], most: int) -> Iterator[tuple[slice, Array]]:
    """Of the matrix (M, P) whose rows are `flat` of M points, some columns at a time, and which: it is never there as a whole."""
    begin = 0
    for i, tensors in enumerate(points[0]):
        for name, a in tensors.items():
            rows = [point[i][name].reshape(-1) for point in points]
            for at in range(0, a.size, most):
                block = np.stack([row[at : at + most] for row in rows])
                yield slice(begin + at, begin + at + block.shape[1]), block
            begin += a.size


def unflat(vector: Array, like: Params) -> Params:
    """The inverse of `flat`: a vector (P,) in the shapes of `like`."""
    found, start = [], 0
    for tensors in like:
        link = {}
        for name, a in tensors.items():
            link[name] = vector[start : start + a.size].reshape(a.shape)
            start += a.size
        found.append(link)
    return tuple(found)


def length(vector: Array) -> float:
    """‖v‖ = √Σ vᵢ² of v (P,), also where the squares are beyond the largest float; infinite where ‖v‖ itself is."""
    with np.errstate(over="ignore"):
        return float(np.hypot.reduce(vector, initial=0.0))


def addresses(params: Params) -> list[str]:
    """The address of every parameter, in the order of `flat`."""
    return [
        str(Address(i, name, tuple(map(int, index))))
        for i, tensors in enumerate(params) for name, a in tensors.items() for index in np.ndindex(a.shape)
    ]  # fmt: skip
