"""POST /api/pairs: δ at the output for every pair of output activation and loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter
from starlette.requests import Request

from app.api.body import Body
from app.formulas import mathml
from app.streaming import computed
from app.wire import Json, flagged
from core.layers import LAYERS, Layer
from core.losses import LOSSES
from core.numeric import Array
from core.pairs import MOST_OUTPUTS, USUAL, activations, pairs
from core.spec import SpecError, lowered, shown

router = APIRouter()
HELD = "none beyond 1.8e308, in a run that has not diverged"


@router.post("/api/pairs")
async def post_pairs(request: Request) -> Json:
    """`{"activations", "losses", "pairs"}` at the outputs' pre-activations `z` and targets `y`, a number an output."""
    body = await Body.of(request, "z", "y", "loss", "activation")
    return await computed(lambda: answer(body))


def answer(body: Body) -> dict[str, Any]:
    """What POST /api/pairs answers."""
    z, y = _numbers(body, "z"), _numbers(body, "y")
    if len(z) != len(y):
        raise SpecError("y", f"expected as many targets as outputs, {len(z)}, got {len(y)}", "a number an output in both")
    found = {
        "activations": [
            {"kind": k.kind, "title": k.title, "slope": mathml(getattr(k, "slope_latex", r"J")), "further": k.kind not in USUAL}
            for k in activations()
        ],
        "losses": [{"kind": k.kind, "title": k.title, "gradient": mathml(k.gradient)} for k in LOSSES],
        "pairs": pairs(z, y, LOSSES.parse(body.fields["loss"], "loss") if "loss" in body else None, _activation(body)),
    }
    return flagged(found)


def _activation(body: Body) -> Layer | None:
    """The experiment's own, where it is given."""
    if "activation" not in body:
        return None
    layer = LAYERS.parse(body.fields["activation"], "activation")
    if not layer.activation:
        known = ", ".join(member.kind for member in activations())
        raise SpecError("activation.kind", f"expected an activation, got {lowered(layer.title)}", f"one of {known}")
    return layer


def _numbers(body: Body, name: str) -> Array:
    value = body.fields.get(name)
    fits = isinstance(value, list) and 1 <= len(value) <= MOST_OUTPUTS
    if not fits or not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in value or []):
        hint = "a row of trace.layers[-1].input, a row of trace.batch.y"
        raise SpecError(name, f"expected a list of 1 to {MOST_OUTPUTS} numbers, got {shown(value)}", hint)
    try:
        found = np.array(value, dtype=np.float64)
    except OverflowError as error:
        raise SpecError(name, "expected numbers that a float64 can hold", HELD) from error
    if not np.isfinite(found).all():
        raise SpecError(name, "expected finite numbers", HELD)
    return found
