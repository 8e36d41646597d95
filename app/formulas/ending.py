"""What is said of δ at the output: do the loss's slope and the activation's cancel to ŷ − y, and if not always, for how long?"""

from __future__ import annotations

from app.formulas.chain import Chain
from core.layers import Layer
from core.losses import LOSSES, Loss
from core.pairs import ALSO_CANCEL
from core.spec import lowered

WITHIN, ABOVE = r"$\lvert \hat y - y \rvert \le d$", "$z > 0$"
HALF_IDENTITIES = ("relu", "leaky_relu", "elu")  # z itself while it is above 0


def output_words(chain: Chain, link: int) -> str:
    """Of a network that ends in an activation."""
    head, layer, loss = chain.experiment.network.head, chain.layers[link], chain.experiment.loss
    delta = "$\\delta$: *the gradient of the loss with respect to $z$, per example*"
    begin = f"The slope of the loss times the slope of {lowered(layer.title)} is {delta}. "
    if head is not None:
        return begin + f"For this pair the factors cancel to ${head.latex}$: a gradient with the error's value."
    if _sums_cancel(chain, layer, loss):
        return begin + (
            "Outputs and targets both sum to 1, so here the factors cancel to $\\hat y - y$: a gradient with the error's value."
        )
    begin += f"{loss.title} with {lowered(layer.title)}: the factors "
    condition = _while(layer, loss)
    if condition:
        return begin + f"cancel to $\\hat y - y$ {condition}; elsewhere $\\delta$ need not be the plain error."
    return begin + "do not cancel to $\\hat y - y$, $\\delta$ is not the plain error."


def _sums_cancel(chain: Chain, layer: Layer, loss: Loss) -> bool:
    """Is it a pair whose δ is ŷ − y where targets are shares of a whole, and are they?"""
    parts = (part.y for part in (chain.experiment.train, chain.experiment.test) if len(part))
    shares = LOSSES["cross_entropy"]()
    return (layer.kind, loss.kind) in ALSO_CANCEL and not any(shares.lacking(y) for y in parts)


def _while(layer: Layer, loss: Loss) -> str:
    """How long δ is ŷ − y of a pair that is not matched; empty where it never is, but by chance."""
    if (layer.kind, loss.kind) == ("sigmoid", "cross_entropy"):
        return "where $y = 1$"
    conditions = [ABOVE] * (layer.kind in HALF_IDENTITIES) + [WITHIN] * (loss.kind == "huber")
    errors = loss.kind in ("half_mse", "huber") and layer.kind in ("identity", *HALF_IDENTITIES)
    return f"while {' and '.join(conditions)}" if errors else ""
