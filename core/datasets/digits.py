"""inputs(x) = x / 16: 1,797 handwritten digits of 8 x 8 pixels."""

from __future__ import annotations

from dataclasses import dataclass

from core.datasets.base import CC_BY, Dataset, Samples, balanced, count_field, seed_field, test_fraction_field
from core.datasets.tables import table
from core.numeric import Array, Shape
from core.randomness import generator
from core.spec import choice


@dataclass(frozen=True)
class Digits(Dataset):
    """inputs(x) = x / 16; x holds 64 pixels, row by row, each a whole number from 0 (paper) to 16 (ink)."""

    count: int = count_field(500, low=10, high=1797)
    seed: int = seed_field()
    test_fraction: float = test_fraction_field()
    layout: str = choice("flat", ("flat", "image"), symbol="layout",
                         help="flat: 64 numbers, for dense layers. image: 1 channel of 8 x 8, for 2-D convolutions.")  # fmt: skip

    kind = "digits"
    title = "Handwritten digits"
    help = "Digits from 0 to 9, written by 13 people, as 8 x 8 pixels. The network is given each divided by 16: from 0 to 1."
    latex = r"x' = \frac{x}{16}"
    task = "classes"
    source = (
        "E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits (its test set), UCI Machine Learning "
        "Repository, archive.ics.uci.edu/dataset/80; scikit-learn's copy."
    )
    licence = CC_BY
    raw_names = tuple(f"r{row}c{column}" for row in range(8) for column in range(8))
    labels = tuple("0123456789")

    def make(self) -> Samples:
        """x (N, 64) from 0 to 16 and y (N,): `count` digits, the classes in balance, in the order of the table."""
        digits = table("digits.csv")
        taken = balanced(digits.y, self.count, generator(self.seed, "data"))
        return Samples(digits.x[taken], digits.y[taken])

    def input_shape(self) -> Shape:
        """(64,), or (1, 8, 8): channels, rows, columns."""
        return (64,) if self.layout == "flat" else (1, 8, 8)

    def inputs(self, raw: Array) -> Array:
        """x / 16: (N, 64) -> (N, 64) or (N, 1, 8, 8)."""
        return (raw / 16.0).reshape(-1, *self.input_shape())
