"""Planes and what lies on them: directions against their definitions and against scikit-learn, places against geometry."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA

import core.run
from core.experiment import Experiment
from core.flat import flat
from core.frame import measure
from core.landscape import PLANES, View, Wish, finished, surface
from core.landscape.directions import filter_normalised, perpendicular
from core.landscape.visits import replay
from core.landscape.window import evenly
from core.spec import SpecError
from core.state import State, memory, start
from core.training import step
from tests.strategies import drawn_params, experiments

CONV = {
    "data": {"kind": "digits", "count": 40, "layout": "image"},
    "layers": [{"kind": "conv2d", "filters": 3}, {"kind": "relu"}, {"kind": "conv2d", "filters": 2}, {"kind": "flatten"},
               {"kind": "dense", "units": 10}, {"kind": "softmax"}],
    "loss": {"kind": "cross_entropy"},
}  # fmt: skip
XOR = {
    "data": {"kind": "xor", "count": 60},
    "layers": [{"kind": "dense", "units": 4}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
    "loss": {"kind": "binary_cross_entropy"},
    "optimizer": {"kind": "momentum", "learning_rate": 0.3},
}
CASES = [
    {"kind": "weights", "addresses": ["0/W/1,0", "2/b/0"]},
    {"kind": "random", "seed": 3},
    {"kind": "trajectory", "steps": 30},
    {"kind": "trajectory", "steps": 30, "through": "mean"},
    {"kind": "gradient"},
    {"kind": "gradient", "second": "update"},
    {"kind": "gradient", "second": "momentum"},
    {"kind": "points"},
]


def plane(document):
    return PLANES.parse(document, "plane")


def run(experiment, steps):
    states = [start(experiment)]
    for _ in range(steps):
        states.append(step(experiment, states[-1])[0])
    return states


@pytest.fixture(scope="module")
def visited():
    experiment = Experiment.parse(XOR)
    return experiment, run(experiment, 12)


def test_every_kind_of_plane_has_a_case():
    assert {case["kind"] for case in CASES} | {"line"} == set(PLANES.members)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())))
def test_the_answer_is_the_loss_at_the_parameters_that_it_names(case, visited):
    experiment, states = visited
    answer = surface(experiment, states[-1], plane(case), Wish(5, path=states))
    one, two = (flat(d) for d in answer["directions"])
    for r, beta in enumerate(answer["axes"][1]["values"]):
        for c, alpha in enumerate(answer["axes"][0]["values"]):
            there = unflattened(flat(answer["origin"]) + alpha * one + beta * two, states[0].params)
            truth = measure(experiment, State(0, there, memory(experiment, there))).train
            assert answer["loss"][r, c] == pytest.approx(truth, rel=1e-12)


def unflattened(vector, like):
    found, at = [], 0
    for tensors in like:
        found.append({})
        for name, a in tensors.items():
            found[-1][name] = vector[at : at + a.size].reshape(a.shape)
            at += a.size
    return tuple(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())))
def test_a_place_and_the_residual_are_the_state(case, visited):
    experiment, states = visited
    basis = plane(case).basis(View(experiment, states[-1], states))
    for state in states:
        at, residual = shadow = basis.project(state.params)
        again = basis.stacked[0] + at @ basis.stacked[1:] + residual
        np.testing.assert_allclose(again, flat(state.params), rtol=0, atol=1e-12)
        assert np.abs(basis.stacked[1:] @ residual).max() <= 1e-12 * max(1.0, shadow.distance)  # the residual is perpendicular
        assert shadow.distance == pytest.approx(np.linalg.norm(residual), rel=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())))
def test_the_path_and_the_gap(case, visited):
    experiment, states = visited
    answer = surface(experiment, states[-1], plane(case), Wish(3, path=states))
    for place, state in zip(answer["path"], states, strict=True):
        assert place["step"] == state.step
        assert place["true_loss"] == pytest.approx(measure(experiment, state).train, rel=1e-12)
        moved = sum(a * flat(d) for a, d in zip(place["at"], answer["directions"], strict=True))
        foot = unflattened(flat(answer["origin"]) + moved, state.params)
        assert place["plane_loss"] == pytest.approx(measure(experiment, State(0, foot, ())).train, rel=1e-12)
        for axis, a in zip(answer["axes"], place["at"], strict=True):
            assert axis["values"][0] <= a <= axis["values"][-1]  # the path fits
    gaps = [abs(p["plane_loss"] - p["true_loss"]) for p in answer["path"]]
    assert answer["gap"]["largest"] == pytest.approx(max(gaps), rel=1e-9)
    assert answer["gap"]["now"] == pytest.approx(gaps[-1], rel=1e-9, abs=1e-15)


def test_what_rounding_leaves_of_a_zero_on_an_axis_is_a_zero() -> None:
    """np.linspace(-0.45, 0.45, 51) has 5.6e-17 in its middle, which would head a row of the surface's table."""
    sides = [0.45, *np.random.default_rng(0).uniform(0.01, 50.0, 200)]
    assert any(np.linspace(-side, side, 51)[25] for side in sides)
    for side in sides:
        values = evenly(-side, side, 51)
        assert values[25] == 0.0
        np.testing.assert_array_equal(np.delete(values, 25), np.delete(np.linspace(-side, side, 51), 25))
    assert evenly(1e-14, 1.0, 3)[0] == 1e-14


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())))
def test_a_window_is_never_smaller_than_the_plane_s_reach_and_stands_while_the_path_stays_in_it(case, visited):
    experiment, states = visited
    windows = []
    for count in (2, 3, 12):
        path = states[:count]
        answer = surface(experiment, path[-1], plane(case), Wish(3, path=path))
        reach = plane(case).basis(View(experiment, path[-1], path)).reach
        first = answer["path"][0]["at"] if plane(case).steady else np.zeros(2)
        for axis, start_at in zip(answer["axes"], first, strict=True):
            low, high = axis["values"][0], axis["values"][-1]
            assert low <= start_at - 0.999 * reach < start_at + 0.999 * reach <= high
        windows.append([[axis["values"][0] - s, axis["values"][-1] - s] for axis, s in zip(answer["axes"], first, strict=True)])
    if case["kind"] == "weights":
        np.testing.assert_allclose(windows[0], windows[1], rtol=1e-12)
        np.testing.assert_allclose(windows[0], windows[2], rtol=1e-12)


