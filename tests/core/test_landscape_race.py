"""A race's runs are the runs themselves: the same steps that each takes alone, from one start."""

import numpy as np
import pytest

from core.experiment import Experiment
from core.flat import flat
from core.frame import measure
from core.landscape import PLANES, Race, View, finished
from core.landscape.race import MOST_RUNS, Alone, Together, racing
from core.optimizers import OPTIMIZERS
from core.run import run
from core.spec import SpecError
from core.state import State, start
from core.training import step

BASE = {
    "data": {"kind": "line", "count": 20},
    "layers": [{"kind": "dense", "units": 3}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "identity"}],
}


def entrant(label, **parts):
    return label, Experiment.parse(BASE | parts)


def optimizers_reading(what):
    return [entrant(kind, optimizer={"kind": kind}) for kind, member in OPTIMIZERS.members.items() if member.reads == what]


@pytest.mark.parametrize("first", range(0, len(OPTIMIZERS.members), MOST_RUNS))
def test_up_to_eight_optimizers_run_as_they_do_alone(first):
    entrants = [entrant(kind, optimizer={"kind": kind}) for kind in [*OPTIMIZERS.members][first : first + MOST_RUNS]]
    race = Race(entrants)
    for _ in range(6):
        race.advance()
    race.measure()
    for runner, (label, experiment) in zip(race.runners, entrants, strict=True):
        alone = State(0, start(entrants[0][1]).params, start(experiment).slots, start(experiment).shared)
        for _ in range(6):
            alone = step(experiment, alone)[0]
        np.testing.assert_allclose(flat(runner.state.params), flat(alone.params), rtol=1e-11)
        assert runner.loss == pytest.approx(measure(experiment, alone).train, rel=1e-11)
        assert runner.label == label


def test_runs_that_can_be_stepped_together_are():
    """Seven read the gradient, and so share a leading axis; Levenberg-Marquardt goes alone, and so does another batch size."""
    readers, solvers = optimizers_reading("gradient"), optimizers_reading("residuals")
    race = Race([*readers[:7], entrant("other batch", batch_size=3)])
    assert [len(g.runners) if isinstance(g, Together) else 1 for g in race.groups] == [7, 1]
    groups = Race([*readers[:7], *solvers[:1]]).groups
    assert [type(g) for g in groups] == [Together, Alone]


def test_one_that_diverges_leaves_the_group_where_it_would_have_stood_alone():
    entrants = [entrant("a"), entrant("b", seed=3), entrant("wild", optimizer={"kind": "sgd", "learning_rate": 1000})]
    race = Race(entrants)
    alone = Race(entrants[2:])
    for _ in range(300):  # beyond what a float64 can hold before anybody looks
        race.advance()
        alone.advance()
    race.measure()
    alone.measure()
    assert alone.runners[0].step == 1  # the first to cross the limit, which is looked for after many more
    assert race.runners[2].diverged
    assert [len(g.runners) for g in race.groups] == [2]
    np.testing.assert_array_equal(flat(race.runners[2].state.params), flat(alone.runners[0].state.params))
    assert race.runners[2].evaluations == alone.runners[0].evaluations


def test_all_start_from_the_given_state_whatever_their_seed():
    entrants = [entrant("a"), entrant("b", seed=7)]
    later = step(entrants[0][1], step(entrants[0][1], start(entrants[0][1]))[0])[0]
    race = finished(racing(entrants, later))
    frame = race.frame()
    assert [run["step"] for run in frame["runs"]] == [2, 2]
    assert frame["runs"][0]["loss"] == frame["runs"][1]["loss"] == measure(entrants[0][1], later).train
    race.advance()
    race.measure()
    assert not np.array_equal(flat(race.runners[0].state.params), flat(race.runners[1].state.params))  # other batches


