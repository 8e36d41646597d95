"""The answer for a line: the loss along it, its tangent, the step, and what the tangent promised against what the loss did."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.address import Address
from core.effort import step_work, sweep_work
from core.experiment import Experiment
from core.landscape import thinned
from core.landscape.basis import Basis
from core.landscape.bend import Bend, bending, slope_at
from core.landscape.convexity import convexity
from core.landscape.line import Line
from core.landscape.optimum import MOST_STEPS, Optimum, seeking
from core.landscape.plane import View
from core.landscape.rates import descents
from core.landscape.survey import Wish, heights, placed, true_loss, visited, weighed
from core.landscape.sweep import Sweep
from core.landscape.window import evenly
from core.numeric import Array, Params
from core.state import State
from core.training import stepping
from core.work import Stages, Work

DESCENTS = 400  # losses in the time of the descents that name the learning rates: a hundred with their slopes
QUICK = 100_000  # weights × examples up to which rates are looked for, where the first four do not show all that a rate can do


def cut(experiment: Experiment, state: State, line: Line, wish: Wish) -> Work[dict[str, Any]]:
    """loss(t) = L(origin + t·directions[0]), with the tangent at t = 0 and the step that the optimizer takes along it."""
    stages = Stages(*weighed(experiment, state, line, wish), *_weighed(experiment, line, wish))
    visits = yield from stages.then(visited(experiment, state, line, wish))
    basis = yield from stages.then(line.laying(View(experiment, state, visits)))
    path = yield from stages.then(placed(experiment, basis, visits))
    taken = yield from stages.then(_step_along(experiment, state, line, basis))
    values = _values(basis, wish, taken)
    loss = yield from stages.then(Sweep(experiment, basis).losses(values[:, None]))
    here, slope, bent, after = yield from stages.then(_tangent(experiment, state, basis, taken))
    rates = yield from stages.then(_rates(experiment, basis, bent.value))
    return {
        "axes": [{"label": basis.labels[0], "values": values}],
        "loss": loss,
        "origin": basis.origin,
        "directions": list(basis.directions),
        "path": path,
        "value": _value(state.params, line),
        "tangent": {"at": 0.0, "loss": here, "slope": slope},
        "curvature": bent.value,
        "bend": {"over": bent.over, "corners": bent.corners},
        "step": {"at": taken, "loss": after, "promised": slope * taken, "actual": after - here,
                 "share": (after - here) / (slope * taken) if slope * taken else None, "whose": _whose(experiment, line)},
        "convexity": convexity(experiment.network, values, loss, bent),
        "rates": rates,
        "height": heights(loss),
        "notes": [*basis.notes, *thinned.told(experiment), *_notes(experiment, line)],
        "dtype": "float64",
        "relative_error": 0.0,
    }  # fmt: skip


def _tangent(experiment: Experiment, state: State, basis: Basis, taken: float) -> Work[tuple[float, float, Bend, float]]:
    """The loss here, the line's slope, how it bends, and the loss where the step ends: each loss and each slope is a piece."""
    here = true_loss(experiment, state.params)
    yield 0.1
    slope = slope_at(experiment, basis, 0.0)
    yield 0.2
    bent = yield from bending(experiment, basis, taken)
    yield 0.9
    return here, slope, bent, true_loss(experiment, basis.point([taken]))


def _weighed(experiment: Experiment, line: Line, wish: Wish) -> tuple[float, ...]:
    """What a line's own stages take, in multiplications: the step along it, its losses, its tangent, the descents."""
    one = len(experiment.train) * sweep_work(experiment)
    step = 0.0 if line.looks_ahead() or _rate(experiment, line) is not None else step_work(experiment)
    return step, wish.size * one, 20 * one, DESCENTS * one


