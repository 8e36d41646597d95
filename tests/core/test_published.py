"""Worked examples that others have published, to all the digits that they print."""

import numpy as np
import pytest

from core.experiment import Experiment
from core.numeric import Params
from core.state import State, memory
from core.training import step

SIGMOID = {"kind": "sigmoid"}


def made(x: list[float], y: list[float], hidden: int, rate: float) -> Experiment:
    return Experiment.parse({
        "data": {"kind": "points", "x": [x], "y": [y]},
        "layers": [{"kind": "dense", "units": hidden}, SIGMOID, {"kind": "dense", "units": len(y)}, SIGMOID],
        "loss": {"kind": "half_mse"}, "optimizer": {"kind": "sgd", "learning_rate": rate}, "batch_size": None,
    })  # fmt: skip


def state_of(experiment: Experiment, params: Params) -> State:
    return State(0, params, memory(experiment, params))


def test_mazurs_step_by_step_backpropagation_example() -> None:
    """Matt Mazur, «A Step by Step Backpropagation Example» (2015): 2-2-2, sigmoid, rate 0.5.  The biases stay as they are."""
    biases = {"b": np.full(2, 0.35)}, {"b": np.full(2, 0.60)}
    experiment = made([0.05, 0.10], [0.01, 0.99], 2, 0.5)
    params: Params = (
        {"W": np.array([[0.15, 0.20], [0.25, 0.30]])} | biases[0], {},
        {"W": np.array([[0.40, 0.45], [0.50, 0.55]])} | biases[1], {},
    )  # fmt: skip
    state, trace = step(experiment, state_of(experiment, params))
    first, hidden, second, out = trace.layers
    assert first.output[0, 0] == pytest.approx(0.3775, abs=1e-12)
    np.testing.assert_allclose(hidden.output[0], [0.593269992, 0.596884378], atol=5e-10)
    assert second.output[0, 0] == pytest.approx(1.105905967, abs=5e-10)
    np.testing.assert_allclose(out.output[0], [0.75136507, 0.772928465], atol=5e-9)
    assert trace.loss.value == pytest.approx(0.298371109, abs=5e-10)
    assert out.grad_output[0, 0] == pytest.approx(0.74136507, abs=5e-9)
    assert out.own["slope"][0, 0] == pytest.approx(0.186815602, abs=5e-10)
    assert second.grads["W"][0, 0] == pytest.approx(0.082167041, abs=5e-10)
    assert second.grad_output[0, 0] == pytest.approx(0.138498562, abs=5e-10)
    assert hidden.grad_output[0, 0] == pytest.approx(0.036350306, abs=5e-10)
    assert first.grads["W"][0, 0] == pytest.approx(0.000438568, abs=5e-10)
    np.testing.assert_allclose(state.params[2]["W"], [[0.35891648, 0.408666186], [0.511301270, 0.561370121]], atol=5e-9)
    np.testing.assert_allclose(state.params[0]["W"], [[0.149780716, 0.19956143], [0.24975114, 0.29950229]], atol=5e-9)
    # From here on without the trace.  He goes on with rounded weights (exact arithmetic gives 0.291027774 after one round).
    weights, network, batch = [np.array(state.params[i]["W"]) for i in (0, 2)], experiment.network, trace.batch
    for k in range(1, 10_001):
        params = {"W": weights[0]} | biases[0], {}, {"W": weights[1]} | biases[1], {}
        outputs = network.forward(params, batch.x)
        if k == 1:
            assert network.per_example(outputs, batch.y)[0] == pytest.approx(0.291027924, abs=2e-7)
        links = network.backward(params, outputs, batch.y)
        weights = [weights[0] - 0.5 * links[0].grads["W"], weights[1] - 0.5 * links[2].grads["W"]]
    assert network.per_example(outputs, batch.y)[0] == pytest.approx(0.0000351085, abs=2e-8)
    np.testing.assert_allclose(outputs[-1][0], [0.015912196, 0.984065734], atol=2e-6)


def test_han_and_kambers_example_of_backpropagation() -> None:
    """Han, Kamber & Pei, «Data Mining: Concepts and Techniques», example 9.1: 3-2-1, sigmoid, rate 0.9, biases learned too.

    The book rounds every intermediate result to three or four decimals, and prints three.
    """
    experiment = made([1.0, 0.0, 1.0], [1.0], 2, 0.9)
    params: Params = (
        {"W": np.array([[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]]), "b": np.array([-0.4, 0.2])}, {},
        {"W": np.array([[-0.3, -0.2]]), "b": np.array([0.1])}, {},
    )  # fmt: skip
    state, trace = step(experiment, state_of(experiment, params))
    first, hidden, second, out = trace.layers
    np.testing.assert_allclose(first.output[0], [-0.7, 0.1], atol=1e-12)
    np.testing.assert_allclose(hidden.output[0], [0.332, 0.525], atol=5e-4)
    assert second.output[0, 0] == pytest.approx(-0.105, abs=5e-4)
    assert out.output[0, 0] == pytest.approx(0.474, abs=5e-4)
    # the book's «error» of a unit is −δ
    assert -second.grad_output[0, 0] == pytest.approx(0.1311, abs=1e-4)
    np.testing.assert_allclose(-first.grad_output[0], [-0.0087, -0.0065], atol=1e-4)
    np.testing.assert_allclose(state.params[2]["W"], [[-0.261, -0.138]], atol=1e-3)
    np.testing.assert_allclose(state.params[0]["W"], [[0.192, 0.4, -0.508], [-0.306, 0.1, 0.194]], atol=1e-3)
    np.testing.assert_allclose(state.params[2]["b"], [0.218], atol=1e-3)
    np.testing.assert_allclose(state.params[0]["b"], [-0.408, 0.194], atol=1e-3)
