"""How a run stands: the losses over all examples at a state's parameters, and whether it has diverged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.experiment import Experiment, Part
from core.kept import Kept
from core.numeric import Array, Params, finite
from core.state import State, start

RISE = 100.0  # a loss this many times the initial one counts as diverged


@dataclass(frozen=True)
class Frame:
    """How a run stands: the losses at these parameters, the metrics, the state to resume from."""

    state: State
    train: float
    test: float | None
    metrics: Mapping[str, float]
    diverged: str = ""  # why, in words; empty while all is well

    def document(self) -> dict[str, Any]:
        """The JSON form (arrays still arrays)."""
        shown = {"step": self.state.step, "loss": {"train": self.train, "test": self.test}, "metrics": dict(self.metrics),
                 "state": self.state.document(), "diverged": bool(self.diverged)}  # fmt: skip
        return shown | ({"reason": self.diverged} if self.diverged else {})


def measure(experiment: Experiment, state: State, limit: float = np.inf) -> Frame:
    """The losses over all training and all test examples, as in a test (nothing is dropped), at the state's parameters."""
    middle = 0.0 if experiment.loss.signs else 0.5
    with np.errstate(all="ignore"):
        outputs = {name: _outputs(experiment, state.params, part) for name, part in _parts(experiment)}
        losses = {name: _loss(experiment, state.params, outputs[name], part) for name, part in _parts(experiment)}
        metrics = {
            f"{name}_accuracy": accuracy(outputs[name][-1], part.y, middle)
            for name, part in _parts(experiment) if experiment.data.task in ("binary", "classes")
        }  # fmt: skip
    return Frame(state, losses["train"], losses.get("test"), metrics, judged(state, losses["train"], limit))


def divergence(experiment: Experiment, state: State, limit: float) -> str:
    """Why the run counts as diverged at this state, in words; empty if it does not."""
    return judged(state, _train_loss(experiment, state.params), limit)


def _train_loss(experiment: Experiment, params: Params) -> float:
    with np.errstate(all="ignore"):
        return _loss(experiment, params, _outputs(experiment, params, experiment.train), experiment.train)


def _parts(experiment: Experiment) -> list[tuple[str, Part]]:
    return [(name, part) for name, part in (("train", experiment.train), ("test", experiment.test)) if len(part)]


def _outputs(experiment: Experiment, params: Params, part: Part) -> list[Array]:
    return experiment.network.forward(params, part.x)


def _loss(experiment: Experiment, params: Params, outputs: list[Array], part: Part) -> float:
    return float(experiment.network.per_example(outputs, part.y).mean()) + experiment.network.penalty.total(params)


def accuracy(predicted: Array, target: Array, middle: float) -> float:
    """The share of examples whose class is right: the largest output, or one output on the right side of the labels' middle."""
    if predicted.shape[1] == 1:
        return float(((predicted > middle) == (target > middle)).mean())
    return float((predicted.argmax(axis=1) == target.argmax(axis=1)).mean())


def judged(state: State, loss: float, limit: float) -> str:
    """Why the run counts as diverged at this state with this loss over all training examples; empty if it does not."""
    if not finite(state.params):
        return f"At step {state.step} a weight grew beyond what a float64 can hold."
    if not finite([memory for tensors in state.slots for memory in tensors.values()]):
        return f"At step {state.step} the optimizer's memory grew beyond what a float64 can hold."
    if not np.isfinite(loss):
        return f"At step {state.step} the training loss grew beyond what a float64 can hold."
    if loss > limit:
        return f"At step {state.step} the training loss is {loss:.3g}, more than {RISE:g} times what it was at the start."
    return ""


_LIMITS = Kept[float](32_000_000)


def loss_limit(experiment: Experiment) -> float:
    """The loss above which a run counts as diverged: RISE times the larger of the initial loss and 1e-3.

    It follows from the experiment alone, so that it is the same wherever a run is broken off and resumed.  Their absolute values,
    because a Poisson loss may be negative.
    """

    def made() -> float:
        return RISE * max(abs(_train_loss(experiment, start(experiment).params)), 1e-3)

    return _LIMITS.of(experiment, made, lambda _: experiment.nbytes)
