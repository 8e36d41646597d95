"""The same derivatives by five methods: they agree, and what they cost is counted."""

from typing import Any

import numpy as np
import pytest

from core.compare import METHODS, THOROUGH, _too_long, compare
from core.experiment import Experiment
from core.flat import addresses, flat
from core.gradients import GRADIENTS
from core.growth import deepened, growth
from core.scaling import scaling, widened
from core.spec import SpecError
from core.state import State, start
from tests.derivation_cases import dense_net, told

# backprop's own rounding, and the error of each formula: that of central differences is of the order 1e-10
TOLERANCE = {"backprop": 0.0, "numerical": 1e-7, "complex_step": 1e-12, "forward_mode": 1e-12, "symbolic": 1e-12}


@pytest.mark.parametrize("seed", range(0, 216, 18))
def test_methods_agree(seed: int) -> None:
    """Every parameter, by every method that fits the network; the disagreement that is told is the largest there is."""
    step = told(seed)
    found = compare(step.experiment, step.state)
    reference = flat(step.network.gradient(step.state.params, step.trace.batch.x, step.trace.batch.y, step.noises))
    named, table = addresses(step.state.params), []
    for method in found["methods"]:
        gaps = np.abs(flat(method["grads"]) - reference)
        kinks = method["kind"] == "numerical" and gaps.max() > TOLERANCE["numerical"]  # a ReLU or a pooling within the step
        assert kinks or gaps.max() <= TOLERANCE[method["kind"]] * max(1.0, np.abs(reference).max()), (seed, method["kind"])
        assert method["worst"]["difference"] == gaps.max() == gaps[named.index(method["worst"]["address"])]
        table.append(flat(method["grads"]))
    spread = np.ptp(table, axis=0)
    assert found["worst"]["difference"] == spread.max() == spread[named.index(found["worst"]["address"])]
    assert {m["kind"] for m in found["methods"]} | {m["kind"] for m in found["left_out"]} == set(METHODS)
    assert found["count"] == len(reference) == step.network.size


def test_the_catalogue_says_what_central_differences_are_worth_and_where() -> None:
    """Where the loss is smooth, within ten times what is said; at a kink the mean of both slopes."""
    entry = next(e for e in GRADIENTS.describe() if e["kind"] == "numerical")
    assert "about 1e-10 where the loss is smooth" in entry["accuracy"]
    assert "at a kink, such as a ReLU whose z is exactly 0, it is the mean of the slopes on both sides" in entry["accuracy"]
    assert "at a kink it gives the mean of both slopes" in entry["help"]
    experiment, state = dense_net([4, 3, 2])
    found = compare(experiment, state, ["backprop", "numerical"])
    assert found["worst"]["difference"] < 1e-9
    assert found["kinks"] == []
    assert "note" not in found["methods"][1]


def test_costs_are_counted() -> None:
    """One sweep forward and one back, against two, one and one evaluations for every weight."""
    experiment, state = dense_net([3, 2])
    found = {m["kind"]: m for m in compare(experiment, state)["methods"]}
    size = experiment.network.size
    sweeps = {kind: (m["evaluations"], m["pullbacks"]) for kind, m in found.items()}
    assert sweeps == {
        "backprop": (1, 1), "numerical": (2 * size, 0), "complex_step": (size, 0), "forward_mode": (size, 0), "symbolic": (1, 0),
    }  # fmt: skip
    assert all(m["seconds"] > 0 and m["multiplications"] > 0 for m in found.values())
    examples, forward = 3, 3 * 2 + 2 * 3
    assert found["numerical"]["multiplications"] >= 2 * size * examples * forward
    assert examples * forward < found["backprop"]["multiplications"] <= 4 * examples * forward


def test_a_large_network_is_checked_along_directions() -> None:
    """What would take too long is left out, with the reason; all weights are still checked at once."""
    experiment, state = dense_net([60, 60, 2])
    found = compare(experiment, state)
    assert [m["kind"] for m in found["methods"]] == ["backprop"]
    assert {m["kind"] for m in found["left_out"]} == set(METHODS) - {"backprop"}
    assert "would evaluate the network anew" in found["left_out"][0]["message"]
    assert len(found["along"]["directions"]) == 4
    assert found["along"]["difference"] < 1e-12
    assert found["along"]["agree"] is True
    assert 0 <= found["along"]["relative"] < 1e-9
    assert all(abs(d["backprop"]) > 1e-6 for d in found["along"]["directions"])
    assert found["worst"] is None


