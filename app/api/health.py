"""GET /healthz, /readyz and /metrics: for whoever runs this."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from app.compute import compute
from app.metrics import METRICS
from app.presets import presets
from app.wire import Json
from core.experiment import Experiment
from core.state import start
from core.training import step

router = APIRouter()


@router.get("/healthz")
async def healthz() -> Json:
    """The process is alive.  Asks for no computing, so no amount of computing delays it."""
    return Json({"status": "ok"})


@router.get("/readyz")
async def readyz() -> Json:
    """The process can compute: one step of the first preset was taken."""
    await compute(_try)
    return Json({"status": "ready"})


def _try() -> None:
    experiment = Experiment.parse(presets()[0]["experiment"])
    step(experiment, start(experiment))


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics() -> PlainTextResponse:
    """Counters in Prometheus' text form."""
    return PlainTextResponse(METRICS.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
