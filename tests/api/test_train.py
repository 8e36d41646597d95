"""A stream of frames is the same run as steps taken one by one, wherever it is broken off and resumed."""

from typing import Any

import pytest

from core.state import MOST_STEPS


def taken(post: Any, experiment: Any, count: int) -> list[Any]:
    """The answers of so many single steps."""
    answers: list[Any] = []
    for _ in range(count):
        answers.append(post("/api/step", experiment=experiment, state=answers[-1]["state"] if answers else None))
    return answers


@pytest.mark.parametrize("slug", ["xor", "spiral", "digits"])
def test_frames_are_those_of_single_steps(slug, post, frames, experiments):
    steps = taken(post, experiments[slug], 4)
    for frame, single in zip(frames(experiment=experiments[slug], steps=4, every=1, trace=True), steps, strict=True):
        assert frame.pop("trace") == single["trace"]
        assert frame == single["frame"]


def test_a_frame_comes_after_every_so_many_and_after_the_last(frames, experiments):
    assert [f["step"] for f in frames(experiment=experiments["xor"], steps=7, every=3)] == [3, 6, 7]


def test_a_run_goes_on_from_any_frame_to_the_same_bits(frames, experiments):
    adam = experiments["xor"] | {"optimizer": {"kind": "adam"}}
    whole = frames(experiment=adam, steps=40, every=10)
    rest = frames(experiment=adam, state=whole[1]["state"], steps=20, every=10)
    assert rest == whole[2:]


def test_the_page_s_example_is_in_every_trace(frames, experiments):
    told = frames(experiment=experiments["xor"], steps=3, trace=True, example=4)
    assert [f["trace"]["example"]["row"] for f in told] == [4, 4, 4]


def test_divergence_is_told_and_ends_the_run(frames, experiments):
    wild = experiments["line"] | {"optimizer": {"kind": "sgd", "learning_rate": 1000}}
    told = frames(experiment=wild, steps=500, every=1, trace=True)
    assert len(told) < 500
    assert [f["diverged"] for f in told] == [False] * (len(told) - 1) + [True]
    assert "step" in told[-1]["reason"]


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "adagrad"])
def test_a_memory_that_overflows_ends_the_run_as_weights_do(optimizer, frames, post):
    """Squares of the gradient do, where neither weights nor loss have: a state that no request could bring back."""
    links = [{"kind": "dense", "units": 1}, {"kind": "exp"}] * 2 + [{"kind": "dense", "units": 1}]
    document = {
        "data": {"kind": "points", "x": [[0.8]], "y": [0], "task": "regression"}, "layers": links, "loss": {"kind": "mae"},
        "init": {"kind": "constant", "value": 3}, "batch_size": None, "optimizer": {"kind": optimizer},
    }  # fmt: skip
    told = frames(experiment=document, steps=5, every=1)
    assert [frame["diverged"] for frame in told] == [True]
    assert told[0]["reason"] == "At step 1 the optimizer's memory grew beyond what a float64 can hold."
    frame = post("/api/step", experiment=document)["frame"]
    assert (frame["diverged"], frame["reason"]) == (True, told[0]["reason"])


def test_what_overflows_is_null_and_flagged_never_nan(client, post, experiments):
    # Squares of these overflow at once: loss, gradients and the state after are all beyond float64.
    state = {"step": 0, "params": [{"W": [[1e300]], "b": [1e300]}, {}]}
    response = client.post("/api/step", json={"experiment": experiments["line"], "state": state})
    answer = response.json()
    assert response.status_code == 200
    assert "NaN" not in response.text
    assert "Infinity" not in response.text
    assert answer["frame"]["diverged"] is True
    assert answer["frame"]["loss"]["train"] is None
    assert answer["trace"]["diverged"] is True
    assert answer["trace"]["loss"]["value"] is None


def test_a_diverged_state_is_refused_with_advice(client, experiments):
    state = {"step": 3, "params": [{"W": [[None]], "b": [0.0]}, {}]}
    answer = client.post("/api/step", json={"experiment": experiments["line"], "state": state})
    assert answer.status_code == 422
    assert answer.json()["field"] == "state.params.0.W"
    assert answer.json()["hint"]


def at(step: int) -> Any:
    """A state of the line at this step."""
    return {"step": step, "params": [{"W": [[0.5]], "b": [0.0]}, {}]}


def test_every_state_that_a_run_ends_at_is_taken_again(post, frames, experiments):
    line = experiments["line"]
    (frame,) = frames(experiment=line, state=at(MOST_STEPS - 3), steps=2, every=2)
    last = post("/api/step", experiment=line, state=frame["state"])["state"]
    assert last["step"] == MOST_STEPS
    assert post("/api/surface", experiment=line, state=last, size=3)


@pytest.mark.parametrize(("path", "ahead", "more"), [
    ("step", 1, {}), ("train", 5, {"steps": 5}), ("race", 5, {"steps": 5, "variants": [{}]}),
])  # fmt: skip
def test_a_run_that_would_end_beyond_all_states_is_refused(path, ahead, more, client, experiments):
    asked = {"experiment": experiments["line"], "state": at(MOST_STEPS - ahead + 1)} | more
    answer = client.post(f"/api/{path}", json=asked)
    assert answer.status_code == 422
    assert answer.json()["field"] == "state.step"
    room, came = MOST_STEPS - ahead, MOST_STEPS - ahead + 1
    assert answer.json()["message"] == f"expected at most {room:,}, from where {ahead:,} can be taken, got {came:,}"
    assert client.post(f"/api/{path}", json=asked | {"state": at(room)}).status_code == 200
