"""Is this slice of the loss convex, and is the whole?"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.landscape.bend import Bend
from core.network import Network
from core.numeric import Array

CONVEX_LOSSES = frozenset({"half_mse", "mse", "mae", "huber", "hinge"})  # in ŷ, so also in the weights of one linear link
LINEAR = frozenset({"identity", "flatten", "mean_pool1d", "mean_pool2d", "dropout"})  # in what they are given
ROUNDING = 1e-12  # of the largest loss: a bend below this may be rounding


def convexity(network: Network, values: Array, loss: Array, bend: Bend) -> dict[str, Any]:
    """f(t₂) ≤ the chord from f(t₁) to f(t₃) for all neighbours t₁ < t₂ < t₃, which on these points means for all t₁ < t₂ < t₃.

    Values (M,) evenly spaced.  A slope that falls shows that a slice is not convex also where it does so between two points.
    """
    whole, reason = whole_is_convex(network)
    fine = np.isfinite(loss)
    with np.errstate(invalid="ignore"):  # ∞ − ∞, of which nothing is said
        bends = loss[:-2] - 2.0 * loss[1:-1] + loss[2:]
    rounding = ROUNDING * float(np.max(np.abs(loss[fine]), initial=0.0))
    wrong = np.flatnonzero(~(bends >= -rounding))
    falls = not whole and bend.value < 0.0 and bend.within(values)
    if not fine.all():
        statement = "Part of this slice is beyond what a float64 can hold, so nothing is said of its shape."
    elif wrong.size:
        near = f"near t = {values[wrong[0] + 1]:.3g}".replace("-", "−")
        statement = f"This slice is not convex: {near} the loss lies above the chord between its neighbours."
    elif falls:
        statement = f"This slice is not convex: its {len(values)} points do not show it, but the slope falls from here on."
    else:
        statement = f"This slice is convex, as far as {len(values)} points tell: the loss never lies above a chord."
    convex = None if not fine.all() else not (wrong.size or falls)
    return {
        "convex": convex,
        "whole": whole,
        "statement": f"{statement} {reason}",
        "at": None if convex is not False else values[wrong + 1],
    }


def whole_is_convex(network: Network) -> tuple[bool | None, str]:
    """Is L convex in all parameters together, and why?  None where neither is known.

    It is where ŷ, or z of a matched pair, is affine in the parameters: one link with parameters, and only linear ones behind it.
    It is not where two links have parameters: ŷ holds products of the ones and the others, and already (w₁w₂ − 1)² is not convex.
    """
    trained = [i for i, shapes in enumerate(network.param_shapes) if shapes]
    if len(trained) > 1:
        return False, "That is one slice: this network's loss as a whole is not convex, and another direction may bend otherwise."
    after = network.layers[trained[-1] + 1 :] if trained else ()
    linear = all(layer.kind in LINEAR for layer in (after[:-1] if network.head else after))
    if trained and linear and (network.head or network.loss.kind in CONVEX_LOSSES):
        return True, "So is the loss as a whole: this model is linear in its parameters, and the loss is convex in what it gives."
    return (
        None,
        "That is one slice: whether the loss as a whole is convex is not known here, and another direction may bend otherwise.",
    )
