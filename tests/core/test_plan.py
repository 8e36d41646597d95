"""The compiled plan takes the very steps of the reference, for every chain of dense links and elementwise activations."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.experiment import Experiment
from core.layers import LAYERS, Elementwise
from core.numeric import Array, finite
from core.optimizers import OPTIMIZERS
from core.penalties import PENALTIES
from core.plan import Plan, plan_for, plan_many
from core.state import State, start
from core.training import step

ACTIVATIONS = [m.kind for m in LAYERS if issubclass(m, Elementwise)]
READERS = [o.kind for o in OPTIMIZERS if o.reads == "gradient"]
HEADS = [("identity", "half_mse"), ("identity", "mse"), ("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy"),
         ("exp", "poisson"), ("tanh", "half_mse"), ("sigmoid", "mse"), ("tanh", "huber"), ("softplus", "poisson"),
         ("identity", "mae"), ("identity", "hinge"), ("gelu", "half_mse")]  # fmt: skip
TOLERANCE = 1e-13


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A random chain of dense links and elementwise activations, with any head, optimizer and penalty."""
    layers: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, 3))):
        layers.append({"kind": "dense", "units": draw(st.integers(1, 6))})
        if draw(st.booleans()):
            layers.append({"kind": draw(st.sampled_from(ACTIVATIONS))})
    last, loss = draw(st.sampled_from(HEADS))
    layers.append({"kind": "dense", "units": 2 if last == "softmax" else 1})
    if last != "identity" or draw(st.booleans()):
        layers.append({"kind": last})
    return {
        "data": {"kind": "moons", "count": draw(st.integers(8, 40)), "seed": draw(st.integers(0, 99))},
        "layers": layers,
        "loss": {"kind": loss},
        "penalty": draw(st.sampled_from([{"kind": p.kind} | ({"rate": 0.03} if p.kind != "none" else {}) for p in PENALTIES])),
        "optimizer": {"kind": draw(st.sampled_from(READERS)), "learning_rate": 0.01},
        "batch_size": draw(st.sampled_from([None, 1, 7, 10])),
        "seed": draw(st.integers(0, 99)),
    }


def agree(a: Array, b: Array, what: str, document: Any) -> None:
    """Both sides, and the experiment to reproduce them, in the failure."""
    worst = np.max(np.abs(a - b) / np.maximum(1.0, np.abs(b)), initial=0.0)
    assert a.shape == b.shape, f"{what}: plan {a.shape}, reference {b.shape} in {json.dumps(document)}"
    assert worst <= TOLERANCE, f"{what}: plan {a}, reference {b} differ by {worst} in {json.dumps(document)}"


def agree_states(plan: State, reference: State, document: Any) -> None:
    assert plan.step == reference.step
    assert plan.shared == reference.shared
    for i, tensors in enumerate(reference.params):
        assert set(plan.params[i]) == set(tensors)
        for n, a in tensors.items():
            agree(plan.params[i][n], a, f"params.{i}.{n}", document)
            assert set(plan.slots[i][n]) == set(reference.slots[i][n])
            for slot, value in reference.slots[i][n].items():
                agree(plan.slots[i][n][slot], value, f"slots.{i}.{n}.{slot}", document)


def reference_run(experiment: Experiment, state: State, steps: int) -> State:
    for _ in range(steps):
        state, _ = step(experiment, state)
    return state


def cancelled(experiment: Experiment, state: State, steps: int) -> bool:
    """Is a gradient, on which the update does not merely depend in proportion, nothing but rounding in one of these steps?"""
    if experiment.optimizer.kind in ("sgd", "momentum", "nesterov"):
        return False
    for _ in range(steps):
        state, trace = step(experiment, state)
        grads = [np.abs(g).ravel() for link in trace.layers for g in link.grads.values()]
        if np.any(np.concatenate(grads) < 1e-13):
            return True
    return False


def built(document: dict[str, Any]) -> tuple[Experiment, Plan]:
    experiment = Experiment.parse(document)
    plan = plan_for(experiment)
    assert plan is not None, f"no plan for {json.dumps(document)}"
    return experiment, plan


EXPONENTIALS = {"data": {"kind": "moons", "count": 8, "seed": 0}, "layers": [{"kind": "dense", "units": 3}, {"kind": "exp"},
                {"kind": "dense", "units": 1}, {"kind": "exp"}, {"kind": "dense", "units": 1}, {"kind": "exp"}],
                "loss": {"kind": "poisson"}, "optimizer": {"kind": "sgd", "learning_rate": 0.01}, "batch_size": None,
                "seed": 2}  # fmt: skip


@given(documents(), st.integers(0, 9))
@example(EXPONENTIALS, 0)  # it diverges
def test_every_such_chain_steps_as_the_reference(document: dict[str, Any], first: int) -> None:
    experiment, plan = built(document)
    begun = reference_run(experiment, start(experiment), first)
    # |δ| = 1 of a hinge and of an MAE can cancel to 0 or to 1e-17, by the order of the sum; divided by its own size it is a step.
    assume(document["loss"]["kind"] not in ("hinge", "mae") or not cancelled(experiment, begun, 3))
    plan.load([begun])
    plan.advance(3)
    expected = reference_run(experiment, begun, 3)
    if finite(expected.params):
        agree_states(plan.state(), expected, document)
    else:  # a chain of exponentials, say: no number of a diverged state is compared, but both have to have diverged
        assert not finite(plan.state().params), f"the reference diverged, the plan did not: {json.dumps(document)}"


