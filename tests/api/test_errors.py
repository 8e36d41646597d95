"""Whatever comes, the answer is a 4xx in the one form, under a kilobyte, that says what was expected."""

import json
from typing import Any

import pytest

from tests.api.problems import LOGISTIC, problem, raw

STATE = {"step": 0, "params": [{"W": [[0.0, 0.0]], "b": [0.0]}, {}]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"experiment": None}, "experiment"),
        ({"experiment": {}}, "data"),
        ({"surprise": 1}, "surprise"),
        ({"\ud800".encode("utf-8", "surrogatepass").decode("latin-1"): 1}, None),
        ({"x" * 5000: 1}, None),
        ({"example": -1}, "example"),
        ({"example": "mean"}, "example"),
        ({"example": 1.5}, "example"),
        ({"example": 10**18}, "example"),
        ({"state": []}, "state"),
        ({"state": {"step": 0}}, "state.params"),
        ({"state": STATE | {"step": -1}}, "state.step"),
        ({"state": STATE | {"step": 10**30}}, "state.step"),
        ({"state": STATE | {"step": True}}, "state.step"),
        ({"state": STATE | {"params": []}}, "state.params"),
        ({"state": STATE | {"params": [{"W": [[0.0], [0.0]], "b": [0.0]}, {}]}}, "state.params.0.W"),
        ({"state": STATE | {"params": [{"W": [[0.0, [0.0]]], "b": [0.0]}, {}]}}, "state.params.0.W"),
        ({"state": STATE | {"params": [{"W": [[0.0, "1"]], "b": [0.0]}, {}]}}, "state.params.0.W"),
        ({"state": STATE | {"params": [{"W": [[0.0, None]], "b": [0.0]}, {}]}}, "state.params.0.W"),
        ({"state": STATE | {"params": [{"W": [[0.0, 0.0]], "b": [0.0], "c": [0.0]}, {}]}}, "state.params.0.c"),
        ({"state": STATE | {"slots": [{}]}}, "state.slots"),
        ({"state": STATE | {"memory": 1}}, "state.memory"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_wrong_request_names_its_field(client, change, field):
    told = problem(raw(client, json.dumps({"experiment": LOGISTIC} | change).encode()), 422)
    assert field is None or told["field"] == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"layers": [{"kind": "dense", "units": 1_000_000}, {"kind": "sigmoid"}]}, "layers.0.units"),
        ({"layers": [{"kind": "dense", "units": True}, {"kind": "sigmoid"}]}, "layers.0.units"),
        ({"layers": [{"kind": "dense", "units": 2.5}, {"kind": "sigmoid"}]}, "layers.0.units"),
        ({"layers": [{"kind": "dense", "units": 1, "bias": False}, {"kind": "sigmoid"}]}, "layers.0.bias"),
        ({"layers": [{"kind": "dense", "units": 256}] * 24}, None),
        ({"layers": [{"kind": "tanh"}] * 25}, "layers"),
        ({"layers": []}, "layers"),
        ({"layers": [{"kind": ["dense"]}]}, "layers.0.kind"),
        ({"layers": {"0": {"kind": "dense"}}}, "layers"),
        ({"layers": [{"kind": "dense", "units": 3}, {"kind": "sigmoid"}]}, None),
        ({"loss": {"kind": "nonsense"}}, "loss.kind"),
        ({"loss": None}, "loss"),
        ({"optimizer": {"kind": "sgd", "learning_rate": 0}}, "optimizer.learning_rate"),
        ({"optimizer": {"kind": "sgd", "learning_rate": "0.1"}}, "optimizer.learning_rate"),
        ({"optimizer": {"kind": "sgd", "learning_rate": 1e308}}, "optimizer.learning_rate"),
        ({"data": {"kind": "gauss", "count": 10**9}}, "data.count"),
        ({"data": {"kind": "points", "x": [[1, 2], [3]], "y": [0, 1], "task": "binary"}}, "data.x"),
        ({"data": {"kind": "points", "x": [[1, 2], [3, 4]], "y": [0], "task": "binary"}}, "data.y"),
        ({"data": {"kind": "points", "x": [[1, [2]], [3, 4]], "y": [0, 1], "task": "binary"}}, "data.x"),
        ({"data": {"kind": "points", "x": [], "y": []}}, "data.x"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": "all"}, "batch_size"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"colour": "red"}, "colour"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_wrong_experiment_names_its_field_as_the_controls_do(client, change, field):
    told = problem(raw(client, json.dumps({"experiment": LOGISTIC | change}).encode()), 422)
    assert field is None or told["field"] == field


def test_too_much_to_compute_is_refused_before_it_is_begun(client):
    wide = [{"kind": "dense", "units": 150}, {"kind": "tanh"}] * 2
    digits = {
        "data": {"kind": "digits", "count": 1797, "test_fraction": 0.0},
        "layers": [*wide, {"kind": "dense", "units": 10}, {"kind": "softmax"}],
        "loss": {"kind": "cross_entropy"},
        "batch_size": None,
    }
    body = json.dumps({"experiment": digits, "steps": 100_000, "every": 100_000}).encode()
    assert problem(raw(client, body, "/api/train"), 422)["field"] == "every"
    body = json.dumps({"experiment": digits, "size": 101}).encode()
    assert problem(raw(client, body, "/api/surface"), 422)["field"] == "size"
    assert problem(raw(client, json.dumps({"experiment": digits}).encode()), 422)["field"] == "batch_size"


@pytest.mark.parametrize("method", ["numerical", "complex_step", "forward_mode"])
def test_a_gradient_swept_weight_by_weight_must_be_small(client, method):
    digits = {
        "data": {"kind": "digits"},
        "layers": [{"kind": "dense", "units": 20}, {"kind": "tanh"}, {"kind": "dense", "units": 10}, {"kind": "softmax"}],
        "loss": {"kind": "cross_entropy"},
        "batch_size": 100,
        "gradient": {"kind": method},
    }
    assert problem(client.post("/api/start", json={"experiment": digits}), 422)["field"] == "gradient.kind"


@pytest.mark.parametrize(("name", "value"), [("steps", 0), ("steps", 100_001), ("every", 0), ("trace", 1), ("steps", None)])
def test_a_wrong_run_is_named(client, name, value):
    assert problem(client.post("/api/train", json={"experiment": LOGISTIC, name: value}), 422)["field"] == name


@pytest.mark.parametrize("given", [0, False, "", {}])
def test_what_is_empty_is_no_list(client, experiments, given):
    refused = client.post("/api/surface", json={"experiment": experiments["xor"], "path": given})
    assert (refused.status_code, refused.json()["field"]) == (422, "path"), refused.text[:200]


@pytest.mark.parametrize("given", [0, False, "", []])
def test_what_is_empty_is_no_object(client, experiments, given):
    state = client.post("/api/start", json={"experiment": experiments["xor"]}).json()["state"] | {"shared": given}
    refused = client.post("/api/step", json={"experiment": experiments["xor"], "state": state})
    assert (refused.status_code, refused.json()["field"]) == (422, "state.shared"), refused.text[:200]


def test_a_figure_takes_no_unknown_field(client, experiments):
    refused = client.post("/api/figure", json={"name": "loss", "experiment": experiments["xor"], "junk": 1})
    assert (refused.status_code, refused.json()["field"]) == (422, "junk"), refused.text[:200]


def test_an_error_of_a_field_says_what_it_expected_and_what_it_got(client):
    told = problem(client.post("/api/step", json={"experiment": LOGISTIC | {"batch_size": 0.5}}), 422)
    assert told["message"] == "expected a whole number at least 1 and at most 2,000 or null, got 0.5"
    assert told["hint"] == "How many examples one step learns from; empty (in JSON null) for all of them."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch_size": 4.0}, "expected a whole number at least 1 and at most 2,000 or null, got 4.0"),
        ({"batch_size": True}, "expected a whole number at least 1 and at most 2,000 or null, got true"),
        ({"loss": None}, 'expected an object with a "kind", got null'),
        ({"loss": {"kind": ["x1", "x1"]}}, 'got ["x1", "x1"]'),
        ({"data": {"kind": "gauss", "features": ["x1", "x1"]}}, 'got ["x1", "x1"]'),
        ({"layers": "dense"}, 'expected a list of 1 to 24 layers, got "dense"'),
        ({"layers": []}, "expected a list of 1 to 24 layers, got an empty list"),
        ({"layers": [{"kind": "tanh"}] * 25}, "expected a list of 1 to 24 layers, got 25"),
        ({"loss": {}}, "this field is needed"),
        ({"data": {"kind": None}}, "got null"),
        ({"loss": {"kind": "日本"}}, 'got "日本"'),
        ({"loss": {"kind": "\u202e\x07"}}, r'got "\u202e\u0007"'),
        ({"loss": {"kind": "日" * 5000}}, f'got "{"日" * 38}…'),
        ({"layers": [{"kind": "dense", "units": None}]}, "expected a whole number at least 1 and at most 256, got null"),
    ],
    ids=str,
)
def test_what_came_is_told_as_json_writes_it(client, change, message):
    assert problem(client.post("/api/step", json={"experiment": LOGISTIC | change}), 422)["message"].endswith(message)


