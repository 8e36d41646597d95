"""Convolutions: one small set of weights, slid over the input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.initializers import Initializer
from core.layers.base import Layer
from core.layers.windows import Windows
from core.layers.wires import Index, Part, Uses, Wires, alone, met
from core.numeric import Array, Shape, Tensors
from core.spec import integer


@dataclass(frozen=True)
class Convolution(Layer):
    """z_f(t) = Σ_c Σ_u w_{fcu} x_c(s (t − 1) + u − p) + b_f: the cross-correlation of every framework (LeCun et al. 1989).

    Formulas count from 1, as the page's symbols do, arrays and addresses from 0; beyond the input's ends x is 0, the padding.
    """

    affine = True
    dimensions: ClassVar[int]

    filters: int = integer(4, low=1, high=64, symbol="F", help="How many kernels there are, and so feature maps.")
    kernel: int = integer(3, low=1, high=16, symbol="k", help="How long the kernel is along each axis.")
    stride: int = integer(1, low=1, high=8, symbol="s", help="How far the kernel moves from one window to the next.")
    padding: int = integer(0, low=0, high=8, symbol="p", help="How many zeros are put around the input, on every side.")

    @property
    def windows(self) -> Windows:
        """Where the kernel is laid."""
        return Windows(self.dimensions, self.kernel, self.stride, self.padding)

    def shape(self, in_shape: Shape) -> Shape:
        """(filters, *windows)."""
        return (self.filters, *self.windows.counts(self, in_shape))

    def param_shapes(self, in_shape: Shape) -> dict[str, Shape]:
        """W (filters, channels, *kernel), b (filters,)."""
        self.windows.counts(self, in_shape)
        return {"W": (self.filters, in_shape[0], *(self.kernel,) * self.dimensions), "b": (self.filters,)}

    def init(self, rng: np.random.Generator, in_shape: Shape, initializer: Initializer) -> dict[str, Array]:
        """W drawn by the initializer with fan-in channels · cells and fan-out filters · cells of the kernel."""
        shapes, cells = self.param_shapes(in_shape), self.windows.cells
        fans = in_shape[0] * cells, self.filters * cells
        return {"W": initializer.weights(rng, shapes["W"], *fans), "b": initializer.biases(rng, shapes["b"], *fans)}

    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        """Z = W · windows + b, in one product."""
        columns, out = self._columns(x)
        z = params["W"].reshape(self.filters, -1) @ columns + params["b"].reshape(-1, 1)  # (F,C·U)·(C·U,O·N) -> (F,O·N)
        return np.moveaxis(z.reshape(self.filters, *out, len(x)), -1, 0)  # (F,O,N) -> (N,F,O)

    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        """dW = Δ · windows / N;  db = Σ δ / N;  ∂ℓ/∂x: every window's Wᵀ δ, added up where windows overlap."""
        columns, out = self._columns(x)
        delta = np.moveaxis(grad_output, 0, -1).reshape(self.filters, -1)  # (N,F,O) -> (F,O·N)
        grads = {
            "W": (delta @ columns.T).reshape(params["W"].shape) / len(x),  # (F,O·N)·(O·N,C·U) -> (F,C,U)
            "b": delta.sum(axis=1) / len(x),
        }
        cells = params["W"].reshape(self.filters, -1).T @ delta  # (C·U,F)·(F,O·N) -> (C·U,O·N)
        cells = np.moveaxis(cells.reshape(x.shape[1], self.windows.cells, *out, len(x)), -1, 1)  # (C,U,O,N) -> (C,N,U,O)
        return self.windows.gather_back((cells[:, :, u].swapaxes(0, 1) for u in range(self.windows.cells)), x.shape[1:]), grads

    def wires(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> Wires:
        """Every cell of a window reaches the window's output in every map, by its kernel element."""
        places = self.windows.places(x.shape[1:])  # (C,O,U)
        channel, window, cell = np.nonzero(places >= 0)
        out = np.arange(self.filters)[:, None] * places.shape[1] + window  # (F,E)
        slope = params["W"].reshape(self.filters, x.shape[1], -1)[:, channel, cell]
        return Wires(out.ravel(), np.tile(places[channel, window, cell], self.filters), slope.ravel())

    def parts(self, out: Index, into: Index) -> tuple[Part, ...]:
        """w_{fcu}, u being the input's place in the window."""
        cell = (i + self.padding - self.stride * o for o, i in zip(out[1:], into[1:], strict=True))
        return (Part("W", (out[0], into[0], *cell)),)

    def uses(self, params: Tensors, x: Array, y: Array, noise: Array | None, name: str, index: Index) -> Uses:
        """w_{fcu} meets one number in every window that does not have padding there; b_f meets nothing, once a window."""
        places = self.windows.places(x.shape[1:])
        first = index[0] * places.shape[1]
        if name == "b":
            return alone(first + np.arange(places.shape[1]))
        seen = places[index[1], :, np.ravel_multi_index(index[2:], (self.kernel,) * self.dimensions)]
        window = np.flatnonzero(seen >= 0)
        return met(first + window, seen[window], x)

    def _columns(self, x: Array) -> tuple[Array, Shape]:
        """One column for each window, (C·U, O·N), and the windows' counts O; the examples innermost, where they are one run."""
        views, d = self.windows.spread_out(x), self.dimensions  # (N,C,O,U)
        out = views.shape[2 : 2 + d]
        views = views.transpose(1, *range(2 + d, 2 + 2 * d), *range(2, 2 + d), 0)  # (C,U,O,N)
        return views.reshape(x.shape[1] * self.windows.cells, -1), out


@dataclass(frozen=True)
class Conv1d(Convolution):
    """z_f(t) = Σ_c Σ_u w_{fcu} x_c(s (t − 1) + u − p) + b_f."""

    kind = "conv1d"
    title = "Convolution 1-D"
    help = "Slides small kernels along a signal or a text: the same weights at every place."
    latex = r"z_f(t) = \sum_c \sum_u w_{fcu}\, x_c(s(t - 1) + u - p) + b_f"
    derivative = r"\frac{\partial L}{\partial w_{fcu}} = \frac1N \sum_i \sum_t \delta_{if}(t)\, x_{ic}(s(t - 1) + u - p)"
    bias_derivative = r"\frac{\partial L}{\partial b_{f}} = \frac1N \sum_i \sum_t \delta_{if}(t)"
    handed_back = r"\frac{\partial \ell}{\partial x_c(n)} = \sum_f \sum_{t,u:\, s(t - 1) + u - p = n} w_{fcu}\, \delta_f(t)"
    dimensions = 1


@dataclass(frozen=True)
class Conv2d(Convolution):
    """z_f(r, q) = Σ_c Σ_{uv} w_{fcuv} x_c(s (r − 1) + u − p, s (q − 1) + v − p) + b_f."""

    kind = "conv2d"
    title = "Convolution 2-D"
    help = "Slides small square kernels over an image: the same weights at every place."
    latex = r"z_f(r, q) = \sum_c \sum_{u,v} w_{fcuv}\, x_c(s(r - 1) + u - p,\, s(q - 1) + v - p) + b_f"
    derivative = (
        r"\frac{\partial L}{\partial w_{fcuv}} = \frac1N \sum_i \sum_{r,q} \delta_{if}(r, q)\,"
        r" x_{ic}(s(r - 1) + u - p,\, s(q - 1) + v - p)"
    )
    bias_derivative = r"\frac{\partial L}{\partial b_{f}} = \frac1N \sum_i \sum_{r,q} \delta_{if}(r, q)"
    handed_back = (
        r"\frac{\partial \ell}{\partial x_c(m, n)}"
        r" = \sum_f \sum_{r,u:\, s(r - 1) + u - p = m} \, \sum_{q,v:\, s(q - 1) + v - p = n} w_{fcuv}\, \delta_f(r, q)"
    )
    dimensions = 2
