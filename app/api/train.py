"""POST /api/train: many updates, streamed as NDJSON, a frame a line as it is computed."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import StreamingResponse

from app.api.body import Body
from app.api.step import EXAMPLE
from app.compute import compute
from app.documents import Frame
from app.metrics import METRICS
from app.settings import SETTINGS
from app.wire import flagged, lines
from app.work import check_run, check_trace
from core.numeric import finite
from core.spec import Rule
from core.training import loss_limit, measure, step

router = APIRouter()


class Ndjson(StreamingResponse):
    """One JSON document a line."""

    media_type = "application/x-ndjson"


STEPS = Rule("integer", low=1, high=100_000, help="How many updates to take.")
EVERY = Rule("integer", low=1, high=100_000, help="A frame is sent after so many updates, and after the last.")
TRACE = Rule("boolean", help="Whether each frame shall hold the trace of its last step.")


class Run:
    """A run under way, taken a few steps at a time so that nobody waits long for a thread."""

    def __init__(self, body: Body) -> None:
        self.experiment = body.experiment()
        self.steps = body.value("steps", STEPS, 100)
        self.every = body.value("every", EVERY, 1)
        self.traced = body.value("trace", TRACE, False)
        self.example = body.value("example", EXAMPLE)
        check_run(self.experiment, self.steps, self.every)
        if self.traced:
            check_trace(self.experiment)
        self.state = body.state(self.experiment)
        self.limit = loss_limit(self.experiment, self.state)
        self.taken = 0
        self.done = False

    def advance(self) -> bytes:
        """Frames of the next few steps, as lines: as many as fit into a hop, until divergence or the end."""
        frames: list[dict[str, Any]] = []
        until = time.perf_counter() + SETTINGS.hop_ms / 1000
        while not self.done and time.perf_counter() < until:
            frames += self._step()
        return lines(frames)

    def _step(self) -> list[dict[str, Any]]:
        """One update; its frame if one is due."""
        self.state, trace = step(self.experiment, self.state, self.example if self.traced else None)
        self.taken += 1
        due = self.taken % self.every == 0 or self.taken == self.steps
        if not due and finite(self.state.params):
            return []
        frame = measure(self.experiment, self.state, self.limit)
        self.done = bool(frame.diverged) or self.taken == self.steps
        document = flagged(frame.document())
        return [document | {"trace": flagged(trace.document())}] if self.traced else [document]


@router.post("/api/train", response_model=Frame, response_class=Ndjson)
async def post_train(request: Request) -> Ndjson:
    """Frames as NDJSON, each with the state to resume from; the stream ends at divergence, or when the client goes away."""
    body = await Body.of(request, "experiment", "state", "steps", "every", "trace", "example")
    run = await compute(lambda: Run(body))
    return Ndjson(_stream(run), headers={"X-Accel-Buffering": "no"})


async def _stream(run: Run) -> AsyncIterator[bytes]:
    async with aclosing(_hops(run)) as hops:
        async for text in hops:
            yield text


async def _hops(run: Run) -> AsyncGenerator[bytes, None]:
    with METRICS.streaming():
        while not run.done:
            text = await compute(run.advance)
            if text:
                yield text