def test_what_is_below_rounding_is_no_gap(visited):
    experiment, states = visited
    points = {"kind": "points", "points": ["start", "now"]}
    answer = surface(experiment, states[-1], plane(points), Wish(3, path=[states[0], states[5], states[-1]]))
    assert [p["gap"] == 0.0 for p in answer["path"]] == [True, False, True]
    assert [p["distance"] == 0.0 for p in answer["path"]] == [True, False, True]
    assert answer["gap"] == answer["gap"] | {"now": 0.0, "largest": answer["path"][1]["gap"], "step": 5}


def own_lengths(params):
    return [np.linalg.norm(t["W"].reshape(len(t["W"]), -1), axis=1) for t in params if "W" in t]


@settings(max_examples=40)
@given(experiments(), st.integers(0, 2**20), st.integers(0, 1))
def test_filters_of_a_random_direction_are_as_long_as_the_network_s_own(document, seed, number):
    params = drawn_params(Experiment.parse(document))
    direction = filter_normalised(params, seed, number)
    for own, drawn in zip(own_lengths(params), own_lengths(direction), strict=True):
        np.testing.assert_allclose(drawn, own, rtol=1e-12)
    assert not any(t["b"].any() for t in direction if "b" in t)


def test_a_convolution_s_filter_is_all_channels_of_one_kernel_as_published():
    params = start(Experiment.parse(CONV)).params
    direction = filter_normalised(params, 1, 0)
    for i in (0, 2):
        w, d = params[i]["W"], direction[i]["W"]
        for f in range(len(w)):
            assert np.sqrt((d[f] ** 2).sum()) == pytest.approx(np.sqrt((w[f] ** 2).sum()), rel=1e-12)
    ratios = np.linalg.norm(direction[2]["W"][0].reshape(3, -1), axis=1) / np.linalg.norm(
        params[2]["W"][0].reshape(3, -1), axis=1
    )
    assert np.ptp(ratios) > 1e-3  # not channel by channel


def test_the_run_s_plane_is_scikit_learn_s_of_the_states_that_a_replay_visits():
    experiment = Experiment.parse(XOR)
    states = run(experiment, 30)
    known = PCA(n_components=2, svd_solver="full").fit(np.stack([flat(s.params) for s in states]))
    answer = surface(experiment, states[7], plane({"kind": "trajectory", "steps": 30, "through": "mean"}), Wish(3))
    np.testing.assert_allclose(np.stack([flat(d) for d in answer["directions"]]), known.components_, atol=1e-9)
    np.testing.assert_allclose(answer["explained_variance"], known.explained_variance_ratio_, rtol=1e-9)
    np.testing.assert_allclose(answer["variance"], known.explained_variance_, rtol=1e-9)
    np.testing.assert_allclose(flat(answer["origin"]), known.mean_, rtol=1e-12)
    places = known.transform(np.stack([flat(s.params) for s in states]))
    np.testing.assert_allclose(np.stack([p["at"] for p in answer["path"]]), places, atol=1e-9)
    assert [p["step"] for p in answer["path"]] == list(range(31))


