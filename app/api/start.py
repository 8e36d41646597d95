"""POST /api/start and /api/data: where a run begins, and what it learns from."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.compute import compute
from app.wire import Json, flagged
from core.experiment import Experiment, Part
from core.training import measure, start

router = APIRouter()


@router.post("/api/start")
async def post_start(request: Request) -> Json:
    """The initial state, the experiment complete with every default, facts about the architecture, the first frame."""
    body = await Body.of(request, "experiment")
    return Json(await compute(lambda: _start(body.experiment())))


def _start(experiment: Experiment) -> dict[str, Any]:
    state = start(experiment)
    frame = flagged(measure(experiment, state).document())
    return {"state": state.document(), "experiment": experiment.document(), "info": info(experiment), "frame": frame}


def info(experiment: Experiment) -> dict[str, Any]:
    """What the page must know of an architecture to draw it."""
    network, data = experiment.network, experiment.data
    return {
        "shapes": network.shapes,
        "param_shapes": network.param_shapes,
        "input_names": data.input_names(),
        "feature_names": data.feature_names,
        "output_names": output_names(experiment),
        "class_names": data.class_names,
        "size": network.size,
        "train_count": len(experiment.train),
        "test_count": len(experiment.test),
        "batch_size": experiment.batch,
        "task": data.task,
        "fused": network.head is not None,
        "domain": data.domain(),
    }


def output_names(experiment: Experiment) -> list[str]:
    """A name for every output: the class it stands for, or ŷ."""
    count = experiment.network.shapes[-1][0]
    if count == len(experiment.data.class_names):
        return list(experiment.data.class_names)
    return ["ŷ"] if count == 1 else [f"ŷ{i}" for i in range(1, count + 1)]


@router.post("/api/data")
async def post_data(request: Request) -> Json:
    """The examples and their split, raw and as the network is given them, with the names of features and classes."""
    body = await Body.of(request, "experiment")
    return Json(await compute(lambda: _data(body.experiment())))


def _data(experiment: Experiment) -> dict[str, Any]:
    data, samples = experiment.data, experiment.data.make()

    def part(rows: Part) -> dict[str, Any]:
        given = {"raw": samples.x[rows.indices], "label": samples.y[rows.indices]}
        return {"indices": rows.indices, "x": rows.x, "y": rows.y} | given

    return {
        "kind": data.kind,
        "title": data.title,
        "task": data.task,
        "source": data.source,
        "licence": data.licence,
        "feature_names": data.feature_names,
        "input_names": data.input_names(),
        "class_names": data.class_names,
        "output_names": output_names(experiment),
        "domain": data.domain(),
        "train": part(experiment.train),
        "test": part(experiment.test),
    }
