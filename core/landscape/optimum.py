"""The least-squares or maximum-likelihood optimum of a model that is linear in its parameters."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from core.experiment import Experiment
from core.flat import flat, unflat
from core.heads import HEADS
from core.kept import Kept
from core.landscape.basis import Basis
from core.landscape.rates import STEPS, Curve, descents
from core.layers import Layer
from core.network import Network
from core.numeric import Array, Params
from core.work import Stages, Work, finished, quiet

MOST_PARAMETERS = 64  # a system of so many equations is solved at every step
HESSIAN = 8 * MOST_PARAMETERS**2  # bytes, at most
MOST_STEPS = 100
VANISHED = 1e-9  # the share of its first curvature below which a direction counts as flat
CLOSE = 1e-12  # Newton's step, relative to the parameters, that counts as arrived
METHODS = {True: "least squares, in closed form", False: "maximum likelihood, by Newton's method"}
_OPTIMA = Kept["Optimum | str"](16_000_000)  # asked for anew with every surface of a run, and the same all along


class Optimum(NamedTuple):
    """Where ∇L = 0, and how the loss bends there."""

    params: Params
    hessian: Array  # (P, P)
    method: str
    unique: bool  # False where other parameters give the same loss


def optimum(experiment: Experiment) -> Optimum | str | None:
    """The whole of it at once; see `seeking`."""
    return finished(seeking(experiment))


def seeking(experiment: Experiment) -> Work[Optimum | str | None]:
    """argmin L: θ ← θ − H⁻¹ ∇L from 0 until it stands still; one step where L is a parabola, which is the closed form.

    For one dense link and a matched pair of output and loss, with no penalty or an l2 one.  None for any other model; a text,
    that says why, where no finite parameters are the best.  A step is a piece.
    """
    if not applies(experiment.network):
        return None
    return (yield from _OPTIMA.working(experiment, quiet(_seeking(experiment)), lambda _: experiment.nbytes + HESSIAN))


def _seeking(experiment: Experiment) -> Work[Optimum | str]:
    network, train = experiment.network, experiment.train
    parabola = network.layers[-1].kind == "identity"
    params: Params = tuple({n: np.zeros(shape) for n, shape in shapes.items()} for shapes in network.param_shapes)
    first = hessian = _hessian(network, params, train.x)
    for step in range(1 if parabola else MOST_STEPS):
        params, size = _newton(network, params, hessian, train.x, train.y)
        hessian = _hessian(network, params, train.x)
        if size <= CLOSE:
            break
        yield (step + 1) / MOST_STEPS
    if not parabola and _flattened(first, hessian):
        return "No finite weights are the best: the loss falls ever further as they grow, without end."
    return Optimum(params, hessian, METHODS[parabola], int(np.linalg.matrix_rank(hessian)) == len(hessian))


def _flattened(first: Array, last: Array) -> bool:
    """Has the curvature vanished along some direction in which the loss bent at θ = 0?  The walk has then left for infinity."""
    if not np.isfinite(last).all():
        return True
    values, vectors = np.linalg.eigh(first)
    bent = values > 1e-12 * values[-1]
    scaled = vectors[:, bent] / np.sqrt(values[bent])
    return float(np.linalg.eigvalsh(scaled.T @ last @ scaled)[0]) < VANISHED


def applies(network: Network) -> bool:
    """One dense link, right before the output of a matched pair, nothing trained before it, and few parameters."""
    trained = [i for i, shapes in enumerate(network.param_shapes) if shapes]
    matched = (network.layers[-1].kind, network.loss.kind) in HEADS
    penalty = network.penalty.kind in ("none", "l2") or getattr(network.penalty, "rate", 1.0) == 0.0
    return (matched and penalty and trained == [len(network.layers) - 2] and network.layers[-2].kind == "dense"
            and network.size <= MOST_PARAMETERS)  # fmt: skip


def _newton(network: Network, params: Params, hessian: Array, x: Array, y: Array) -> tuple[Params, float]:
    """One step, halved until the loss does not rise; its size relative to the parameters (0 where nothing helps)."""
    theta, gradient = flat(params), flat(network.gradient(params, x, y))
    step = np.linalg.lstsq(hessian, -gradient, rcond=None)[0]  # the shortest, where several solve it
    before = network.mean_loss(params, x, y)
    for halving in range(40):
        moved = unflat(theta + step * 0.5**halving, params)
        if network.mean_loss(moved, x, y) <= before:
            return moved, float(np.linalg.norm(step)) / max(1.0, float(np.linalg.norm(theta)))
    return params, 0.0


def _hessian(network: Network, params: Params, x: Array) -> Array:
    """∂²L/∂θ² = (1/N) Σᵢ Jᵢ ⊗ x̃ᵢ x̃ᵢᵀ, J = ∂δ/∂z and x̃ = (x, 1), in the order of `flat`: all of W row by row, then b."""
    outputs = network.forward(params, x)
    features, z, last = outputs[-3], outputs[-2], network.layers[-1]
    ones = np.concatenate([features, np.ones((len(x), 1))], axis=1)  # (N,I+1)
    factor = HEADS[last.kind, network.loss.kind].factor
    blocks = factor * np.einsum("njk,ni,nl->jikl", _jacobian(last, z, outputs[-1]), ones, ones) / len(x)  # (O,I+1,O,I+1)
    count, width = z.shape[1], ones.shape[1]
    places = np.arange(count * width).reshape(count, width)
    order = np.concatenate([places[:, :-1].ravel(), places[:, -1]])
    decay = getattr(network.penalty, "rate", 0.0) if network.penalty.kind == "l2" else 0.0
    pulled = np.concatenate([np.full(count * (width - 1), decay), np.zeros(count)])
    found: Array = blocks.reshape(count * width, -1)[np.ix_(order, order)] + np.diag(pulled)
    return found


def _jacobian(layer: Layer, z: Array, a: Array) -> Array:
    """∂a/∂z of every example, (N, C, C)."""
    shown = layer.shown({}, z, a, None)
    return shown["jacobian"] if "jacobian" in shown else shown["slope"][:, :, None] * np.eye(z.shape[1])


def marked(experiment: Experiment, basis: Basis, start: Params) -> Work[dict[str, Any]]:
    """The optimum's part of an answer: its place on the plane, the learning rate beyond which gradient descent diverges.

    Of two parameters the plane shows everything, so real descents from `start`, where the ball is, come along.
    """
    stages = Stages(MOST_STEPS, STEPS)
    found = yield from stages.then(seeking(experiment))
    if not isinstance(found, Optimum):
        return {"optimum": None, "no_optimum": found or "", "rates": None}
    shadow = basis.project(found.params)
    eigenvalues = np.linalg.eigvalsh(found.hessian)
    largest = float(eigenvalues[-1])
    loss = experiment.network.mean_loss(found.params, experiment.train.x, experiment.train.y)
    rates = None
    if experiment.network.size == 2:
        tried = descents(_curve(experiment, start), flat(start), largest, lambda v: _at(basis, v))
        rates = yield from stages.then(tried)
    return {
        "rates": rates,
        "optimum": {
            "params": found.params, "at": shadow.at, "distance": shadow.distance, "loss": loss, "method": found.method,
            "unique": found.unique, "hessian": found.hessian, "eigenvalues": eigenvalues,
            "critical_learning_rate": 2.0 / largest if largest > 0.0 else None,
        },
        "no_optimum": "",
    }  # fmt: skip


def _curve(experiment: Experiment, like: Params) -> Curve:
    """θ -> (L, ∇L) over all training examples."""
    network, train = experiment.network, experiment.train

    def curve(theta: Array) -> tuple[float, Array]:
        params = unflat(theta, like)
        with np.errstate(all="ignore"):
            return network.mean_loss(params, train.x, train.y), flat(network.gradient(params, train.x, train.y))

    return curve


def _at(basis: Basis, theta: Array) -> list[float]:
    return [float(v) for v in basis.project(unflat(theta, basis.origin)).at]
