"""The answer for a plane: the loss on a grid, where the run's path lies, and how far the plane is from the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from core.effort import step_work, sweep_work
from core.experiment import Experiment
from core.flat import flat, length
from core.landscape import thinned
from core.landscape.basis import Basis
from core.landscape.optimum import marked
from core.landscape.plane import Plane, View
from core.landscape.sweep import Sweep
from core.landscape.visits import kept, replay
from core.landscape.window import evenly, window
from core.numeric import Array, Params
from core.state import State
from core.work import Stages, Work, finished

Span = Sequence[tuple[float, float]]

ROUNDING = 1e-12  # of the loss, or of the parameters' length: a gap or a distance below it says nothing
SAMPLE = 32  # points at which float32 is held against float64
BOUND = 1e-5  # the largest relative error that float32 may have


@dataclass(frozen=True)
class Wish:
    """What is asked of a surface beyond its plane."""

    size: int = 31
    reach: float | None = None  # α and β from −reach to reach
    span: Span | None = None  # or from … to … for each axis
    path: Sequence[State] | Literal["replay"] = field(default_factory=list)
    precision: str = "float64"


def surface(experiment: Experiment, state: State, plane: Plane, wish: Wish) -> dict[str, Any]:
    """The whole answer at once; see `survey`."""
    return finished(survey(experiment, state, plane, wish))


def survey(experiment: Experiment, state: State, plane: Plane, wish: Wish) -> Work[dict[str, Any]]:
    """loss(α, β) = L(origin + α·directions[0] + β·directions[1]) on a grid; rows follow axes[1], columns axes[0]."""
    taken_again = replayed(state, plane, wish)
    one = len(experiment.train) * sweep_work(experiment)
    stages = Stages(*weighed(experiment, state, plane, wish), one, wish.size**2 * one)
    visits = yield from stages.then(visited(experiment, state, plane, wish))
    basis = yield from stages.then(plane.laying(View(experiment, state, visits)))
    path = yield from stages.then(placed(experiment, basis, visits))
    now = place(experiment, basis, state)
    # The plane may be laid through another state than the run's own: descents begin where the run is.
    best = yield from stages.then(marked(experiment, basis, visits[-1].params if visits else state.params))
    exact = [best["optimum"]["at"]] if best["optimum"] and experiment.network.size == 2 else []
    held = [point["at"] for point in basis.facts.get("points", ())]
    centre = path[0]["at"] if plane.steady and path else np.zeros(2)
    axes = _axes(basis, wish, centre, [*(p["at"] for p in path), now["at"], *held, *exact])
    loss, accuracy = yield from stages.then(_losses(experiment, basis, axes, wish.precision))
    return {
        "axes": [{"label": label, "values": values} for label, values in zip(basis.labels, axes, strict=True)],
        "loss": loss,
        "origin": basis.origin,
        "directions": list(basis.directions),
        "path": path,
        "now": now,
        "gap": _gap(now, path),
        "notes": [*basis.notes, *thinned.told(experiment), *_told(taken_again)],
        "height": heights(loss),
        **accuracy,
        **best,
        **basis.facts,
    }


def visited(experiment: Experiment, state: State, plane: Plane, wish: Wish) -> Work[list[State]]:
    """The states handed in, or the run's own, replayed."""
    if wish.path == "replay" or replayed(state, plane, wish):
        return (yield from replay(experiment, replayed(state, plane, wish)))
    return list(wish.path)


def replayed(state: State, plane: Plane, wish: Wish) -> int:
    """How many updates of the run are taken again: none where visited states are handed in."""
    if wish.path == "replay":
        return plane.replays() or state.step
    return 0 if wish.path else plane.replays()


def weighed(experiment: Experiment, state: State, plane: Plane, wish: Wish) -> tuple[float, float, float]:
    """What the first stages take, in multiplications: the run's steps taken again, the plane laid, the path's states placed."""
    one, step = len(experiment.train) * sweep_work(experiment), step_work(experiment)
    steps = replayed(state, plane, wish)
    visits = kept(steps) if steps else len(wish.path)
    laid = 3 * one + plane.products(visits, experiment.network.size) + (step if plane.looks_ahead() else 0.0)
    return steps * step + (2 * visits * one if steps else 0.0), laid, 2 * visits * one


def _told(steps: int) -> list[str]:
    """What is said of a path that was not handed in."""
    return [f"the path is this experiment's run from its start, replayed for {steps} updates"] if steps else []


