"""Learning rates that creep, converge, oscillate and diverge: gradient descent, really taken and named by what it did."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from core.numeric import Array
from core.work import Stages, Work

STEPS = 24
SHARES = (0.05, 0.7, 1.8, 2.2)  # of 1/λ: what a parabola creeps, converges, oscillates and diverges with; the critical one is 2
KINDS = ("creep", "converge", "oscillate", "diverge")  # in the order in which a growing rate shows them
MOST_TRIES = 10  # further rates, where the first four do not show all of them
FAR = 1e6  # a loss this many times the first one: nothing more is learned from going on

Curve = Callable[[Array], tuple[float, Array]]  # θ -> (L, ∇L)


def descents(
    curve: Curve, start: Array, curvature: float, place: Callable[[Array], Any], *, search: bool = True
) -> Work[dict[str, Any] | None]:
    """θ ← θ − η ∇L(θ) from `start`, for rates on both sides of η = 2/λ, λ the (largest) curvature.

    Of a parabola, the distance from the minimum along the steepest axis is multiplied by 1 − η λ at every step: it shrinks on one
    side for η < 1/λ, from side to side for 1/λ < η < 2/λ, and grows beyond.  No other curve need follow: each run is called what
    it was seen to do, and with `search` (of a convex curve) rates are looked for until all four are seen, or tried enough.  None
    where the loss does not bend upwards, so that no rate is critical.  `place` says where θ is shown.
    """
    if not np.isfinite(curvature) or curvature <= 0.0:
        return None

    tried, stages = [], Stages(*[1.0] * (len(SHARES) + MOST_TRIES * search))
    for share in SHARES:
        tried.append((yield from stages.then(_descent(curve, start, share / curvature, place))))  # noqa: PERF401  (none may yield)
    wanted = dict(zip(KINDS, (found["learning_rate"] for found in tried), strict=True))
    for _ in range(MOST_TRIES if search else 0):
        rate = _next(tried)
        if rate is None:
            break
        tried.append((yield from stages.then(_descent(curve, start, rate, place))))
        tried.sort(key=lambda found: found["learning_rate"])
    runs = [_typical([found for found in tried if found["seen"] == seen], wanted.get(seen)) for seen in _seen_of(tried)]
    return {"curvature": curvature, "critical_learning_rate": 2.0 / curvature, "runs": runs, "tried": len(tried),
            "unseen": [kind for kind in KINDS if kind not in _seen_of(tried)]}  # fmt: skip


def _seen_of(tried: list[dict[str, Any]]) -> list[str]:
    """What was seen, each once, in the order of the rates."""
    return list(dict.fromkeys(found["seen"] for found in sorted(tried, key=lambda found: found["learning_rate"])))


def _typical(alike: list[dict[str, Any]], rate: float | None) -> dict[str, Any]:
    """Of runs that did the same, the one that a parabola would have done it with, or the nearest to it."""
    best = min(alike, key=lambda found: abs(np.log(found["learning_rate"] / (rate or found["learning_rate"]))))
    return {"name": best["seen"], **best}


def _next(tried: list[dict[str, Any]]) -> float | None:
    """A rate for the first of the four that is not seen yet, between its neighbours or beyond all tried; None: all are seen."""
    seen = [(KINDS.index(found["seen"]), found["learning_rate"]) for found in tried if found["seen"] in KINDS]
    missing = next((k for k in range(len(KINDS)) if k not in [kind for kind, _ in seen]), None)
    if missing is None:
        return None
    below = max((rate for kind, rate in seen if kind < missing), default=None)
    above = min((rate for kind, rate in seen if kind > missing), default=None)
    if above is None:
        return 3.0 * float(max(found["learning_rate"] for found in tried))
    if below is None:
        return float(above) / 4.0
    return float(np.sqrt(below * above)) if below < above else None


def _descent(curve: Curve, theta: Array, rate: float, place: Callable[[Array], Any]) -> Work[dict[str, Any]]:
    """The places and losses of one descent, and what was seen of it: a step a piece."""
    path, slopes = list[dict[str, Any]](), list[Array]()
    for _ in range(STEPS + 1):
        loss, slope = curve(theta)
        if not np.isfinite(loss) or (path and loss > FAR * max(path[0]["loss"], 1.0)):
            break
        path.append({"at": place(theta), "loss": loss})
        slopes.append(slope)
        theta = theta - rate * slope
        yield len(path) / (STEPS + 1)
    return {"learning_rate": rate, "path": path, "seen": _seen([p["loss"] for p in path], slopes)}


def _seen(losses: list[float], slopes: list[Array]) -> str:
    """What the descent did, judged by its own numbers.

    Two are none of the four: «swing», to and fro without settling, and «strand», a leap to where the loss is higher, for good.
    A swing settles only if its turns grow smaller; a last loss below the first may be one that happens to lie low.
    """
    if len(losses) <= STEPS:
        return "diverge"
    higher = losses[-1] > losses[0]
    quarters = [max(losses[k : k + STEPS // 4]) for k in range(1, STEPS, STEPS // 4)]
    if higher and all(a < b for a, b in pairwise(quarters)):
        return "diverge"
    turns = sum(float(a @ b) < 0.0 for a, b in pairwise(slopes))
    if turns > len(slopes) // 4:
        return "oscillate" if not higher and _shrink(slopes) else "swing"
    if higher:
        return "strand"
    return "converge" if np.linalg.norm(slopes[-1]) < 0.05 * np.linalg.norm(slopes[0]) else "creep"


def _shrink(slopes: list[Array]) -> bool:
    """Do the swings grow smaller?  In the second half of the steps ‖∇L‖ is less than two steps before, or next to nothing."""
    size = [float(np.linalg.norm(slope)) for slope in slopes]
    return all(size[k] < max((1.0 - 1e-6) * size[k - 2], 1e-6 * size[0]) for k in range(STEPS // 2 + 2, STEPS + 1))
