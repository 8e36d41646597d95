"""Outputs that are nearly certain: where 1 − ŷ would lose its digits, the sum of the other outputs has them."""

from typing import Any

import mpmath
import numpy as np
import pytest

from core.compare import compare
from core.derive import derive
from core.experiment import Experiment
from core.landscape.survey import true_loss
from core.layers import LAYERS
from core.losses import LOSSES
from core.network import Network
from core.numeric import Array, Params
from core.penalties import PENALTIES
from core.state import State, begun
from core.training import step
from tests.core.test_derive_snippet import run_bare

DOCUMENT: dict[str, Any] = {
    "data": {"kind": "points", "x": [[1], [-1]], "y": [1, 0], "task": "binary"},
    "layers": [{"kind": "dense", "units": 2}, {"kind": "softmax"}], "loss": {"kind": "binary_cross_entropy"}, "batch_size": 1,
}  # fmt: skip


def certain(w: float) -> tuple[Experiment, State]:
    """z = ±w x: sure of the wrong class where w > 0, of the right one where w < 0."""
    experiment = Experiment.parse(DOCUMENT)
    params: Params = ({"W": np.array([[w], [-w]]), "b": np.zeros(2)}, {})
    return experiment, begun(experiment, 0, params)


@pytest.mark.parametrize("w", [-300.0, -40.0, -20.0, -3.0, 0.0, 3.0, 20.0, 40.0, 300.0])
def test_two_outputs_are_a_logistic_regression_told_twice(w: float) -> None:
    """ŷ₂ = 1 − ŷ₁ = σ(2w), so ℓ = 2 ln(1 + e^{2w}) for every example, and dW = ±2 σ(2w)."""
    experiment, state = certain(w)
    _, trace = step(experiment, state)
    with mpmath.workdps(200):
        loss = float(2 * mpmath.log1p(mpmath.exp(2 * w)))
        pull = float(2 / (1 + mpmath.exp(-2 * mpmath.mpf(w))))
        slope = float(1 / (1 + mpmath.exp(2 * w)) / (1 + mpmath.exp(-2 * mpmath.mpf(w))))
    np.testing.assert_allclose(trace.loss.value, loss, rtol=1e-14, atol=0.0)
    np.testing.assert_allclose(trace.layers[0].grads["W"], [[pull], [-pull]], rtol=1e-14, atol=0.0)
    np.testing.assert_allclose(trace.layers[1].own["jacobian"][0], [[slope, -slope], [-slope, slope]], rtol=1e-14, atol=0.0)


@pytest.mark.parametrize("w", [-20.0, -3.0, 20.0, 40.0, 346.0, 350.0, 360.0, 500.0])
def test_every_method_the_derivation_and_its_script_say_the_same(w: float) -> None:
    """Also where the logarithm is kept at its floor: the loss is level there, and δ is 0."""
    experiment, state = certain(w)
    found = compare(experiment, state)
    assert len(found["methods"]) == 5, "with the symbolic derivative"
    for method in found["methods"]:
        reference = float(found["methods"][0]["grads"][0]["W"][0, 0])
        tolerance = 1e-7 if method["kind"] == "numerical" else 1e-13 * abs(reference)
        assert abs(method["grads"][0]["W"][0, 0] - reference) <= tolerance, method["kind"]
    derived = derive(experiment, state, "0/W/0,0")
    assert derived["value"] == pytest.approx(derived["gradient"], rel=1e-13)
    assert run_bare([("script", derived["python"])])["script"] == pytest.approx(derived["gradient"], rel=1e-13)


