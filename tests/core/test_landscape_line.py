"""The loss along a line: its tangent, its bend, what a step was promised and what it got."""

from itertools import pairwise

import numpy as np
import pytest

from core.experiment import Experiment
from core.flat import flat, unflat
from core.frame import measure
from core.landscape import PLANES, Wish, cut, finished
from core.landscape.bend import Bend
from core.landscape.convexity import convexity, whole_is_convex
from core.landscape.rates import STEPS, _descent
from core.spec import SpecError
from core.state import start
from core.training import step

NET = {
    "data": {"kind": "moons", "count": 60},
    "layers": [{"kind": "dense", "units": 4}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
    "loss": {"kind": "binary_cross_entropy"},
    "optimizer": {"kind": "sgd", "learning_rate": 0.4},
    "batch_size": None,
}
LINEAR = {"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}], "batch_size": None,
          "optimizer": {"kind": "sgd", "learning_rate": 0.3}}  # fmt: skip
LINES = [{"kind": "line"}, {"kind": "line", "along": "update"}, {"kind": "line", "along": "weight", "address": "0/W/2,1"}]


def slice_of(document, line, **wish):
    experiment = Experiment.parse(document)
    state = step(experiment, start(experiment))[0]
    return experiment, state, finished(cut(experiment, state, PLANES.parse(line, "plane"), Wish(**{"size": 41} | wish)))


def at(answer, t):
    direction = answer["directions"][0]
    return tuple({n: a + t * direction[i][n] for n, a in tensors.items()} for i, tensors in enumerate(answer["origin"]))


@pytest.mark.parametrize("line", LINES, ids=str)
def test_every_point_is_the_loss_there(line):
    experiment, _, answer = slice_of(NET, line)
    for t, loss in zip(answer["axes"][0]["values"], answer["loss"], strict=True):
        assert loss == pytest.approx(
            experiment.network.mean_loss(at(answer, t), experiment.train.x, experiment.train.y), rel=1e-12
        )


@pytest.mark.parametrize("line", LINES, ids=str)
def test_tangent_and_bend_are_the_curve_s_derivatives(line):
    experiment, state, answer = slice_of(NET, line)

    def loss(t):
        return experiment.network.mean_loss(at(answer, t), experiment.train.x, experiment.train.y)

    h = 1e-3 * answer["axes"][0]["values"][-1]
    assert answer["tangent"]["loss"] == pytest.approx(measure(experiment, state).train, rel=1e-12)
    slope = (8 * (loss(h) - loss(-h)) - (loss(2 * h) - loss(-2 * h))) / (12 * h)
    assert answer["tangent"]["slope"] == pytest.approx(slope, rel=1e-7)
    h *= 20
    bend = (-loss(2 * h) + 16 * loss(h) - 30 * loss(0) + 16 * loss(-h) - loss(-2 * h)) / (12 * h * h)
    assert answer["curvature"] == pytest.approx(bend, rel=2e-4, abs=1e-9)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_what_the_tangent_promised_against_what_the_loss_did(line):
    experiment, state, answer = slice_of(NET, line)
    after, trace = step(experiment, state)
    told = answer["step"]
    assert told["promised"] == pytest.approx(answer["tangent"]["slope"] * told["at"], rel=1e-12)
    assert told["actual"] == pytest.approx(told["loss"] - answer["tangent"]["loss"], rel=1e-12)
    assert told["share"] == pytest.approx(told["actual"] / told["promised"], rel=1e-12)
    if line.get("along") == "weight":
        assert told["at"] == trace.updates[0]["W"][2, 1]
        assert answer["value"] == state.params[0]["W"][2, 1]
    else:  # with the whole training set as batch, plain descent's step along the line is the run's own
        assert told["loss"] == pytest.approx(measure(experiment, after).train, rel=1e-12)
        np.testing.assert_allclose(flat(at(answer, told["at"])), flat(after.params), rtol=1e-12)


def test_along_minus_the_gradient_t_is_the_learning_rate_and_the_promise_is_rate_times_squared_gradient():
    experiment, state, answer = slice_of(NET, LINES[0])
    gradient = flat(experiment.network.gradient(state.params, experiment.train.x, experiment.train.y))
    assert answer["step"]["at"] == 0.4
    assert answer["step"]["promised"] == pytest.approx(-0.4 * gradient @ gradient, rel=1e-12)
    assert answer["notes"] == []
    assert answer["step"]["whose"] == "the run's own"


def test_another_optimizer_and_a_batch_are_told_apart_from_the_line():
    _, _, answer = slice_of(NET | {"optimizer": {"kind": "adam"}, "batch_size": 5}, LINES[0])
    assert "Adam itself goes elsewhere" in answer["notes"][0]
    assert "a batch's gradient" in answer["notes"][1]
    assert answer["step"]["whose"].startswith("plain gradient descent's")
    _, _, answer = slice_of(LINEAR | {"optimizer": {"kind": "levenberg_marquardt"}}, LINES[0])
    assert answer["step"]["whose"] == "the shadow of the run's own on this line"
    _, _, answer = slice_of(NET | {"batch_size": 5}, LINES[2])
    assert answer["step"]["whose"] == "the run's own, as far as it moves this weight"


@pytest.mark.parametrize("drop", [0.0, 0.5])
def test_a_step_of_a_network_that_dropout_thins_is_not_said_to_be_along_the_whole_one_s_gradient(drop):
    """With all examples in the batch and plain descent: the masks alone make the two gradients differ, and then it is said."""
    layers = [*NET["layers"][:2], {"kind": "dropout", "drop": drop}, *NET["layers"][2:]]
    experiment, state, answer = slice_of(NET | {"layers": layers}, LINES[0])
    whole = flat(experiment.network.gradient(state.params, experiment.train.x, experiment.train.y))
    own = flat(step(experiment, state)[1].updates) / -0.4
    same = bool(np.allclose(own, whole, rtol=1e-9))
    assert same == (drop == 0.0)
    assert (answer["step"]["whose"] == "the run's own") == same
    assert any("thinned" in note for note in answer["notes"]) != same


def test_a_parabola_s_bend_and_critical_rate_are_exact():
    experiment, state, answer = slice_of(LINEAR, LINES[0])
    x = np.concatenate([experiment.train.x, np.ones((len(experiment.train), 1))], axis=1)
    gradient = flat(experiment.network.gradient(state.params, experiment.train.x, experiment.train.y))
    assert answer["curvature"] == pytest.approx(gradient @ (x.T @ x / len(x)) @ gradient, rel=1e-9)
    along = gradient / np.linalg.norm(gradient)  # η multiplies a gradient: it is critical where a step of length 1 is the unit
    assert answer["rates"]["critical_learning_rate"] == pytest.approx(2 / (along @ (x.T @ x / len(x)) @ along), rel=1e-9)
    lowest = -answer["tangent"]["slope"] / answer["curvature"]
    assert answer["rates"]["critical_learning_rate"] == pytest.approx(2 * lowest, rel=1e-9)  # t is the rate of one step from here
    assert answer["rates"]["whole"] == pytest.approx(2 / np.linalg.eigvalsh(x.T @ x / len(x))[-1], rel=1e-9)
    assert [run["seen"] for run in answer["rates"]["runs"]] == ["creep", "converge", "oscillate", "diverge"]


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_rate_s_descent_is_gradient_descent_held_on_the_line(line):
    experiment, state, answer = slice_of(NET, line)
    unit = flat(answer["directions"][0]) / np.linalg.norm(flat(answer["directions"][0]))
    for run in answer["rates"]["runs"]:
        theta = flat(state.params)
        for told in run["path"][:5]:
            np.testing.assert_allclose(flat(at(answer, told["at"])), theta, rtol=1e-9, atol=1e-12)
            gradient = flat(experiment.network.gradient(unflat(theta, state.params), experiment.train.x, experiment.train.y))
            theta = theta - run["learning_rate"] * (gradient @ unit) * unit


@pytest.mark.parametrize("steps", [1, 30])
def test_a_convex_curve_that_is_no_parabola_shows_all_four_and_each_is_called_what_it_did(steps):
    """A parabola's four rates do not: near the start the counts' curve bends less, or more, than further on."""
    points = {"kind": "points", "x": [[0.2], [1.0], [2.0], [3.0]], "y": [[1.0], [2.0], [6.0], [19.0]], "test_fraction": 0.0}
    counts = {"data": points, "layers": [{"kind": "dense", "units": 1}, {"kind": "exp"}], "loss": {"kind": "poisson"},
              "optimizer": {"kind": "sgd", "learning_rate": 0.01}, "batch_size": None}  # fmt: skip
    experiment = Experiment.parse(counts)
    state = start(experiment)
    for _ in range(steps):
        state = step(experiment, state)[0]
    rates = finished(cut(experiment, state, PLANES.parse({"kind": "line"}, "plane"), Wish(size=41)))["rates"]
    assert {"creep", "converge", "oscillate", "diverge"} <= {run["name"] for run in rates["runs"]}
    assert rates["unseen"] == []
    found = [run["learning_rate"] for run in rates["runs"]]
    assert found == sorted(found)
    losses = {run["name"]: [p["loss"] for p in run["path"]] for run in rates["runs"]}
    assert all(a > b for a, b in pairwise(losses["creep"]))
    assert losses["converge"][-1] < losses["converge"][0]
    assert losses["oscillate"][-1] < losses["oscillate"][0]
    diverged = losses["diverge"]
    assert len(diverged) <= STEPS or diverged[-1] == max(diverged)


def test_what_no_rate_was_seen_to_do_is_said():
    """Along this line the loss falls for ever: however large the rate, nothing turns back."""
    document = NET | {"data": {"kind": "points", "x": [[-1.0], [1.0]], "y": [[0.0], [1.0]], "test_fraction": 0.0},
                      "layers": [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}], "init": {"kind": "zeros"}}  # fmt: skip
    rates = slice_of(document, LINES[0])[2]["rates"]
    assert rates["unseen"] == ["oscillate", "diverge"]
    assert rates["tried"] > 4


