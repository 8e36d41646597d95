"""Windows of a padded signal or image, and the transpose of taking them; one code for 1-D and 2-D.

`spread_out` is linear, and `gather_back` is its transpose: ⟨spread_out(x), g⟩ = ⟨x, gather_back(g)⟩.  A convolution, a mean and a
maximum over windows are all written with the two.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.numeric import Array, Shape
from core.spec import Kind, SpecError


@dataclass(frozen=True)
class Windows:
    """Where the windows of one link lie: o = ⌊(n + 2 padding − size) / stride⌋ + 1 of them along each of `dimensions` axes."""

    dimensions: int
    size: int
    stride: int
    padding: int = 0

    @property
    def cells(self) -> int:
        """How many numbers of one channel a window holds."""
        return math.prod((self.size,) * self.dimensions)

    def counts(self, layer: Kind, in_shape: Shape) -> Shape:
        """The number of windows along each axis.  Raises SpecError where not even one fits."""
        if len(in_shape) != self.dimensions + 1:
            wanted = {1: "channels × samples", 2: "channels × rows × columns"}[self.dimensions]
            raise SpecError("kind", f"{layer.title} expects {wanted}, got an input of {' × '.join(map(str, in_shape))}",
                            "choose data of signals or images, or start from an embedding")  # fmt: skip
        found = tuple((n + 2 * self.padding - self.size) // self.stride + 1 for n in in_shape[1:])
        if min(found) < 1:
            name = "kernel" if self.padding or hasattr(layer, "kernel") else "size"
            raise SpecError(name, f"expected at most {min(in_shape[1:]) + 2 * self.padding}, the length of the padded input, "
                            f"got {self.size}", "make it smaller, or pad the input")  # fmt: skip
        return found

    def spread_out(self, x: Array) -> Array:
        """Every window of every channel: x (N, C, *space) -> (N, C, *counts, *window), a view where nothing is padded."""
        axes = tuple(range(2, 2 + self.dimensions))
        view = sliding_window_view(self.padded(x), (self.size,) * self.dimensions, axis=axes)
        if self.stride == 1:
            return view
        return view[(slice(None), slice(None), *(slice(None, None, self.stride),) * self.dimensions)]

    def padded(self, x: Array) -> Array:
        """X with `padding` zeros on either end of every axis of space."""
        if not self.padding:
            return x
        return np.pad(x, ((0, 0), (0, 0), *((self.padding, self.padding),) * self.dimensions))

    def cells_of(self, x: Array) -> list[Array]:
        """The cells of the windows one by one, row by row: views (N, C, *counts) of x."""
        views = self.spread_out(x)
        keys: list[Any] = [(..., *place) for place in product(range(self.size), repeat=self.dimensions)]
        return [views[key] for key in keys]

    def gather_back(self, cells: Iterable[Array], in_shape: Shape) -> Array:
        """Add up what every window says of each number: for each cell, row by row, (N, C, *counts) -> (N, C, *space).

        One addition for each cell of the window, however many windows there are.
        """
        total: Array = np.zeros(())
        for place, cell in zip(product(range(self.size), repeat=self.dimensions), cells, strict=True):
            if not total.ndim:  # the examples innermost in memory: the inner loops of every addition are as long as the batch
                total = np.zeros((cell.shape[1], *(n + 2 * self.padding for n in in_shape[1:]), cell.shape[0]))
                total = np.moveaxis(total, -1, 0)  # (N,C,space)
            ends = zip(place, cell.shape[2:], strict=True)
            reached: Any = (..., *(slice(p, p + self.stride * (o - 1) + 1, self.stride) for p, o in ends))
            total[reached] += cell
        inner: Any = (..., *(slice(self.padding, self.padding + n) for n in in_shape[1:]))
        unpadded: Array = total[inner]
        return unpadded

    def places(self, in_shape: Shape) -> Array:
        """The flat place in x of every cell of every window, (C, windows, cells); −1 in the padding."""
        numbered = np.arange(1, math.prod(in_shape) + 1).reshape(1, *in_shape)
        return self.spread_out(numbered).reshape(in_shape[0], -1, self.cells) - 1

    def positions(self, winners: Array, in_shape: Shape) -> Array:
        """The place of each window's winner in its channel, counted row by row: winners (N, C, *counts), a cell's number each."""
        places = np.unravel_index(winners, (self.size,) * self.dimensions)
        found = np.zeros_like(winners)
        for axis, (inside, length) in enumerate(zip(places, in_shape[1:], strict=True)):
            first = self.stride * np.arange(winners.shape[axis + 2])
            first = first.reshape((-1,) + (1,) * (self.dimensions - 1 - axis))
            found = found * length + first + inside
        return found
