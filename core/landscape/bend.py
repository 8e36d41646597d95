"""How a line bends: d²L/dt² where the loss is smooth; where it has corners, the mean bend over a stretch of the line."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.experiment import Experiment
from core.flat import flat
from core.landscape.basis import Basis
from core.numeric import Array
from core.work import Work

NEAR = 0.05  # of a line's reach: a step shorter than this can hardly be seen, so the bend is told over so much
ROUNDING = 1e-13  # of the slopes: a difference below this may be rounding


class Bend(NamedTuple):
    """By how much dL/dt grows per unit of t."""

    value: float
    over: float | None  # on average from t = 0 to this t; None: at t = 0 itself
    corners: tuple[str, ...]  # what gives the loss corners

    def within(self, values: Array) -> bool:
        """Is it told of what lies between these places?"""
        return bool(values[0] <= min(0.0, self.over or 0.0) and max(0.0, self.over or 0.0) <= values[-1])


def slope_at(experiment: Experiment, basis: Basis, t: float) -> float:
    """dL/dt = ∇L · d at θ + t d, by backpropagation."""
    train = experiment.train
    with np.errstate(all="ignore"):
        gradient = experiment.network.gradient(basis.point([t]), train.x, train.y)
        return float(flat(gradient) @ basis.stacked[1])


def bending(experiment: Experiment, basis: Basis, taken: float) -> Work[Bend]:
    """Where the line leaves t = 0 for the step's end, `taken`; a slope is a piece.

    A loss with corners (ReLU, max pooling, L1 …) is in pieces.  Its d²L/dt² is that of the piece around t = 0, which may be
    far shorter than the step, and leaves out the corners, at which the slope leaps; a difference quotient across a corner grows
    without end as h shrinks.  What holds over a step is the mean of both, corners and all: (1/t) ∫₀ᵗ L″ = (L′(t) − L′(0)) / t.
    """
    corners = experiment.network.kinks
    if not corners:
        return Bend((yield from _at_a_point(experiment, basis, 1e-3 * basis.reach)), None, corners)
    near = NEAR * basis.reach
    over = taken if abs(taken) >= near else float(np.copysign(near, taken))
    here = slope_at(experiment, basis, 0.0)
    yield 0.5
    return Bend(_secant(here, slope_at(experiment, basis, over), over), over, corners)


def _at_a_point(experiment: Experiment, basis: Basis, h: float) -> Work[float]:
    """d²L/dt² ≈ (8 (s(h) − s(−h)) − (s(2h) − s(−2h))) / 12h, s = dL/dt by backpropagation: its error grows like h⁴."""
    s = []
    for k in (-2, -1, 1, 2):
        s.append(slope_at(experiment, basis, k * h))
        yield len(s) / 4
    rise = (8.0 * (s[2] - s[1]) - (s[3] - s[0])) / 12.0
    return rise / h if abs(rise) > ROUNDING * max(map(abs, s)) or not np.isfinite(rise) else 0.0


def _secant(here: float, there: float, over: float) -> float:
    """(s(t) − s(0)) / t."""
    rise = there - here
    return rise / over if abs(rise) > ROUNDING * max(abs(here), abs(there)) or not np.isfinite(rise) else 0.0
