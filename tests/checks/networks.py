"""The checks of whole networks, and of the ways to their gradient."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.flat import flat, unflat
from core.gradients import GRADIENTS, derivative_along
from core.layers import LAYERS
from core.losses import LOSSES
from core.network import Network
from core.numeric import Array, Params
from core.penalties import PENALTIES
from core.work import finished
from tests import witness_autograd
from tests.cases import Case, Document
from tests.checks.agreement import AUTOGRAD, CENTRAL, EXACT, close


def check_gradient(case: Case, seed: int = 0) -> None:
    """A method's gradient of a small network with a penalty, against autograd; its cost is counted, not zero."""
    document = {
        "layers": [{"kind": "dense", "units": 2}, {"kind": "tanh"}, {"kind": "dense", "units": 2}, {"kind": "softplus"}],
        "loss": {"kind": "poisson"}, "penalty": {"kind": "l2", "rate": 0.1},
    }  # fmt: skip
    fields = case.fields
    method = GRADIENTS.parse(fields, "gradient")
    layers = tuple(LAYERS.parse(layer, "layers") for layer in document["layers"])
    network = Network(layers, LOSSES.parse(document["loss"], "loss"), PENALTIES.parse(document["penalty"], "penalty"), (3,))
    rng = np.random.default_rng(seed)
    params = tuple({name: rng.normal(size=shape) for name, shape in shapes.items()} for shapes in network.param_shapes)
    x, target = rng.normal(size=(4, 3)), rng.poisson(2.0, (4, 2)) * 1.0
    before = flat(params)
    ours, cost = finished(method.measuring(network, params, x, target, None))
    theirs = witness_autograd.gradient(document, params, x, target, [None] * 4)
    whole = method.gradient(network, params, x, target, None)
    tolerance = CENTRAL if method.kind == "numerical" else AUTOGRAD
    close(f"{fields}: gradient", flat(whole), flat(tuple(theirs)), tolerance, f"{fields}, seed {seed}")
    close(f"{fields}: in pieces", flat(ours), flat(tuple(theirs)), tolerance, f"{fields}, seed {seed}")
    close(f"{fields}: parameters left alone", flat(params), before, 0.0, f"{fields}, seed {seed}")
    weights = {"backprop": 1, "numerical": 2 * network.size}.get(method.kind, network.size)
    assert cost.evaluations == weights, f"{fields}: {cost} for {network.size} weights"
    assert min(cost.multiplications, cost.seconds) > 0, f"{fields}: {cost}"


def check_network(document: Document, network: Network, params: Params, x: Array, target: Array, noises: list[Array | None],
                  coordinates: int = 6, seed: int = 0) -> int:  # fmt: skip
    """A whole network's gradient against autograd, dual numbers, complex steps and central differences.

    autograd gives every number; dual numbers and complex steps give the derivative along random directions, to which every number
    contributes; central differences some numbers and the same directions.  Returns how many of the latter lay across a kink.
    """
    grads = network.gradient(params, x, target, noises)
    theirs = witness_autograd.gradient(document, params, x, target, noises)
    for i, tensors in enumerate(grads):
        for name, ours in tensors.items():
            close(
                f"gradient of {i}/{name} vs autograd",
                ours,
                theirs[i][name],
                AUTOGRAD,
                document,
                scale=float(np.abs(flat(grads)).max()),
            )
    rng = np.random.default_rng(seed)
    at, g = flat(params), flat(grads)
    if not at.size:
        return 0

    def objective(v: Array) -> Any:
        return network.objective(unflat(v, params), x, target, noises)

    skipped = 0
    picks = rng.choice(at.size, min(coordinates, at.size), replace=False)
    for v in [*(rng.normal(size=at.size) / np.sqrt(at.size) for _ in range(2)), *(np.eye(at.size)[i] for i in picks)]:
        ours, scale = float(g @ v), float(np.abs(g * v).sum())
        dual = derivative_along(network, params, unflat(v, params), x, target, noises)
        close("derivative along a direction vs dual numbers", ours, dual,
              EXACT * 10, document, scale)  # fmt: skip
        close(
            "derivative along a direction vs complex steps",
            ours,
            objective(at + 1e-20j * v).imag / 1e-20,
            EXACT * 10,
            document,
            scale,
        )
        skipped += _check_central(lambda t, v=v: float(objective(at + t * v)), ours, float(np.abs(g).max()), document)
    return skipped


def _check_central(f: Callable[[float], float], ours: float, scale: float, document: Document) -> int:
    """f′(0) against central differences of two steps; 1 if those two disagree, because a kink lies between them."""
    h = 6e-6
    wide, narrow = (f(h) - f(-h)) / (2 * h), (f(h / 2) - f(-h / 2)) / h
    size = max(abs(wide), scale, 1e-2)
    if abs(wide - narrow) > 0.5 * CENTRAL * size:
        return 1
    close("derivative along a direction vs central differences", ours, wide, CENTRAL, document, size)
    return 0
