"""Planes, lines and progress over HTTP: what can be asked for, what is refused, and that computing stops when nobody listens."""

import asyncio
import json
from importlib import import_module

import numpy as np
import pytest

from app.api import predict, surface
from app.api.body import Body
from app.streaming import GONE, Job
from core.landscape import PLANES

survey = import_module("core.landscape.survey")  # the package calls its function by the same name
LINE = {"kind": "line", "along": "weight", "address": "0/W/0,0"}
ASKED = [
    {"kind": "weights", "addresses": ["0/W/0,0", "0/b/0"]},
    {"kind": "random", "seed": 1},
    {"kind": "trajectory", "steps": 12},
    {"kind": "gradient"},
    {"kind": "points"},
    {"kind": "line"},
    LINE,
]


@pytest.fixture(scope="module")
def state(post, experiments):
    return post("/api/step", experiment=experiments["xor"])["state"]


@pytest.fixture
def slowly(monkeypatch):
    """A hop does the least that can be done at a time."""
    monkeypatch.setattr(Job, "hop", lambda job: job.advance())


def test_every_kind_is_asked_for():
    assert {plane["kind"] for plane in ASKED} == set(PLANES.members)


@pytest.mark.parametrize("plane", ASKED, ids=lambda plane: plane["kind"])
def test_every_kind_answers(plane, post, experiments, state):
    path = [] if plane["kind"] == "trajectory" else [state]
    answer = post("/api/surface", experiment=experiments["xor"], state=state, plane=plane, size=4, path=path)
    assert np.shape(answer["loss"]) == ((4,) if plane["kind"] == "line" else (4, 4))
    assert len(answer["axes"]) == len(answer["directions"]) == np.ndim(answer["loss"])
    assert all(len(axis["values"]) == 4 for axis in answer["axes"])
    assert answer["path"]
    assert answer["dtype"] == "float64"


@pytest.mark.parametrize(
    "way", [("/api/surface", {"accept": "application/x-ndjson"}), ("/api/surface/stream", {})], ids=["accept", "stream"]
)
def test_progress_comes_first_and_the_last_line_is_the_answer(way, client, post, experiments, slowly):
    body = {"experiment": experiments["xor"], "plane": {"kind": "random"}, "size": 60}
    path, headers = way
    rows = [json.loads(line) for line in client.post(path, json=body, headers=headers).text.splitlines()]
    told = [row["progress"] for row in rows]
    assert len(told) > 5
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert all(set(row) == {"progress"} for row in rows[:-1])
    assert {k: v for k, v in rows[-1].items() if k != "progress"} == post("/api/surface", **body)


HINGED = {
    "data": {"kind": "gauss", "count": 40},
    "layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}],
    "loss": {"kind": "hinge"},
}


@pytest.mark.parametrize(
    "asked",
    [
        {"plane": {"kind": "trajectory", "steps": 60}},
        {"plane": {"kind": "gradient", "second": "update"}, "path": "replay"},
        {"plane": {"kind": "points"}, "path": "replay", "precision": "float32"},
        {"plane": {"kind": "random"}, "experiment": HINGED, "reach": 50.0, "precision": "float32"},  # which float32 cannot tell
        {"plane": {"kind": "line"}, "path": "replay", "size": 101},
        {"plane": LINE, "experiment": HINGED},
    ],
    ids=lambda asked: asked["plane"]["kind"],
)
def test_progress_is_of_the_whole_and_never_goes_back(asked, post, experiments, slowly):
    """Each stage had gone from 0 to 1 anew: the run's steps, the plane, the path, the losses."""
    body = {"experiment": experiments["xor"], "size": 12} | asked
    body["state"] = post("/api/step", experiment=body["experiment"])["state"] | {"step": 30}
    job, told = surface.Survey(Body(body)), []
    while job.answer is None:
        job.hop()
        told.append(job.progress)
    assert len(set(told)) > 4
    assert told == sorted(told)
    assert 0.0 <= told[0] < 0.3
    assert told[-1] <= 1.0


