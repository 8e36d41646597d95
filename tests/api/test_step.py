"""What crosses the wire is the step itself: bit for bit, resumable, replayable."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from app.presets import presets
from core.experiment import Experiment
from core.plan import plan_for
from core.state import start
from core.training import step
from tests.checks import close

SLUGS = [preset["slug"] for preset in presets()]


def plain(document: Any) -> Any:
    """Arrays as nested lists, tuples as lists."""
    if isinstance(document, np.ndarray):
        return document.tolist()
    if isinstance(document, dict):
        return {key: plain(value) for key, value in document.items()}
    return [plain(value) for value in document] if isinstance(document, (list, tuple)) else document


@pytest.mark.parametrize("slug", SLUGS)
def test_the_trace_is_core_s_own_bit_for_bit(slug, post, experiments):
    """All of it where the reference takes the steps; else all but what the plan makes of the gradient, equal to rounding."""
    experiment = Experiment.parse(experiments[slug])
    after, trace = step(experiment, start(experiment), 2)
    answer, expected = post("/api/step", experiment=experiments[slug], example=2), plain(trace.document())
    plan = plan_for(experiment)
    for name in ("updates", "after", "slots") if plan else ():
        close(name, numbers(answer["trace"].pop(name)), numbers(expected.pop(name)), 1e-13, slug)
    assert answer["trace"] == expected
    if plan:
        plan.load([start(experiment)])
        plan.advance(1)
        after = plan.state()
    assert answer["state"] == plain(after.document())


def numbers(document: Any) -> Any:
    """Every number in a document, in order."""
    if isinstance(document, (dict, list)):
        inner = document.values() if isinstance(document, dict) else document
        return np.concatenate([np.zeros(0), *map(numbers, inner)])
    return np.array([document])


@pytest.mark.parametrize("slug", SLUGS)
def test_after_is_before_plus_update_and_the_next_step_begins_there(slug, post, experiments):
    first = post("/api/step", experiment=experiments[slug])
    second = post("/api/step", experiment=experiments[slug], state=first["state"])
    for before, update, after in zip(*(first["trace"][k] for k in ("before", "updates", "after")), strict=True):
        for name in after:
            assert (np.array(before[name]) + np.array(update[name])).tolist() == after[name]
    assert second["trace"]["before"] == first["trace"]["after"] == first["state"]["params"]


def test_a_link_hands_on_what_the_next_one_takes(post, experiments):
    layers = post("/api/step", experiment=experiments["spiral"])["trace"]["layers"]
    for one, other in pairwise(layers):
        assert one["output"] == other["input"]
        assert one["grad_output"] == other["grad_input"]


def test_a_step_replays_bit_for_bit(post, experiments):
    state = post("/api/step", experiment=experiments["digits"])["state"]
    once, twice = (post("/api/step", experiment=experiments["digits"], state=state) for _ in range(2))
    assert once == twice


def test_switching_the_example_changes_nothing_but_its_own_contribution(post, experiments):
    one, other = (post("/api/step", experiment=experiments["iris"], example=row) for row in (0, 3))
    assert one["trace"].pop("example")["row"] == 0
    assert other["trace"].pop("example")["row"] == 3
    assert one == other


def test_the_examples_contributions_have_the_batch_s_gradient_as_their_mean(post, experiments):
    size = 10
    traces = [post("/api/step", experiment=experiments["circle"], example=row)["trace"] for row in range(size)]
    mean = np.mean([trace["example"]["grads"][0]["W"] for trace in traces], axis=0)
    np.testing.assert_allclose(mean, traces[0]["layers"][0]["grads"]["W"], rtol=1e-12, atol=1e-15)


def test_the_frame_s_loss_is_the_one_at_the_new_parameters(post, experiments):
    experiment = experiments["line"] | {"batch_size": None}
    first = post("/api/step", experiment=experiment)
    second = post("/api/step", experiment=experiment, state=first["state"])
    assert first["frame"]["step"] == first["state"]["step"] == 1
    assert second["trace"]["loss"]["value"] == pytest.approx(first["frame"]["loss"]["train"], rel=1e-14)


def test_start_tells_the_architecture_and_completes_the_experiment(post):
    given = {
        "data": {"kind": "iris"},
        "layers": [{"kind": "dense", "units": 3}, {"kind": "softmax"}],
        "loss": {"kind": "cross_entropy"},
    }
    answer = post("/api/start", experiment=given)
    assert answer["experiment"]["optimizer"] == {"kind": "sgd", "learning_rate": 0.1}
    info = answer["info"]
    assert info["shapes"] == [[4], [3], [3]]
    assert info["param_shapes"] == [{"W": [3, 4], "b": [3]}, {}]
    assert info["size"] == 15
    assert info["output_names"] == info["class_names"] == ["setosa", "versicolor", "virginica"]
    assert info["train_count"] + info["test_count"] == 150
    assert post("/api/start", experiment=answer["experiment"]) == answer


def test_data_gives_every_example_once(post, experiments):
    answer = post("/api/data", experiment=experiments["spiral"])
    assert sorted(answer["train"]["indices"] + answer["test"]["indices"]) == list(range(200))
    assert len(answer["train"]["raw"]) == len(answer["train"]["x"]) == len(answer["train"]["y"]) == 150
    assert answer["feature_names"] == ["x1", "x2"]