def test_a_descent_whose_swings_do_not_shrink_is_not_said_to_settle():
    """It need not end above where it began: the last of its steps may happen to lie low."""

    def steep(theta):  # Poisson's, of one weight: a wall on one side, a gentle slope on the other
        return float(np.exp(theta[0]) - theta[0]), np.array([np.exp(theta[0]) - 1.0])

    def run(start, rate):
        found = finished(_descent(steep, np.array([start]), rate, lambda t: float(t[0])))
        return found["seen"], [p["loss"] for p in found["path"]]

    assert [run(begin, rate)[0] for begin in (-1.0, 1.5, 2.0) for rate in (1.5, 1.97)] == ["oscillate"] * 6
    for begin in (-1.0, 1.5, 2.0):  # beyond 2/λ = 2 it comes to swing between two places, or among many
        for rate in (2.3, 2.5, 2.6):
            seen, losses = run(begin, rate)
            assert losses[-1] < losses[0] or begin < 0.0
            assert seen == "swing", (begin, rate, losses)


def test_a_leap_to_where_the_loss_is_higher_is_not_called_convergence():
    def bumps(theta):  # a valley at 0 beside a high plain
        height = float(1 - np.exp(-(theta[0] ** 2)))
        return height, np.array([2 * theta[0] * (1 - height)])

    def run(*rates):
        return [finished(_descent(bumps, np.array([0.5]), rate, lambda t: float(t[0])))["seen"] for rate in rates]

    assert run(0.02, 0.5, 20.0) == ["creep", "converge", "strand"]


