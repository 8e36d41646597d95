"""y(t) = the row of W that word t names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.initializers import Initializer
from core.layers.base import Layer, flat_features
from core.layers.wires import Index, Uses, Wires, alone
from core.numeric import Array, Shape, Tensors, primal
from core.spec import SpecError, integer


@dataclass(frozen=True)
class Embedding(Layer):
    """e_u(t) = w_{x(t), u}: each word number picks its row of W.  The output is channels first, (units, L), for conv1d to follow.

    A word number is no amount, so there is no derivative by it: ∂ℓ/∂x = 0.
    """

    kind = "embedding"
    title = "Embedding"
    help = "A table with one row of numbers for every word; the words of a text pick their rows."
    latex = r"e_u(t) = w_{x(t),\, u}"
    derivative = r"\frac{\partial L}{\partial w_{vu}} = \frac1N \sum_i \sum_{t:\, x_i(t) = v} \delta_{iu}(t)"
    handed_back = r"\frac{\partial \ell}{\partial x(t)} = 0"
    indices = True

    vocabulary: int = integer(64, low=1, high=5000, symbol="V", help="How many words there are: the rows of the table.")
    units: int = integer(4, low=1, high=64, symbol="n", help="How many numbers stand for one word.")

    def shape(self, in_shape: Shape) -> Shape:
        """(units, words)."""
        return (self.units, flat_features(self, in_shape))

    def param_shapes(self, in_shape: Shape) -> dict[str, Shape]:
        """W (vocabulary, units)."""
        flat_features(self, in_shape)
        return {"W": (self.vocabulary, self.units)}

    def init(self, rng: np.random.Generator, in_shape: Shape, initializer: Initializer) -> dict[str, Array]:
        """W drawn by the initializer with fan-in 1, because one word at a time is on, and fan-out `units`."""
        return {"W": initializer.weights(rng, (self.vocabulary, self.units), 1, self.units)}

    def check_input(self, x: Array) -> None:
        """Raises SpecError where x holds anything but whole numbers from 0 to vocabulary − 1."""
        words = primal(x)
        if not ((words >= 0) & (words < self.vocabulary) & (words == np.floor(words))).all():
            counted = bool((words >= 0).all() and (words == np.floor(words)).all())
            hint = f"give it a vocabulary of at least {int(words.max()) + 1:,}" if counted else "use data of words"
            raise SpecError("vocabulary", f"expected word numbers, whole and from 0 to {self.vocabulary - 1}, as input, got "
                            f"numbers from {words.min():g} to {words.max():g}", hint)  # fmt: skip

    def forward(self, params: Tensors, x: Array, noise: Array | None) -> Array:
        """W's rows, (N,L) -> (N,L,U) -> (N,U,L)."""
        return params["W"][self._words(x)].swapaxes(1, 2)

    def backward(
        self, params: Tensors, x: Array, y: Array, noise: Array | None, grad_output: Array
    ) -> tuple[Array, dict[str, Array]]:
        """dW: each row gathers ∂ℓ/∂y of every place at which its word stands, / N."""
        table = np.zeros(params["W"].shape)
        np.add.at(table, self._words(x), grad_output.swapaxes(1, 2))  # (N,U,L) -> (N,L,U)
        return np.zeros(x.shape), {"W": table / len(x)}

    def wires(self, params: Tensors, x: Array, y: Array, noise: Array | None) -> Wires:
        """None: a word number is no amount."""
        none = np.zeros(0, np.intp)
        return Wires(none, none, np.zeros(0))

    def uses(self, params: Tensors, x: Array, y: Array, noise: Array | None, name: str, index: Index) -> Uses:
        """w_{vu} is the output u at every place at which word v stands."""
        places = np.flatnonzero(self._words(x)[0] == index[0])
        return alone(index[1] * x.shape[1] + places)

    def _words(self, x: Array) -> Array:
        self.check_input(x)
        return np.asarray(primal(x)).astype(np.intp)
