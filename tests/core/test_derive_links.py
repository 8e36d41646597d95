"""What links say of themselves: their wires, where parameters meet the input, where gradient cannot go, where it all stands."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from core.address import Address
from core.derive import derive
from core.derive.gates import gates
from core.derive.parameter import Parameter
from core.experiment import Experiment
from core.layers import LAYERS, Layer
from core.state import State, start
from core.training import step
from tests.cases import LAYERS as LAYER_CASES
from tests.cases import LayerCase
from tests.checks import close
from tests.derivation_cases import EXACT, NETWORKS, parameters, told


def example_of(case: LayerCase) -> tuple[Any, ...]:
    """A link with parameters, one example and its noise."""
    layer, rng = LAYERS.parse(case.fields, "layer"), np.random.default_rng(5)
    x = rng.normal(size=(1, *case.in_shape)) if not case.words else rng.integers(0, 6, (1, *case.in_shape)).astype(float)
    params = {name: rng.normal(size=shape) for name, shape in layer.param_shapes(case.in_shape).items()}
    noise = layer.noise(rng, case.in_shape, 1)
    return layer, params, x, layer.forward(params, x, noise), noise, rng


@pytest.mark.parametrize("case", LAYER_CASES, ids=str)
def test_wires_are_the_jacobian(case: LayerCase) -> None:
    """J built of a link's wires is the one that `backward` gives, and each slope is the product of its parts."""
    layer, params, x, y, noise, rng = example_of(case)
    wires = layer.wires(params, x, y, noise)
    jacobian = np.zeros((y.size, x.size))
    np.add.at(jacobian, (wires.out, wires.into), wires.slope)
    grad = rng.normal(size=y.shape)
    pulled, _ = layer.backward(params, x, y, noise, grad)
    close("Jᵀ g", grad.ravel() @ jacobian, pulled.ravel(), EXACT, case)
    assert len({(o, i) for o, i in zip(wires.out.tolist(), wires.into.tolist(), strict=True)}) == wires.out.size
    own = layer.shown(params, x, y, noise)
    for out, into, slope in zip(wires.out, wires.into, wires.slope, strict=True):
        parts = layer.parts(np.unravel_index(out, y.shape[1:]), np.unravel_index(into, x.shape[1:]))
        if parts is not None and not any(p.array == "argmax" for p in parts):
            held = params | {name: a[0] for name, a in own.items()}
            numbers = [held[p.array][p.at] if p.value is None else p.value for p in parts]
            assert float(np.prod(numbers)) == pytest.approx(float(slope), abs=1e-15), (case, out, into)


@pytest.mark.parametrize("case", [c for c in LAYER_CASES if LAYERS.parse(c.fields, "layer").param_shapes(c.in_shape)], ids=str)
def test_uses_are_the_gradient(case: LayerCase) -> None:
    """Σ δ[out] · amount is what `backward` gives, and the layer's rule agrees with the one that pulls back unit vectors."""
    layer, params, x, y, noise, rng = example_of(case)
    grad = rng.normal(size=y.shape)
    grads = layer.backward(params, x, y, noise, grad)[1]
    for name, a in params.items():
        for index in np.ndindex(a.shape):
            uses = layer.uses(params, x, y, noise, name, index)
            assert float(grad.ravel()[uses.out] @ uses.amount) == pytest.approx(float(grads[name][index]), abs=EXACT)
            assert ((uses.into < 0) | (uses.amount == x.ravel()[uses.into])).all()
            general = Layer.uses(layer, params, x, y, noise, name, index)
            assert dict(zip(general.out.tolist(), general.amount.tolist(), strict=True)) == pytest.approx(
                {out: amount for out, amount in zip(uses.out.tolist(), uses.amount.tolist(), strict=True) if amount}, abs=EXACT
            )


def test_gates_say_where_gradient_could_not_go() -> None:
    """What a mask cut, which cells lost, which ReLU is off: just the inputs whose grad_input is 0 for that reason."""
    cut = lost = 0
    for seed in range(NETWORKS):
        found = Parameter(step := told(seed), parameters(told(seed))[0])
        for gate in gates(found.factors, found.address.layer + 1, found.uses.out.tolist()):
            link = step.trace.layers[gate["link"]]
            for closed in gate["closed"]:
                index = (step.row, *Address.parse(closed).index)
                if gate["kind"] == "dropout":
                    assert link.own["mask"][index] == 0
                    cut += 1
                if gate["kind"] in ("max_pool1d", "max_pool2d", "min_pool1d", "min_pool2d"):
                    assert link.grad_input[index] == 0
                    lost += 1
                if gate["kind"] == "relu":
                    assert link.input[index] <= 0
    assert cut > 20
    assert lost > 20


def first_gate(layers: list[dict[str, Any]], kind: str, address: str, data: dict[str, Any] | None = None) -> tuple[Any, Any]:
    """What is said of the first link of a kind, and the trace it speaks of."""
    data = data or {"kind": "digits", "layout": "image", "count": 20}
    classes = [{"kind": "flatten"}, {"kind": "dense", "units": 10}, {"kind": "softmax"}]
    experiment = Experiment.parse({
        "data": data, "layers": [*layers, *classes], "loss": {"kind": "cross_entropy"}, "batch_size": 6,
    })  # fmt: skip
    _, trace = step(experiment, start(experiment), 0)
    found = derive(experiment, start(experiment), address)["gates"]
    return next(gate for gate in found if gate["kind"] == kind), trace


