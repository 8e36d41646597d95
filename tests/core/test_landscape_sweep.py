"""The sweep's losses are the reference's, point by point, for networks of every kind; float32 keeps its bound."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.experiment import Experiment
from core.flat import flat
from core.landscape import PLANES, Sweep, Wish, finished, surface
from core.landscape.basis import Basis
from core.landscape.directions import gaussian, scaled
from core.layers import LAYERS
from core.state import start
from tests.strategies import drawn_params, experiments

SIZES = {"few": 12, "many": 400}


def basis_of(experiment, seed, length, count=2, still=0):
    """General directions, biases too, through parameters that are nowhere 0; the first `still` links with any do not move."""
    origin = drawn_params(experiment)
    size = length * max(1.0, float(np.linalg.norm(flat(origin))))
    having = [i for i, tensors in enumerate(origin) if tensors]
    fixed = having[: min(still, len(having) - 1)]

    def along(i):
        general = gaussian(origin, seed, i)
        return scaled(tuple({n: 0.0 * a for n, a in t.items()} if k in fixed else t for k, t in enumerate(general)), size)

    return Basis(origin, tuple(along(i) for i in range(count)), ("α", "β")[:count])


def reference(experiment, basis, at):
    """The loss of the network at each point's own parameters."""
    with np.errstate(all="ignore"):
        return np.array([experiment.network.mean_loss(basis.point(a), experiment.train.x, experiment.train.y) for a in at])


def check(document, seed, length, alphas, betas, most=None):
    """The grid, and the same points one by one, against the reference: at all of them, or at `most` that are drawn."""
    experiment = Experiment.parse(document)
    basis = basis_of(experiment, seed, length, still=seed % 3)
    at = np.stack(np.meshgrid(alphas, betas), axis=-1).reshape(-1, 2)
    sweep = Sweep(experiment, basis)
    both = finished(sweep.grid(alphas, betas)).ravel(), finished(sweep.losses(at))
    looked = np.arange(len(at)) if most is None else np.random.default_rng(seed).permutation(len(at))[:most]
    truth = reference(experiment, basis, at[looked])
    for found in (losses[looked] for losses in both):
        np.testing.assert_array_equal(np.isfinite(found), np.isfinite(truth))
        fine = np.isfinite(truth)
        off = np.abs(found[fine] - truth[fine]) > 1e-10 * (1.0 + np.abs(truth[fine]))
        if off.any():
            room = 1e-10 * (1.0 + np.abs(truth[fine][off])) + shaken(experiment, basis, at[looked][fine][off])
            np.testing.assert_array_less(np.abs(found[fine][off] - truth[fine][off]), room)


def shaken(experiment, basis, at, draws=8):
    """How far the reference itself moves when the network's numbers each move by a last bit."""
    rng = np.random.default_rng(0)
    found = np.zeros(len(at))

    def bit(a):
        return a * (1.0 + rng.choice([-1.0, 1.0], a.shape) * 2.0**-52)

    for k, point in enumerate(at):
        losses = []
        for _ in range(draws):
            params = tuple({n: bit(a) for n, a in own.items()} for own in basis.point(point))
            losses.append(experiment.network.mean_loss(params, experiment.train.x, experiment.train.y))
        found[k] = np.ptp(losses)
    return found


ASKED = (
    experiments(),
    st.integers(0, 2**16),
    st.sampled_from([0.01, 0.3, 3.0]),
    st.integers(1, 5),
    st.integers(1, 70),
)


@settings(max_examples=60)
@given(*ASKED)
def test_a_grid_is_the_reference_point_by_point(document, seed, length, rows, columns):
    check(document, seed, length, np.linspace(-1.0, 1.3, columns), np.linspace(-0.7, 1.0, rows))


@pytest.mark.deep
@settings(max_examples=3000)
@given(*ASKED)
def test_many_grids_are_the_reference_point_by_point(document, seed, length, rows, columns):
    # The reference needs as long for a point as the sweep for the whole grid: some points of more networks tell more.
    check(document, seed, length, np.linspace(-1.0, 1.3, columns), np.linspace(-0.7, 1.0, rows), most=25)


def activation_cases():
    """Every activation in every place: after the first link, later, last, before a convolution's flatten."""
    return [layer.kind for layer in LAYERS if layer.activation]