def test_a_wrong_derivative_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake planted in a layer's backward shows as a disagreement at one of its weights."""
    experiment, state = dense_net([3, 2])
    kind = type(experiment.layers[0])
    honest = kind.backward

    def wrong(self: Any, *given: Any) -> Any:
        grad_input, grads = honest(self, *given)
        return grad_input, grads | {"W": grads["W"] * 1.001}

    monkeypatch.setattr(kind, "backward", wrong)
    found = compare(experiment, state)
    assert found["worst"]["difference"] > 1e-5
    assert "/W/" in found["worst"]["address"]
    assert found["smooth"]["agree"] is False


@pytest.mark.parametrize(("step", "agree"), [(6e-6, True), (1e-3, True), (1.0, False), (1e-14, False)])
def test_methods_that_come_to_other_numbers_are_said_to_differ(step: float, agree: bool) -> None:
    """A secant as long as 1 bends away from the tangent, one of 1e-14 drowns in rounding; what counts is APART."""
    plain, state = dense_net([3, 2])
    experiment = Experiment.parse(plain.document() | {"gradient": {"kind": "numerical", "step": step}})
    found = compare(experiment, state)["smooth"]
    assert found["agree"] is agree
    largest = max(abs(v) for m in compare(experiment, state)["methods"] for v in flat(m["grads"]))
    assert found["relative"] == pytest.approx(found["difference"] / largest, rel=1e-12)
    assert (found["difference"] > 1e-4 * largest) is not agree


def test_rounding_beside_tiny_gradients_is_no_difference() -> None:
    """At the bottom of a line's loss all gradients are rounding: nothing is said to differ there."""
    experiment = Experiment.parse({
        "data": {"kind": "points", "x": [[1.0], [2.0], [3.0]], "y": [[3.0], [5.0], [7.0]]},
        "layers": [{"kind": "dense", "units": 1}], "loss": {"kind": "half_mse"}, "batch_size": None,
    })  # fmt: skip
    state = start(experiment)
    exact = state.params[0]["W"] * 0 + 2 + 1e-12, state.params[0]["b"] * 0 + 1
    found = compare(experiment, State(0, ({"W": exact[0], "b": exact[1]},), state.slots, state.shared))["smooth"]
    assert found["agree"] is True
    assert found["difference"] < 1e-8


@pytest.mark.parametrize(("methods", "field", "said"), [
    (["backprop", "guess"], "methods.1", "expected one of backprop"), ([], "methods", "expected a list of methods"),
    (["backprop", "backprop"], "methods", "without repeats"), ("backprop", "methods", "expected a list of methods"),
    ([["backprop"]], "methods.0", "expected one of"), ({"backprop": 1}, "methods", "expected a list of methods"),
])  # fmt: skip
def test_methods_that_do_not_exist(methods: Any, field: str, said: str) -> None:
    experiment, state = dense_net([3, 2])
    with pytest.raises(SpecError) as error:
        compare(experiment, state, methods)
    assert error.value.field == field
    assert said in error.value.message


def test_a_method_that_was_asked_for_and_takes_too_long() -> None:
    experiment, state = dense_net([60, 60, 2])
    with pytest.raises(SpecError, match="would evaluate the network anew"):
        compare(experiment, state, ["backprop", "forward_mode"])


