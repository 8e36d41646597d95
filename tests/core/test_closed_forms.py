"""Training against solutions that are known without it: least squares, ridge, lasso, logistic, Poisson, support vectors."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import least_squares
from sklearn.linear_model import Lasso, LogisticRegression, Ridge
from sklearn.svm import SVC

from core.experiment import Experiment
from core.flat import flat
from core.numeric import Array, Params
from core.state import State, start
from core.training import step


def experiment(x: Array, y: Array, task: str, layers: list[dict[str, Any]], loss: str, **more: Any) -> Experiment:
    data = {"kind": "points", "x": x.tolist(), "y": y.tolist(), "task": task}
    return Experiment.parse({"data": data, "layers": layers, "loss": {"kind": loss}, "batch_size": None} | more)


def trained(made: Experiment, steps: int) -> State:
    state = start(made)
    for _ in range(steps):
        state, _ = step(made, state)
    return state


def at(weights: Array, bias: Array | float) -> Params:
    return ({"W": np.atleast_2d(weights).astype(float), "b": np.atleast_1d(bias).astype(float)}, {})


def gradient(made: Experiment, params: Params) -> Array:
    """∇L over all training examples."""
    return flat(made.network.gradient(params, made.train.x, made.train.y))


@pytest.fixture
def table() -> tuple[Array, Array]:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(60, 3))
    return x, x @ np.array([1.5, -2.0, 0.5]) + 0.7 + 0.3 * rng.normal(size=60)


LINEAR = [{"kind": "dense", "units": 1}]


@pytest.mark.parametrize("optimizer", [
    {"kind": "sgd", "learning_rate": 0.3}, {"kind": "momentum", "learning_rate": 0.1, "momentum": 0.5},
    {"kind": "nesterov", "learning_rate": 0.1, "momentum": 0.5}, {"kind": "levenberg_marquardt"},
], ids=lambda o: o["kind"])  # fmt: skip
@pytest.mark.parametrize("loss", ["half_mse", "mse"])
def test_linear_regression_ends_at_least_squares(table: tuple[Array, Array], loss: str, optimizer: dict[str, Any]) -> None:
    x, y = table
    state = trained(experiment(x, y, "regression", LINEAR, loss, optimizer=optimizer), 200)
    expected = np.linalg.lstsq(np.column_stack([x, np.ones(60)]), y, rcond=None)[0]
    # a method that compares losses cannot see a step that changes the loss by less than its rounding: √ε of the weights
    np.testing.assert_allclose(flat(state.params), expected, rtol=1e-7 if optimizer["kind"] == "levenberg_marquardt" else 1e-10)


def test_l2_ends_at_ridge_regression(table: tuple[Array, Array]) -> None:
    x, y = table
    made = experiment(x, y, "regression", LINEAR, "half_mse", penalty={"kind": "l2", "rate": 0.2},
                      optimizer={"kind": "sgd", "learning_rate": 0.3})  # fmt: skip
    ridge = Ridge(alpha=0.2 * 60, solver="cholesky").fit(x, y)
    np.testing.assert_allclose(flat(trained(made, 300).params), [*ridge.coef_, ridge.intercept_], rtol=1e-10)
    solved = experiment(x, y, "regression", LINEAR, "half_mse", penalty={"kind": "l2", "rate": 0.2},
                        optimizer={"kind": "levenberg_marquardt", "damping": 1e-9})  # fmt: skip
    np.testing.assert_allclose(flat(trained(solved, 3).params), [*ridge.coef_, ridge.intercept_], rtol=1e-10)


def test_l1_is_balanced_at_the_lasso(table: tuple[Array, Array]) -> None:
    """0 ∈ ∂L at the lasso's solution: |∂L/∂w| = 0 where w ≠ 0, at most λ where w = 0."""
    x, y = table
    made = experiment(x, y, "regression", LINEAR, "half_mse", penalty={"kind": "l1", "rate": 0.6})
    lasso = Lasso(alpha=0.6, tol=1e-14, max_iter=100_000).fit(x, y)
    kept = lasso.coef_ != 0
    assert set(kept) == {True, False}
    found = gradient(made, at(lasso.coef_, lasso.intercept_))
    np.testing.assert_allclose(found[:3][kept], 0.0, atol=1e-9)
    assert np.abs(found[:3][~kept]).max() <= 0.6
    assert abs(found[3]) < 1e-9


