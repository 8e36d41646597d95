"""The rows of losses: each with the textbook's formula as its transcription for `autograd`, and what may stand before it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

from tests.cases.base import Case, Document

# What may stand last in a random network whose loss has such targets, unless its row says otherwise.
BEFORE: dict[str, tuple[str, ...]] = {
    "numbers": ("none", "identity", "tanh"), "bits": ("sigmoid", "softmax"), "one-hot": ("softmax", "sigmoid"),
    "counts": ("exp", "softplus", "sigmoid"), "signs": ("none", "tanh", "identity"),
}  # fmt: skip


@dataclass(frozen=True)
class LossCase(Case):
    """A loss, where its predictions lie, how its targets are drawn, its transcription ℓ(fields, ŷ, y), an example a row."""

    predictions: tuple[float, float]
    targets: str  # a key of BEFORE
    transcription: Callable[[Document, Any, Any], Any]
    last: tuple[str, ...] = ()

    @property
    def before(self) -> tuple[str, ...]:
        """The links that may come before it, "none" for a dense link."""
        return self.last or BEFORE[self.targets]


def huber(f: Document, p: Any, y: Any) -> Any:
    far = f["delta"] * (anp.abs(p - y) - f["delta"] / 2.0)
    return anp.sum(anp.where(abs(getval(p) - y) <= f["delta"], (p - y) ** 2 / 2.0, far), axis=1)


_SQUARES = ("none", "identity", "sigmoid", "tanh", "softmax")
LOSSES: list[LossCase] = [
    LossCase({"kind": "half_mse"}, (-2.0, 2.0), "numbers", lambda f, p, y: anp.sum((p - y) ** 2, axis=1) / 2.0,
             last=(*_SQUARES, "softplus", "relu", "exp")),
    LossCase({"kind": "mse"}, (-2.0, 2.0), "numbers", lambda f, p, y: anp.sum((p - y) ** 2, axis=1), last=(*_SQUARES, "gelu")),
    LossCase({"kind": "mae"}, (-2.0, 2.0), "numbers", lambda f, p, y: anp.sum((p - y) * np.sign(getval(p) - y), axis=1),
             last=("none", "identity", "tanh", "leaky_relu")),
    LossCase({"kind": "huber", "delta": 1.0}, (-3.0, 3.0), "numbers", huber, last=("none", "identity", "silu")),
    LossCase({"kind": "huber", "delta": 0.3}, (-2.0, 2.0), "numbers", huber, last=("none", "identity", "silu")),
    LossCase({"kind": "binary_cross_entropy"}, (0.05, 0.95), "bits",
             lambda f, p, y: -anp.sum(y * anp.log(p) + (1.0 - y) * anp.log(1.0 - p), axis=1)),
    LossCase({"kind": "cross_entropy"}, (0.05, 0.95), "one-hot", lambda f, p, y: -anp.sum(y * anp.log(p), axis=1)),
    LossCase({"kind": "poisson"}, (0.1, 5.0), "counts", lambda f, p, y: anp.sum(p - y * anp.log(p), axis=1)),
    LossCase({"kind": "hinge"}, (-2.0, 2.0), "signs", lambda f, p, y: anp.sum((1.0 - y * p) * (y * getval(p) < 1.0), axis=1)),
]  # fmt: skip

HEADS: list[tuple[str, str]] = [
    ("identity", "half_mse"), ("identity", "mse"), ("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy"),
    ("exp", "poisson"),
]  # fmt: skip
