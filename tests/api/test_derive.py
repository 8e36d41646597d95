"""POST /api/derive and /api/compare: the core's own numbers, with MathML, quickly; errors that name the field."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from core.compare import MOST_WEIGHTS
from core.derive import PARTS, derive
from core.experiment import Experiment
from core.state import start
from tests.derivation_cases import dense_net, parameters, told

Post = Callable[..., Any]


def first_weight(experiment: dict[str, Any]) -> str:
    """The address of the first weight."""
    shapes = Experiment.parse(experiment).network.param_shapes
    layer = next(i for i, params in enumerate(shapes) if params)
    return f"{layer}/W/{','.join('0' * len(shapes[layer]['W']))}"


def test_every_preset_derives_its_first_weight(post: Post, experiments: dict[str, Any]) -> None:
    """Bit for bit the core's derivation, with MathML of every formula and symbol in it."""
    for slug, experiment in experiments.items():
        address = first_weight(experiment)
        answer = post("/api/derive", experiment=experiment, address=address, example=1)
        parsed = Experiment.parse(experiment)
        ours = derive(parsed, start(parsed), address, 1)
        for name in ("gradient", "value", "terms", "expansion", "paths", "update", "latex", "python", "penalty"):
            assert answer[name] == _plain(ours[name]), (slug, name)
        assert answer["mathml"].keys() == answer["latex"].keys()
        assert all(text.startswith("<math") for text in (*answer["mathml"].values(), *answer["math"].values()))
        for factor in (f for term in answer["terms"] for f in term["factors"]):
            assert factor["symbol"] in answer["math"]


@pytest.mark.parametrize("address", ["0/W/0,0", "1/output/2", "3/grad_input/0"])
def test_parts_are_left_out_when_asked(post: Post, experiments: dict[str, Any], address: str) -> None:
    """Neither computed nor sent; what is left is the same, and says its symbols."""
    whole = post("/api/derive", experiment=experiments["xor"], address=address)
    for without in (["python"], ["expansion", "update", "latex"], list(PARTS)):
        answer = post("/api/derive", experiment=experiments["xor"], address=address, without=without)
        gone = {*without, *(field for field, part in {"folded": "expansion", "equations": "update"}.items() if part in without)}
        assert whole.keys() - answer.keys() == gone
        assert all(answer[name] == whole[name] for name in answer if name not in ("math", "mathml"))
        assert answer["math"].items() <= whole["math"].items()
        assert {f["symbol"] for term in answer["terms"] for f in term["factors"]} <= answer["math"].keys()


def test_a_number_behind_a_link_without_weights_names_what_it_was_computed_from(post: Post, experiments: dict[str, Any]) -> None:
    """The z of an a, the cells of a window, all z of a softmax; behind weights the sum itself says it."""
    answer = post("/api/derive", experiment=experiments["xor"], address="1/output/2")
    [z] = answer["inputs"]
    assert z["address"] == "0/output/2"
    assert np.tanh(z["value"]) == answer["value"]
    assert answer["rule"] in answer["math"]
    pooled = post("/api/derive", experiment=experiments["digits-cnn"], address="2/output/3,1,1")
    assert len(pooled["inputs"]) == 4
    assert max(cell["value"] for cell in pooled["inputs"]) == pooled["value"]
    assert len(post("/api/derive", experiment=experiments["iris"], address="3/output/1")["inputs"]) == 3
    for address in ("0/output/0", "0/W/0,0", "1/grad_output/2", "0/input/0"):
        assert post("/api/derive", experiment=experiments["xor"], address=address)["inputs"] == []


def test_the_slope_of_the_loss_says_how_it_comes_from_the_prediction(post: Post, experiments: dict[str, Any]) -> None:
    """The chain's last factor is no sum: ∂ℓ/∂ŷ by the loss's own formula, from ŷ and y, behind a matched pair or any other."""
    answer = post("/api/derive", experiment=experiments["iris"], address="3/grad_output/2")
    predicted, target = answer["inputs"]
    assert (predicted["address"], target["path"]) == ("3/output/2", "trace.batch.y.0.2")
    assert answer["value"] == -target["value"] / predicted["value"] == -1 / predicted["value"]
    assert answer["rule"] == r"-\frac{y}{\hat y}"
    assert answer["latex"]["symbols"] == r"\frac{\partial \ell}{\partial \hat y_{3}} = -\frac{{y_{3}}}{{\hat y_{3}}}"
    assert re.fullmatch(r"-\\frac\{1\}\{0\.0625\d+\} = -1[56]\.\d+", answer["latex"]["numbers"])
    other = experiments["xor"] | {"loss": {"kind": "huber", "delta": 0.25}}
    huber = post("/api/derive", experiment=other, address="3/grad_output/0")
    [y_hat, y] = [factor["value"] for factor in huber["inputs"]]
    assert huber["value"] == max(-0.25, min(0.25, y_hat - y))
    assert "0.25" in huber["latex"]["numbers"]
    assert "delta" not in huber["latex"]["numbers"]


