"""An optimizer chosen in mid-run begins anew there: its memory is empty, and it counts its updates from 1.

So where `slots` is null, as the page sends it, or of another form.  A memory of its own form it goes on with, whoever left it.
"""

from typing import Any

import numpy as np
import pytest

from core.derive import derive
from core.experiment import Experiment
from core.flat import flat
from core.landscape.race import Race
from core.optimizers import OPTIMIZERS
from core.plan import plan_for
from core.run import run
from core.spec import SpecError
from core.state import State, begun, parse_state, start
from core.training import step
from tests.core.test_plan import agree_states

ADAM = {"kind": "adam", "learning_rate": 0.02, "epsilon": 1e-12}
NET: dict[str, Any] = {
    "data": {"kind": "circle", "count": 30}, "loss": {"kind": "binary_cross_entropy"}, "batch_size": 7,
    "layers": [{"kind": "dense", "units": 3}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
}  # fmt: skip


def with_optimizer(**optimizer: Any) -> Experiment:
    return Experiment.parse(NET | {"optimizer": optimizer})


def plain(state: State, **other: Any) -> dict[str, Any]:
    """The state as JSON carries it."""

    def lists(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: lists(v) for name, v in value.items()}
        return [lists(v) for v in value] if isinstance(value, (list, tuple)) else getattr(value, "tolist", lambda: value)()

    found: dict[str, Any] = lists(state.document())
    return found | other


@pytest.fixture(scope="module")
def later() -> State:
    """Where gradient descent with momentum stands after 50 steps."""
    experiment = with_optimizer(kind="momentum")
    return list(run(experiment, start(experiment), 50, 50))[-1][0].state


def test_adams_first_step_in_mid_run_is_eta_against_the_gradient(later: State) -> None:
    experiment = with_optimizer(**ADAM)
    state = parse_state(experiment, plain(later, slots=None))
    after, trace = step(experiment, state)
    gradient = flat(tuple(link.grads for link in trace.layers))
    np.testing.assert_allclose(flat(trace.updates), -0.02 * np.sign(gradient), rtol=1e-6)
    assert (trace.step, trace.k, after.k) == (50, 1, 2)
    assert step(experiment, after)[1].k == 2
    for name in trace.shown[0]["W"]:
        expected = trace.layers[0].grads["W"] ** (1 if name == "m_hat" else 2)
        np.testing.assert_allclose(trace.shown[0]["W"][name], expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ["adam", "adamw", "rmsprop", "adagrad"])
def test_from_there_on_it_goes_as_if_it_had_begun_there(kind: str, later: State) -> None:
    """Whole batches, so that step 50 learns from what step 0 learns from: the same parameters, the same path."""
    experiment = Experiment.parse(NET | {"optimizer": {"kind": kind}, "batch_size": None})
    here, there = parse_state(experiment, plain(later, slots=None)), begun(experiment, 0, later.params)
    for _ in range(12):
        here, there = step(experiment, here)[0], step(experiment, there)[0]
    assert np.array_equal(flat(here.params), flat(there.params))
    assert (here.step, here.k, there.k) == (62, 13, 13)


@pytest.mark.parametrize("optimizer", [ADAM, {"kind": "adamw"}, {"kind": "nesterov"}])
def test_the_plan_counts_as_the_reference_does(optimizer: dict[str, Any], later: State) -> None:
    experiment = with_optimizer(**optimizer)
    state = there = parse_state(experiment, plain(later, slots=None))
    plan = plan_for(experiment)
    assert plan
    plan.load([state])
    plan.advance(11)
    for _ in range(11):
        there, _ = step(experiment, there)
    agree_states(plan.state(), there, experiment.document())
    with pytest.raises(ValueError, match="memories began at one step"):
        plan.load([state, begun(experiment, 0, later.params)])


def test_a_race_from_there_begins_anew(later: State) -> None:
    kinds = {"Adam": ADAM, "AdamW": {"kind": "adamw"}, "other": ADAM | {"learning_rate": 0.1}}
    race = Race([(label, with_optimizer(**kind)) for label, kind in kinds.items()], later)
    race.advance()
    race.measure()
    for runner, kind in zip(race.runners, kinds.values(), strict=True):
        alone = step(with_optimizer(**kind), begun(with_optimizer(**kind), 50, later.params))[0]
        np.testing.assert_allclose(flat(runner.state.params), flat(alone.params), rtol=1e-13, atol=1e-13)
        assert runner.state.k == 2


def test_the_derivation_reads_the_same_count(later: State) -> None:
    experiment = with_optimizer(**ADAM)
    update = derive(experiment, parse_state(experiment, plain(later, slots=None)), "0/W/0,0")["update"]
    m_hat = next(entry for entry in update if entry["symbol"] == r"\hat m")
    assert "0.9^1" in m_hat["numbers"].replace("{", "").replace("}", "")


@pytest.mark.parametrize("kind", OPTIMIZERS.members)
def test_the_state_survives_its_json_form_where_it_began_later(kind: str) -> None:
    document = {"optimizer": {"kind": kind}} | ({"loss": {"kind": "half_mse"}} if kind == "levenberg_marquardt" else {})
    experiment = Experiment.parse(NET | document)
    state = step(experiment, begun(experiment, 7, start(experiment).params))[0]
    again = parse_state(experiment, plain(state))
    assert (again.step, again.k, again.shared) == (8, 2, state.shared)
    assert plain(again) == plain(state)


def names(kind: str) -> set[str]:
    return set(OPTIMIZERS.parse({"kind": kind}, "").slots(np.zeros(1)))


@pytest.mark.parametrize("kind", OPTIMIZERS.members)
def test_the_memory_of_another_form_is_put_aside(kind: str, later: State) -> None:
    """Another optimizer's state can be handed in as it is; one that remembers by the same names goes on with it."""
    squares = {"loss": {"kind": "half_mse"}} if kind == "levenberg_marquardt" else {}
    experiment = Experiment.parse(NET | {"optimizer": {"kind": kind}} | squares)
    state = parse_state(experiment, plain(later))
    assert state.k == (51 if names(kind) == names("momentum") else 1)
    assert parse_state(experiment, plain(later, slots=None)).k == 1
    assert np.array_equal(flat(state.params), flat(later.params))
    damped = parse_state(experiment, plain(later, slots=[{"W": {}, "b": {}}, {}] * 2, shared={"damping": 0.5}))
    assert damped.shared.get("damping") == (0.5 if kind == "levenberg_marquardt" else None)


@pytest.mark.parametrize(
    ("left", "takes"), [("momentum", "nesterov"), ("adagrad", "rmsprop"), ("rmsprop", "adagrad"), ("adam", "adamw")]
)
def test_a_memory_of_the_same_form_is_gone_on_with_unless_slots_is_null(left: str, takes: str) -> None:
    """A state does not say whose memory it is: only its names tell."""
    experiment = with_optimizer(kind=left)
    state = list(run(experiment, start(experiment), 5, 5))[-1][0].state
    taken = parse_state(with_optimizer(kind=takes), plain(state))
    assert taken.k == 6
    assert plain(taken)["slots"] == plain(state)["slots"]
    anew = parse_state(with_optimizer(kind=takes), plain(state, slots=None))
    assert anew.k == 1
    assert not any(a.any() for link in anew.slots for slots in link.values() for a in slots.values())


def test_a_memory_of_nobodys_is_refused(later: State) -> None:
    experiment = with_optimizer(**ADAM)
    nobody = {"W": {"w": [[0.0, 0.0]] * 3}, "b": {"w": [0.0] * 3}}
    with pytest.raises(SpecError, match=r"state.slots.0.W.m: this field is needed"):
        parse_state(experiment, plain(later, slots=[nobody, {}, nobody, {}]))
    for began in (51, -1, 0.5):
        with pytest.raises(SpecError, match=r"state.shared.began: expected a whole number from 0 to 50"):
            parse_state(experiment, plain(begun(experiment, 50, later.params), shared={"began": began}))
