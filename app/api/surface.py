"""POST /api/surface: the loss on a plane or a line through the weights, and the run's path on it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.body import Body
from app.compute import compute
from app.documents import SurfaceAnswer
from app.fields import END, LINE_SIZE, LONGEST_PATH, PRECISION, REACH, SIZE
from app.streaming import Ndjson, Pieces, answered, told
from app.wire import lines
from app.work import check_grid, check_replay
from core.experiment import Experiment
from core.landscape import PLANES, Line, Plane, Wish, cut, kept, replayed, survey
from core.spec import SpecError, shown
from core.state import State, parse_state

router = APIRouter()
FIELDS = ("experiment", "state", "plane", "size", "reach", "span", "path", "precision")


class Survey(Pieces):
    """One surface under way, computed a hop at a time, so that others get a turn and it can be given up."""

    def __init__(self, body: Body) -> None:
        experiment = body.experiment()
        state = body.state(experiment)
        plane = PLANES.parse(body.fields.get("plane", {"kind": "random"}), "plane")
        wish = _wish(body, experiment, plane)
        _check(experiment, state, plane, wish)
        task = (experiment, state)
        super().__init__(cut(*task, plane, wish) if isinstance(plane, Line) else survey(*task, plane, wish))


@router.post("/api/surface", response_model=SurfaceAnswer)
async def post_surface(request: Request) -> Response:
    """loss(α, β) = L(origin + α·directions[0] + β·directions[1]); with `Accept: application/x-ndjson`, its progress first.

    When the client goes away, computing stops.
    """
    body = await Body.of(request, *FIELDS)
    if Ndjson.media_type in request.headers.get("accept", ""):
        return await _streamed(body)
    return await answered(request, await compute(lambda: Survey(body)))


@router.post("/api/surface/stream", response_model=SurfaceAnswer, response_class=Ndjson)
async def post_surface_stream(request: Request) -> Ndjson:
    """`{"progress": 0.4}` lines, then the answer of POST /api/surface as the last line; or a line `{"error": {…}}`.

    `progress` is the share of all the work, from 0 to 1, as it was counted before it was begun; it never goes back.
    """
    return await _streamed(await Body.of(request, *FIELDS))


async def _streamed(body: Body) -> Ndjson:
    """The first hop is taken before the answer begins, so that most errors still come as a 4xx."""
    job = await compute(lambda: Survey(body))
    await compute(job.hop)
    return told(_hops(job))


async def _hops(job: Pieces) -> AsyncGenerator[bytes, None]:
    try:
        while job.answer is None:
            yield lines([{"progress": job.progress}])
            await compute(job.hop)
        yield lines([{"progress": 1.0} | job.answer])
    except SpecError as error:
        yield lines([{"error": {"field": error.field, "message": error.message, "hint": error.hint}}])


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/surface answers."""
    return Survey(body).finish()


def _wish(body: Body, experiment: Experiment, plane: Plane) -> Wish:
    """What is asked for beyond the plane, checked."""
    line = isinstance(plane, Line)
    size = body.value("size", LINE_SIZE if line else SIZE, 201 if line else 31)
    span = _span(body.fields.get("span"), 1 if line else 2)
    reach = body.value("reach", REACH)
    if span and reach is not None:
        raise SpecError("reach", "expected either reach or span, got both", "leave one out: reach is a span about the origin")
    path = _path(experiment, body.fields.get("path"))
    return Wish(size, reach, span, path, body.value("precision", PRECISION, "float64"))


def _check(experiment: Experiment, state: State, plane: Plane, wish: Wish) -> None:
    """Refuse what would take too long."""
    # A line's own: at most a hundred losses with their slopes, by which learning rates are named.
    points = wish.size + 400 if isinstance(plane, Line) else wish.size**2
    steps = replayed(state, plane, wish)
    # Of every state that is visited: the losses there and on the plane, and where the run is taken again, those of its frames.
    losses = 4 * kept(steps) if steps else 2 * len(wish.path)
    products = plane.products(kept(steps) if steps else len(wish.path), experiment.network.size)
    check_grid(experiment, points + losses, len(experiment.train), besides=products)
    if steps:
        check_replay(experiment, steps, "plane.steps" if plane.replays() else "path")


def _span(value: Any, count: int) -> list[tuple[float, float]] | None:
    """[[from, to], …], one pair an axis."""
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != count or any(not isinstance(pair, list) or len(pair) != 2 for pair in value):
        message = f"expected a list of {count} × [from, to], one for each axis, got {shown(value)}"
        raise SpecError("span", message, "leave it out, and the path fits")
    for i, (low, high) in enumerate(value):
        problem = END.problem(low) or END.problem(high)
        problem = problem or ("" if low < high else f"expected from below to, got {shown([low, high])}")
        if problem:
            raise SpecError(f"span.{i}", problem, "leave it out, and the path fits")
    return [(float(low), float(high)) for low, high in value]


def _path(experiment: Experiment, documents: Any) -> list[State] | Literal["replay"]:
    """The states of the path, each checked; or the word for the run's own."""
    if documents is None:
        return []
    if documents == "replay":
        return "replay"
    if not isinstance(documents, list) or len(documents) > LONGEST_PATH:
        came = f"{len(documents):,}" if isinstance(documents, list) else shown(documents)
        raise SpecError("path", f'expected a list of at most {LONGEST_PATH} states, or "replay", got {came}', "leave some out")
    if any(document is None for document in documents):
        raise SpecError("path", "expected a state in every place, got null", "leave that place out")
    return [parse_state(experiment, document, f"path.{i}") for i, document in enumerate(documents)]
