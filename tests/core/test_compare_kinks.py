"""Where two methods differ: beside a kink it is no mistake, and a mistake beside a kink is still one."""

import re
from typing import Any

import numpy as np
import pytest

from core.compare import METHODS, compare
from core.experiment import Experiment
from core.flat import addresses, flat, unflat
from core.gradients.complex_step import ComplexStep
from core.layers.activations import Tanh
from core.state import State, start
from core.training import batch_of
from tests.derivation_cases import dense_net


def test_a_kink_is_told_apart_from_a_mistake() -> None:
    """A ReLU whose z is exactly 0 has two slopes; central differences give their mean, and the comparison says so."""
    experiment = Experiment.parse({
        "data": {"kind": "points", "x": [[1.0], [2.0]], "y": [[1.0], [1.0]]},
        "layers": [{"kind": "dense", "units": 1}, {"kind": "relu"}],
        "init": {"kind": "zeros"}, "batch_size": None,
    })  # fmt: skip
    found = compare(experiment, start(experiment))
    assert {kink["address"] for kink in found["kinks"]} == {"0/W/0,0", "0/b/0"}
    assert found["kinks"][0] == {"address": "0/W/0,0", "left": 0.0, "right": pytest.approx(-1.5, abs=1e-4), "backprop": 0.0}
    assert found["worst"]["difference"] == pytest.approx(0.75, abs=1e-4)
    assert found["smooth"]["difference"] == 0.0
    central = next(m for m in found["methods"] if m["kind"] == "numerical")
    assert central["note"].startswith("The loss has a kink within the step h of 2 parameters; what can give it one here: ReLU.")
    assert "central differences give their mean" in central["note"]
    for kink, value in zip(found["kinks"], (central["grads"][0]["W"][0, 0], central["grads"][0]["b"][0]), strict=True):
        assert value == pytest.approx((kink["left"] + kink["right"]) / 2, abs=1e-9)
    assert all("note" not in m for m in found["methods"] if m["kind"] != "numerical")


