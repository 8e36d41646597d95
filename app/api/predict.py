"""POST /api/predict: what the network says, of examples or all over the plane."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.body import Body
from app.compute import compute
from app.documents import PredictAnswer
from app.fields import GRID, MOST_ROWS, NEURONS
from app.streaming import Job, answered
from app.wire import flagged
from app.work import activations, check_grid
from core.datasets.rows import LARGEST
from core.experiment import Experiment
from core.layers import Layer
from core.numeric import Array, Shape
from core.spec import Rule, SpecError, many, shown

router = APIRouter()
MOST_NUMBERS = 1_500_000  # of one answer
HELD = 250_000  # numbers that a piece leaves along the chain: 2 MB, which a cache may hold


@router.post("/api/predict", response_model=PredictAnswer)
async def post_predict(request: Request) -> Response:
    """Outputs (N, K) for raw examples `x`; or, with `grid`, K matrices over the box of the data (rows follow axes[1]).

    When the client goes away, computing stops.
    """
    body = await Body.of(request, "experiment", "state", "x", "grid", "neurons")
    return await answered(request, await compute(lambda: Sweep(body)))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/predict answers."""
    return Sweep(body).finish()


class Sweep(Job):
    """A sweep over many points, a few at a time: what is held along the chain is bounded, and others get a turn."""

    def __init__(self, body: Body) -> None:
        self.experiment = experiment = body.experiment()
        if ("x" in body) == ("grid" in body):
            raise SpecError("x", "expected either x or grid", "x is a list of examples, grid a number of points on each axis")
        if "x" in body and "neurons" in body:
            raise SpecError("neurons", "expected only beside a grid", "leave it out, or ask for a grid instead of x")
        self.grid: Grid | None = None
        if "grid" in body:
            self.grid = _grid(experiment, body.value("grid", GRID), body.value("neurons", NEURONS, False))
        self.raw = self.grid.points if self.grid else _examples(experiment, body.fields["x"])
        _check_words(experiment, self.raw, grid=bool(self.grid))
        self.state = body.state(experiment, needed=True)
        self.rows = max(1, HELD // activations(experiment))  # of one piece
        self.done: list[list[Array]] = []  # pieces; each the outputs of every link that is asked for

    def advance(self) -> None:
        """The next piece; behind the last one the answer."""
        begin = self.rows * len(self.done)
        with np.errstate(all="ignore"):  # an overflow leaves as null with "diverged"
            x = np.ascontiguousarray(self.experiment.data.inputs(self.raw[begin : begin + self.rows]))
            outputs = self.experiment.network.forward(self.state.params, x)
            every = [a.astype(np.float32) for a in outputs[1:]] if self.grid and self.grid.neurons else []
        self.done.append([outputs[-1], *every])
        if begin + self.rows >= len(self.raw):
            last, *links = (np.concatenate(pieces) for pieces in zip(*self.done, strict=True))
            self.answer = flagged(self.grid.answer(last, links) if self.grid else {"outputs": last})


class Grid(NamedTuple):
    """The points over the box of the data, and whether every neuron is asked for there."""

    names: tuple[str, ...]
    axes: list[Array]
    points: Array  # (points, features); rows follow the last axis, columns the first
    neurons: bool

    def answer(self, outputs: Array, links: list[Array]) -> dict[str, Any]:
        """(points, units) of the last link, and of every link, as matrices."""
        shape = tuple(map(len, self.axes))
        axes = [{"label": name, "values": values} for name, values in zip(self.names, self.axes, strict=True)]
        found: dict[str, Any] = {"axes": axes, "outputs": _over(outputs, shape)}
        return found | ({"neurons": [_over(link, shape) for link in links]} if self.neurons else {})


def _examples(experiment: Experiment, value: Any) -> Array:
    """Raw examples as an array, each as /api/data gives it or as one row: as many numbers as the data have features."""
    shape = experiment.data.make().x.shape[1:]
    width = len(experiment.data.feature_names)
    expected = f"expected 1 to {MOST_ROWS:,} examples of {width} numbers"
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_ROWS:
        raise SpecError("x", f"{expected}, got {many(value)}", "as POST /api/data gives them in raw")
    rows = []
    for i, row in enumerate(value):
        numbers = _row(row, shape)
        if numbers is None:
            order = ", ".join(experiment.data.feature_names[:8])
            raise SpecError(f"x.{i}", f"{expected}, got {shown(row)}", f"their order: {order}")
        for k, number in enumerate(numbers):
            problem = COORDINATE.problem(number)
            if problem:
                at = (k,) if numbers is row else np.unravel_index(k, shape)
                raise SpecError(".".join(map(str, ("x", i, *at))), problem, "an amount, as POST /api/data gives it in raw")
        rows.append(numbers)
    return np.array(rows, dtype=np.float64).reshape(-1, *shape)


def _check_words(experiment: Experiment, raw: Array, *, grid: bool) -> None:
    """Are these words, where the first link takes words?  Raises SpecError at the first that is none."""
    first, x = experiment.layers[0], experiment.data.inputs(raw)
    if not first.indices or _taken(first, x):
        return
    if grid:
        raise SpecError("grid", "the network takes word numbers, between which there is nothing", "ask for x instead")
    at = next(index for index in np.ndindex(x.shape) if not _taken(first, x[index]))
    words = experiment.network.param_shapes[0]["W"][0]
    message = f"expected the number of a word, whole and from 0 to {words - 1:,}, got {x[at]:g}"
    raise SpecError(".".join(map(str, ("x", *at))), message, "POST /api/start names the words in info.vocabulary")


def _taken(first: Layer, x: Array) -> bool:
    try:
        first.check_input(x)
    except SpecError:
        return False
    return True


def _row(row: Any, shape: Shape) -> list[Any] | None:
    """An example's numbers in one row, of the data's own shape or in one row already; None where there are others."""
    if not isinstance(row, list):
        return None
    if len(shape) == 1 or not all(isinstance(part, list) for part in row):
        return row if len(row) == prod(shape) else None
    parts = [_row(part, shape[1:]) for part in row] if len(row) == shape[0] else [None]
    return None if None in parts else [number for part in parts for number in part or ()]


COORDINATE = Rule("number", low=-LARGEST, high=LARGEST)


def _grid(experiment: Experiment, count: int, neurons: bool) -> Grid:
    data = experiment.data
    box = data.domain()
    if not box:
        features = len(data.feature_names)
        raise SpecError("grid", f"expected data with one or two features, {data.kind} has {features}", "ask for x instead")
    points = count ** len(box)
    check_grid(experiment, points, field="grid")
    if points * (activations(experiment) if neurons else experiment.network.shapes[-1][0]) > MOST_NUMBERS:
        raise SpecError("grid", f"expected a grid whose answer has at most {MOST_NUMBERS:,} numbers",
                        "choose fewer points, or leave neurons out")  # fmt: skip
    axes = [np.linspace(low, high, count) for low, high in box]
    raw = np.stack([m.ravel() for m in np.meshgrid(*axes)], axis=1)
    return Grid(tuple(data.feature_names), axes, raw, neurons)


def _over(values: Array, shape: tuple[int, ...]) -> Array:
    """(points, units) -> (units, *grid)."""
    return np.ascontiguousarray(values.reshape(len(values), -1).T).reshape(-1, *shape)
