"""The OpenAPI document: every request's schema and a real example, computed, with its real answer, from a tiny preset."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api import compare, data, derive, figure, pairs, predict, race, start, step, story, surface, train
from app.api.body import Body
from app.catalog import catalog
from app.documents import Problem
from app.presets import presets
from app.requests import (
    CompareRequest,
    DeriveRequest,
    ExperimentRequest,
    FigureRequest,
    PairsRequest,
    PredictRequest,
    RaceRequest,
    StartRequest,
    StepRequest,
    SurfaceRequest,
    TrainRequest,
)
from app.wire import dumps, lines
from core.experiment import Experiment
from core.state import start as initial

INTRODUCTION = """The real numbers of real training steps. Nothing is kept on the server: the experiment and the state travel.

An error is `{"field", "message", "hint"}`. A number that is not finite leaves as `null`, with `"diverged": true` beside it.
An address names one number everywhere: `"2/W/3,1"` is layer 2, W, row 3, column 1, counted from 0."""

TINY = {
    "data": {"kind": "line", "count": 4, "test_fraction": 0.25},
    "layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}],
    "batch_size": 2,
}


class Call(NamedTuple):
    """One POST address: the schema of its body, an example of it, and what answers it."""

    path: str
    model: type[BaseModel]
    body: dict[str, Any]
    answer: Callable[[Body], Any]


def _frames(body: Body) -> str:
    run, text = train.Running(body), b""
    while not run.done:
        text += run.advance()
    return text.decode()


def _progress(body: Body) -> str:
    return lines([{"progress": 1.0} | surface.answer(body)]).decode()


def _race(body: Body) -> str:
    running, text = race.Running(body), b""
    while not running.done:
        text += running.advance()
    return text.decode()


@cache
def calls() -> tuple[Call, ...]:
    """Every POST address with its example."""
    experiment = Experiment.parse(TINY)
    document, state = experiment.document(), initial(experiment).document()
    plane = {"kind": "weights", "addresses": ["0/W/0,0", "0/b/0"]}
    both = {"experiment": document, "state": state}
    variants = [{"label": "plain"}, {"label": "Adam", "optimizer": {"kind": "adam"}}]
    return (
        Call("/api/start", StartRequest, {"experiment": TINY}, start.answer),
        Call("/api/data", ExperimentRequest, {"experiment": document}, data.answer),
        Call("/api/step", StepRequest, both | {"example": 0}, step.answer),
        Call("/api/derive", DeriveRequest, both | {"address": "0/W/0,0", "example": 0}, derive.answer),
        Call("/api/compare", CompareRequest, both | {"methods": ["symbolic"], "address": "0/W/0,0"}, compare.answer),
        Call("/api/story", ExperimentRequest, {"experiment": document}, story.answer),
        Call(
            "/api/pairs",
            PairsRequest,
            {"z": [0.5, -1.0], "y": [1.0, 0.0], "activation": {"kind": "elu", "alpha": 2.0}},
            pairs.answer,
        ),
        Call("/api/train", TrainRequest, both | {"steps": 4, "every": 2}, _frames),
        Call("/api/predict", PredictRequest, both | {"x": [[-1.0], [0.5]]}, predict.answer),
        Call("/api/surface", SurfaceRequest, both | {"plane": plane, "size": 3, "path": [state]}, surface.answer),
        Call("/api/surface/stream", SurfaceRequest, both | {"plane": plane, "size": 3}, _progress),
        Call("/api/race", RaceRequest, both | {"variants": variants, "steps": 2, "plane": plane}, _race),
        Call("/api/figure", FigureRequest, {"name": "network", "experiment": document}, figure.answer),
    )


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with request bodies, examples and the one form of errors."""
    found = get_openapi(
        title=app.title, version=app.version, description=INTRODUCTION, routes=app.routes, separate_input_output_schemas=False
    )
    models = [(model, "validation") for model in {*(call.model for call in calls()), Problem}]
    _, defs = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    found.setdefault("components", {}).setdefault("schemas", {}).update(defs["$defs"])
    for path, example in (("/api/catalog", _first_of_each(catalog())), ("/api/presets", presets()[:1])):
        found["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["example"] = orjson.loads(dumps(example))
    for operation in (each for path in found["paths"].values() for each in path.values()):
        if "description" in operation:
            operation["summary"] = _first_sentence(operation["description"])
    for call in calls():
        _describe(found["paths"][call.path]["post"], call)
    return found


def _first_of_each(whole: dict[str, Any]) -> dict[str, Any]:
    """The catalogue with the first kind alone of every list: the form of it, at a length that can be read."""
    return {name: part[:1] if isinstance(part, list) else part for name, part in whole.items()}


def _first_sentence(description: str) -> str:
    """What an operation is called in the list of all: no sentence ends within 0.4."""
    return re.split(r";|\.(?!\d)", description)[0].replace("`", "")


def _describe(operation: dict[str, Any], call: Call) -> None:
    """Add the body, its example and the answer to it, and how errors look."""
    plain = orjson.loads(dumps(call.body))
    schema = {"$ref": f"#/components/schemas/{call.model.__name__}"}
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema, "example": plain}}}
    answer = call.answer(Body(plain))
    for content in operation["responses"]["200"]["content"].values():
        content["example"] = answer if isinstance(answer, str) else orjson.loads(dumps(answer))
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"]["4XX"] = {"description": "What was expected, what came, what to do.", "content": problem}
