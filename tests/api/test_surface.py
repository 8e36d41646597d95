"""The surface's numbers are losses of the network at the parameters that it says."""

import copy

import numpy as np
import pytest

from core.experiment import Experiment
from core.frame import measure
from core.state import State, parse_state

PLANES = [{"kind": "weights", "addresses": ["0/W/1,0", "2/b/0"]}, {"kind": "random", "seed": 5}]


def moved(answer, at):
    """origin + α d₁ + β d₂, from the answer alone."""
    one, two = answer["directions"]
    return tuple(
        {n: np.array(a) + at[0] * np.array(one[i][n]) + at[1] * np.array(two[i][n]) for n, a in tensors.items()}
        for i, tensors in enumerate(answer["origin"])
    )


@pytest.mark.parametrize("plane", PLANES, ids=lambda plane: plane["kind"])
def test_every_point_is_the_loss_there(plane, post, experiments):
    answer = post("/api/surface", experiment=experiments["xor"], plane=plane, size=5)
    experiment = Experiment.parse(experiments["xor"])
    columns, rows = (axis["values"] for axis in answer["axes"])
    for r, beta in enumerate(rows):
        for c, alpha in enumerate(columns):
            there = measure(experiment, State(0, moved(answer, (alpha, beta)), ())).train
            assert answer["loss"][r][c] == pytest.approx(there, rel=1e-12)


def test_random_directions_have_the_lengths_of_the_network_s_own_filters(post, experiments):
    answer = post("/api/surface", experiment=experiments["spiral"], plane=PLANES[1], size=2)
    for direction in answer["directions"]:
        for own, drawn in zip(answer["origin"], direction, strict=True):
            if own:
                lengths = [np.linalg.norm(tensors["W"], axis=1) for tensors in (own, drawn)]
                np.testing.assert_allclose(*lengths, rtol=1e-12)
                assert not np.any(drawn["b"])


def test_the_path_s_points_lie_where_their_parameters_do(post, frames, experiments):
    run = [f["state"] for f in frames(experiment=experiments["line"], steps=3)]
    plane = {"kind": "weights", "addresses": ["0/W/0,0", "0/b/0"]}
    answer = post("/api/surface", experiment=experiments["line"], state=run[-1], plane=plane, size=3, path=run)
    experiment = Experiment.parse(experiments["line"])
    for point, document in zip(answer["path"], run, strict=True):
        state = parse_state(experiment, document)
        away = [state.params[0][n].item() - np.array(run[-1]["params"][0][n]).item() for n in ("W", "b")]
        np.testing.assert_allclose(point["at"], away, atol=1e-12)
        assert point["step"] == state.step
        assert point["distance"] == pytest.approx(0, abs=1e-12)  # these two weights are the whole network
        assert point["true_loss"] == pytest.approx(measure(experiment, state).train, rel=1e-12)
        assert point["plane_loss"] == pytest.approx(point["true_loss"], rel=1e-9)


@pytest.mark.parametrize("far", [1.35e154, 1e200, 1e300])
def test_a_state_whose_squares_are_beyond_all_numbers_is_not_said_to_lie_on_the_plane(far, post, experiments):
    state = post("/api/start", experiment=experiments["xor"])["state"]
    away = copy.deepcopy(state)
    away["params"][0]["W"][1][1] = far
    answer = post("/api/surface", experiment=experiments["xor"], state=state, plane=PLANES[0], size=3, path=[away])
    assert answer["path"][0]["distance"] == pytest.approx(far, rel=1e-12)


@pytest.mark.parametrize(
    ("plane", "field"),
    [
        ({"kind": "weights", "addresses": ["0/W/0,0"]}, "plane.addresses"),
        ({"kind": "weights", "addresses": ["0/W/0,0", "0/W/0,0"]}, "plane.addresses.1"),
        ({"kind": "weights", "addresses": ["0/W/0,0", "0/W/9,0"]}, "plane.addresses.1"),
        ({"kind": "weights", "addresses": ["0/W/0", "0/W/1,0"]}, "plane.addresses.0"),
        ({"kind": "weights", "addresses": ["1/W/0,0", "0/W/1,0"]}, "plane.addresses.0"),
        ({"kind": "weights", "addresses": [3, "0/W/1,0"]}, "plane.addresses.0"),
        ({"kind": "weights"}, "plane.addresses"),
        ({"kind": "sideways"}, "plane.kind"),
        (None, "plane"),
    ],
)
def test_an_impossible_plane_is_named(plane, field, client, experiments):
    answer = client.post("/api/surface", json={"experiment": experiments["xor"], "plane": plane, "size": 3})
    assert answer.status_code == 422
    assert answer.json()["field"] == field