@pytest.mark.parametrize(("steps", "size", "low", "high"), [(2000, 3, 0.8, 1.0), (5, 101, 0.0, 0.1)])
def test_progress_is_weighed_by_what_a_stage_takes(steps, size, low, high, experiments, slowly, monkeypatch):
    """Behind the run's steps most is done where they are many, and next to nothing where the grid is fine."""
    replayed = []
    step = survey.placed
    job = surface.Survey(Body({"experiment": experiments["xor"], "plane": {"kind": "trajectory", "steps": steps}, "size": size}))
    monkeypatch.setattr(survey, "placed", lambda *given: replayed.append(job.progress) or step(*given))
    while job.answer is None:
        job.hop()
    assert low <= replayed[0] <= high


def test_a_span_is_taken_as_asked(post, experiments):
    span = [[-1.0, 2.0], [0.5, 0.75]]
    answer = post("/api/surface", experiment=experiments["xor"], plane={"kind": "random"}, size=3, span=span)
    assert [axis["values"] for axis in answer["axes"]] == [[-1.0, 0.5, 2.0], [0.5, 0.625, 0.75]]


def test_the_run_s_own_path_is_replayed_bit_for_bit(post, frames, experiments):
    run = frames(experiment=experiments["xor"], steps=5)
    answer = post(
        "/api/surface", experiment=experiments["xor"], state=run[-1]["state"], plane={"kind": "random"}, size=2, path="replay"
    )
    assert [p["step"] for p in answer["path"]] == list(range(6))
    assert [p["true_loss"] for p in answer["path"]][1:] == [frame["loss"]["train"] for frame in run]
    assert answer["now"]["distance"] == 0.0


def test_the_run_s_own_plane_is_of_the_states_that_are_handed_in_and_never_of_another_run(client, post, frames, experiments):
    run = frames(experiment=experiments["xor"], steps=3)
    body = {"experiment": experiments["xor"], "state": run[-1]["state"], "plane": {"kind": "trajectory"}, "size": 3}
    handed = post("/api/surface", **body, path=[frame["state"] for frame in run])
    assert [p["step"] for p in handed["path"]] == [1, 2, 3]
    assert not any("replayed" in note for note in handed["notes"])
    alone = client.post("/api/surface", json=body | {"path": [run[-1]["state"]]})
    assert alone.status_code == 422
    assert alone.json()["field"] == "path"
    assert "at least two visited states" in alone.json()["message"]
    replayed = post("/api/surface", **body)
    assert len(replayed["path"]) == 101
    assert "replayed for 100 updates" in replayed["notes"][-1]


def test_float32_tells_its_error_and_keeps_it(post, experiments):
    body = {"experiment": experiments["spiral"], "plane": {"kind": "random"}, "size": 9}
    exact, quick = (post("/api/surface", **body, precision=p) for p in ("float64", "float32"))
    assert quick["dtype"] == "float32"
    assert 0 < quick["relative_error"] <= 1e-5
    np.testing.assert_allclose(quick["loss"], exact["loss"], rtol=1e-5)


