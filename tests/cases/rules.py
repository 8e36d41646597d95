"""The rows of penalties, initializers and gradient methods, and of the places at which a rule has two slopes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp

from tests.cases.base import Case, Document


@dataclass(frozen=True)
class PenaltyCase(Case):
    """A penalty, and its transcription for `autograd`: the cost of an array of weights."""

    transcription: Callable[[Document, Any], Any]


PENALTIES: list[PenaltyCase] = [
    PenaltyCase({"kind": "none"}, lambda f, w: 0.0),
    PenaltyCase({"kind": "l1", "rate": 0.3}, lambda f, w: f["rate"] * anp.sum(anp.abs(w))),
    PenaltyCase({"kind": "l2", "rate": 0.3}, lambda f, w: f["rate"] * anp.sum(w**2) / 2.0),
]


@dataclass(frozen=True)
class KinkCase(Case):
    """A place at which a rule has two slopes, and the one of them (or between them) that its docstring promises."""

    catalogue: str  # "layers", "loss", "penalty"
    at: tuple[float, ...]  # z of a link; ŷ and y of a loss; w of a penalty
    slope: float


KINKS: list[KinkCase] = [
    KinkCase({"kind": "relu"}, "layers", (0.0,), 0.0),
    KinkCase({"kind": "leaky_relu", "slope": 0.2}, "layers", (0.0,), 0.2),
    KinkCase({"kind": "elu", "alpha": 0.5}, "layers", (0.0,), 0.5),
    KinkCase({"kind": "mae"}, "loss", (0.75, 0.75), 0.0),
    KinkCase({"kind": "hinge"}, "loss", (1.0, 1.0), 0.0),
    KinkCase({"kind": "hinge"}, "loss", (-1.0, -1.0), 0.0),
    KinkCase({"kind": "huber", "delta": 0.5}, "loss", (1.5, 1.0), 0.5),
    KinkCase({"kind": "huber", "delta": 0.5}, "loss", (0.5, 1.0), -0.5),
    KinkCase({"kind": "l1", "rate": 0.3}, "penalty", (0.0,), 0.0),
]


@dataclass(frozen=True)
class InitCase(Case):
    """An initializer, and the mean and the variance that its weights shall have for a fan-in of 30 and a fan-out of 50."""

    variance: float
    mean: float = 0.0
    reach: float | None = None  # no weight lies further from the mean


INITIALIZERS: list[InitCase] = [
    InitCase({"kind": "zeros"}, 0.0, reach=0.0),
    InitCase({"kind": "constant", "value": 0.7}, 0.0, 0.7, reach=0.0),
    InitCase({"kind": "uniform", "low": -1.0, "high": 3.0}, 16 / 12, 1.0, reach=2.0),
    InitCase({"kind": "normal", "std": 0.4}, 0.16),
    InitCase({"kind": "xavier_uniform"}, 2 / 80, reach=(6 / 80) ** 0.5),
    InitCase({"kind": "xavier_normal"}, 2 / 80),
    InitCase({"kind": "he_uniform"}, 2 / 30, reach=(6 / 30) ** 0.5),
    InitCase({"kind": "he_normal"}, 2 / 30),
    InitCase({"kind": "lecun_normal"}, 1 / 30),
]

GRADIENTS: list[Case] = [
    Case({"kind": "backprop"}),
    Case({"kind": "numerical", "step": 6e-6}),
    Case({"kind": "complex_step"}),
    Case({"kind": "forward_mode"}),
]
