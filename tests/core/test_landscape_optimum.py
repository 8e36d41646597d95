"""The optimum of a linear model against closed forms and other packages; learning rates around the critical one."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge

from core.experiment import Experiment
from core.flat import flat
from core.landscape import PLANES, Wish, surface
from core.landscape.optimum import Optimum, optimum
from core.landscape.rates import descents
from core.state import start
from core.work import finished

BOTH = {"kind": "weights", "addresses": ["0/W/0,0", "0/b/0"]}


def model(x, y, last, loss, task="regression", **parts):
    data = {"kind": "points", "x": np.asarray(x).tolist(), "y": np.asarray(y).tolist(), "test_fraction": 0.0, "task": task}
    outputs = 1 if task == "binary" or np.ndim(y) == 1 else np.shape(y)[1]
    layers = [{"kind": "dense", "units": parts.pop("units", outputs)}, {"kind": last}]
    return Experiment.parse({"data": data, "layers": layers, "loss": {"kind": loss}} | parts)


def with_ones(x):
    return np.concatenate([x, np.ones((len(x), 1))], axis=1)


@settings(max_examples=40)
@given(st.integers(0, 2**20), st.integers(3, 30), st.sampled_from(["half_mse", "mse"]))
def test_a_line_s_optimum_is_the_closed_form(seed, count, loss):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 1))
    y = 2.0 * x + rng.normal(size=(count, 1))
    found = optimum(model(x, y, "identity", loss))
    slope = np.cov(x[:, 0], y[:, 0], ddof=0)[0, 1] / np.var(x)  # the textbook's
    np.testing.assert_allclose(flat(found.params), [slope, y.mean() - slope * x.mean()], rtol=1e-9, atol=1e-9)
    factor = {"half_mse": 1.0, "mse": 2.0}[loss]
    np.testing.assert_allclose(found.hessian, factor * with_ones(x).T @ with_ones(x) / count, rtol=1e-12, atol=1e-14)
    assert found.unique


def test_ridge_regression_is_scikit_learn_s():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    found = optimum(model(x, y, "identity", "half_mse", penalty={"kind": "l2", "rate": 0.3}))
    known = Ridge(alpha=0.3 * len(x)).fit(x, y)
    np.testing.assert_allclose(found.params[0]["W"], known.coef_, rtol=1e-10)
    np.testing.assert_allclose(found.params[0]["b"], known.intercept_, rtol=1e-10)


def test_logistic_and_poisson_regression_are_statsmodels():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(80, 1))
    yes = (rng.random(80) < 1 / (1 + np.exp(-(1.5 * x[:, 0] - 0.4)))).astype(int)
    counts = rng.poisson(np.exp(0.6 * x[:, 0] + 0.2))
    for y, last, loss, task, family in (
        (yes, "sigmoid", "binary_cross_entropy", "binary", sm.families.Binomial()),
        (counts[:, None], "exp", "poisson", "counts", sm.families.Poisson()),
    ):
        experiment = model(x, y, last, loss, task)
        found = optimum(experiment)
        known = sm.GLM(np.ravel(y), with_ones(x), family=family).fit(tol=1e-14)
        np.testing.assert_allclose(flat(found.params), known.params, rtol=1e-9)
        np.testing.assert_allclose(np.linalg.inv(found.hessian * len(x)), known.cov_params(), rtol=1e-6)


def test_several_classes_with_a_penalty_are_scikit_learn_s():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(60, 2)), rng.integers(0, 3, 60)
    found = optimum(model(x, y, "softmax", "cross_entropy", "classes", units=3, penalty={"kind": "l2", "rate": 0.05}))
    known = LogisticRegression(C=1 / (0.05 * len(x)), tol=1e-12, max_iter=10_000).fit(x, y)
    np.testing.assert_allclose(found.params[0]["W"], known.coef_, atol=1e-6)
    assert not found.unique  # all biases may rise together


@pytest.mark.parametrize("last", [("sigmoid", "binary_cross_entropy"), ("identity", "half_mse"), ("exp", "poisson")])
def test_at_the_optimum_the_gradient_vanishes_and_around_it_the_loss_is_larger(last):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(40, 2)), rng.integers(0, 2, 40)
    task = {"sigmoid": "binary", "exp": "counts", "identity": "regression"}[last[0]]
    experiment = model(x, y if task == "binary" else y[:, None].astype(float), *last, task)
    found, train = optimum(experiment), experiment.train
    np.testing.assert_allclose(flat(experiment.network.gradient(found.params, train.x, train.y)), 0.0, atol=1e-12)
    best = experiment.network.mean_loss(found.params, train.x, train.y)
    for seed in range(10):
        moved = ({n: a + 0.1 * np.random.default_rng(seed).normal(size=a.shape) for n, a in found.params[0].items()}, {})
        assert experiment.network.mean_loss(moved, train.x, train.y) > best


def test_classes_that_a_line_separates_have_no_finite_optimum_and_that_is_said():
    x, y = np.linspace(-1.0, 1.0, 10)[:, None], [0] * 5 + [1] * 5
    experiment = model(x, y, "sigmoid", "binary_cross_entropy", "binary")
    assert "No finite weights" in optimum(experiment)
    answer = surface(experiment, start(experiment), PLANES.parse(BOTH, "plane"), Wish(3))
    assert answer["optimum"] is None
    assert "No finite weights" in answer["no_optimum"]


@pytest.mark.parametrize(
    "parts",
    [
        {"layers": [{"kind": "dense", "units": 2}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "identity"}]},
        {"layers": [{"kind": "dense", "units": 1}, {"kind": "tanh"}]},
        {"penalty": {"kind": "l1", "rate": 0.1}},
        {"loss": {"kind": "mae"}},
    ],
)
def test_no_optimum_is_claimed_where_none_is_known(parts):
    experiment = Experiment.parse(
        {"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}]} | parts
    )
    assert optimum(experiment) is None


def test_the_surface_of_two_parameters_marks_the_optimum_within_its_axes_and_nothing_lies_lower():
    experiment = Experiment.parse({"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}]})
    state = start(experiment)
    answer = surface(experiment, state, PLANES.parse(BOTH, "plane"), Wish(41))
    best = answer["optimum"]
    x, y = with_ones(experiment.train.x), experiment.train.y
    np.testing.assert_allclose(flat(best["params"]), np.linalg.lstsq(x, y, rcond=None)[0].ravel(), rtol=1e-12)
    np.testing.assert_allclose(best["at"], flat(best["params"]) - flat(state.params), atol=1e-12)
    assert best["distance"] == pytest.approx(0.0, abs=1e-12)
    assert answer["loss"].min() >= best["loss"]
    for axis, at in zip(answer["axes"], best["at"], strict=True):
        assert axis["values"][0] < at < axis["values"][-1]


def test_learning_rates_on_both_sides_of_the_critical_one():
    experiment = Experiment.parse({"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}]})
    answer = surface(experiment, start(experiment), PLANES.parse(BOTH, "plane"), Wish(3))
    x = with_ones(experiment.train.x)
    largest = np.linalg.eigvalsh(x.T @ x / len(x))[-1]
    assert answer["rates"]["critical_learning_rate"] == pytest.approx(2.0 / largest, rel=1e-12)
    assert answer["optimum"]["critical_learning_rate"] == pytest.approx(2.0 / largest, rel=1e-12)
    for run in answer["rates"]["runs"]:
        assert run["seen"] == run["name"]
        assert (run["learning_rate"] > 2.0 / largest) == (run["name"] == "diverge")
        theta = flat(start(experiment).params)
        for point in run["path"]:  # the very steps, by hand
            np.testing.assert_allclose(point["at"], theta - flat(answer["origin"]), atol=1e-7 * max(1.0, np.abs(theta).max()))
            theta = theta - run["learning_rate"] * (x.T @ (x @ theta - experiment.train.y[:, 0]) / len(x))


def test_descents_begin_where_the_run_is_and_not_where_the_plane_was_laid():
    """A window that stays is asked for through a state that the run has left; the present one is the last of its path."""
    experiment = Experiment.parse({"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}]})
    first = start(experiment)
    now = replace(first, step=1, params=({"W": np.array([[0.5]]), "b": np.array([-0.3])}, {}))
    answer = surface(experiment, first, PLANES.parse(BOTH, "plane"), Wish(3, path=[first, now]))
    for run in answer["rates"]["runs"]:
        np.testing.assert_allclose(run["path"][0]["at"], [0.5, -0.3] - flat(first.params), rtol=1e-12)
        assert run["path"][0]["loss"] == answer["path"][-1]["true_loss"]


@pytest.mark.parametrize("curvature", [0.5, 3.0, 40.0])
def test_a_parabola_s_descent_shrinks_the_distance_by_1_minus_rate_times_curvature(curvature):
    found = finished(
        descents(lambda t: (0.5 * curvature * float(t[0]) ** 2, curvature * t), np.ones(1), curvature, lambda t: float(t[0]))
    )
    for run in found["runs"]:
        factor = 1 - run["learning_rate"] * curvature
        places = [p["at"] for p in run["path"]]
        np.testing.assert_allclose(places, [factor**k for k in range(len(places))], rtol=1e-12)
        assert run["seen"] == run["name"]


def test_a_curve_that_bends_down_has_no_critical_rate():
    assert finished(descents(lambda t: (float(-(t[0] ** 2)), -2 * t), np.ones(1), -2.0, float)) is None


def test_an_optimum_is_found_of_every_matched_pair():
    document = {"data": {"kind": "iris"}, "layers": [{"kind": "dense", "units": 3}, {"kind": "softmax"}]}
    more = {"loss": {"kind": "cross_entropy"}, "penalty": {"kind": "l2", "rate": 0.01}}
    assert isinstance(optimum(Experiment.parse(document | more)), Optimum)
