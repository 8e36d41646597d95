"""A run is the same however it is asked for: in one piece or in many, with traces or without, resumed or not."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.experiment import Experiment
from core.flat import flat
from core.frame import Frame, loss_limit, measure
from core.landscape import Race
from core.numeric import Array, Params
from core.optimizers import OPTIMIZERS
from core.run import HOP, Run
from core.state import State, parse_state, start
from core.trace import Trace
from core.training import step
from tests.core.test_plan import documents

DENSE = {
    "data": {"kind": "spiral", "count": 53}, "loss": {"kind": "half_mse"}, "batch_size": 7,
    "layers": [{"kind": "dense", "units": 5}, {"kind": "tanh"}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}],
}  # fmt: skip
LINE = {"data": {"kind": "line", "count": 40}, "layers": [{"kind": "dense", "units": 1}, {"kind": "identity"}]}
XOR = DENSE | {"data": {"kind": "xor", "count": 200}, "loss": {"kind": "binary_cross_entropy"}}


def taken(experiment: Experiment, state: State, steps: int, every: int, *, traced: bool) -> list[tuple[Frame, Trace | None]]:
    """All frames of a run."""
    going, found = Run(experiment, state, steps, every, traced=traced), []
    while not going.done:
        due = going.advance()
        if due:
            found.append(due)
    return found


def numbers(state: State) -> Array:
    """Every number that a state remembers."""
    memory: Params = tuple(slots for tensors in state.slots for slots in tensors.values())
    return np.concatenate([flat(state.params), flat(memory), [*state.shared.values()]])


def the_same(ways: list[State], document: Any) -> None:
    for other in ways[1:]:
        assert other.step == ways[0].step
        assert np.array_equal(numbers(other), numbers(ways[0])), f"other bits in {json.dumps(document)}"


def in_pieces(experiment: Experiment, pieces: list[int], *, traced: bool) -> State:
    """So many steps, then so many, …: each piece a run of its own, from the JSON that the one before left."""
    state = start(experiment)
    for steps in pieces:
        document = json.loads(json.dumps(state.document(), default=lambda a: a.tolist()))
        state = taken(experiment, parse_state(experiment, document), steps, steps, traced=traced)[-1][0].state
    return state


@given(documents(), st.integers(2, 12), st.data())
def test_any_way_of_taking_the_steps_leaves_the_same_bits(document: dict[str, Any], steps: int, data: st.DataObject) -> None:
    experiment = Experiment.parse(document)
    every = data.draw(st.integers(1, steps))
    ways = [taken(experiment, start(experiment), steps, every, traced=traced)[-1][0].state for traced in (False, True)]
    ways += [in_pieces(experiment, [1] * steps, traced=True), in_pieces(experiment, [every, steps - every or 1], traced=False)]
    the_same([way for way in ways if way.step == steps], document)


@pytest.mark.parametrize("kind", OPTIMIZERS.members)
def test_more_than_a_hop_of_every_optimizer_in_pieces_or_not(kind: str) -> None:
    document = DENSE | {"optimizer": {"kind": kind}}
    experiment, steps = Experiment.parse(document), HOP + 9
    whole = taken(experiment, start(experiment), steps, steps, traced=False)[-1][0].state
    ones = taken(experiment, start(experiment), steps, 1, traced=True)[-1][0].state
    the_same([whole, ones, in_pieces(experiment, [3, HOP, 6], traced=True)], document)


def test_what_the_reference_must_serve_is_the_same_too() -> None:
    drop = DENSE | {"layers": [{"kind": "dense", "units": 5}, {"kind": "dropout"}, {"kind": "dense", "units": 1}]}
    experiment = Experiment.parse(drop)
    whole = taken(experiment, start(experiment), 20, 20, traced=False)[-1][0].state
    the_same([whole, in_pieces(experiment, [1] * 20, traced=True), in_pieces(experiment, [7, 13], traced=True)], drop)


@pytest.mark.parametrize("kind", OPTIMIZERS.members)
def test_a_told_step_of_a_run_ends_where_the_run_goes_on(kind: str) -> None:
    experiment = Experiment.parse(DENSE | {"optimizer": {"kind": kind}})
    state = start(experiment)
    for frame, trace in taken(experiment, state, 4, 1, traced=True):
        assert trace is not None
        assert trace.before == state.params or np.array_equal(flat(trace.before), flat(state.params))
        state = frame.state
        assert np.array_equal(flat(trace.before) + flat(trace.updates), flat(trace.after))
        assert np.array_equal(flat(trace.after), flat(state.params))
        the_same([State(0, (), trace.slots), State(0, (), state.slots)], kind)


def crossing(experiment: Experiment) -> int:
    """The first step at which the loss is more than a hundred times what it was at the start, by the reference."""
    state = start(experiment)
    first = measure(experiment, state).train
    while measure(experiment, state).train <= 100 * first:
        state, _ = step(experiment, state)
    return state.step


WILD = [(LINE, 2.5), (LINE, 2.2), (XOR, 1000.0)]  # they do not come back


@pytest.mark.parametrize(("base", "rate"), WILD)
@pytest.mark.parametrize("traced", [False, True])
def test_a_run_diverges_at_the_same_step_however_it_is_asked_for(base: Any, rate: float, *, traced: bool) -> None:
    experiment = Experiment.parse(base | {"optimizer": {"kind": "sgd", "learning_rate": rate}})
    limit, first = loss_limit(experiment), crossing(experiment)
    for every in (1, 4, 50, 3 * HOP):
        *well, (last, trace) = taken(experiment, start(experiment), 400, every, traced=traced)
        assert last.state.step == first, f"a frame after every {every}"
        assert last.train > limit
        assert (
            last.diverged
            == f"At step {first} the training loss is {last.train:.3g}, more than 100 times what it was at the start."
        )
        assert (trace is not None) == traced
        assert not any(frame.diverged for frame, _ in well)
    state = start(experiment)
    for k in range(1, first + 1):
        ((frame, _),) = taken(experiment, state, 1, 1, traced=True)
        state = frame.state
        assert bool(frame.diverged) == (k == first), f"single step {k}"
    race = Race([("wild", experiment)])
    for _ in range(first):
        assert not race.over
        race.advance()
        race.measure()
    assert race.over


def test_a_run_that_begins_beyond_the_limit_says_so_at_once() -> None:
    experiment = Experiment.parse(LINE | {"optimizer": {"kind": "sgd", "learning_rate": 0.2}})
    begun = start(experiment)
    far = State(7, tuple({n: a + 500.0 for n, a in tensors.items()} for tensors in begun.params), begun.slots)
    assert measure(experiment, far).train > loss_limit(experiment)
    ((frame, _),) = taken(experiment, far, 100, 50, traced=True)
    assert frame.state.step == 8
    assert frame.diverged.startswith("At step 7 the training loss is ")


def test_beyond_all_numbers_the_step_is_found_too() -> None:
    """An exponential leaps over the limit: after a few steps the weights are no numbers any more."""
    layers = [{"kind": "dense", "units": 1}, {"kind": "exp"}]
    wild = {"kind": "sgd", "learning_rate": 1000.0}
    experiment = Experiment.parse({"data": {"kind": "events"}, "layers": layers, "loss": {"kind": "poisson"}, "optimizer": wild})
    ones = taken(experiment, start(experiment), 400, 1, traced=True)
    for every in (3, 400):
        *_, (last, _) = taken(experiment, start(experiment), 400, every, traced=False)
        assert (last.state.step, last.diverged) == (ones[-1][0].state.step, ones[-1][0].diverged)
    assert "the training loss" in last.diverged
