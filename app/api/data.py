"""POST /api/data: what a run learns from."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.api.start import output_names
from app.documents import DataAnswer
from app.streaming import computed
from app.wire import Json
from core.experiment import Part

router = APIRouter()


@router.post("/api/data", response_model=DataAnswer)
async def post_data(request: Request) -> Json:
    """The examples and their split, raw and as the network is given them, with the names of features and classes."""
    body = await Body.of(request, "experiment")
    return await computed(lambda: answer(body))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/data answers."""
    experiment = body.experiment()
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