def _losses(experiment: Experiment, basis: Basis, axes: Sequence[Array], precision: str) -> Work[tuple[Array, dict[str, Any]]]:
    """The losses on the grid, and what is to be said of their accuracy.

    In float32 they are held against float64 at a sample of points, the lowest among them, where the relative error is largest;
    should it exceed half of BOUND, or a float32 overflow, everything is computed in float64.  So it is where a loss is 0, as the
    hinge's is on whole stretches: those would be all the lowest, and at their rims a float32 has no digit left.
    """
    alphas, betas = axes
    # Whether float32 will do shows only behind it: a tenth of the way is kept for what then has to be done again.
    stages = Stages(*((9.0, 0.1, 0.9) if precision == "float32" else (1.0,)))
    if precision == "float32":
        loss = yield from stages.then(Sweep(experiment, basis, np.float32).grid(alphas, betas))
        sample = _sample(loss.ravel())
        rows, columns = np.unravel_index(sample, loss.shape)
        truth = yield from stages.then(Sweep(experiment, basis).losses(np.stack([alphas[columns], betas[rows]], axis=1)))
        with np.errstate(all="ignore"):  # what overflowed is seen below, and computed again
            error = float(np.max(np.abs(loss[rows, columns] - truth) / np.maximum(np.abs(truth), np.finfo(float).tiny)))
        if np.isfinite(loss).all() and loss.all() and error <= 0.5 * BOUND:
            return loss, {"dtype": "float32", "relative_error": error, "sample": len(sample)}
    loss = yield from stages.then(Sweep(experiment, basis).grid(alphas, betas))
    return loss, {"dtype": "float64", "relative_error": 0.0, "sample": 0}


def _sample(loss: Array) -> Array:
    """Half of the sample evenly spread, half the lowest."""
    spread = np.linspace(0, len(loss) - 1, min(SAMPLE // 2, len(loss))).astype(int)
    lowest = np.argsort(loss)[: SAMPLE // 2]
    return np.unique(np.concatenate([spread, lowest]))


def _axes(basis: Basis, wish: Wish, centre: Array, places: Sequence[Array]) -> list[Array]:
    """The values of both axes: as asked for, or so that the plane's own reach and all places fit."""
    span: Span | Array = window(basis.reach, centre, np.stack(places)) if wish.span is None else wish.span
    if wish.reach is not None:
        span = [(-wish.reach, wish.reach)] * 2
    return [evenly(low, high, wish.size) for low, high in span]


def true_loss(experiment: Experiment, params: Params) -> float:
    """L over all training examples, the penalty included; nothing is dropped."""
    with np.errstate(all="ignore"):
        return experiment.network.mean_loss(params, experiment.train.x, experiment.train.y)


def placed(experiment: Experiment, basis: Basis, visits: Sequence[State]) -> Work[list[dict[str, Any]]]:
    """Every state's place, one after another: each takes two losses over all examples."""
    found = []
    for visit in visits:
        found.append(place(experiment, basis, visit))
        yield len(found) / len(visits)
    return found


def place(experiment: Experiment, basis: Basis, visit: State) -> dict[str, Any]:
    """The foot of the perpendicular from a state's parameters on the plane, the losses there and here, and how far it is.

    A plane that holds the state has no gap there, and no distance: what is left of either is rounding.
    """
    shadow = basis.project(visit.params)
    there, here = true_loss(experiment, basis.point(shadow.at)), true_loss(experiment, visit.params)
    held = shadow.distance <= ROUNDING * (1.0 + length(flat(visit.params)))
    return {
        "step": visit.step,
        "at": shadow.at,
        "plane_loss": there,
        "true_loss": here,
        "gap": 0.0 if held else gap(there, here),
        "distance": 0.0 if held else shadow.distance,
    }


def gap(there: float, here: float) -> float:
    """|the plane's loss under a state − the state's own|; 0 below rounding."""
    found = abs(there - here)
    return 0.0 if found <= ROUNDING * max(abs(there), abs(here)) else found


def _gap(now: dict[str, Any], path: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The gap of the present state, and the largest over the path."""
    worst = max([now, *path], key=lambda place: np.inf if np.isnan(place["gap"]) else place["gap"])
    return {
        "now": now["gap"],
        "largest": worst["gap"],
        "step": worst["step"],
        "meaning": "The plane shows the loss with all weights moved onto it; the run's own weights lie off it, at the distance.",
    }


def heights(loss: Array) -> dict[str, Any]:
    """The range of the losses that are finite, and how many are not."""
    found = loss[np.isfinite(loss)]
    if not found.size:
        return {"low": None, "high": None, "median": None, "not_finite": int(loss.size)}
    return {"low": found.min(), "high": found.max(), "median": np.median(found), "not_finite": int(loss.size - found.size)}
