"""The answer for a plane: the loss on a grid, where the run's path lies, and how far the plane is from the truth."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np

from core.experiment import Experiment
from core.landscape.basis import Basis
from core.landscape.optimum import marked
from core.landscape.plane import Plane, View
from core.landscape.sweep import Sweep
from core.landscape.visits import replay
from core.numeric import Array, Params
from core.state import State

Span = Sequence[tuple[float, float]]
T = TypeVar("T")
Work = Generator[float, None, T]  # yields how much is done, from 0 to 1; may be given up between any two

MARGIN = 0.15  # of the path's extent, on every side of it
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


def finished(work: Work[T]) -> T:
    """Do all of it."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def survey(experiment: Experiment, state: State, plane: Plane, wish: Wish) -> Work[dict[str, Any]]:
    """loss(α, β) = L(origin + α·directions[0] + β·directions[1]) on a grid; rows follow axes[1], columns axes[0]."""
    visits = yield from visited(experiment, state, plane, wish)
    basis = plane.basis(View(experiment, state, visits))
    path = [place(experiment, basis, visit) for visit in visits]
    now = place(experiment, basis, state)
    # The plane may be laid through another state than the run's own: descents begin where the run is.
    best = marked(experiment, basis, visits[-1].params if visits else state.params)
    exact = [best["optimum"]["at"]] if best["optimum"] and experiment.network.size == 2 else []
    held = [point["at"] for point in basis.facts.get("points", ())]
    axes = _axes(basis, wish, [*(p["at"] for p in path), now["at"], *held, *exact])
    loss, accuracy = yield from _losses(experiment, basis, axes, wish.precision)
    return {
        "axes": [{"label": label, "values": values} for label, values in zip(basis.labels, axes, strict=True)],
        "loss": loss,
        "origin": basis.origin,
        "directions": list(basis.directions),
        "path": path,
        "now": now,
        "gap": _gap(now, path),
        "notes": list(basis.notes),
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
    """How many updates of the run are taken again: none where enough visited states are handed in."""
    if wish.path == "replay":
        return plane.replays() or state.step
    return plane.replays() if len(wish.path) < 2 else 0


def _losses(experiment: Experiment, basis: Basis, axes: Sequence[Array], precision: str) -> Work[tuple[Array, dict[str, Any]]]:
    """The losses on the grid, and what is to be said of their accuracy.

    In float32 they are held against float64 at a sample of points, the lowest among them, where the relative error is largest;
    should it exceed half of BOUND, or a float32 overflow, everything is computed in float64.
    """
    alphas, betas = axes
    if precision == "float32":
        loss = yield from Sweep(experiment, basis, np.float32).grid(alphas, betas)
        sample = _sample(loss.ravel())
        rows, columns = np.unravel_index(sample, loss.shape)
        truth = Sweep(experiment, basis).losses(np.stack([alphas[columns], betas[rows]], axis=1))
        error = float(np.max(np.abs(loss[rows, columns] - truth) / np.maximum(np.abs(truth), np.finfo(float).tiny)))
        if np.isfinite(loss).all() and error <= 0.5 * BOUND:
            return loss, {"dtype": "float32", "relative_error": error, "sample": len(sample)}
    loss = yield from Sweep(experiment, basis).grid(alphas, betas)
    return loss, {"dtype": "float64", "relative_error": 0.0, "sample": 0}


def _sample(loss: Array) -> Array:
    """Half of the sample evenly spread, half the lowest."""
    spread = np.linspace(0, len(loss) - 1, min(SAMPLE // 2, len(loss))).astype(int)
    lowest = np.argsort(loss)[: SAMPLE // 2]
    return np.unique(np.concatenate([spread, lowest]))


def _axes(basis: Basis, wish: Wish, places: Sequence[Array]) -> list[Array]:
    """The values of both axes: as asked for, or so that the path, the plane's states and a two-parameter optimum fit."""
    if wish.span is not None:
        return [np.linspace(low, high, wish.size) for low, high in wish.span]
    if wish.reach is not None or len(places) == 1:
        reach = basis.reach if wish.reach is None else wish.reach
        return [np.linspace(-1.0, 1.0, wish.size) * reach for _ in basis.directions]
    low, high = np.min(places, axis=0), np.max(places, axis=0)
    middle = (low + high) / 2
    # No axis is shorter than half the other, so that a nearly straight path does not stretch the picture; a path that stands
    # still shows the plane's own reach.
    half = (0.5 + MARGIN) * (high - low)
    half = np.maximum(half, 0.5 * half.max())
    half = np.where(half > 1e-9 * basis.reach, half, basis.reach)
    return [np.linspace(m - h, m + h, wish.size) for m, h in zip(middle, half, strict=True)]


def true_loss(experiment: Experiment, params: Params) -> float:
    """L over all training examples, the penalty included; nothing is dropped."""
    with np.errstate(all="ignore"):
        return experiment.network.mean_loss(params, experiment.train.x, experiment.train.y)


def place(experiment: Experiment, basis: Basis, visit: State) -> dict[str, Any]:
    """The foot of the perpendicular from a state's parameters on the plane, the losses there and here, and how far it is."""
    shadow = basis.project(visit.params)
    return {
        "step": visit.step,
        "at": shadow.at,
        "plane_loss": true_loss(experiment, basis.point(shadow.at)),
        "true_loss": true_loss(experiment, visit.params),
        "distance": shadow.distance,
    }


def _gap(now: dict[str, Any], path: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """|the plane's loss under a state − its true loss|: of the present state, and the largest over the path."""
    gaps = [(abs(p["plane_loss"] - p["true_loss"]), p["step"]) for p in [now, *path]]
    largest, step = max(gaps, key=lambda g: np.inf if np.isnan(g[0]) else g[0])
    return {
        "now": gaps[0][0],
        "largest": largest,
        "step": step,
        "meaning": "The plane shows the loss with all weights moved onto it; the run's own weights lie off it, at the distance.",
    }


def heights(loss: Array) -> dict[str, Any]:
    """The range of the losses that are finite, and how many are not."""
    found = loss[np.isfinite(loss)]
    if not found.size:
        return {"low": None, "high": None, "median": None, "not_finite": int(loss.size)}
    return {"low": found.min(), "high": found.max(), "median": np.median(found), "not_finite": int(loss.size - found.size)}
