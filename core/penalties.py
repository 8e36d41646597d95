"""Penalties: a cost of large weights, added to the loss.  Weights only, never biases."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from core.numeric import Array, Params
from core.spec import Catalogue, Kind, number

BIASES = frozenset({"b"})  # the parameters that no penalty touches


@dataclass(frozen=True)
class Penalty(Kind):
    """P(W), summed over all weights of the network."""

    @abstractmethod
    def cost(self, weight: Array) -> float:
        """The penalty of one array of weights."""

    @abstractmethod
    def gradient(self, weight: Array) -> Array:
        """∂P/∂W, of W's shape."""

    def total(self, params: Params) -> float:
        """The penalty of the whole network."""
        return float(sum(self.cost(a) for tensors in params for name, a in tensors.items() if name not in BIASES))

    def gradient_of(self, name: str, value: Array) -> Array:
        """∂P/∂(a parameter): 0 for a bias."""
        return np.zeros_like(value) if name in BIASES else self.gradient(value)


@dataclass(frozen=True)
class NoPenalty(Penalty):
    """P = 0."""

    kind = "none"
    title = "None"
    help = "The loss alone."
    latex = r"P = 0"

    def cost(self, weight: Array) -> float:
        """0."""
        return 0.0

    def gradient(self, weight: Array) -> Array:
        """0."""
        return np.zeros_like(weight)


@dataclass(frozen=True)
class L2(Penalty):
    """P = ½ λ Σ w²;  ∂P/∂w = λ w."""

    kind = "l2"
    title = "L2"
    help = "Pulls every weight towards 0 in proportion to its size."
    latex = r"P = \tfrac12 \lambda \sum w^2"

    rate: float = number(0.0, low=0.0, high=10.0, symbol="λ", help="How strongly weights are pulled towards 0.")

    def cost(self, weight: Array) -> float:
        """½ λ Σ w²."""
        return 0.5 * self.rate * (weight * weight).sum()  # type: ignore[no-any-return]

    def gradient(self, weight: Array) -> Array:
        """λ w."""
        return self.rate * weight


PENALTIES: Catalogue[Penalty] = Catalogue("penalty", NoPenalty, L2)
