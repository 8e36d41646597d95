"""POST /api/race: what it streams, and what it refuses."""

import asyncio
import json

import numpy as np
import pytest

from app.api.race import Running
from core.experiment import Experiment
from core.state import start

VARIANTS = [
    {"label": "plain"},
    {"label": "Adam", "optimizer": {"kind": "adam"}},
    {"seed": 5},
    {"gradient": {"kind": "numerical"}},
]


@pytest.fixture(scope="module")
def race(client):
    def asked(**body):
        response = client.post("/api/race", json=body)
        assert response.status_code == 200, response.text
        return [json.loads(line) for line in response.text.splitlines()]

    return asked


def flattened(document):
    if isinstance(document, dict):
        document = list(document.values())
    return [n for value in document for n in flattened(value)] if isinstance(document, list) else [document]


def test_the_runs_are_those_of_train(race, frames, experiments):
    rows = race(experiment=experiments["xor"], variants=VARIANTS, steps=9, every=4)
    assert [row["step"] for row in rows] == [0, 4, 8, 9]
    assert [run["label"] for run in rows[0]["runs"]] == ["plain", "Adam", "run 3", "run 4"]
    alone = frames(experiment=experiments["xor"], steps=9, every=4)
    for row, frame in zip(rows[1:], alone, strict=True):
        assert row["runs"][0]["loss"] == pytest.approx(frame["loss"]["train"], rel=1e-10)
    first, own = (flattened(row) for row in (rows[-1]["runs"][0]["state"]["params"], alone[-1]["state"]["params"]))
    np.testing.assert_allclose(first, own, rtol=1e-10)
    assert all("state" not in run for row in rows[:-1] for run in row["runs"])
    assert len({run["loss"] for run in rows[0]["runs"]}) == 1  # the same start


def test_whole_experiments_and_a_start_of_one_s_own(race, post, experiments):
    state = post("/api/step", experiment=experiments["xor"])["state"]
    other = experiments["xor"] | {"optimizer": {"kind": "adam"}}
    rows = race(experiments=[experiments["xor"], other], state=state, steps=2, states=True)
    assert [run["step"] for run in rows[0]["runs"]] == [1, 1]
    assert rows[0]["runs"][1]["state"]["params"] == state["params"]


def test_places_on_a_plane_that_the_surface_answered(race, post, experiments):
    surface = post("/api/surface", experiment=experiments["xor"], plane={"kind": "random"}, size=2)
    basis = {name: surface[name] for name in ("origin", "directions")}
    rows = race(experiment=experiments["xor"], variants=VARIANTS, steps=3, basis=basis, states=True)
    states = [{name: row["runs"][1]["state"][name] for name in ("step", "params")} for row in rows]
    seen = post("/api/surface", experiment=experiments["xor"], plane={"kind": "random"}, size=2, path=states)
    np.testing.assert_allclose([row["runs"][1]["at"] for row in rows], [p["at"] for p in seen["path"]], atol=1e-12)
    assert rows[0]["plane"]["directions"] == surface["directions"]


def test_a_race_ends_when_all_have_diverged(race, experiments):
    wild = {"optimizer": {"kind": "sgd", "learning_rate": 1000}}
    rows = race(experiment=experiments["line"], variants=[wild], steps=1000)
    assert len(rows) < 100
    assert rows[-1]["runs"][0]["diverged"] is True


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "experiments"),
        ({"experiments": [], "variants": []}, "experiments"),
        ({"variants": []}, "variants"),
        ({"variants": [{}] * 9}, "variants"),
        ({"variants": [3]}, "variants.0"),
        ({"variants": [{}, {"layers": []}]}, "variants.1.layers"),
        ({"variants": [{"label": ""}]}, "variants.0.label"),
        ({"variants": [{"optimizer": {"kind": "sgd", "learning_rate": 0}}]}, "variants.0.optimizer.learning_rate"),
        ({"variants": [{}], "basis": {"origin": []}}, "basis"),
        ({"variants": [{}], "basis": {"origin": [], "directions": [[]]}}, "basis.origin"),
        ({"variants": [{}], "plane": {"kind": "trajectory"}}, "plane.kind"),
        ({"variants": [{}], "plane": {"kind": "random"}, "basis": {"origin": [], "directions": [[]]}}, "plane"),
        ({"variants": [{}], "steps": 0}, "steps"),
        ({"variants": [{}], "laps": 1}, "laps"),
    ],
)
def test_no_race_is_refused_by_name(body, field, client, experiments):
    answer = client.post("/api/race", json={"experiment": experiments["xor"]} | body)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


