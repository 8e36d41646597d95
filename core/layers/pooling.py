"""Pooling: one number for each window of each channel."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.layers.base import Layer
from core.layers.windows import Windows
from core.layers.wires import Index, Part, Wires
from core.numeric import Array, Shape, Tensors, primal
from core.spec import integer


@dataclass(frozen=True)
class Pooling(Layer):
    """y(t) = pool of x(s (t − 1) + u) over the window's cells u, channel by channel; what is left over at the end is not used."""

    dimensions: ClassVar[int]

    size: int = integer(2, low=1, high=16, symbol="k", help="How long the window is along each axis.")
    stride: int = integer(2, low=1, high=16, symbol="s", help="How far the window moves from one place to the next.")

    @property
    def windows(self) -> Windows:
        """Where the windows lie."""
        return Windows(self.dimensions, self.size, self.stride)

    def shape(self, in_shape: Shape) -> Shape:
        """(channels, *windows)."""
        return (in_shape[0], *self.windows.counts(self, in_shape))

    def _wires(self, x: Array, slope: Array) -> Wires:
        """Every cell of a window reaches the window's output: slope (C, windows, cells)."""
        places = self.windows.places(x.shape[1:])
        out = np.repeat(np.arange(places.shape[0] * places.shape[1]), places.shape[2])
        return Wires(out, places.ravel(), slope.ravel())


@dataclass(frozen=True)
class Extreme(Pooling):
    """y = the window's winner; the whole gradient goes to the winner.

    Of equal cells the first wins, counted row by row: as in PyTorch.
    """

    derivative = r"\frac{\partial \ell}{\partial a_i} = \sum_{j:\, i = \mathrm{winner}(j)} \frac{\partial \ell}{\partial p_j}"

    @property
    def kinked(self) -> bool:
        """Where the win passes from one cell to another."""
        return self.windows.cells > 1

    @abstractmethod
    def beats(self, one: Array, other: Array) -> Array:
        """Does the number win over the one that came before it in its window?"""

    def winners(self, x: Array) -> Array:
        """The number of the winning cell of every window, (N, C, *windows)."""
        best, *others = self.windows.cells_of(x)
        winner: Array = np.zeros(best.shape, dtype=np.intp)
        for number, cell in enumerate(others, 1):
            better = self.beats(cell, best)
            best, winner = np.where(better, cell, best), np.where(better, number, winner)
        return winner

    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        """The winner of every window."""
        best, *others = self.windows.cells_of(x)
        for cell in others:
            best = np.where(self.beats(primal(cell), primal(best)), cell, best)
        return best if others else best + 0.0

    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        """∂ℓ/∂y to the winner, 0 to the others; added up where windows overlap."""
        winners = self.winners(x)
        cells = (np.where(winners == number, grad_output, 0.0) for number in range(self.windows.cells))
        return self.windows.gather_back(cells, x.shape[1:]), {}

    def shown(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> dict[str, Array]:
        """argmax (N, C, *windows): the winner's place in its channel, counted row by row from 0, also where the least wins."""
        return {"argmax": self.windows.positions(self.winners(x), x.shape[1:])}

    def wires(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> Wires:
        """1 from the winner, 0 from the window's other cells."""
        return self._wires(x, 1.0 * (self.winners(x)[..., None] == np.arange(self.windows.cells)))

    def parts(self, out: Index, into: Index) -> tuple[Part, ...]:
        """[is the input the winner?]"""
        return (Part("argmax", out),)


@dataclass(frozen=True)
class Max(Extreme):
    """y = max of the window."""

    def beats(self, one: Array, other: Array) -> Array:
        """One > other, so that of equals the first stays."""
        larger: Array = one > other
        return larger


@dataclass(frozen=True)
class Min(Extreme):
    """y = min of the window."""

    def beats(self, one: Array, other: Array) -> Array:
        """One < other, so that of equals the first stays."""
        less: Array = one < other
        return less


@dataclass(frozen=True)
class Mean(Pooling):
    """y = the window's mean; each of its cells gets an equal part of the gradient."""

    derivative = (
        r"\frac{\partial \ell}{\partial a_i} = \sum_{j:\, i \in \mathrm{window}(j)} \frac1n\, \frac{\partial \ell}{\partial p_j}"
    )

    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        """The mean of every window."""
        total, *others = self.windows.cells_of(x)
        for cell in others:
            total = total + cell
        return total / self.windows.cells

    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        """∂ℓ/∂y divided by the number of cells, to each cell."""
        part = grad_output / self.windows.cells
        return self.windows.gather_back([part] * self.windows.cells, x.shape[1:]), {}

    def wires(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> Wires:
        """1/n from each of a window's n cells."""
        return self._wires(x, np.full(y.size * self.windows.cells, 1.0 / self.windows.cells))

    def parts(self, out: Index, into: Index) -> tuple[Part, ...]:
        """1/n."""
        return (Part("share", (), 1.0 / self.windows.cells),)


@dataclass(frozen=True)
class MaxPool1d(Max):
    """y_c(t) = max_u x_c(s (t − 1) + u)."""

    kind = "max_pool1d"
    title = "Max pooling 1-D"
    help = "Keeps the largest of every window of a signal; only the winner gets gradient."
    latex = r"p_c(t) = \max_u a_c(s(t - 1) + u)"
    dimensions = 1


@dataclass(frozen=True)
class MinPool1d(Min):
    """y_c(t) = min_u x_c(s (t − 1) + u)."""

    kind = "min_pool1d"
    title = "Min pooling 1-D"
    help = "Keeps the least of every window of a signal; only the winner gets gradient."
    latex = r"p_c(t) = \min_u a_c(s(t - 1) + u)"
    dimensions = 1


@dataclass(frozen=True)
class MeanPool1d(Mean):
    """y_c(t) = (1/k) Σ_u x_c(s (t − 1) + u)."""

    kind = "mean_pool1d"
    title = "Mean pooling 1-D"
    help = "Takes the mean of every window of a signal; all its cells share the gradient."
    latex = r"p_c(t) = \frac1k \sum_u a_c(s(t - 1) + u)"
    dimensions = 1


@dataclass(frozen=True)
class MaxPool2d(Max):
    """y_c(r, q) = max_{uv} x_c(s (r − 1) + u, s (q − 1) + v)."""

    kind = "max_pool2d"
    title = "Max pooling 2-D"
    help = "Keeps the largest of every square window of an image; only the winner gets gradient."
    latex = r"p_c(r, q) = \max_{u,v} a_c(s(r - 1) + u,\, s(q - 1) + v)"
    dimensions = 2


@dataclass(frozen=True)
class MinPool2d(Min):
    """y_c(r, q) = min_{uv} x_c(s (r − 1) + u, s (q − 1) + v)."""

    kind = "min_pool2d"
    title = "Min pooling 2-D"
    help = "Keeps the least of every square window of an image; only the winner gets gradient."
    latex = r"p_c(r, q) = \min_{u,v} a_c(s(r - 1) + u,\, s(q - 1) + v)"
    dimensions = 2


@dataclass(frozen=True)
class MeanPool2d(Mean):
    """y_c(r, q) = (1/k²) Σ_{uv} x_c(s (r − 1) + u, s (q − 1) + v)."""

    kind = "mean_pool2d"
    title = "Mean pooling 2-D"
    help = "Takes the mean of every square window of an image; all its cells share the gradient."
    latex = r"p_c(r, q) = \frac1{k^2} \sum_{u,v} a_c(s(r - 1) + u,\, s(q - 1) + v)"
    dimensions = 2