def test_a_pooling_names_its_winners_the_largest_gradient_first() -> None:
    """Each stands where the trace's argmax says, and passes on its window's gradient."""
    layers = [{"kind": "conv2d", "filters": 2, "kernel": 3}, {"kind": "max_pool2d", "size": 2, "stride": 2}]
    gate, trace = first_gate(layers, "max_pool2d", "0/W/1,0,1,1")
    sizes = [abs(each["grad"]["value"]) for each in gate["winners"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == gate["through"] == 9
    for each in gate["winners"]:
        assert trace.layers[1].grad_input[(0, *each["input"])] == each["grad"]["value"]
        assert trace.layers[1].input[(0, *each["input"])] == trace.layers[1].output[(0, *each["window"])]


def test_a_mean_pooling_says_its_share() -> None:
    """1/4 to each cell of a 2 × 2 window."""
    layers = [{"kind": "conv2d", "filters": 2, "kernel": 3}, {"kind": "mean_pool2d", "size": 2, "stride": 2}]
    gate, _ = first_gate(layers, "mean_pool2d", "0/W/1,0,1,1")
    assert gate["share"] == 0.25
    assert gate["closed_count"] == 0


def test_a_dropout_says_for_how_many_examples_it_cut_the_unit() -> None:
    """Counted in the trace's masks, also where the unit survives in the told example."""
    layers = [{"kind": "conv2d", "filters": 1, "kernel": 6}, {"kind": "dropout", "drop": 0.5}]
    gate, trace = first_gate(layers, "dropout", "0/b/0")
    counts = {tuple(each["unit"]): each["dropped_in"] for each in gate["units"]}
    masks = trace.layers[1].own["mask"]
    assert counts == {index: int((masks[(slice(None), *index)] == 0).sum()) for index in np.ndindex(masks.shape[1:])}
    assert 0 < sum(counts.values()) < masks.size


def test_a_matched_pair_shows_both_factors_and_holds_where_they_do_not() -> None:
    """δ = ŷ − y equals the product of slope and ∂ℓ/∂ŷ; at z = 800 the product is lost and δ still stands."""
    data = {"kind": "points", "x": [[1.0]], "y": [0], "task": "binary"}
    layers = [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
    experiment = Experiment.parse({"data": data, "layers": layers, "loss": {"kind": "binary_cross_entropy"}})
    for z, lost in ((0.7, False), (800.0, True)):
        state = State(0, ({"W": np.array([[z]]), "b": np.zeros(1)}, {}), start(experiment).slots)
        found = derive(experiment, state, "0/W/0,0")
        node = found["head"]["nodes"][0]
        assert node["delta"]["value"] == node["predicted"]["value"] - node["target"]["value"]
        assert (abs(node["product"] - node["delta"]["value"]) > 0.5) is lost
        assert found["gradient"] == found["paths"]["sum"] == node["delta"]["value"]


def test_an_embedding_says_which_words_it_met() -> None:
    """The places of a word in the told text; a word that is not in it has no terms, and no gradient."""
    step = next(told(seed) for seed in range(NETWORKS) if told(seed).network.layers[0].kind == "embedding")
    words = step.value(0).astype(int).tolist()
    for word in range(step.network.param_shapes[0]["W"][0]):
        found = derive(step.experiment, step.state, f"0/W/{word},0", step.row)
        assert found["meetings"]["places"] == [t for t, w in enumerate(words) if w == word]
        assert len(found["terms"]) == words.count(word)


def test_a_kernel_element_says_which_windows_it_met() -> None:
    """Every window, but for those in which it lay in the padding."""
    for seed in range(NETWORKS):
        step = told(seed)
        for i, layer in enumerate(step.network.layers):
            if layer.kind == "conv2d":
                found = derive(step.experiment, step.state, f"{i}/W/0,0,0,0", step.row)["meetings"]
                assert len(found["met"]) + found["in_padding"] == found["windows"] == int(np.prod(step.shape(i + 1)[1:]))
                assert all(m["input"] == (0, *(layer.stride * w - layer.padding for w in m["window"])) for m in found["met"])


def test_every_factor_stands_at_its_path_in_the_trace() -> None:
    """`path` leads to the very number: nothing is shown that is not in the trace."""
    for seed in range(0, NETWORKS, 4):
        step = told(seed)
        document = {"trace": step.trace.document()}
        address = parameters(step)[seed % len(parameters(step))]
        found = derive(step.experiment, step.state, address, step.row)
        checked = sum(_at(document, entry["path"]) == entry["value"] for entry in _with_path(found))
        assert checked == len(list(_with_path(found))) > 0


def _with_path(document: Any) -> Iterator[Any]:
    """Every object in it that names a place."""
    if isinstance(document, dict):
        if isinstance(document.get("path"), str) and "factors" not in document and "terms" not in document:
            yield document
        for value in document.values():
            yield from _with_path(value)
    elif isinstance(document, (list, tuple)):
        for value in document:
            yield from _with_path(value)


def _at(document: Any, path: str) -> Any:
    for part in path.split("."):
        document = document[part] if isinstance(document, dict) or hasattr(document, "keys") else document[int(part)]
    return document
