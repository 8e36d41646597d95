"""POST /api/figure: a Plotly figure of the experiment, as a plain dict."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.compute import compute
from app.figures import FIGURES
from app.wire import Json
from core.spec import Rule, SpecError

router = APIRouter()


@router.post("/api/figure")
async def post_figure(request: Request) -> Json:
    """`{"data", "layout", "meta"}` of the figure called `name`; further fields are the figure's own options."""
    body = await Body.of(request)
    return Json(await compute(lambda: _figure(body)))


def _figure(body: Body) -> dict[str, Any]:
    if "name" not in body:
        raise SpecError("name", "this field is needed", f"one of {', '.join(FIGURES)}")
    name = body.value("name", Rule("choice", choices=tuple(FIGURES)))
    options = {key: value for key, value in body.fields.items() if key not in ("name", "experiment")}
    return FIGURES[name](body.experiment(), options)