@pytest.mark.parametrize("part", ["origin", "directions.0"])
@pytest.mark.parametrize("wrong", [7, [], [{"W": [[1.0]], "b": [0.0] * 4}, {}, {"W": [[0.0] * 4], "b": [0.0]}, {}]])
def test_a_plane_of_other_layers_is_told_of_planes_and_not_of_a_run_s_start(part, wrong, client, experiments):
    params = client.post("/api/start", json={"experiment": experiments["xor"]}).json()["state"]["params"]
    basis = {"origin": params, "directions": [params]} | ({"origin": wrong} if part == "origin" else {"directions": [wrong]})
    answer = client.post("/api/race", json={"experiment": experiments["xor"], "variants": [{}], "basis": basis})
    assert answer.status_code == 422
    assert answer.json()["field"] == f"basis.{part}" + (".0.W" if len(str(wrong)) > 2 else "")
    assert answer.json()["hint"] == "hand in those that POST /api/surface answered for these layers"


@pytest.mark.parametrize("part", ["origin", "directions.1"])
def test_a_plane_with_a_null_is_refused_by_its_place_and_is_no_run_that_diverged(part, client, experiments):
    params = client.post("/api/start", json={"experiment": experiments["xor"]}).json()["state"]["params"]
    holed = [{"W": [[None, 0.0]] * 4, "b": [0.0] * 4}, *params[1:]]
    basis = (
        {"origin": holed, "directions": [params, params]}
        if part == "origin"
        else {"origin": params, "directions": [params, holed]}
    )
    answer = client.post("/api/race", json={"experiment": experiments["xor"], "variants": [{}], "basis": basis})
    assert answer.status_code == 422
    assert answer.json()["field"] == f"basis.{part}.0.W"
    assert answer.json()["message"] == "expected finite numbers, got a null"


def test_what_is_beyond_a_float64_is_flagged(race, experiments):
    experiment = experiments["xor"]
    huge = [{name: np.full(np.shape(a), 1e308).tolist() for name, a in tensors.items()}
            for tensors in start(Experiment.parse(experiment)).params]  # fmt: skip
    *_, last = race(experiments=[experiment], steps=2, basis={"origin": huge, "directions": [huge, huge]})
    assert None in flattened(last)
    assert last["diverged"] is True
    assert last["reason"]


@pytest.mark.parametrize("gone_after", [1, 3])
def test_a_plane_is_laid_for_somebody(gone_after, client, experiments, monkeypatch):
    """A plane along an update of a gradient that is swept had been laid before anybody looked whether the client was there."""
    advanced = []

    def advance(running):
        advanced.append(running)
        next(running._pieces)
        return b""

    monkeypatch.setattr(Running, "advance", advance)
    swept = experiments["xor"] | {"gradient": {"kind": "numerical"}}
    plane = {"kind": "gradient", "second": "update"}
    body = json.dumps({"experiment": swept, "variants": [{}], "plane": plane}).encode()
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        if messages:
            return messages.pop()
        return {"type": "http.disconnect"} if len(advanced) >= gone_after else await asyncio.sleep(3600)

    async def send(message):
        pass

    scope = {"type": "http", "method": "POST", "path": "/api/race", "query_string": b"",
             "headers": [(b"content-type", b"application/json")]}  # fmt: skip
    asyncio.run(client.app(scope, receive, send))
    assert gone_after <= len(advanced) <= gone_after + 1