def test_links_before_the_first_that_moves_are_run_once(monkeypatch):
    """A plane of two weights of the last link of a convolved network: at 51 · 51 points its kernels are applied once."""
    document = {
        "data": {"kind": "digits", "count": 40, "layout": "image"},
        "layers": [{"kind": "conv2d", "filters": 2}, {"kind": "relu"}, {"kind": "max_pool2d"}, {"kind": "flatten"},
                   {"kind": "dense", "units": 10}, {"kind": "softmax"}],
        "loss": {"kind": "cross_entropy"},
    }  # fmt: skip
    experiment = Experiment.parse(document)
    basis, axis = basis_of(experiment, 1, 0.3, still=1), np.linspace(-1.0, 1.0, 51)
    kernels = type(experiment.network.layers[0])
    calls, forward = [], kernels.forward
    monkeypatch.setattr(kernels, "forward", lambda self, *given: calls.append(1) or forward(self, *given))
    found = finished(Sweep(experiment, basis).grid(axis, axis))
    assert len(calls) == 1
    at = np.array([[axis[3], axis[7]], [axis[50], axis[0]]])
    np.testing.assert_allclose([found[7, 3], found[0, 50]], reference(experiment, basis, at), rtol=1e-12)


@pytest.mark.parametrize("kind", activation_cases())
def test_every_activation_in_every_place(kind):
    x = np.random.default_rng(3).normal(size=(9, 3)).round(3).tolist()
    y = np.random.default_rng(4).uniform(0.1, 0.9, size=(9, 2)).round(3).tolist()
    own, dense = {"kind": kind}, {"kind": "dense", "units": 3}
    for layers in (
        [dense, own, {"kind": "dense", "units": 2}],
        [dense, {"kind": "dropout"}, own, {"kind": "identity"}, dense, own, {"kind": "dense", "units": 2}, own],
        [own, dense, own, own, {"kind": "dense", "units": 2}, {"kind": "tanh"}],
    ):
        document = {"data": {"kind": "points", "x": x, "y": y, "test_fraction": 0.0}, "layers": layers}
        check(document, 1, 0.3, np.linspace(-1, 1, 5), np.linspace(-1, 1, 4))


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "half_mse"])
@pytest.mark.parametrize("scale", [30.0, 1000.0])
def test_far_from_the_origin_nothing_overflows_that_the_reference_can_hold(loss, scale):
    document = {
        "data": {"kind": "xor", "count": 30},
        "layers": [{"kind": "dense", "units": 3}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
        "loss": {"kind": loss},
    }
    check(document, 2, 1.0, np.linspace(-scale, scale, 7), np.linspace(-scale, scale, 6))


@pytest.mark.parametrize("count", [1, 2])
def test_a_line_is_a_sweep_over_one_direction(count):
    layers = [{"kind": "dense", "units": 3}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
    experiment = Experiment.parse({"data": {"kind": "moons"}, "layers": layers, "loss": {"kind": "binary_cross_entropy"}})
    basis = basis_of(experiment, 5, 0.5, count)
    at = np.random.default_rng(1).normal(size=(150, count))
    np.testing.assert_allclose(finished(Sweep(experiment, basis).losses(at)), reference(experiment, basis, at), rtol=1e-12)


HINGE = {"data": {"kind": "points", "x": [[0.575]], "y": [0], "task": "binary", "test_fraction": 0.0}, "loss": {"kind": "hinge"},
         "layers": [{"kind": "dense", "units": 1}], "seed": 2}  # fmt: skip


@settings(max_examples=40)
@example(HINGE, 0, 0.1)  # 0 over half of the plane
@given(experiments(), st.integers(0, 999), st.sampled_from([0.1, 1.0]))
@pytest.mark.deep
def test_float32_keeps_the_bound_that_it_states(document, seed, reach):
    experiment = Experiment.parse(document)
    plane = PLANES.parse({"kind": "random", "seed": seed}, "plane")
    state = start(experiment)
    exact = surface(experiment, state, plane, Wish(12, reach=reach))
    quick = surface(experiment, state, plane, Wish(12, reach=reach, precision="float32"))
    assert quick["relative_error"] <= 1e-5
    fine = np.isfinite(exact["loss"])
    np.testing.assert_array_equal(np.isfinite(quick["loss"]), fine)
    np.testing.assert_allclose(quick["loss"][fine], exact["loss"][fine], rtol=1e-5, atol=1e-300)


@pytest.mark.parametrize(("activation", "loss", "size"), [("exp", "poisson", 1e3), ("relu", "mae", 1e45)])
def test_what_float32_cannot_hold_is_computed_in_float64_without_a_word_in_the_log(activation, loss, size):
    """Losses or weights beyond 3.4e38; a warning would be an error here."""
    layers = [{"kind": "dense", "units": 2}, {"kind": "relu"}, {"kind": "dense", "units": 1}, {"kind": activation}]
    experiment = Experiment.parse({"data": {"kind": "events"}, "layers": layers, "loss": {"kind": loss}})
    state = start(experiment)
    state = replace(state, params=tuple({name: size * a for name, a in tensors.items()} for tensors in state.params))
    plane = PLANES.parse({"kind": "weights", "addresses": ["0/W/0,0", "2/W/0,1"]}, "plane")
    found = surface(experiment, state, plane, Wish(4, precision="float32"))
    assert found["dtype"] == "float64"
    assert np.array_equal(found["loss"], surface(experiment, state, plane, Wish(4))["loss"], equal_nan=True)
