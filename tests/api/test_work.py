"""What a request asks for is weighed before anything is computed: by products, and by what each activation takes."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from app.work import MOST_UNSEEN
from core.effort import multiplications, step_work, sweep_work
from core.experiment import Experiment
from core.layers import LAYERS


def deep(kind: str, **fields: Any) -> dict[str, Any]:
    """Eleven links of twenty, a batch of a thousand."""
    hidden = [{"kind": "dense", "units": 20}, {"kind": kind}] * 11
    last = [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
    data = {"kind": "xor", "count": 1250, "test_fraction": 0.2}
    return {"data": data, "layers": [*hidden, *last], "loss": {"kind": "binary_cross_entropy"}, "batch_size": 1000} | fields


def test_an_output_takes_as_long_as_its_link_says() -> None:
    by_kind = {kind: Experiment.parse(deep(kind)) for kind in ("identity", "tanh", "silu", "gelu")}
    assert len({multiplications(experiment) for experiment in by_kind.values()}) == 1
    plain, numbers = by_kind.pop("identity"), 11 * 20
    for kind, experiment in by_kind.items():
        more = numbers * (LAYERS[kind].effort - LAYERS["identity"].effort)
        assert more > 0
        assert sweep_work(experiment) == sweep_work(plain) + more
        assert step_work(experiment) == step_work(plain) + 3 * 1000 * more


def test_steps_that_would_be_silent_for_minutes_are_refused(client: Any) -> None:
    answer = client.post("/api/train", json={"experiment": deep("gelu"), "steps": 737, "every": 737})
    assert answer.status_code == 422
    assert answer.json()["field"] == "every"
    fits = int(MOST_UNSEEN // step_work(Experiment.parse(deep("gelu"))))
    assert answer.json()["message"] == f"expected at most {fits} steps of this network, got 737"
    assert fits < 100


def test_a_sweep_by_single_weights_pays_for_its_links_every_time() -> None:
    small = {"batch_size": 20, "gradient": {"kind": "numerical"}}
    layers = [layer for units in (30, 30) for layer in ({"kind": "dense", "units": units}, {"kind": "gelu"})]
    layers += [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
    experiment = Experiment.parse(deep("gelu", layers=layers, **small))
    assert step_work(experiment) > 4 * experiment.network.size * 20 * 60 * LAYERS["gelu"].effort


def test_a_grid_pays_for_its_links(client: Any) -> None:
    asked = {"plane": {"kind": "random"}, "size": 51}
    assert client.post("/api/surface", json=asked | {"experiment": deep("gelu")}).json()["field"] == "size"


def test_the_windows_of_a_convolution_are_counted(client: TestClient) -> None:
    """Its activations are 43 MB; with every window laid out beside the others a sweep had taken a gigabyte."""
    kernels = [{"kind": "conv2d", "filters": 23, "kernel": 9, "padding": 4}] * 2
    experiment = {"data": {"kind": "digits", "layout": "image", "count": 1200}, "loss": {"kind": "cross_entropy"},
                  "layers": [*kernels, {"kind": "flatten"}, {"kind": "dense", "units": 2}, {"kind": "dense", "units": 10},
                             {"kind": "softmax"}]}  # fmt: skip
    refused = client.post("/api/start", json={"experiment": experiment})
    assert refused.status_code == 422
    assert "numbers in a convolution's windows" in refused.json()["message"]
