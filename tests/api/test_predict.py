"""Outputs for examples and over the plane are the network's own."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from app.api import predict
from app.api.body import Body
from app.presets import presets
from core.experiment import Experiment


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def test_outputs_of_raw_examples(post, experiments):
    state = {"step": 0, "params": [{"W": [[2.0, -1.0]], "b": [0.5]}, {}]}
    outputs = post("/api/predict", experiment=experiments["logistic"], state=state, x=[[1.0, 1.0], [0.0, 2.0]])["outputs"]
    np.testing.assert_allclose(outputs, sigmoid(np.array([[1.5], [-1.5]])), rtol=1e-15)


def test_the_grid_s_rows_follow_the_second_axis(post, experiments):
    state = {"step": 0, "params": [{"W": [[2.0, -1.0]], "b": [0.5]}, {}]}
    answer = post("/api/predict", experiment=experiments["logistic"], state=state, grid=5, neurons=True)
    first, second = (np.array(axis["values"]) for axis in answer["axes"])
    z = 2 * first[None, :] - second[:, None] + 0.5
    np.testing.assert_allclose(answer["outputs"], [sigmoid(z)], rtol=1e-14)
    np.testing.assert_allclose(answer["neurons"][0], [z], rtol=1e-6)
    assert [axis["label"] for axis in answer["axes"]] == ["x1", "x2"]


def test_the_grid_looks_through_the_features(post, experiments):
    squares = experiments["logistic"] | {"data": {"kind": "circle", "features": ["x1^2", "x2^2"]}}
    state = {"step": 0, "params": [{"W": [[1.0, 1.0]], "b": [0.0]}, {}]}
    answer = post("/api/predict", experiment=squares, state=state, grid=3)
    x, y = (np.array(axis["values"]) for axis in answer["axes"])
    np.testing.assert_allclose(answer["outputs"][0], sigmoid(x[None, :] ** 2 + y[:, None] ** 2), rtol=1e-14)


def test_one_dimension_gives_a_curve(post, experiments):
    state = {"step": 0, "params": [{"W": [[3.0]], "b": [1.0]}, {}]}
    answer = post("/api/predict", experiment=experiments["line"], state=state, grid=4)
    np.testing.assert_allclose(answer["outputs"], [3 * np.array(answer["axes"][0]["values"]) + 1], rtol=1e-15)


def test_outputs_agree_with_the_trace(post, experiments):
    data = post("/api/data", experiment=experiments["iris"])
    answer = post("/api/step", experiment=experiments["iris"])
    state = {"step": 0, "params": answer["trace"]["before"]}
    place = {index: row for row, index in enumerate(data["train"]["indices"])}
    raw = [data["train"]["raw"][place[index]] for index in answer["trace"]["batch"]["indices"]]
    outputs = post("/api/predict", experiment=experiments["iris"], state=state, x=raw)["outputs"]
    np.testing.assert_allclose(outputs, answer["trace"]["layers"][-1]["output"], rtol=1e-12)


@pytest.mark.parametrize("slug", [entry["slug"] for entry in presets()])
def test_what_the_data_give_can_be_asked_for(post: Any, slug: str) -> None:
    """`raw` of /api/data is `x` of /api/predict as it stands; a signal may also come as one row, without its channel."""
    experiment = next(entry["experiment"] for entry in presets() if entry["slug"] == slug)
    part = post("/api/data", experiment=experiment)["train"]
    state = post("/api/start", experiment=experiment)["state"]
    outputs = post("/api/predict", experiment=experiment, state=state, x=part["raw"][:3])["outputs"]
    network = Experiment.parse(experiment).network
    params = tuple({name: np.array(a) for name, a in tensors.items()} for tensors in state["params"])
    np.testing.assert_allclose(outputs, network.forward(params, np.array(part["x"][:3]))[-1], rtol=1e-12)
    rows = np.reshape(part["raw"][:3], (3, -1)).tolist()
    assert post("/api/predict", experiment=experiment, state=state, x=rows)["outputs"] == outputs


@pytest.mark.parametrize(("row", "field"), [
    ([[0.0] * 31 + ["a"]], "x.0.0.31"), ([0.0] * 31 + [None], "x.0.31"), ([[0.0] * 31], "x.0"), ([[0.0] * 16] * 2, "x.0"),
    ([], "x.0"), ([[]], "x.0"), ([[[0.0] * 32]], "x.0"), ([[0.0] * 32] * 2, "x.0"),
])  # fmt: skip
def test_a_signal_of_another_shape_is_refused_with_its_place(post: Any, client: Any, row: Any, field: str) -> None:
    experiment = next(entry["experiment"] for entry in presets() if entry["slug"] == "signals")
    state = post("/api/start", experiment=experiment)["state"]
    answer = client.post("/api/predict", json={"experiment": experiment, "state": state, "x": [row]})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


DEEP = {
    "data": {"kind": "moons"}, "loss": {"kind": "binary_cross_entropy"},
    "layers": [{"kind": "dense", "units": 256}] + [{"kind": "tanh"}] * 21 + [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
}  # fmt: skip


def test_a_sweep_in_pieces_is_the_whole_sweep_and_holds_no_more_than_a_piece(post, experiments, monkeypatch):
    state = post("/api/start", experiment=experiments["iris"])["state"]
    raw = post("/api/data", experiment=experiments["iris"])["train"]["raw"]
    whole = post("/api/predict", experiment=experiments["iris"], state=state, x=raw)["outputs"]
    monkeypatch.setattr(predict, "HELD", 100)
    pieces = post("/api/predict", experiment=experiments["iris"], state=state, x=raw)["outputs"]
    np.testing.assert_allclose(pieces, whole, rtol=1e-13)


def test_the_memory_of_a_grid_does_not_grow_with_the_network(post):
    state = post("/api/start", experiment=DEEP)["state"]
    job = predict.Sweep(Body({"experiment": DEEP, "state": state, "grid": 101}))
    tracemalloc.start()
    for _ in range(20):
        job.advance()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8e6
    assert 0 < len(job.done) * job.rows < 101 * 101


def test_whatever_the_data_hold_can_be_predicted(post):
    """As /api/data gives them, so large that own points take no larger ones."""
    experiment = {
        "data": {"kind": "points", "x": [[-1e15, 2.0], [1e15, 3.0]], "y": [0, 1], "task": "binary"},
        "layers": [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
        "loss": {"kind": "binary_cross_entropy"},
    }
    data = post("/api/data", experiment=experiment)
    state = {"step": 0, "params": [{"W": [[1e-15, 0.0]], "b": [0.0]}, {}]}
    outputs = post("/api/predict", experiment=experiment, state=state, x=data["train"]["raw"])["outputs"]
    np.testing.assert_allclose(np.sort(np.ravel(outputs)), [1 / (1 + np.e), np.e / (1 + np.e)], rtol=1e-12)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "x"),
        ({"x": [[0, 0]], "grid": 5}, "x"),
        ({"x": []}, "x"),
        ({"x": [[0.0, 0.0, 0.0]]}, "x.0"),
        ({"x": [[0.0, 0.0], [0.0]]}, "x.1"),
        ({"x": [[0.0, "a"]]}, "x.0.1"),
        ({"x": [[0.0, True]]}, "x.0.1"),
        ({"x": [[0.0, 1e300]]}, "x.0.1"),
        ({"grid": 102}, "grid"),
        ({"grid": 5, "neurons": 1}, "neurons"),
    ],
)
def test_what_cannot_be_predicted_is_refused(fields, field, client, experiments):
    state = {"step": 0, "params": [{"W": [[2.0, -1.0]], "b": [0.5]}, {}]}
    answer = client.post("/api/predict", json={"experiment": experiments["logistic"], "state": state} | fields)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


@pytest.mark.parametrize("word", [999, -1, 0.5])
def test_a_word_that_there_is_not_is_named_where_it_stands(word, client, post, experiments):
    """Its field had been the layer's, and its cure a larger vocabulary."""
    experiment = experiments["text"]
    state = post("/api/start", experiment=experiment)["state"]
    known = post("/api/data", experiment=experiment)["train"]["raw"][:2]
    assert len(post("/api/predict", experiment=experiment, state=state, x=known)["outputs"]) == 2
    known[1][7] = word
    answer = client.post("/api/predict", json={"experiment": experiment, "state": state, "x": known})
    assert answer.status_code == 422
    assert answer.json()["field"] == "x.1.7"
    assert f"got {word}" in answer.json()["message"]
    assert "info.vocabulary" in answer.json()["hint"]


def test_between_two_words_there_is_no_grid(client, post):
    experiment = {
        "data": {"kind": "points", "x": [[0, 1], [1, 2]], "y": [0, 1], "task": "binary"},
        "layers": [{"kind": "embedding", "vocabulary": 3, "units": 1}, {"kind": "flatten"}, {"kind": "dense", "units": 1}],
        "loss": {"kind": "half_mse"},
    }
    state = post("/api/start", experiment=experiment)["state"]
    answer = client.post("/api/predict", json={"experiment": experiment, "state": state, "grid": 5})
    assert (answer.status_code, answer.json()["field"]) == (422, "grid")
