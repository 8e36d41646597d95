"""Matched pairs far from 0: computed from z in one piece, they stay finite and exact where the two plain factors do not."""

import math

import numpy as np
import pytest

from core.experiment import Experiment
from core.frame import measure
from core.gradients import GRADIENTS
from core.heads import HEADS
from core.layers import LAYERS
from core.losses import LOSSES
from core.network import Network
from core.numeric import Array
from core.penalties import NoPenalty
from core.state import State, memory, start
from core.training import step


def network(activation: str, loss: str, outputs: int) -> Network:
    return Network((LAYERS.parse({"kind": activation}, ""),), LOSSES.parse({"kind": loss}, ""), NoPenalty(), (outputs,))


def told(activation: str, loss: str, z: list[float], y: list[float]) -> tuple[float, Array]:
    """(ℓ, δ) of one example."""
    chain = network(activation, loss, len(z))
    with np.errstate(over="ignore"):
        outputs = chain.forward(({},), np.array([z]))
        value = chain.per_example(outputs, np.array([y]))
        (link,) = chain.backward(({},), outputs, np.array([y]))
    return float(value[0]), link.grad_input[0]


@pytest.mark.parametrize(("z", "y", "loss", "delta"), [
    (1000.0, 1.0, 0.0, 0.0), (1000.0, 0.0, 1000.0, 1.0), (-1000.0, 0.0, 0.0, 0.0), (-1000.0, 1.0, 1000.0, -1.0),
    (40.0, 1.0, math.log1p(math.exp(-40.0)), None), (-40.0, 0.0, math.log1p(math.exp(-40.0)), None),
])  # fmt: skip
def test_sigmoid_with_binary_cross_entropy(z: float, y: float, loss: float, delta: float | None) -> None:
    found, found_delta = told("sigmoid", "binary_cross_entropy", [z], [y])
    assert found == loss
    if delta is not None:
        assert found_delta == [delta]


@pytest.mark.parametrize(("z", "y", "loss", "delta"), [
    ([1000.0, 0.0, -1000.0], [1.0, 0.0, 0.0], 0.0, [0.0, 0.0, 0.0]),
    ([1000.0, 0.0, -1000.0], [0.0, 0.0, 1.0], 2000.0, [1.0, 0.0, -1.0]),
    ([1000.0, 1000.0], [1.0, 0.0], math.log(2.0), [-0.5, 0.5]),
    ([-1000.0, -1000.0], [0.0, 1.0], math.log(2.0), [0.5, -0.5]),
])  # fmt: skip
def test_softmax_with_cross_entropy(z: list[float], y: list[float], loss: float, delta: list[float]) -> None:
    found, found_delta = told("softmax", "cross_entropy", z, y)
    assert found == loss
    assert found_delta.tolist() == delta


@pytest.mark.parametrize(("loss", "value", "slope"), [("half_mse", 499000.5, 999.0), ("mse", 998001.0, 1998.0)])
def test_identity_with_squared_errors(loss: str, value: float, slope: float) -> None:
    assert told("identity", loss, [1000.0], [1.0]) == (value, slope)


@pytest.mark.parametrize(("z", "y", "loss", "delta"), [
    (-1000.0, 3.0, 3000.0, -3.0), (-1000.0, 0.0, 0.0, 0.0), (700.0, 2.0, math.exp(700.0) - 1400.0, math.exp(700.0) - 2.0),
])  # fmt: skip
def test_exp_with_poisson(z: float, y: float, loss: float, delta: float) -> None:
    found, found_delta = told("exp", "poisson", [z], [y])
    assert found == pytest.approx(loss, rel=1e-15, abs=0.0)
    assert found_delta[0] == pytest.approx(delta, rel=1e-15, abs=0.0)


def test_exp_with_poisson_at_1000_is_infinite_never_nan() -> None:
    """e¹⁰⁰⁰ ≈ 2e434 is beyond any float64 (the largest is 1.8e308): that can only be told, not computed."""
    found, delta = told("exp", "poisson", [1000.0], [2.0])
    assert found == math.inf
    assert delta.tolist() == [math.inf]