def test_a_missing_kind_is_needed_and_the_hint_names_the_kinds(client):
    told = problem(client.post("/api/step", json={"experiment": LOGISTIC | {"penalty": {}}}), 422)
    assert (told["field"], told["message"]) == ("penalty.kind", "this field is needed")
    assert told["hint"].startswith("one of none, ")
    told = problem(client.post("/api/surface", json={"experiment": LOGISTIC, "state": STATE, "plane": {}}), 422)
    assert (told["field"], told["message"]) == ("plane.kind", "this field is needed")


@pytest.mark.parametrize(
    ("state", "field", "message"),
    [
        (None, "state", "this field is needed"),
        (7, "state", "expected an object, got 7"),
        (STATE | {"step": 4.0}, "state.step", "expected a whole number from 0 to 10,000,000, got 4.0"),
        (STATE | {"step": None}, "state.step", "expected a whole number from 0 to 10,000,000, got null"),
        (STATE | {"params": [{"W": [[1]], "b": [0]}, {}]}, "state.params.0.W", "expected numbers of shape 1 × 2, got [[1]]"),
        (STATE | {"params": [{}, {}, {}]}, "state.params", "expected a list of 2 objects, one a layer, got a list of 3"),
    ],
    ids=str,
)
def test_a_wrong_state_is_told_with_what_came(client, state, field, message):
    told = problem(client.post("/api/predict", json={"experiment": LOGISTIC, "state": state, "x": [[0.0, 0.0]]}), 422)
    assert (told["field"], told["message"]) == (field, message)
    assert told["hint"] != "the fields are "


