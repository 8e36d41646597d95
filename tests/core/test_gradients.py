"""What each way to the gradient costs: counted, and equal to the count by hand."""

from typing import Any

import numpy as np
import pytest

from core.counting import Counted, CountedNetwork, counted, counting
from core.experiment import Experiment
from core.flat import flat
from core.gradients import GRADIENTS, derivative_along
from core.layers import LAYERS
from core.losses import HalfMse
from core.network import Network
from core.numeric import softplus
from core.penalties import NoPenalty
from core.spec import SpecError
from core.state import start
from tests.checks import close

N = 5
WEIGHTS, BIASES = 6, 2
LINEAR = Network((LAYERS.parse({"kind": "dense", "units": 2}, ""),), HalfMse(), NoPenalty(), (3,))
SWEEP = N * WEIGHTS  # one product of X (N,3) and Wᵀ (3,2)
LOSS = 2 * N + 2 * N + 1  # r · r, times ½, of each output; the mean's division

BY_HAND = {
    # forward; Δᵀ X; both means' divisions; Δ W
    "backprop": SWEEP + SWEEP + WEIGHTS + BIASES + SWEEP,
    "numerical": 2 * (WEIGHTS + BIASES) * (SWEEP + LOSS),
    # real times complex is two products, complex times complex four
    "complex_step": (WEIGHTS + BIASES) * (2 * SWEEP + 4 * 2 * N + 2 * 2 * N + 2),
    # (x y)′ = x′ y + x y′: three products for one; only the array that holds the weight is dual
    "forward_mode": WEIGHTS * (2 * SWEEP + 3 * 2 * N + 2 * 2 * N + 2) + BIASES * (SWEEP + 3 * 2 * N + 2 * 2 * N + 2),
}


@pytest.mark.parametrize("kind", GRADIENTS.members)
def test_multiplications_are_those_counted_by_hand(kind: str) -> None:
    assert GRADIENTS.parse({"kind": kind}, "").count(LINEAR, N).multiplications == BY_HAND[kind]


@pytest.mark.parametrize("kind", GRADIENTS.members)
def test_the_cost_is_that_of_a_whole_gradient_that_counts(kind: str) -> None:
    """Though only one weight of every array is really swept when the cost of a sweeping method is asked for."""
    kinds = ("embedding", "conv1d", "gelu", "max_pool1d", "dropout", "flatten", "dense", "sigmoid")
    fields = {"embedding": {"vocabulary": 200, "units": 2}, "conv1d": {"filters": 2, "kernel": 2}, "dense": {"units": 1}}
    layers = [{"kind": kind} | fields.get(kind, {}) for kind in kinds]
    document = {"data": {"kind": "sentences"}, "layers": layers, "loss": {"kind": "binary_cross_entropy"}, "batch_size": 4}
    experiment = Experiment.parse(document | {"penalty": {"kind": "l2", "rate": 0.1}})
    network, method = experiment.network, GRADIENTS.parse({"kind": kind}, "")
    twin = CountedNetwork(network.layers, network.loss, network.penalty, network.in_shape)
    x, y = experiment.train.x[:4], experiment.train.y[:4]
    with counting() as ledger:
        method.gradient(twin, counted(start(experiment).params), x, y, network.noises(0, 0, 4))
    assert method.count(network, 4) == ledger


@pytest.mark.parametrize(("expression", "products"), [
    (lambda a, b: a * b, 6), (lambda a, b: a / b, 6), (lambda a, b: a @ b.T, 12), (lambda a, b: a + b, 0),
    (lambda a, b: 2.0 * a, 6),
    (lambda a, b: a * (1j * b), 12 + 6 * 2), (lambda a, b: np.where(a > 0, a, b) * b, 6), (lambda a, b: np.exp(a), 0),
    (lambda a, b: np.square(a), 6), (lambda a, b: a[:, :2].reshape(-1) * 2.0, 4), (lambda a, b: np.pad(a, 1) * 1.5, 20),
    (lambda a, b: (a[0] * b[0]).sum() * b[1], 6),
])  # fmt: skip
def test_arrays_count(expression: Any, products: int) -> None:
    a, b = (np.arange(1.0, 7.0).reshape(2, 3).view(Counted) for _ in range(2))
    with counting() as ledger:
        expression(a, b)
    assert ledger.multiplications == products
    expression(a, b)
    assert ledger.multiplications == products, "outside the block nothing is counted"


