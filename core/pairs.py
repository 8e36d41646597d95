"""δ = ∂ℓ/∂ŷ · φ′(z) for every pair of output activation and loss, at one example's z and y: which pairs cancel to ŷ − y?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.layers import LAYERS, Layer
from core.losses import LOSSES, Loss
from core.network import Network
from core.numeric import Array
from core.penalties import PENALTIES

USUAL = ("identity", "sigmoid", "tanh", "relu", "softplus", "exp", "softmax")  # at an output; every other is shown on demand
MOST_OUTPUTS = 256
# Σ ŷ is 1 behind a softmax, so Poisson's Σ (ŷ − y ln ŷ) is the cross-entropy and a constant: it has the same gradient, which is
# ŷ − y where the targets sum to 1 as well.
ALSO_CANCEL = frozenset({("softmax", "poisson")})


def activations() -> list[type[Layer]]:
    """Every activation of the catalogue, the usual ones first."""
    return [LAYERS[name] for name in USUAL] + [member for member in LAYERS if member.activation and member.kind not in USUAL]


def pairs(z: Array, y: Array, own: Loss | None = None, last: Layer | None = None) -> list[dict[str, Any]]:
    """Every pair, in the order of activations and losses; z (K,), y (K,) the target as an amount, or as 0 and 1.

    `own` is the experiment's loss and `last` its output activation, whose hyperparameters are used in place of the defaults.
    """
    losses = [own if own and own.kind == member.kind else member() for member in LOSSES]
    layers = [last if last and last.kind == member.kind else member() for member in activations()]
    with np.errstate(all="ignore"):  # what overflows leaves as null
        return [_pair(layer, loss, z, y) for layer in layers for loss in losses]


def _pair(layer: Layer, loss: Loss, z: Array, y: Array) -> dict[str, Any]:
    name: dict[str, Any] = {"activation": layer.kind, "loss": loss.kind}
    target = 2.0 * y - 1.0 if loss.signs else y
    why = _problem(layer, loss, target)
    if why:
        return name | {"fits": False, "why": why}
    network = Network((layer,), loss, PENALTIES["none"](), z.shape)
    outputs = network.forward(({},), z[None])
    if not loss.classification and (outputs[1] <= loss.domain[0]).any():
        # relu's interval has an end that Poisson's has not: at ŷ = 0 the slope is infinite and relu's 0 hides it.
        return name | {"fits": False, "why": f"needs outputs above {loss.domain[0]:g}"}
    back = network.backward(({},), outputs, target[None])[0]
    own: Mapping[str, Array] = layer.shown({}, outputs[0], outputs[1], None)
    also = (layer.kind, loss.kind) in ALSO_CANCEL and not LOSSES["cross_entropy"]().lacking(target[None])
    factor = network.head.factor if network.head else 1.0 if also else None
    return name | {
        "fits": True, "predicted": outputs[1][0], "target": target,
        "loss_slope": back.grad_output[0], "delta": back.grad_input[0],
        "slope": own["slope"][0] if "slope" in own else None, "jacobian": own["jacobian"][0] if "jacobian" in own else None,
        "residual": outputs[1][0] - target, "cancels": factor is not None, "factor": factor,
    }  # fmt: skip


def _problem(layer: Layer, loss: Loss, target: Array) -> str:
    """Why the loss cannot read these outputs or these targets; empty if it can."""
    ends = loss.beyond(layer.interval)
    if ends:
        return f"needs outputs {ends}"
    if len(target) == 1 and (layer.competing or loss.competing):
        return "needs two outputs or more"
    lacking = loss.lacking(target[None])
    return f"needs {lacking}" if lacking else ""
