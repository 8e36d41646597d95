"""(x, y) as given: the caller's own examples, checked number by number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from core.datasets.base import Box, Dataset, Samples, seed_field, test_fraction_field
from core.datasets.planar import FEATURES, TITLES, chosen
from core.datasets.rows import check_whole, entries, finite_number, number_rows
from core.numeric import Array
from core.spec import SpecError, array, choice, choices

EXAMPLES, WIDTH, NUMBERS = 2000, 256, 200_000  # at most: examples, numbers in a row, numbers in all of x or of y
PLAIN = ("x1", "x2")
CLASSES = {"binary": 2, "classes": 100}  # how many labels a task may have


@dataclass(frozen=True, eq=False)
class Points(Dataset):
    """x (N, d) and y (N,) labels or (N, k) targets, as given: 1 to 2000 examples of 1 to 256 numbers, at most 200,000 in all.

    Labels of "binary" are 0 and 1; of "classes" 0..C-1 with C one more than the largest label, and at least 2, so that one
    example of a problem with many classes can be given.  Labels may also be rows of one number; targets (N,) mean (N, 1).
    Raises SpecError at "x" or "y".  Kept as read-only arrays, a tenth of the size of
    nested tuples; a value all the same: hashable, and equal when its numbers are.
    """

    # RUF009 cannot know that array() declares a field
    x: Array = array(symbol="x", help="One row for each example: 1 to 2000 rows of 1 to 256 numbers, 200,000 in all.")  # noqa: RUF009
    y: Array = array(symbol="y", help="For each row of x a label (0, 1, 2, …), a number or a row of numbers.")  # noqa: RUF009
    task: str = choice("regression", ("binary", "classes", "regression", "counts"), symbol="task",  # type: ignore[misc]  # here a field
                       help="What y holds: labels 0 and 1, labels from 0 to 99, any numbers, or counts 0, 1, 2, …")  # fmt: skip
    test_fraction: float = test_fraction_field(0.0)
    seed: int = seed_field("Equal seeds give an equal split.")
    features: tuple[str, ...] | None = choices(
        None, tuple(FEATURES), symbol="φ(x)", titles=TITLES, nullable=True,
        help="For rows of two numbers: the functions of x₁ and x₂ that the network is given; left out, x₁ and x₂.",
    )  # fmt: skip

    kind = "points"
    title = "Own points"
    help = "Your own examples: rows of numbers in, labels or numbers out."
    source = "Given by the user."
    licence = "The user's own."

    def __post_init__(self) -> None:
        super().__post_init__()
        x = np.array(number_rows(self.x, "x", (1, EXAMPLES), WIDTH, NUMBERS)) + 0.0  # -0 becomes 0: equal numbers, equal bytes
        y = self._targets(self.y, len(x))
        for name, values in (("x", x), ("y", y)):
            values.flags.writeable = False
            object.__setattr__(self, name, values)
        if x.shape[1] != len(PLAIN) and self.features is not None:
            raise SpecError("features", f"expected rows of two numbers, got {x.shape[1]}: these are functions of x1 and x2",
                            "leave features out, or give two numbers in every row of x")  # fmt: skip
        if x.shape[1] == len(PLAIN):
            object.__setattr__(self, "features", tuple(self.features or PLAIN))

    def _targets(self, value: Any, count: int) -> Array:
        """Labels as (N,) integers, targets as (N, k) floats."""
        found = entries(value, "y", count, count, "entries, one for each row of x")
        if isinstance(found[0], (list, tuple)):
            rows = number_rows(found, "y", (count, count), 1 if self.task in CLASSES else WIDTH, NUMBERS)
        else:
            rows = tuple((finite_number(v, "y", f"row {index}"),) for index, v in enumerate(found))
        if self.task != "regression":
            high = {"high": CLASSES[self.task] - 1} if self.task in CLASSES else {}
            for index, row in enumerate(rows):
                for v in row:
                    check_whole(v, "y", f"row {index}", **high)
        targets = np.array(rows) + 0.0
        return targets[:, 0].astype(int) if self.task in CLASSES else targets

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Points):
            return NotImplemented
        return self is other or self._key == other._key

    @property
    def _key(self) -> tuple[Any, ...]:
        fields = (self.task, self.test_fraction, self.seed, self.features)
        return (self.x.shape, self.y.shape, *fields, self.x.tobytes(), self.y.tobytes())

    @cached_property
    def _hash(self) -> int:
        return hash(self._key)

    def __hash__(self) -> int:
        """Computed once: caches ask for it at every step."""
        return self._hash

    @property
    def feature_names(self) -> tuple[str, ...]:
        """x1, x2, …, xd."""
        return tuple(f"x{place}" for place in range(1, self.x.shape[1] + 1))

    def input_names(self) -> tuple[str, ...]:
        """The chosen features, or the numbers themselves."""
        return self.features or self.feature_names

    def inputs(self, raw: Array) -> Array:
        """raw (N, d) -> what the network is given: the chosen features of two numbers, or the numbers themselves."""
        return raw if self.features in (None, PLAIN) else chosen(self.features, raw)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The labels themselves: "0", "1", …; () when y holds numbers."""
        if self.task not in CLASSES:
            return ()
        return tuple(str(label) for label in range(2 if self.task == "binary" else max(2, int(self.y.max()) + 1)))

    def make(self) -> Samples:
        """x (N, d) and y: (N,) labels, or (N, k) targets; both read-only."""
        return Samples(self.x, self.y)

    def domain(self) -> Box:
        """The range of one or two inputs with a tenth of it as a margin, or 1 where it is a single value."""
        if self.x.shape[1] > 2:
            return ()
        low, high = self.x.min(axis=0), self.x.max(axis=0)
        margin = np.where(high > low, 0.1 * (high - low), 1.0)
        return tuple((float(a), float(b)) for a, b in zip(low - margin, high + margin, strict=True))

    def document(self) -> dict[str, Any]:
        """The JSON form, with x and y as nested lists."""
        return super().document() | {"x": self.x.tolist(), "y": self.y.tolist()}
