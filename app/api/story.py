"""POST /api/story: the words and formulas of one step of an experiment, with slots for its numbers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.formulas import story
from app.streaming import computed
from app.wire import Json

router = APIRouter()


@router.post("/api/story")
async def post_story(request: Request) -> Json:
    """The sub-steps in order, each told for an example and for the batch's mean; it follows from the experiment alone."""
    body = await Body.of(request, "experiment")
    return await computed(lambda: answer(body))


def answer(body: Body) -> dict[str, Any]:
    """What the body asks for."""
    return story(body.experiment())
