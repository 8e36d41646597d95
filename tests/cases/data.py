"""The rows of data sets, in the order in which they are offered: what each is learned with, its bounds, and variants of it."""

from dataclasses import dataclass, field
from typing import Any

from tests.cases.base import Case, Document


@dataclass(frozen=True)
class DataCase(Case):
    """A data set, small, and the layers and loss that make an experiment of it."""

    tail: tuple[Document, ...]
    loss: str
    front: tuple[Document, ...] = ()
    counts: tuple[int, int] = (4, 2000)  # the least and the most examples
    noisy: bool = True  # it has a field «noise»
    variants: tuple[Document, ...] = field(default=({},), kw_only=True)  # fields beside the defaults: small, odd, full

    def experiment(self) -> Document:
        return {"data": self.fields, "layers": [*self.front, *self.tail], "loss": {"kind": self.loss}}


def dense(units: int) -> Document:
    return {"kind": "dense", "units": units}


def binary(kind: str, *variants: Document, **fields: Any) -> DataCase:
    """Two classes of points in the plane."""
    return DataCase({"kind": kind} | fields, _BINARY, "binary_cross_entropy", variants=({}, *variants))


def function(kind: str, *variants: Document) -> DataCase:
    """Numbers over a line or a plane."""
    return DataCase({"kind": kind, "count": 24}, (dense(1),), "half_mse", variants=({}, *variants))


def classes(count: int) -> tuple[Document, ...]:
    return (dense(count), {"kind": "softmax"})


_BINARY = (dense(1), {"kind": "sigmoid"})
_FLAT: Document = {"kind": "flatten"}
_POINTS: Document = {"kind": "points", "x": [[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]], "y": [[1.0], [-0.5], [0.25]]}
DATA: list[DataCase] = [
    binary("xor", {"count": 4, "noise": 0}, {"count": 7, "seed": 5}, count=24),
    binary("and", {"count": 5}, {"count": 401, "noise": 1}),
    binary("or", {"count": 2000}),
    binary("circle", {"count": 4, "noise": 0}, {"features": ["x1^2", "x2^2"]}, count=24),
    binary("gauss", {"count": 9}, {"features": ["sin(x2)"]}, count=24),
    binary("moons", {"count": 51, "noise": 0}, count=24),
    binary("spiral", {"count": 101, "turns": 2.5}, {"radius": 1.0, "noise": 0}, count=24),
    function("line", {"slope": -3.0, "intercept": 0.5}),
    function("plane", {"features": ["x1*x2", "x1"]}),
    function("sine", {"periods": 3.0, "count": 4}),
    function("bumps", {"width": 0.1}),
    DataCase({"kind": "events", "count": 24}, (dense(1), {"kind": "exp"}), "poisson", noisy=False,
             variants=({}, {"slope": -3.0, "intercept": 3.0})),
    DataCase({"kind": "iris"}, classes(3), "cross_entropy", counts=(4, 150), noisy=False,
             variants=({}, {"count": 10}, {"count": 4, "seed": 3})),
    DataCase({"kind": "digits", "count": 30}, classes(10), "cross_entropy", counts=(10, 1797), noisy=False,
             variants=({}, {"count": 10}, {"count": 1797, "layout": "image"})),
    DataCase({"kind": "sentences", "count": 20}, (_FLAT, *_BINARY), "binary_cross_entropy",
             ({"kind": "embedding", "vocabulary": 300},), counts=(4, 160), noisy=False, variants=({}, {"count": 31})),
    DataCase({"kind": "signals", "count": 24}, (_FLAT, *classes(3)), "cross_entropy", ({"kind": "conv1d"},),
             variants=({}, {"count": 8, "noise": 0})),
    DataCase(_POINTS, (dense(1),), "half_mse", variants=(
        {"x": [[0, 1], [2, 3], [4, 5]], "y": [1, 2, 3.5]},
        {"x": [[1.5]], "y": [[1, 2]], "test_fraction": 0.9},
        {"x": [[i] for i in range(7)], "y": [0, 1, 2, 1, 0, 2, 1], "task": "classes", "test_fraction": 0.5},
        {"x": [[i] * 3 for i in range(6)], "y": [0, 1, 1, 1, 0, 1], "task": "binary", "test_fraction": 0.25},
        {"x": [[0], [1]], "y": [3, 0], "task": "counts"},
    )),
    DataCase(_POINTS | {"features": ["x1^2", "x1*x2"]}, (dense(1),), "half_mse", variants=()),
]  # fmt: skip
