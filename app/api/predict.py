"""POST /api/predict: what the network says, of examples or all over the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.compute import compute
from app.documents import PredictAnswer
from app.wire import Json, flagged
from app.work import activations, check_grid
from core.experiment import Experiment
from core.numeric import Array
from core.spec import Rule, SpecError
from core.state import State

router = APIRouter()
GRID = Rule("integer", low=2, high=101, help="How many points each axis of the grid has.")
NEURONS = Rule("boolean", help="Whether every neuron's output over the grid is wanted.")
MOST_ROWS = 2000
MOST_NUMBERS = 1_500_000


@router.post("/api/predict", response_model=PredictAnswer)
async def post_predict(request: Request) -> Json:
    """Outputs (N, K) for raw examples `x`; or, with `grid`, K matrices over the box of the data (rows follow axes[1])."""
    body = await Body.of(request, "experiment", "state", "x", "grid", "neurons")
    return Json(await compute(lambda: answer(body)))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/predict answers."""
    return flagged(_predict(body))


def _predict(body: Body) -> dict[str, Any]:
    experiment = body.experiment()
    if ("x" in body) == ("grid" in body):
        raise SpecError("x", "expected either x or grid", "x is a list of examples, grid a number of points on each axis")
    if "grid" in body:
        count, neurons = body.value("grid", GRID), body.value("neurons", NEURONS, False)
        return _grid(experiment, body.state(experiment, needed=True), count, neurons)
    raw = _examples(experiment, body.fields["x"])
    return {"outputs": _forward(experiment, body.state(experiment, needed=True), raw)[-1]}


def _forward(experiment: Experiment, state: State, raw: Array) -> list[Array]:
    with np.errstate(all="ignore"):  # an overflow leaves as null with "diverged"
        return experiment.network.forward(state.params, np.ascontiguousarray(experiment.data.inputs(raw)))


def _examples(experiment: Experiment, value: Any) -> Array:
    """Raw examples as an array: as many numbers in each row as the data have features."""
    width = len(experiment.data.feature_names)
    expected = f"expected 1 to {MOST_ROWS:,} examples of {width} numbers"
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_ROWS:
        raise SpecError("x", expected)
    for i, row in enumerate(value):
        if not isinstance(row, list) or len(row) != width:
            order = ", ".join(experiment.data.feature_names[:8])
            raise SpecError(f"x.{i}", f"{expected}, got another row", f"their order: {order}")
        for k, number in enumerate(row):
            problem = COORDINATE.problem(number)
            if problem:
                raise SpecError(f"x.{i}.{k}", problem)
    return np.array(value, dtype=np.float64)


COORDINATE = Rule("number", low=-1e9, high=1e9)


def _grid(experiment: Experiment, state: State, count: int, neurons: bool) -> dict[str, Any]:
    data = experiment.data
    box = data.domain()
    if not box:
        features = len(data.feature_names)
        raise SpecError("grid", f"expected data with one or two features, {data.kind} has {features}", "ask for x instead")
    check_grid(experiment, count ** len(box))
    if neurons and count ** len(box) * activations(experiment) > MOST_NUMBERS:
        raise SpecError("grid", "expected a smaller grid for so many neurons", "choose fewer points, or leave neurons out")
    axes = [np.linspace(low, high, count) for low, high in box]
    points = np.stack([m.ravel() for m in np.meshgrid(*axes)], axis=1)  # rows follow the last axis, columns the first
    outputs = _forward(experiment, state, points)
    shape = (count,) * len(box)
    answer: dict[str, Any] = {
        "axes": [{"label": name, "values": values} for name, values in zip(data.feature_names, axes, strict=True)],
        "outputs": _over(outputs[-1], shape),
    }
    if neurons:
        answer["neurons"] = [_over(output, shape).astype(np.float32) for output in outputs[1:]]
    return answer


def _over(values: Array, shape: tuple[int, ...]) -> Array:
    """(points, units) -> (units, *grid)."""
    return np.ascontiguousarray(values.reshape(len(values), -1).T).reshape(-1, *shape)
