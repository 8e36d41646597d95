"""Whatever comes, the answer is a 4xx in the one form, under a kilobyte, that says what was expected."""

import json
from typing import Any

import pytest

DENSE = [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
LOGISTIC = {"data": {"kind": "gauss"}, "layers": DENSE, "loss": {"kind": "binary_cross_entropy"}}
STATE = {"step": 0, "params": [{"W": [[0.0, 0.0]], "b": [0.0]}, {}]}


def problem(response: Any, status: int) -> Any:
    """The error, which must have the one form."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert len(response.content) < 1024
    told = response.json()
    assert set(told) == {"field", "message", "hint"}
    assert told["message"]
    return told


def raw(client: Any, body: bytes, path: str = "/api/step", **headers: str) -> Any:
    return client.post(path, content=body, headers={"content-type": "application/json"} | headers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"NaN",
        b'{"experiment": 1e999}',
        b'{"experiment": -Infinity}',
        b'{"experiment": "\\ud800"}',
        b'{"experiment": "\xff\xfe"}',
        b"[" * 50_000 + b"]" * 50_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"[" * 300 + b"]" * 300,
        b'{"example": ' + b"9" * 5000 + b"}",
        b"\xef\xbb\xbf{}",
        b"{'experiment': {}}",
        b"{} {}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_no_json_is_a_400(client, body):
    assert "expected" in problem(raw(client, body), 400)["message"]


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"text"', b"true"])
def test_a_body_must_be_an_object(client, body):
    assert "object" in problem(raw(client, body), 422)["message"]


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


def test_a_body_that_is_too_long_is_a_413(client):
    assert "2,000,000" in problem(raw(client, b'"' + b"x" * 5_000_000 + b'"'), 413)["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_a_415_with_the_cure(client, kind):
    assert "Content-Type" in problem(client.post("/api/step", content=b"{}", headers={"content-type": kind}), 415)["hint"]


def test_a_wrong_method_is_a_405_that_names_the_right_one(client):
    response = client.get("/api/step")
    problem(response, 405)
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/api/" + "x" * 5000, "/api/%ff%00", "/static/../app/main.py"])
def test_an_unknown_address_is_a_404(client, path):
    problem(client.get(path), 404)


def test_what_nobody_expected_is_a_plain_500_and_is_logged(client, monkeypatch, caplog):
    def broken(*_: Any) -> None:
        raise RuntimeError("the secret")

    monkeypatch.setattr("app.api.step.run", broken)
    response = client.post("/api/step", json={"experiment": LOGISTIC})
    assert problem(response, 500)["message"] == "internal error"
    assert "content-security-policy" in response.headers
    assert "the secret" in caplog.text


def test_an_error_of_a_field_says_what_it_expected_and_what_it_got(client):
    told = problem(client.post("/api/step", json={"experiment": LOGISTIC | {"batch_size": 0.5}}), 422)
    assert told["message"] == "expected a whole number at least 1 and at most 2,000 or null, got 0.5"
    assert told["hint"] == "How many examples one step learns from; null for all of them."
