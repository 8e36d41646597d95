"""One step of training, (experiment, state) -> (state', trace), and a run of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from core.experiment import Experiment, Part
from core.flat import unflat
from core.network import Pullback
from core.numeric import Array, Params, finite
from core.optimizers import Change, LevenbergMarquardt
from core.randomness import generator
from core.residuals import least_squares
from core.spec import SpecError
from core.trace import Batch, LinkTrace, LossTrace, Trace

MOST_STEPS = 10_000_000  # the largest step number a state may carry
MEANS = ("input", "output", "grad_output", "grad_input")
RISE = 100.0  # a loss this many times the first one counts as diverged

Memory = tuple[Mapping[str, Mapping[str, Array]], ...]  # slots[layer][parameter][name]


@dataclass(frozen=True)
class State:
    """Where a run stands: the number of updates taken, the parameters, the optimizer's memory."""

    step: int
    params: Params
    slots: Memory
    shared: Mapping[str, float] = field(default_factory=dict)  # memory of the whole run, not of one parameter

    def document(self) -> dict[str, Any]:
        """The JSON form (arrays still arrays)."""
        shown = {"step": self.step, "params": self.params, "slots": self.slots}
        return shown | ({"shared": dict(self.shared)} if self.shared else {})


def start(experiment: Experiment) -> State:
    """The initial state: it follows from the experiment alone."""
    params = experiment.network.init(experiment.seed, experiment.init)
    return State(0, params, memory(experiment, params), experiment.optimizer.shared())


def memory(experiment: Experiment, params: Params) -> Memory:
    """The optimizer's memory before the first update."""
    return tuple({name: experiment.optimizer.slots(a) for name, a in tensors.items()} for tensors in params)


def parse_state(experiment: Experiment, document: Any, path: str = "state") -> State:
    """Read a state's JSON form, checked against the experiment's shapes.  Raises SpecError with the field's path."""
    if document is None:
        return start(experiment)
    fresh = start(experiment)
    _object(document, path, {"step", "params"}, {"slots", "shared"})
    step = document["step"]
    if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= MOST_STEPS:
        raise SpecError(f"{path}.step", f"expected a whole number from 0 to {MOST_STEPS}")
    params = _tensors(document["params"], fresh.params, f"{path}.params")
    slots = fresh.slots
    if document.get("slots") is not None:
        given = document["slots"]
        _aligned(given, fresh.slots, f"{path}.slots")
        slots = tuple(
            {name: _named(_member(g, name, f"{path}.slots.{i}"), s, f"{path}.slots.{i}.{name}") for name, s in expected.items()}
            for i, (g, expected) in enumerate(zip(given, fresh.slots, strict=True))
        )
    shared = dict(fresh.shared)
    if document.get("shared") is not None:
        _object(document["shared"], f"{path}.shared", set(), set(shared))
        shared |= {k: float(_array(v, (), f"{path}.shared.{k}")) for k, v in document["shared"].items()}
    return State(step, params, slots, shared)


def _object(value: Any, path: str, needed: set[str], allowed: set[str]) -> None:
    if not isinstance(value, Mapping):
        raise SpecError(path, "expected an object")
    for key in needed - set(value):
        raise SpecError(f"{path}.{key}", "this field is needed")
    for key in set(value) - needed - allowed:
        raise SpecError(f"{path}.{str(key)[:40]}", "no such field", f"the fields are {', '.join(sorted(needed | allowed))}")


def _member(value: Any, name: str, path: str) -> Any:
    if not isinstance(value, Mapping) or name not in value:
        raise SpecError(f"{path}.{name}", "this field is needed")
    return value[name]


def _aligned(value: Any, expected: Any, path: str) -> None:
    if not isinstance(value, (list, tuple)) or len(value) != len(expected):
        raise SpecError(path, f"expected a list of {len(expected)} objects, one a layer", "start anew: POST /api/start")


def _tensors(value: Any, expected: Params, path: str) -> Params:
    _aligned(value, expected, path)
    return tuple(_named(v, e, f"{path}.{i}") for i, (v, e) in enumerate(zip(value, expected, strict=True)))


def _named(value: Any, expected: Mapping[str, Array], path: str) -> dict[str, Array]:
    _object(value, path, set(expected), set())
    return {name: _array(value[name], array.shape, f"{path}.{name}") for name, array in expected.items()}


def _array(value: Any, shape: tuple[int, ...], path: str) -> Array:
    """A nested list as a float64 array of just this shape, every number finite."""
    shown = " × ".join(map(str, shape)) or "one number"
    if not _fits(value, shape):
        raise SpecError(path, f"expected numbers of shape {shown}", "the state must belong to this experiment: POST /api/start")
    try:
        array = np.array(value, dtype=np.float64).reshape(shape)
    except (TypeError, ValueError, OverflowError) as error:
        raise SpecError(path, f"expected numbers of shape {shown}") from error
    if not np.isfinite(array).all():
        raise SpecError(path, "expected finite numbers", "this state has diverged: go back, or take a smaller learning rate")
    return array