def test_what_is_not_finite_is_null_and_counted(post, experiments):
    body = {"plane": {"kind": "weights", "addresses": ["0/W/0,0", "0/b/0"]}, "size": 3}
    linear = {"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "exp"}]}
    answer = post("/api/surface", experiment=linear, reach=1e5, **body)
    count = sum(loss is None for row in answer["loss"] for loss in row)
    assert count == answer["height"]["not_finite"] > 0
    assert answer["diverged"] is True


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"size": 102}, "size"),
        ({"size": 1002, "plane": LINE}, "size"),
        ({"span": [[0, 1]]}, "span"),
        ({"span": [[0, 1], [1, 1]]}, "span.1"),
        ({"span": [[0, "1"], [1, 2]]}, "span.0"),
        ({"span": [[0, 1], [1, 2]], "plane": LINE}, "span"),
        ({"path": "all"}, "path"),
        ({"path": [{"step": 0}]}, "path.0.params"),
        ({"precision": "float16"}, "precision"),
        ({"plane": {"kind": "trajectory", "steps": 1}}, "plane.steps"),
        ({"plane": {"kind": "points", "points": ["now", {"step": 0, "params": []}]}}, "plane.points.1.params"),
        ({"reach": 0}, "reach"),
        ({"reach": 1, "span": [[-1, 1], [-1, 1]]}, "reach"),
        ({"colour": 1}, "colour"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(more, field, client, experiments):
    body = {"experiment": experiments["xor"], "plane": {"kind": "random"}, "size": 3} | more
    for path in ("/api/surface", "/api/surface/stream"):
        answer = client.post(path, json=body)
        assert answer.status_code == 422
        assert answer.json()["field"] == field


NOTHING = {
    "data": {"kind": "points", "x": [[0.1], [0.2]], "y": [0, 1]},
    "layers": [{"kind": "identity"}],
    "loss": {"kind": "mse"},
}


@pytest.mark.parametrize("plane", [{"kind": "random"}, {"kind": "gradient"}, {"kind": "trajectory", "steps": 2}, LINE])
def test_of_a_network_without_weights_there_is_nothing_to_draw(plane, client):
    """Its directions had been looked for without end."""
    asked = {"experiment": NOTHING, "plane": plane, "size": 5}
    runs = {"experiment": NOTHING, "plane": plane, "variants": [{}, {"seed": 2}], "steps": 3}
    for path, body in (("/api/surface", asked), ("/api/surface/stream", asked), ("/api/race", runs)):
        answer = client.post(path, json=body)
        told = json.loads(answer.text.splitlines()[-1])
        assert answer.status_code == 422 or path == "/api/surface/stream", answer.text
        assert told["field"] in {"layers", "plane.kind"}, told  # a race takes no plane that needs a run


def test_an_error_that_shows_only_after_the_replay_is_the_last_line(client, experiments, slowly):
    points = {"kind": "points", "x": [[0.0]], "y": [[0.0]], "test_fraction": 0.0}
    still = {"data": points, "layers": [{"kind": "dense", "units": 1}], "init": {"kind": "zeros"}}
    body = {"experiment": still, "plane": {"kind": "trajectory", "steps": 50}, "size": 3}
    rows = [json.loads(line) for line in client.post("/api/surface/stream", json=body).text.splitlines()]
    assert rows[-1]["error"]["field"] == "path"
    assert "has not moved" in rows[-1]["error"]["message"]
    assert client.post("/api/surface", json=body).status_code == 422


def test_a_job_can_be_given_up_between_any_two_hops(experiments, slowly):
    job = surface.Survey(Body({"experiment": experiments["spiral"], "plane": {"kind": "trajectory", "steps": 2000}, "size": 60}))
    job.hop()
    assert job.answer is None
    assert 0 <= job.progress < 0.1


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("surface", {"plane": {"kind": "random"}, "size": 60}),
        ("predict", {"grid": 101, "state": True}),
        ("compare", {}),
        ("derive", {"address": "0/W/0,0"}),
    ],
)
def test_when_the_client_goes_away_computing_stops(name, fields, client, post, experiments, monkeypatch):
    hops = []
    monkeypatch.setattr(predict, "HELD", 1000)
    monkeypatch.setattr(Job, "hop", lambda job: hops.append(job) or job.advance())
    fields = fields | ({"state": post("/api/start", experiment=experiments["spiral"])["state"]} if "state" in fields else {})
    body = json.dumps({"experiment": experiments["spiral"]} | fields).encode()
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        if messages:
            return messages.pop()
        return {"type": "http.disconnect"} if len(hops) >= 2 else await asyncio.sleep(3600)

    async def send(message):
        sent.append(message)

    sent = []
    path = f"/api/{name}"
    address = {"path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http"}
    scope = {"type": "http", "method": "POST", "http_version": "1.1", "client": None, "server": None} | address
    scope["headers"] = [(b"content-type", b"application/json")]
    client.portal.call(client.app, scope, receive, send)
    assert len(hops) == 2
    assert sent[0]["status"] == GONE


def test_a_replay_s_steps_are_counted_with_what_a_bare_step_takes(client, experiments):
    asked = {"plane": {"kind": "trajectory", "steps": 100_000}, "size": 3}
    answer = client.post("/api/surface", json={"experiment": experiments["dropout"]} | asked)
    assert answer.status_code == 422
    assert answer.json()["field"] == "plane.steps"
    assert "of this network to be taken again, got 100,000" in answer.json()["message"]
    begun = client.post("/api/start", json={"experiment": experiments["dropout"]}).json()["state"]
    state = begun | {"step": 100_000}
    replayed = {"experiment": experiments["dropout"], "state": state, "path": "replay", "size": 3}
    assert client.post("/api/surface", json=replayed).json()["field"] == "path"