def test_what_an_activation_takes_is_weighed() -> None:
    """600 weights behind 150 units of Φ, one by one, had taken seven seconds, though they are no more products than a ReLU's."""
    left = {}
    for kind in ("relu", "gelu"):
        layers = [{"kind": "dense", "units": 150}, {"kind": kind}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
        experiment = Experiment.parse({
            "data": {"kind": "circle", "count": 400, "test_fraction": 0.0}, "layers": layers, "batch_size": 400,
            "loss": {"kind": "binary_cross_entropy"},
        })  # fmt: skip
        left[kind] = [m for m in METHODS if _too_long(experiment, m, THOROUGH, asked=True)]
    assert left["relu"] == ["symbolic"]
    assert set(left["gelu"]) == set(METHODS) - {"backprop"}


@pytest.mark.parametrize("units", [[2], [3, 2], [4, 4, 2]])
def test_the_cost_grows_with_the_weights_or_not_at_all(units: list[int]) -> None:
    """ln(evaluations) over ln(parameters): slope 1 for what sweeps, 0 for backpropagation; multiplications one more."""
    experiment, _ = dense_net(units)
    found = scaling(experiment)
    slopes = {m["kind"]: m["slope"] for m in found["methods"]}
    assert slopes == pytest.approx({"backprop": 0, "numerical": 1, "complex_step": 1, "forward_mode": 1}, abs=1e-12)
    growth = {m["kind"]: m["multiplications_slope"] for m in found["methods"]}
    assert growth["backprop"] == pytest.approx(1.0, abs=0.15)
    assert all(growth[kind] > 1.5 for kind in ("numerical", "complex_step", "forward_mode"))
    for method in found["methods"]:
        each = {"backprop": 0, "numerical": 2}.get(method["kind"], 1)
        assert method["evaluations"] == [each * p or 1 for p in found["parameters"]]
    sizes = [widened(experiment.network, width).size for width in found["widths"]]  # type: ignore[union-attr]
    assert sizes == found["parameters"]


def test_a_family_of_convolutions() -> None:
    """Filters are widened as units are; a network that stays too large says so."""
    step = next(told(s) for s in range(216) if any(layer.kind == "conv1d" for layer in told(s).network.layers))
    found = scaling(step.experiment)
    assert len(found["parameters"]) >= 3
    large = Experiment.parse({"data": {"kind": "digits", "count": 20}, "layers": [{"kind": "dense", "units": 10}]})
    assert scaling(large)["parameters"] == [85, 160, 235]
    image = {"kind": "digits", "count": 20, "layout": "image"}
    larger = [{"kind": "conv2d", "padding": 1}, {"kind": "flatten"}, {"kind": "dense", "units": 10}]
    assert "over 500 parameters" in scaling(Experiment.parse({"data": image, "layers": larger}))["message"]


@pytest.mark.parametrize(("data", "layers"), [
    ({"kind": "points", "x": [[1.0]], "y": [1.0]}, [{"kind": "tanh"}]),
    ({"kind": "sentences"}, [{"kind": "embedding", "vocabulary": 163, "units": 1},
                             {"kind": "mean_pool1d", "size": 8, "stride": 8}, {"kind": "flatten"}, {"kind": "sigmoid"}]),
])  # fmt: skip
def test_a_small_network_that_cannot_be_widened_is_not_called_too_large(data: Any, layers: Any) -> None:
    """Without weights, or with a single table that gives the outputs."""
    experiment = Experiment.parse({"data": data, "layers": layers, "loss": {"kind": "half_mse"}})
    assert experiment.network.size < 500
    assert scaling(experiment)["message"] == "This network has no hidden layer that could be made wider."


def test_a_formula_grows_exponentially_with_depth_and_a_sweep_back_evenly() -> None:
    experiment, _ = dense_net([4, 2])
    found = growth(experiment)
    assert found is not None
    ratios = np.divide(found["written_out"][1:], found["written_out"][:-1])
    assert ratios.min() > 4  # as many paths again through each of four units
    assert len(set(np.diff(found["sweep"]))) == 1
    assert all(tree >= shared for tree, shared in zip(found["written_out"], found["operations"], strict=True))
    # What is set beside the sweep is counted as the sweep is: in multiplications, and not in additions and functions too.
    products = np.divide(found["products_written_out"][1:], found["products_written_out"][:-1])
    assert products.min() > 4
    for name, within in (("products_written_out", "written_out"), ("multiplications", "operations")):
        assert all(0 < few < many for few, many in zip(found[name], found[within], strict=True))
    sizes = [deepened(experiment.network, depth).size for depth in found["depths"]]  # type: ignore[union-attr]
    assert sizes[0] == experiment.network.size
    assert len(set(np.diff(sizes))) == 1


def test_what_has_no_hidden_dense_layer_has_no_growth() -> None:
    experiment, _ = dense_net([2])
    assert growth(experiment) is None
