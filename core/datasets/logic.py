"""y = truth table of (x1, x2): AND, OR and XOR, whose inputs are the corners of the unit square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.datasets.base import CC0, Box, Samples
from core.datasets.planar import Planar
from core.numeric import Array
from core.randomness import generator

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)  # (4,2)


@dataclass(frozen=True)
class Truth(Planar):
    """y = table[2 x1 + x2]: the corners in the order 00, 01, 10, 11, over and over, each point moved by Gaussian noise."""

    task = "binary"
    source = "Generated from the truth table."
    licence = CC0
    labels = ("false", "true")
    table: ClassVar[tuple[int, ...]]

    def make(self) -> Samples:
        """x (N, 2) and y (N,); 4 examples without noise are the truth table itself."""
        corner: Array = np.arange(self.count) % 4
        jitter = generator(self.seed, "data").normal(0.0, 1.0, (self.count, 2))
        return Samples(CORNERS[corner] + self.noise * jitter, np.array(self.table)[corner])

    def domain(self) -> Box:
        """The unit square with a margin that grows with the noise."""
        low, high = -0.25 - 2 * self.noise, 1.25 + 2 * self.noise
        return ((low, high), (low, high))


@dataclass(frozen=True)
class Xor(Truth):
    """y = x1 ⊕ x2: true when exactly one input is; no straight line separates the classes (Minsky and Papert 1969)."""

    kind = "xor"
    title = "XOR"
    help = "True when exactly one of two inputs is. No straight line separates the classes: a hidden layer is needed."
    latex = r"y = x_1 \oplus x_2"
    table = (0, 1, 1, 0)


@dataclass(frozen=True)
class And(Truth):
    """y = x1 ∧ x2: true when both inputs are; one neuron can learn it."""

    kind = "and"
    title = "AND"
    help = "True when both inputs are. One straight line separates the classes, so one neuron can learn it."
    latex = r"y = x_1 \land x_2"
    table = (0, 0, 0, 1)


@dataclass(frozen=True)
class Or(Truth):
    """y = x1 ∨ x2: true when any input is; one neuron can learn it."""

    kind = "or"
    title = "OR"
    help = "True when at least one input is. One straight line separates the classes, so one neuron can learn it."
    latex = r"y = x_1 \lor x_2"
    table = (0, 1, 1, 1)