def test_a_long_replay_goes_by_the_plan_and_comes_to_the_references_states(monkeypatch):
    """Where a plan serves, no step of the reference is taken; where none does, all of them are."""
    dense = Experiment.parse({
        "data": {"kind": "circle", "count": 30}, "loss": {"kind": "binary_cross_entropy"}, "optimizer": {"kind": "adam"},
        "layers": [{"kind": "dense", "units": 3}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
    })  # fmt: skip
    state, states = start(dense), {}
    for _ in range(300):
        states[state.step], state = state, step(dense, state)[0]
    states[300] = state
    monkeypatch.setattr("core.run.stepping", lambda *args: pytest.fail("the reference was asked"))
    visits = finished(replay(dense, 300, 50))
    assert [v.step for v in visits] == [*range(0, 300, 6), 300]
    for visit in visits:
        np.testing.assert_allclose(flat(visit.params), flat(states[visit.step].params), rtol=1e-10, atol=1e-10)
    monkeypatch.undo()
    dropped = Experiment.parse(dense.document() | {"layers": [{"kind": "dropout"}, *dense.document()["layers"]]})
    assert [v.step for v in finished(replay(dropped, 10, 5))] == [0, 2, 4, 6, 8, 10]


def test_a_long_replay_is_thinned_and_keeps_its_ends():
    experiment = Experiment.parse(XOR)
    answer = surface(experiment, start(experiment), plane({"kind": "trajectory", "steps": 450}), Wish(2))
    steps = [p["step"] for p in answer["path"]]
    assert steps[0] == 0
    assert steps[-1] == 450
    assert len(steps) <= 202
    (frame, _), *_ = core.run.run(experiment, start(experiment), 450, every=450)
    assert answer["path"][-1]["true_loss"] == frame.train


def test_the_gradient_stands_at_a_right_angle_to_the_level_lines(visited):
    experiment, states = visited
    for second in ("random", "update", "momentum"):
        basis = plane({"kind": "gradient", "second": second}).basis(View(experiment, states[-1]))
        one, two = (flat(d) for d in basis.directions)
        gradient = flat(experiment.network.gradient(states[-1].params, experiment.train.x, experiment.train.y))
        np.testing.assert_allclose(one, gradient / np.linalg.norm(gradient), rtol=1e-12)
        assert gradient @ two == pytest.approx(0.0, abs=1e-14)
        assert np.linalg.norm(two) == pytest.approx(1.0, rel=1e-12)
        if second != "random":
            wanted = states[-1].slots if second == "momentum" else step(experiment, states[-1])[1].updates
            vector = flat(tuple({n: s["velocity"] for n, s in t.items()} for t in wanted) if second == "momentum" else wanted)
            rest = vector - one * (one @ vector) - two * (two @ vector)
            np.testing.assert_allclose(rest, 0.0, atol=1e-12 * np.linalg.norm(vector))  # the plane holds it


def test_a_full_batch_s_plain_update_is_the_gradient_so_another_direction_stands_in_and_that_is_said(visited):
    experiment = Experiment.parse(XOR | {"optimizer": {"kind": "sgd"}, "batch_size": None})
    basis = plane({"kind": "gradient", "second": "update"}).basis(View(experiment, start(experiment)))
    assert "parallel" in basis.notes[0]
    assert basis.labels[1].startswith("random")


@pytest.mark.parametrize("count", [2, 3])
def test_given_states_lie_on_their_plane(count, visited):
    experiment, states = visited
    later = run(experiment, 20)[-1]
    points = ["start", "now", {"step": 20, "params": [{n: a.tolist() for n, a in t.items()} for t in later.params]}][:count]
    answer = surface(
        experiment, states[4], plane({"kind": "points", "points": points}), Wish(3, path=[states[0], states[4], later])
    )
    for place, named in zip(answer["path"][:count], answer["points"], strict=True):
        assert place["distance"] == pytest.approx(0.0, abs=1e-12)
        np.testing.assert_allclose(place["at"], named["at"], atol=1e-12)
        assert place["plane_loss"] == pytest.approx(place["true_loss"], rel=1e-10)
    np.testing.assert_allclose([p["at"] for p in answer["points"]][:2], [[0.0, 0.0], [1.0, 0.0]], atol=1e-12)
    lengths = [np.linalg.norm(flat(d)) for d in answer["directions"]]
    assert lengths[0] == pytest.approx(lengths[1], rel=1e-12)


def test_where_every_weight_is_0_the_random_plane_says_that_it_is_not_normalised():
    experiment = Experiment.parse(XOR | {"init": {"kind": "zeros"}})
    answer = surface(experiment, start(experiment), plane({"kind": "random"}), Wish(3))
    assert "every weight is 0" in answer["notes"][0]
    assert np.ptp(answer["loss"]) > 0


def test_a_plane_of_a_network_with_dropout_says_whose_loss_it_shows():
    document = XOR | {"layers": [{"kind": "dense", "units": 3}, {"kind": "dropout", "drop": 0.5}, *XOR["layers"][-2:]]}
    experiment = Experiment.parse(document)
    state = start(experiment)
    answer = surface(experiment, state, plane({"kind": "random"}), Wish(3))
    assert "the loss of the whole network" in answer["notes"][0]
    x, y = experiment.train.x, experiment.train.y
    assert answer["now"]["true_loss"] == pytest.approx(experiment.network.mean_loss(state.params, x, y), rel=1e-12)


def test_two_filter_normalised_directions_of_one_weight_do_not_make_a_plane_so_the_bias_moves_too():
    experiment = Experiment.parse({"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}]})
    answer = surface(experiment, start(experiment), plane({"kind": "random"}), Wish(3))
    assert "biases" in answer["notes"][0]
    assert np.linalg.matrix_rank(np.stack([flat(d) for d in answer["directions"]])) == 2


@pytest.mark.parametrize(
    ("document", "field", "message"),
    [
        ({"kind": "trajectory", "steps": 1}, "plane.steps", "at least 2"),
        ({"kind": "gradient", "second": "sideways"}, "plane.second", "one of random, update, momentum"),
        ({"kind": "points", "points": ["start"]}, "plane.points", "two or three states"),
        ({"kind": "points", "points": ["start", "end"]}, "plane.points.1", '"start", "now" or a state'),
        ({"kind": "points", "points": ["start", {"step": 1}]}, "plane.points.1.params", "needed"),
        ({"kind": "points", "points": ["now", "now"]}, "plane.points.1", "the same"),
    ],
)
def test_a_plane_that_is_none_is_refused_by_name(document, field, message, visited):
    experiment, states = visited
    with pytest.raises(SpecError) as caught:
        surface(experiment, states[3], plane(document), Wish(3))
    assert caught.value.field == field
    assert message in caught.value.message


NOTHING = {
    "data": {"kind": "points", "x": [[0.1], [0.2]], "y": [0, 1]},
    "layers": [{"kind": "identity"}],
    "loss": {"kind": "mse"},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())))
def test_a_network_without_weights_has_no_plane_and_no_line(case):
    experiment = Experiment.parse(NOTHING)
    with pytest.raises(SpecError, match="can be moved, got 0") as caught:
        plane(case).basis(View(experiment, start(experiment), [start(experiment)] * 3))
    assert caught.value.field == "layers"


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())))
def test_weights_whose_squares_are_beyond_all_numbers_are_refused(case, visited):
    experiment, states = visited
    params = tuple({n: np.full_like(a, 1e200) for n, a in tensors.items()} for tensors in states[-1].params)
    with pytest.raises(SpecError, match="squares are beyond all numbers") as caught:
        plane(case).basis(View(experiment, replace(states[-1], params=params), states))
    assert caught.value.field == "state"


