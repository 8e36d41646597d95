"""Penalties: a cost of large weights, added to the loss.  Weights only, never biases."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.numeric import Array, Params, magnitude
from core.spec import Catalogue, Kind, number

BIASES = frozenset({"b"})  # the parameters that no penalty touches


@dataclass(frozen=True)
class Penalty(Kind):
    """P(W), summed over all weights of the network."""

    slope: ClassVar[str] = ""  # LaTeX of ∂P/∂w

    @property
    def kinked(self) -> bool:
        """Has its rule two slopes at some place, one from either side?"""
        return False

    @abstractmethod
    def cost(self, weight: Array) -> Any:
        """The penalty of one array of weights: one number, of the array's kind (real, complex, dual, symbol)."""

    @abstractmethod
    def gradient(self, weight: Array) -> Array:
        """∂P/∂W, of W's shape."""

    def total(self, params: Params) -> float:
        """The penalty of the whole network."""
        return float(self.sum(params))

    def sum(self, params: Params) -> Any:
        """The penalty of the whole network, of the kind of the parameters."""
        return sum((self.cost(a) for tensors in params for name, a in tensors.items() if name not in BIASES), 0.0)

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

    def cost(self, weight: Array) -> Any:
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
    slope = r"\lambda\,w"

    rate: float = number(0.01, low=0.0, high=10.0, symbol="λ", help="How strongly weights are pulled towards 0.")

    def cost(self, weight: Array) -> Any:
        """½ λ Σ w²."""
        return 0.5 * self.rate * (weight * weight).sum()

    def gradient(self, weight: Array) -> Array:
        """λ w."""
        return self.rate * weight


@dataclass(frozen=True)
class L1(Penalty):
    """P = λ Σ |w|;  ∂P/∂w = λ sign(w), 0 at 0."""

    kind = "l1"
    title = "L1"
    help = "Pulls every weight towards 0 with the same force: small ones end there."
    latex = r"P = \lambda \sum \lvert w \rvert"
    slope = r"\lambda\,\operatorname{sign}(w)"

    rate: float = number(0.01, low=0.0, high=10.0, symbol="λ", help="How strongly weights are pulled towards 0.")

    @property
    def kinked(self) -> bool:
        """At w = 0: −λ from the left, λ from the right."""
        return self.rate > 0.0

    def cost(self, weight: Array) -> Any:
        """λ Σ |w|."""
        return self.rate * magnitude(weight).sum()

    def gradient(self, weight: Array) -> Array:
        """λ sign(w)."""
        return self.rate * np.sign(weight)


PENALTIES: Catalogue[Penalty] = Catalogue("penalty", NoPenalty, L1, L2)
