"""data = (x, y): raw inputs x (N, *raw shape), targets y, a seeded split, and what the network is given, `inputs(x)`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.datasets.titles import written
from core.numeric import Array, Shape
from core.randomness import generator
from core.spec import Kind, integer, number

Box = tuple[tuple[float, float], ...]  # (low, high) of each raw input
CC0 = "CC0 1.0"
CC_BY = "CC BY 4.0"


@dataclass(frozen=True, eq=False)
class Samples:
    """Raw examples: x (N, *raw shape) float64; y (N,) integer labels 0..C-1, or (N, k) float targets."""

    x: Array
    y: Array

    @property
    def nbytes(self) -> int:
        """The bytes of its arrays."""
        return self.x.nbytes + self.y.nbytes


def count_field(default: int, *, low: int = 4, high: int = 2000) -> Any:
    """How many examples there are before the split."""
    return integer(default, symbol="count", help="How many examples, training and test together.", low=low, high=high)


def noise_field(default: float, help: str) -> Any:
    """The standard deviation of Gaussian noise, in the units of the data."""
    return number(default, symbol="σ", help=help, low=0, high=1)


def seed_field(help: str = "Equal seeds give equal data and an equal split.") -> Any:
    """The seed of the draw and of the split."""
    return integer(0, symbol="seed", help=help, low=0, high=2**31 - 1)


def test_fraction_field(default: float = 0.25) -> Any:
    """Which part of the examples is held back from training."""
    return number(default, symbol="test fraction", low=0, high=0.9,
                  help="The part of the examples that is never trained on, only used to measure the test loss.")  # fmt: skip


class Dataset(Kind, ABC):
    """(x, y) = make(); the base of every data set: a frozen, hashable description from which the same examples follow always."""

    task: ClassVar[str]  # "binary", "classes", "regression" or "counts"
    source: ClassVar[str]
    licence: ClassVar[str]
    raw_names: ClassVar[tuple[str, ...]] = ()
    labels: ClassVar[tuple[str, ...]] = ()

    @property
    @abstractmethod
    def seed(self) -> int:
        """The seed of the draw and of the split; a field of every kind."""

    @property
    @abstractmethod
    def test_fraction(self) -> float:
        """The part held back for testing; a field of every kind."""

    @abstractmethod
    def make(self) -> Samples:
        """(x, y), drawn by `generator(seed, "data")`: the same for equal fields."""

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The name of every raw number of an example, in the order of its flattened array."""
        return self.raw_names

    @property
    def class_names(self) -> tuple[str, ...]:
        """The name of every label 0..C-1; () when the targets are numbers."""
        return self.labels

    def input_names(self) -> tuple[str, ...]:
        """The name of every number that the network is given, in the order of its flattened array."""
        return self.feature_names

    def input_titles(self) -> tuple[str, ...]:
        """The same as they are written, x₁² where a document says x1^2."""
        return tuple(map(written, self.input_names()))

    def input_shape(self) -> Shape:
        """The shape of one example as the network is given it."""
        return (len(self.input_names()),)

    def inputs(self, raw: Array) -> Array:
        """raw (N, *raw shape) -> (N, *input_shape()): what the network is given; the raw numbers, unless overridden."""
        return raw

    def domain(self) -> Box:
        """The box of raw inputs to draw, when there are one or two; () otherwise."""
        return ()

    def split(self) -> tuple[Array, Array]:
        """train ∪ test = {0..N-1}: two increasing index arrays, |test| = min(⌊fN + ½⌋, N - 1), every class in proportion."""
        y = self.make().y
        order = generator(self.seed, "split").permutation(len(y))
        labels = y if self.task in ("binary", "classes") else np.zeros(len(y), int)
        held = min(int(np.floor(self.test_fraction * len(y) + 0.5)), len(y) - 1)
        test = np.zeros(len(y), bool)
        sizes = np.bincount(labels)
        for label, some in enumerate(proportional(held, sizes)):
            test[order[labels[order] == label][:some]] = True
        return np.flatnonzero(~test), np.flatnonzero(test)

    @classmethod
    def facts(cls) -> dict[str, Any]:
        """What the catalogue adds to the fields: dimensions is the count of raw inputs, null when the data themselves decide."""
        return {"task": cls.task, "labels": list(cls.labels), "source": cls.source, "licence": cls.licence,
                "dimensions": len(cls.raw_names) or None}  # fmt: skip


def proportional(total: int, sizes: Array) -> Array:
    """Σ shares = total, shares ≈ total · sizes / Σ sizes: whole numbers by largest remainders, ties to the earlier."""
    quota = total * sizes / sizes.sum()
    shares: Array = np.floor(quota).astype(int)
    shares[np.argsort(shares - quota, kind="stable")[: total - int(shares.sum())]] += 1
    return shares


def balanced(labels: Array, count: int, rng: np.random.Generator) -> Array:
    """`count` increasing indices into `labels`, drawn so that the classes differ by one at most while each has examples left."""
    order = rng.permutation(len(labels))
    turn = np.empty(len(labels), int)
    for label in np.unique(labels):
        own = order[labels[order] == label]
        turn[own] = np.arange(len(own))
    taken: Array = order[np.argsort(turn[order], kind="stable")][:count]
    return np.sort(taken)