def _rates(experiment: Experiment, basis: Basis, curvature: float) -> Work[dict[str, Any] | None]:
    """Gradient descent that may only move along the line: s ← s − η dL/ds, s = t ‖d‖ the way from the origin.

    η multiplies a gradient, so it is measured in s and not in t: dL/ds = (dL/dt) / ‖d‖ and d²L/ds² = (d²L/dt²) / ‖d‖².  Along
    −gradient, where t is the rate of one step, the two differ by ‖∇L‖².
    """
    length = float(np.linalg.norm(basis.stacked[1]))
    search = experiment.network.size * len(experiment.train) <= QUICK

    def curve(s: Array) -> tuple[float, Array]:
        t = s / length
        return true_loss(experiment, basis.point(t)), np.array([slope_at(experiment, basis, float(t[0])) / length])

    stages = Stages(DESCENTS, MOST_STEPS)
    descended = descents(curve, np.zeros(1), curvature / length**2, lambda s: float(s[0]) / length, search=search)
    found = yield from stages.then(descended)
    return found and found | {"whole": (yield from stages.then(_whole(experiment)))}


def _whole(experiment: Experiment) -> Work[float | None]:
    """The critical rate of descent that may move anywhere: that of the steepest direction at the optimum, if there is one."""
    found = yield from seeking(experiment)
    largest = float(np.linalg.eigvalsh(found.hessian)[-1]) if isinstance(found, Optimum) else 0.0
    return 2.0 / largest if largest > 0.0 else None


def _step_along(experiment: Experiment, state: State, line: Line, basis: Basis) -> Work[float]:
    """How far along the line the next step goes: the learning rate, the whole update, or the weight's own change."""
    if line.along == "update":
        return 1.0
    rate = _rate(experiment, line)
    if rate is not None:
        return rate
    _, trace = yield from stepping(experiment, state)
    updates = trace.updates
    if line.along == "gradient":
        return float(basis.project(_moved(state.params, updates)).at[0])
    place = Address.parse(line.address)
    return float(updates[place.layer][place.name][place.index])


def _rate(experiment: Experiment, line: Line) -> float | None:
    """The learning rate, where it says how far along −gradient the step goes."""
    rate = getattr(experiment.optimizer, "learning_rate", None) if line.along == "gradient" else None
    return None if rate is None else float(rate)


def _moved(params: Params, updates: Params) -> Params:
    return tuple({n: a + updates[i][n] for n, a in tensors.items()} for i, tensors in enumerate(params))


def _whose(experiment: Experiment, line: Line) -> str:
    """Whose step is drawn."""
    if line.along == "weight":
        return "the run's own, as far as it moves this weight"
    exact = experiment.batch >= len(experiment.train) and not thinned.thins(experiment)
    if line.along == "update" or (experiment.optimizer.kind == "sgd" and exact):
        return "the run's own"
    if not hasattr(experiment.optimizer, "learning_rate"):
        return "the shadow of the run's own on this line"
    return "plain gradient descent's, over all training examples, with the run's learning rate"


def _notes(experiment: Experiment, line: Line) -> list[str]:
    """What the step along −gradient leaves out of the optimizer's own."""
    if line.along != "gradient":
        return []
    optimizer = experiment.optimizer
    own = [] if optimizer.kind == "sgd" else [f"{optimizer.title} itself goes elsewhere"]
    partial = experiment.batch < len(experiment.train)
    return own + ["the run's own step follows a batch's gradient, not that of all training examples"] * partial


def _value(params: Params, line: Line) -> float | None:
    """The weight's own value at t = 0, for a line along a weight."""
    if line.address is None:
        return None
    place = Address.parse(line.address)
    return float(params[place.layer][place.name][place.index])


def _values(basis: Basis, wish: Wish, taken: float) -> Array:
    """The places along the line: as asked for, or so that the step fits."""
    if wish.span is not None:
        return evenly(*wish.span[0], wish.size)
    reach = max(basis.reach, 1.5 * abs(taken)) if wish.reach is None else wish.reach
    return np.linspace(-1.0, 1.0, wish.size) * reach
