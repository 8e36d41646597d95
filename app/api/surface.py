"""POST /api/surface: the loss on a plane through the weights, and the run's path on it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.compute import compute
from app.documents import SurfaceAnswer
from app.wire import Json, flagged
from app.work import check_grid
from core.experiment import Experiment
from core.landscape import PLANES, surface
from core.spec import Rule, SpecError
from core.training import State, parse_state

router = APIRouter()
SIZE = Rule("integer", low=2, high=101, help="How many points each axis has.")
REACH = Rule("number", low=0, high=1000, above=True, nullable=True, help="How far the axes reach from the weights.")
LONGEST_PATH = 500


@router.post("/api/surface", response_model=SurfaceAnswer)
async def post_surface(request: Request) -> Json:
    """loss(α, β) = L(origin + α·directions[0] + β·directions[1]); `path` holds states whose places on the plane are wanted."""
    body = await Body.of(request, "experiment", "state", "plane", "size", "reach", "path")
    return Json(await compute(lambda: answer(body)))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/surface answers."""
    experiment = body.experiment()
    size, reach = body.value("size", SIZE, 31), body.value("reach", REACH)
    plane = PLANES.parse(body.fields.get("plane", {"kind": "random"}), "plane")
    path = _path(experiment, body.fields.get("path") or [])
    check_grid(experiment, size * size + 2 * len(path), len(experiment.train))
    return flagged(surface(experiment, body.state(experiment), plane, size, reach=reach, path=path))


def _path(experiment: Experiment, documents: Any) -> list[State]:
    """The states of the path, each checked."""
    if not isinstance(documents, list) or len(documents) > LONGEST_PATH:
        raise SpecError("path", f"expected a list of at most {LONGEST_PATH} states", "leave some out")
    if any(document is None for document in documents):
        raise SpecError("path", "expected a state in every place, got null")
    return [parse_state(experiment, document, f"path.{i}") for i, document in enumerate(documents)]
