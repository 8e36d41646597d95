"""POST /api/step: one update, and everything that is ever shown of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.body import Body
from app.compute import compute
from app.documents import StepAnswer
from app.fields import NO_EXAMPLE
from app.streaming import Job, answered
from app.wire import flagged
from app.work import check_trace
from core.run import Run

router = APIRouter()


class Update(Job):
    """One update under way: a gradient that is swept weight by weight takes up to a second, any other one piece."""

    def __init__(self, body: Body) -> None:
        experiment = body.experiment()
        check_trace(experiment)
        state, example = body.state(experiment, ahead=1), body.value("example", NO_EXAMPLE)
        self.run = Run(experiment, state, steps=1, every=1, traced=True, example=example)

    def advance(self) -> None:
        """The next piece; behind the last one the answer."""
        frame, trace = self.run.advance() or (None, None)
        if frame and trace:
            self.answer = {
                "state": frame.state.document(), "trace": flagged(trace.document()), "frame": flagged(frame.document()),
            }  # fmt: skip


@router.post("/api/step", response_model=StepAnswer)
async def post_step(request: Request) -> Response:
    """One update: the state after it, the trace of it, the frame at the state after it.

    When the client goes away, computing stops.
    """
    body = await Body.of(request, "experiment", "state", "example")
    return await answered(request, await compute(lambda: Update(body).begun()))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/step answers."""
    return Update(body).finish()
