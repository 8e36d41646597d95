"""POST /api/compare: the same derivatives by independent methods, and what each of them costs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.body import Body
from app.compute import compute
from app.documents import CompareAnswer
from app.fields import EXAMPLE, SCALING, THOROUGH
from app.formulas import mathml
from app.streaming import Pieces, answered
from core.compare import comparing
from core.growth import grown
from core.scaling import scaled
from core.work import Work

router = APIRouter()
FIELDS = ("experiment", "state", "methods", "scaling", "address", "example", "thorough")


class Comparison(Pieces):
    """One comparison under way: an evaluation of the network is a piece, so that a thorough one holds no thread for seconds,
    and so is one that is counted, and one formula.
    """

    def __init__(self, body: Body) -> None:
        self.experiment = body.experiment()
        self.scaling = body.value("scaling", SCALING, False)
        asked = body.fields.get("methods"), body.fields.get("address"), body.value("example", EXAMPLE, 0)
        compared = comparing(
            self.experiment, body.state(self.experiment), *asked, thorough=body.value("thorough", THOROUGH, False)
        )
        super().__init__(self._told(compared))

    def _told(self, compared: Work[dict[str, Any]]) -> Work[dict[str, Any]]:
        """The core's answer with the formula as MathML, and how costs grow where that is wanted."""
        found = yield from compared
        formula = found.get("symbolic", {}).get("formula")
        for line in [formula, *formula["parts"]] if formula else ():
            line["mathml"] = mathml(line["latex"], display=True)
        if self.scaling:
            yield 1.0
            found["scaling"] = yield from scaled(self.experiment)
            found["scaling"] = found["scaling"] | {"symbolic": (yield from grown(self.experiment))}
        return found


@router.post("/api/compare", response_model=CompareAnswer)
async def post_compare(request: Request) -> Response:
    """Every parameter's derivative by several methods, how far they are apart, and what each cost; see core.compare.

    When the client goes away, computing stops.
    """
    body = await Body.of(request, *FIELDS)
    return await answered(request, await compute(lambda: Comparison(body)))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/compare answers."""
    return Comparison(body).finish()