def test_logistic_regression_ends_at_the_maximum_likelihood(table: tuple[Array, Array]) -> None:
    x, y = table
    labels = (y + np.random.default_rng(1).normal(0.0, 2.0, 60) > 0.7).astype(int)
    fitted = sm.Logit(labels, np.column_stack([x, np.ones(60)])).fit(disp=0, tol=1e-14, method="newton")
    made = experiment(x, labels, "binary", [*LINEAR, {"kind": "sigmoid"}], "binary_cross_entropy",
                      optimizer={"kind": "sgd", "learning_rate": 3.0})  # fmt: skip
    state = trained(made, 600)
    np.testing.assert_allclose(flat(state.params), fitted.params, rtol=1e-8)
    loss = made.network.mean_loss(state.params, made.train.x, made.train.y)
    assert loss == pytest.approx(-fitted.llf / 60, rel=1e-12)


def test_softmax_regression_is_flat_at_sklearns_optimum(table: tuple[Array, Array]) -> None:
    x, y = table
    labels = np.digitize(y, [-1.0, 1.5])
    fitted = LogisticRegression(C=5.0, tol=1e-12, solver="newton-cg", max_iter=1000).fit(x, labels)
    made = experiment(x, labels, "classes", [{"kind": "dense", "units": 3}, {"kind": "softmax"}], "cross_entropy",
                      penalty={"kind": "l2", "rate": 1 / (5.0 * 60)})  # fmt: skip
    np.testing.assert_allclose(gradient(made, at(fitted.coef_, fitted.intercept_)), 0.0, atol=1e-9)


def test_poisson_regression_ends_at_the_maximum_likelihood(table: tuple[Array, Array]) -> None:
    x, y = table
    counts = np.random.default_rng(2).poisson(np.exp(0.4 * y))
    fitted = sm.GLM(counts, np.column_stack([x, np.ones(60)]), family=sm.families.Poisson()).fit(tol=1e-14, maxiter=200)
    made = experiment(x, counts, "counts", [*LINEAR, {"kind": "exp"}], "poisson", optimizer={"kind": "sgd", "learning_rate": 0.1})
    np.testing.assert_allclose(flat(trained(made, 1500).params), fitted.params, rtol=1e-8)


def test_hinge_with_l2_has_its_minimum_at_the_support_vector_machine(table: tuple[Array, Array]) -> None:
    """½‖w‖² + C Σ ℓ has our loss's minimum for λ = 1/(C N): moved in any direction, our loss rises."""
    x, y = table
    labels = (y > 0.7).astype(int)
    machine = SVC(kernel="linear", C=0.5, tol=1e-12).fit(x, labels)
    made = experiment(x, labels, "binary", LINEAR, "hinge", penalty={"kind": "l2", "rate": 1 / (0.5 * 60)})
    best = flat(at(machine.coef_, machine.intercept_))

    def loss(v: Array) -> float:
        return made.network.mean_loss(at(v[:3], v[3]), made.train.x, made.train.y)

    rng = np.random.default_rng(0)
    moves = rng.normal(size=(200, 4))
    rises = [loss(best + 1e-3 * v / np.linalg.norm(v)) - loss(best) for v in moves]
    assert min(rises) > -1e-12
    assert max(rises) > 1e-6


@pytest.mark.parametrize(("loss", "expected"), [("mae", "median"), ("half_mse", "mean"), ("huber", "between")])
def test_a_constant_learns_the_median_or_the_mean(loss: str, expected: str) -> None:
    y = np.array([1.0, 2.0, 2.5, 7.0, 40.0])
    made = experiment(np.zeros((5, 1)), y, "regression", LINEAR, loss)
    means = {
        "median": 2.5,
        "mean": 10.5,
        "between": 2.75,
    }  # huber: 1 + (c − 2) + (c − 2.5) − 1 − 1 = 0, three residuals cut at ±1
    found = gradient(made, at([0.0], means[expected]))
    np.testing.assert_allclose(found, 0.0, atol=1e-12)


def test_levenberg_marquardt_reaches_scipys_minimum() -> None:
    rng = np.random.default_rng(0)
    x = np.sort(rng.uniform(-2, 2, (40, 1)), axis=0)
    y = np.tanh(2 * x[:, 0] - 1) - 0.5 * np.tanh(x[:, 0] + 1) + 0.05 * rng.normal(size=40)
    made = experiment(x, y, "regression", [{"kind": "dense", "units": 2}, {"kind": "tanh"}, *LINEAR], "half_mse", seed=3,
                      optimizer={"kind": "levenberg_marquardt"})  # fmt: skip

    def residuals(v: Array) -> Array:
        return (np.tanh(x * v[:2] + v[2:4]) @ v[4:6] + v[6] - y) / np.sqrt(40)

    theirs = least_squares(residuals, flat(start(made).params), method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15)
    state = trained(made, 150)
    ours = made.network.mean_loss(state.params, made.train.x, made.train.y)
    assert ours == pytest.approx(theirs.cost, rel=1e-9)
    assert ours < 0.05 * made.network.mean_loss(start(made).params, made.train.x, made.train.y)
    assert np.abs(gradient(made, state.params)).max() < 1e-7