@pytest.mark.parametrize(("activation", "z"), [("relu", -2.0), ("softplus", -695.0), ("softplus", -800.0), ("sigmoid", -800.0)])
def test_a_count_that_is_expected_nowhere_is_told_alike_by_every_method(activation: str, z: float) -> None:
    """ŷ on the floor: ℓ = ŷ − y ln 1e-300, of which nothing but ŷ depends on z."""
    document = {
        "data": {"kind": "points", "x": [[1], [2]], "y": [3, 1], "task": "regression"},
        "layers": [{"kind": "dense", "units": 1}, {"kind": activation}], "loss": {"kind": "poisson"}, "batch_size": 1,
    }  # fmt: skip
    experiment = Experiment.parse(document)
    params: Params = ({"W": np.array([[0.0]]), "b": np.array([z])}, {})
    state = begun(experiment, 0, params)
    _, trace = step(experiment, state)
    own = {"relu": 0.0, "softplus": np.exp(z) / (1.0 + np.exp(z)), "sigmoid": 0.0}[activation]  # φ′(z), times the 1 of ŷ
    np.testing.assert_allclose(trace.layers[0].grads["b"], [own], rtol=1e-13, atol=0.0)
    found = compare(experiment, state)
    assert len(found["methods"]) == 5, "with the symbolic derivative"
    for method in found["methods"]:
        # Central differences see rounding of ℓ, and a complex step loses digits among numbers as small as these.
        tolerance = {"numerical": 1e-7, "complex_step": 1e-300}.get(method["kind"], 1e-13 * own)
        assert abs(method["grads"][0]["b"][0] - own) <= tolerance, method["kind"]
    derived = derive(experiment, state, "0/b/0")
    assert run_bare([("script", derived["python"])])["script"] == pytest.approx(own, rel=1e-13)


def exact(z: Array, y: Array) -> tuple[float, list[float]]:
    """ℓ of softmax and binary cross-entropy, and ∂ℓ/∂z, with 400 digits."""
    with mpmath.workdps(400):
        e = [mpmath.exp(mpmath.mpf(float(v))) for v in z]
        p = [v / sum(e) for v in e]
        t = [mpmath.mpf(float(v)) for v in y]
        loss = -sum(a * mpmath.log(b) + (1 - a) * mpmath.log(1 - b) for a, b in zip(t, p, strict=True))
        g = [(b - a) / (b * (1 - b)) for a, b in zip(t, p, strict=True)]
        delta = [p[k] * sum(p[m] * (g[k] - g[m]) for m in range(len(p))) for k in range(len(p))]
        return float(loss), [float(d) for d in delta]


@pytest.mark.parametrize("scale", [0.1, 1.0, 10.0, 60.0])
@pytest.mark.parametrize("seed", range(6))
def test_any_number_of_outputs_against_four_hundred_digits(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    z = scale * rng.normal(size=(1, 2 + seed))
    y = np.eye(z.shape[1])[[seed % z.shape[1]]] if seed % 2 else rng.uniform(size=z.shape)
    network = Network((LAYERS["softmax"](),), LOSSES["binary_cross_entropy"](), PENALTIES["none"](), z.shape[1:])
    outputs = network.forward(({},), z)
    loss, delta = exact(z[0], y[0])
    np.testing.assert_allclose(network.per_example(outputs, y), [loss], rtol=1e-12)
    found = network.backward(({},), outputs, y)[0].grad_input[0]
    np.testing.assert_allclose(found, delta, rtol=1e-12, atol=1e-13 * np.abs(delta).max())


def test_the_loss_surface_has_the_same_loss() -> None:
    experiment, state = certain(20.0)
    assert true_loss(experiment, state.params) == pytest.approx(80.0, rel=1e-14)


@pytest.mark.parametrize("z", [-700.0, -40.0, 0.3, 20.0, 40.0, 700.0])
def test_the_sigmoids_slope_keeps_its_digits(z: float) -> None:
    at = np.array([[z]])
    with mpmath.workdps(700):
        slope = float(1 / (1 + mpmath.exp(-mpmath.mpf(z))) / (1 + mpmath.exp(mpmath.mpf(z))))
    layer = LAYERS["sigmoid"]()
    np.testing.assert_allclose(layer.shown({}, at, layer.forward({}, at, None), None)["slope"], [[slope]], rtol=1e-14)