NUMBERS = {"W": [[0.5, 0.5]], "b": [0.5]}
ADAM = [{name: {"m": value, "v": value} for name, value in NUMBERS.items()}, {}]


@pytest.mark.parametrize(
    ("slots", "field"),
    [
        ([ADAM[0], [1, 2, 3]], "state.slots.1"),
        ([ADAM[0], "x"], "state.slots.1"),
        ([ADAM[0], {"W": {}}], "state.slots.1.W"),
        ([ADAM[0] | {"Q": ADAM[0]["b"]}, {}], "state.slots.0.Q"),
        ([{"W": ADAM[0]["W"]}, {}], "state.slots.0.b"),
        ([ADAM[0] | {"b": {"m": [0.0], "v": [-1e-9]}}, {}], "state.slots.0.b.v"),
        ([ADAM[0] | {"b": {"m": [0.0], "v": [None]}}, {}], "state.slots.0.b.v"),
        ([ADAM[0] | {"b": {"m": [0.0], "v": [0.0, 0.0]}}, {}], "state.slots.0.b.v"),
    ],
    ids=str,
)
def test_the_optimizer_s_memory_is_held_to_its_form(client, slots, field):
    adam = LOGISTIC | {"optimizer": {"kind": "adam"}}
    told = problem(client.post("/api/step", json={"experiment": adam, "state": STATE | {"slots": slots}}), 422)
    assert told["field"] == field
    assert told["hint"]
    assert client.post("/api/step", json={"experiment": adam, "state": STATE | {"slots": ADAM}}).status_code == 200


def test_a_diverged_state_is_told_what_it_is(client):
    lost = STATE | {"params": [{"W": [[None, 1.0]], "b": [None]}, {}]}
    told = problem(client.post("/api/step", json={"experiment": LOGISTIC, "state": lost}), 422)
    assert told["field"] == "state.params.0.W"
    assert told["message"] == "this state has diverged: go back to an earlier one, or take a smaller learning rate"


@pytest.mark.parametrize(("given", "field"), [([None], "experiments.0"), ([3, 4], "experiments.0"), ([], "experiments")])
def test_a_race_names_the_experiment_that_is_none(client, given, field):
    told = problem(client.post("/api/race", json={"experiments": given}), 422)
    assert told["field"] == field
    assert "got" in told["message"]


@pytest.mark.parametrize("address", ["०/W/0,0", "0/W/٣,0"])
def test_an_address_is_written_in_plain_digits(client, address):
    """Also where nothing is derived: what is not asked for is read all the same."""
    compared = {"experiment": LOGISTIC, "address": address, "methods": ["backprop"]}
    assert problem(client.post("/api/compare", json=compared), 422)["field"] == "address"
    assert problem(client.post("/api/derive", json={"experiment": LOGISTIC, "address": address}), 422)["field"] == "address"


def test_a_row_beyond_the_batch_is_counted_modulo_its_length(client):
    def told(example: int) -> Any:
        body = {"experiment": LOGISTIC | {"batch_size": 7}, "example": example}
        return client.post("/api/step", json=body).json()["trace"]["example"]

    assert told(16) == told(2)
    assert told(16)["row"] == 2
    derived = {"experiment": LOGISTIC | {"batch_size": 7}, "address": "0/W/0,0"}
    ways = [client.post("/api/derive", json=derived | {"example": example}).json() for example in (2, 16)]
    assert [way["example"] for way in ways] == [2, 2]
    assert ways[0]["terms"] == ways[1]["terms"]