def test_backprops_cost_does_not_grow_with_the_number_of_weights() -> None:
    """In sweeps; its multiplications are about three evaluations' worth, where others need one or two evaluations a weight."""
    for units in (2, 8, 32):
        chain = {"kind": "dense", "units": units}, {"kind": "tanh"}, {"kind": "dense", "units": 1}
        network = Network(tuple(LAYERS.parse(fields, "") for fields in chain), HalfMse(), NoPenalty(), (4,))
        back, numerical = (GRADIENTS.parse({"kind": k}, "").count(network, 10) for k in ("backprop", "numerical"))
        one = numerical.multiplications / numerical.evaluations
        assert (back.evaluations, back.pullbacks) == (1, 1)
        assert back.multiplications < 4 * one
        assert numerical.evaluations == 2 * network.size


def test_the_step_of_central_differences_is_well_chosen() -> None:
    """A larger step bends the secant, a smaller one drowns in rounding: the default is within 30 times of the best of all."""
    document = {
        "data": {"kind": "circle"},
        "layers": [{"kind": "dense", "units": 4}, {"kind": "tanh"}, {"kind": "dense", "units": 1}],
    }
    experiment = Experiment.parse(document)
    network, params, (x, y) = experiment.network, start(experiment).params, (experiment.train.x, experiment.train.y)
    exact = flat(network.gradient(params, x, y))

    def error(**fields: float) -> float:
        found = GRADIENTS.parse({"kind": "numerical"} | fields, "").gradient(network, params, x, y, None)
        return float(np.abs(flat(found) - exact).max())

    errors = {exponent: error(step=10.0**exponent) for exponent in range(-13, 0)}
    assert error() < 30 * min(errors.values())
    assert error() < 1e-9
    assert errors[-1] > 1e5 * error()
    assert errors[-13] > 1e5 * error()


def test_a_derivative_along_a_direction_is_the_gradients_part_in_it() -> None:
    experiment = Experiment.parse(
        {"data": {"kind": "xor"}, "layers": [{"kind": "dense", "units": 3}, {"kind": "silu"}, {"kind": "dense", "units": 1}]}
    )
    network, params, part = experiment.network, start(experiment).params, experiment.train
    grads = network.gradient(params, part.x, part.y)
    along = derivative_along(network, params, grads, part.x, part.y)
    close("along the gradient", along, flat(grads) @ flat(grads), 1e-12, experiment.document())


def test_slow_methods_refuse_large_networks() -> None:
    document = {"data": {"kind": "digits"}, "layers": [{"kind": "dense", "units": 40}, {"kind": "dense", "units": 10}]}
    assert Experiment.parse(document).network.size == 3010
    with pytest.raises(SpecError) as caught:
        Experiment.parse(document | {"gradient": {"kind": "numerical"}})
    assert caught.value.field == "gradient.kind"
    said = "Central differences would evaluate the network anew for every weight"
    assert caught.value.message == f"{said}: expected at most 2,000, got 3,010"
    assert caught.value.hint == "use backpropagation, or fewer units"


def test_slow_methods_refuse_large_batches() -> None:
    document = {
        "data": {"kind": "digits", "count": 1700, "layout": "image"}, "loss": {"kind": "cross_entropy"}, "batch_size": None,
        "layers": [{"kind": "conv2d", "filters": 4}, {"kind": "flatten"}, {"kind": "dense", "units": 10}, {"kind": "softmax"}],
    }  # fmt: skip
    assert Experiment.parse(document).network.size == 1490
    Experiment.parse(document | {"gradient": {"kind": "complex_step"}, "batch_size": 10})
    with pytest.raises(SpecError) as caught:
        Experiment.parse(document | {"gradient": {"kind": "complex_step"}})
    assert caught.value.field == "gradient.kind"
    assert caught.value.message.endswith("anew for every weight, with 1e+10 multiplications a step: expected at most 5e+08")
    assert caught.value.hint == "use backpropagation, or a smaller batch"


def test_softplus_keeps_its_digits_under_a_complex_step() -> None:
    """Far left softplus is eᶻ: what a Poisson loss divides by."""
    z = np.array([-30.0, -11.148, -1e-9, 0.5, 30.0])
    stepped = softplus(z + 1e-20j)
    np.testing.assert_allclose(stepped.real, softplus(z), rtol=1e-15)
    np.testing.assert_allclose(stepped.imag / 1e-20, 1.0 / (1.0 + np.exp(-z)), rtol=1e-15)
