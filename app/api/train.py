"""POST /api/train: many updates, streamed as NDJSON, a frame a line as it is computed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.compute import compute
from app.documents import Frame
from app.fields import EVERY, NO_EXAMPLE, STEPS, TRACE
from app.streaming import Ndjson, hop, streamed
from app.wire import flagged, lines
from app.work import check_run, check_trace
from core.frame import Frame as TrainingFrame
from core.run import Run
from core.trace import Trace

router = APIRouter()


class Running:
    """A run under way, taken a few steps at a time so that nobody waits long for a thread."""

    def __init__(self, body: Body) -> None:
        experiment = body.experiment()
        steps, every = body.value("steps", STEPS, 100), body.value("every", EVERY, 1)
        traced, example = body.value("trace", TRACE, False), body.value("example", NO_EXAMPLE)
        check_run(experiment, steps, every)
        if traced:
            check_trace(experiment)
        self.run = Run(experiment, body.state(experiment, ahead=steps), steps, every, traced=traced, example=example)

    @property
    def done(self) -> bool:
        """Has the run ended?"""
        return self.run.done

    def advance(self) -> bytes:
        """Frames of the next few steps, as lines: as many as fit into a hop, until divergence or the end."""
        frames: list[dict[str, Any]] = []
        for _ in hop():
            if self.run.done:
                break
            due = self.run.advance()
            if due:
                frames.append(_told(*due))
        return lines(frames)


def _told(frame: TrainingFrame, trace: Trace | None) -> dict[str, Any]:
    """A line of the stream."""
    document = flagged(frame.document())
    return document | {"trace": flagged(trace.document())} if trace else document


@router.post("/api/train", response_model=Frame, response_class=Ndjson)
async def post_train(request: Request) -> Ndjson:
    """Frames as NDJSON, each with the state to resume from; the stream ends at divergence, or when the client goes away."""
    body = await Body.of(request, "experiment", "state", "steps", "every", "trace", "example")
    return streamed(await compute(lambda: Running(body)))
