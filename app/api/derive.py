"""POST /api/derive: why a number is what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.body import Body
from app.compute import compute
from app.documents import DeriveAnswer
from app.fields import EXAMPLE, PATHS, WHOSE, WITHOUT
from app.formulas import mathml
from app.streaming import Pieces, answered
from app.work import check_trace
from core.derive import LISTED, deriving
from core.spec import SpecError
from core.work import Work

router = APIRouter()
SPOKEN = ("symbol", "equation", "numbers", "rule")  # the fields that hold LaTeX, wherever they stand


class Derivation(Pieces):
    """One derivation under way: the step's gradient may be swept weight by weight, and then a part of the answer is a piece."""

    def __init__(self, body: Body) -> None:
        experiment = body.experiment()
        check_trace(experiment)
        if "address" not in body:
            raise SpecError("address", "this field is needed", 'such as "0/W/1,0": layer/name/indices')
        example, listed = body.value("example", EXAMPLE, 0), body.value("paths", PATHS, LISTED)
        without, over = body.value("without", WITHOUT, ()), body.value("over", WHOSE, "example")
        derived = deriving(experiment, body.state(experiment), body.fields["address"], example, listed, without, over)
        super().__init__(_told(derived))


@router.post("/api/derive", response_model=DeriveAnswer)
async def post_derive(request: Request) -> Response:
    """A parameter's gradient, a neuron or a δ as sums of products, each factor with its place in the trace; see core.derive.

    When the client goes away, computing stops.
    """
    body = await Body.of(request, "experiment", "state", "address", "example", "paths", "over", "without")
    return await answered(request, await compute(lambda: Derivation(body).begun()))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/derive answers."""
    return Derivation(body).finish()


def _told(derived: Work[dict[str, Any]]) -> Work[dict[str, Any]]:
    """The core's answer, with every formula in it as MathML."""
    found = yield from derived
    written = {latex: mathml(latex) for latex in sorted(set(_latex(found)))}
    shown = {name: mathml(latex, display=True) for name, latex in found.get("latex", {}).items()}
    return found | {"mathml": shown, "math": written}


def _latex(document: Any) -> Iterator[str]:
    """Every piece of LaTeX in the document."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            if name in SPOKEN and isinstance(value, str):
                yield value
            elif name == "equations":
                yield from value
            else:
                yield from _latex(value)
    elif isinstance(document, (list, tuple)):
        for value in document:
            yield from _latex(value)
