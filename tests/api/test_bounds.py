"""OpenAPI says of every field exactly what the server takes: each bound is tried from both sides, and null, and other types."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel, ValidationError

from app.api import compare, derive, figure, pairs, predict, race, start, step, surface, train
from app.api.body import Body
from app.openapi import calls
from app.requests import (
    CompareRequest,
    DeriveRequest,
    ExamplesRequest,
    FigureRequest,
    GridRequest,
    LineRequest,
    PairsRequest,
    PlaneRequest,
    RunsRequest,
    StartRequest,
    StepRequest,
    TrainRequest,
    VariantsRequest,
)
from app.wire import dumps
from core.spec import SpecError

BODIES: dict[str, dict[str, Any]] = {call.path: json.loads(dumps(call.body)) for call in calls()}
EXPERIMENT = BODIES["/api/step"]["experiment"]
LINE = {"kind": "line", "along": "gradient"}
JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    1,
    -1,
    2,
    1.5,
    "",
    "x",
    "replay",
    "light",
    [],
    [0.5],
    ["python"],
    ["backprop"] * 2,
    {},
    {"kind": "mse"},
)
OTHERS = {
    "experiment",
    "experiments",
    "plane",
    "basis",
    "variants",
}  # what core parses; tests/api/test_openapi.py walks their fields


class Asked(NamedTuple):
    """A schema, a body that fits it, and what refuses one that does not, without computing for long."""

    model: type[BaseModel]
    body: dict[str, Any]
    takes: Callable[[Body], Any]


def without(path: str, *names: str) -> dict[str, Any]:
    return {name: value for name, value in BODIES[path].items() if name not in names}


ASKED = [
    Asked(StartRequest, BODIES["/api/start"], start.answer),
    Asked(StepRequest, BODIES["/api/step"], step.answer),
    Asked(TrainRequest, BODIES["/api/train"], train.Running),
    Asked(DeriveRequest, BODIES["/api/derive"], derive.answer),
    Asked(CompareRequest, BODIES["/api/compare"], compare.answer),
    Asked(PairsRequest, BODIES["/api/pairs"], pairs.answer),
    Asked(ExamplesRequest, BODIES["/api/predict"], predict.Sweep),
    Asked(GridRequest, without("/api/predict", "x") | {"grid": 3}, predict.Sweep),
    Asked(PlaneRequest, BODIES["/api/surface"], surface.Survey),
    Asked(LineRequest, without("/api/surface", "plane", "size") | {"plane": LINE}, surface.Survey),
    Asked(RunsRequest, without("/api/race", "experiment", "variants") | {"experiments": [EXPERIMENT]}, race.Running),
    Asked(VariantsRequest, BODIES["/api/race"], race.Running),
    Asked(FigureRequest, BODIES["/api/figure"], figure.answer),
]


def bounds(schema: Any) -> Iterator[Any]:
    """The words that a field's schema tells, numbers at and beyond its bounds, and lists of as many entries."""
    for part in schema.get("anyOf", [schema]):
        yield from part.get("enum", [])
        for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            if name in part:
                yield from (part[name] - 1, part[name], part[name] + 1)
        for name in ("minItems", "maxItems"):
            if name in part:
                yield from ((part[name] + more, part) for more in (-1, 0, 1))


def values(asked: Asked, name: str, schema: Any) -> Iterator[Any]:
    """What is tried in a field."""
    yield from [*JUNK, *([asked.body[name]] if name in asked.body else [])]
    entry = {"path": asked.body.get("state"), "x": [0.5], "z": 0.5, "y": 0.5, "span": [-1.0, 1.0], "experiments": EXPERIMENT}
    for found in bounds(schema):
        if not isinstance(found, tuple):
            yield found
        elif name in entry:
            yield [entry[name]] * max(0, found[0])


def fields() -> list[tuple[Asked, str]]:
    return [(asked, name) for asked in ASKED for name in asked.model.model_fields if name not in OTHERS]


@pytest.mark.parametrize(("asked", "name"), fields(), ids=lambda value: value if isinstance(value, str) else value.model.__name__)
def test_the_schema_of_a_field_says_what_the_server_takes(asked: Asked, name: str) -> None:
    asked.model.model_validate_json(json.dumps(asked.body))
    schema = asked.model.model_json_schema()["properties"][name]
    tried: list[bool] = []
    for value in values(asked, name, schema):
        if name == "address" and isinstance(value, str) and value != asked.body[name]:
            continue  # which addresses there are is the network's affair
        body = asked.body | {name: value}
        mine = {name}
        if name in ("z", "y") and isinstance(value, list):  # as many of both, and the first of them is named
            body, mine = body | {other: [0.5] * len(value) for other in ("z", "y") if other != name}, {"z", "y"}
        problem = refusal(asked.takes, body)
        try:
            asked.model.model_validate_json(json.dumps(body))
            told = True
        except ValidationError:
            told = False
        taken = problem is None or problem.field.split(".")[0] not in mine
        assert taken == told, f"{name} = {json.dumps(value)[:80]}: {problem or 'is taken'}"
        tried.append(told)
    assert len(set(tried)) == 2, "nothing was refused, or nothing taken"


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.model.__name__)
def test_a_field_is_needed_where_the_schema_says_so(asked: Asked) -> None:
    needed = asked.model.model_json_schema().get("required", [])
    for name in asked.model.model_fields:
        if asked.model is LineRequest and name == "plane":
            continue  # without it, it would be a PlaneRequest
        body = {key: value for key, value in asked.body.items() if key != name}
        problem = refusal(asked.takes, body)
        # One of two is needed, or as many of one as of the other: the first of them is named.
        first = {"grid": "x", "variants": "experiments"}.get(name, name)
        assert (name in needed) == (problem is not None), f"without {name}: {problem or 'is taken'}"
        assert problem is None or problem.field == first, problem


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.model.__name__)
def test_what_is_told_as_the_default_is_taken(asked: Asked) -> None:
    told = {name: field["default"] for name, field in asked.model.model_json_schema()["properties"].items() if "default" in field}
    problem = refusal(asked.takes, asked.body | told)
    assert problem is None, problem


def refusal(takes: Callable[[Body], Any], body: dict[str, Any]) -> SpecError | None:
    """Why the server refuses it, if it does."""
    known = {name for asked in ASKED if asked.takes is takes for name in asked.model.model_fields}
    try:
        takes(Body(body, *known))
    except SpecError as error:
        return error
    return None
