"""POST /api/figure: a Plotly figure of the experiment, as a plain dict."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.documents import FigureAnswer
from app.fields import NAME, PIXELS, THEME
from app.figures import FIGURES
from app.streaming import computed
from app.wire import Json
from core.spec import SpecError

router = APIRouter()
OPTIONS = {"theme": THEME, "width": PIXELS, "height": PIXELS}  # what a figure may be told beside the experiment


@router.post("/api/figure", response_model=FigureAnswer)
async def post_figure(request: Request) -> Json:
    """`{"data", "layout", "meta"}` of the figure called `name`; `theme`, `width` and `height` are how it is drawn."""
    body = await Body.of(request, "name", "experiment", *OPTIONS)
    return await computed(lambda: answer(body))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/figure answers."""
    if "name" not in body:
        raise SpecError("name", "this field is needed", f"one of {', '.join(FIGURES)}")
    name = body.value("name", NAME)
    options = {key: body.value(key, rule) for key, rule in OPTIONS.items() if key in body}
    return FIGURES[name](body.experiment(), options)
