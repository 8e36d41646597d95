"""Learning rates that creep, converge, oscillate and diverge: gradient descent on a curve, really taken."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

STEPS = 24
SHARES = (("creep", 0.05), ("converge", 0.7), ("oscillate", 1.8), ("diverge", 2.2))  # of 1/λ; the critical one is 2
FAR = 1e6  # a loss this many times the first one: nothing more is learned from going on


def descents(curve: Callable[[float], tuple[float, float]], curvature: float) -> dict[str, Any] | None:
    """t ← t − η f′(t) from t = 0, for rates on both sides of η = 2/λ, λ = f″.

    Of a parabola, the distance from the minimum is multiplied by 1 − η λ at every step: it shrinks on one side for η < 1/λ, from
    side to side for 1/λ < η < 2/λ, and grows beyond.  None where the curve does not bend upwards, so that no rate is critical.
    `curve` gives (f, f′).
    """
    if not np.isfinite(curvature) or curvature <= 0.0:
        return None
    runs = [{"name": name, "learning_rate": share / curvature, **_descent(curve, share / curvature)} for name, share in SHARES]
    return {"curvature": curvature, "critical_learning_rate": 2.0 / curvature, "runs": runs}


def _descent(curve: Callable[[float], tuple[float, float]], rate: float) -> dict[str, Any]:
    """The places and losses of one descent, and what was seen of it."""
    t, path, slopes = 0.0, list[dict[str, float]](), list[float]()
    for _ in range(STEPS + 1):
        loss, slope = curve(t)
        if not np.isfinite(loss) or (path and abs(loss) > FAR * max(abs(path[0]["loss"]), 1.0)):
            break
        path.append({"at": t, "loss": loss})
        slopes.append(slope)
        t -= rate * slope
    return {"path": path, "seen": _seen([p["loss"] for p in path], slopes)}


def _seen(losses: list[float], slopes: list[float]) -> str:
    """What the descent did, judged by its own numbers."""
    if len(losses) <= STEPS or losses[-1] > losses[0]:
        return "diverge"
    turns = sum(a * b < 0.0 for a, b in pairwise(slopes))
    if turns > len(slopes) // 4:
        return "oscillate"
    return "converge" if abs(slopes[-1]) < 0.05 * abs(slopes[0]) else "creep"
