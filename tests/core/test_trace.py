"""The trace's invariants are the chain rule: for random experiments, every sort of link, every optimizer."""

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.experiment import Experiment
from core.state import State, memory, start
from core.training import Trace, batch_rows, step
from tests import cases
from tests.cases import Document
from tests.checks import close
from tests.strategies import drawn_params, experiments

DIVERGED = 1e6
OPTIMIZERS = [case.fields for case in cases.OPTIMIZERS if case.kind != "levenberg_marquardt"]


def begun(document: Document) -> tuple[Experiment, State]:
    experiment = Experiment.parse(document)
    params = drawn_params(experiment)
    return experiment, State(0, params, memory(experiment, params), experiment.optimizer.shared())


def the_same(a: Any, b: Any) -> bool:
    """Equal to the very bits, array by array."""
    if isinstance(a, dict):
        return set(a) == set(b) and all(the_same(a[k], b[k]) for k in a)
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(the_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and a.tobytes() == b.tobytes()
    return bool(a == b) or bool(a != a and b != b)  # a diverged loss is NaN both times


@settings(max_examples=120)
@given(experiments(), st.sampled_from(OPTIMIZERS), st.integers(0, 6))
def test_the_chain_is_a_chain(document: Document, optimizer: Document, row: int) -> None:
    experiment, state = begun(document | {"optimizer": optimizer})
    for _ in range(3):
        before = state
        state, trace = step(experiment, state, row)
        if not trace.loss.value < DIVERGED:
            break  # what the numbers of a run that blows up do is another test's business
        assert the_same(trace.before, before.params)
        check_chain(experiment, trace)
        check_gradients(experiment, trace)
        check_update(experiment, before, state, trace)


def check_chain(experiment: Experiment, trace: Trace) -> None:
    """Outputs are the next inputs, gradients by inputs the former gradients by outputs; the ends are x and the loss."""
    links = trace.layers
    assert [link.kind for link in links] == [layer.kind for layer in experiment.layers]
    assert the_same(links[0].input, trace.batch.x)
    for link, following in pairwise(links):
        assert the_same(link.output, following.input)
        assert the_same(link.grad_output, following.grad_input)
    rest = (experiment.layers[-1].rest(links[-1].output, links[-1].input),) if experiment.loss.reads_rest else ()
    assert the_same(links[-1].grad_output, experiment.loss.slope(links[-1].output, trace.batch.y, *rest))
    for link, shape in zip(links, experiment.network.shapes[1:], strict=True):
        assert link.output.shape == link.grad_output.shape == (len(trace.batch.y), *shape)
        assert link.input.shape == link.grad_input.shape


def check_gradients(experiment: Experiment, trace: Trace) -> None:
    """Each example's contribution, their mean, plus the penalty's, is the gradient; loss = mean of the examples + penalty."""
    count, network = len(trace.batch.y), experiment.network
    noises = network.noises(experiment.seed, trace.step, count)
    for i, (layer, link) in enumerate(zip(network.layers, trace.layers, strict=True)):
        if not link.grads:
            continue
        each = layer.grads_each(trace.before[i], link.input, link.output, noises[i], link.grad_output)
        for name, total in link.grads.items():
            penalty = experiment.penalty.gradient_of(name, trace.before[i][name])
            close(f"mean of {i}/{name}", each[name].mean(axis=0) + penalty, total, 1e-12, experiment.document())
            assert trace.example is not None
            close(
                f"example of {i}/{name}",
                trace.example["grads"][i][name],
                each[name][trace.example["row"]],
                1e-12,
                experiment.document(),
            )
    close(
        "loss",
        trace.loss.value,
        trace.loss.per_example.mean() + network.penalty.total(trace.before),
        1e-12,
        experiment.document(),
    )
    close("loss", trace.loss.value, trace.loss.data + trace.loss.penalty, 0.0, experiment.document())
    assert trace.loss.per_example.shape == (count,)
    assert trace.loss.terms.shape == trace.batch.y.shape
    assert the_same(trace.loss.per_example, trace.loss.terms.sum(axis=1))
    for link, means in zip(trace.layers, trace.mean, strict=True):
        for name in ("input", "output", "grad_output", "grad_input"):
            assert the_same(means[name], getattr(link, name).mean(axis=0))


def check_update(experiment: Experiment, before: State, after: State, trace: Trace) -> None:
    """after = before + update to the bit; the next state's parameters and memory are these."""
    for old, change, new in zip(trace.before, trace.updates, trace.after, strict=True):
        assert set(old) == set(change) == set(new)
        assert all(the_same(new[name], old[name] + change[name]) for name in new)
    assert the_same(after.params, trace.after)
    assert the_same(after.slots, trace.slots)
    assert the_same(trace.memory, before.slots)
    assert after.step == before.step + 1 == trace.step + 1
    assert list(trace.batch.indices) == list(experiment.train.indices[batch_rows(experiment, trace.step)])


@settings(max_examples=40)
@given(experiments(), st.sampled_from(OPTIMIZERS), st.integers(1, 4))
def test_a_step_replays_to_the_bit(document: Document, optimizer: Document, steps: int) -> None:
    experiment, state = begun(document | {"optimizer": optimizer})
    for _ in range(steps):
        last = state
        state, trace = step(experiment, state, 0)
    again, replayed = step(Experiment.parse(experiment.document()), last, 0)
    assert the_same(trace.document(), replayed.document())
    assert the_same(state.document(), again.document())


@given(experiments())
def test_the_initial_state_follows_from_the_experiment(document: Document) -> None:
    one, two = (start(Experiment.parse(document)) for _ in range(2))
    assert the_same(one.document(), two.document())
    other = start(Experiment.parse(document | {"seed": (document["seed"] + 1) % 2**31}))
    assert not the_same(one.params, other.params)
