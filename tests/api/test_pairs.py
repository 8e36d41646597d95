"""δ of every pair of output activation and loss: it is the trace's, and only matched pairs cancel."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.presets import presets

Post = Callable[..., Any]
PRESETS = {entry["slug"]: entry["experiment"] for entry in presets()}


@pytest.mark.parametrize("slug", ["iris", "digits", "xor"])
def test_the_pairs_say_what_the_trace_says(post: Post, slug: str) -> None:
    experiment, row = PRESETS[slug], 1
    trace = post("/api/step", experiment=experiment, example=row)["trace"]
    link, kind = trace["layers"][-1], PRESETS[slug]["layers"][-1]["kind"]
    answer = post("/api/pairs", z=link["input"][row], y=trace["batch"]["y"][row], loss=PRESETS[slug]["loss"])
    own = next(p for p in answer["pairs"] if (p["activation"], p["loss"]) == (kind, PRESETS[slug]["loss"]["kind"]))
    assert own["cancels"]
    assert own["delta"] == pytest.approx(link["grad_input"][row], rel=1e-12)
    assert own["loss_slope"] == pytest.approx(link["grad_output"][row], rel=1e-12)


@pytest.mark.parametrize("last", [{"kind": "leaky_relu", "slope": 0.5}, {"kind": "elu", "alpha": 3.0}])
def test_the_networks_own_activation_has_its_own_hyperparameters(post: Post, last: dict[str, Any]) -> None:
    """Below 0, where the slope is the experiment's s or α eᶻ, and not the default's."""
    layers = [{"kind": "dense", "units": 1}, last]
    experiment = {"data": {"kind": "line"}, "layers": layers, "init": {"kind": "normal", "std": 3}, "seed": 1}
    trace = post("/api/step", experiment=experiment)["trace"]
    link = trace["layers"][-1]
    row = next(i for i, z in enumerate(link["input"]) if z[0] < 0)
    answer = post("/api/pairs", z=link["input"][row], y=trace["batch"]["y"][row], activation=last)
    own = next(p for p in answer["pairs"] if (p["activation"], p["loss"]) == (last["kind"], "half_mse"))
    assert own["predicted"] == link["output"][row]
    assert own["delta"] == pytest.approx(link["grad_input"][row], rel=1e-12)


@pytest.mark.parametrize(("y", "whole"), [([0.0, 1.0], True), ([0.25, 0.75], True), ([0.25, 0.9], False), ([2.0, 1.0], False)])
def test_only_matched_pairs_cancel(post: Post, y: list[float], whole: bool) -> None:
    """Behind a softmax only where the targets sum to 1: else δ = ŷ Σy − y."""
    answer = post("/api/pairs", z=[0.7, -1.3], y=y)
    for pair in answer["pairs"]:
        if pair["fits"]:
            scale = pair["factor"] or 1.0
            off = max(abs(d - scale * r) for d, r in zip(pair["delta"], pair["residual"], strict=True))
            assert (off < 1e-12) == pair["cancels"], pair
    lit = {(p["activation"], p["loss"]) for p in answer["pairs"] if p.get("cancels")}
    assert lit >= {("identity", "half_mse"), ("exp", "poisson")}
    assert (("sigmoid", "binary_cross_entropy") in lit) == (max(y) <= 1)
    assert {("softmax", "cross_entropy"), ("softmax", "poisson")} & lit == (
        {("softmax", "cross_entropy"), ("softmax", "poisson")} if whole else set()
    )


def test_a_pair_that_hides_an_infinite_slope_does_not_fit(post: Post) -> None:
    answer = post("/api/pairs", z=[-0.5], y=[1.0])
    [dead] = [p for p in answer["pairs"] if (p["activation"], p["loss"]) == ("relu", "poisson")]
    assert dead == {"activation": "relu", "loss": "poisson", "fits": False, "why": "needs outputs above 0"}
    assert all(abs(slope) < 1e6 for p in answer["pairs"] if p["fits"] for slope in p["loss_slope"])


def test_a_pair_beyond_all_numbers_says_so(post: Post) -> None:
    answer = post("/api/pairs", z=[0.5, 0.0], y=[-9e307, 1.0])
    assert answer["diverged"] is True
    assert answer["reason"]
    assert "diverged" not in post("/api/pairs", z=[0.5, 0.0], y=[0.0, 1.0])


BAD = ['{"z": []}', '{"z": [1e400], "y": [0]}', '{"z": ["a"], "y": [0]}', '{"z": [1], "y": [1, 2]}']
BAD.append('{"z": [1], "y": [0], "activation": {"kind": "dense"}}')
BAD.append(f'{{"z": [{10**400}], "y": [1]}}')


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_pairs_refuse_what_is_no_row_of_numbers(client: TestClient, body: str) -> None:
    response = client.post("/api/pairs", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= response.status_code < 500
    assert len(response.content) < 1024
