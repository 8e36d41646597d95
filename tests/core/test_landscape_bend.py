"""How a line bends where the loss has corners: over the step, and never against what is said of its convexity."""

import numpy as np
import pytest

from core.experiment import Experiment
from core.landscape import PLANES, Wish, cut, finished
from core.landscape.bend import NEAR, Bend
from core.landscape.convexity import convexity
from core.state import start
from core.training import step

DENSE = [{"kind": "dense", "units": 8}, {"kind": "relu"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
MOONS = {"data": {"kind": "moons", "count": 60}, "layers": DENSE, "loss": {"kind": "binary_cross_entropy"},
         "optimizer": {"kind": "sgd", "learning_rate": 0.4}, "batch_size": 10}  # fmt: skip
DIGITS = {"data": {"kind": "digits", "layout": "image"}, "batch_size": 10, "optimizer": {"kind": "sgd", "learning_rate": 0.2},
          "layers": [{"kind": "conv2d", "filters": 4}, {"kind": "relu"}, {"kind": "max_pool2d"}, {"kind": "flatten"},
                     {"kind": "dense", "units": 10}, {"kind": "softmax"}], "loss": {"kind": "cross_entropy"},
          "init": {"kind": "he_uniform"}}  # fmt: skip
LINEAR = {"data": {"kind": "line"}, "layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}], "batch_size": None}
TANH = MOONS | {"layers": [DENSE[0], {"kind": "tanh"}, *DENSE[2:]]}
CORNERS = [
    (MOONS, ["ReLU"]),
    (DIGITS | {"data": {"kind": "digits", "layout": "image", "count": 60}}, ["ReLU", "Max pooling 2-D"]),
    (TANH | {"penalty": {"kind": "l1", "rate": 0.02}}, ["L1"]),
    (LINEAR | {"loss": {"kind": "mae"}, "optimizer": {"kind": "sgd", "learning_rate": 0.3}}, ["Absolute error"]),
]
GRADIENT = {"kind": "line"}


def lines(document, steps, line=GRADIENT):
    """The answer for the line at each of so many updates."""
    experiment = Experiment.parse(document)
    state = start(experiment)
    for _ in range(steps):
        yield experiment, state, finished(cut(experiment, state, PLANES.parse(line, "plane"), Wish(size=161)))
        state = step(experiment, state)[0]


def along(experiment, answer):
    """L(t), from the origin and the direction that the answer gives."""

    def loss(t):
        moved = zip(answer["origin"], answer["directions"][0], strict=True)
        params = tuple({n: a + t * direction[n] for n, a in tensors.items()} for tensors, direction in moved)
        return experiment.network.mean_loss(params, experiment.train.x, experiment.train.y)

    return loss


@pytest.mark.parametrize(("document", "corners"), CORNERS, ids=lambda v: "+".join(v) if isinstance(v, list) else "")
def test_of_a_loss_with_corners_the_bend_is_by_how_much_the_slope_grows_over_the_step(document, corners):
    for experiment, _, answer in list(lines(document, 4))[1:]:  # before the first, blank windows stand on a corner: z = b = 0
        loss, over, h = along(experiment, answer), answer["step"]["at"], 1e-8
        slopes = [(loss(t + h) - loss(t - h)) / (2 * h) for t in (0.0, over)]
        assert answer["bend"] == {"over": over, "corners": tuple(corners)}
        assert answer["curvature"] == pytest.approx((slopes[1] - slopes[0]) / over, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize(
    "penalty", [{"kind": "none"}, pytest.param({"kind": "l1", "rate": 0.001}, marks=pytest.mark.deep)], ids=str
)
def test_a_convex_line_with_corners_has_its_rates_and_bends_as_it_is_drawn(penalty):
    """At updates 1 and 3 a difference quotient at one point had it bend downwards, at 2 twice as much as is drawn."""
    for _, _, answer in list(lines(DIGITS | {"penalty": penalty}, 4))[1:]:
        assert answer["convexity"]["convex"]
        values, loss, middle = answer["axes"][0]["values"], answer["loss"], 80
        # A step is 20 of the line's points long; three chords around where it begins, in its middle and where it ends.
        chords = [loss[k + 3] - 2 * loss[k] + loss[k - 3] for k in (middle, middle + 10, middle + 20)]
        drawn = np.array(chords) / (3 * (values[1] - values[0])) ** 2
        assert 0.75 * drawn.min() < answer["curvature"] < 1.25 * drawn.max()
        assert answer["rates"]["runs"][0]["seen"] == "creep"


@pytest.mark.parametrize("document", [document for document, _ in CORNERS], ids=str)
@pytest.mark.deep
def test_no_line_is_called_convex_whose_slope_is_said_to_fall(document):
    for _, _, answer in lines(document, 8):
        assert not (answer["convexity"]["convex"] and answer["curvature"] < 0)


def test_a_slope_that_falls_where_no_chord_shows_it_is_said_to():
    network, values = Experiment.parse(MOONS).network, np.linspace(-1.0, 1.0, 21)
    for bend in (Bend(-0.5, 0.4, ("ReLU",)), Bend(-0.5, None, ())):
        found = convexity(network, values, values**2, bend)
        assert found["convex"] is False
        assert "the slope falls from here on" in found["statement"]
        assert found["at"].size == 0
    for bend in (Bend(-0.5, 1.4, ("ReLU",)), Bend(0.0, None, ())):  # of a part of the line that is not looked at; of none
        assert convexity(network, values, values**2, bend)["convex"] is True


def test_over_a_step_that_can_hardly_be_seen_no_bend_is_told():
    """Of one weight the line is 3 to either side, a step a ten-thousandth of that: the bend is told of what can be seen."""
    line = {"kind": "line", "along": "weight", "address": "0/W/0,0"}
    for _, _, answer in lines(MOONS | {"optimizer": {"kind": "sgd", "learning_rate": 1e-4}}, 2, line):
        assert abs(answer["step"]["at"]) < 1e-3
        assert answer["bend"]["over"] == pytest.approx(np.sign(answer["step"]["at"]) * NEAR * 3.0)


@pytest.mark.parametrize("layers", [DENSE, [DENSE[0], {"kind": "tanh"}, *DENSE[2:]]], ids=["corners", "smooth"])
def test_a_line_that_leads_nowhere_new_is_straight(layers):
    """Where no example reaches a weight, the loss does not change along it: rounding is not called a bend."""
    points = {"kind": "points", "x": [[0.0, 1.0], [0.0, -1.0]], "y": [[0.0], [1.0]], "test_fraction": 0.0}
    line = {"kind": "line", "along": "weight", "address": "0/W/0,0"}
    for _, _, answer in lines(MOONS | {"data": points, "layers": layers, "batch_size": None}, 1, line):
        assert answer["curvature"] == 0.0
        assert answer["rates"] is None


def test_corners_lie_only_where_a_parameter_moves_them():
    """ReLU of the inputs themselves is a fixed feature; a leak as steep as the rest, and L1 of no rate, have no corner."""
    plain = [{"kind": "relu"}, *DENSE[:1], {"kind": "leaky_relu", "slope": 1.0}, {"kind": "elu", "alpha": 1.0}, *DENSE[2:]]
    assert Experiment.parse(MOONS | {"layers": plain, "penalty": {"kind": "l1", "rate": 0.0}}).network.kinks == ()
    assert Experiment.parse(MOONS | {"layers": [*plain[:3], {"kind": "elu", "alpha": 0.5}, *DENSE[2:]]}).network.kinks == ("ELU",)