def test_exp_with_poisson_at_1000_is_reported_as_divergence() -> None:
    experiment = Experiment.parse({
        "data": {"kind": "points", "x": [[1.0], [1.0]], "y": [2, 1], "task": "counts"},
        "layers": [{"kind": "dense", "units": 1}, {"kind": "exp"}], "loss": {"kind": "poisson"},
    })  # fmt: skip
    params = ({"W": np.array([[1000.0]]), "b": np.array([0.0])}, {})
    state = State(0, params, memory(experiment, params))
    assert measure(experiment, state).diverged == "At step 0 the training loss grew beyond what a float64 can hold."
    after, trace = step(experiment, state)
    assert trace.loss.value == math.inf
    assert not np.isnan(trace.layers[1].grad_input).any()
    assert "a weight grew beyond" in measure(experiment, after).diverged


@pytest.mark.parametrize("pair", [p for p in HEADS if p != ("exp", "poisson")], ids="-".join)
@pytest.mark.parametrize("size", [1000.0, -1000.0, 1e6])
def test_everything_of_a_step_is_finite(pair: tuple[str, str], size: float) -> None:
    chain = network(*pair, outputs=3)
    z, y = size * np.array([[1.0, -1.0, 0.5], [0.0, 1.0, 1.0]]), np.eye(3)[[0, 2]]
    outputs = chain.forward(({},), z)
    (link,) = chain.backward(({},), outputs, y)
    for array in (*outputs, chain.per_example(outputs, y), link.grad_output, link.grad_input):
        assert np.isfinite(array).all()
    factor = HEADS[pair].factor
    assert np.array_equal(link.grad_input, factor * (outputs[-1] - y))


@pytest.mark.parametrize("z", [20.0, 30.0, 36.0, 37.0, 40.0, 300.0, 690.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("y", [0.0, 1.0, 0.25])
def test_the_two_factors_of_sigmoid_with_binary_cross_entropy_come_to_delta_however_saturated(
    z: float, sign: float, y: float
) -> None:
    """∂ℓ/∂ŷ · a (1 − a) = ŷ − y also where ŷ itself has no digits left beside 1: both know 1 − ŷ as σ(−z)."""
    chain, x = network("sigmoid", "binary_cross_entropy", 1), np.array([[sign * z]])
    outputs = chain.forward(({},), x)
    (link,) = chain.backward(({},), outputs, np.array([[y]]))
    slope = chain.layers[0].shown({}, x, outputs[1], None)["slope"]
    near = 1.0 / (1.0 + math.exp(z))  # what is left to the end of the interval: ŷ, or 1 − ŷ
    delta = (near if y == 0.0 else near - y) if sign < 0 else (-near if y == 1.0 else 1.0 - near - y)
    np.testing.assert_allclose(slope * link.grad_output, [[delta]], rtol=1e-12)


def test_only_matched_pairs_are_fused() -> None:
    document = {"data": {"kind": "xor"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]}
    for loss, fused in (("binary_cross_entropy", True), ("half_mse", False)):
        experiment = Experiment.parse(document | {"loss": {"kind": loss}})
        assert step(experiment, start(experiment))[1].fused is fused


SMOOTH = ["sigmoid", "tanh", "softplus", "gelu", "silu", "exp"]


@pytest.mark.parametrize("hidden", SMOOTH)
@pytest.mark.parametrize(("last", "loss"), [(h.activation, h.loss) for h in HEADS.values()])
def test_at_z_exactly_0_every_method_finds_the_same_slope(hidden: str, last: str, loss: str) -> None:
    """Rules written by branches meet at 0, where a dropped or a zero-initialised unit stands: there the branches must agree."""
    kind = "events" if loss == "poisson" else "moons"
    experiment = Experiment.parse({
        "data": {"kind": kind, "count": 12},
        "layers": [{"kind": "dense", "units": 3}, {"kind": hidden}, {"kind": "dense", "units": 2 if last == "softmax" else 1},
                   {"kind": last}],
        "loss": {"kind": loss}, "init": {"kind": "zeros"}, "batch_size": None,
    })  # fmt: skip
    state, part, network = start(experiment), experiment.train, experiment.network
    backprop = network.gradient(state.params, part.x, part.y)
    for method in ("numerical", "complex_step", "forward_mode"):
        found = GRADIENTS[method]().gradient(network, state.params, part.x, part.y, None)
        tolerance = 1e-7 if method == "numerical" else 1e-13
        for i, tensors in enumerate(backprop):
            for name, expected in tensors.items():
                where = f"{method} {i}/{name}"
                np.testing.assert_allclose(found[i][name], expected, rtol=tolerance, atol=tolerance, err_msg=where)
