"""One step of training, (experiment, state) -> (state', trace)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from core.counting import Ledger
from core.experiment import Experiment, Part
from core.flat import unflat
from core.numeric import Array, Params, sum_outputs
from core.optimizers import Change, LeastSquares, LevenbergMarquardt, Solution
from core.randomness import generator
from core.residuals import cost, least_squares
from core.state import State
from core.trace import Batch, LinkTrace, LossTrace, Trace
from core.work import Work, finished, quiet

MEANS = ("input", "output", "grad_output", "grad_input")


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
    return finished(stepping(experiment, state, example))


def stepping(experiment: Experiment, state: State, example: int | None = None) -> Work[tuple[State, Trace]]:
    """The same; where the gradient is swept weight by weight, in as many pieces, else in one."""
    return quiet(_stepping(experiment, state, example))


def _stepping(experiment: Experiment, state: State, example: int | None) -> Work[tuple[State, Trace]]:
    network, params = experiment.network, state.params
    batch = batch_of(experiment, state.step)
    noises = network.noises(experiment.seed, state.step, len(batch))
    outputs = network.forward(params, batch.x, noises)
    pullbacks = network.backward(params, outputs, batch.y, noises)
    swept = network.with_penalty(params, tuple(p.grads for p in pullbacks))
    by_sweep = experiment.gradient.kind == "backprop"
    grads = swept if by_sweep else (yield from experiment.gradient.pieces(network, params, batch.x, batch.y, noises))
    changes, shared, extra = _decide(experiment, state, grads, outputs, batch, noises)
    after = tuple({n: a + changes[i][n].update for n, a in tensors.items()} for i, tensors in enumerate(params))
    terms = network.loss_terms(outputs, batch.y)
    per_example = sum_outputs(terms)
    data, penalty = float(per_example.mean()), network.penalty.total(params)
    links = tuple(
        LinkTrace(layer.kind, outputs[i], outputs[i + 1], back.grad_output, back.grad_input, grads[i],
                  layer.shown(params[i], outputs[i], outputs[i + 1], noises[i]), None if by_sweep else swept[i])
        for i, (layer, back) in enumerate(zip(network.layers, pullbacks, strict=True))
    )  # fmt: skip
    slots = tuple({n: c.slots for n, c in tensors.items()} for tensors in changes)
    trace = Trace(
        step=state.step, batch=Batch(batch.indices, batch.x, batch.y), layers=links,
        loss=LossTrace(data + penalty, per_example, terms, data, penalty), fused=network.head is not None,
        before=params, updates=tuple({n: c.update for n, c in tensors.items()} for tensors in changes), after=after,
        slots=slots, shown=tuple({n: c.shown for n, c in tensors.items()} for tensors in changes),
        memory=state.slots, shared=state.shared, k=state.k, mean=_means(links),
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


def _decide(
    experiment: Experiment, state: State, grads: Params, outputs: Sequence[Array], batch: Part, noises: Sequence[Array | None]
) -> _Decision:
    """The change of every parameter, and what else the trace shall tell: the gradient's cost, a solver's tries."""
    optimizer, params = experiment.optimizer, state.params
    kind = {"kind": experiment.gradient.kind}
    if isinstance(optimizer, LevenbergMarquardt):
        problem = least_squares(experiment.network, params, outputs, batch.y, noises)
        solution = optimizer.solve(problem, state.shared["damping"])
        extra: dict[str, Any] = {"gradient": kind | vars(_spent(experiment, problem, solution, len(batch)))}
        updates = unflat(solution.change, params)
        changes = tuple({n: Change(u, {}, {}) for n, u in tensors.items()} for tensors in updates)
        return _Decision(changes, {**state.shared, "damping": solution.damping}, extra | {"tries": solution.tries})
    extra = {"gradient": kind | vars(experiment.gradient.count(experiment.network, len(batch)))}
    changes = tuple(
        {n: optimizer.change(grads[i][n], dict(state.slots[i][n]), state.k, a) for n, a in tensors.items()}
        for i, tensors in enumerate(params)
    )
    return _Decision(changes, state.shared, extra)


def _spent(experiment: Experiment, problem: LeastSquares, solution: Solution, examples: int) -> Ledger:
    """What a step by residuals cost: their Jacobian, the system solved at each try, the loss before and at each try."""
    ledger, evaluation = cost(experiment.network, examples)
    numbers, weights = problem.jacobian.shape
    solving = LevenbergMarquardt.multiplications(numbers, weights, len(solution.tries))
    products = ledger.multiplications + solution.evaluations * evaluation + solving
    return Ledger(ledger.evaluations + solution.evaluations, ledger.pullbacks, products)


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
