"""Kinks of the loss within the step of central differences, which are set aside there, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from core.corners import FINE, corner_within
from core.experiment import Experiment
from core.flat import addresses, flat, unflat
from core.gradients import derivative_along
from core.gradients.numerical import Numerical
from core.network import Network, Noises
from core.numeric import Array, Params
from core.work import Work

MOST_KINKS = 50  # disagreements of central differences that are looked into
SUSPECT = 1e-8  # a disagreement of central differences, in the largest gradient, above which it is looked into


def kinks_within(
    experiment: Experiment, params: Params, central: Params | None, reference: Params, batch: tuple[Array, Array, Noises]
) -> Work[list[dict[str, Any]]]:
    """The parameters within h of a kink (a ReLU at 0, two winners of a pooling), where central differences see both its sides.

    h is the step that they took.  A disagreement counts as a kink's only if (1) something in the network has kinks at all, (2)
    forward mode, which shares no derivative with backpropagation, has the same slope here but for rounding, so a wrong one is
    never excused, and (3) the slope leaps within h, by as much.  At most MOST_KINKS are looked at, the largest gaps first.
    """
    network = experiment.network
    if central is None or not network.size or not network.kinks:
        return []
    expected, measured, values, names = flat(reference), flat(central), flat(params), addresses(params)
    gaps = np.abs(measured - expected)
    least = SUSPECT * max(1.0, float(np.abs(expected).max()))
    suspects = np.argsort(-gaps)[:MOST_KINKS]
    step = experiment.gradient.step if isinstance(experiment.gradient, Numerical) else Numerical().step
    kinks, here = [], network.mean_loss(params, *batch)
    for k in suspects[gaps[suspects] > least]:
        yield 1.0
        size = max(1.0, abs(values[k]))
        slope = partial(_slope, network, params, values, int(k), batch)
        if not abs(slope(0.0) - expected[k]) <= least:
            continue
        h = step * size
        if (yield from corner_within(slope, h, FINE * size, float(measured[k]), float(gaps[k]))):
            left, right = ((network.mean_loss(unflat(_moved(values, k, t), params), *batch) - here) / t for t in (-h, h))
            kinks.append({"address": names[k], "left": left, "right": right, "backprop": float(expected[k])})
    return kinks


def _slope(network: Network, params: Params, values: Array, k: int, batch: tuple[Array, Array, Noises], t: float) -> float:
    """dL/dt where parameter k is moved by t, by forward mode."""
    along = unflat(_moved(np.zeros_like(values), k, 1.0), params)
    return derivative_along(network, unflat(_moved(values, k, t), params), along, *batch)


def _moved(values: Array, k: int, by: float) -> Array:
    moved = values.copy()
    moved[k] += by
    return moved


def kinks_told(count: int, causes: Sequence[str]) -> str:
    """Why central differences are far from the others at so many parameters, in words."""
    many = f"{'at least ' if count == MOST_KINKS else ''}{count} parameter{'' if count == 1 else 's'}"
    return (
        f"The loss has a kink within the step h of {many}; what can give it one here: {', '.join(causes)}. The slopes over h to "
        "the left and to the right differ: central differences give their mean, backpropagation the slope at the parameter "
        "itself, on the kink the one that the link's rule names. Neither is a mistake."
    )
