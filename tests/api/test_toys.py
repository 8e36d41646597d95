"""A member that was added by one class and one line is answered everywhere; what cannot be had of it is said in a sentence."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.experiment import Experiment
from tests import toys

Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    toys.added(monkeypatch)


def weight(document: dict[str, Any]) -> str:
    """The address of the first weight."""
    shapes = Experiment.parse(document).network.param_shapes
    link = next(i for i, params in enumerate(shapes) if params)
    return f"{link}/W/{','.join('0' * len(shapes[link]['W']))}"


@pytest.mark.parametrize("name", toys.EXPERIMENTS)
def test_every_number_of_it_is_derived(post: Post, name: str) -> None:
    """Weights, outputs and δ of every link; the script where all kinds are written out, else the sentence."""
    document = toys.EXPERIMENTS[name]
    shapes = Experiment.parse(document).network.param_shapes
    for i, params in enumerate(shapes):
        nodes = [f"{i}/{what}/0" for what in ("input", "output", "grad_input", "grad_output")]
        for address in [*nodes, *(f"{i}/{n}/{','.join('0' * len(s))}" for n, s in params.items())]:
            answer = post("/api/derive", experiment=document, address=address)
            assert ("python" in answer) != ("no_python" in answer), address
            assert all("merror" not in text for text in (*answer["mathml"].values(), *answer["math"].values()))
            if "no_python" in answer:
                assert answer["no_python"].startswith("There is no script of this number, because "), address
                assert answer["no_python"].endswith(" is not written out in NumPy yet."), address


def test_the_sentence_names_what_is_missing(post: Post) -> None:
    missing = {"bump": "Bump", "gain": "Gain", "log_cosh": "Log-cosh", "quartic": "Quartic"}
    for name, title in missing.items():
        answer = post("/api/derive", experiment=toys.EXPERIMENTS[name], address=weight(toys.EXPERIMENTS[name]))
        assert f"because {title} is not" in answer["no_python"]
    assert "python" in post("/api/derive", experiment=toys.EXPERIMENTS["waning"], address="0/W/0,0")
    kept = post("/api/derive", experiment=toys.EXPERIMENTS["bump"], address="0/W/0,0", without=["python"])
    assert not {"python", "no_python"} & kept.keys()


def test_it_stands_in_the_table_of_pairs(post: Post) -> None:
    answer = post("/api/pairs", z=[0.5, -1.0], y=[1.0, 0.0])
    assert next(a for a in answer["activations"] if a["kind"] == "bump")["further"]
    found = next(p for p in answer["pairs"] if (p["activation"], p["loss"]) == ("bump", "log_cosh"))
    assert found["delta"] == pytest.approx([a * b for a, b in zip(found["loss_slope"], found["slope"], strict=True)])
    assert not found["cancels"]


@pytest.mark.parametrize("name", toys.EXPERIMENTS)
def test_every_endpoint_answers(post: Post, frames: Callable[..., list[Any]], client: TestClient, name: str) -> None:
    document = toys.EXPERIMENTS[name]
    begin = post("/api/start", experiment=document)
    state, both = begin["state"], {"experiment": document, "state": begin["state"]}
    post("/api/data", experiment=document)
    trace = post("/api/step", **both, example=0)["trace"]
    assert trace["k"] == 1
    compared = post("/api/compare", **both, address=weight(document))
    assert compared["smooth"]["difference"] < 1e-8
    index = [int(i) for i in weight(document).split("/")[2].split(",")]
    grad: Any = trace["layers"][0]["grads"]["W"]
    for i in index:
        grad = grad[i]
    assert compared["symbolic"]["gradient"] == pytest.approx(grad, rel=1e-9)
    post("/api/story", experiment=document)
    assert frames(**both, steps=60, every=20, trace=True)[-1]["loss"]["train"] < begin["frame"]["loss"]["train"]
    post("/api/predict", **both, x=[[0.1, 0.2]])
    for plane in ({"kind": "random", "seed": 1}, {"kind": "line"}):
        assert post("/api/surface", **both, plane=plane, size=5)
    response = client.post("/api/race", json=both | {"variants": [{"label": "a"}, {"label": "b", "seed": 3}], "steps": 3})
    assert response.status_code == 200, response.text
    assert json.loads(response.text.splitlines()[-1])["step"] == 3
    assert state["step"] == 0
    for figure in ("network", "loss", "boundary"):
        post("/api/figure", name=figure, experiment=document)
