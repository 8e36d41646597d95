"""Answers computed hop by hop, sent a line at a time or whole: between two hops others have their turn at a thread.

A client that goes away ends the computing: `aclosing` closes the hops when the response is dropped.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import Any, Protocol, Self, final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.compute import compute
from app.metrics import METRICS
from app.settings import SETTINGS
from app.wire import Json, dumps, flagged
from core.work import Work

GONE = 499  # what a proxy logs for a client that went away; nobody reads it


class Ndjson(StreamingResponse):
    """One JSON document a line."""

    media_type: str = "application/x-ndjson"


class Running(Protocol):
    """What is under way."""

    @property
    def done(self) -> bool:
        """Has it ended?"""

    def advance(self) -> bytes:
        """Compute for one hop; the lines that came of it, often none."""


class Job(ABC):
    """One answer under way: pieces of work, as many to a hop as fit into it."""

    answer: dict[str, Any] | None = None  # what came of it; None until it is there

    @abstractmethod
    def advance(self) -> None:
        """Do the least piece of work that can be done at a time; behind the last one, set the answer."""

    @final
    def hop(self) -> None:
        """Compute for one hop."""
        for _ in hop():
            if self.answer is not None:
                return
            self.advance()

    @final
    def begun(self) -> Self:
        """The same with its first hop taken, for what mostly needs no second: each way to a thread takes time."""
        self.hop()
        return self

    @final
    def finish(self) -> dict[str, Any]:
        """The answer, computed without a break."""
        while self.answer is None:
            self.advance()
        return self.answer


class Pieces(Job):
    """A job that is some of the core's work in pieces."""

    def __init__(self, work: Work[dict[str, Any]]) -> None:
        self.work, self.progress = work, 0.0

    def advance(self) -> None:
        """The next piece."""
        try:
            self.progress = next(self.work)
        except StopIteration as end:
            self.answer = flagged(end.value)


def hop() -> Iterator[None]:
    """Turns, until the time is over that a computation may hold its thread."""
    until = time.perf_counter() + SETTINGS.hop_ms / 1000
    while time.perf_counter() < until:
        yield


async def computed(work: Callable[[], Any]) -> Json:
    """The answer `work()`, computed and written in a thread: to write 13 MB of it would hold the event loop for 0.1 s."""
    return Json(await compute(lambda: dumps(work())))


async def answered(request: Request, job: Job) -> Response:
    """The answer, computed hop by hop; given up when the client goes away."""
    while job.answer is None:
        if await request.is_disconnected():
            return Response(status_code=GONE)
        await compute(job.hop)
    return await computed(lambda: job.answer)


def told(text: AsyncGenerator[bytes, None]) -> Ndjson:
    """These lines as they come, none held back by a proxy."""
    return Ndjson(_closing(text), headers={"X-Accel-Buffering": "no"})


def streamed(running: Running) -> Ndjson:
    """All lines of what is under way."""
    return told(_hops(running))


async def opened(request: Request, running: Running) -> Response:
    """The same, from the first that come: what goes wrong before them is still a 4xx, and who has gone by then gets none."""
    text = b""
    while not text:
        if await request.is_disconnected():
            return Response(status_code=GONE)
        text = await compute(running.advance)
    return told(_hops(running, text))


async def _closing(text: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    async with aclosing(text) as pieces:
        with METRICS.streaming():
            async for piece in pieces:
                yield piece


async def _hops(running: Running, first: bytes = b"") -> AsyncGenerator[bytes, None]:
    if first:
        yield first
    while not running.done:
        text = await compute(running.advance)
        if text:
            yield text
