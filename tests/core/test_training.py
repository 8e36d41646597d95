"""Batches, replay, other ways to the gradient, Levenberg-Marquardt in a run."""

from collections import Counter
from itertools import chain
from typing import Any

import numpy as np
import pytest

from core.experiment import Experiment
from core.flat import flat, unflat
from core.gradients import GRADIENTS
from core.residuals import least_squares
from core.run import run
from core.spec import SpecError
from core.state import State, memory, parse_state, start
from core.training import batch_of, batch_rows, step
from tests.checks import close
from tests.strategies import drawn_params

XOR = {
    "data": {"kind": "xor", "count": 40, "test_fraction": 0.25, "seed": 3},
    "layers": [{"kind": "dense", "units": 3}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
    "loss": {"kind": "binary_cross_entropy"}, "penalty": {"kind": "l2", "rate": 0.01}, "batch_size": 7, "seed": 5,
}  # fmt: skip


def test_every_epoch_learns_from_every_example_once() -> None:
    experiment = Experiment.parse(XOR)
    assert len(experiment.train) == 30
    epochs = [[list(batch_rows(experiment, 5 * epoch + k)) for k in range(5)] for epoch in range(3)]
    for batches in epochs:
        assert [len(b) for b in batches] == [7, 7, 7, 7, 2]  # the last one is short
        assert Counter(chain.from_iterable(batches)) == Counter(range(30))
    assert epochs[0] != epochs[1] != epochs[2]


def test_a_batch_of_all_is_in_the_data_sets_order() -> None:
    for size in (None, 30, 2000):
        experiment = Experiment.parse(XOR | {"batch_size": size})
        for k in range(3):
            assert list(batch_rows(experiment, k)) == list(range(30))


def test_a_batch_holds_the_examples_that_its_indices_name() -> None:
    experiment = Experiment.parse(XOR)
    samples = experiment.data.make()
    for k in range(6):
        batch = batch_of(experiment, k)
        np.testing.assert_array_equal(batch.x, experiment.data.inputs(samples.x[batch.indices]))
        np.testing.assert_array_equal(batch.y[:, 0], samples.y[batch.indices])


def test_the_short_batch_is_divided_by_its_own_length() -> None:
    experiment = Experiment.parse(XOR)
    state = start(experiment)
    state = State(4, state.params, state.slots)
    _, trace = step(experiment, state)
    assert len(trace.batch.y) == 2
    parts = []
    for i in range(2):
        x, y = trace.batch.x[i : i + 1], trace.batch.y[i : i + 1]
        parts.append(flat(experiment.network.gradient(state.params, x, y)))
    close("mean of two", flat(tuple(link.grads for link in trace.layers)), (parts[0] + parts[1]) / 2, 1e-12, XOR)


@pytest.mark.parametrize("kind", [k for k in GRADIENTS.members if k != "backprop"])
def test_training_by_another_method_follows_backprops_path(kind: str) -> None:
    """60 steps of Adam; exact methods agree to rounding, central differences to their own accuracy."""
    ways = [Experiment.parse(XOR | {"optimizer": {"kind": "adam"}, "gradient": {"kind": k}}) for k in ("backprop", kind)]
    ours, theirs = (start(e) for e in ways)
    for _ in range(60):
        ours, theirs = step(ways[0], ours)[0], step(ways[1], theirs)[0]
    close(f"60 steps by {kind}", flat(theirs.params), flat(ours.params), 1e-6 if kind == "numerical" else 1e-11, XOR)
    assert not np.array_equal(flat(theirs.params), flat(ours.params)), "it is another way, so its last bits differ"


def test_the_trace_tells_what_the_gradient_cost() -> None:
    found = {}
    for kind in GRADIENTS.members:
        experiment = Experiment.parse(XOR | {"gradient": {"kind": kind}})
        found[kind] = step(experiment, start(experiment))[1].document()["gradient"]
    weights = Experiment.parse(XOR).network.size
    assert {k: (v["kind"], v["evaluations"], v["pullbacks"]) for k, v in found.items()} == {
        "backprop": ("backprop", 1, 1), "numerical": ("numerical", 2 * weights, 0),
        "complex_step": ("complex_step", weights, 0), "forward_mode": ("forward_mode", weights, 0),
    }  # fmt: skip
    assert all(found["backprop"]["multiplications"] < found[k]["multiplications"] for k in found if k != "backprop")


LM: dict[str, Any] = XOR | {
    "loss": {"kind": "half_mse"},
    "optimizer": {"kind": "levenberg_marquardt", "damping": 0.001},
    "batch_size": None,
}


@pytest.mark.parametrize("loss", ["half_mse", "mse"])
def test_half_the_squared_residuals_is_the_loss_and_their_slope_the_gradient(loss: str) -> None:
    layers = [
        {"kind": "dense", "units": 3},
        {"kind": "dropout", "drop": 0.3},
        {"kind": "gelu"},
        {"kind": "dense", "units": 2},
        {"kind": "softmax"},
    ]
    experiment = Experiment.parse(LM | {"loss": {"kind": loss}, "layers": layers})
    network, params, batch = experiment.network, drawn_params(experiment), batch_of(experiment, 0)
    noises = network.noises(1, 0, len(batch))
    outputs = network.forward(params, batch.x, noises)
    problem = least_squares(network, params, outputs, batch.y, noises)
    r, j = problem.residuals, problem.jacobian
    close("loss", 0.5 * (r @ r), network.mean_loss(params, batch.x, batch.y, noises), 1e-12, LM)
    close("loss", problem.loss(np.zeros(network.size)), network.mean_loss(params, batch.x, batch.y, noises), 0.0, LM)
    close("gradient", j.T @ r, flat(network.gradient(params, batch.x, batch.y, noises)), 1e-12, LM)
    for column, unit in enumerate(np.eye(network.size)):

        def moved(h: float, unit: Any = unit) -> Any:
            at = unflat(flat(params) + h * unit, params)
            return least_squares(network, at, network.forward(at, batch.x, noises), batch.y, noises).residuals

        close(f"column {column} of the Jacobian", j[:, column], (moved(6e-6) - moved(-6e-6)) / 1.2e-5, 1e-8, LM)


def test_the_trace_tells_what_a_step_by_residuals_cost() -> None:
    """Forward once; one sweep back for each output; the loss before and at every try; the systems: all of it counted."""
    layers = [{"kind": "dense", "units": 3}, {"kind": "tanh"}, {"kind": "dense", "units": 2}]
    experiment = Experiment.parse(LM | {"layers": layers, "data": {"kind": "points", "x": [[0.0], [0.5], [1.0], [2.0]],
                                                                    "y": [[0.0, 1.0], [1.0, 0.5], [0.0, 0.0], [2.0, 1.0]]},
                                        "penalty": {"kind": "none"}, "batch_size": 4})  # fmt: skip
    state, rejected = start(experiment), 0
    numbers, weights, forward = 4 * 2, experiment.network.size, 4 * (3 + 6)
    for _ in range(25):
        state, trace = step(experiment, state)
        spent, tries = trace.document()["gradient"], trace.document()["tries"]
        rejected += len(tries) - 1
        assert (spent["evaluations"], spent["pullbacks"]) == (2 + len(tries), 2)
        systems = numbers * weights * (weights + 1) + len(tries) * (weights**3 // 3 + weights**2)
        least = systems + (2 + len(tries)) * forward + 2 * 2 * forward  # a pull-back: to the inputs and to the weights
        assert least < spent["multiplications"] < least + 600
    assert rejected > 0, "nothing was rejected, so the tries' cost is not tested"


def test_levenberg_marquardt_never_accepts_a_rise_and_keeps_its_rejected_tries() -> None:
    experiment = Experiment.parse(LM)
    state = start(experiment)
    rejected = 0
    for _ in range(40):
        before = state
        state, trace = step(experiment, state)
        tries = trace.document()["tries"]
        assert [t["accepted"] for t in tries[:-1]] == [False] * (len(tries) - 1)
        rejected += len(tries) - 1
        after = experiment.network.mean_loss(state.params, trace.batch.x, trace.batch.y)
        assert after <= trace.loss.value
        if tries[-1]["accepted"]:
            assert after == tries[-1]["loss"]
            assert state.shared["damping"] == pytest.approx(tries[-1]["damping"] / 10)
        else:
            assert np.array_equal(flat(state.params), flat(before.params))
        assert all(t["loss"] > trace.loss.value for t in tries if not t["accepted"])
    assert rejected > 0, "nothing was rejected, so rejection is not tested"


def test_where_no_try_is_good_nothing_changes() -> None:
    """At the minimum itself every step of rounding's size is a rise or nothing."""
    experiment = Experiment.parse(
        LM | {"penalty": {"kind": "none"}, "data": {"kind": "line", "noise": 0.1}, "layers": [{"kind": "dense", "units": 1}]}
    )
    state = start(experiment)
    for _ in range(60):
        last, (state, trace) = state, step(experiment, state)
        if not trace.document()["tries"][-1]["accepted"]:
            assert np.array_equal(flat(state.params), flat(last.params))
            assert np.all(flat(trace.updates) == 0.0)
            assert len(trace.document()["tries"]) == 16
            return
        assert trace.document()["tries"][-1]["loss"] <= trace.loss.value


def test_the_damping_travels_in_the_state() -> None:
    experiment = Experiment.parse(LM)
    state = step(experiment, start(experiment))[0]
    document = {"step": 1, "params": [{k: v.tolist() for k, v in p.items()} for p in state.params], "shared": dict(state.shared)}
    resumed = parse_state(experiment, document)
    assert resumed.shared == state.shared != start(experiment).shared
    assert np.array_equal(flat(step(experiment, resumed)[0].params), flat(step(experiment, state)[0].params))
    with pytest.raises(SpecError, match=r"state.shared.speed: no such field \(the fields are began, damping\)"):
        parse_state(experiment, document | {"shared": {"speed": 1.0}})


def test_dropout_is_drawn_anew_at_every_step_and_left_out_in_a_test() -> None:
    layers = [{"kind": "dropout", "drop": 0.5}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
    experiment = Experiment.parse(XOR | {"layers": layers, "batch_size": None})
    state, first = step(experiment, start(experiment))
    _, second = step(experiment, state)
    one, two = (t.layers[0].own["mask"] for t in (first, second))
    assert not np.array_equal(one, two)
    np.testing.assert_array_equal(first.layers[0].output, 2.0 * one * first.layers[0].input)
    np.testing.assert_array_equal(experiment.network.forward(state.params, first.batch.x)[1], first.batch.x)


def test_dropouts_mean_is_its_input() -> None:
    experiment = Experiment.parse(
        XOR | {"layers": [{"kind": "dropout", "drop": 0.3}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}]}
    )
    layer = experiment.layers[0]
    x = np.array([[1.0, -2.0]])
    masks = layer.noise(np.random.default_rng(0), (2,), 40_000)
    assert masks is not None
    mean = layer.forward({}, np.repeat(x, 40_000, axis=0), masks).mean(axis=0)
    np.testing.assert_allclose(mean, x[0], atol=5 * 2 * np.sqrt(0.3 / 0.7 / 40_000))


def test_a_run_stops_where_it_diverges() -> None:
    wild = Experiment.parse(XOR | {"loss": {"kind": "half_mse"}, "layers": [{"kind": "dense", "units": 1}],
                                   "optimizer": {"kind": "sgd", "learning_rate": 1000.0}})  # fmt: skip
    frames = [frame for frame, _ in run(wild, start(wild), 500)]
    assert len(frames) < 500
    assert [bool(f.diverged) for f in frames] == [False] * (len(frames) - 1) + [True]
    assert frames[-1].diverged.startswith(f"At step {len(frames)} the training loss")


def test_a_state_of_one_optimizer_starts_another() -> None:
    """A state without slots takes fresh ones."""
    adam = Experiment.parse(XOR | {"optimizer": {"kind": "adam"}})
    params = drawn_params(adam)
    document = {"step": 3, "params": [{k: v.tolist() for k, v in p.items()} for p in params]}
    resumed = parse_state(adam, document)
    fresh = memory(adam, params)
    assert all(np.array_equal(resumed.slots[0]["W"][n], fresh[0]["W"][n]) for n in ("m", "v"))