def test_nothing_is_at_a_right_angle_to_the_only_direction_or_to_none():
    """They had been looked for without end."""
    for only in (np.array([2.0]), np.zeros(3), np.array([np.nan, 1.0])):
        with pytest.raises(SpecError, match="no direction is at a right angle"):
            perpendicular(({"W": only},), ({"W": np.ones_like(only)},), 1.0, 0)


def test_a_run_that_stands_still_and_an_optimizer_without_momentum_have_no_such_plane():
    experiment = Experiment.parse(XOR | {"optimizer": {"kind": "sgd"}})
    state = start(experiment)
    with pytest.raises(SpecError, match="has not moved"):
        surface(experiment, state, plane({"kind": "trajectory"}), Wish(3, path=[state] * 3))
    with pytest.raises(SpecError, match="Gradient descent keeps no running mean"):
        surface(experiment, state, plane({"kind": "gradient", "second": "momentum"}), Wish(3))


@pytest.mark.parametrize("member", list(PLANES), ids=lambda member: member.kind)
def test_every_plane_says_what_it_is(member):
    assert member.__doc__
    assert member.title
    assert member.help.endswith(".")
    assert member.latex
    for field in PLANES.describe()[list(PLANES.members).index(member.kind)]["fields"]:
        assert field["help"], field["name"]
