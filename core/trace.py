"""The trace of one step: everything that is ever shown about it.  Its invariants are the chain rule; the tests state them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.numeric import Array, Params


@dataclass(frozen=True)
class Batch:
    """The examples of the step: their rows in the data set, inputs and targets."""

    indices: Array
    x: Array
    y: Array


@dataclass(frozen=True)
class LinkTrace:
    """One link: what went in and out, and what came back.  Per example, but for `grads`, the batch's."""

    kind: str
    input: Array
    output: Array
    grad_output: Array
    grad_input: Array
    grads: Mapping[str, Array]  # dL/d(parameter) of the batch, penalty included
    own: Mapping[str, Array] = field(default_factory=dict)  # slope, Jacobian, mask, argmax …
    backprop: Mapping[str, Array] | None = None  # backpropagation's dL/d(parameter), where another method gave `grads`

    def document(self) -> dict[str, Any]:
        """The JSON form; the link's own arrays stand beside the common ones."""
        common = ("kind", "input", "output", "grad_output", "grad_input", "grads")
        other = {} if self.backprop is None else {"backprop": self.backprop}
        return {name: getattr(self, name) for name in common} | other | dict(self.own)

    @property
    def swept(self) -> Mapping[str, Array]:
        """dL/d(parameter) as the sweep back gives it, whatever the optimizer is given: the examples' mean, and the penalty's."""
        return self.grads if self.backprop is None else self.backprop


@dataclass(frozen=True)
class LossTrace:
    """L = data + penalty; `data` is the mean of `per_example`, which each output has its term of."""

    value: float
    per_example: Array
    terms: Array
    data: float
    penalty: float


@dataclass(frozen=True)
class Trace:
    """`after == before + updates`, and this step's `after` is the next step's `before`."""

    step: int
    batch: Batch
    layers: tuple[LinkTrace, ...]
    loss: LossTrace
    fused: bool  # the last link and the loss are a matched pair: δ = ŷ − y, computed in one piece
    before: Params
    updates: Params
    after: Params
    slots: tuple[Mapping[str, Mapping[str, Array]], ...]  # the optimizer's memory after the step: slots[layer][param][name]
    shown: tuple[Mapping[str, Mapping[str, Array]], ...]  # what the optimizer computed on the way, likewise
    memory: tuple[Mapping[str, Mapping[str, Array]], ...] = ()  # what the optimizer remembered before the step, likewise
    shared: Mapping[str, float] = field(default_factory=dict)  # what it remembered of the whole run before the step
    k: int = 1  # the number of this update, from 1, since its memory began: what its corrections read
    mean: tuple[Mapping[str, Array], ...] = ()  # the batch's means of every link's arrays
    example: Mapping[str, Any] | None = None  # one example's own contribution to every gradient
    extra: Mapping[str, Any] = field(default_factory=dict)  # of the whole step: the cost of the gradient, rejected tries …

    def document(self) -> dict[str, Any]:
        """The JSON form (arrays still arrays)."""
        return {
            "step": self.step,
            "batch": vars(self.batch),
            "layers": [link.document() for link in self.layers],
            "loss": vars(self.loss),
            "fused": self.fused,
            "before": self.before,
            "updates": self.updates,
            "after": self.after,
            "slots": self.slots,
            "shown": self.shown,
            "memory": self.memory,
            "shared": self.shared,
            "k": self.k,
            "mean": self.mean,
            "example": self.example,
        } | dict(self.extra)
