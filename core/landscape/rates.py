"""Learning rates that creep, converge, oscillate and diverge: gradient descent, really taken."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from core.numeric import Array

STEPS = 24
SHARES = (("creep", 0.05), ("converge", 0.7), ("oscillate", 1.8), ("diverge", 2.2))  # of 1/λ; the critical one is 2
FAR = 1e6  # a loss this many times the first one: nothing more is learned from going on

Curve = Callable[[Array], tuple[float, Array]]  # θ -> (L, ∇L)


def descents(curve: Curve, start: Array, curvature: float, place: Callable[[Array], Any]) -> dict[str, Any] | None:
    """θ ← θ − η ∇L(θ) from `start`, for rates on both sides of η = 2/λ, λ the (largest) curvature.

    Of a parabola, the distance from the minimum along the steepest axis is multiplied by 1 − η λ at every step: it shrinks on one
    side for η < 1/λ, from side to side for 1/λ < η < 2/λ, and grows beyond.  None where the loss does not bend upwards, so that
    no rate is critical.  `place` says where θ is shown.
    """
    if not np.isfinite(curvature) or curvature <= 0.0:
        return None
    rates = [(name, share / curvature) for name, share in SHARES]
    runs = [{"name": name, "learning_rate": rate, **_descent(curve, start, rate, place)} for name, rate in rates]
    return {"curvature": curvature, "critical_learning_rate": 2.0 / curvature, "runs": runs}


def _descent(curve: Curve, theta: Array, rate: float, place: Callable[[Array], Any]) -> dict[str, Any]:
    """The places and losses of one descent, and what was seen of it."""
    path, slopes = list[dict[str, Any]](), list[Array]()
    for _ in range(STEPS + 1):
        loss, slope = curve(theta)
        if not np.isfinite(loss) or (path and loss > FAR * max(path[0]["loss"], 1.0)):
            break
        path.append({"at": place(theta), "loss": loss})
        slopes.append(slope)
        theta = theta - rate * slope
    return {"path": path, "seen": _seen([p["loss"] for p in path], slopes)}


def _seen(losses: list[float], slopes: list[Array]) -> str:
    """What the descent did, judged by its own numbers."""
    if len(losses) <= STEPS or losses[-1] > losses[0]:
        return "diverge"
    turns = sum(float(a @ b) < 0.0 for a, b in pairwise(slopes))
    if turns > len(slopes) // 4:
        return "oscillate"
    return "converge" if np.linalg.norm(slopes[-1]) < 0.05 * np.linalg.norm(slopes[0]) else "creep"