def _fits(value: Any, shape: tuple[int, ...]) -> bool:
    """Is it a nested list of this shape, with numbers at the leaves?"""
    if isinstance(value, np.ndarray):
        return bool(value.shape == shape)
    if not shape:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, list) and len(value) == shape[0] and all(_fits(v, shape[1:]) for v in value)


@lru_cache(maxsize=256)
def _order(seed: int, epoch: int, count: int) -> Array:
    """The order of the training examples in one epoch."""
    return generator(seed, "order", epoch).permutation(count)


def epoch_rows(experiment: Experiment, epoch: int) -> Array:
    """Rows of the training part in the order in which epoch number `epoch` (from 0) learns from them."""
    count = len(experiment.train)
    return np.arange(count) if experiment.batch == count else _order(experiment.seed, epoch, count)


def batch_rows(experiment: Experiment, step: int) -> Array:
    """Rows of the training part that step number `step` (from 0) learns from; the last batch of an epoch may be short."""
    size = experiment.batch
    epoch, place = divmod(step, -(-len(experiment.train) // size))
    return epoch_rows(experiment, epoch)[place * size : (place + 1) * size]


def batch_of(experiment: Experiment, step: int) -> Part:
    """The examples of one step."""
    rows, train = batch_rows(experiment, step), experiment.train
    return Part(train.indices[rows], train.x[rows], train.y[rows])


class _Decision(NamedTuple):
    """What the optimizer makes of the step."""

    changes: tuple[dict[str, Change], ...]
    shared: Mapping[str, float]
    extra: dict[str, Any]


def step(experiment: Experiment, state: State, example: int | None = None) -> tuple[State, Trace]:
    """One update: forward, loss, backward, gradient, change.  after = before + update, exactly.

    `example` is the row of the batch whose own contribution to every gradient the trace shall hold.
    """
    network, params = experiment.network, state.params
    batch = batch_of(experiment, state.step)
    noises = network.noises(experiment.seed, state.step, len(batch))
    with np.errstate(all="ignore"):  # what overflows is told as divergence, not as a warning
        outputs = network.forward(params, batch.x, noises)
        pullbacks = network.backward(params, outputs, batch.y, noises)
        grads = _gradient(experiment, params, batch, pullbacks, noises)
        changes, shared, extra = _decide(experiment, state, grads, outputs, batch, noises)
        after = tuple({n: a + changes[i][n].update for n, a in tensors.items()} for i, tensors in enumerate(params))
        per_example = network.per_example(outputs, batch.y)
        data, penalty = float(per_example.mean()), network.penalty.total(params)
        links = tuple(
            LinkTrace(layer.kind, outputs[i], outputs[i + 1], back.grad_output, back.grad_input, grads[i],
                      layer.shown(params[i], outputs[i], outputs[i + 1], noises[i]))
            for i, (layer, back) in enumerate(zip(network.layers, pullbacks, strict=True))
        )  # fmt: skip
        slots = tuple({n: c.slots for n, c in tensors.items()} for tensors in changes)
        trace = Trace(
            step=state.step, batch=Batch(batch.indices, batch.x, batch.y), layers=links,
            loss=LossTrace(data + penalty, per_example, data, penalty), fused=network.head is not None,
            before=params, updates=tuple({n: c.update for n, c in tensors.items()} for tensors in changes), after=after,
            slots=slots, shown=tuple({n: c.shown for n, c in tensors.items()} for tensors in changes),
            memory=state.slots, mean=_means(links),
            example=contribution(experiment, params, links, noises, batch, example), extra=extra,
        )  # fmt: skip
    return State(state.step + 1, after, slots, shared), trace


def _means(links: Sequence[LinkTrace]) -> tuple[dict[str, Array], ...]:
    """The batch's means of every link's arrays; what two links share is averaged once."""
    values = [_mean(link.input) for link in links[:1]] + [_mean(link.output) for link in links]
    grads = [_mean(link.grad_input) for link in links] + [_mean(link.grad_output) for link in links[-1:]]
    arrays = zip(values[:-1], values[1:], grads[1:], grads[:-1], strict=True)
    return tuple(dict(zip(MEANS, means, strict=True)) for means in arrays)


def _mean(a: Array) -> Array:
    """What `a.mean(axis=0)` gives, in half of its time."""
    found: Array = np.add.reduce(a, 0, dtype=np.float64) / len(a)
    return found


def _gradient(
    experiment: Experiment, params: Params, batch: Part, pullbacks: Sequence[Pullback], noises: Sequence[Array | None]
) -> Params:
    """The gradient that the optimizer is given, by the experiment's method; the pull-backs are backprop's."""
    if experiment.gradient.kind == "backprop":
        return experiment.network.with_penalty(params, tuple(p.grads for p in pullbacks))
    return experiment.gradient.gradient(experiment.network, params, batch.x, batch.y, noises)


def _decide(
    experiment: Experiment, state: State, grads: Params, outputs: Sequence[Array], batch: Part, noises: Sequence[Array | None]
) -> _Decision:
    """The change of every parameter, and what else the trace shall tell: the gradient's cost, a solver's tries."""
    optimizer, params = experiment.optimizer, state.params
    ledger = experiment.gradient.count(experiment.network, len(batch))
    extra: dict[str, Any] = {"gradient": {"kind": experiment.gradient.kind} | vars(ledger)}
    if isinstance(optimizer, LevenbergMarquardt):
        problem = least_squares(experiment.network, params, outputs, batch.y, noises)
        solution = optimizer.solve(problem, state.shared["damping"])
        updates = unflat(solution.change, params)
        changes = tuple({n: Change(u, {}, {}) for n, u in tensors.items()} for tensors in updates)
        return _Decision(changes, {"damping": solution.damping}, extra | {"tries": solution.tries})
    changes = tuple(
        {n: optimizer.change(grads[i][n], dict(state.slots[i][n]), state.step + 1, a) for n, a in tensors.items()}
        for i, tensors in enumerate(params)
    )
    return _Decision(changes, state.shared, extra)


def contribution(experiment: Experiment, params: Params, links: Sequence[LinkTrace], noises: Sequence[Array | None], batch: Part,
                 row: int | None) -> dict[str, Any] | None:  # fmt: skip
    """What one example of the batch contributes to every gradient: ∂ℓᵢ/∂w, whose mean over the batch is the data's gradient.

    The row is taken modulo the batch's length, because the last batch of an epoch may be short.
    """
    if row is None:
        return None
    row %= len(batch)
    one = slice(row, row + 1)
    chain = enumerate(zip(experiment.network.layers, links, noises, strict=True))
    grads = tuple(
        layer.backward(params[i], link.input[one], link.output[one], _row(noise, one), link.grad_output[one])[1]
        for i, (layer, link, noise) in chain
    )
    return {"row": row, "index": int(batch.indices[row]), "grads": grads}


def _row(noise: Array | None, one: slice) -> Array | None:
    return None if noise is None else noise[one]


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
    with np.errstate(all="ignore"):
        outputs = {name: _outputs(experiment, state.params, part) for name, part in _parts(experiment)}
        losses = {name: _loss(experiment, state.params, outputs[name], part) for name, part in _parts(experiment)}
        metrics = {
            f"{name}_accuracy": accuracy(outputs[name][-1], part.y)
            for name, part in _parts(experiment) if experiment.data.task in ("binary", "classes")
        }  # fmt: skip
    return Frame(state, losses["train"], losses.get("test"), metrics, _divergence(state, losses["train"], limit))


def _parts(experiment: Experiment) -> list[tuple[str, Part]]:
    return [(name, part) for name, part in (("train", experiment.train), ("test", experiment.test)) if len(part)]


def _outputs(experiment: Experiment, params: Params, part: Part) -> list[Array]:
    return experiment.network.forward(params, part.x)


def _loss(experiment: Experiment, params: Params, outputs: list[Array], part: Part) -> float:
    return float(experiment.network.per_example(outputs, part.y).mean()) + experiment.network.penalty.total(params)


def accuracy(predicted: Array, target: Array) -> float:
    """The share of examples whose class is right: the largest output, or one output on the right side of the middle."""
    if predicted.shape[1] == 1:
        middle = 0.0 if target.min(initial=0.0) < 0 else 0.5
        return float(((predicted > middle) == (target > middle)).mean())
    return float((predicted.argmax(axis=1) == target.argmax(axis=1)).mean())


def _divergence(state: State, loss: float, limit: float) -> str:
    """Why the run counts as diverged; empty if it does not."""
    if not finite(state.params):
        return f"At step {state.step} a weight grew beyond what a float64 can hold."
    if not np.isfinite(loss):
        return f"At step {state.step} the loss grew beyond what a float64 can hold."
    if loss > limit:
        return f"At step {state.step} the loss is {loss:.3g}, more than {RISE:g} times what it was at the start."
    return ""


def loss_limit(experiment: Experiment, state: State) -> float:
    """The loss above which a run counts as diverged: RISE times the larger of the initial loss, the present one and 1e-3.

    Their absolute values, because a Poisson loss may be negative.
    """
    first = measure(experiment, start(experiment)).train
    return RISE * max(abs(first), abs(measure(experiment, state).train), 1e-3)
