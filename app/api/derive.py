"""POST /api/derive and /api/compare: why a number is what it is, and the same derivatives by independent methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.documents import ROW, CompareAnswer, DeriveAnswer
from app.formulas import mathml
from app.streaming import computed
from app.wire import Json, flagged
from app.work import check_trace
from core.compare import compare
from core.derive import LISTED, MOST_LISTED, OVER, PARTS, derive
from core.growth import growth
from core.scaling import scaling
from core.spec import Rule, SpecError

router = APIRouter()
EXAMPLE = Rule("integer", low=0, high=1999, help=ROW)
PATHS = Rule("integer", low=1, high=MOST_LISTED, help="How many of the largest paths are listed.")
WITHOUT = Rule("choices", choices=PARTS, help="Parts of the answer that are neither computed nor sent.")
WHOSE = Rule("choice", choices=OVER, help="Whose paths: the example's, or their means over the batch where all can be taken.")
SCALING = Rule("boolean", help="Whether the cost as the network grows is wanted too.")
THOROUGH = Rule("boolean", help="Whether methods that take seconds are used too.")
COMPARED = ("experiment", "state", "methods", "scaling", "address", "example", "thorough")
SPOKEN = ("symbol", "equation", "numbers", "rule")  # the fields that hold LaTeX, wherever they stand


@router.post("/api/derive", response_model=DeriveAnswer)
async def post_derive(request: Request) -> Json:
    """A parameter's gradient, a neuron or a δ as sums of products, each factor with its place in the trace; see core.derive."""
    body = await Body.of(request, "experiment", "state", "address", "example", "paths", "over", "without")
    return await computed(lambda: derivation(body))


def derivation(body: Body) -> dict[str, Any]:
    """What POST /api/derive answers."""
    experiment = body.experiment()
    check_trace(experiment)
    if "address" not in body:
        raise SpecError("address", "this field is needed", 'such as "0/W/1,0": layer/name/indices')
    example, listed = body.value("example", EXAMPLE, 0), body.value("paths", PATHS, LISTED)
    without, over = body.value("without", WITHOUT, ()), body.value("over", WHOSE, "example")
    found = derive(experiment, body.state(experiment), body.fields["address"], example, listed, without, over)
    written = {latex: mathml(latex) for latex in sorted(set(_latex(found)))}
    shown = {name: mathml(latex, display=True) for name, latex in found.get("latex", {}).items()}
    return flagged(found | {"mathml": shown, "math": written})


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


@router.post("/api/compare", response_model=CompareAnswer)
async def post_compare(request: Request) -> Json:
    """Every parameter's derivative by several methods, how far they are apart, and what each cost; see core.compare."""
    body = await Body.of(request, *COMPARED)
    return await computed(lambda: comparison(body))


def comparison(body: Body) -> dict[str, Any]:
    """What POST /api/compare answers."""
    experiment = body.experiment()
    wanted, example = body.value("scaling", SCALING, False), body.value("example", EXAMPLE, 0)
    methods, address, thorough = body.fields.get("methods"), body.fields.get("address"), body.value("thorough", THOROUGH, False)
    found = compare(experiment, body.state(experiment), methods, address, example, thorough=thorough)
    formula = found.get("symbolic", {}).get("formula")
    for line in [formula, *formula["parts"]] if formula else ():
        line["mathml"] = mathml(line["latex"], display=True)
    grown = {"scaling": scaling(experiment) | {"symbolic": growth(experiment)}} if wanted else {}
    return flagged(found | grown)