def _plain(value: Any) -> Any:
    """As JSON carries it."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


@pytest.mark.parametrize("seed", range(0, 216, 12))
def test_every_sort_of_network_has_mathml(post: Post, seed: int) -> None:
    """No formula that a derivation holds, of whatever kind of link, is one that the converter refuses."""
    step = told(seed)
    document = step.experiment.document()
    for address in parameters(step)[:: max(1, len(parameters(step)) // 3)]:
        answer = post("/api/derive", experiment=document, address=str(address), example=step.row)
        assert all("merror" not in text for text in (*answer["mathml"].values(), *answer["math"].values()))
    last = f"{len(step.network.layers) - 1}/output/0"
    assert post("/api/derive", experiment=document, address=last)["quantity"] == "value"


def test_counts_beyond_what_json_holds(post: Post) -> None:
    """64¹¹ paths: a float, and every digit beside it."""
    experiment, _ = dense_net([64] * 12)
    paths = post("/api/derive", experiment=experiment.document(), address="0/W/0,0")["paths"]
    assert paths["digits"]["count"] == str(64**11)
    assert paths["count"] == float(64**11)


def test_paths_as_many_as_asked(post: Post, experiments: dict[str, Any]) -> None:
    for most in (1, 5, 8):
        answer = post("/api/derive", experiment=experiments["spiral"], address="0/W/0,0", paths=most)
        assert len(answer["paths"]["listed"]) == most


@pytest.mark.parametrize(("body", "field"), [
    ({}, "address"), ({"address": "0/W/99,0"}, "address"), ({"address": None}, "address"), ({"address": "9" * 500}, "address"),
    ({"address": "0/W/0,0", "example": -1}, "example"), ({"address": "0/W/0,0", "extra": 1}, "extra"),
    ({"address": "0/W/0,0", "without": ["terms"]}, "without"), ({"address": "0/W/0,0", "without": "python"}, "without"),
    ({"address": "0/W/0,0", "over": "mean"}, "over"),
    ({"address": "0/W/0,0", "paths": 0}, "paths"), ({"address": "0/W/0,0", "paths": 65}, "paths"),
])  # fmt: skip
def test_derive_refuses(client: TestClient, experiments: dict[str, Any], body: dict[str, Any], field: str) -> None:
    response = client.post("/api/derive", json={"experiment": experiments["xor"]} | body)
    assert response.status_code == 422
    assert response.json()["field"] == field
    assert len(response.content) < 1024


def test_a_step_that_overflows_is_told_as_diverged(post: Post, experiments: dict[str, Any]) -> None:
    """Numbers beyond a float64 leave as null, with the flag beside."""
    layers = [{"kind": "dense", "units": 2}, {"kind": "exp"}, {"kind": "dense", "units": 1}]
    data = {"kind": "points", "x": [[900.0, 900.0]], "y": [[1.0]]}
    experiment = {"data": data, "layers": layers, "init": {"kind": "constant", "value": 1.0}}
    answer = post("/api/derive", experiment=experiment, address="0/W/0,0")
    assert answer["diverged"] is True
    assert answer["gradient"] is None


@pytest.mark.parametrize("address", ["0/W/0,0", "6/W/0,0", "4/output/1"])
def test_examples_that_overflow_either_way_are_told_as_diverged(address: str, post: Post, experiments: dict[str, Any]) -> None:
    """−∞ + ∞ is no number, and no fault of the server's."""
    chain = [layer for _ in range(3) for layer in ({"kind": "dense", "units": 4}, {"kind": "exp"})]
    layers = [*chain, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
    experiment = experiments["xor"] | {"layers": layers, "init": {"kind": "constant", "value": 10.0}, "batch_size": None}
    answer = post("/api/derive", experiment=experiment, address=address)
    assert answer["diverged"] is True


def test_compare_every_preset(post: Post, experiments: dict[str, Any]) -> None:
    """All gradients are checked; away from kinks the worst disagreement is that of central differences."""
    for slug, experiment in experiments.items():
        quick, answer = (post("/api/compare", experiment=experiment, thorough=thorough) for thorough in (False, True))
        many = answer["count"] > MOST_WEIGHTS
        assert (quick["worst"] is None) == many, slug  # an answer that nobody waits for: along random directions, all at once
        assert not many or quick["along"]["difference"] < 1e-8, (slug, quick["along"])
        checked = answer["smooth"]["difference"] if answer["worst"] else answer["along"]["difference"]
        assert checked < 1e-8, (slug, answer["smooth"], answer["kinks"])
        # blank corners of a digit leave a convolution's z at exactly 0, where its ReLU has a kink
        assert bool(answer["kinks"]) == (slug == "digits-cnn"), slug
        notes = [m["note"] for m in answer["methods"] if "note" in m]
        assert len(notes) == bool(answer["kinks"])
        assert all("central differences give their mean" in note for note in notes)
        assert answer["count"] == Experiment.parse(experiment).network.size


def test_one_weights_symbolic_derivative(post: Post, experiments: dict[str, Any]) -> None:
    """The formula with its MathML, line by line, and its value: the one that the derivation gives."""
    answer = post("/api/compare", experiment=experiments["xor"], methods=["symbolic"], address="0/W/0,1", example=2)["symbolic"]
    derived = post("/api/derive", experiment=experiments["xor"], address="0/W/0,1", example=2)
    assert answer["symbol"] == derived["parameter"]["symbol"]
    assert answer["value"] == pytest.approx(derived["value"], rel=1e-12)
    assert answer["gradient"] == pytest.approx(derived["gradient"], rel=1e-12)
    for line in [answer["formula"], *answer["formula"]["parts"]]:
        assert line["mathml"].startswith("<math")
        assert "merror" not in line["mathml"]
    large = post("/api/compare", experiment=experiments["digits"], methods=["symbolic"], address="0/W/0,0")
    assert large["symbolic"].keys() == {"address", "example", "message", "hint"}


def test_a_thorough_comparison_checks_each_of_many_weights(post: Post, experiments: dict[str, Any]) -> None:
    """1,885 of them: along random directions at once, or one by one by those who are ready to wait."""
    quick = post("/api/compare", experiment=experiments["digits"])
    assert quick["worst"] is None
    assert len(quick["along"]["directions"]) == 4
    every = post("/api/compare", experiment=experiments["digits"], thorough=True)
    assert {m["kind"] for m in every["methods"]} == {"backprop", "numerical", "complex_step", "forward_mode"}
    assert [each["kind"] for each in every["left_out"]] == ["symbolic"]
    assert every["count"] == 1885
    assert every["smooth"]["difference"] < 1e-8


def test_compare_with_the_cost_as_the_network_grows(post: Post, experiments: dict[str, Any]) -> None:
    answer = post("/api/compare", experiment=experiments["xor"], methods=["backprop", "complex_step"], scaling=True)
    assert [m["kind"] for m in answer["methods"]] == ["backprop", "complex_step"]
    assert {m["kind"]: round(m["slope"], 9) for m in answer["scaling"]["methods"]}["backprop"] == 0


@pytest.mark.parametrize(("body", "field"), [
    ({"methods": ["magic"]}, "methods.0"), ({"methods": []}, "methods"), ({"methods": 3}, "methods"), ({"scaling": 1}, "scaling"),
    ({"thorough": 1}, "thorough"),
    ({"extra": 1}, "extra"), ({"address": "0/W/99,0"}, "address"), ({"address": 3}, "address"),
    ({"address": "9/W/0,0", "methods": ["backprop"]}, "address"), ({"address": "0/output/0", "methods": ["backprop"]}, "address"),
    ({"example": -1}, "example"),
])  # fmt: skip
def test_compare_refuses(client: TestClient, experiments: dict[str, Any], body: dict[str, Any], field: str) -> None:
    response = client.post("/api/compare", json={"experiment": experiments["xor"]} | body)
    assert response.status_code == 422
    assert response.json()["field"] == field