def test_what_a_gradient_costs_is_counted():
    entrants = [
        entrant("backprop"),
        entrant("numerical", gradient={"kind": "numerical"}),
        entrant("lm", optimizer={"kind": "levenberg_marquardt"}),
    ]
    race = Race(entrants)
    for _ in range(3):
        race.advance()
    race.measure()
    size = entrants[0][1].network.size
    backprop, numerical, lm = race.frame()["runs"]
    assert (backprop["evaluations"], backprop["pullbacks"]) == (3, 3)
    assert (numerical["evaluations"], numerical["pullbacks"]) == (3 * 2 * size, 0)
    assert lm["evaluations"] >= 3 * 3  # forward, the loss before, its tries
    assert lm["pullbacks"] == 3  # one for each of its outputs


def test_places_are_those_on_the_plane():
    entrants = optimizers_reading("gradient")[:3]
    state = start(entrants[0][1])
    basis = PLANES.parse({"kind": "gradient"}, "plane").basis(View(entrants[0][1], state))
    race = Race(entrants, state, basis)
    race.advance()
    race.measure()
    for runner, told in zip(race.runners, race.frame(states=True)["runs"], strict=True):
        shadow = basis.project(runner.state.params)
        np.testing.assert_array_equal(told["at"], shadow.at)
        assert told["distance"] == shadow.distance
        np.testing.assert_array_equal(flat(told["state"]["params"]), flat(runner.state.params))
    plain = race.frame()["runs"][0]
    assert plain["at"][0] < 0  # plain descent goes down the gradient


def test_a_run_that_diverges_stands_still_and_the_others_go_on():
    race = Race([entrant("calm"), entrant("wild", optimizer={"kind": "sgd", "learning_rate": 500.0})])
    for _ in range(30):
        race.advance()
        race.measure()
    calm, wild = race.runners
    assert wild.diverged
    assert not calm.diverged
    assert calm.state.step == 30
    assert wild.state.step < 30
    assert np.isfinite(flat(wild.state.params)).all()
    assert not race.over


@pytest.mark.parametrize("every", [1, 7, 50, 200])
def test_a_run_diverges_at_the_step_at_which_it_would_alone_however_seldom_it_is_looked_at(every):
    wild, wilder = ({"kind": "sgd", "learning_rate": rate} for rate in (1.5, 2.2))
    entrants = [
        entrant("calm"),
        entrant("wild", optimizer=wild),
        entrant("wild, smaller batches", optimizer=wild, batch_size=3),
        entrant("slowly", optimizer={"kind": "sgd", "learning_rate": 1.2}, batch_size=3),
        entrant("at once", optimizer={"kind": "sgd", "learning_rate": 1000}),
        entrant("another method", optimizer=wilder, gradient={"kind": "numerical"}),
    ]
    first = start(entrants[0][1])
    race = Race(entrants, first)
    looks = 200 // every
    for _ in range(looks):
        for _ in range(every):
            race.advance()
        race.measure()
    ended = set()
    for runner, (label, experiment) in zip(race.runners, entrants, strict=True):
        alone = State(0, first.params, start(experiment).slots, start(experiment).shared)
        *_, (last, _) = run(experiment, alone, looks * every, every)
        told = next(row for row in race.frame()["runs"] if row["label"] == label)
        assert (told["step"], told["diverged"]) == (last.state.step, bool(last.diverged)), label
        cost = experiment.gradient.count(experiment.network, experiment.batch)
        assert runner.evaluations == cost.evaluations * last.state.step, label
        ended.add(last.state.step)
    assert len(ended) > 3, "they diverge at different steps, most of them between two looks"


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"loss": {"kind": "mse"}}, "loss"),
        ({"data": {"kind": "line", "count": 21}}, "data"),
        ({"penalty": {"kind": "l2", "rate": 1}}, "penalty"),
        ({"layers": [{"kind": "dense", "units": 1}]}, "layers"),
    ],
)
def test_runs_on_different_surfaces_do_not_race(parts, field):
    with pytest.raises(SpecError) as caught:
        Race([entrant("a"), entrant("b", **parts)])
    assert caught.value.field == f"experiments.1.{field}"


@pytest.mark.parametrize("count", [0, 9])
def test_one_to_eight_runs(count):
    with pytest.raises(SpecError, match="expected 1 to 8"):
        Race([entrant(str(i)) for i in range(count)])
