"""POST /api/start: where a run begins."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.documents import StartAnswer
from app.streaming import computed
from app.wire import Json, flagged
from core.datasets.sentences import PADDING
from core.datasets.titles import written
from core.experiment import Experiment
from core.frame import loss_limit, measure

router = APIRouter()


@router.post("/api/start", response_model=StartAnswer)
async def post_start(request: Request) -> Json:
    """The initial state, or the one given, with its frame; the experiment with every default; facts about the architecture."""
    body = await Body.of(request, "experiment", "state")
    return await computed(lambda: answer(body))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/start answers."""
    experiment = body.experiment()
    state = body.state(experiment)
    frame = flagged(measure(experiment, state, loss_limit(experiment)).document())
    return {"state": state.document(), "experiment": experiment.document(), "info": info(experiment), "frame": frame}


def info(experiment: Experiment) -> dict[str, Any]:
    """What the page must know of an architecture to draw it."""
    network, data = experiment.network, experiment.data
    return {
        "shapes": network.shapes,
        "param_shapes": network.param_shapes,
        "input_names": data.input_names(),
        "input_titles": data.input_titles(),
        "feature_names": data.feature_names,
        "output_names": output_names(experiment),
        "class_names": data.class_names,
        "vocabulary": vocabulary(experiment),
        "size": network.size,
        "train_count": len(experiment.train),
        "test_count": len(experiment.test),
        "batch_size": experiment.batch,
        "task": data.task,
        "fused": network.head is not None,
        "domain": data.domain(),
    }


def vocabulary(experiment: Experiment) -> list[str]:
    """The word that each input's number stands for; [] where the inputs are quantities. The padding is a middle dot."""
    words = list(getattr(experiment.data, "vocabulary", ()))
    return ["·" if word == PADDING else word for word in words]


def output_names(experiment: Experiment) -> list[str]:
    """A name for every output: the class it stands for, or ŷ."""
    count = experiment.network.shapes[-1][0]
    if count == len(experiment.data.class_names):
        return list(experiment.data.class_names)
    return ["ŷ"] if count == 1 else [written(f"ŷ{i}") for i in range(1, count + 1)]
