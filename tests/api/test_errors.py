"""Whatever comes, the answer is a 4xx in the one form, under a kilobyte, that says what was expected."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from app.settings import SETTINGS
from core.experiment import Experiment
from core.spec import SpecError

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


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP, identity", "x" * 5000, "\x7f"])
def test_a_coding_that_nobody_undoes_is_a_415(coding, client):
    """It had been read as if it were none, and what was told was of a JSON that nobody had written."""
    answer = raw(client, json.dumps({"experiment": LOGISTIC}).encode(), "/api/start", **{"content-encoding": coding})
    told = problem(answer, 415)
    assert "a body sent as it is" in told["message"]
    assert told["hint"] == "leave Content-Encoding out"


@pytest.mark.parametrize("coding", ["", "identity", " Identity "])
def test_no_coding_may_be_named(coding, client):
    answer = raw(client, json.dumps({"experiment": LOGISTIC}).encode(), "/api/start", **{"content-encoding": coding})
    assert answer.status_code == 200, answer.text


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


def test_a_wrong_method_is_a_405_that_names_the_right_one(client):
    response = client.get("/api/step")
    problem(response, 405)
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "path",
    ["/api/nothing", "/api/", "/static/../app/main.py"]
    + [folder + odd for folder in ("/api/", "/static/", "/docs/assets/") for odd in ("x" * 5000, "%ff%00", "js/%00.js")],
)
def test_an_unknown_address_is_a_404(client, path):
    problem(client.get(path), 404)


def test_what_nobody_expected_is_a_plain_500_and_is_logged(client, monkeypatch, caplog):
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret")

    monkeypatch.setattr("app.api.step.Run", broken)
    response = client.post("/api/step", json={"experiment": LOGISTIC})
    assert problem(response, 500)["message"] == "internal error"
    assert "content-security-policy" in response.headers
    assert "the secret" in caplog.text


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


def test_half_a_surrogate_pair_is_told_as_its_escape():
    """No body can carry one, but who calls the core can hand one in: the message is UTF-8 all the same."""
    with pytest.raises(SpecError) as caught:
        Experiment.parse(LOGISTIC | {"loss": {"kind": "é\ud800" + "\udfff" * 99}})
    assert r'got "é\ud800\udfff' in caught.value.message
    assert len(caught.value.message.encode()) < 380


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


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 5000], ids=["1e999", "-1e999", "5,000 digits"])
def test_a_number_beyond_a_float64_is_told_with_its_place(client, number):
    body = b'{"experiment": {"layers": [{"kind": "dense"}, {"a": %s}]}, "state": null}' % number.encode()
    told = problem(raw(client, body), 400)
    assert told["field"] == "layers.1.a"
    assert told["message"] == "expected a number that a float64 can hold, below 1.8e308, got a greater one"
    assert problem(raw(client, b'{"state": {"step": %s}' % number.encode()), 400)["field"] == ""  # it breaks off behind


@pytest.mark.parametrize("levels", [300, 50_000])
def test_too_many_levels_are_told_as_such(client, levels):
    told = problem(raw(client, b"[" * levels + b"]" * levels), 400)
    assert told["message"] == "expected JSON of fewer levels, got more than 250"
    assert told["hint"] == "arrays here have at most five"


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


def test_a_body_declared_too_long_is_refused_unread(client):
    def never() -> Any:
        raise AssertionError("the body is read")
        yield b""

    headers = {"content-type": "application/json", "content-length": "99999999"}
    response = client.post("/api/step", content=never(), headers=headers)
    assert "2,000,000" in problem(response, 413)["message"]
    assert response.headers["connection"] == "close"


HEADED = ["/", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/api/catalog", "/api/presets", "/palette.css"]


@pytest.mark.parametrize("path", HEADED)
def test_whether_it_is_there_can_be_asked_by_head(client, path):
    response = client.head(path)
    assert response.status_code == 200
    assert response.content == b""
    assert response.headers["content-type"] == client.get(path).headers["content-type"]


def test_a_body_that_never_ends_is_a_408(client, monkeypatch):
    monkeypatch.setattr("app.wire.SETTINGS", replace(SETTINGS, body_seconds=0.1))
    pieces = [{"type": "http.request", "body": b'{"experiment": ', "more_body": True}]

    async def receive() -> Any:
        return pieces.pop() if pieces else await asyncio.sleep(3600)

    async def send(message: Any) -> None:
        sent.append(message)

    sent: list[Any] = []
    scope = {"type": "http", "method": "POST", "http_version": "1.1", "client": None, "server": None, "scheme": "http"}
    scope |= {"path": "/api/step", "raw_path": b"/api/step", "query_string": b"", "root_path": ""}
    client.portal.call(client.app, scope | {"headers": [(b"content-type", b"application/json")]}, receive, send)
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
    assert set(json.loads(sent[1]["body"])) == {"field", "message", "hint"}