@pytest.mark.parametrize("kind", READERS)
def test_every_optimizer_and_its_memory(kind: str) -> None:
    document = {"data": {"kind": "spiral", "count": 53}, "layers": [{"kind": "dense", "units": 5}, {"kind": "tanh"},
                {"kind": "dense", "units": 4}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
                "loss": {"kind": "binary_cross_entropy"}, "optimizer": {"kind": kind}}  # fmt: skip
    experiment, plan = built(document)
    plan.load([start(experiment)])
    plan.advance(25)  # more than four epochs with a short last batch
    agree_states(plan.state(), reference_run(experiment, start(experiment), 25), document)


@pytest.mark.parametrize("kind", ACTIVATIONS)
def test_every_activation(kind: str) -> None:
    document = {"data": {"kind": "circle", "count": 20}, "layers": [{"kind": "dense", "units": 3}, {"kind": kind},
                {"kind": "dense", "units": 3}, {"kind": kind}, {"kind": "dense", "units": 1}],
                "optimizer": {"kind": "sgd", "learning_rate": 0.01}}  # fmt: skip
    experiment, plan = built(document)
    plan.load([start(experiment)])
    plan.advance(4)
    agree_states(plan.state(), reference_run(experiment, start(experiment), 4), document)


SPIRAL = {"data": {"kind": "spiral", "count": 60}, "layers": [{"kind": "dense", "units": 4}, {"kind": "tanh"},
          {"kind": "dense", "units": 1}, {"kind": "sigmoid"}], "loss": {"kind": "binary_cross_entropy"}}  # fmt: skip


def test_a_record_holds_what_the_trace_holds() -> None:
    experiment, plan = built(SPIRAL)
    plan.load([start(experiment)])
    rest, record = len(experiment.train) % experiment.batch, plan.record(9)
    assert rest, "no short batch at the end of an epoch"
    plan.advance(4, record)
    plan.advance(5, record[4:])
    state, counts = start(experiment), set[int]()
    for row in record:
        state, trace = step(experiment, state)
        count = len(trace.layers[0].output)
        counts.add(count)
        told = plan.told(row, count)
        for i, link in ((0, trace.layers[0]), (2, trace.layers[2])):
            agree(told.deltas[i], link.grad_output, f"delta of link {i}", SPIRAL)
            for n, a in trace.after[i].items():
                agree(told.params[i][n], a, f"after.{i}.{n}", SPIRAL)
        agree(told.outputs[0], trace.layers[1].output, "the hidden outputs", SPIRAL)
        agree(told.outputs[2], trace.layers[3].output, "the outputs", SPIRAL)
    assert counts == {experiment.batch, rest}


def test_sixteen_runs_on_a_leading_axis_are_sixteen_runs() -> None:
    experiments = [Experiment.parse(SPIRAL | {"seed": s, "optimizer": {"kind": "adam"}}) for s in range(16)]
    plan = plan_many(experiments)
    assert plan is not None
    plan.load([start(e) for e in experiments])
    plan.advance(13)
    for i, e in enumerate(experiments):
        agree_states(plan.state(i), reference_run(e, start(e), 13), e.document())


def test_runs_with_different_optimizers_race_on_one_axis() -> None:
    first = Experiment.parse(SPIRAL)
    optimizers = [{"kind": k} for k in READERS] + [{"kind": "sgd", "learning_rate": 0.5}]
    experiments = [Experiment.parse(SPIRAL | {"optimizer": o}) for o in optimizers]
    plan = plan_many(experiments)
    assert plan is not None
    begun = [replace(start(e), params=start(first).params) for e in experiments]
    plan.load(begun)
    plan.advance(9)
    for i, (e, s) in enumerate(zip(experiments, begun, strict=True)):
        agree_states(plan.state(i), reference_run(e, s, 9), e.document())


@pytest.mark.parametrize(("kind", "field", "values"), [
    ("sgd", "learning_rate", (0.01, 0.1, 0.5)),
    ("momentum", "learning_rate", (0.01, 0.1, 0.5)),
    ("momentum", "momentum", (0.0, 0.5, 0.9)),
    ("adam", "learning_rate", (0.001, 0.01, 0.1)),
    ("adam", "beta1", (0.0, 0.5, 0.9)),
    ("adam", "beta2", (0.5, 0.9, 0.999)),
    ("adam", "epsilon", (1e-8, 1e-4, 1e-2)),
])  # fmt: skip
def test_runs_whose_optimizers_differ_in_one_field_race_on_one_axis(kind: str, field: str, values: tuple[float, ...]) -> None:
    experiments = [Experiment.parse(SPIRAL | {"optimizer": {"kind": kind, field: v}}) for v in values]
    plan = plan_many(experiments)
    assert plan is not None
    plan.load([start(e) for e in experiments])
    plan.advance(9)
    for i, e in enumerate(experiments):
        agree_states(plan.state(i), reference_run(e, start(e), 9), e.document())


@pytest.mark.parametrize("change", [
    {"gradient": {"kind": "numerical"}},
    {"optimizer": {"kind": "levenberg_marquardt"}, "loss": {"kind": "half_mse"}},
    {"layers": [{"kind": "dense", "units": 4}, {"kind": "dropout"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}]},
    {"layers": [{"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}]},
])  # fmt: skip
def test_what_it_does_not_know_is_left_to_the_reference(change: dict[str, Any]) -> None:
    assert plan_for(Experiment.parse(SPIRAL | change)) is None


def test_different_architectures_share_no_axis() -> None:
    other = SPIRAL | {"layers": [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]}
    assert plan_many([Experiment.parse(SPIRAL), Experiment.parse(other)]) is None