@pytest.mark.parametrize(
    ("document", "whole"),
    [
        (NET, False),
        (LINEAR, True),
        (LINEAR | {"loss": {"kind": "mae"}}, True),
        (LINEAR | {"layers": [{"kind": "dense", "units": 1}, {"kind": "tanh"}]}, None),
        (LINEAR | {"layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}, {"kind": "identity"}]}, True),
        (LINEAR | {"layers": [{"kind": "dense", "units": 1}, {"kind": "dense", "units": 1}]}, False),
        (NET | {"layers": [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}]}, True),
        (NET | {"layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}, {"kind": "sigmoid"}]}, True),
        (NET | {"layers": [{"kind": "dense", "units": 1}, {"kind": "tanh"}, {"kind": "sigmoid"}]}, None),
        (NET | {"layers": [{"kind": "dense", "units": 1}, {"kind": "sigmoid"}], "loss": {"kind": "half_mse"}}, None),
    ],
)
def test_which_losses_are_convex_as_a_whole(document, whole):
    found, reason = whole_is_convex(Experiment.parse(document).network)
    assert found is whole
    said = {True: "So is the loss as a whole", False: "as a whole is not convex", None: "is not known here"}
    assert [known for known, words in said.items() if words in reason] == [whole]


@pytest.mark.parametrize(
    ("curve", "convex"),
    [
        (lambda t: t**2, True),
        (abs, True),
        (lambda t: 3 * t + 1, True),
        (np.cos, False),
        (lambda t: np.where(t > 0, np.inf, t), None),
    ],
)
def test_a_slice_is_convex_where_no_chord_is_below_it(curve, convex):
    values = np.linspace(-3.0, 3.0, 61)
    found = convexity(Experiment.parse(NET).network, values, np.asarray(curve(values), dtype=float), Bend(0.0, None, ()))
    assert found["convex"] is convex
    if convex is False:
        assert all(np.cos(t) > 0 for t in found["at"])  # where the cosine bends down
        assert "not convex" in found["statement"]
    assert found["whole"] is False
    assert "as a whole is not convex" in found["statement"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"kind": "line", "along": "weight"}, "plane.address"),
        ({"kind": "line", "address": "0/W/0,0"}, "plane.address"),
        ({"kind": "line", "along": "weight", "address": "here"}, "plane.address"),
        ({"kind": "line", "along": "weight", "address": "0/W/9,9"}, "plane.address"),
        ({"kind": "line", "along": "up"}, "plane.along"),
    ],
)
def test_a_line_that_is_none_is_refused_by_name(line, field):
    with pytest.raises(SpecError) as caught:
        slice_of(NET, line)
    assert caught.value.field == field


def test_where_the_gradient_is_0_no_line_leads_along_it():
    document = {
        "data": {"kind": "points", "x": [[0.0]], "y": [[0.0]]},
        "layers": [{"kind": "dense", "units": 1}],
        "init": {"kind": "zeros"},
    }
    with pytest.raises(SpecError, match="the gradient is 0 here"):
        slice_of(document, LINES[0])
