"""inputs(x) = (φ₁(x), φ₂(x), …): two raw coordinates, and the features of them that the network is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.datasets.base import Box, Dataset, count_field, noise_field, seed_field, test_fraction_field
from core.datasets.titles import written
from core.numeric import Array
from core.spec import choices

FEATURES: Mapping[str, Callable[[Array, Array], Array]] = {
    "x1": lambda u, v: u,
    "x2": lambda u, v: v,
    "x1^2": lambda u, v: u * u,
    "x2^2": lambda u, v: v * v,
    "x1*x2": lambda u, v: u * v,
    "sin(x1)": lambda u, v: np.sin(u),
    "sin(x2)": lambda u, v: np.sin(v),
}
TITLES = tuple(map(written, FEATURES))
JITTER = "Standard deviation of the Gaussian noise added to both coordinates of every point."


@dataclass(frozen=True)
class Planar(Dataset):
    """inputs(x) = (φ(x1, x2) for φ in features): the base of the two-dimensional data; the names are TensorFlow Playground's."""

    count: int = count_field(200)
    noise: float = noise_field(0.1, JITTER)
    seed: int = seed_field()
    test_fraction: float = test_fraction_field()
    features: tuple[str, ...] = choices(
        ("x1", "x2"), tuple(FEATURES), symbol="features", titles=TITLES,
        help="The functions of x₁ and x₂ that the network is given, in this order.",
    )  # fmt: skip

    raw_names = ("x1", "x2")

    def input_names(self) -> tuple[str, ...]:
        """The chosen features."""
        return self.features

    def inputs(self, raw: Array) -> Array:
        """raw (N, 2) -> (N, len(features)): each chosen feature of x1 and x2, in the chosen order."""
        return chosen(self.features, raw)


def chosen(features: Sequence[str], raw: Array) -> Array:
    """(φ(x1, x2) for φ in features): raw (N, 2) -> (N, len(features))."""
    return np.stack([FEATURES[name](raw[:, 0], raw[:, 1]) for name in features], axis=1)


def square(reach: float) -> Box:
    """[-reach, reach]²."""
    return ((-reach, reach), (-reach, reach))
