"""How long an experiment's sweeps and steps take, counted in multiplications before any of them is begun."""

from __future__ import annotations

import math

from core.experiment import Experiment
from core.optimizers.levenberg_marquardt import MOST_TRIES
from core.plan import planned

CALL = 1e5  # multiplications in the time of one evaluation's bare calls
STEP = 6e5  # likewise of a step by the reference, and of one by a plan, however small the network is
PLANNED_STEP = 6e4


def multiplications(experiment: Experiment) -> int:
    """Multiplications of one example's forward sweep: each output of a link times the inputs that reach it."""
    network = experiment.network
    return sum(
        math.prod(shape) * (1 + sum(math.prod(p) // p[0] for p in params.values() if len(p) > 1))
        for shape, params in zip(network.shapes[1:], network.param_shapes, strict=True)
    )


def sweep_work(experiment: Experiment) -> int:
    """Multiplications in the time of one example's forward sweep: an exponential or a Φ takes that of many."""
    return multiplications(experiment) + experiment.network.effort


def step_work(experiment: Experiment) -> float:
    """Multiplications in the time of one step, roughly."""
    forward, size = experiment.batch * sweep_work(experiment), experiment.network.size
    work = PLANNED_STEP if planned(experiment) else STEP
    work += 3.0 * forward  # forward, and backward twice: to the inputs and to the weights
    if experiment.gradient.sweeping:
        work += 4 * size * (forward + CALL)
    if experiment.optimizer.reads == "residuals":
        work += experiment.batch * experiment.network.shapes[-1][0] * size**2 + MOST_TRIES * size**3
    return work
