"""POST /api/step: one update, and everything that is ever shown of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.documents import StepAnswer
from app.fields import NO_EXAMPLE
from app.streaming import computed
from app.wire import Json, flagged
from app.work import check_trace
from core.run import run

router = APIRouter()


@router.post("/api/step", response_model=StepAnswer)
async def post_step(request: Request) -> Json:
    """One update: the state after it, the trace of it, the frame at the state after it."""
    body = await Body.of(request, "experiment", "state", "example")
    return await computed(lambda: answer(body))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/step answers."""
    experiment = body.experiment()
    check_trace(experiment)
    (frame, trace), *_ = run(experiment, body.state(experiment, ahead=1), steps=1, example=body.value("example", NO_EXAMPLE))
    return {"state": frame.state.document(), "trace": flagged(trace.document()), "frame": flagged(frame.document())}