def test_a_wrong_derivative_is_no_kink(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a tanh whose slope is twice what it is.  Its loss is smooth, so nothing is excused."""
    monkeypatch.setattr(Tanh, "slope_at", lambda self, z, a: 2.0 * (1.0 - a * a))
    experiment, state = dense_net([5, 7])  # a network of its own: what a gradient costs is counted once and kept
    found = compare(experiment, state)
    assert found["kinks"] == []
    assert found["smooth"]["difference"] == found["worst"]["difference"] > 1e-3


def circle(activation: str, step: float) -> Experiment:
    """Four units and a sigmoid, by central differences of a step of one's own."""
    dense = [{"kind": "dense", "units": 4}, {"kind": activation}, {"kind": "dense", "units": 1}, {"kind": "sigmoid"}]
    return Experiment.parse({
        "data": {"kind": "circle"}, "layers": dense, "loss": {"kind": "binary_cross_entropy"},
        "gradient": {"kind": "numerical", "step": step}, "batch_size": 10,
    })  # fmt: skip


def switched(experiment: Experiment, state: State, step: float) -> set[str]:
    """The parameters that switch a ReLU of the hidden layer on or off within h: counted, without any slope."""
    network, x, values = experiment.network, batch_of(experiment, 0).x, flat(state.params)

    def signs(k: int, t: float) -> Any:
        moved = values.copy()
        moved[k] += t * max(1.0, abs(values[k]))
        return network.forward(unflat(moved, state.params), x)[1] > 0

    names = addresses(state.params)
    return {names[k] for k in range(len(names)) for t in (-step, step) if (signs(k, t) != signs(k, 0.0)).any()}


@pytest.mark.parametrize("step", [1e-12, 1e-9, 6e-6, 1e-3, 0.1, 1.0])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_what_is_said_of_central_differences_is_of_the_step_in_force(step: float, activation: str) -> None:
    """Of every step «about 1e-10» had been said, beside a disagreement of 0.05."""
    experiment = circle(activation, step)
    found = compare(experiment, start(experiment), ["backprop", "numerical"])
    told = re.match(r"up to about (\S+) where the loss is smooth: (.*?);", found["methods"][1]["accuracy"])
    assert told
    assert float(told[1]) / 200 < found["worst"]["difference"] <= float(told[1])
    ill = "large a step bends the secant" if step > 6e-6 else "small a step drowns in rounding"
    usual = "a larger step bends the secant, a smaller one drowns in rounding"
    assert told[2] == (usual if step == 6e-6 else f"so {ill}, at 6e-6 it is 1e-10")


@pytest.mark.parametrize("step", [1e-12, 1e-3, 1e-2, 0.3])
def test_a_smooth_loss_has_no_kink_whatever_the_step(step: float) -> None:
    """What parts a large step, or a tiny one, from the rest is its own error, and is told as the methods' disagreement."""
    experiment = circle("tanh", step)
    found = compare(experiment, start(experiment))
    assert found["kinks"] == []
    assert all("note" not in method for method in found["methods"])
    assert found["smooth"] == found["worst"]
    assert found["worst"]["difference"] > 1e-8
    assert found["worst"]["agree"] is (1e-12 < step < 0.1)


@pytest.mark.parametrize(("step", "least"), [(1e-12, 0), (6e-6, 0), (1e-3, 0), (1e-2, 3), (0.1, 8), (0.3, 8)])
def test_kinks_are_sought_within_the_step_that_was_taken(step: float, least: int) -> None:
    """A ReLU network is smooth between its kinks: those are told that lie within the method's own h, and no others."""
    experiment = circle("relu", step)
    state = start(experiment)
    found, truth = compare(experiment, state), switched(experiment, state, step)
    told_of = {kink["address"] for kink in found["kinks"]}
    assert told_of <= truth
    assert least <= len(told_of)
    assert bool(told_of) == bool(truth)
    central = next(method for method in found["methods"] if method["kind"] == "numerical")
    assert ("note" in central) == bool(told_of)
    for kink in found["kinks"]:
        value = flat(central["grads"])[addresses(state.params).index(kink["address"])]
        assert value == pytest.approx((kink["left"] + kink["right"]) / 2, abs=1e-9)


@pytest.mark.parametrize("factor", [2.0, 1.001, 1.0 + 1e-6])
def test_a_wrong_derivative_beside_a_kink_is_not_excused(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted in the weights of a network with kinks within h: forward mode has another slope, so none of them is set aside."""
    experiment = circle("relu", 0.3)
    state, kind = start(experiment), type(experiment.layers[0])
    assert any("/W/" in kink["address"] for kink in compare(experiment, state)["kinks"])
    honest = kind.backward

    def wrong(self: Any, *given: Any) -> Any:
        grad_input, grads = honest(self, *given)
        return grad_input, grads | {"W": grads["W"] * factor}

    monkeypatch.setattr(kind, "backward", wrong)
    found = compare(experiment, state)
    batch = batch_of(experiment, 0)
    reference = flat(experiment.network.gradient(state.params, batch.x, batch.y))
    seen = np.abs(reference) * (1.0 - 1.0 / factor) > 1e-8
    names = addresses(state.params)
    planted = {name for name, large in zip(names, seen, strict=True) if large and "/W/" in name}
    assert len(planted) >= 8
    assert not planted & {kink["address"] for kink in found["kinks"]}
    assert found["smooth"]["difference"] >= max(abs(reference[names.index(name)]) for name in planted) * (1.0 - 1.0 / factor)


def test_at_a_kink_only_central_differences_are_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of another method there is still told."""
    experiment = circle("relu", 0.3)
    state = start(experiment)
    kink = compare(experiment, state)["kinks"][0]["address"]
    honest, names = ComplexStep.measuring, addresses(state.params)

    def wrong(self: Any, *given: Any) -> Any:
        grads, cost = yield from honest(self, *given)
        values = flat(grads)
        values[names.index(kink)] += 1.0
        return unflat(values, grads), cost

    monkeypatch.setattr(ComplexStep, "measuring", wrong)
    found = compare(experiment, state)
    assert kink in {each["address"] for each in found["kinks"]}
    assert found["smooth"]["address"] == kink
    assert found["smooth"]["difference"] == pytest.approx(1.0)
    assert set(found["smooth"]["values"]) == set(METHODS) - {"numerical"}
    assert found["smooth"]["agree"] is False
