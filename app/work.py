"""How much a request may ask for, counted before anything is computed."""

from __future__ import annotations

import math

from core.effort import multiplications, step_work, sweep_work
from core.experiment import Experiment
from core.layers.convolution import Convolution
from core.run import HOP
from core.spec import SpecError

MOST_HELD = 8_000_000  # numbers that one sweep over the data leaves along the chain (64 MB)
MOST_TRACED = 1_000_000  # numbers of one trace (20 MB of JSON)
MOST_WORK = 2e12  # multiplications of one streamed request: a quarter of an hour on one core
# Multiplications of a gradient that is swept weight by weight: 0.1 to 0.2 s, or up to a second with what was not counted, of a
# core that others want. The core's own bound (core/gradients/base.py) is ten times that, for who runs it alone may wait.
MOST_SWEPT = 5e7
MOST_UNSEEN = 1e10  # multiplications between two frames, or in one answer: a few seconds


def activations(experiment: Experiment) -> int:
    """Numbers that one example leaves along the chain."""
    return sum(math.prod(shape) for shape in experiment.network.shapes)


def laid_out(experiment: Experiment) -> int:
    """Numbers of one example's windows, laid side by side for the product with a kernel: those of the largest convolution."""
    network = experiment.network
    links = zip(network.layers, network.shapes[1:], network.param_shapes, strict=True)
    kernels = ((shape, params["W"]) for layer, shape, params in links if isinstance(layer, Convolution))
    return max((math.prod(shape[1:]) * math.prod(kernel[1:]) for shape, kernel in kernels), default=0)


def check_memory(experiment: Experiment) -> None:
    """Refuse an experiment whose sweep over its data would not fit in memory."""
    count = len(experiment.train) + len(experiment.test)
    held, windows = count * activations(experiment), count * laid_out(experiment)
    if held + windows > MOST_HELD:
        what, less = ("activations and numbers in a convolution's windows", ", fewer units or smaller kernels") if windows else (
                      "activations", " or fewer units")  # fmt: skip
        raise SpecError("layers", f"expected at most {MOST_HELD:,} {what} over all {count:,} examples, got {held + windows:,}",
                        f"use fewer examples{less}")  # fmt: skip


def check_step(experiment: Experiment) -> None:
    """Refuse an experiment of which a single step would hold a core for too long."""
    method, swept = experiment.gradient, 2 * experiment.network.size * experiment.batch * multiplications(experiment)
    if method.sweeping and swept > MOST_SWEPT:
        raise SpecError("gradient.kind", f"{method.title} would evaluate the network anew for every weight: expected at most "
                        f"{MOST_SWEPT:,.0f} multiplications a step, got {swept:,}", "use a smaller batch")  # fmt: skip


def check_trace(experiment: Experiment) -> None:
    """Refuse a trace that would be too long to send."""
    network = experiment.network
    links = zip(experiment.layers, network.shapes[1:], strict=True)
    jacobians = sum(math.prod(shape) ** 2 for layer, shape in links if layer.kind == "softmax")
    numbers = experiment.batch * (5 * activations(experiment) + jacobians) + 6 * network.size
    if numbers > MOST_TRACED:
        raise SpecError("batch_size", f"expected a step whose trace has at most {MOST_TRACED:,} numbers, got {numbers:,}",
                        "choose a smaller batch")  # fmt: skip


def check_run(experiment: Experiment, steps: int, every: int) -> None:
    """Refuse a run that would hold a core for too long, or that would be silent for too long."""
    step = step_work(experiment)
    frame = 2 * (len(experiment.train) + len(experiment.test)) * sweep_work(experiment)
    for name, wanted, room in (("every", min(every, steps), MOST_UNSEEN), ("steps", steps, MOST_WORK)):
        fits = int(room // step)
        if wanted > fits:
            hint = "use a smaller batch or fewer units"
            raise SpecError(name, f"expected at most {max(fits, 1):,} steps of this network, got {wanted:,}", hint)
    looks = -(-steps // min(every, HOP))  # at how the run stands: with every frame, and after HOP steps at the latest
    if steps * step + looks * frame > MOST_WORK:
        raise SpecError("every", "expected fewer frames of this experiment", "ask for a frame less often")


def check_replay(experiment: Experiment, steps: int, field: str) -> None:
    """Refuse to take a run's steps anew where that would take too long."""
    fits = int(MOST_UNSEEN // step_work(experiment))
    if steps > fits:
        raise SpecError(field, f"expected at most {max(fits, 1):,} steps of this network to be taken again, got {steps:,}",
                        "look at fewer steps, or hand in the states that were visited")  # fmt: skip


def check_grid(experiment: Experiment, points: int, examples: int = 1, field: str = "size", besides: int = 0) -> None:
    """Refuse a surface or a boundary that would take too long, with so many multiplications besides the losses."""
    work = points * examples * sweep_work(experiment) + besides
    if work > MOST_UNSEEN:
        raise SpecError(field, "expected a grid that takes less computing", "choose a smaller size, or fewer examples")
